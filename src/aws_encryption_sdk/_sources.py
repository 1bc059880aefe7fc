"""What a caller may hand in as a source, made into bytes that an operation can look at and consume.

Bytes and seekable sources may be read ahead. Every other source (pipe, socket, HTTP body) is to be asked only for what is needed next,
and is never asked for more than that here.
"""

from __future__ import annotations

import io
import os
from typing import Any, Protocol

from .exceptions import ArgumentTypeError, AWSEncryptionSDKClientError, SourceReadError

#: First size of the buffer between a source and an operation. It doubles when it is full: it grows as bytes arrive.
_FIRST_BUFFER_BYTES = 64 * 1024


_BYTES = (bytes, bytearray, memoryview)

#: Files of these modules find their end by reading all, and over a pipe wait for it: they are read like pipes themselves.
_SEEK_BY_READING = ("gzip", "bz2", "lzma", "zipfile")


class Source(Protocol):
    """Bytes that arrive from somewhere, are looked at, and consumed."""

    #: Whether more may be read than is needed next.
    read_ahead: bool
    #: Length in bytes of what there is to come at the start, if known.
    length: int | None
    #: Whether everything has arrived.
    ended: bool
    #: What has arrived and was not consumed yet.
    data: memoryview

    def fill(self, count: int) -> None:
        """Wait until there are ``count`` bytes of data, or the source has ended; read no more."""

    def consume(self, count: int) -> None:
        """Take the first ``count`` bytes away from the data."""


class BytesSource:
    """A source that is there as a whole."""

    read_ahead = True
    ended = True

    def __init__(self, content: Any) -> None:
        self.data = memory_of(content)
        self.length: int | None = len(self.data)

    def fill(self, count: int) -> None:
        """Do nothing: all is there."""

    def consume(self, count: int) -> None:
        """Take the first ``count`` bytes away from the data."""
        self.data = self.data[count:]


class FileSource:
    """A source that is read by its ``read`` method.

    :param file: Object with ``read(size)`` that returns bytes, an empty result at its end
    """

    def __init__(self, file: Any) -> None:
        self._file = file
        # Classes of the standard library fill a buffer without a copy; others may have overridden read alone.
        self._into = file.readinto if type(file).__module__ in ("io", "_io") and hasattr(file, "readinto") else None
        self.length = _remaining_length(file) if _is_seekable(file) else None
        # What says that it is seekable, and cannot tell its length, is read like a pipe.
        self.read_ahead = self.length is not None
        self.ended = False
        self._buffer = memoryview(bytearray(0))
        self._start = self._end = 0
        self.data = self._buffer
        if self.length == 0:
            # Some files of the operating system say that they are empty, and are not.
            self.fill(1)
            self.length = 0 if self.ended else None

    def fill(self, count: int) -> None:
        """Read until there are ``count`` bytes of data, or the source has ended."""
        while not self.ended and self._end - self._start < count:
            if self._start + count > len(self._buffer):
                self._make_room(count)
            # A slice ends with the buffer: there may be several rounds.
            self._end += self._read(self._buffer[self._end : self._start + count])
            self.data = self._buffer[self._start : self._end]

    def consume(self, count: int) -> None:
        """Take the first ``count`` bytes away from the data."""
        self._start += count
        if self._start == self._end:
            self._start = self._end = 0
        self.data = self._buffer[self._start : self._end]

    def _make_room(self, count: int) -> None:
        """See to it that there is room behind the data: move it to the front, or take a larger buffer where it fills this one."""
        held = self._end - self._start
        buffer = self._buffer
        if self._start == 0 and held < len(buffer):
            return
        if held == len(buffer):
            buffer = memoryview(bytearray(max(2 * held, min(count, _FIRST_BUFFER_BYTES))))
        buffer[:held] = bytes(self._buffer[self._start : self._end])
        self._buffer, self._start, self._end = buffer, 0, held

    def _read(self, room: memoryview) -> int:
        try:
            count = self._read_copy(room) if self._into is None else self._into(room)
        except AWSEncryptionSDKClientError:
            raise
        except Exception as error:
            raise SourceReadError(f"The source failed to be read: {type(error).__name__}: {error}") from error
        if not count:
            if count is None:
                raise _nothing_there()
            self.ended = True
        return int(count)

    def _read_copy(self, room: memoryview) -> int | None:
        piece = self._file.read(len(room))
        if piece is None:
            return None
        if isinstance(piece, str):
            raise SourceReadError("The source returned text; open the file in binary mode ('rb')")
        if not isinstance(piece, _BYTES):
            raise SourceReadError(f"read() of the source returned {type(piece).__name__}, not bytes")
        content = _flat(memoryview(piece))
        count = len(content)
        if count > len(room):
            raise SourceReadError(f"read({len(room)}) of the source returned {count} bytes")
        room[:count] = content
        return count


