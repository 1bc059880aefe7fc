"""The arguments of a branch key store."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from aws_encryption_sdk.branch_keys import BranchKeyStorage, BranchKeyStore, KeyItem, KmsKeyArn
from aws_encryption_sdk.exceptions import ArgumentTypeError, ArgumentValueError

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
