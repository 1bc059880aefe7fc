"""The message body AAD: what binds a piece of body to its message and place (data-format/message-body-aad.md).

================  ==========  ==================================
field             bytes       interpreted as
================  ==========  ==================================
message id        16 or 32    bytes
body AAD content  28 to 35    one of three strings
sequence number   4           UInt32
content length    8           UInt64
================  ==========  ==================================
"""

from __future__ import annotations

import struct
from typing import Final

from ..identifiers import ContentAADString

REGULAR_FRAME: Final = ContentAADString.FRAME_STRING_ID.value
FINAL_FRAME: Final = ContentAADString.FINAL_FRAME_STRING_ID.value
NON_FRAMED: Final = ContentAADString.NON_FRAMED_STRING_ID.value

_PLACE: Final = struct.Struct(">IQ")
#: Length in bytes of what follows the message id and the string.
PLACE_LENGTH: Final = _PLACE.size


def serialize_body_aad(message_id: bytes, content_string: bytes, sequence_number: int, content_length: int) -> bytes:
    """Return the AAD of a frame, or of a non-framed body (whose sequence number is 1)."""
    return message_id + content_string + _PLACE.pack(sequence_number, content_length)
