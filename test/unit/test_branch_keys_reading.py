"""Reading branch keys, their versions and beacon keys (framework/branch-key-store.md, AWS KMS branch key decryption)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk.branch_keys import BranchKeyStore, Discovery, KmsKeyArn, KmsMRKeyArn, MRDiscovery
from aws_encryption_sdk.exceptions import (
    ArgumentValueError,
    BranchKeyNotFoundError,
    BranchKeyTamperedError,
    ConfigMismatchError,
    KmsDecryptKeyError,
)

from .branch_key_stores import CONTEXT, NAME, TABLE, Parts
from .fake_kms import KEY, MRK_EAST, MRK_WEST, OTHER_KEY, FakeKms

pytestmark = pytest.mark.specification(
    "framework/branch-key-store.md",
    "Operations",
    "GetActiveBranchKey",
    "GetBranchKeyVersion",
    "GetBeaconKey",
    "AWS KMS Branch Key Decryption",
    "Branch Key Materials From Authenticated Encryption Context",
    "Custom Encryption Context From Authenticated Encryption Context",
)

Read = Callable[[BranchKeyStore, str], Any]


@pytest.fixture
def parts() -> Parts:
    made = Parts()
    made.store().create_key("mine", CONTEXT)
    made.ddb.calls.clear()
    made.kms.calls.clear()
    return made


#: How each kind of item is read, and its type with a version in it.
READS: dict[str, tuple[Read, str]] = {
    "active": (lambda store, _: store.get_active_branch_key("mine"), "branch:ACTIVE"),
    "version": (lambda store, version: store.get_branch_key_version("mine", version), "branch:version:{}"),
    "beacon": (lambda store, _: store.get_beacon_key("mine"), "beacon:ACTIVE"),
}
each_read = pytest.mark.parametrize(("read", "kind"), READS.values(), ids=READS)


@each_read
def test_the_requests(parts: Parts, read: Read, kind: str) -> None:
    [version] = parts.versions("mine")
    read(parts.store(grant_tokens=["a"]), version)
    item_type = kind.format(version)
    [(operation, request)] = parts.ddb.calls
    assert (operation, request["TableName"], request["ConsistentRead"]) == ("get_item", TABLE, True)
    assert request["Key"] == {"branch-key-id": {"S": "mine"}, "type": {"S": item_type}}
    item = parts.item("mine", item_type)
    [(operation, request)] = parts.kms.calls
    assert operation == "decrypt"
    assert request["KeyId"] == KEY
    assert request["CiphertextBlob"] == item["enc"]["B"]
    assert request["GrantTokens"] == ["a"]
    expected = {name: value.get("S", value.get("N")) for name, value in item.items() if name != "enc"}
    assert request["EncryptionContext"] == {**expected, "tablename": NAME}


def test_the_materials(parts: Parts) -> None:
    store, [version] = parts.store(), parts.versions("mine")
    active, named, beacon = (read(store, version) for read, _ in READS.values())
    assert active.branch_key == named.branch_key != beacon.beacon_key
    assert active.branch_key_version == named.branch_key_version == version
    assert active.branch_key_identifier == named.branch_key_identifier == beacon.beacon_key_identifier == "mine"
    assert active.encryption_context == named.encryption_context == beacon.encryption_context == CONTEXT


def test_after_a_new_version(parts: Parts) -> None:
    store, [first] = parts.store(), parts.versions("mine")
    before, beacon = store.get_active_branch_key("mine"), store.get_beacon_key("mine")
    store.version_key("mine")
    after = store.get_active_branch_key("mine")
    assert after.branch_key != before.branch_key
    assert after.branch_key_version != first
    assert store.get_branch_key_version("mine", first).branch_key == before.branch_key
    assert store.get_branch_key_version("mine", after.branch_key_version).branch_key == after.branch_key
    assert store.get_beacon_key("mine").beacon_key == beacon.beacon_key
    assert after.encryption_context == CONTEXT


@each_read
def test_there_is_none(parts: Parts, read: Read, kind: str) -> None:
    parts.ddb.items.clear()
    with pytest.raises(BranchKeyNotFoundError, match="has no item with branch-key-id 'mine'"):
        read(parts.store(), "83eec007-5659-4554-bf11-699b90f41ac6")
    assert parts.kms.calls == []


@pytest.mark.specification("framework/branch-key-store.md", "Logical KeyStore Name")
@each_read
def test_another_logical_name(parts: Parts, read: Read, kind: str) -> None:
    with pytest.raises(BranchKeyTamperedError, match="belongs to a branch key store of another logical name"):
        read(parts.store("another name"), parts.versions("mine")[0])


ALTERATIONS: dict[str, Callable[[dict[str, Any]], object]] = {
    "time": lambda item: item.update({"create-time": {"S": "2023-06-03T19:03:29.358Z"}}),
    "context changed": lambda item: item.update({"aws-crypto-ec:department": {"S": "other"}}),
    "context removed": lambda item: item.pop("aws-crypto-ec:department"),
    "context added": lambda item: item.update({"aws-crypto-ec:more": {"S": "x"}}),
    "attribute added": lambda item: item.update(more={"S": "x"}),
    "attribute of bytes": lambda item: item.update(more={"B": b"x"}),
    "attribute of another type": lambda item: item.update({"create-time": {"N": "1"}}),
    "number as text": lambda item: item.update({"hierarchy-version": {"S": "1"}}),
    "hierarchy version": lambda item: item.update({"hierarchy-version": {"N": "2"}}),
    "logical name": lambda item: item.update(tablename={"S": NAME}),
    "no key": lambda item: item.pop("enc"),
    "empty key": lambda item: item.update(enc={"B": b""}),
    "key as text": lambda item: item.update(enc={"S": "x"}),
    "other key": lambda item: item.update(enc={"B": b"not a ciphertext"}),
    "no time": lambda item: item.pop("create-time"),
    "alias": lambda item: item.update({"kms-arn": {"S": KEY.rpartition(":")[0] + ":alias/a"}}),
    "no arn": lambda item: item.update({"kms-arn": {"S": ""}}),
    "other id": lambda item: item.update({"branch-key-id": {"S": "other"}}),
    "other type": lambda item: item.update({"type": {"S": "other"}}),
    "no map": lambda item: item.update(more="x"),
}


@each_read
@pytest.mark.parametrize("change", ALTERATIONS.values(), ids=ALTERATIONS)
def test_altered_items(parts: Parts, read: Read, kind: str, change: Callable[[dict[str, Any]], object]) -> None:
    [version] = parts.versions("mine")
    change(parts.item("mine", kind.format(version)))
    with pytest.raises(BranchKeyTamperedError, match=r"mine|other"):
        read(parts.store(), version)


@each_read
def test_the_key_of_another_item(parts: Parts, read: Read, kind: str) -> None:
    """Whoever may write to the table cannot put one key in the place of another."""
    store, [version] = parts.store(), parts.versions("mine")
    store.create_key("theirs", CONTEXT)
    [other] = parts.versions("theirs")
    for item_type in ("branch:ACTIVE", "beacon:ACTIVE", f"branch:version:{other}"):
        parts.item("mine", kind.format(version))["enc"] = copy.deepcopy(parts.item("theirs", item_type)["enc"])
        with pytest.raises(BranchKeyTamperedError):
            read(store, version)


@each_read
def test_another_item_that_is_authentic(parts: Parts, read: Read, kind: str) -> None:
    """A table cannot give it, its keys being what is asked for; a storage of one's own could."""
    store, [version] = parts.store(), parts.versions("mine")
    store.create_key("theirs", CONTEXT)
    [other] = parts.versions("theirs")
    parts.ddb.items["mine", kind.format(version)] = parts.item("theirs", kind.format(other))
    with pytest.raises(BranchKeyTamperedError, match=r"of the branch key 'theirs'; .* of 'mine' was asked for"):
        read(store, version)


