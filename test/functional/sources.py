"""Sources that record, shorten, block or misbehave, each in one named way."""

from __future__ import annotations

import io
import os
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO


class WouldBlock(BaseException):
    """The reader asked for bytes that are not there yet; a real pipe would hang here."""


class RecordingSource:
    """A source that cannot seek and that records what it was asked for.

    :param data: All bytes that the source will deliver
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        #: Where each request began, and the number of bytes asked; None asked for everything.
        self.requests: list[tuple[int, int | None]] = []

    def read(self, size: int | None = -1) -> bytes:
        asked = None if size is None or size < 0 else size
        self.requests.append((self.position, asked))
        end = len(self.data) if asked is None else self.position + asked
        piece = self.data[self.position : end]
        self.position += len(piece)
        return piece

    @property
    def furthest(self) -> int:
        """The offset of the last byte that was asked for, plus one."""
        assert all(asked is not None for _, asked in self.requests), "the source was read to its end"
        return max((offset + (asked or 0) for offset, asked in self.requests), default=0)


class OpenEndedSource(RecordingSource):
    """A source that stays open: to ask it for more than is there raises WouldBlock, as a buffered pipe would block."""

    def __init__(self, data: bytes = b"") -> None:
        super().__init__(data)
        self.finished = False

    def read(self, size: int | None = -1) -> bytes:
        if not self.finished and (size is None or size < 0 or self.position + size > len(self.data)):
            raise WouldBlock(f"{size} bytes asked at {self.position}, of {len(self.data)}")
        return super().read(size)

    def feed(self, data: bytes) -> None:
        """Let more bytes arrive."""
        self.data += data

    def finish(self) -> None:
        """Let the end of the source arrive."""
        self.finished = True


class ShortReadSource(RecordingSource):
    """A source that returns at most ``longest`` bytes a call, as sockets and raw pipes may."""

    def __init__(self, data: bytes, longest: int) -> None:
        super().__init__(data)
        self.longest = longest

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            size = self.longest
        return super().read(min(size, self.longest))


class ScriptedSource:
    """A source that answers each call with the next item of a script; exceptions are raised."""

    def __init__(self, answers: Iterable[object]) -> None:
        self.answers = iter(answers)

    def read(self, size: int = -1) -> object:
        answer = next(self.answers, b"")
        if isinstance(answer, BaseException):
            raise answer
        return answer


class ClaimedLengthSource(io.RawIOBase):
    """A seekable source that claims a length, and delivers zeros without holding them."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self.position = (0, self.position, self.length)[whence] + offset
        return self.position

    def tell(self) -> int:
        return self.position

    def read(self, size: int | None = -1) -> bytes:
        wanted = 65536 if size is None or size < 0 else min(size, 1 << 20)
        piece = bytes(max(0, min(wanted, self.length - self.position)))
        self.position += len(piece)
        return piece

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        piece = self.read(len(view))
        view[: len(piece)] = piece
        return len(piece)


class SeekableRecordingSource(RecordingSource):
    """A recording source that can seek."""

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self.position = (0, self.position, len(self.data))[whence] + offset
        return self.position

    def tell(self) -> int:
        return self.position


class HTTPBody:
    """A body as HTTP clients hand it out: ``read(amount)`` alone, no seeking, and no ``readinto``."""

    def __init__(self, data: bytes) -> None:
        self._buffer = io.BytesIO(data)

    def read(self, amt: int | None = None) -> bytes:
        return self._buffer.read() if amt is None else self._buffer.read(amt)


def pieces(data: bytes, length: int) -> Iterator[bytes]:
    """Cut ``data`` into pieces of ``length``."""
    return (data[start : start + length] for start in range(0, len(data), length))


@contextmanager
def pipe(buffered: bool) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Open a pipe of the operating system: its reading end, buffered or raw, and its unbuffered writing end."""
    reading, writing = os.pipe()
    reader: BinaryIO = os.fdopen(reading, "rb", buffering=-1 if buffered else 0)
    writer: BinaryIO = os.fdopen(writing, "wb", buffering=0)
    with reader, writer:
        yield reader, writer


@contextmanager
def connection(buffered: bool) -> Iterator[tuple[BinaryIO, socket.socket]]:
    """Open a connected pair of sockets: a file over the receiving one, buffered or raw, and the sending one."""
    receiving, sending = socket.socketpair()
    with receiving, sending:
        reader: BinaryIO
        reader = receiving.makefile("rb") if buffered else receiving.makefile("rb", buffering=0)  # type: ignore[assignment]
        with reader:
            yield reader, sending


@contextmanager
def slow_writer(writer: BinaryIO, data: bytes, piece_length: int) -> Iterator[threading.Thread]:
    """Write ``data`` piece by piece from a thread, then close ``writer``."""

    def write() -> None:
        with writer:
            for piece in pieces(data, piece_length):
                writer.write(piece)

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        thread.join(timeout=60)
        assert not thread.is_alive(), "the writer still waits for its reader"
