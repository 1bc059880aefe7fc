"""Branch keys: both sides make, rotate and use them in the same table, and decrypt each other's messages."""

from __future__ import annotations

import base64
import itertools
import uuid
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.branch_keys import BranchKeyStore, Discovery, KmsConfiguration, KmsKeyArn, KmsMRKeyArn, MRDiscovery
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, BranchKeyTamperedError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsHierarchicalKeyring
from aws_encryption_sdk.materials_managers.required_encryption_context import (
    RequiredEncryptionContextCryptoMaterialsManager,
)
from test.emulation.clients import service_client
from test.emulation.keys import KeyMaker
from test.emulation.server import EmulationServer
from test.emulation.settings import OTHER_REGION, REGION
from test.interop.mpl_keyrings import MplKeyring, model
from test.interop.peer import HOW_TO_RUN, ReleasedPeer, ReleasedSideError, released_python

if not released_python():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

SIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
CUSTOM = {"department": "admin", "größe": "groß"}
CONTEXT = {"purpose": "interoperability", "größe": "groß"}
NAME = "logical name"
_NUMBERS = itertools.count()


@attrs.define
class OurStore:
    """A branch key store of ours."""

    store: BranchKeyStore

    def create_table(self) -> str:
        return self.store.create_key_store()

    def create(self, branch_key_id: str | None, context: dict[str, str] | None) -> str:
        return self.store.create_key(branch_key_id, context)

    def rotate(self, branch_key_id: str) -> None:
        self.store.version_key(branch_key_id)

    def active(self, branch_key_id: str) -> tuple[str, bytes, dict[str, str]]:
        found = self.store.get_active_branch_key(branch_key_id)
        return found.branch_key_version, found.branch_key, dict(found.encryption_context)

    def version(self, branch_key_id: str, version: str) -> tuple[str, bytes, dict[str, str]]:
        found = self.store.get_branch_key_version(branch_key_id, version)
        return found.branch_key_version, found.branch_key, dict(found.encryption_context)

    def beacon(self, branch_key_id: str) -> tuple[bytes, dict[str, str]]:
        found = self.store.get_beacon_key(branch_key_id)
        return found.beacon_key, dict(found.encryption_context)


@attrs.define
class TheirStore:
    """A key store of the other side."""

    peer: ReleasedPeer
    description: dict[str, Any]

    def create_table(self) -> str:
        return str(self._ask("create_key_store")["table_arn"])

    def create(self, branch_key_id: str | None, context: dict[str, str] | None) -> str:
        given = {"branch_key_identifier": branch_key_id, "encryption_context": context and Pairs(context).described()}
        answer = self._ask("create_key", **{name: value for name, value in given.items() if value is not None})
        return str(answer["branch_key_identifier"])

    def rotate(self, branch_key_id: str) -> None:
        self._ask("version_key", branch_key_identifier=branch_key_id)

    def active(self, branch_key_id: str) -> tuple[str, bytes, dict[str, str]]:
        return self._read("get_active_branch_key", branch_key_identifier=branch_key_id)

    def version(self, branch_key_id: str, version: str) -> tuple[str, bytes, dict[str, str]]:
        return self._read("get_branch_key_version", branch_key_identifier=branch_key_id, branch_key_version=version)

    def beacon(self, branch_key_id: str) -> tuple[bytes, dict[str, str]]:
        found = self._ask("get_beacon_key", branch_key_identifier=branch_key_id)
        return base64.b64decode(found["beacon_key"]), found["encryption_context"]

    def _read(self, method: str, **arguments: str) -> tuple[str, bytes, dict[str, str]]:
        found = self._ask(method, **arguments)
        return found["branch_key_version"], base64.b64decode(found["branch_key"]), found["encryption_context"]

    def _ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        return self.peer.key_store(self.description, method, **arguments)


@attrs.define
class Pairs:
    """A plain mapping, as the other side is sent one."""

    pairs: dict[str, str]

    def described(self) -> dict[str, Any]:
        return {"pairs": self.pairs}


