"""The fields around encrypted content in a message body (data-format/message-body.md).

=================  =====================================================================  ================
kind               before the content                                                     after the content
=================  =====================================================================  ================
regular frame      sequence number (4), IV (12)                                           tag (16)
final frame        FF FF FF FF, sequence number (4), IV (12), content length (4)          tag (16)
non-framed body    IV (12), content length (8)                                            tag (16)
=================  =====================================================================  ================
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from .._limits import MAX_NON_FRAMED_LENGTH
from ..exceptions import SerializationError
from ..identifiers import SequenceIdentifier

SEQUENCE_NUMBER_LENGTH: Final = 4
REGULAR_PREFIX_LENGTH: Final = 16
FINAL_PREFIX_LENGTH: Final = 24
#: Where the IV stands in these.
FINAL_IV: Final = slice(8, 20)
NON_FRAMED_PREFIX_LENGTH: Final = 20
SEQUENCE_NUMBER_END: Final[int] = SequenceIdentifier.SEQUENCE_NUMBER_END.value

_SEQUENCE_NUMBER: Final = struct.Struct(">I")
# The writer's IV is the sequence number, padded on the left to 12 bytes.
_REGULAR_PREFIX: Final = struct.Struct(">I8xI")
_FINAL_PREFIX_WRITTEN: Final = struct.Struct(">II8xII")
_FINAL_PREFIX_READ: Final = struct.Struct(">4xI12sI")
_NON_FRAMED_PREFIX_WRITTEN: Final = struct.Struct(">8xIQ")
_NON_FRAMED_PREFIX_READ: Final = struct.Struct(">12sQ")


class NonFramedPrefix(NamedTuple):
    """What stands before the content of a non-framed body."""

    iv: bytes
    content_length: int


def deserialize_sequence_number(data: bytes | memoryview, start: int = 0) -> int:
    """Read the first 4 bytes of the frame at ``start``: a sequence number, or ``SEQUENCE_NUMBER_END`` for the final frame."""
    sequence_number: int = _SEQUENCE_NUMBER.unpack_from(data, start)[0]
    return sequence_number


def serialize_regular_prefix(sequence_number: int) -> bytes:
    """Return the 16 bytes before the content of the regular frame ``sequence_number``."""
    return _REGULAR_PREFIX.pack(sequence_number, sequence_number)


def deserialize_regular_iv(data: bytes | memoryview) -> bytes:
    """Read the IV of a regular frame from the 16 bytes before its content."""
    return bytes(data[SEQUENCE_NUMBER_LENGTH:REGULAR_PREFIX_LENGTH])


def serialize_final_prefix(sequence_number: int, content_length: int) -> bytes:
    """Return the 24 bytes before the content of the final frame ``sequence_number``."""
    return _FINAL_PREFIX_WRITTEN.pack(SEQUENCE_NUMBER_END, sequence_number, sequence_number, content_length)


def deserialize_final_prefix(data: bytes | memoryview, frame_length: int) -> tuple[int, bytes, int]:
    """Read the 24 bytes before the content of a final frame.

    :returns: sequence number, IV, content length in bytes

    :raises SerializationError: if the content is longer than a frame
    """
    prefix: tuple[int, bytes, int] = _FINAL_PREFIX_READ.unpack_from(data)
    if prefix[2] > frame_length:
        raise SerializationError(f"The final frame states {prefix[2]} bytes; the header allows {frame_length} in a frame")
    return prefix


def serialize_non_framed_prefix(content_length: int) -> bytes:
    """Return the 20 bytes before a non-framed content; its sequence number, and so its IV, is 1.

    :raises SerializationError: if the content is longer than the format allows
    """
    _check_non_framed_length(content_length)
    return _NON_FRAMED_PREFIX_WRITTEN.pack(1, content_length)


def deserialize_non_framed_prefix(data: bytes | memoryview) -> NonFramedPrefix:
    """Read the 20 bytes before a non-framed content.

    :raises SerializationError: if the content is longer than the format allows
    """
    prefix = NonFramedPrefix._make(_NON_FRAMED_PREFIX_READ.unpack_from(data))
    _check_non_framed_length(prefix.content_length)
    return prefix


def _check_non_framed_length(content_length: int) -> None:
    if content_length > MAX_NON_FRAMED_LENGTH:
        raise SerializationError(
            f"A non-framed body holds at most {MAX_NON_FRAMED_LENGTH} bytes, not {content_length}; use frames"
        )
