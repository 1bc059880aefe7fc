"""Keyrings and client suppliers that are pickled."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, cast

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import CannotBePickledError
from aws_encryption_sdk.identifiers import ECDHCurveSpec
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsDiscoveryKeyring,
    AwsKmsEcdhKeyring,
    AwsKmsKeyring,
    AwsKmsMrkDiscoveryKeyring,
    AwsKmsMrkKeyring,
    AwsKmsRsaKeyring,
    AwsKmsStrictKeyring,
    KmsPublicKeyDiscovery,
)
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import (
    AllowRegionsClientSupplier,
    CachingClientSupplier,
    DefaultClientSupplier,
    DenyRegionsClientSupplier,
)
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from test.emulation.clients import READS_ENDPOINT_FROM_ENVIRONMENT, EmulationClientSupplier
from test.emulation.settings import OTHER_REGION, REGION
from test.functional.aws_kms.kinds import NO_DERIVE_SHARED_SECRET, UNSIGNED
from test.functional.aws_kms.portable import NAMES, CountingSupplier, GetClientSupplier, keyrings, round_trip
from test.functional.aws_kms.shared_keys import SharedKeys


class TestPickle:
    """Keyrings with a client supplier can be pickled; those with a client say why they cannot."""

    @pytest.mark.parametrize("protocol", [2, pickle.HIGHEST_PROTOCOL])
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
