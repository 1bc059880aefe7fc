"""The picture of the bytes of a message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from doc.pictures.drawing import box, picture, text

WIDTH: Final = 900
LEFT: Final = 24
_ROW: Final = 52
#: Name, length in bytes as it is shown, share of the row, and role.
Field = tuple[str, str, float, str]

HEADER: Final[Sequence[Field]] = (
    ("version", "1", 7.5, "clear"),
    ("suite", "2", 6, "clear"),
    ("message id", "32", 10, "clear"),
    ("encryption context", "2 + n", 17, "clear"),
    ("encrypted data keys", "2 + n", 18, "secret"),
    ("type", "1", 6, "clear"),
    ("frame length", "4", 12, "clear"),
    ("commitment", "32", 12, "proof"),
    ("tag", "16", 8, "proof"),
)
ENCRYPTED_DATA_KEY: Final[Sequence[Field]] = (
    ("length", "2", 9, "clear"),
    ("provider id", "n", 16, "clear"),
    ("length", "2", 9, "clear"),
    ("key info, such as the ARN", "n", 26, "clear"),
    ("length", "2", 9, "clear"),
    ("wrapped data key", "n", 24, "secret"),
)
FRAME: Final[Sequence[Field]] = (
    ("sequence number", "4", 22, "clear"),
    ("IV", "12", 12, "clear"),
    ("ciphertext", "frame length", 46, "secret"),
    ("tag", "16", 14, "proof"),
)
FINAL_FRAME: Final[Sequence[Field]] = (
    ("FFFFFFFF", "4", 14, "clear"),
    ("sequence number", "4", 20, "clear"),
    ("IV", "12", 10, "clear"),
    ("length", "4", 10, "clear"),
    ("ciphertext", "0 to frame length", 28, "secret"),
    ("tag", "16", 12, "proof"),
)
FOOTER: Final[Sequence[Field]] = (
    ("length", "2", 10, "clear"),
    ("ECDSA signature of header and body", "103", 40, "proof"),
)
#: What stands above each row, how far the row is moved in, its share of the width, and its fields.
ROWS: Final[Sequence[tuple[str, int, float, Sequence[Field]]]] = (
    ("Header", 0, 1.0, HEADER),
    ("each encrypted data key", 44, 0.8, ENCRYPTED_DATA_KEY),
    ("Body: every frame but the last", 0, 0.8, FRAME),
    ("Body: the last frame", 0, 0.8, FINAL_FRAME),
    ("Footer, in suites that sign", 0, 0.55, FOOTER),
)
KEY: Final = (("clear", "can be read by anybody"), ("secret", "encrypted"), ("proof", "shows that nothing was changed"))


def draw() -> str:
    """Return the picture."""
    parts: list[str] = []
    y = 66.0
    for name, indent, share, fields in ROWS:
        parts.append(text(LEFT + indent, y, name, "start", "name"))
        parts += _row(LEFT + indent, y + 8, (WIDTH - 2 * LEFT) * share - indent, fields)
        y += _ROW + 42
    x = float(LEFT)
    for role, words in KEY:
        parts += (box(x, y - 16, 18, 18, role), text(x + 26, y - 3, words, "start"))
        x += 60 + 7.2 * len(words)
    parts.append(
        text(LEFT, y + 24, "The second line of a field is its length in bytes. Numbers are big-endian.", "start", "small")
    )
    return picture("The bytes of a message (format version 2)", WIDTH, int(y + 42), parts)


def _row(left: float, top: float, width: float, fields: Sequence[Field]) -> list[str]:
    parts: list[str] = []
    whole = sum(share for _, _, share, _ in fields)
    for name, length, share, role in fields:
        wide = round(width * share / whole, 1)
        parts += (
            box(left, top, wide, _ROW, role),
            text(left + wide / 2, top + 23, name),
            text(left + wide / 2, top + 41, length, style="small"),
        )
        left += wide
    return parts
