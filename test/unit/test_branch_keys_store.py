"""Making and versioning branch keys (framework/branch-key-store.md)."""

from __future__ import annotations

from typing import Any

import pytest

from aws_encryption_sdk.branch_keys import (
    Discovery,
    KmsKeyArn,
    KmsMRKeyArn,
    MRDiscovery,
)
from aws_encryption_sdk.exceptions import (
    ArgumentTypeError,
    BranchKeyExistsError,
    BranchKeyNotFoundError,
    BranchKeyTamperedError,
    BranchKeyVersionConflictError,
    ConfigMismatchError,
    KmsGenerateKeyError,
    KmsReEncryptError,
    NotSupportedError,
)

from .branch_key_stores import CONTEXT, NAME, TABLE, UUID_4, Parts
from .fake_dynamodb import TransactionCanceled
from .fake_kms import KEY, MRK_EAST, MRK_WEST, OTHER_KEY, FakeKms

TOKENS = ("token one", "token two")


@pytest.fixture
def parts() -> Parts:
    return Parts()


def operations(calls: list[tuple[str, dict[str, Any]]]) -> list[str]:
    return [operation for operation, _ in calls]


@pytest.mark.specification(
    "framework/branch-key-store.md", "GetKeyStoreInfo", "Operations", "AWS KMS Grant Tokens", "Table Name"
)
def test_store_info() -> None:
    store = Parts().store(id="an id", grant_tokens=TOKENS)
    info = store.get_key_store_info()
    assert (info.key_store_id, info.key_store_name, info.logical_key_store_name) == ("an id", TABLE, NAME)
    assert (info.grant_tokens, info.kms_configuration) == (TOKENS, KmsKeyArn(KEY))
    assert store.logical_key_store_name == NAME


@pytest.mark.specification("framework/branch-key-store.md", "Keystore ID")
def test_the_id_of_a_store_is_random_where_none_is_given() -> None:
    ids = {Parts().store().get_key_store_info().key_store_id for _ in range(5)}
    assert len(ids) == 5
    assert all(UUID_4.fullmatch(each) for each in ids)


