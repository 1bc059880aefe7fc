"""Key derivation in counter mode with HMAC (NIST SP 800-108, section 4.1); the counter stands first and has 32 bits."""

from __future__ import annotations

import hmac
import struct
from typing import Final

_UINT32: Final = struct.Struct(">I")
#: The output's length in bits has to fit its field.
_MAX_LENGTH: Final = (2**32 - 1) // 8


def derive(digest: str, key: bytes, label: bytes, context: bytes, length: int) -> bytes:
    """Return ``length`` bytes that are bound to ``label`` and ``context``.

    :param digest: Name of the hash, as ``hashlib`` knows it
    :param key: Key derivation key
    :param label: What the output is for
    :param context: Whom, or which nonce, the output belongs to
    :param length: Length in bytes of the output; part of what is derived from, so a shorter output is no prefix of a longer one
    :raises ValueError: if the length is not in 1 to 2**29 - 1
    """
    if not 0 < length <= _MAX_LENGTH:
        raise ValueError(f"Key derivation in counter mode gives 1 to {_MAX_LENGTH} bytes, not {length}")
    return expand(digest, key, b"".join((label, b"\x00", context, _UINT32.pack(length * 8))), length)


def expand(digest: str, key: bytes, fixed_input: bytes, length: int) -> bytes:
    """Return ``length`` bytes derived from ``key`` and a fixed input of any form; :func:`derive` makes the usual form."""
    blocks = []
    have = counter = 0
    while have < length:
        counter += 1
        blocks.append(hmac.digest(key, _UINT32.pack(counter) + fixed_input, digest))
        have += len(blocks[-1])
    return b"".join(blocks)[:length]
