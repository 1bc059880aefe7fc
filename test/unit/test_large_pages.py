"""Memory in large pages: where there are any, and that nothing depends on it."""

from __future__ import annotations

import ctypes
import gc
import io
import os
import sys
from pathlib import Path

import pytest

from aws_encryption_sdk import _large_pages
from aws_encryption_sdk._collected import Collected
from aws_encryption_sdk._large_pages import WORTH_BYTES, zeros

MAPS = Path("/proc/self/smaps")
SETTING = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def flags_of(address: int) -> list[str]:
    """Return the flags of the mapping that holds ``address``."""
    holds = False
    for line in MAPS.read_text().splitlines():
        name, _, rest = line.partition(" ")
        if not name.endswith(":"):
            start, _, end = name.partition("-")
            holds = int(start, 16) <= address < int(end, 16)
        elif holds and name == "VmFlags:":
            return rest.split()
    return []


@pytest.mark.skipif(not (SETTING.exists() and MAPS.exists()), reason="the operating system has no large pages to ask for")
def test_large_pages_are_asked_for_from_a_length_on() -> None:
    long = zeros(8 * WORTH_BYTES)
    address = ctypes.c_void_p.from_buffer(ctypes.c_char_p(long)).value or 0

    assert "hg" in flags_of(address + 4 * WORTH_BYTES)
    assert long == bytes(8 * WORTH_BYTES)


def test_short_memory_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(_large_pages, "_advise", lambda memory, _advice: asked.append(len(memory)))
    monkeypatch.setattr(_large_pages, "_ADVICE", 14)
    for length in (0, 1, WORTH_BYTES - 1, WORTH_BYTES, WORTH_BYTES + 1):
        assert zeros(length) == bytes(length)
    assert asked == [WORTH_BYTES, WORTH_BYTES + 1]


def test_nobody_else_has_the_memory() -> None:
    """Or a file in memory would copy it as soon as it is written to, and it would stay until garbage is collected."""
    gc.disable()
    try:
        memory, other = zeros(WORTH_BYTES), bytes(WORTH_BYTES)
        assert sys.getrefcount(memory) == sys.getrefcount(other)
    finally:
        gc.enable()


class NoLibrary:
    def __init__(self, _name: None) -> None:
        raise OSError("no library")


class NoFunction:
    def __init__(self, _name: None) -> None:
        pass


class Refusing:
    def __init__(self, _name: None) -> None:
        pass

    def madvise(self, *_arguments: object) -> int:
        return -1


@pytest.mark.parametrize("library", [NoLibrary, NoFunction, Refusing])
def test_advice_that_cannot_be_given_or_is_not_taken(library: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", library)
    monkeypatch.setattr(_large_pages, "_ADVICE", 14)

    assert zeros(WORTH_BYTES) == bytes(WORTH_BYTES)


def test_where_there_is_no_ctypes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ctypes", None)
    monkeypatch.setattr(_large_pages, "_ADVICE", 14)

    assert zeros(WORTH_BYTES) == bytes(WORTH_BYTES)


def test_where_the_operating_system_has_no_such_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_large_pages, "_ADVICE", None)
    monkeypatch.setattr(_large_pages, "_advise", None)

    assert zeros(WORTH_BYTES) == bytes(WORTH_BYTES)


@pytest.mark.parametrize("length", [WORTH_BYTES - 1, WORTH_BYTES, 2 * WORTH_BYTES + 12345])
@pytest.mark.parametrize("expected", [0, -1, 1, WORTH_BYTES])
def test_results_are_whole_whatever_was_expected(length: int, expected: int) -> None:
    content = os.urandom(length)
    collected = Collected(length + expected)
    source = io.BytesIO(content)
    for piece in iter(lambda: source.read(100_001), b""):
        collected.add(memoryview(piece))

    assert collected.value() == content