@pytest.mark.specification(
    "framework/branch-key-store.md",
    "Operations",
    "AWS KMS Grant Tokens",
    "Discovery",
    "MRDiscovery",
    "Logical KeyStore Name",
    "CreateKey",
    "Branch Key and Beacon Key Creation",
    "Wrapped Branch Key Creation",
    "Writing Branch Key and Beacon Key to Keystore",
    "Record Format",
    "Custom Encryption Context",
)
class TestCreateKey:
    def test_three_items_are_written_in_one_transaction(self, parts: Parts) -> None:
        branch_key_id = parts.store().create_key("mine", CONTEXT)
        assert branch_key_id == "mine"
        [(operation, request)] = parts.ddb.calls
        assert operation == "transact_write_items"
        puts = [entry["Put"] for entry in request["TransactItems"]]
        [version] = parts.versions("mine")
        assert [put["Item"]["type"]["S"] for put in puts] == [f"branch:version:{version}", "branch:ACTIVE", "beacon:ACTIVE"]
        for put in puts:
            assert put["TableName"] == TABLE
            assert put["ConditionExpression"] == "attribute_not_exists(#id)"
            item = put["Item"]
            assert item["branch-key-id"] == {"S": "mine"}
            assert item["kms-arn"] == {"S": KEY}
            assert item["hierarchy-version"] == {"N": "1"}
            assert item["create-time"] == puts[0]["Item"]["create-time"]
            assert item["aws-crypto-ec:department"] == {"S": "admin"}
            assert item["aws-crypto-ec:größe"] == {"S": "groß"}
            assert isinstance(item["enc"]["B"], bytes)
        assert puts[1]["Item"]["version"] == {"S": f"branch:version:{version}"}
        assert ["version" in put["Item"] for put in puts] == [False, True, False]
        assert UUID_4.fullmatch(version)

    def test_what_kms_is_asked(self, parts: Parts) -> None:
        parts.store(grant_tokens=TOKENS).create_key("mine", CONTEXT)
        (generate, generated), (re_encrypt, copied), (again, beacon) = parts.kms.calls
        assert (generate, re_encrypt, again) == (
            "generate_data_key_without_plaintext",
            "re_encrypt",
            "generate_data_key_without_plaintext",
        )
        for request in (generated, beacon):
            assert (request["KeyId"], request["NumberOfBytes"], request["GrantTokens"]) == (KEY, 32, list(TOKENS))
            assert request["EncryptionContext"]["tablename"] == NAME
        [version] = parts.versions("mine")
        context = generated["EncryptionContext"]
        assert context["type"] == f"branch:version:{version}"
        assert "version" not in context
        assert beacon["EncryptionContext"] == {**context, "type": "beacon:ACTIVE"}
        assert copied == {
            "SourceKeyId": KEY,
            "SourceEncryptionContext": context,
            "DestinationKeyId": KEY,
            "DestinationEncryptionContext": {**context, "type": "branch:ACTIVE", "version": f"branch:version:{version}"},
            "CiphertextBlob": parts.item("mine", f"branch:version:{version}")["enc"]["B"],
            "GrantTokens": list(TOKENS),
        }

    def test_a_random_id(self, parts: Parts) -> None:
        store = parts.store()
        ids = {store.create_key() for _ in range(3)} | {store.create_key(encryption_context=CONTEXT)}
        assert len(ids) == 4
        assert all(UUID_4.fullmatch(each) for each in ids)

    @pytest.mark.parametrize("context", [None, {}])
    def test_an_own_id_needs_an_encryption_context(self, parts: Parts, context: Any) -> None:
        with pytest.raises(ArgumentTypeError, match="needs an encryption_context"):
            parts.store().create_key("mine", context)
        assert parts.kms.calls == parts.ddb.calls == []

    def test_an_id_that_there_is(self, parts: Parts) -> None:
        store = parts.store()
        store.create_key("mine", CONTEXT)
        before = dict(parts.ddb.items)
        with pytest.raises(BranchKeyExistsError, match="has a branch key 'mine' already"):
            store.create_key("mine", CONTEXT)
        assert parts.ddb.items == before

    @pytest.mark.parametrize("configuration", [Discovery(), MRDiscovery("us-west-2")])
    def test_not_with_discovery(self, parts: Parts, configuration: Any) -> None:
        parts.configuration = configuration
        with pytest.raises(NotSupportedError):
            parts.store().create_key()
        with pytest.raises(NotSupportedError):
            parts.store().version_key("mine")
        assert parts.kms.calls == parts.ddb.calls == []

    @pytest.mark.parametrize(
        ("operation", "error"),
        [("generate_data_key_without_plaintext", KmsGenerateKeyError), ("re_encrypt", KmsReEncryptError)],
    )
    def test_nothing_is_written_where_kms_refuses(self, parts: Parts, operation: str, error: type[Exception]) -> None:
        parts.kms.fails(operation)
        with pytest.raises(error, match="access denied"):
            parts.store().create_key()
        assert parts.ddb.calls == []


