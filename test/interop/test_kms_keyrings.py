"""Keyrings of symmetric keys in AWS KMS: each side decrypts what the other one encrypts, against the emulation."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsDiscoveryKeyring,
    AwsKmsDiscoveryMultiKeyring,
    AwsKmsKeyring,
    AwsKmsMrkDiscoveryKeyring,
    AwsKmsMrkDiscoveryMultiKeyring,
    AwsKmsMrkKeyring,
    AwsKmsMrkMultiKeyring,
    AwsKmsMultiKeyring,
    AwsKmsStrictKeyring,
    DiscoveryFilter,
)
from aws_encryption_sdk.keyrings.base import Keyring
from test.emulation.clients import EmulationClientSupplier
from test.emulation.keys import KeyMaker
from test.emulation.settings import ACCOUNT, OTHER_REGION, REGION
from test.interop.mpl_keyrings import MplKeyring, kms_client, model
from test.interop.peer import HOW_TO_RUN, ReleasedPeer, ReleasedSideError, released_python

if not released_python():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

SIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
CONTEXT = {"purpose": "interoperability", "größe": "groß"}
FOREIGN_ACCOUNT = "210987654321"


class Both:
    """Every kind of keyring over the same keys, ours and the other side's: each method returns the pair.

    :param keys: Makes the keys
    :param supplier: Client supplier of ours
    """

    def __init__(self, keys: KeyMaker, supplier: EmulationClientSupplier) -> None:
        self._supplier = supplier
        self.key, self.further = keys.symmetric(), keys.symmetric(OTHER_REGION)
        self.alias = keys.alias(self.key)
        self.primary, self.replica = keys.multi_region(REGION, OTHER_REGION)

    def strict(self, key_id: str) -> tuple[Keyring, MplKeyring]:
        return (
            AwsKmsStrictKeyring(key_id, self._supplier(region_of(key_id))),
            mpl("AwsKms", kms_key_id=key_id, kms_client=kms_client(region_of(key_id))),
        )

    def multi(self, generator: str | None, *key_ids: str) -> tuple[Keyring, MplKeyring]:
        return (
            AwsKmsMultiKeyring(generator, key_ids, self._supplier),
            mpl("AwsKmsMulti", generator=generator, kms_key_ids=list(key_ids) or None),
        )

    def discovery(self, region: str, *accounts: str) -> tuple[Keyring, MplKeyring]:
        ours, theirs = filters(accounts)
        return (
            AwsKmsDiscoveryKeyring(self._supplier(region), ours),
            mpl("AwsKmsDiscovery", kms_client=kms_client(region), discovery_filter=theirs),
        )

    def discovery_multi(self, *regions: str) -> tuple[Keyring, MplKeyring]:
        ours, theirs = filters([ACCOUNT])
        return (
            AwsKmsDiscoveryMultiKeyring(regions, ours, self._supplier),
            mpl("AwsKmsDiscoveryMulti", regions=list(regions), discovery_filter=theirs),
        )

    def mrk(self, key_id: str) -> tuple[Keyring, MplKeyring]:
        return (
            AwsKmsMrkKeyring(key_id, self._supplier(region_of(key_id))),
            mpl("AwsKmsMrk", kms_key_id=key_id, kms_client=kms_client(region_of(key_id))),
        )

    def mrk_multi(self, generator: str | None, *key_ids: str) -> tuple[Keyring, MplKeyring]:
        return (
            AwsKmsMrkMultiKeyring(generator, key_ids, self._supplier),
            mpl("AwsKmsMrkMulti", generator=generator, kms_key_ids=list(key_ids) or None),
        )

    def mrk_discovery(self, region: str, *accounts: str) -> tuple[Keyring, MplKeyring]:
        ours, theirs = filters(accounts)
        return (
            AwsKmsMrkDiscoveryKeyring(self._supplier(region), region, ours),
            mpl("AwsKmsMrkDiscovery", kms_client=kms_client(region), region=region, discovery_filter=theirs),
        )

    def mrk_discovery_multi(self, *regions: str) -> tuple[Keyring, MplKeyring]:
        ours, theirs = filters([ACCOUNT])
        return (
            AwsKmsMrkDiscoveryMultiKeyring(regions, ours, self._supplier),
            mpl("AwsKmsMrkDiscoveryMulti", regions=list(regions), discovery_filter=theirs),
        )

    def legacy(self, generator: str, *key_ids: str) -> tuple[Keyring, MplKeyring]:
        """Return our keyring of the earlier interface, beside the other side's multi-keyring."""
        ours = AwsKmsKeyring(self._supplier, generator_key_id=generator, key_ids=key_ids)
        return ours, self.multi(generator, *key_ids)[1]

    def legacy_discovery(self) -> tuple[Keyring, MplKeyring]:
        """Return our discovery keyring of the earlier interface, which asks in any Region."""
        return AwsKmsKeyring(self._supplier, is_discovery=True), self.discovery_multi(REGION, OTHER_REGION)[1]


