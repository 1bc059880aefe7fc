"""A long result, put together at its exact size."""

from __future__ import annotations

import io


class Collected:
    """Bytes that are put together from pieces.

    The length is to be known beforehand. A buffer that grows is copied, and one that shrinks in the end leaves a gap behind that the
    next one does not fit into, so that each call takes fresh memory, which costs as much as all the rest.

    :param length: Expected length in bytes; there may be less or more, at the price of a copy
    """

    def __init__(self, length: int) -> None:
        self._length = length
        self._whole = b""
        self._file: io.BytesIO | None = None

    def add(self, piece: bytes | bytearray | memoryview) -> None:
        """Add ``piece``, which may change afterwards unless it is bytes."""
        if self._file is None:
            if not self._whole and isinstance(piece, bytes):
                # It may be all there is.
                self._whole = piece
                return
            self._file = io.BytesIO(_room(self._length))
            self._file.write(self._whole)
            self._whole = b""
        self._file.write(piece)

    def value(self) -> bytes:
        """Return the whole; without a copy, if it has the expected length."""
        if self._file is None:
            return self._whole
        self._file.truncate()
        return self._file.getvalue()


def _room(length: int) -> bytes:
    try:
        return bytes(length)
    except (MemoryError, OverflowError):
        # Whoever said so was wrong, or will be told when there really is so much.
        return b""