class PlaintextView:
    """The plaintext as a CMM or a master key provider may look at it before it is encrypted: a file that cannot be written to.

    Whoever reads of it puts it back to where it was.

    :param source: Source of the caller
    """

    __slots__ = ("_file", "_source")

    def __init__(self, source: Any) -> None:
        self._source = source
        self._file: Any = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("write") or name == "truncate":
            raise AttributeError(f"The plaintext can only be read; there is no {name}")
        if self._file is None:
            readable = callable(getattr(self._source, "read", None))
            self._file = self._source if readable else io.BytesIO(memory_of(self._source))
        return getattr(self._file, name)


def open_source(source: object) -> Source:
    """Return ``source`` as something that an operation can look at and consume.

    :raises ArgumentTypeError: if it is none of the kinds that are allowed
    """
    if isinstance(source, (*_BYTES, str)):
        return BytesSource(source)
    if isinstance(source, os.PathLike):
        raise ArgumentTypeError(f"source is a path; hand in the open file: open({os.fspath(source)!r}, 'rb')")
    if isinstance(source, io.TextIOBase):
        # Text that is in memory is taken as str is; released versions did so.
        if isinstance(source, io.StringIO):
            return BytesSource(source.read())
        raise ArgumentTypeError("source is a file opened as text; open it in binary mode ('rb')")
    if not callable(getattr(source, "read", None)):
        if _is_bytes_like(source):
            return BytesSource(source)
        raise ArgumentTypeError(f"source must be bytes, str, or a file object that can be read, not {type(source).__name__}")
    return FileSource(source)


def memory_of(content: Any) -> memoryview:
    """Return the bytes of ``content``, which is bytes, text (taken as UTF-8), or something that shows its bytes.

    :raises ArgumentTypeError: if it is none of these
    """
    if type(content) is bytes:
        return memoryview(content)
    if isinstance(content, str):
        return memoryview(_encoded(content))
    try:
        return _flat(memoryview(content))
    except (TypeError, ValueError) as error:
        raise ArgumentTypeError(f"source is a {type(content).__name__} whose bytes cannot be looked at: {error}") from error


def _is_bytes_like(source: Any) -> bool:
    try:
        memoryview(source)
    except TypeError:
        return False
    return True


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ArgumentTypeError("source is text that cannot be encoded as UTF-8; hand in bytes") from error


def _flat(view: memoryview) -> memoryview:
    if view.format == "B" and view.ndim == 1 and view.c_contiguous:
        return view
    return view.cast("B") if view.c_contiguous and view.nbytes else memoryview(view.tobytes())


def _is_seekable(file: Any) -> bool:
    if type(file).__module__ in _SEEK_BY_READING:
        return False
    try:
        if hasattr(file, "seekable"):
            return bool(file.seekable())
        # Some files can be repositioned and do not say so, such as spooled temporary files before Python 3.11.
        file.seek(file.tell())
    except (OSError, ValueError, AttributeError, TypeError):
        return False
    return True


def _remaining_length(file: Any) -> int | None:
    """Return how many bytes are left in a seekable file; None where it cannot tell."""
    try:
        position = file.tell()
    except Exception:
        return None
    try:
        file.seek(0, io.SEEK_END)
        length = max(0, int(file.tell()) - int(position))
    except Exception:
        length = None
    try:
        file.seek(position)
    except Exception as error:
        # Read on from elsewhere, and the plaintext would be silently incomplete.
        raise SourceReadError("The source cannot be set back to where it was after its length was asked for") from error
    return length


def _nothing_there() -> SourceReadError:
    return SourceReadError("The source has nothing to read at the moment (non-blocking mode); make it blocking")
