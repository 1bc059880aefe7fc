"""HMAC (RFC 2104) over the hashes of the standard library, for keys that authenticate one message or two.

A small message spends a quarter of its time here, so that it is written out: see doc/adr/0005.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final, NamedTuple

_INNER_PAD: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER_PAD: Final = bytes(byte ^ 0x5C for byte in range(256))


class Hash(NamedTuple):
    """A hash to make HMAC of.

    :param new: Returns the hash of the standard library when it has taken in some bytes
    :param block_size: How many bytes it takes in at a time
    """

    new: Callable[[bytes], Any]
    block_size: int


#: By the names that ``hashlib`` and ``cryptography`` give them.
HASHES: Final = {new().name: Hash(new, new().block_size) for new in (hashlib.sha256, hashlib.sha384, hashlib.sha512)}


def authentication_code(of: Hash, key: bytes, message: bytes) -> bytes:
    """Return the authentication code of ``message`` under ``key``, as long as the hash."""
    new, block_size = of
    block = (key if len(key) <= block_size else new(key).digest()).ljust(block_size, b"\x00")
    code: bytes = new(block.translate(_OUTER_PAD) + new(block.translate(_INNER_PAD) + message).digest()).digest()
    return code


def two_codes_under_a_code(of: Hash, key: bytes, message: bytes, first: bytes, second: bytes) -> tuple[bytes, bytes]:
    """Return the authentication codes of ``first`` and ``second`` under the one of ``message``, which is under ``key``.

    This is ``authentication_code(of, authentication_code(of, key, message), first)``, and likewise for the other; what is the same
    for both of them is done once.
    """
    new, block_size = of
    block = (key if len(key) <= block_size else new(key).digest()).ljust(block_size, b"\x00")
    code = new(block.translate(_OUTER_PAD) + new(block.translate(_INNER_PAD) + message).digest()).digest()
    block = code.ljust(block_size, b"\x00")
    inner = new(block.translate(_INNER_PAD))
    other_inner = inner.copy()
    inner.update(first)
    other_inner.update(second)
    outer = new(block.translate(_OUTER_PAD))
    other_outer = outer.copy()
    outer.update(inner.digest())
    other_outer.update(other_inner.digest())
    return outer.digest(), other_outer.digest()
