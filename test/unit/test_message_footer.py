"""The message footer (data-format/message-footer.md)."""

from __future__ import annotations

import pytest

from aws_encryption_sdk._message.footer import PREFIX_LENGTH, MessageFooter, deserialize_footer, serialize_footer

pytestmark = pytest.mark.specification("data-format/message-footer.md", "Structure", "Signature Length")

SIGNATURES = [b"", b"s", bytes(range(71)), bytes(range(103)), bytes(0xFFFF)]


@pytest.mark.parametrize("signature", SIGNATURES, ids=len)
def test_round_trip(signature: bytes) -> None:
    serialized = serialize_footer(MessageFooter(signature))

    assert serialized == len(signature).to_bytes(2, "big") + signature
    assert deserialize_footer(serialized) == (MessageFooter(signature), len(serialized))


@pytest.mark.parametrize("signature", SIGNATURES, ids=len)
def test_trailing_bytes_are_left_alone(signature: bytes) -> None:
    serialized = serialize_footer(MessageFooter(signature))

    assert deserialize_footer(memoryview(serialized + b"trailing")) == (MessageFooter(signature), len(serialized))


@pytest.mark.parametrize("signature", SIGNATURES[:4], ids=len)
def test_truncated_at_every_byte_it_says_how_much_is_needed(signature: bytes) -> None:
    serialized = serialize_footer(MessageFooter(signature))

    for length in range(len(serialized)):
        needed = PREFIX_LENGTH if length < PREFIX_LENGTH else len(serialized)
        assert deserialize_footer(memoryview(serialized)[:length]) == (None, needed)


@pytest.mark.parametrize("signature", SIGNATURES[:4], ids=len)
def test_byte_by_byte_it_is_complete_with_its_last_byte(signature: bytes) -> None:
    stream = serialize_footer(MessageFooter(signature)) + b"beyond"
    arrived = 0
    while deserialize_footer(stream[:arrived])[0] is None:
        arrived += 1

    assert arrived == PREFIX_LENGTH + len(signature)


def test_the_signature_does_not_keep_the_buffer_alive() -> None:
    buffer = bytearray(serialize_footer(MessageFooter(b"signature")))
    footer, _ = deserialize_footer(memoryview(buffer))
    buffer[:] = bytes(len(buffer))

    assert footer == MessageFooter(b"signature")
