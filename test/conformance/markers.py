"""Which tests are marked with which sections, read from their source without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MARKER = "pytest.mark.specification"
#: Fronts with the names of another library, which say whose names they are and do nothing of what the pages say.
_FRONTS = ("_mpl", "material_providers")


def marked_tests() -> dict[tuple[str, str], list[str]]:
    """Return, for every page and section that a marker names, the tests: modules, or functions in them."""
    tests: dict[tuple[str, str], list[str]] = {}
    for path in sorted((ROOT / "test").rglob("test_*.py")):
        source = path.read_text("utf-8")
        if MARKER in source:
            for section, test in marks_in(source, path.relative_to(ROOT).as_posix()):
                tests.setdefault(section, []).append(test)
    return tests


def marks_in(source: str, name: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield page and section of every marker in a module, each with the test that it stands at."""
    return _marks(ast.parse(source), name)


def _marks(module: ast.Module | ast.ClassDef, name: str) -> Iterator[tuple[tuple[str, str], str]]:
    for node in module.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets):
            for section in _sections([node.value]):
                yield section, name
        elif isinstance(node, ast.FunctionDef):
            for section in _sections(node.decorator_list):
                yield section, f"{name}::{node.name}"
        elif isinstance(node, ast.ClassDef):
            for section in _sections(node.decorator_list):
                yield section, f"{name}::{node.name}"
            yield from _marks(node, f"{name}::{node.name}")


def _sections(expressions: list[ast.expr]) -> Iterator[tuple[str, str]]:
    """Yield page and section of every marker in the expressions."""
    for node in (node for expression in expressions for node in ast.walk(expression)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == MARKER:
            page, *sections = (ast.literal_eval(argument) for argument in node.args)
            yield from ((page, section) for section in sections)


def modules_that_name(page: str) -> list[str]:
    """Return the modules of the package whose words name a page of the specification."""
    source = ROOT / "src" / "aws_encryption_sdk"
    return [
        path.relative_to(source).as_posix()
        for path in sorted(source.rglob("*.py"))
        if path.relative_to(source).parts[0] not in _FRONTS and page in path.read_text("utf-8")
    ]
