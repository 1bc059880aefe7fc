"""The page of errors has every exception, and says what to do about it."""

from __future__ import annotations

import inspect
import re
from typing import Final

import pytest

from aws_encryption_sdk import exceptions
from test.documentation.pages import DOC, text_of

PAGE: Final = text_of(DOC / "errors.rst")
#: What the page says of each class, by its name.
ENTRIES: Final = {
    name: body.strip()
    for name, body in re.findall(r"^\.\. rubric:: (\w+)\n(.*?)(?=^\.\. rubric::|^=+$|\Z)", PAGE, re.M | re.S)
}
CLASSES: Final = sorted(
    name
    for name, value in vars(exceptions).items()
    if inspect.isclass(value) and issubclass(value, (exceptions.AWSEncryptionSDKClientError, Warning))
)


def test_classes_are_found() -> None:
    assert len(CLASSES) > 50


@pytest.mark.parametrize("name", CLASSES)
def test_every_exception_is_there(name: str) -> None:
    assert name in ENTRIES, f"say in doc/errors.rst what causes {name}, and how to fix it"
    assert ENTRIES[name].startswith("*"), "an entry begins with what happened, in italics"
    second_bases = {base.__name__ for base in getattr(exceptions, name).__bases__} & {
        "TypeError",
        "ValueError",
        "KeyError",
        "OSError",
        "AttributeError",
        "NotImplementedError",
    }
    for base in second_bases:
        assert base in ENTRIES[name]


def test_nothing_else_is_there_and_nothing_twice() -> None:
    assert set(ENTRIES) <= set(CLASSES)
    assert len(re.findall(r"^\.\. rubric::", PAGE, re.MULTILINE)) == len(ENTRIES)
