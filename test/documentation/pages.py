"""The pages of the documentation, and the snippets on them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOC: Final = ROOT / "doc"
#: Every page that a reader is given, but those of the examples, which say no more than how a file is run.
PAGES: Final = sorted(
    [ROOT / "README.rst", ROOT / "CONTRIBUTING.rst", *(path for path in DOC.rglob("*.rst") if "_build" not in path.parts)]
)
_BLOCK: Final = re.compile(
    r"^(?P<indent> *)\.\. code-block:: *(?P<language>\S+)\n(?P<options>(?: +:.*\n)*)\n(?P<body>(?:(?P=indent) +\S.*\n|\n)+)",
    re.MULTILINE,
)
#: A paragraph that ends in two colons shows what follows as it is, in no language.
_NAMELESS: Final = re.compile(r"^(?! *\.\. ).*::\n\n +(\S.*)$", re.MULTILINE)
_INCLUDE: Final = re.compile(r"^ *\.\. literalinclude:: *(\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Snippet:
    """A code block on a page."""

    page: Path
    line: int
    language: str
    body: str


def name_of(page: Path) -> str:
    """Return how a test calls a page."""
    return page.relative_to(ROOT).as_posix()


def text_of(page: Path) -> str:
    """Return a page as it is written."""
    return page.read_text(encoding="utf-8")


def snippets(page: Path) -> Iterator[Snippet]:
    """Yield the code blocks of a page."""
    text = text_of(page)
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Snippet(page, line, match["language"], textwrap.dedent(match["body"]).strip("\n") + "\n")


def nameless_blocks(page: Path) -> list[tuple[int, str]]:
    """Return the place and the first line of each literal block that names no language."""
    text = text_of(page)
    return [(text.count("\n", 0, match.start()) + 1, match[1]) for match in _NAMELESS.finditer(text)]


def included_files(page: Path) -> list[Path]:
    """Return the files that a page shows."""
    return [(page.parent / name).resolve() for name in _INCLUDE.findall(text_of(page))]
