"""The page doc/conformance.rst: every section has a test or a reason, and the page says what the markers say."""

from __future__ import annotations

import pytest

from ..conformance import page, specification
from ..conformance.markers import marked_tests, marks_in, modules_that_name
from ..conformance.specification import Section, Specification, load

MODULE = """
pytestmark = [pytest.mark.timeout(60), pytest.mark.specification("a.md", "One", "Two")]

@pytest.mark.specification("b.md", "Three")
@pytest.mark.specification("a.md", "One")
def test_f(): ...

@pytest.mark.specification("b.md", "Four")
class TestC:
    @pytest.mark.specification("b.md", "Five")
    def test_g(self): ...

@pytest.mark.parametrize("x", [1])
def test_h(x): ...
"""

SPECIFICATION, TESTS = load(), marked_tests()

PAGE = """\
# Title

Words.

## Definitions

### Conventions used in this document

The key words "MUST", "MUST NOT" and "MAY"
are as in RFC 2119.

## Overview

It MUST.

## Operation

### [Wrap](other.md#wrap)

| Field | MUST |

```
# not a heading
```

It is REQUIRED and SHALL.

#### Tag

## Rest

#### Tag
"""


def test_no_section_is_left_and_no_marker_names_another() -> None:
    assert list(page.problems(SPECIFICATION, TESTS)) == []


def test_the_page_is_what_the_script_writes() -> None:
    assert page.current() == page.written(SPECIFICATION, TESTS), "run python -m test.conformance"


def test_the_facts_are_those_of_one_commit() -> None:
    pages = SPECIFICATION.pages

    assert {name.split("/")[0] for name in pages} == set(specification.FOLDERS)
    counts = len(pages), sum(len(sections) for sections in pages.values())
    assert (SPECIFICATION.commit, *counts) == ("167041bbc054173e2c008e66bf2f5f424a8f3fe2", 64, 976)


def test_modules_name_the_pages_that_they_implement() -> None:
    for name, sections in SPECIFICATION.pages.items():
        about_tests = name.startswith("framework/test-vectors/")
        if not about_tests and any((name, section.name) in TESTS for section in sections):
            assert modules_that_name(name), f"no module of the package names {name}"


@pytest.mark.parametrize(
    ("tests", "told"),
    [
        ({}, ["page.md, 'Wrap' (1 requirements): neither a test nor a reason"]),
        ({("page.md", "Wrap"): ["test.py"]}, []),
        (
            {("page.md", "Wrap"): ["test.py"], ("page.md", "Version"): ["test.py"]},
            ["page.md, 'Version': both a reason and tests (test.py)"],
        ),
        (
            {("page.md", "Wrap"): ["test.py"], ("page.md", "Warp"): ["a.py", "b.py"]},
            ["a.py, b.py: the specification has no section 'Warp' on a page 'page.md'"],
        ),
    ],
)
def test_problems(tests: page.Tests, told: list[str]) -> None:
    sections = [Section("Version", "version", 0, reason="history"), Section("Wrap", "wrap", 1)]

    assert list(page.problems(Specification("commit", {"page.md": sections}), tests)) == told


def test_sections_are_read_from_a_page() -> None:
    sections = list(specification.sections_of(PAGE))

    assert [(section.name, section.anchor, section.requirements, section.reason) for section in sections] == [
        ("Title", "title", 0, None),
        ("Definitions", "definitions", 0, "a heading only"),
        ("Conventions used in this document", "conventions-used-in-this-document", 0, "terms"),
        ("Overview", "overview", 1, None),
        ("Operation", "operation", 0, "a heading only"),
        ("Wrap", "wrap", 3, None),
        ("Wrap > Tag", "tag", 0, None),
        ("Rest", "rest", 0, "a heading only"),
        ("Rest > Tag", "tag-1", 0, None),
    ]


def test_markers_are_read_from_modules_functions_classes_and_methods() -> None:
    assert list(marks_in(MODULE, "m.py")) == [
        (("a.md", "One"), "m.py"),
        (("a.md", "Two"), "m.py"),
        (("b.md", "Three"), "m.py::test_f"),
        (("a.md", "One"), "m.py::test_f"),
        (("b.md", "Four"), "m.py::TestC"),
        (("b.md", "Five"), "m.py::TestC::test_g"),
    ]