@attrs.define
class Both:
    """Stores of both sides over the same table, by configuration and logical name."""

    emulation: EmulationServer
    peer: ReleasedPeer
    table: str = attrs.field(factory=lambda: f"interop-{next(_NUMBERS)}")

    def ours(self, configuration: KmsConfiguration, region: str = REGION, name: str = NAME) -> OurStore:
        clients = (
            service_client(each, self.emulation.endpoint, where) for each, where in (("dynamodb", REGION), ("kms", region))
        )
        ddb, kms = clients
        return OurStore(BranchKeyStore(self.table, configuration, name, ddb_client=ddb, kms_client=kms))

    def theirs(self, configuration: KmsConfiguration, region: str = REGION, name: str = NAME) -> TheirStore:
        kinds = {KmsKeyArn: "KmsKeyArn", KmsMRKeyArn: "KmsMRKeyArn", Discovery: "Discovery", MRDiscovery: "MrDiscovery"}
        value = getattr(configuration, "arn", getattr(configuration, "region", None))
        description = {
            "table": self.table,
            "logical_name": name,
            "configuration": kinds[type(configuration)],
            "value": value and str(value),
            "ddb_region": REGION,
            "kms_region": region,
        }
        return TheirStore(self.peer, description)

    def pair(self, first: str, configuration: KmsConfiguration, **arguments: str) -> tuple[Any, Any]:
        """Return the stores of both sides, that of ``first`` first."""
        stores = self.ours(configuration, **arguments), self.theirs(configuration, **arguments)
        return stores if first == "ours" else stores[::-1]

    def items(self, branch_key_id: str) -> list[dict[str, Any]]:
        """Return the items of a branch key."""
        ddb = service_client("dynamodb", self.emulation.endpoint, REGION)
        found: list[dict[str, Any]] = ddb.query(
            TableName=self.table,
            KeyConditionExpression="#id = :id",
            ExpressionAttributeNames={"#id": "branch-key-id"},
            ExpressionAttributeValues={":id": {"S": branch_key_id}},
        )["Items"]
        return found


@pytest.fixture(scope="module")
def key(keys: KeyMaker) -> KmsKeyArn:
    return KmsKeyArn(keys.symmetric())


@pytest.fixture(scope="module")
def both(emulation: EmulationServer, kms_peer: ReleasedPeer, key: KmsKeyArn) -> Both:
    made = Both(emulation, kms_peer)
    made.ours(key).create_table()
    return made


each_side = pytest.mark.parametrize("first", ["ours", "theirs"])


@each_side
def test_each_takes_the_table_that_the_other_makes(
    first: str, emulation: EmulationServer, kms_peer: ReleasedPeer, key: KmsKeyArn
) -> None:
    maker, taker = Both(emulation, kms_peer).pair(first, key)
    assert maker.create_table() == taker.create_table()


@each_side
@pytest.mark.parametrize("own_id", [True, False], ids=["own id", "random id"])
def test_each_uses_and_rotates_what_the_other_makes(first: str, own_id: bool, both: Both, key: KmsKeyArn) -> None:
    maker, user = both.pair(first, key)
    context = CUSTOM if own_id else None
    branch_key_id = maker.create(str(uuid.uuid4()) if own_id else None, context)
    beacon = maker.beacon(branch_key_id)
    assert user.beacon(branch_key_id) == beacon
    seen = [maker.active(branch_key_id)]
    for rotating, reading in ((user, maker), (maker, user), (user, maker)):
        assert reading.active(branch_key_id) == seen[-1]
        rotating.rotate(branch_key_id)
        seen.append(rotating.active(branch_key_id))
        assert reading.active(branch_key_id) == seen[-1]
    assert len({version for version, _, _ in seen}) == len({branch_key for _, branch_key, _ in seen}) == 4
    for version, branch_key, custom in seen:
        assert user.version(branch_key_id, version) == maker.version(branch_key_id, version)
        assert user.version(branch_key_id, version) == (version, branch_key, custom)
        assert custom == (context or {})
    assert user.beacon(branch_key_id) == beacon


@pytest.mark.specification("framework/branch-key-store.md", "Record Format")
def test_the_items_have_the_same_form(both: Both, key: KmsKeyArn) -> None:
    def forms(branch_key_id: str) -> list[tuple[str, list[tuple[str, str, int]]]]:
        """Return the name, the type and the length of each attribute."""
        found = []
        for item in both.items(branch_key_id):
            attributes = [
                (name, kind, len(content)) for name, value in sorted(item.items()) for kind, content in value.items()
            ]
            found.append((item["type"]["S"].partition("n:")[0], attributes))
        return sorted(found)

    ours, theirs = (store.create(str(uuid.uuid4()), CUSTOM) for store in both.pair("ours", key))
    assert forms(ours) == forms(theirs)
    for store, branch_key_id in zip(both.pair("ours", key), (ours, theirs), strict=True):
        store.rotate(branch_key_id)
    assert forms(ours) == forms(theirs)


@each_side
def test_a_multi_region_key_in_every_configuration(first: str, both: Both, keys: KeyMaker) -> None:
    primary, replica = keys.multi_region(REGION, OTHER_REGION)
    maker, _ = both.pair(first, KmsMRKeyArn(primary))
    branch_key_id = maker.create(None, CUSTOM)
    expected = maker.active(branch_key_id)
    readers: list[tuple[KmsConfiguration, str]] = [
        (KmsKeyArn(primary), REGION),
        (KmsMRKeyArn(replica), OTHER_REGION),
        (Discovery(), REGION),
        (MRDiscovery(OTHER_REGION), OTHER_REGION),
    ]
    for configuration, region in readers:
        for reader in both.pair(first, configuration, region=region):
            assert reader.active(branch_key_id) == expected
    _, other = both.pair(first, KmsMRKeyArn(replica), region=OTHER_REGION)
    other.rotate(branch_key_id)
    assert {item["kms-arn"]["S"] for item in both.items(branch_key_id)} == {primary}
    assert maker.active(branch_key_id) == other.active(branch_key_id) != expected


