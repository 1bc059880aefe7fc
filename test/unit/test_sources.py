"""Sources: what callers hand in, made into bytes to look at and consume."""

from __future__ import annotations

import array
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aws_encryption_sdk import _sources
from aws_encryption_sdk._sources import BytesSource, FileSource, Source, open_source
from aws_encryption_sdk.exceptions import ArgumentTypeError

FIRST = 64 * 1024
CONTENT = bytes(at * 31 % 256 for at in range(1000))


class Pipe:
    """A source with ``read`` alone, which hands out at most ``most`` bytes at a time and notes what it was asked for."""

    def __init__(self, content: bytes = CONTENT, most: int = 10**9) -> None:
        self.requests: list[int] = []
        self._file = io.BytesIO(content)
        self._most = most

    def read(self, size: int) -> Any:
        self.requests.append(size)
        return self._file.read(min(size, self._most))


def drained(source: Source, step: int) -> bytes:
    taken = b""
    while True:
        source.fill(step)
        if not len(source.data):
            return taken
        taken += bytes(source.data[:step])
        source.consume(min(step, len(source.data)))


def buffer_of(source: FileSource) -> int:
    return len(source._buffer)


@pytest.mark.parametrize(
    "given",
    [
        CONTENT,
        bytearray(CONTENT),
        memoryview(CONTENT),
        memoryview(CONTENT * 2)[: len(CONTENT)],
        memoryview(array.array("H", CONTENT)),
        memoryview(CONTENT).cast("B", (10, 100)),
        memoryview(bytes(byte for value in CONTENT for byte in (value, 0)))[::2],
    ],
    ids=["bytes", "bytearray", "memoryview", "part", "16 bits", "2 dimensions", "strided"],
)
def test_all_kinds_of_bytes_are_there_as_a_whole(given: bytes | bytearray | memoryview) -> None:
    source = open_source(given)

    assert isinstance(source, BytesSource)
    assert (source.length, source.ended, source.read_ahead) == (len(bytes(source.data)), True, True)
    assert drained(source, 7) == bytes(given)
    assert source.length == len(bytes(given))


def test_text_is_taken_as_utf8() -> None:
    for given in ("müde", io.StringIO("müde")):
        assert drained(open_source(given), 3) == "müde".encode()
    started = io.StringIO("müde")
    started.read(1)
    assert drained(open_source(started), 3) == "üde".encode()
    with pytest.raises(ArgumentTypeError, match="UTF-8"):
        open_source("\ud800")


@pytest.mark.parametrize("step", [1, 7, 1000, 5000])
@pytest.mark.parametrize(
    "make",
    [
        lambda: io.BytesIO(CONTENT),
        lambda: io.BufferedReader(io.BytesIO(CONTENT)),
        Pipe,
        lambda: Pipe(most=1),
        lambda: Pipe(most=13),
    ],
)
def test_files_give_what_they_hold(make: Callable[[], object], step: int) -> None:
    source = open_source(make())

    assert drained(source, step) == CONTENT
    assert source.ended


def test_a_file_begins_where_it_stands() -> None:
    file = io.BytesIO(CONTENT)
    file.seek(400)
    source = open_source(file)

    assert (source.length, source.read_ahead, file.tell()) == (600, True, 400)
    assert drained(source, 100) == CONTENT[400:]


def test_a_file_that_stands_behind_its_end_is_empty() -> None:
    file = io.BytesIO(CONTENT)
    file.seek(2000)

    source = open_source(file)
    assert (source.length, drained(source, 10)) == (0, b"")


def test_a_pipe_is_asked_for_no_more_than_is_needed() -> None:
    pipe = Pipe(most=40)
    source = open_source(pipe)
    assert (source.length, source.read_ahead, source.ended, pipe.requests) == (None, False, False, [])
    source.fill(100)
    assert pipe.requests == [100, 60, 20]
    source.fill(100)
    source.consume(30)
    source.fill(70)
    assert len(pipe.requests) == 3
    source.fill(71)
    assert pipe.requests[3:] == [1]
    assert bytes(source.data) == CONTENT[30:101]


