"""A double of a DynamoDB client, in this process: it keeps tables and what it was asked, and can be told to fail."""

from __future__ import annotations

import copy
from collections.abc import Callable
from threading import Lock
from types import SimpleNamespace
from typing import Any

from .fake_kms import FakeClientError

ARN = "arn:aws:dynamodb:us-west-2:111122223333:table/"
Item = dict[str, dict[str, Any]]


class TransactionCanceled(FakeClientError):
    """Looks like botocore's exception of that name."""

    def __init__(self, *codes: str) -> None:
        super().__init__("TransactionCanceledException", f"cancelled: {list(codes)}")
        self.response["CancellationReasons"] = [{"Code": code} for code in codes]  # type: ignore[assignment]


class FakeDynamoDb:
    """A client, and the tables.

    :param tables: Names of the tables that there are
    """

    def __init__(self, *tables: str, region: str | None = "us-west-2") -> None:
        self.meta = SimpleNamespace(region_name=region)
        self.described: dict[str, dict[str, Any]] = {}
        self.items: dict[tuple[str, str], Item] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        #: What is raised instead of an answer, by operation.
        self.failures: dict[str, Exception] = {}
        #: Called before a transaction is looked at.
        self.before_writing: Callable[[], object] = lambda: None
        self._lock = Lock()
        for table in tables:
            self.described[table] = {"TableArn": ARN + table}

    def describe_table(self, **request: Any) -> dict[str, Any]:
        """DescribeTable."""
        self._called("describe_table", request)
        if request["TableName"] not in self.described:
            raise FakeClientError("ResourceNotFoundException")
        return {"Table": self.described[request["TableName"]]}

    def create_table(self, **request: Any) -> dict[str, Any]:
        """CreateTable."""
        self._called("create_table", request)
        table = {name: request[name] for name in ("KeySchema", "AttributeDefinitions")}
        self.described[request["TableName"]] = {**table, "TableArn": ARN + request["TableName"]}
        return {"TableDescription": self.described[request["TableName"]]}

    def get_item(self, **request: Any) -> dict[str, Any]:
        """GetItem."""
        self._called("get_item", request)
        item = self.items.get(self._key(request["Key"]))
        return {} if item is None else {"Item": copy.deepcopy(item)}

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        """TransactWriteItems, of puts with the conditions that the specification has."""
        self._called("transact_write_items", request)
        self.before_writing()
        puts = [entry["Put"] for entry in request["TransactItems"]]
        with self._lock:
            reasons = ["None" if self._holds(put) else "ConditionalCheckFailed" for put in puts]
            if "ConditionalCheckFailed" in reasons:
                raise TransactionCanceled(*reasons)
            for put in puts:
                self.items[self._key(put["Item"])] = copy.deepcopy(put["Item"])
        return {}

    def _holds(self, put: dict[str, Any]) -> bool:
        there = self.items.get(self._key(put["Item"]))
        names = put["ExpressionAttributeNames"]
        if put["ConditionExpression"] == "attribute_not_exists(#id)":
            assert names == {"#id": "branch-key-id"}
            return there is None
        assert put["ConditionExpression"] == "attribute_exists(#id) AND #enc = :encOld"
        assert names == {"#id": "branch-key-id", "#enc": "enc"}
        return there is not None and there["enc"] == put["ExpressionAttributeValues"][":encOld"]

    def _called(self, operation: str, request: dict[str, Any]) -> None:
        self.calls.append((operation, request))
        if operation in self.failures:
            raise self.failures[operation]

    @staticmethod
    def _key(item: Item) -> tuple[str, str]:
        return item["branch-key-id"]["S"], item["type"]["S"]
