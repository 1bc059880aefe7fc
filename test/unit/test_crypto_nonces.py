"""Initialization vectors (client-apis/encrypt.md, construct a frame)."""

from __future__ import annotations

import struct

import pytest

from aws_encryption_sdk._crypto.nonces import HEADER_IV, IV_LENGTH, OLD_PADDING, PADDING, is_sequence_iv, sequence_iv

pytestmark = [
    pytest.mark.specification("client-apis/encrypt.md", "Construct a frame"),
    pytest.mark.specification(
        "data-format/message-body.md", "Non-Framed Data > IV", "Regular Frame > IV", "Final Frame > IV"
    ),
]

NUMBERS = [1, 2, 255, 256, 2**31, 2**32 - 1]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_iv_is_the_sequence_number_padded_on_the_left(number: int) -> None:
    assert sequence_iv(number) == number.to_bytes(12, "big")


def test_ivs_differ_from_each_other_and_from_that_of_the_header() -> None:
    ivs = {sequence_iv(number) for number in range(1, 2000)}

    assert len(ivs) == 1999
    assert bytes(IV_LENGTH) == HEADER_IV
    assert HEADER_IV not in ivs


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("padding", [PADDING, OLD_PADDING])
def test_both_paddings_are_recognised(number: int, padding: bytes) -> None:
    iv = padding + number.to_bytes(4, "big")

    assert is_sequence_iv(iv, number)
    assert not is_sequence_iv(iv, number - 1)
    for at in range(IV_LENGTH):
        assert not is_sequence_iv(iv[:at] + bytes((iv[at] ^ 0x10,)) + iv[at + 1 :], number)


@pytest.mark.parametrize("iv", [b"", bytes(4), PADDING, bytes(11), bytes(7) + b"\xff" + bytes(4), sequence_iv(1) + b"\x00"])
def test_anything_else_is_not_one(iv: bytes) -> None:
    assert not is_sequence_iv(iv, 1)


@pytest.mark.parametrize("number", [-1, 2**32])
def test_a_number_of_more_than_32_bits_has_no_iv(number: int) -> None:
    with pytest.raises(struct.error, match=r"format|argument|range"):
        sequence_iv(number)
