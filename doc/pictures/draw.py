"""Draws the pictures of the documentation: ``python -m doc.pictures.draw`` writes each beside its script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from doc.pictures import bytes_of_a_message, how_a_message_is_made

FOLDER: Final = Path(__file__).parent
PICTURES: Final[dict[Path, Callable[[], str]]] = {
    FOLDER / "how-a-message-is-made.svg": how_a_message_is_made.draw,
    FOLDER / "bytes-of-a-message.svg": bytes_of_a_message.draw,
}

if __name__ == "__main__":
    for path, draw in PICTURES.items():
        path.write_text(draw(), encoding="utf-8")
