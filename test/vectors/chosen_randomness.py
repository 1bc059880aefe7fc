"""Bytes that look random and are the same on every run."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

_SEED: Final = b"vectors of the message format, first edition"


def draw(label: str, length: int) -> bytes:
    """Return ``length`` bytes that belong to ``label``; other labels have other bytes."""
    blocks = (
        hmac.new(_SEED, label.encode("utf-8") + counter.to_bytes(4, "big"), hashlib.sha256).digest()
        for counter in range((length + 31) // 32)
    )
    return b"".join(blocks)[:length]


def draw_number(label: str, below: int) -> int:
    """Return a number from 1 to ``below`` - 1 that belongs to ``label``."""
    return int.from_bytes(draw(label, below.bit_length() // 8 + 16), "big") % (below - 1) + 1


def plaintext(length: int) -> bytes:
    """Return the plaintext of every vector: byte ``i`` is ``i`` modulo 251, so that no two frames are alike."""
    return bytes(index % 251 for index in range(length))
