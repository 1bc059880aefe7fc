"""Serialization of the encryption context, and the AAD of a message body, under their former names."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final

from ..._arguments import check_encryption_context, text_from
from ..._message import encryption_context as wire_format
from ..._message.body_aad import serialize_body_aad
from ...exceptions import SerializationError
from ...identifiers import ContentAADString

__all__ = [
    "assemble_content_aad",
    "deserialize_encryption_context",
    "read_short",
    "read_string",
    "serialize_encryption_context",
]

_UINT16: Final = struct.Struct(">H")
#: What other writers than this package wrote for an empty encryption context.
_NO_PAIRS: Final = bytes(2)


def serialize_encryption_context(encryption_context: Mapping[str, str] | None) -> bytes:
    """Return the bytes of an encryption context, its pairs sorted; none for None.

    :raises SerializationError: if it is too long, or has no UTF-8 form
    :raises ArgumentTypeError: if it is not a mapping of str to str
    """
    return wire_format.serialize_encryption_context(check_encryption_context(encryption_context or {}))


def deserialize_encryption_context(serialized_encryption_context: bytes) -> dict[str, str]:
    """Read what :func:`serialize_encryption_context` writes.

    :raises SerializationError: if it is malformed
    """
    if serialized_encryption_context == _NO_PAIRS:
        return {}
    return wire_format.deserialize_encryption_context(serialized_encryption_context)


def assemble_content_aad(message_id: bytes, aad_content_string: ContentAADString, seq_num: int, length: int) -> bytes:
    """Return the AAD of a frame, or of a non-framed body (whose sequence number is 1).

    :raises SerializationError: if there is no such string
    """
    if not isinstance(aad_content_string, ContentAADString):
        raise SerializationError("Unknown aad_content_string: it must be a ContentAADString")
    return serialize_body_aad(message_id, aad_content_string.value, seq_num, length)


def read_short(source: bytes, offset: int) -> tuple[int, int]:
    """Read a number of 2 bytes.

    :returns: the number, and the place behind it
    :raises SerializationError: if there are fewer bytes
    """
    try:
        (number,) = _UINT16.unpack_from(source, offset)
    except struct.error as error:
        raise SerializationError("Bad format of serialized context: it ends in the middle of a length") from error
    return number, offset + _UINT16.size


def read_string(source: bytes, offset: int, length: int) -> tuple[str, int]:
    """Read ``length`` bytes of text in UTF-8.

    :returns: the text, and the place behind it
    :raises SerializationError: if there are fewer bytes, or they are not UTF-8
    """
    end = offset + length
    if end > len(source):
        raise SerializationError("Bad format of serialized context: it ends in the middle of a text")
    return text_from(source[offset:end], "A text in the serialized context"), end
