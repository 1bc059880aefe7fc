"""Tuples that are read as sets, above all the encrypted data keys of materials, requests and headers."""

from __future__ import annotations

import copy
import operator
import pickle
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._tuple_as_set import TupleAsSet
from aws_encryption_sdk.materials_managers import EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKeys

from .operation_materials import data_key_for, encryption_materials, wrapped_keys
from .test_default_cmm import UNSIGNED

OPERATORS = [operator.or_, operator.and_, operator.sub, operator.xor]
ORDERS = [operator.le, operator.lt, operator.ge, operator.gt]
METHODS = ["union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint"]
CHANGES = [name for name in dir(set) if not name.startswith("_") and not hasattr(frozenset, name)]
MEMBERS = [(), ("a",), ("b",), ("b", "a", "a"), ("a", "c"), ("a", "b", "c")]


def of(members: tuple[str, ...]) -> TupleAsSet[str]:
    return TupleAsSet(members)


@pytest.mark.parametrize(("one", "other"), list(product(MEMBERS, MEMBERS)))
def test_operators_and_methods_are_those_of_sets(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    for act in (*OPERATORS, *ORDERS):
        expected = act(set(one), set(other))
        for left, right in (
            (of(one), set(other)),
            (of(one), frozenset(other)),
            (of(one), dict.fromkeys(other).keys()),
            (of(one), of(other)),
            (set(one), of(other)),
            (frozenset(one), of(other)),
        ):
            assert act(left, right) == expected, (act, left, right)
            assert type(act(left, right)) in (set, bool)
    for name in METHODS:
        for argument in (set(other), list(other), of(other)):
            result = getattr(of(one), name)(argument)
            assert result == getattr(set(one), name)(argument)
            assert type(result) in (set, bool)
    assert of(one).union(other, "z") == {*one, *other, "z"}
    assert of(one).intersection() == of(one).difference() == of(one).copy() == set(one)


@pytest.mark.parametrize("act", OPERATORS)
def test_operators_take_sets_only(act: Callable[[Any, Any], Any]) -> None:
    for other in (["a"], ("a",), None, "a"):
        with pytest.raises(TypeError, match="unsupported operand"):
            act(of(("a",)), other)
        with pytest.raises(TypeError, match="unsupported operand"):
            act(other, of(("a",)))


def test_beside_tuples_it_is_a_tuple() -> None:
    assert of(("b", "a")) > ("a", "b", "c")
    assert of(("b", "a")) != of(("a", "b"))
    assert of(("b", "a")) == {"a", "b"} == of(("b", "a", "a"))
    assert hash(of(("b", "a"))) == hash(("b", "a"))
    with pytest.raises(TypeError, match="not supported"):
        of(("a",)) < 1  # noqa: B015


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_a_set_says_what_to_do(name: str) -> None:
    keys: Any = EncryptedDataKeys(wrapped_keys(1))

    assert not hasattr(keys, name)
    with pytest.raises(exceptions.NotSupportedError, match=rf"no {name}\(\); make a set of it, change that, and assign it"):
        getattr(keys, name)
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        keys.nonsense  # noqa: B018


def test_copies_are_what_they_were() -> None:
    keys = EncryptedDataKeys(wrapped_keys(2))
    for copied in (copy.copy(keys), copy.deepcopy(keys), pickle.loads(pickle.dumps(keys))):
        assert type(copied) is EncryptedDataKeys
        assert copied == keys


def test_keys_are_added_to_materials_by_assignment() -> None:
    one, two = wrapped_keys(2)
    materials: Any = EncryptionMaterials(UNSIGNED, data_key_for(UNSIGNED), {one}, {})
    materials.encrypted_data_keys |= {two}
    assert materials.encrypted_data_keys == {one, two}
    assert type(materials.encrypted_data_keys) is EncryptedDataKeys
    materials.encrypted_data_keys -= {one}
    assert list(materials.encrypted_data_keys) == [two]
    fixed: Any = encryption_materials(UNSIGNED)
    with pytest.raises(AttributeError, match="immutable"):
        fixed.encrypted_data_keys |= {two}
