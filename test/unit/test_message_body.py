"""The fields around encrypted content (data-format/message-body.md)."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

from aws_encryption_sdk._message import body
from aws_encryption_sdk._message.body import NonFramedPrefix
from aws_encryption_sdk.exceptions import SerializationError

pytestmark = pytest.mark.specification(
    "data-format/message-body.md",
    "Structure",
    "Structure > Non-Framed Data",
    "Non-Framed Data > IV",
    "Non-Framed Data > Encrypted Content Length",
    "Regular Frame",
    "Regular Frame > Sequence Number",
    "Regular Frame > IV",
    "Final Frame",
    "Sequence Number End",
    "Final Frame > Sequence Number",
    "Final Frame > IV",
    "Final Frame > Encrypted Content Length",
)

NUMBERS = [1, 2, 256, 0x01020304, 0xFFFFFFFE]
LONGEST_NON_FRAMED = 2**36 - 32


def iv_of(number: int) -> bytes:
    return number.to_bytes(12, "big")


@pytest.mark.parametrize("number", NUMBERS)
def test_regular_frame(number: int) -> None:
    prefix = body.serialize_regular_prefix(number)

    assert prefix == number.to_bytes(4, "big") + iv_of(number)
    assert len(prefix) == body.REGULAR_PREFIX_LENGTH
    for data in (prefix, memoryview(prefix + b"content")):
        assert body.deserialize_sequence_number(data) == number
        assert body.deserialize_regular_iv(data) == iv_of(number)


@pytest.mark.parametrize("number", [*NUMBERS, 0xFFFFFFFF])
@pytest.mark.parametrize("length", [0, 1, 4096, 2**32 - 1])
def test_final_frame(number: int, length: int) -> None:
    prefix = body.serialize_final_prefix(number, length)

    assert prefix == b"\xff\xff\xff\xff" + number.to_bytes(4, "big") + iv_of(number) + length.to_bytes(4, "big")
    assert len(prefix) == body.FINAL_PREFIX_LENGTH
    for data in (prefix, memoryview(prefix + b"content")):
        assert body.deserialize_sequence_number(data) == body.SEQUENCE_NUMBER_END == 0xFFFFFFFF
        assert body.deserialize_final_prefix(data, 2**32 - 1) == (number, iv_of(number), length)


@pytest.mark.specification("client-apis/encrypt.md", "Un-Framed Message Body Encryption")
@pytest.mark.parametrize("length", [0, 1, 2**32, LONGEST_NON_FRAMED])
def test_non_framed_body(length: int) -> None:
    prefix = body.serialize_non_framed_prefix(length)

    assert prefix == iv_of(1) + length.to_bytes(8, "big")
    assert len(prefix) == body.NON_FRAMED_PREFIX_LENGTH
    for data in (prefix, memoryview(prefix + b"content")):
        assert body.deserialize_non_framed_prefix(data) == NonFramedPrefix(iv_of(1), length)


def test_ivs_of_the_message_are_read_as_they_stand() -> None:
    iv = bytes(range(100, 112))

    assert body.deserialize_regular_iv(bytes(4) + iv) == iv
    assert body.deserialize_final_prefix(b"\xff" * 4 + bytes(4) + iv + bytes(4), 1)[1] == iv
    assert body.deserialize_non_framed_prefix(iv + bytes(8)).iv == iv


@pytest.mark.parametrize(
    ("read", "prefix"),
    [
        (body.deserialize_sequence_number, bytes(4)),
        (lambda data: body.deserialize_final_prefix(data, 1), body.serialize_final_prefix(1, 1)),
        (body.deserialize_non_framed_prefix, body.serialize_non_framed_prefix(1)),
    ],
    ids=["sequence number", "final frame", "non-framed"],
)
def test_a_prefix_that_is_not_there_as_a_whole_is_not_read(read: Callable[[bytes], object], prefix: bytes) -> None:
    read(prefix)
    for length in range(len(prefix)):
        with pytest.raises(struct.error):
            read(prefix[:length])


@pytest.mark.parametrize("frame_length", [1, 4096])
def test_a_final_frame_is_no_longer_than_a_frame(frame_length: int) -> None:
    assert body.deserialize_final_prefix(body.serialize_final_prefix(1, frame_length), frame_length)
    for length in (frame_length + 1, 2**32 - 1):
        with pytest.raises(SerializationError, match=f"states {length} bytes; the header allows {frame_length}"):
            body.deserialize_final_prefix(body.serialize_final_prefix(1, length), frame_length)


@pytest.mark.parametrize("length", [LONGEST_NON_FRAMED + 1, 2**64 - 1])
def test_a_non_framed_body_has_at_most_64_gib(length: int) -> None:
    with pytest.raises(SerializationError, match=str(LONGEST_NON_FRAMED)):
        body.serialize_non_framed_prefix(length)
    with pytest.raises(SerializationError, match=str(LONGEST_NON_FRAMED)):
        body.deserialize_non_framed_prefix(iv_of(1) + length.to_bytes(8, "big"))
