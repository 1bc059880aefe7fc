"""The pages and sections of the specification, as facts: names, numbers of requirements, and why a section has no test."""

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
_EXPLAINS_THE_KEY_WORDS = re.compile(r'The key words "MUST".*?(\n\s*\n|\Z)', re.DOTALL)

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
    reason: str | None = None


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
        lines = ",\n".join(f"      {json.dumps(attrs.asdict(section), ensure_ascii=False)}" for section in sections)
        pages.append(f"    {json.dumps(page)}: [\n{lines}\n    ]")
    body = ",\n".join(pages)
    FACTS.write_text(f'{{\n  "commit": "{specification.commit}",\n  "pages": {{\n{body}\n  }}\n}}\n', "utf-8")


def read(checkout: Path, commit: str, known: Specification | None) -> Specification:
    """Read the facts from a checkout of the specification; reasons that are known for a section stay."""
    pages = {}
    for path in sorted(path for folder in FOLDERS for path in (checkout / folder).rglob("*.md")):
        page = path.relative_to(checkout).as_posix()
        reasons = {section.name: section.reason for section in known.pages.get(page, [])} if known else {}
        pages[page] = [
            attrs.evolve(section, reason=reasons.get(section.name) or section.reason)
            for section in _sections(path.read_text("utf-8"))
        ]
    return Specification(commit, pages)


def _sections(text: str) -> Iterator[Section]:
    headings = list(_headings(text))
    times = Counter(name for _, name, _, _ in headings)
    anchors: Counter[str] = Counter()
    above: list[tuple[int, str]] = []
    for level, name, own_text, has_children in headings:
        above = [(depth, title) for depth, title in above if depth < level]
        full = f"{above[-1][1]} > {name}" if times[name] > 1 and above else name
        above.append((level, name))
        slug = re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-")
        anchor = f"{slug}-{anchors[slug]}" if anchors[slug] else slug
        anchors[slug] += 1
        requirements = len(_REQUIREMENT.findall(_EXPLAINS_THE_KEY_WORDS.sub("", own_text)))
        yield Section(full, anchor, requirements, _usual_reason(name, own_text, requirements, has_children))


def _headings(text: str) -> Iterator[tuple[int, str, str, bool]]:
    """Yield the level, the name, the text, and whether a deeper heading follows, of every heading outside of code."""
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
