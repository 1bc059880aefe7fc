"""Memory for a long result, in large pages where the operating system has them.

Memory that was not touched before is slow to write to: for every page of 4 KiB, the processor stops and the operating system looks
for one. That takes half of the time of encrypting a long plaintext in one call. Linux gives pages of 2 MiB to who asks.
"""

from __future__ import annotations

import mmap
from typing import Final

#: Bytes from which on it is worth to ask.
WORTH_BYTES: Final = 4 * 1024 * 1024
_ADVICE: Final[int | None] = getattr(mmap, "MADV_HUGEPAGE", None)


def zeros(length: int) -> bytes:
    """Return ``length`` zero bytes that nobody else has, for a file in memory to take over and write to.

    :raises MemoryError: if there is not so much memory
    :raises OverflowError: if there is no such length
    """
    made = bytes(length)
    if length >= WORTH_BYTES and _ADVICE is not None:
        _advise(made, _ADVICE)
    return made


def _advise(memory: bytes, advice: int) -> None:
    """Ask for large pages. It is advice: where it is not taken, or cannot be given, nothing is different."""
    try:
        # Takes longer to import than all of a small message takes.
        import ctypes  # noqa: PLC0415

        madvise = ctypes.CDLL(None).madvise
    except (ImportError, OSError, AttributeError):
        return
    start = ctypes.c_void_p.from_buffer(ctypes.c_char_p(memory)).value or 0
    first, end = -(-start // mmap.PAGESIZE), (start + len(memory)) // mmap.PAGESIZE
    madvise(ctypes.c_void_p(first * mmap.PAGESIZE), ctypes.c_size_t((end - first) * mmap.PAGESIZE), ctypes.c_int(advice))
