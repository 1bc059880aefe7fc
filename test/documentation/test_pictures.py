"""The pictures of the documentation are those that their scripts draw."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from doc.pictures import bytes_of_a_message
from doc.pictures.draw import FOLDER, PICTURES

SVG = "{http://www.w3.org/2000/svg}"


def test_every_picture_has_a_script() -> None:
    assert set(FOLDER.glob("*.svg")) == set(PICTURES)


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_picture_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PICTURES[path](), "run python -m doc.pictures.draw"


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_all_of_a_picture_is_inside_of_it(path: Path) -> None:
    root = ElementTree.fromstring(PICTURES[path]())
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for shape in root.iter(f"{SVG}rect"):
        assert float(shape.get("x", "0")) + float(shape.attrib["width"]) <= width
        assert float(shape.get("y", "0")) + float(shape.attrib["height"]) <= height
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.attrib["x"]) <= width
        assert 0 <= float(text.attrib["y"]) <= height


def test_lengths_in_the_picture_are_those_of_a_message() -> None:
    """A frame of a message is as long as the picture says, and so is the fixed part of its header."""
    frame = [length for _, length, _, _ in bytes_of_a_message.FRAME if re.fullmatch(r"\d+", length)]
    assert sum(map(int, frame)) == 32
    header = [length for _, length, _, _ in bytes_of_a_message.HEADER]
    assert sum(int(re.sub(r"\D", "", length)) for length in header) == 1 + 2 + 32 + 2 + 2 + 1 + 4 + 32 + 16