Make = Callable[[Both], tuple[Keyring, MplKeyring]]
#: Keyrings that encrypt; under each name, those that decrypt what it wrote.
WRITERS: dict[str, tuple[Make, dict[str, Make]]] = {
    "strict": (
        lambda both: both.strict(both.key),
        {
            "strict": lambda both: both.strict(both.key),
            "multi": lambda both: both.multi(both.further, both.key),
            "discovery": lambda both: both.discovery(REGION),
            # With more accounts than one, the other side's keyring (of MPL 1.11) matches nothing.
            "discovery, filter": lambda both: both.discovery(REGION, ACCOUNT),
            "discovery multi": lambda both: both.discovery_multi(OTHER_REGION, REGION),
            "MRK": lambda both: both.mrk(both.key),
            "MRK discovery": lambda both: both.mrk_discovery(REGION, ACCOUNT),
            "AwsKmsKeyring": lambda both: both.legacy(both.key),
            "AwsKmsKeyring, discovery": lambda both: both.legacy_discovery(),
        },
    ),
    "strict, alias": (lambda both: both.strict(both.alias), {"strict": lambda both: both.strict(both.key)}),
    "multi": (
        lambda both: both.multi(both.key, both.further),
        {
            "multi": lambda both: both.multi(both.key, both.further),
            "strict, generator": lambda both: both.strict(both.key),
            "strict, further key": lambda both: both.strict(both.further),
            "multi without generator": lambda both: both.multi(None, both.further),
            "discovery in the other Region": lambda both: both.discovery_multi(OTHER_REGION),
        },
    ),
    "AwsKmsKeyring": (
        lambda both: both.legacy(both.key, both.further),
        {
            "multi": lambda both: both.multi(both.further, both.key),
            "discovery": lambda both: both.discovery(OTHER_REGION, ACCOUNT),
            "AwsKmsKeyring": lambda both: both.legacy(both.key, both.further),
        },
    ),
    "MRK": (
        lambda both: both.mrk(both.primary),
        {
            "MRK, primary": lambda both: both.mrk(both.primary),
            "MRK, replica": lambda both: both.mrk(both.replica),
            "MRK multi": lambda both: both.mrk_multi(both.replica, both.key),
            "MRK discovery": lambda both: both.mrk_discovery(OTHER_REGION),
            "MRK discovery, filter": lambda both: both.mrk_discovery(OTHER_REGION, FOREIGN_ACCOUNT, ACCOUNT),
            "MRK discovery multi": lambda both: both.mrk_discovery_multi(OTHER_REGION),
            "strict": lambda both: both.strict(both.primary),
        },
    ),
    "MRK multi": (
        lambda both: both.mrk_multi(both.replica, both.key),
        {
            "MRK multi": lambda both: both.mrk_multi(both.primary, both.further),
            "MRK, primary": lambda both: both.mrk(both.primary),
            "single-Region key": lambda both: both.strict(both.key),
            "MRK discovery multi": lambda both: both.mrk_discovery_multi(REGION, OTHER_REGION),
        },
    ),
}
PAIRS = [
    pytest.param(write, read, id=f"{writer} > {reader}")
    for writer, (write, readers) in WRITERS.items()
    for reader, read in readers.items()
]
#: What neither side may open.
REFUSED: dict[str, tuple[Make, Make]] = {
    "another key": (lambda both: both.strict(both.key), lambda both: both.strict(both.further)),
    "alias": (lambda both: both.strict(both.key), lambda both: both.strict(both.alias)),
    "filter": (lambda both: both.strict(both.key), lambda both: both.discovery(REGION, FOREIGN_ACCOUNT)),
    "MRK filter": (lambda both: both.mrk(both.primary), lambda both: both.mrk_discovery(OTHER_REGION, FOREIGN_ACCOUNT)),
    "strict relative": (lambda both: both.mrk(both.primary), lambda both: both.strict(both.replica)),
    "single-Region key elsewhere": (
        lambda both: both.strict(both.key),
        lambda both: both.mrk_discovery(OTHER_REGION, ACCOUNT),
    ),
}


