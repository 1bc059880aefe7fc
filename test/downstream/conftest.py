"""Fixtures of the tests with programs of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from test.emulation.fixtures import emulation, keys, sent

__all__ = ["emulation", "keys", "plain_tree", "sent", "target"]


@pytest.fixture
def plain_tree(tmp_path: Path) -> Path:
    """Return a folder with files of many lengths, at three levels."""
    folder = tmp_path / "plain"
    for name, content in {
        "empty": b"",
        "one": b"1",
        "frame": bytes(4096),
        "folder/more than a frame.txt": bytes(range(256)) * 17,
        "folder/deeper/größe.bin": b"\xff\x00" * 100_000,
    }.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return an empty folder."""
    folder = tmp_path / "target"
    folder.mkdir()
    return folder
