"""Key derivation in counter mode for many keys from one: what is the same for all of them is hashed once.

It gives what :func:`.counter_mode_kdf.derive` gives with SHA-256 and a length of 32 bytes, in a third of the time.
"""

from __future__ import annotations

import struct
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

#: Bytes of each derived key: one block of the hash.
LENGTH: Final = 32
_FIRST_BLOCK: Final = struct.pack(">I", 1)
_LENGTH_IN_BITS: Final = struct.pack(">I", LENGTH * 8)


class PreparedDerivation:
    """Derives keys of 32 bytes with HMAC-SHA-256; may be shared by threads.

    :param key: Key derivation key
    :param label: What the derived keys are for
    """

    __slots__ = ("_begun",)

    def __init__(self, key: bytes, label: bytes) -> None:
        self._begun = HMAC(key, SHA256())
        self._begun.update(b"".join((_FIRST_BLOCK, label, b"\x00")))

    def derive(self, context: bytes) -> bytes:
        """Return the key that is bound to ``context``, such as a nonce."""
        hashed = self._begun.copy()
        hashed.update(context + _LENGTH_IN_BITS)
        return hashed.finalize()