@pytest.mark.specification(
    "framework/branch-key-store.md",
    "Operations",
    "VersionKey",
    "Authenticating a Keystore item",
    "Custom Encryption Context",
)
class TestVersionKey:
    def test_a_new_version_and_a_new_active_item(self, parts: Parts) -> None:
        store = parts.store(grant_tokens=TOKENS)
        store.create_key("mine", CONTEXT)
        [first] = parts.versions("mine")
        old, beacon = parts.item("mine", "branch:ACTIVE"), parts.item("mine", "beacon:ACTIVE")
        parts.ddb.calls.clear()
        parts.kms.calls.clear()
        store.version_key("mine")
        assert operations(parts.ddb.calls) == ["get_item", "transact_write_items"]
        assert parts.ddb.calls[0][1]["Key"] == {"branch-key-id": {"S": "mine"}, "type": {"S": "branch:ACTIVE"}}
        [one, two] = parts.versions("mine")
        second = two if one == first else one
        new, version = parts.item("mine", "branch:ACTIVE"), parts.item("mine", f"branch:version:{second}")
        assert new["version"] == {"S": f"branch:version:{second}"}
        assert new["create-time"] == version["create-time"]
        assert new["create-time"]["S"] > old["create-time"]["S"]
        assert "version" not in version
        for name in ("kms-arn", "aws-crypto-ec:department", "aws-crypto-ec:größe", "hierarchy-version", "branch-key-id"):
            assert new[name] == version[name] == old[name]
        assert parts.item("mine", "beacon:ACTIVE") == beacon
        assert all(request["GrantTokens"] == list(TOKENS) for _, request in parts.kms.calls)

    def test_the_guard_against_others(self, parts: Parts) -> None:
        store = parts.store()
        store.create_key("mine", CONTEXT)
        old = parts.item("mine", "branch:ACTIVE")["enc"]
        store.version_key("mine")
        version, active = [entry["Put"] for entry in parts.ddb.calls[-1][1]["TransactItems"]]
        assert version["ConditionExpression"] == "attribute_not_exists(#id)"
        assert active["ConditionExpression"] == "attribute_exists(#id) AND #enc = :encOld"
        assert active["ExpressionAttributeNames"] == {"#id": "branch-key-id", "#enc": "enc"}
        assert active["ExpressionAttributeValues"] == {":encOld": old}

    def test_the_active_item_is_authenticated_first(self, parts: Parts) -> None:
        store = parts.store()
        store.create_key("mine", CONTEXT)
        old = parts.item("mine", "branch:ACTIVE")
        parts.kms.calls.clear()
        store.version_key("mine")
        assert operations(parts.kms.calls) == ["re_encrypt", "generate_data_key_without_plaintext", "re_encrypt"]
        request = parts.kms.calls[0][1]
        assert request["CiphertextBlob"] == old["enc"]["B"]
        assert request["SourceEncryptionContext"] == request["DestinationEncryptionContext"]
        assert request["SourceEncryptionContext"]["type"] == "branch:ACTIVE"
        assert (request["SourceKeyId"], request["DestinationKeyId"]) == (KEY, KEY)

    @pytest.mark.parametrize("name", ["create-time", "aws-crypto-ec:department", "version", "kms-arn"])
    def test_an_altered_active_item_is_not_versioned(self, parts: Parts, name: str) -> None:
        parts.configuration = KmsMRKeyArn(MRK_WEST)
        store = parts.store()
        store.create_key("mine", CONTEXT)
        values = {
            "version": "branch:version:0b6f3a0f-17ee-4b67-9bd5-b1b5a6a5e2c1",
            "kms-arn": MRK_EAST,
        }
        parts.item("mine", "branch:ACTIVE")[name] = {"S": values.get(name, "altered")}
        parts.ddb.calls.clear()
        with pytest.raises(BranchKeyTamperedError, match="an attribute was altered"):
            store.version_key("mine")
        assert operations(parts.ddb.calls) == ["get_item"]

    def test_there_is_none(self, parts: Parts) -> None:
        with pytest.raises(BranchKeyNotFoundError, match="'mine'"):
            parts.store().version_key("mine")

    def test_the_arn_of_a_relative_stays(self, parts: Parts) -> None:
        parts.configuration = KmsMRKeyArn(MRK_WEST)
        parts.store().create_key("mine", CONTEXT)
        parts.configuration, parts.kms = KmsMRKeyArn(MRK_EAST), FakeKms("us-east-1")
        parts.store().version_key("mine")
        assert parts.item("mine", "branch:ACTIVE")["kms-arn"] == {"S": MRK_WEST}
        asked = [request.get("KeyId", request.get("SourceKeyId")) for _, request in parts.kms.calls]
        assert asked == [MRK_EAST] * 3
        assert parts.kms.calls[1][1]["EncryptionContext"]["kms-arn"] == MRK_WEST

    def test_another_key(self, parts: Parts) -> None:
        parts.store().create_key("mine", CONTEXT)
        parts.configuration = KmsKeyArn(OTHER_KEY)
        parts.kms.calls.clear()
        with pytest.raises(ConfigMismatchError, match="configured for"):
            parts.store().version_key("mine")
        assert parts.kms.calls == []

    def test_somebody_else_was_first(self, parts: Parts) -> None:
        store, other = parts.store(), parts.store()
        store.create_key("mine", CONTEXT)

        def interfere() -> None:
            parts.ddb.before_writing = lambda: None
            other.version_key("mine")

        parts.ddb.before_writing = interfere
        with pytest.raises(BranchKeyVersionConflictError, match="another version while this one was being made"):
            store.version_key("mine")
        assert len(parts.versions("mine")) == 2

    def test_a_transaction_at_the_same_time(self, parts: Parts) -> None:
        store = parts.store()
        store.create_key("mine", CONTEXT)
        parts.ddb.failures["transact_write_items"] = TransactionCanceled("None", "TransactionConflict")
        with pytest.raises(BranchKeyVersionConflictError):
            store.version_key("mine")
