"""Sources that are not what they should be, or do not answer as they should."""

from __future__ import annotations

import array
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aws_encryption_sdk._sources import open_source
from aws_encryption_sdk.exceptions import ArgumentTypeError, SourceReadError


class Answers:
    """A source that gives the answers it was told."""

    def __init__(self, *answers: Any) -> None:
        self.answers = iter(answers)

    def read(self, size: int) -> Any:
        return next(self.answers)


def not_seekable(**methods: Any) -> object:
    class File:
        def read(self, size: int) -> bytes:
            return b""

    for name, method in methods.items():
        setattr(File, name, method)
    return File()


def fails(*_: object) -> int:
    raise OSError("cannot")


@pytest.mark.parametrize(
    "methods",
    [
        {},
        {"seekable": lambda self: False},
        {"seekable": fails},
        {"seekable": lambda self: True},
        {"seekable": lambda self: True, "tell": fails},
        {"tell": fails, "seek": fails},
    ],
)
def test_a_file_that_cannot_tell_its_length_is_not_read_ahead(methods: dict[str, Any]) -> None:
    source = open_source(not_seekable(**methods))

    assert (source.length, source.read_ahead) == (None, False)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "nothing to read at the moment"),
        ("text", "binary mode"),
        (5, "returned int, not bytes"),
        ([1], "returned list, not bytes"),
        (bytes(11), r"read\(10\) of the source returned 11 bytes"),
        (array.array("H", [1, 2]), "bytes"),
    ],
    ids=["None", "str", "int", "list", "too much", "array"],
)
def test_wrong_answers_of_read(answer: object, reason: str) -> None:
    source = open_source(Answers(b"good", answer))
    with pytest.raises(SourceReadError, match=reason) as caught:
        source.fill(14)
    assert isinstance(caught.value, OSError)


@pytest.mark.parametrize("answer", [bytearray(b"good"), memoryview(b"good")])
def test_other_kinds_of_bytes_that_read_returns(answer: object) -> None:
    source = open_source(Answers(answer, b""))
    source.fill(10)

    assert bytes(source.data) == b"good"


def test_a_non_blocking_file_with_nothing_there() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with os.fdopen(reading, "rb", buffering=0) as file, os.fdopen(writing, "wb"):
        source = open_source(file)
        with pytest.raises(SourceReadError, match="blocking"):
            source.fill(1)


@pytest.fixture
def text_file(tmp_path: Path) -> Iterator[Any]:
    (tmp_path / "text").write_text("text")
    with (tmp_path / "text").open() as file:
        yield file


def test_slips_are_named(tmp_path: Path, text_file: Any) -> None:
    for given, reason in [
        (text_file, "opened as text"),
        (tmp_path / "file", r"is a path; hand in the open file: open\("),
        (None, "not NoneType"),
        (5, "not int"),
        ([b"a"], "not list"),
    ]:
        with pytest.raises(ArgumentTypeError, match=reason):
            open_source(given)