def test_an_active_item_that_names_another_version(parts: Parts) -> None:
    store, [first] = parts.store(), parts.versions("mine")
    store.version_key("mine")
    parts.item("mine", "branch:ACTIVE")["version"] = {"S": f"branch:version:{first}"}
    with pytest.raises(BranchKeyTamperedError):
        store.get_active_branch_key("mine")


@pytest.mark.parametrize("version", ["", "x", "83EEC007-5659-4554-BF11-699B90F41AC6", "branch:version:1"])
def test_what_is_no_version(parts: Parts, version: str) -> None:
    with pytest.raises(ArgumentValueError, match="UUID of version 4"):
        parts.store().get_branch_key_version("mine", version)
    assert parts.ddb.calls == []


@each_read
def test_kms_refuses(parts: Parts, read: Read, kind: str) -> None:
    parts.kms.fails("decrypt")
    with pytest.raises(KmsDecryptKeyError, match="access denied") as caught:
        read(parts.store(), parts.versions("mine")[0])
    assert caught.value.__cause__ is not None


@each_read
def test_kms_gives_another_length(parts: Parts, read: Read, kind: str) -> None:
    parts.kms.answers("decrypt", Plaintext=bytes(31))
    with pytest.raises(KmsDecryptKeyError, match="31 bytes, where 32"):
        read(parts.store(), parts.versions("mine")[0])


@pytest.mark.specification("framework/branch-key-store.md", "AWS Key ARN Compatibility", "Discovery", "MRDiscovery")
class TestConfigurations:
    def make(self, arn: str) -> Parts:
        parts = Parts(configuration=KmsKeyArn(arn))
        parts.store().create_key("mine", CONTEXT)
        return parts

    @pytest.mark.parametrize(
        ("made_with", "configuration", "asked"),
        [
            (KEY, KmsMRKeyArn(KEY), KEY),
            (MRK_WEST, KmsMRKeyArn(MRK_EAST), MRK_EAST),
            (OTHER_KEY, Discovery(), OTHER_KEY),
            (MRK_WEST, MRDiscovery("us-east-1"), MRK_EAST),
            (KEY, MRDiscovery("us-east-1"), KEY),
        ],
    )
    def test_keys_that_are_read(self, made_with: str, configuration: Any, asked: str) -> None:
        parts = self.make(made_with)
        expected = parts.store().get_active_branch_key("mine").branch_key
        parts.configuration, parts.kms = configuration, FakeKms()
        assert parts.store().get_active_branch_key("mine").branch_key == expected
        [(_, request)] = parts.kms.calls
        assert request["KeyId"] == asked
        assert request["EncryptionContext"]["kms-arn"] == made_with

    @pytest.mark.parametrize(
        ("made_with", "configuration"),
        [(KEY, KmsKeyArn(OTHER_KEY)), (MRK_WEST, KmsKeyArn(MRK_EAST)), (KEY, KmsMRKeyArn(MRK_WEST))],
    )
    def test_keys_that_are_refused(self, made_with: str, configuration: Any) -> None:
        parts = self.make(made_with)
        parts.configuration, parts.kms = configuration, FakeKms()
        with pytest.raises(ConfigMismatchError):
            parts.store().get_active_branch_key("mine")
        assert parts.kms.calls == []