def test_after_its_end_a_source_is_not_asked_again() -> None:
    pipe = Pipe(b"abc")
    source = open_source(pipe)
    for _ in range(3):
        source.fill(10)

    assert (pipe.requests, source.ended, bytes(source.data)) == ([10, 7], True, b"abc")


@pytest.mark.parametrize("most", [1000, 4096, 100_000, 10**9])
@pytest.mark.parametrize("count", [1, FIRST - 1, FIRST + 1, 2**24])
def test_the_buffer_grows_as_bytes_arrive(most: int, count: int) -> None:
    """However much is asked for: never above twice what arrived, or the first size."""
    arrived = 300_000
    source = FileSource(Pipe(bytes(arrived), most))
    largest = 0

    class Watching(Pipe):
        def read(self, size: int) -> Any:
            nonlocal largest
            largest = max(largest, buffer_of(source))
            assert buffer_of(source) <= max(FIRST, 2 * len(source.data))
            return super().read(size)

    source._file = Watching(bytes(arrived), most)
    source.fill(count)
    assert len(source.data) == min(arrived, count)
    assert largest <= 2 * max(FIRST, min(arrived, count))


def test_a_small_request_makes_a_small_buffer() -> None:
    source = FileSource(Pipe())
    source.fill(100)

    assert buffer_of(source) <= 200


@pytest.mark.parametrize("most", [1, 900, 10**9])
def test_consumed_bytes_make_room_without_growth(most: int) -> None:
    content = bytes(range(256)) * 20
    source = FileSource(Pipe(content, most))
    source.fill(1000)
    size, taken = buffer_of(source), b""
    while len(source.data):
        taken += bytes(source.data[:700])
        source.consume(min(700, len(source.data)))
        source.fill(1000)
        assert buffer_of(source) <= 2 * size

    assert taken == content


def test_short_reads_do_not_move_the_bytes_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read stays where it is while there is room behind it."""
    source = FileSource(Pipe(bytes(50_000), 10))
    copied = 0

    def counting(data: Any) -> bytes:
        nonlocal copied
        copied += len(data)
        return bytes(data)

    monkeypatch.setattr(_sources, "bytes", counting, raising=False)
    source.fill(200_000)

    assert len(source.data) == 50_000
    assert copied <= 2 * 50_000


class CountingRaw(io.RawIOBase):
    """A raw file that tells which of its methods was used."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.calls.append("readinto")
        return 0

    def read(self, size: int | None = -1) -> bytes:
        self.calls.append("read")
        return b""


def test_an_overridden_read_is_honoured() -> None:
    file = CountingRaw()
    open_source(file).fill(1)

    assert file.calls == ["read"]


def test_files_of_the_standard_library_fill_the_buffer_themselves(tmp_path: Path) -> None:
    class Spy(io.BytesIO):
        def readinto(self, buffer: Any) -> int:
            raise AssertionError("a subclass may have changed read alone")

    (tmp_path / "file").write_bytes(CONTENT)
    with (tmp_path / "file").open("rb") as buffered, (tmp_path / "file").open("rb", buffering=0) as raw:
        for file in (buffered, raw, io.BytesIO(CONTENT)):
            source = FileSource(file)
            assert source._into is not None
            assert drained(source, 300) == CONTENT
    assert drained(open_source(Spy(CONTENT)), 300) == CONTENT


def test_spooled_temporary_files_are_read_ahead() -> None:
    with tempfile.SpooledTemporaryFile() as file:
        file.write(CONTENT)
        file.seek(10)
        source = open_source(file)

        assert (source.read_ahead, source.length) == (True, 990)
        assert drained(source, 300) == CONTENT[10:]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system has no /proc")
@pytest.mark.parametrize("buffering", [0, -1])
def test_files_that_say_they_are_empty_and_are_not(buffering: int) -> None:
    with open("/proc/self/status", "rb", buffering=buffering) as file:
        source = open_source(file)
        assert source.length is None
        assert drained(source, 100).startswith(b"Name:")


def test_an_empty_file() -> None:
    source = open_source(io.BytesIO())

    assert (source.length, source.ended) == (0, True)
