"""Initialization vectors (IVs) of a message, all 12 bytes long (client-apis/encrypt.md, construct a frame)."""

from __future__ import annotations

import struct
from typing import Final

IV_LENGTH: Final = 12
#: IV of the header's authentication tag, where the message does not carry one.
HEADER_IV: Final = bytes(IV_LENGTH)

_SEQUENCE_IV: Final = struct.Struct(">8xI")


def sequence_iv(sequence_number: int) -> bytes:
    """Return the IV of the frame ``sequence_number``: that number, padded with zeros on the left to 12 bytes."""
    return _SEQUENCE_IV.pack(sequence_number)
