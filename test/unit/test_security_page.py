"""The page doc/security.rst: the tests that it names exist, and each promise and each advisory names some."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "doc" / "security.rst").read_text("utf-8")
NAMED = sorted(set(re.findall(r"``(test/[\w/]+\.py(?:::\w+)?)``", PAGE)))
ADVISORIES = ("CVE-2020-8897", "CVE-2024-23680", "CVE-2026-6550", "GHSA-2xwp-m7mq-7q3r")


HEADINGS = list(re.finditer(r"^(?P<title>\S.*)\n(?P<kind>[=-])(?P=kind){3,}$", PAGE, re.MULTILINE))


def section(title: str, kind: str) -> str:
    """Return the text below the heading that begins with ``title``, up to the next one that is not below it."""
    (start,) = (heading for heading in HEADINGS if heading["title"].startswith(title) and heading["kind"] == kind)
    ends = [heading.start() for heading in HEADINGS if heading.start() > start.start() and heading["kind"] in ("=", kind)]
    return PAGE[start.end() : min(ends, default=len(PAGE))]


@pytest.mark.parametrize("name", NAMED)
def test_the_tests_that_it_names_exist(name: str) -> None:
    path, _, function = name.partition("::")
    names = {
        node.name
        for node in ast.parse((ROOT / path).read_text("utf-8")).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name.lower().startswith("test")
    }

    assert not function or function in names
    assert names


def test_every_literal_that_looks_like_a_test_is_checked() -> None:
    assert len(NAMED) == len(set(re.findall(r"test/[\w/]+\.py(?:::\w+)?", PAGE)))


def test_each_promise_names_its_tests() -> None:
    promises = re.split(r"\n(?=\S)", section("What is promised", "=").strip())

    assert len(promises) >= 9
    for promise in promises:
        assert "* ``test/" in promise, promise.splitlines()[0]


@pytest.mark.parametrize("advisory", ADVISORIES)
def test_each_advisory_names_its_tests(advisory: str) -> None:
    assert "* ``test/" in section(advisory, "-")


def test_the_advisories_above_are_those_of_the_page() -> None:
    titles = [heading["title"].partition(":")[0] for heading in HEADINGS if heading["kind"] == "-"]

    assert tuple(titles) == ADVISORIES


def test_who_looks_for_it_finds_it() -> None:
    policy = (ROOT / "SECURITY.md").read_text("utf-8")

    assert "(doc/security.rst)" in policy
    assert "Report a vulnerability" in policy
    assert "Report a vulnerability" in section("Reporting a flaw", "=")
