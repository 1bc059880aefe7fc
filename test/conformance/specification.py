"""The pages and sections of the specification, as facts: names, numbers of requirements, and what is said about each here."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import attrs

FACTS = Path(__file__).with_name("specification.json")
REPOSITORY = "https://github.com/awslabs/aws-encryption-sdk-specification"
FOLDERS = ("client-apis", "data-format", "framework")

_HEADING = re.compile(r"(#{1,6}) +(.+?) *$")
_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
_REQUIREMENT = re.compile(r"\b(MUST|REQUIRED|SHALL)\b")
_EXPLAINS_THE_KEY_WORDS = re.compile(r'The key words\s+"MUST".*?(\n\s*\n|\Z)', re.DOTALL)

#: Level, name, own text, and whether a deeper heading follows.
Heading = tuple[int, str, str, bool]

#: Why a section with one of these names has no test, where it has no requirement either.
_USUAL_REASONS = {
    "Version": "history of the page",
    "Changelog": "history of the page",
    "Implementations": "other implementations",
    "Overview": "introduction",
    "Definitions": "terms",
    "Conventions used in this document": "terms",
}


@attrs.frozen
class Section:
    """A heading of a page with the text below it, up to the next heading."""

    name: str
    anchor: str
    requirements: int
    #: Why no test is marked with it.
    reason: str | None = None
    #: What the package does otherwise than the section says.
    differs: str | None = None


@attrs.frozen
class Specification:
    """Every page, at one commit of the specification's repository."""

    commit: str
    pages: dict[str, list[Section]]

    def address(self, page: str, anchor: str = "") -> str:
        """Return where a page, or a section of it, can be read."""
        return f"{REPOSITORY}/blob/{self.commit}/{page}" + (f"#{anchor}" if anchor else "")


def load() -> Specification:
    """Return the facts of this repository."""
    facts = json.loads(FACTS.read_text("utf-8"))
    pages = {page: [Section(**section) for section in sections] for page, sections in facts["pages"].items()}
    return Specification(facts["commit"], pages)


def save(specification: Specification) -> None:
    """Write the facts, one section on a line."""
    pages = []
    for page, sections in specification.pages.items():
        lines = ",\n".join(f"      {json.dumps(_said(section), ensure_ascii=False)}" for section in sections)
        pages.append(f"    {json.dumps(page)}: [\n{lines}\n    ]")
    body = ",\n".join(pages)
    FACTS.write_text(f'{{\n  "commit": "{specification.commit}",\n  "pages": {{\n{body}\n  }}\n}}\n', "utf-8")


def _said(section: Section) -> dict[str, object]:
    return {name: value for name, value in attrs.asdict(section).items() if value is not None}


def read(checkout: Path, commit: str, known: Specification | None) -> Specification:
    """Read the facts from a checkout of the specification; what was said about a section stays."""
    pages = {}
    for path in sorted(path for folder in FOLDERS for path in (checkout / folder).rglob("*.md")):
        page = path.relative_to(checkout).as_posix()
        before = {section.name: section for section in known.pages.get(page, [])} if known else {}
        pages[page] = [_with_words_of(before.get(section.name), section) for section in sections_of(path.read_text("utf-8"))]
    return Specification(commit, pages)


def _with_words_of(before: Section | None, section: Section) -> Section:
    if before is None:
        return section
    return attrs.evolve(section, reason=before.reason or section.reason, differs=before.differs)


def sections_of(text: str) -> Iterator[Section]:
    """Yield the sections of a page, with the usual reason where there is one."""
    headings = list(_headings(text))
    anchors: Counter[str] = Counter()
    for (_, name, own_text, has_children), full in zip(headings, _unique_names(headings), strict=True):
        slug = re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-")
        anchor = f"{slug}-{anchors[slug]}" if anchors[slug] else slug
        anchors[slug] += 1
        requirements = len(_REQUIREMENT.findall(_EXPLAINS_THE_KEY_WORDS.sub("", own_text)))
        yield Section(full, anchor, requirements, _usual_reason(name, own_text, requirements, has_children))


def _unique_names(headings: list[Heading]) -> list[str]:
    """Name each heading, with as many of those above it as tell it from all others of the page."""
    paths: list[list[str]] = []
    above: list[tuple[int, str]] = []
    for level, name, _, _ in headings:
        above = [*((depth, title) for depth, title in above if depth < level), (level, name)]
        paths.append([title for _, title in above])
    endings = Counter(tuple(path[-length:]) for path in paths for length in range(1, len(path) + 1))
    return [
        " > ".join(next(path[-length:] for length in range(1, len(path) + 1) if endings[tuple(path[-length:])] == 1))
        for path in paths
    ]


def _headings(text: str) -> Iterator[Heading]:
    """Yield every heading outside of code."""
    found: list[tuple[int, str, list[str]]] = []
    in_code = False
    for line in text.splitlines():
        in_code ^= line.lstrip().startswith("```")
        heading = None if in_code else _HEADING.match(line)
        if heading:
            found.append((len(heading[1]), _LINK.sub(r"\1", heading[2]).strip(), []))
        elif found:
            found[-1][2].append(line)
    for number, (level, name, lines) in enumerate(found):
        deeper = number + 1 < len(found) and found[number + 1][0] > level
        yield level, name, "\n".join(lines), deeper


def _usual_reason(name: str, text: str, requirements: int, has_children: bool) -> str | None:
    if requirements:
        return None
    if not text.strip() and has_children:
        return "a heading only"
    return _USUAL_REASONS.get(name)
