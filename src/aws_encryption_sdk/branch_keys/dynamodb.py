"""Storage of branch keys in a table of Amazon DynamoDB."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from .._arguments import builtin_name, bytes_from
from .._kms.clients import region_of
from ..exceptions import (
    ArgumentTypeError,
    ArgumentValueError,
    BranchKeyExistsError,
    BranchKeyNotFoundError,
    BranchKeyStoreError,
    BranchKeyTamperedError,
    BranchKeyVersionConflictError,
)
from .dynamodb_failures import DynamoDbRequest
from .items import HIERARCHY_VERSION, ID, TYPE, WRAPPED_KEY, KeyDescription, KeyItem
from .storage import BranchKeyStorage

__all__ = ["DynamoDbStorage"]

_METHODS: Final = {
    "DescribeTable": "describe_table",
    "CreateTable": "create_table",
    "GetItem": "get_item",
    "TransactWriteItems": "transact_write_items",
}
_KEY_SCHEMA: Final = ({"AttributeName": ID, "KeyType": "HASH"}, {"AttributeName": TYPE, "KeyType": "RANGE"})
_ATTRIBUTES: Final = ({"AttributeName": ID, "AttributeType": "S"}, {"AttributeName": TYPE, "AttributeType": "S"})
#: A name with hyphens cannot stand in an expression.
_NAMES: Final = {"#id": ID}
_IS_NEW: Final = {"ConditionExpression": "attribute_not_exists(#id)", "ExpressionAttributeNames": _NAMES}
_SHORTEST_NAME, _LONGEST_NAME = 3, 255


class DynamoDbStorage(BranchKeyStorage):
    """Keeps items in a table of Amazon DynamoDB. Shared by threads.

    Items are read consistently: what one process has written, the next one to read finds.

    :param table_name: Name of the table, 3 to 255 characters, or its ARN
    :param client: Returns the client of DynamoDB to use; it is asked before every request
    :raises ArgumentTypeError: if the name is no str
    :raises ArgumentValueError: if it is too short or too long
    :raises SerializationError: if it has no UTF-8 form
    """

    def __init__(self, table_name: str, client: Callable[[], Any]) -> None:
        if not isinstance(table_name, str):
            raise ArgumentTypeError(f"The name of the table must be a str, not {builtin_name(table_name)}")
        bytes_from(table_name, "The name of the table")
        check_table_name(table_name)
        self._table_name: Final = table_name
        self._client: Final = client

    def __repr__(self) -> str:
        return f"DynamoDbStorage({self._table_name!r})"

    @property
    def name(self) -> str:
        """Name of the table."""
        return self._table_name

    def create(self) -> str:
        """Make the table, or check that it is there and has the keys that are needed; return its ARN."""
        request, found = self._ask("DescribeTable", {}, allowed="ResourceNotFoundException")
        if found is None:
            parameters = {
                "KeySchema": list(_KEY_SCHEMA),
                "AttributeDefinitions": list(_ATTRIBUTES),
                "BillingMode": "PAY_PER_REQUEST",
            }
            request, made = self._ask("CreateTable", parameters)
            return _arn(request, _field(request, made, "TableDescription"))
        table = _field(request, found, "Table")
        schema = {key.get("AttributeName"): key.get("KeyType") for key in table.get("KeySchema", ())}
        types = {name.get("AttributeName"): name.get("AttributeType") for name in table.get("AttributeDefinitions", ())}
        if schema != {ID: "HASH", TYPE: "RANGE"} or (types.get(ID), types.get(TYPE)) != ("S", "S"):
            raise BranchKeyStoreError(
                f"The table {self._table_name} exists, and its keys are {schema}; a branch key store needs {ID} (partition key, "
                f"string) and {TYPE} (sort key, string). Use another table"
            )
        return _arn(request, table)

    def get(self, branch_key_id: str, item_type: str) -> KeyItem:
        """Return an item."""
        key = {ID: {"S": branch_key_id}, TYPE: {"S": item_type}}
        request, answer = self._ask("GetItem", {"Key": key, "ConsistentRead": True})
        item = (answer or {}).get("Item")
        if not item:
            raise BranchKeyNotFoundError(
                f"The table {self._table_name} has no item with {ID} {branch_key_id!r} and {TYPE} {item_type!r}; compare the "
                "branch key id, the table and its Region"
            )
        if isinstance(item, Mapping):
            return _decoded(item)
        raise request.answered_wrongly("the item is no map")

    def add(self, items: Sequence[KeyItem]) -> None:
        """Write the items of a new branch key, all of them or none."""
        request, reasons = self._write([{"Item": _encoded(item), **_IS_NEW} for item in items])
        if "ConditionalCheckFailed" in reasons:
            raise BranchKeyExistsError(
                f"The table {self._table_name} has a branch key {items[0].description.branch_key_id!r} already; nothing was "
                "written. version_key gives it a new version"
            ) from request.cause
        if reasons:
            raise request.cancelled(reasons)

    def add_version(self, version: KeyItem, active: KeyItem, replaced: KeyItem) -> None:
        """Write a new version and the active item that copies it, if the active item is still ``replaced``."""
        unchanged = {
            "ConditionExpression": "attribute_exists(#id) AND #enc = :encOld",
            "ExpressionAttributeNames": {**_NAMES, "#enc": WRAPPED_KEY},
            "ExpressionAttributeValues": {":encOld": {"B": replaced.wrapped_key}},
        }
        request, reasons = self._write([{"Item": _encoded(version), **_IS_NEW}, {"Item": _encoded(active), **unchanged}])
        if {"ConditionalCheckFailed", "TransactionConflict"} & set(reasons):
            raise BranchKeyVersionConflictError(
                f"The branch key {active.description.branch_key_id!r} in the table {self._table_name} was given another version "
                "while this one was being made; nothing was written. Call version_key again, if that one is not enough"
            ) from request.cause
        if reasons:
            raise request.cancelled(reasons)

    def _write(self, puts: list[dict[str, Any]]) -> tuple[DynamoDbRequest, tuple[str, ...]]:
        """Write in one transaction; return the reasons why it was cancelled, none where it was not."""
        transaction = [{"Put": {"TableName": self._table_name, **put}} for put in puts]
        request, answer = self._ask(
            "TransactWriteItems", {"TransactItems": transaction}, allowed="TransactionCanceledException", of_table=False
        )
        return request, () if answer is not None else request.cancellation_reasons()

    def _ask(
        self, operation: str, parameters: dict[str, Any], allowed: str = "", of_table: bool = True
    ) -> tuple[DynamoDbRequest, Mapping[str, Any] | None]:
        """Send a request; return the answer, or None where the error code ``allowed`` is it."""
        client = self._client()
        request = DynamoDbRequest(operation, self._table_name, region_of(client))
        table = {"TableName": self._table_name} if of_table else {}
        try:
            answer = getattr(client, _METHODS[operation])(**table, **parameters)
        except Exception as error:
            request.cause = error
            if allowed and request.code == allowed:
                return request, None
            raise request.failed() from error
        if isinstance(answer, Mapping):
            return request, answer
        raise request.answered_wrongly(f"it is a {type(answer).__name__}, not a dict")


def check_table_name(name: str) -> None:
    """Check the length of a table's name; its ARN has any length.

    :raises ArgumentValueError: if the name is too short or too long
    """
    if not name.startswith("arn:") and not _SHORTEST_NAME <= len(name) <= _LONGEST_NAME:
        raise ArgumentValueError(
            f"The name of the table must have {_SHORTEST_NAME} to {_LONGEST_NAME} characters, not {len(name)}"
        )


def check_dynamodb_client(client: object) -> None:
    """Check that ``client`` has the operations that are needed.

    :raises ArgumentTypeError: if it lacks one
    """
    missing = [name for name in _METHODS.values() if not callable(getattr(client, name, None))]
    if missing:
        raise ArgumentTypeError(
            f'ddb_client must be a client of DynamoDB, such as boto3.client("dynamodb"), not {type(client).__name__}, which lacks '
            f"{', '.join(missing)}"
        )


def _encoded(item: KeyItem) -> dict[str, dict[str, Any]]:
    encoded: dict[str, dict[str, Any]] = {name: {"S": value} for name, value in item.description.attributes.items()}
    encoded[HIERARCHY_VERSION] = {"N": item.description.attributes[HIERARCHY_VERSION]}
    encoded[WRAPPED_KEY] = {"B": item.wrapped_key}
    return encoded


def _decoded(item: Mapping[str, Any]) -> KeyItem:
    types = {HIERARCHY_VERSION: "N", WRAPPED_KEY: "B"}
    values: dict[str, Any] = {}
    for name, encoded in item.items():
        attribute_type = types.get(name, "S")
        value = encoded.get(attribute_type) if isinstance(encoded, Mapping) else None
        if not isinstance(value, bytes if attribute_type == "B" else str):
            raise BranchKeyTamperedError(
                f"The item of the branch key {_shown(item, ID)}, {_shown(item, TYPE)}, is malformed: its attribute {name[:80]!r} "
                f"is not of the type {attribute_type}"
            )
        values[name] = value
    wrapped_key = values.pop(WRAPPED_KEY, b"")
    if not wrapped_key:
        raise BranchKeyTamperedError(
            f"The item of the branch key {_shown(item, ID)}, {_shown(item, TYPE)}, is malformed: it lacks {WRAPPED_KEY}"
        )
    return KeyItem(KeyDescription(values), wrapped_key)


def _shown(item: Mapping[str, Any], name: str) -> str:
    return repr(item.get(name))[:80]


def _field(request: DynamoDbRequest, answer: Mapping[str, Any] | None, name: str) -> Mapping[str, Any]:
    field = (answer or {}).get(name)
    if not isinstance(field, Mapping):
        raise request.answered_wrongly(f"it has no {name}")
    return field


def _arn(request: DynamoDbRequest, table: Mapping[str, Any]) -> str:
    arn = table.get("TableArn")
    if not isinstance(arn, str):
        raise request.answered_wrongly("it has no TableArn")
    return arn
