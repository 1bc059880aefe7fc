"""The serialized encryption context (framework/structures.md, serialization)."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from aws_encryption_sdk._message.encryption_context import deserialize_encryption_context, serialize_encryption_context
from aws_encryption_sdk.exceptions import ArgumentTypeError, SerializationError
from aws_encryption_sdk.identifiers import PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY

pytestmark = pytest.mark.specification(
    "framework/structures.md", "Serialization", "Key Value Pair Count", "Key Value Pair Entries"
)

#: Above the surrogates in code points and UTF-8, below them in UTF-16.
HIGH_BMP, ASTRAL = "\uffee", "\U0001f511"

CONTEXTS: list[dict[str, str]] = [
    {"a": "b"},
    {"": ""},
    {"key": "", "": "value"},
    {"b": "2", "a": "1", "ab": "3", "B": "4"},
    {"é": "ü", "z": "y", "ключ": "значение", HIGH_BMP: ASTRAL, ASTRAL: HIGH_BMP},
    {f"key {number}": "v" * number for number in range(300)},
]


def written(pairs: list[tuple[bytes, bytes]], count: int | None = None) -> bytes:
    """Write pairs as the specification's table has them, in the order given."""
    parts = [struct.pack(">H", len(pairs) if count is None else count)]
    for key, value in pairs:
        parts += [struct.pack(">H", len(key)), key, struct.pack(">H", len(value)), value]
    return b"".join(parts)


def in_order(*keys: str) -> bytes:
    return written([(key.encode(), b"v") for key in keys])


@pytest.mark.parametrize("context", CONTEXTS)
def test_round_trip(context: dict[str, str]) -> None:
    assert deserialize_encryption_context(serialize_encryption_context(context)) == context


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_fields_are_laid_out_as_the_table_says_and_sorted_by_utf8(context: dict[str, str]) -> None:
    pairs = sorted((key.encode(), value.encode()) for key, value in context.items())

    assert serialize_encryption_context(context) == written(pairs)


def test_an_empty_context_is_no_bytes() -> None:
    assert serialize_encryption_context({}) == b""
    assert deserialize_encryption_context(b"") == {}


@pytest.mark.parametrize("context", CONTEXTS[:5])
def test_truncated_at_every_byte(context: dict[str, str]) -> None:
    serialized = serialize_encryption_context(context)

    for length in range(1, len(serialized)):
        with pytest.raises(SerializationError, match="encryption context"):
            deserialize_encryption_context(serialized[:length])


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("trailing", [b"\x00", b"\x00\x00\x00\x00", b"x" * 40])
def test_trailing_bytes(context: dict[str, str], trailing: bytes) -> None:
    with pytest.raises(SerializationError, match=f"{len(trailing)} bytes left over"):
        deserialize_encryption_context(serialize_encryption_context(context) + trailing)


def test_a_count_of_zero_is_refused() -> None:
    with pytest.raises(SerializationError, match="no pairs"):
        deserialize_encryption_context(b"\x00\x00")


@pytest.mark.parametrize("count", [0, 1, 3, 0xFFFF])
def test_a_count_that_is_not_that_of_the_pairs(count: int) -> None:
    with pytest.raises(SerializationError):
        deserialize_encryption_context(written([(b"a", b"1"), (b"b", b"2")], count))


@pytest.mark.parametrize("length", [0, 2, 0xFFFF])
@pytest.mark.parametrize("at", [2, 5], ids=["key", "value"])
def test_a_length_that_is_not_that_of_its_text(at: int, length: int) -> None:
    serialized = bytearray(written([(b"k", b"vvv")]))
    serialized[at : at + 2] = struct.pack(">H", length)

    with pytest.raises(SerializationError):
        deserialize_encryption_context(bytes(serialized))


@pytest.mark.parametrize("value", [b"1", b"2"])
def test_a_key_that_comes_twice_is_refused(value: bytes) -> None:
    with pytest.raises(SerializationError, match="twice"):
        deserialize_encryption_context(written([(b"a", b"1"), (b"a", value)]))


@pytest.mark.parametrize("pair", [(b"\xff", b""), (b"k", b"\xc3"), (b"\xed\xa0\x80", b""), (b"k", b"\xc0\x80")])
def test_text_that_is_not_utf8_is_refused(pair: tuple[bytes, bytes]) -> None:
    with pytest.raises(SerializationError, match="UTF-8"):
        deserialize_encryption_context(written([pair]))


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("a", HIGH_BMP, ASTRAL), id="UTF-8"),
        pytest.param(("a", ASTRAL, HIGH_BMP), id="UTF-16"),
        pytest.param(("a", "b", PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY), id="verification key last"),
    ],
)
def test_the_three_orders_of_known_writers_are_read(keys: tuple[str, ...]) -> None:
    assert list(deserialize_encryption_context(in_order(*keys))) == list(keys)


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("b", "a"), id="falling"),
        pytest.param(("a", "c", "b"), id="last two"),
        pytest.param(("ab", "b", "a"), id="shorter last"),
        pytest.param(("a", "B"), id="case-insensitive"),
        pytest.param(("b", "a", PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY), id="unsorted before the verification key"),
        pytest.param(("b", PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY, "c"), id="verification key in the middle"),
        pytest.param((PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY, "a"), id="verification key first"),
        pytest.param((ASTRAL, HIGH_BMP, "a"), id="falling beyond ASCII"),
    ],
)
def test_every_other_order_is_refused(keys: tuple[str, ...]) -> None:
    with pytest.raises(SerializationError, match="not sorted"):
        deserialize_encryption_context(in_order(*keys))


def test_the_order_of_the_mapping_does_not_matter() -> None:
    context = CONTEXTS[3]

    assert serialize_encryption_context(dict(reversed(context.items()))) == serialize_encryption_context(context)


@pytest.mark.parametrize("key_length", [0, 1, 30000, 65529])
def test_the_longest_context_has_65535_bytes(key_length: int) -> None:
    longest = {"k" * key_length: "v" * (65529 - key_length)}
    serialized = serialize_encryption_context(longest)

    assert len(serialized) == 0xFFFF
    assert deserialize_encryption_context(serialized) == longest
    with pytest.raises(SerializationError, match="at most 65535"):
        serialize_encryption_context({"k" * key_length: "v" * (65530 - key_length)})


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ({"k" * 0x10000: ""}, "longer than 65535"),
        ({"": "v" * 0x10000}, "longer than 65535"),
        ({"": "é" * 0x8000}, "longer than 65535"),
        ({str(number): "" for number in range(0x10000)}, "65536 pairs"),
        ({str(number): "" for number in range(0xFFFF)}, "at most 65535"),
        ({"\ud800": ""}, "UTF-8"),
        ({"": "\udfff"}, "UTF-8"),
    ],
    ids=["key", "value", "value in UTF-8", "count", "whole", "surrogate key", "surrogate value"],
)
def test_what_does_not_fit_is_refused(context: dict[str, str], reason: str) -> None:
    with pytest.raises(SerializationError, match=reason):
        serialize_encryption_context(context)


@pytest.mark.parametrize("pairs", [{1: "a"}, {"a": 1}, {"a": None}, {b"a": "b"}, {"a": b"b"}])
def test_what_is_no_text_is_refused(pairs: Any) -> None:
    """The dict in materials is the program's own, and may have been changed after it was looked at."""
    with pytest.raises(ArgumentTypeError, match="must be a dict of str to str"):
        serialize_encryption_context(pairs)
