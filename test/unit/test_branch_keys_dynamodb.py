"""The table of a branch key store, and what becomes of DynamoDB's errors."""

from __future__ import annotations

from typing import Any

import pytest

from aws_encryption_sdk.branch_keys import BranchKeyStore, DynamoDbStorage, KmsKeyArn
from aws_encryption_sdk.exceptions import BranchKeyStoreError, BranchKeyTamperedError, DynamoDbRequestError

from .branch_key_stores import CONTEXT, NAME, TABLE, Parts
from .fake_dynamodb import ARN, FakeDynamoDb, TransactionCanceled
from .fake_kms import KEY, FakeClientError, FakeKms

SCHEMA = [{"AttributeName": "branch-key-id", "KeyType": "HASH"}, {"AttributeName": "type", "KeyType": "RANGE"}]
TYPES = [{"AttributeName": "branch-key-id", "AttributeType": "S"}, {"AttributeName": "type", "AttributeType": "S"}]


@pytest.fixture
def ddb() -> FakeDynamoDb:
    return FakeDynamoDb()


def create(ddb: FakeDynamoDb) -> str:
    store = BranchKeyStore(TABLE, KmsKeyArn(KEY), NAME, ddb_client=ddb, kms_client=FakeKms())
    return store.create_key_store()


@pytest.mark.specification("framework/branch-key-store.md", "Operations", "CreateKeyStore", "KeySchema")
class TestCreateKeyStore:
    def test_a_new_table(self, ddb: FakeDynamoDb) -> None:
        assert create(ddb) == ARN + TABLE
        (describe, described), (make, made) = ddb.calls
        assert (describe, described) == ("describe_table", {"TableName": TABLE})
        assert make == "create_table"
        assert made == {
            "TableName": TABLE,
            "KeySchema": SCHEMA,
            "AttributeDefinitions": TYPES,
            "BillingMode": "PAY_PER_REQUEST",
        }

    def test_a_table_that_there_is(self, ddb: FakeDynamoDb) -> None:
        create(ddb)
        ddb.described[TABLE]["GlobalSecondaryIndexes"] = [{"IndexName": "more"}]
        ddb.described[TABLE]["AttributeDefinitions"] = [*TYPES, {"AttributeName": "x", "AttributeType": "N"}]
        ddb.calls.clear()
        assert create(ddb) == ARN + TABLE
        assert [operation for operation, _ in ddb.calls] == ["describe_table"]

    @pytest.mark.parametrize(
        "change",
        [
            {"KeySchema": SCHEMA[:1]},
            {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, SCHEMA[1]]},
            {"KeySchema": [{**SCHEMA[0], "KeyType": "RANGE"}, {**SCHEMA[1], "KeyType": "HASH"}]},
            {"KeySchema": []},
            {"AttributeDefinitions": [TYPES[0], {**TYPES[1], "AttributeType": "B"}]},
            {"AttributeDefinitions": []},
        ],
        ids=str,
    )
    def test_a_table_with_other_keys(self, ddb: FakeDynamoDb, change: dict[str, Any]) -> None:
        create(ddb)
        ddb.described[TABLE].update(change)
        with pytest.raises(BranchKeyStoreError, match=r"needs branch-key-id \(partition key"):
            create(ddb)

    def test_a_table_that_cannot_be_described(self, ddb: FakeDynamoDb) -> None:
        ddb.failures["describe_table"] = FakeClientError("AccessDeniedException")
        with pytest.raises(DynamoDbRequestError, match="allow dynamodb:DescribeTable"):
            create(ddb)
        assert [operation for operation, _ in ddb.calls] == ["describe_table"]

    def test_a_table_that_cannot_be_made(self, ddb: FakeDynamoDb) -> None:
        ddb.failures["create_table"] = FakeClientError("LimitExceededException")
        with pytest.raises(DynamoDbRequestError, match="a quota of DynamoDB is exhausted") as caught:
            create(ddb)
        assert caught.value.operation == "CreateTable"


