"""Initialization vectors (IVs) of a message, all 12 bytes long (client-apis/encrypt.md, construct a frame)."""

from __future__ import annotations

import struct
from typing import Final

IV_LENGTH: Final = 12
#: IV of the header's authentication tag, where the message does not carry one.
HEADER_IV: Final = bytes(IV_LENGTH)

#: What pads a sequence number on the left. Zeros are written; early messages of format version 2 have ones, and stay readable.
PADDING: Final = bytes(8)
OLD_PADDING: Final = b"\xff" * 8

_SEQUENCE_IV: Final = struct.Struct(">8xI")


def sequence_iv(sequence_number: int) -> bytes:
    """Return the IV of the frame ``sequence_number``: that number, padded with zeros on the left to 12 bytes."""
    return _SEQUENCE_IV.pack(sequence_number)


def is_sequence_iv(iv: bytes, sequence_number: int) -> bool:
    """Tell whether ``iv`` is made of ``sequence_number`` and one of the two paddings."""
    expected = _SEQUENCE_IV.pack(sequence_number)
    return iv == expected or iv == OLD_PADDING + expected[len(OLD_PADDING) :]