@pytest.fixture(scope="module")
def both(keys: KeyMaker, supplier: EmulationClientSupplier) -> Both:
    return Both(keys, supplier)


@pytest.mark.parametrize(("write", "read"), PAIRS)
def test_each_side_decrypts_what_the_other_encrypts(write: Make, read: Make, both: Both, kms_peer: ReleasedPeer) -> None:
    (our_writer, their_writer), (our_reader, their_reader) = write(both), read(both)
    client = EncryptionSDKClient()
    message = client.encrypt(source=b"text", keyring=our_writer, encryption_context=CONTEXT)
    opened = kms_peer.decrypt(
        message.result, suite=SIGNED, keys=[their_reader], through="keyrings", encryption_context=CONTEXT
    )
    assert opened.plaintext == b"text"

    theirs = kms_peer.encrypt(b"text", suite=SIGNED, keys=[their_writer], through="keyrings", encryption_context=CONTEXT)
    result = client.decrypt(source=theirs, keyring=our_reader, encryption_context=CONTEXT)
    assert result.result == b"text"
    # The released package writes encrypted data keys in no order.
    ours = {key.key_provider for key in message.header.encrypted_data_keys}
    assert ours == {key.key_provider for key in result.header.encrypted_data_keys}


@pytest.mark.parametrize("suite", AlgorithmSuite, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_every_suite(suite: AlgorithmSuite, both: Both, kms_peer: ReleasedPeer) -> None:
    ours, theirs = both.mrk_multi(both.primary, both.key)
    policy = (
        CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
        if suite.is_committing()
        else CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    )
    client = EncryptionSDKClient(commitment_policy=policy)
    message = client.encrypt(source=b"text", keyring=ours, algorithm=suite).result
    assert kms_peer.decrypt(message, suite=suite, keys=[theirs], through="keyrings").plaintext == b"text"
    message = kms_peer.encrypt(b"text", suite=suite, keys=[theirs], through="keyrings")
    assert client.decrypt(source=message, keyring=ours).result == b"text"


@pytest.mark.parametrize(("write", "read"), REFUSED.values(), ids=REFUSED)
def test_neither_side_opens(write: Make, read: Make, both: Both, kms_peer: ReleasedPeer) -> None:
    (our_writer, their_writer), (our_reader, their_reader) = write(both), read(both)
    client = EncryptionSDKClient()
    message = client.encrypt(source=b"text", keyring=our_writer).result
    with pytest.raises(ReleasedSideError):
        kms_peer.decrypt(message, suite=SIGNED, keys=[their_reader], through="keyrings")
    message = kms_peer.encrypt(b"text", suite=SIGNED, keys=[their_writer], through="keyrings")
    with pytest.raises(AWSEncryptionSDKClientError):
        client.decrypt(source=message, keyring=our_reader)


def mpl(kind: str, **fields: Any) -> MplKeyring:
    """Return the other side's keyring of a kind."""
    snake = re.sub("(?<!^)(?=[A-Z])", "_", kind).lower()
    return MplKeyring(f"create_{snake}_keyring", model(f"Create{kind}KeyringInput", grant_tokens=["token"], **fields))


def filters(accounts: tuple[str, ...] | list[str]) -> tuple[DiscoveryFilter | None, dict[str, Any] | None]:
    """Return the discovery filter of both sides; no accounts mean no filter."""
    if not accounts:
        return None, None
    return (
        DiscoveryFilter(account_ids=accounts, partition="aws"),
        model("DiscoveryFilter", account_ids=list(accounts), partition="aws"),
    )


def region_of(arn: str) -> str:
    """Return the Region in an ARN."""
    return arn.split(":")[3]
