"""The arguments of a branch key store."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from aws_encryption_sdk.branch_keys import (
    BranchKeyStorage,
    BranchKeyStore,
    KeyItem,
    KmsKeyArn,
    KmsMRKeyArn,
    MRDiscovery,
)
from aws_encryption_sdk.exceptions import ArgumentTypeError, ArgumentValueError, MalformedArnError, SerializationError

from .branch_key_stores import CONTEXT, NAME, TABLE, Parts
from .fake_dynamodb import FakeDynamoDb
from .fake_kms import KEY, FakeKms


@pytest.fixture
def parts() -> Parts:
    return Parts()


def names(arguments: dict[str, Any]) -> str:
    """Return the names of arguments: the id of a parameter."""
    return ", ".join(arguments)


class OwnStorage(BranchKeyStorage):
    """Keeps nothing."""

    @property
    def name(self) -> str:
        return "own"

    def create(self) -> str:
        return "made"

    def get(self, branch_key_id: str, item_type: str) -> KeyItem:
        raise NotImplementedError

    def add(self, items: Sequence[KeyItem]) -> None: ...

    def add_version(self, version: KeyItem, active: KeyItem, replaced: KeyItem) -> None: ...


@pytest.mark.specification("framework/branch-key-store.md", "Initialization", "Table Name", "Logical KeyStore Name")
class TestArguments:
    def test_an_own_storage(self) -> None:
        store = BranchKeyStore(storage=OwnStorage(), kms_configuration=KmsKeyArn(KEY), logical_key_store_name=NAME)
        assert store.create_key_store() == "made"
        assert store.get_key_store_info().key_store_name == "own"

    @pytest.mark.parametrize(
        "arguments",
        [
            {"table_name": None},
            {"table_name": b"table"},
            {"kms_configuration": None},
            {"kms_configuration": KEY},
            {"logical_key_store_name": None},
            {"logical_key_store_name": b"name"},
            {"grant_tokens": "token"},
            {"ddb_client": FakeKms()},
            {"kms_client": FakeDynamoDb()},
            {"storage": OwnStorage()},
            {"table_name": None, "storage": object()},
            {"table_name": None, "storage": OwnStorage(), "ddb_client": FakeDynamoDb()},
            {"id": 1},
        ],
        ids=names,
    )
    def test_of_another_type(self, arguments: dict[str, Any]) -> None:
        good = {"table_name": TABLE, "kms_configuration": KmsKeyArn(KEY), "logical_key_store_name": NAME}
        with pytest.raises(ArgumentTypeError):
            BranchKeyStore(**{**good, **arguments})

    @pytest.mark.parametrize(
        "arguments", [{"table_name": "ab"}, {"table_name": "a" * 256}, {"logical_key_store_name": ""}, {"id": ""}], ids=names
    )
    def test_of_another_length(self, arguments: dict[str, Any]) -> None:
        good = {"table_name": TABLE, "kms_configuration": KmsKeyArn(KEY), "logical_key_store_name": NAME}
        with pytest.raises(ArgumentValueError):
            BranchKeyStore(**{**good, **arguments})

    def test_a_zero_byte(self, parts: Parts) -> None:
        with pytest.raises(ArgumentValueError, match="zero byte"):
            parts.store("a\0b")
        calls: tuple[Callable[[BranchKeyStore], object], ...] = (
            lambda store: store.create_key("a\0b", CONTEXT),
            lambda store: store.version_key("a\0b"),
            lambda store: store.get_active_branch_key("a\0b"),
            lambda store: store.get_beacon_key("a\0b"),
            lambda store: store.get_branch_key_version("a\0b", "83eec007-5659-4554-bf11-699b90f41ac6"),
        )
        for call in calls:
            with pytest.raises(ArgumentValueError, match="zero byte"):
                call(parts.store())
        assert parts.ddb.calls == []

    def test_the_names_of_the_arguments(self) -> None:
        names = list(inspect.signature(BranchKeyStore.__init__).parameters)
        assert names[1:] == [
            "table_name",
            "kms_configuration",
            "logical_key_store_name",
            "id",
            "grant_tokens",
            "ddb_client",
            "kms_client",
            "storage",
        ]


#: Text that has no UTF-8 form, as ``surrogateescape`` makes it; bytes that are no UTF-8.
LONE = "x\ud800"
NOT_UTF_8 = b"x\xff"


class TestTextWithoutUtf8Form:
    """Neither AWS KMS nor DynamoDB can be told it; who gives it is told so, before anybody is asked."""

    @pytest.mark.parametrize(
        ("context", "named"),
        [
            ({LONE: "v"}, "A key in encryption_context"),
            ({"k": LONE}, "The value of 'k' in encryption_context"),
            ({"k": "v", "l": "\udfff\ud800"}, "The value of 'l' in encryption_context"),
            ({NOT_UTF_8: b"v"}, "A key in encryption_context"),
            ({b"k": NOT_UTF_8}, "A value in encryption_context"),
        ],
    )
    @pytest.mark.parametrize("branch_key_id", ["id", None])
    def test_in_an_encryption_context(self, parts: Parts, context: Any, named: str, branch_key_id: str | None) -> None:
        with pytest.raises(SerializationError, match=f"^{named} .*UTF-8") as caught:
            parts.store().create_key(branch_key_id, context)
        # It can be printed, whatever the terminal.
        str(caught.value).encode("ascii")
        assert not parts.kms.calls
        assert not parts.ddb.items

    def test_in_a_branch_key_id(self, parts: Parts) -> None:
        store = parts.store()
        for work in (
            lambda: store.create_key(LONE, CONTEXT),
            lambda: store.version_key(LONE),
            lambda: store.get_active_branch_key(LONE),
            lambda: store.get_branch_key_version(LONE, "7d7a0d2c-5b0c-4a50-a1bb-6d5b8ef0ab4f"),
            lambda: store.get_beacon_key(LONE),
        ):
            with pytest.raises(SerializationError, match=r"^branch_key_identifier .*UTF-8.* lone surrogate at index 1"):
                work()
        with pytest.raises(ArgumentValueError, match="version of a branch key"):
            store.get_branch_key_version("id", LONE)
        assert not parts.kms.calls

    @pytest.mark.parametrize(
        ("arguments", "named"),
        [
            ({"name": LONE}, "logical_key_store_name"),
            ({"id": LONE}, "id"),
            ({"grant_tokens": ["token", LONE]}, "A member of grant_tokens"),
        ],
    )
    def test_in_names(self, parts: Parts, arguments: Any, named: str) -> None:
        with pytest.raises(SerializationError, match=f"^{named} .*UTF-8"):
            parts.store(**arguments)

    def test_in_the_name_of_the_table(self) -> None:
        with pytest.raises(SerializationError, match=r"^The name of the table .*UTF-8"):
            BranchKeyStore("table" + LONE, KmsKeyArn(KEY), NAME)
        with pytest.raises(ArgumentTypeError, match="The name of the table must be a str, not bytes"):
            BranchKeyStore(b"table", KmsKeyArn(KEY), NAME)  # type: ignore[arg-type]

    @pytest.mark.parametrize("configure", [KmsKeyArn, KmsMRKeyArn])
    @pytest.mark.parametrize("arn", [KEY + LONE, KEY.replace("us-west-2", LONE)])
    def test_in_an_arn(self, configure: Any, arn: str) -> None:
        with pytest.raises(MalformedArnError, match="UTF-8") as caught:
            configure(arn)
        str(caught.value).encode("ascii")

    def test_in_a_region(self) -> None:
        with pytest.raises(SerializationError, match=r"^region .*UTF-8"):
            MRDiscovery(LONE)