@each_side
def test_another_logical_name(first: str, both: Both, key: KmsKeyArn) -> None:
    maker, _ = both.pair(first, key)
    branch_key_id = maker.create(None, None)
    ours, theirs = both.pair("ours", key, name="another name")
    with pytest.raises(BranchKeyTamperedError):
        ours.active(branch_key_id)
    with pytest.raises(ReleasedSideError):
        theirs.active(branch_key_id)


def keyrings(both: Both, key: KmsKeyArn, branch_key_id: str) -> tuple[AwsKmsHierarchicalKeyring, MplKeyring]:
    """Return a new keyring of each side, with nothing in its cache."""
    ours, theirs = both.pair("ours", key)
    described = model("CreateAwsKmsHierarchicalKeyringInput", branch_key_id=branch_key_id, ttl_seconds=600)
    described["fields"]["key_store"] = {"key_store": theirs.description}
    return (
        AwsKmsHierarchicalKeyring(ours.store, branch_key_id=branch_key_id, ttl_seconds=600),
        MplKeyring("create_aws_kms_hierarchical_keyring", described),
    )


@pytest.fixture(scope="module")
def made_by(both: Both, key: KmsKeyArn) -> Callable[[str], str]:
    """Return what gives a branch key that one side made and the other one rotated."""
    made = {}
    for first in ("ours", "theirs"):
        maker, other = both.pair(first, key)
        made[first] = maker.create(None, CUSTOM)
        other.rotate(made[first])
    return made.__getitem__


@pytest.mark.specification(
    "framework/aws-kms/aws-kms-hierarchical-keyring.md",
    "Ciphertext",
    "Branch Key Wrapping",
    "Branch Key Unwrapping",
    "Branch Key Wrapping and Unwrapping AAD",
)
@each_side
@pytest.mark.parametrize("suite", AlgorithmSuite, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_messages_of_every_suite(
    suite: AlgorithmSuite, first: str, both: Both, key: KmsKeyArn, made_by: Callable[[str], str], kms_peer: ReleasedPeer
) -> None:
    ours, theirs = keyrings(both, key, made_by(first))
    policy = (
        CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
        if suite.is_committing()
        else CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    )
    client = EncryptionSDKClient(commitment_policy=policy)
    message = client.encrypt(source=b"text", keyring=ours, algorithm=suite, encryption_context=CONTEXT).result
    opened = kms_peer.decrypt(message, suite=suite, keys=[theirs], through="keyrings", encryption_context=CONTEXT)
    assert opened.plaintext == b"text"
    message = kms_peer.encrypt(b"text", suite=suite, keys=[theirs], through="keyrings", encryption_context=CONTEXT)
    assert client.decrypt(source=message, keyring=ours, encryption_context=CONTEXT).result == b"text"


@each_side
def test_messages_before_and_after_a_rotation(first: str, both: Both, key: KmsKeyArn, kms_peer: ReleasedPeer) -> None:
    maker, other = both.pair(first, key)
    branch_key_id = maker.create(None, CUSTOM)
    client, messages = EncryptionSDKClient(), []
    for _ in range(2):
        ours, theirs = keyrings(both, key, branch_key_id)
        messages.append(client.encrypt(source=b"text", keyring=ours).result)
        messages.append(kms_peer.encrypt(b"text", suite=SIGNED, keys=[theirs], through="keyrings"))
        other.rotate(branch_key_id)
    ours, theirs = keyrings(both, key, branch_key_id)
    for message in messages:
        assert client.decrypt(source=message, keyring=ours).result == b"text"
        assert kms_peer.decrypt(message, suite=SIGNED, keys=[theirs], through="keyrings").plaintext == b"text"


@each_side
def test_required_encryption_context(
    first: str, both: Both, key: KmsKeyArn, made_by: Callable[[str], str], kms_peer: ReleasedPeer
) -> None:
    ours, theirs = keyrings(both, key, made_by(first))
    manager = RequiredEncryptionContextCryptoMaterialsManager(["purpose"], keyring=ours)
    client = EncryptionSDKClient()
    message = client.encrypt(source=b"text", materials_manager=manager, encryption_context=CONTEXT).result
    asked: dict[str, Any] = {"suite": SIGNED, "keys": [theirs], "through": "keyrings", "encryption_context": CONTEXT}
    opened = kms_peer.decrypt(message, **asked, required_keys=("purpose",))
    assert opened.plaintext == b"text"
    message = kms_peer.encrypt(b"text", **asked, required_keys=("purpose",))
    assert client.decrypt(source=message, materials_manager=manager, encryption_context=CONTEXT).result == b"text"
    with pytest.raises(AWSEncryptionSDKClientError):
        client.decrypt(source=message, keyring=ours)