@pytest.mark.specification("framework/branch-key-store.md", "CreateKey", "VersionKey", "GetActiveBranchKey", "GetBeaconKey")
class TestErrors:
    @pytest.mark.parametrize(
        ("code", "meaning"),
        [
            ("ResourceNotFoundException", "there is no such table"),
            ("AccessDeniedException", "allow dynamodb:GetItem"),
            ("ThrottlingException", "requests are throttled"),
            ("ProvisionedThroughputExceededException", "more often than its capacity allows"),
            ("ExpiredTokenException", "the AWS credentials have expired"),
            ("SomethingNewException", "DynamoDB refused"),
        ],
    )
    def test_refused_reads(self, code: str, meaning: str) -> None:
        parts = Parts()
        parts.ddb.failures["get_item"] = FakeClientError(code)
        with pytest.raises(DynamoDbRequestError, match=meaning) as caught:
            parts.store().get_active_branch_key("mine")
        error = caught.value
        assert (error.operation, error.table_name, error.region_name, error.code) == ("GetItem", TABLE, "us-west-2", code)
        assert isinstance(error.__cause__, FakeClientError)

    def test_no_answer(self) -> None:
        parts = Parts()
        parts.ddb.failures["get_item"] = OSError("no route")
        with pytest.raises(DynamoDbRequestError, match=r"the client failed \(OSError: no route\)") as caught:
            parts.store().get_beacon_key("mine")
        assert caught.value.code is None

    def test_what_is_no_error_passes(self) -> None:
        parts = Parts()
        parts.ddb.failures["get_item"] = KeyboardInterrupt()  # type: ignore[assignment]
        with pytest.raises(KeyboardInterrupt):
            parts.store().get_beacon_key("mine")

    @pytest.mark.parametrize("call", ["create_key", "version_key"])
    @pytest.mark.parametrize(
        ("failure", "shown"),
        [
            (TransactionCanceled("None", "ThrottlingError"), r"nothing was written \(ThrottlingError\)"),
            (TransactionCanceled("ValidationError", "None"), "ValidationError"),
            (FakeClientError("TransactionCanceledException"), "for no stated reason"),
            (FakeClientError("ProvisionedThroughputExceededException"), "more often than its capacity"),
            (FakeClientError("AccessDeniedException"), "allow dynamodb:PutItem"),
        ],
        ids=["throttled", "invalid", "no reason", "capacity", "denied"],
    )
    def test_writes_that_fail(self, call: str, failure: Exception, shown: str) -> None:
        parts = Parts()
        store = parts.store()
        store.create_key("mine", CONTEXT)
        before = dict(parts.ddb.items)
        parts.ddb.failures["transact_write_items"] = failure
        arguments = ("other", CONTEXT) if call == "create_key" else ("mine",)
        with pytest.raises(DynamoDbRequestError, match=shown) as caught:
            getattr(store, call)(*arguments)
        assert caught.value.operation == "TransactWriteItems"
        assert caught.value.__cause__ is failure
        assert parts.ddb.items == before

    @pytest.mark.parametrize("answer", [None, [], "text"])
    def test_answers_that_are_none(self, answer: object) -> None:
        ddb = FakeDynamoDb()
        ddb.get_item = lambda **_: answer  # type: ignore[method-assign, assignment]
        with pytest.raises(DynamoDbRequestError, match="the answer is not usable"):
            DynamoDbStorage(TABLE, lambda: ddb).get("mine", "branch:ACTIVE")

    @pytest.mark.parametrize("table", [None, {}, {"TableArn": 1}])
    def test_tables_without_an_arn(self, table: object) -> None:
        ddb = FakeDynamoDb()
        ddb.create_table = lambda **_: {"TableDescription": table}  # type: ignore[method-assign]
        with pytest.raises(DynamoDbRequestError, match="has no Table"):
            create(ddb)

    @pytest.mark.parametrize("item", [["list"], "text"])
    def test_items_that_are_no_map(self, item: object) -> None:
        ddb = FakeDynamoDb()
        ddb.get_item = lambda **_: {"Item": item}  # type: ignore[method-assign]
        with pytest.raises((DynamoDbRequestError, BranchKeyTamperedError)):
            DynamoDbStorage(TABLE, lambda: ddb).get("mine", "branch:ACTIVE")


def test_a_table_by_its_arn() -> None:
    assert DynamoDbStorage(ARN + "a" * 255, FakeDynamoDb).name == ARN + "a" * 255
    assert repr(DynamoDbStorage(TABLE, FakeDynamoDb)) == "DynamoDbStorage('branch-keys')"
