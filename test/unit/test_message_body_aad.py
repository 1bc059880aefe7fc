"""The message body AAD (data-format/message-body-aad.md)."""

from __future__ import annotations

import pytest

from aws_encryption_sdk._message import body_aad
from aws_encryption_sdk._message.body_aad import serialize_body_aad

pytestmark = pytest.mark.specification(
    "data-format/message-body-aad.md", "Structure", "Message ID", "Body AAD Content", "Sequence Number", "Content Length"
)

KINDS = [
    (body_aad.REGULAR_FRAME, "AWSKMSEncryptionClient Frame"),
    (body_aad.FINAL_FRAME, "AWSKMSEncryptionClient Final Frame"),
    (body_aad.NON_FRAMED, "AWSKMSEncryptionClient Single Block"),
]


@pytest.mark.parametrize(("string", "text"), KINDS)
def test_each_kind_of_content_has_its_string(string: bytes, text: str) -> None:
    assert string == text.encode("utf-8")


@pytest.mark.parametrize("message_id", [bytes(range(16)), bytes(range(32))], ids=["version 1", "version 2"])
@pytest.mark.parametrize(("string", "text"), KINDS)
@pytest.mark.parametrize(("number", "length"), [(1, 0), (0xFFFFFFFF, 2**32 - 1), (258, 2**36 - 32)])
def test_the_fields_stand_in_the_order_of_the_table(
    message_id: bytes, string: bytes, text: str, number: int, length: int
) -> None:
    expected = message_id + text.encode("utf-8") + number.to_bytes(4, "big") + length.to_bytes(8, "big")

    assert serialize_body_aad(message_id, string, number, length) == expected


def test_the_place_is_what_follows_the_string() -> None:
    assert serialize_body_aad(b"", b"", 3, 5) == bytes.fromhex("00000003 0000000000000005")
    assert body_aad.PLACE_LENGTH == 12
