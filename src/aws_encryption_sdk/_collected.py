"""A long result, put together where it is to stay."""

from __future__ import annotations

import io


class _Buffer(io.BytesIO):
    def __del__(self) -> None:
        """Do nothing: to close it fails where a view is left over, for example in the traceback of an error."""


class Collected:
    """Bytes that are put together from pieces, or written by others where they are to stay.

    The length is to be known beforehand. A buffer that shrinks in the end leaves a gap behind that the next one does not fit into, and
    each call takes fresh memory, which costs as much as all the rest.

    :param length: Expected length in bytes; there may be less or more, at the price of a copy
    """

    def __init__(self, length: int) -> None:
        try:
            content = bytes(length)
        except (MemoryError, OverflowError):
            # Whoever said so was wrong, or will be told when there really is so much.
            content = b""
        self._file = _Buffer(content)
        self._view = self._file.getbuffer()
        self._end = 0
        self._more: list[bytes] = []

    def room(self) -> memoryview:
        """Return where the next piece may be written; filled with zeros."""
        return self._view[self._end :]

    def add(self, piece: bytes | bytearray | memoryview) -> None:
        """Add ``piece``, which may stand at its place already."""
        end = self._end + len(piece)
        if self._more or end > len(self._view):
            self._more.append(bytes(piece))
            return
        if not (isinstance(piece, memoryview) and piece.obj is self._view.obj):
            self._view[self._end : end] = piece
        self._end = end

    def value(self) -> bytes:
        """Return the whole; without a copy, if it has the expected length and no view of it is left."""
        self._view.release()
        try:
            self._file.truncate(self._end)
        except BufferError:
            # Something that failed on the way, and was caught, may hold a view for a while.
            return b"".join((self._file.getvalue()[: self._end], *self._more))
        return b"".join((self._file.getvalue(), *self._more)) if self._more else self._file.getvalue()
