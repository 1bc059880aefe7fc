"""Keyrings and client suppliers in other processes: pickled, forked and spawned."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import CannotBePickledError
from aws_encryption_sdk.identifiers import ECDHCurveSpec
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsDiscoveryKeyring,
    AwsKmsDiscoveryMultiKeyring,
    AwsKmsEcdhKeyring,
    AwsKmsKeyring,
    AwsKmsMrkDiscoveryKeyring,
    AwsKmsMrkDiscoveryMultiKeyring,
    AwsKmsMrkKeyring,
    AwsKmsMrkMultiKeyring,
    AwsKmsMultiKeyring,
    AwsKmsRsaKeyring,
    AwsKmsStrictKeyring,
    KmsPublicKeyDiscovery,
)
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import (
    AllowRegionsClientSupplier,
    CachingClientSupplier,
    ClientSupplier,
    DefaultClientSupplier,
    DenyRegionsClientSupplier,
    KMSClient,
)
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from test.emulation.clients import READS_ENDPOINT_FROM_ENVIRONMENT, EmulationClientSupplier
from test.emulation.settings import OTHER_REGION, REGION
from test.functional.aws_kms.kinds import NO_DERIVE_SHARED_SECRET, UNSIGNED, SharedKeys

WAIT = 60
# Python 3.12 and newer warn of every fork where there are threads; the emulation's server is one.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


@dataclass
class CountingSupplier(ClientSupplier):
    """A client supplier that notes which process asked it."""

    supplier: EmulationClientSupplier
    asked_by: list[int] = field(default_factory=list)

    def __call__(self, region_name: str | None) -> KMSClient:
        self.asked_by.append(os.getpid())
        return self.supplier(region_name)


@dataclass
class BlockingSupplier:
    """A client supplier that keeps the first process waiting."""

    supplier: EmulationClientSupplier
    first_process: int
    entered: threading.Event
    released: threading.Event

    def __call__(self, region_name: str | None) -> KMSClient:
        if os.getpid() == self.first_process:
            self.entered.set()
            self.released.wait(WAIT)
        return self.supplier(region_name)


@dataclass
class GetClientSupplier:
    """A client supplier in the manner of the Material Providers Library."""

    supplier: EmulationClientSupplier

    def get_client(self, input: Any) -> KMSClient:  # noqa: A002
        return self.supplier(input.region)


def keyrings(keys: SharedKeys, supplier: Any) -> dict[str, tuple[Keyring, Keyring]]:
    """Return keyrings of every class that takes a client supplier: one that encrypts, and one that decrypts."""
    strict = AwsKmsStrictKeyring(keys.key, client_supplier=supplier)
    primary = AwsKmsMrkKeyring(keys.primary, client_supplier=supplier)
    multi = AwsKmsMultiKeyring(keys.key, [keys.further], supplier)
    mrk_multi = AwsKmsMrkMultiKeyring(keys.primary, [keys.further], supplier)
    legacy = AwsKmsKeyring(supplier, generator_key_id=keys.key, key_ids=[keys.further])
    composed = MultiKeyring(strict, [primary])
    return {
        "strict": (strict, strict),
        "multi": (multi, multi),
        "discovery": (strict, AwsKmsDiscoveryKeyring(client_supplier=supplier, region=REGION)),
        "discovery multi": (strict, AwsKmsDiscoveryMultiKeyring([REGION, OTHER_REGION], None, supplier)),
        "MRK": (primary, AwsKmsMrkKeyring(keys.replica, client_supplier=supplier)),
        "MRK multi": (mrk_multi, mrk_multi),
        "MRK discovery": (primary, AwsKmsMrkDiscoveryKeyring(region=OTHER_REGION, client_supplier=supplier)),
        "MRK discovery multi": (primary, AwsKmsMrkDiscoveryMultiKeyring([OTHER_REGION], None, supplier)),
        "AwsKmsKeyring": (legacy, legacy),
        "AwsKmsKeyring, discovery": (strict, AwsKmsKeyring(supplier, is_discovery=True)),
        "MultiKeyring": (composed, composed),
    }


NAMES = [
    "strict",
    "multi",
    "discovery",
    "discovery multi",
    "MRK",
    "MRK multi",
    "MRK discovery",
    "MRK discovery multi",
    "AwsKmsKeyring",
    "AwsKmsKeyring, discovery",
    "MultiKeyring",
]


def round_trip(pair: tuple[Keyring, Keyring], letter: bytes | None = None) -> bytes:
    """Open a letter from elsewhere, then write one of our own."""
    encrypting, decrypting = pair
    client = EncryptionSDKClient()
    if letter is not None:
        assert client.decrypt(source=letter, keyring=decrypting).result == b"letter"
    message: bytes = client.encrypt(source=b"letter", keyring=encrypting).result
    return message


def in_child(method: str, work: Callable[..., Any], *arguments: Any) -> Any:
    """Return what ``work`` returns in a process of its own."""
    context: Any = multiprocessing.get_context(method)
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(sending, work, arguments))
    process.start()
    sending.close()
    try:
        assert receiving.poll(WAIT), "the child gave no answer"
        answer = receiving.recv()
    finally:
        process.join(WAIT)
        if process.is_alive():
            process.kill()
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _report(connection: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        answer = work(*arguments)
    except BaseException as error:
        answer = error
    connection.send(answer)


class TestPickle:
    """Keyrings with a client supplier can be pickled; those with a client say why they cannot."""

    @pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
    @pytest.mark.parametrize("name", NAMES)
    def test_copies_work_and_so_do_their_originals(
        self, name: str, protocol: int, shared: SharedKeys, supplier: EmulationClientSupplier
    ) -> None:
        pair = keyrings(shared, supplier)[name]
        letter = round_trip(pair)
        # Used before, so that there are clients, sockets and locks that must not be pickled.
        pickled = pickle.dumps(pair, protocol)
        for word in (b"socket", b"lock", b"Lock", b"botocore", b"urllib3"):
            assert word not in pickled
        copy = pickle.loads(pickled)
        assert [repr(keyring) for keyring in copy] == [repr(keyring) for keyring in pair]
        round_trip(pair, round_trip(copy, letter))

    def test_every_name_is_tested(self, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
        assert list(keyrings(shared, supplier)) == NAMES

    @pytest.mark.parametrize(
        "wrap",
        [
            CountingSupplier,
            GetClientSupplier,
            CachingClientSupplier,
            lambda supplier: CachingClientSupplier(cast("Any", GetClientSupplier(supplier))),
            lambda supplier: AllowRegionsClientSupplier([REGION], supplier),
            lambda supplier: DenyRegionsClientSupplier([OTHER_REGION], CachingClientSupplier(supplier)),
        ],
        ids=["own class", "get_client", "caching", "caching get_client", "allow", "deny"],
    )
    def test_client_suppliers(
        self, wrap: Callable[[EmulationClientSupplier], Any], shared: SharedKeys, supplier: EmulationClientSupplier
    ) -> None:
        keyring = AwsKmsKeyring(wrap(supplier), generator_key_id=shared.key)
        letter = round_trip((keyring, keyring))
        copy = pickle.loads(pickle.dumps(keyring))
        round_trip((copy, copy), letter)

    @pytest.mark.skipif(not READS_ENDPOINT_FROM_ENVIRONMENT, reason="this boto3 does not know AWS_ENDPOINT_URL_KMS")
    @pytest.mark.parametrize("configured", [False, True])
    def test_default_client_supplier(self, configured: bool, shared: SharedKeys) -> None:
        from botocore.config import Config

        supplier = DefaultClientSupplier(client_config=Config(read_timeout=7)) if configured else DefaultClientSupplier()
        keyring = AwsKmsKeyring(supplier, generator_key_id=shared.key)
        letter = round_trip((keyring, keyring))
        copy = pickle.loads(pickle.dumps((keyring, supplier)))
        round_trip((copy[0], copy[0]), letter)
        ours, theirs = supplier(REGION), copy[1](REGION)
        assert ours is not theirs
        if configured:
            assert theirs.meta.config.read_timeout == 7

    def test_session_of_the_caller(self) -> None:
        from botocore.session import Session

        supplier = DefaultClientSupplier(botocore_session=Session())
        for held in (supplier, AllowRegionsClientSupplier([REGION], supplier), AwsKmsKeyring(supplier, is_discovery=True)):
            with pytest.raises(CannotBePickledError, match="session"):
                pickle.dumps(held)

    def test_ready_clients(self, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
        client = supplier(REGION)
        ready = [
            AwsKmsStrictKeyring(shared.key, client),
            AwsKmsMrkKeyring(shared.primary, client),
            AwsKmsDiscoveryKeyring(client),
            AwsKmsMrkDiscoveryKeyring(client, REGION),
            AwsKmsRsaKeyring(shared.rsa, "RSAES_OAEP_SHA_256", None, client),
            MultiKeyring(AwsKmsStrictKeyring(shared.key, client)),
        ]
        if not NO_DERIVE_SHARED_SECRET:
            scheme = KmsPublicKeyDiscovery(shared.agreements["P256"].recipient)
            ready.append(AwsKmsEcdhKeyring(scheme, ECDHCurveSpec.ECC_NIST_P256, client))
        for keyring in ready:
            with pytest.raises(CannotBePickledError, match=r"ready client.*cannot be") as caught:
                pickle.dumps(keyring)
            assert isinstance(caught.value, TypeError)

    def test_rsa_keyring_that_only_encrypts(self, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
        encrypting = AwsKmsRsaKeyring(shared.rsa, "RSAES_OAEP_SHA_1", shared.rsa_public)
        copy = pickle.loads(pickle.dumps(encrypting))
        client = EncryptionSDKClient()
        message = client.encrypt(source=b"letter", keyring=copy, algorithm=UNSIGNED)
        decrypting = AwsKmsRsaKeyring(shared.rsa, "RSAES_OAEP_SHA_1", None, supplier(REGION))
        assert client.decrypt(source=message.result, keyring=decrypting).result == b"letter"


class TestChildren:
    """The same keyring in a forked process, and in a spawned one."""

    @pytest.mark.parametrize("method", ["fork", "spawn"])
    def test_every_keyring(self, method: str, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
        pairs = list(keyrings(shared, supplier).values())
        letters = [round_trip(pair) for pair in pairs]
        answers = in_child(method, _round_trips, pairs, letters)
        for pair, answer in zip(pairs, answers, strict=True):
            round_trip(pair, answer)

    def test_forked_child_makes_clients_of_its_own(self, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
        counting = CachingClientSupplier(CountingSupplier(supplier))
        keyring = AwsKmsKeyring(counting, generator_key_id=shared.key)
        round_trip((keyring, keyring), round_trip((keyring, keyring)))
        asked_by = in_child("fork", _who_asked, keyring, counting)
        assert asked_by[0] == os.getpid()
        assert len(asked_by) == 2
        assert asked_by[1] != os.getpid()

    def test_forked_while_another_thread_makes_a_client(self, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
        """A lock that is held at that moment stays locked in the child for ever."""
        entered, released = threading.Event(), threading.Event()
        blocking = BlockingSupplier(supplier, os.getpid(), entered, released)
        keyring = AwsKmsKeyring(blocking, is_discovery=True)
        letter = round_trip((AwsKmsStrictKeyring(shared.key, supplier(REGION)),) * 2)
        thread = threading.Thread(target=_open, args=(keyring, letter))
        thread.start()
        try:
            assert entered.wait(WAIT)
            assert in_child("fork", _open, keyring, letter) == b"letter"
        finally:
            released.set()
            thread.join(WAIT)

    @pytest.mark.skipif(not READS_ENDPOINT_FROM_ENVIRONMENT, reason="this boto3 does not know AWS_ENDPOINT_URL_KMS")
    @pytest.mark.parametrize("method", ["fork", "spawn"])
    def test_default_client_supplier(self, method: str, shared: SharedKeys) -> None:
        keyring = AwsKmsKeyring(generator_key_id=shared.key)
        letter = round_trip((keyring, keyring))
        (answer,) = in_child(method, _round_trips, [(keyring, keyring)], [letter])
        round_trip((keyring, keyring), answer)


def _round_trips(pairs: list[tuple[Keyring, Keyring]], letters: list[bytes]) -> list[bytes]:
    return [round_trip(pair, letter) for pair, letter in zip(pairs, letters, strict=True)]


def _who_asked(keyring: Keyring, counting: CachingClientSupplier) -> list[int]:
    round_trip((keyring, keyring), round_trip((keyring, keyring)))
    supplier: Any = counting.client_supplier
    asked_by: list[int] = supplier.asked_by
    return asked_by


def _open(keyring: Keyring, letter: bytes) -> bytes:
    plaintext: bytes = EncryptionSDKClient().decrypt(source=letter, keyring=keyring).result
    return plaintext
