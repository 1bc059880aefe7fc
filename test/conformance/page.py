"""The page doc/conformance.rst: what is wrong with the markers, and the tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .markers import ROOT, modules_that_name
from .specification import Section, Specification

PAGE = ROOT / "doc" / "conformance.rst"
_INTRODUCTION = Path(__file__).with_name("introduction.rst")

Tests = dict[tuple[str, str], list[str]]


def problems(specification: Specification, tests: Tests) -> Iterator[str]:
    """Yield what keeps the page from being written."""
    known = {(page, section.name): section for page, sections in specification.pages.items() for section in sections}
    for (page, name), where in sorted(tests.items()):
        if (page, name) not in known:
            yield f"{', '.join(where)}: the specification has no section {name!r} on a page {page!r}"
    for (page, name), section in known.items():
        if not section.reason and (page, name) not in tests:
            yield f"{page}, {name!r} ({section.requirements} requirements): neither a test nor a reason"
        if section.reason and (page, name) in tests:
            yield f"{page}, {name!r}: both a reason and tests ({', '.join(tests[page, name])})"


def written(specification: Specification, tests: Tests) -> str:
    """Return the whole page."""
    introduction = _INTRODUCTION.read_text("utf-8").replace("THIS_COMMIT", specification.commit)
    parts = [introduction, *_differences(specification), *_overview(specification, tests)]
    folder = ""
    for page, sections in specification.pages.items():
        if page.split("/")[0] != folder:
            folder = page.split("/")[0]
            parts += [f"{folder}\n{'=' * len(folder)}\n"]
        parts += _page(specification, page, sections, tests)
    return "\n".join(parts)


def current() -> str:
    """Return the page as it is committed."""
    return PAGE.read_text("utf-8")


def _differences(specification: Specification) -> Iterator[str]:
    yield "Where the package does otherwise\n================================\n"
    yield "On purpose, and for the reason that is given:\n"
    for page, sections in specification.pages.items():
        for section in sections:
            if section.differs:
                yield f"* {page}, {_link(specification, page, section)}: {section.differs}"
    yield ""


def _overview(specification: Specification, tests: Tests) -> Iterator[str]:
    yield "Overview\n========\n"
    yield _table("Page", "Modules", "Sections", "Tested", "Not, for a reason", widths="34 42 8 8 8")
    for page, sections in specification.pages.items():
        tested = sum((page, section.name) in tests for section in sections)
        cells = f"`{page}`_", _modules(page), str(len(sections)), str(tested), str(len(sections) - tested)
        yield _row(*cells)
    yield ""


def _page(specification: Specification, page: str, sections: list[Section], tests: Tests) -> Iterator[str]:
    yield f"{page}\n{'-' * len(page)}\n"
    yield f"`Text <{specification.address(page)}>`__. Modules: {_modules(page)}.\n"
    tested = [section for section in sections if (page, section.name) in tests]
    if tested:
        yield _table("Section", "Requirements", "Tests", widths="30 8 62")
        for section in tested:
            proof = _proof(tests[page, section.name])
            if section.differs:
                proof += f". **Otherwise:** {section.differs}"
            yield _row(_link(specification, page, section), str(section.requirements), proof)
        yield ""
    reasons: dict[str, list[str]] = {}
    for section in sections:
        if section.reason:
            name = f"{section.name} ({section.requirements})" if section.requirements else section.name
            reasons.setdefault(section.reason, []).append(name)
    if reasons:
        yield "Not tested:\n"
        for reason, names in reasons.items():
            yield f"* *{reason}*: {', '.join(names)}"
        yield ""


def _proof(tests: list[str]) -> str:
    """List tests, each module once, with those of its functions and classes that are marked."""
    modules: dict[str, list[str]] = {}
    for test in tests:
        module, *names = test.split("::")
        modules.setdefault(module.removeprefix("test/"), []).extend([".".join(names)] if names else [])
    return "; ".join(
        f"``{module}``" + (": " if names else "") + ", ".join(f"``{name}``" for name in names)
        for module, names in modules.items()
    )


def _link(specification: Specification, page: str, section: Section) -> str:
    return f"`{_escaped(section.name)} <{specification.address(page, section.anchor)}>`__"


def _modules(page: str) -> str:
    return ", ".join(f"``{module}``" for module in modules_that_name(page)) or "none"


def _table(*heads: str, widths: str) -> str:
    return f".. list-table::\n    :header-rows: 1\n    :widths: {widths}\n\n{_row(*heads)}"


def _row(first: str, *rest: str) -> str:
    return "\n".join([f"    * - {first}", *(f"      - {cell}" for cell in rest)])


def _escaped(name: str) -> str:
    return name.replace("<", r"\<")
