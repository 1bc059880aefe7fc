"""Checks of what callers hand in."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping

import pytest

from aws_encryption_sdk import _arguments
from aws_encryption_sdk.exceptions import ArgumentTypeError, ArgumentValueError, SerializationError
from aws_encryption_sdk.identifiers import CommitmentPolicy


@pytest.mark.parametrize("value", ["ü", "ü".encode(), bytearray("ü".encode()), memoryview("ü".encode())])
def test_text_and_bytes_are_turned_into_each_other(value: object) -> None:
    assert _arguments.text_from(value, "name") == "ü"
    assert _arguments.bytes_from(value, "name") == b"\xc3\xbc"


@pytest.mark.parametrize("value", [None, 1, ["a"], object])
def test_anything_else_is_neither(value: object) -> None:
    with pytest.raises(ArgumentTypeError, match="field must be str or bytes"):
        _arguments.text_from(value, "field")
    with pytest.raises(ArgumentTypeError, match="field must be str or bytes"):
        _arguments.bytes_from(value, "field")


def test_what_has_no_utf8_form() -> None:
    with pytest.raises(SerializationError, match="field is not valid UTF-8"):
        _arguments.text_from(b"\xff", "field")
    with pytest.raises(SerializationError, match="field cannot be encoded"):
        _arguments.bytes_from("\ud800", "field")


@pytest.mark.parametrize("context", [{}, {"a": "1"}, types.MappingProxyType({"a": "1"}), {b"a": "1", "b": b"2"}])
def test_an_encryption_context_becomes_a_dict_of_its_own(context: Mapping[str, str]) -> None:
    checked = _arguments.check_encryption_context(context)

    assert all(isinstance(text, str) for pair in checked.items() for text in pair)
    assert (type(checked), len(checked), checked is context) == (dict, len(context), False)


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        (None, "not None; leave it out"),
        ("text", "not str"),
        ([("a", "1")], "not list"),
        ({"a": 1}, "value in .* must be a str, not int"),
        ({"a": None}, "must be a str, not None"),
        ({1: "a"}, "key in .* must be a str, not int"),
        ({"a": ["1"]}, "must be a str, not list"),
    ],
)
def test_a_wrong_encryption_context(context: Mapping[str, str], reason: str) -> None:
    with pytest.raises(ArgumentTypeError, match=reason):
        _arguments.check_encryption_context(context)


def test_bytes_in_an_encryption_context_are_utf8() -> None:
    with pytest.raises(SerializationError, match="UTF-8"):
        _arguments.check_encryption_context({b"\xff": "1"})  # type: ignore[dict-item]


def test_members_of_an_enumeration() -> None:
    _arguments.check_member(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT, CommitmentPolicy, "policy")
    for value in ("REQUIRE_ENCRYPT_ALLOW_DECRYPT", 1, None, CommitmentPolicy):
        with pytest.raises(ArgumentTypeError, match="policy must be a CommitmentPolicy"):
            _arguments.check_member(value, CommitmentPolicy, "policy")


def test_the_limit_of_encrypted_data_keys() -> None:
    _arguments.check_max_encrypted_data_keys(1)
    for number in (0, -1):
        with pytest.raises(ArgumentValueError, match="max_encrypted_data_keys cannot be less than 1"):
            _arguments.check_max_encrypted_data_keys(number)
    for value in (True, 1.0, "1"):
        with pytest.raises(ArgumentTypeError, match="max_encrypted_data_keys must be an int"):
            _arguments.check_max_encrypted_data_keys(value)  # type: ignore[arg-type]


def test_integers() -> None:
    _arguments.check_integer(3, "length", 3)
    with pytest.raises(ArgumentValueError, match="length must be at least 3, not 2"):
        _arguments.check_integer(2, "length", 3)
    for value in (True, 3.0, "3", None):
        with pytest.raises(ArgumentTypeError, match="length must be an int"):
            _arguments.check_integer(value, "length", 0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "strings"), [(None, ()), ([], ()), (["a", "b"], ("a", "b")), (("a",), ("a",)), (iter("ab"), ("a", "b"))]
)
def test_lists_of_text(values: Iterable[str] | None, strings: tuple[str, ...]) -> None:
    assert _arguments.strings_from(values, "field") == strings


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ("ab", "field must be a list of str, not str; put a single one into a list"),
        ("", "field must be a list of str, not str"),
        (b"ab", "field must be a list of str, not bytes"),
        (5, "field must be a list of str, not int"),
        (["a", 5], "A member of field must be a str, not int"),
        ([None], "A member of field must be a str, not None"),
    ],
)
def test_what_is_no_list_of_text(values: Iterable[str], reason: str) -> None:
    with pytest.raises(ArgumentTypeError, match=reason):
        _arguments.strings_from(values, "field")
