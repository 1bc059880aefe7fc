"""The picture of who asks whom while a message is made."""

from __future__ import annotations

from typing import Final

from doc.pictures.drawing import arrow, box, picture, text, thread

WIDTH: Final = 900
#: Who takes part, and what each of them is.
PARTS: Final = (
    ("Your program", "has the plaintext"),
    ("Client", "encrypts the body"),
    ("CMM", "decides the suite"),
    ("Keyring", "wraps the data key"),
    ("AWS KMS", "keeps the wrapping key"),
)
PROGRAM, CLIENT, CMM, KEYRING, KMS = range(len(PARTS))
#: From whom, to whom, and what is handed over.
STEPS: Final = (
    (PROGRAM, CLIENT, "plaintext, context"),
    (CLIENT, CMM, "context, suite?"),
    (CMM, KEYRING, "suite, context"),
    (KEYRING, KMS, "GenerateDataKey"),
    (KMS, KEYRING, "data key, and wrapped"),
    (KEYRING, CMM, "data key, and wrapped"),
    (CMM, CLIENT, "these, signing key"),
)
_TOP: Final = 54
_BOX: Final = (148, 46)
_STEP: Final = 38
_FIRST: Final = _TOP + _BOX[1] + 36


def _x(part: int) -> float:
    return 96 + part * (WIDTH - 192) / (len(PARTS) - 1)


def draw() -> str:
    """Return the picture."""
    work = _FIRST + len(STEPS) * _STEP
    bottom = work + 96
    parts = [thread(_x(part), _TOP + _BOX[1], _x(part), bottom) for part in range(len(PARTS))]
    for part, (name, role) in enumerate(PARTS):
        left = _x(part) - _BOX[0] / 2
        parts += (
            box(left, _TOP, *_BOX, "secret" if part == KMS else "box"),
            text(_x(part), _TOP + 20, name, style="name"),
            text(_x(part), _TOP + 37, role, style="small"),
        )
    for number, (start, end, words) in enumerate(STEPS, start=1):
        y = _FIRST + (number - 1) * _STEP
        parts += (arrow(_x(start), _x(end), y), text((_x(start) + _x(end)) / 2, y - 7, f"{number}  {words}"))
    parts += (
        box(_x(CLIENT) - 68, work - 12, 500, 50, "box"),
        text(_x(CLIENT) - 56, work + 9, "8  derives the keys of this message, authenticates the header, encrypts", "start"),
        text(_x(CLIENT) - 56, work + 27, "and authenticates each frame, and signs the whole", "start"),
        arrow(_x(CLIENT), _x(PROGRAM), work + 68),
        text((_x(CLIENT) + _x(PROGRAM)) / 2, work + 61, "9  message"),
        text(24, bottom + 24, "A raw keyring does steps 4 and 5 itself, with a wrapping key in memory.", "start", "small"),
    )
    return picture("How a message is made", WIDTH, int(bottom + 40), parts)
