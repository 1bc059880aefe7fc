"""The rows of the comparison: what is measured, and the bars that each figure is held against."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

KIB: Final = 1024
MIB: Final = 1024 * KIB
UNSIGNED: Final = 0x0478
UNSIGNED_V1: Final = 0x0178
SIGNED: Final = 0x0578

Kind = Literal["calls", "one-shot", "file", "pipe"]
Direction = Literal["encrypt", "decrypt"]
DIRECTIONS: Final[tuple[Direction, Direction]] = ("encrypt", "decrypt")
#: A figure for encrypting and one for decrypting; None where there is none.
Pair = tuple[float | None, float | None]
NONE: Final[Pair] = (None, None)


@dataclass(frozen=True)
class Row:
    """One workload of the table.

    :param name: What selects it on the command line
    :param title: Its description; ``{size}`` stands for the size of the plaintext
    :param kind: How it is run
    :param suite: Algorithm suite id
    :param size: Length in bytes of the plaintext
    :param short_size: The same in a short run; None for the same size
    :param frame_length: Frame length in bytes, 0 for a non-framed body
    :param read: Bytes that a stream is read by at a time
    :param calls: Messages in one measurement
    :param reach: The released package's CPU time divided by ours: the bar
    :param aim: The same: what a prototype showed
    :param wall_aim: The same by wall time, with a second core free
    :param share: The bare primitives' CPU time divided by ours, at least; measured where ``primitives`` is set
    :param primitives: Whether the bare primitives take part
    :param once: Whether the released package runs once only, because its time grows with the square of the size
    :param against: Who is compared with this package
    :param cached: Whether the data key comes from a caching CMM
    """

    name: str
    title: str
    kind: Kind
    suite: int
    size: int
    short_size: int | None = None
    frame_length: int = 4096
    read: int = 64 * KIB
    calls: int = 1
    reach: Pair = NONE
    aim: Pair = NONE
    wall_aim: Pair = NONE
    share: float | None = None
    primitives: bool = False
    once: bool = False
    against: str = "released"
    cached: bool = False
    contestants: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        extra = ("primitives",) if self.primitives else ()
        object.__setattr__(self, "contestants", (self.against, "ours", *extra))

    def size_in(self, short: bool) -> int:
        """Return the length in bytes of the plaintext in a short or a full run."""
        return self.short_size if short and self.short_size is not None else self.size

    def title_in(self, short: bool) -> str:
        """Return the description with the size that is measured."""
        return self.title.format(size=size_text(self.size_in(short)))

    def job(self, short: bool) -> dict[str, Any]:
        """Return what a worker is told."""
        return {
            "kind": self.kind,
            "suite": self.suite,
            "size": self.size_in(short),
            "frame_length": self.frame_length,
            "read": self.read,
            "cached": self.cached,
            "calls": max(1, self.calls // 4) if short else self.calls,
        }


def size_text(size: int) -> str:
    """Return a length in bytes in words."""
    for unit, name in ((MIB, "MiB"), (KIB, "KiB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} B"


def _file_row(name: str, suite: int, read: int, reach: Pair, aim: Pair = NONE) -> Row:
    title = f"{{size}} file to file, 0x{suite:04x}, read({size_text(read)})"
    return Row(name, title, "file", suite, 256 * MIB, 32 * MIB, read=read, reach=reach, aim=aim)


def _one_shot_row(name: str, suite: int, size: int, reach: Pair, aim: Pair, **more: Any) -> Row:
    short_size = min(size, 32 * MIB)
    return Row(name, f"{{size}} one-shot, 0x{suite:04x}", "one-shot", suite, size, short_size, reach=reach, aim=aim, **more)


_SIGNED_BARS: Final[dict[str, Any]] = {"reach": (2.4, 2.5), "aim": (2.75, 3.1), "wall_aim": (3.7, 4.9)}

ROWS: Final = (
    Row(
        "1k-0478",
        "{size}, 0x0478",
        "calls",
        UNSIGNED,
        KIB,
        calls=800,
        reach=(5, 6),
        aim=(7.5, 8),
        share=0.6,
        primitives=True,
    ),
    Row(
        "1k-0178",
        "{size}, 0x0178",
        "calls",
        UNSIGNED_V1,
        KIB,
        calls=800,
        reach=(5, 6),
        aim=(7.5, 8),
        share=0.6,
        primitives=True,
    ),
    Row(
        "1k-0578",
        "{size}, 0x0578 (the default)",
        "calls",
        SIGNED,
        KIB,
        calls=200,
        reach=(1.75, 1.7),
        aim=(1.83, 1.79),
        share=0.93,
        primitives=True,
    ),
    Row(
        "cached-0578",
        "{size} through the caching CMM, 0x0578",
        "calls",
        SIGNED,
        KIB,
        calls=200,
        reach=(2.0, 1.3),
        aim=(2.15, 1.36),
        cached=True,
    ),
    Row(
        "cached-0478",
        "{size} through the caching CMM, 0x0478",
        "calls",
        UNSIGNED,
        KIB,
        calls=800,
        reach=(5, 6),
        aim=(6.5, 7.8),
        cached=True,
    ),
    _one_shot_row("1m-0478", UNSIGNED, MIB, (7, 8), (9, 10.9), calls=24, primitives=True),
    _one_shot_row("32m-0478", UNSIGNED, 32 * MIB, (3.7, 3.5), (4.3, 4)),
    _one_shot_row("256m-0478", UNSIGNED, 256 * MIB, (3.7, 3.5), (4.3, 4)),
    _one_shot_row("1m-0578", SIGNED, MIB, calls=16, primitives=True, **_SIGNED_BARS),
    _one_shot_row("32m-0578", SIGNED, 32 * MIB, **_SIGNED_BARS),
    _one_shot_row("256m-0578", SIGNED, 256 * MIB, **_SIGNED_BARS),
    Row(
        "32m-1m-frames",
        "{size} one-shot, 0x0478, 1 MiB frames",
        "one-shot",
        UNSIGNED,
        32 * MIB,
        frame_length=MIB,
        reach=(5.5, 4.5),
        aim=(6.6, 4.9),
    ),
    _file_row("file-0478-64k", UNSIGNED, 64 * KIB, (4.5, 5.5), (4.9, 6.5)),
    _file_row("file-0578-64k", SIGNED, 64 * KIB, (2.3, 2.9), (2.5, 3.2)),
    _file_row("file-0478-1m", UNSIGNED, MIB, (8, 8)),
    _file_row("file-0578-1m", SIGNED, MIB, (4.5, 4)),
    Row(
        "pipe-0478",
        "{size} pipe to file, 0x0478, read(64 KiB)",
        "pipe",
        UNSIGNED,
        256 * MIB,
        32 * MIB,
        reach=(2.5, 2.5),
    ),
    Row(
        "non-framed",
        "{size} one-shot, 0x0478, non-framed",
        "one-shot",
        UNSIGNED,
        32 * MIB,
        16 * MIB,
        frame_length=0,
        reach=(None, 50),
        once=True,
    ),
    Row(
        "one-frame",
        "{size} one-shot, 0x0478, one frame",
        "one-shot",
        UNSIGNED,
        32 * MIB,
        16 * MIB,
        frame_length=32 * MIB,
        reach=(None, 50),
        once=True,
    ),
    Row(
        "tink",
        "{size} file to file, 0x0478, beside tink",
        "file",
        UNSIGNED,
        256 * MIB,
        32 * MIB,
        reach=(1, 1),
        against="tink",
    ),
)

#: Rows that are whole processes, or many readings of one message; each has a module of its own.
OTHER_ROWS: Final = ("import", "readers")

#: Rows of the plan that are not measured, and why.
NOT_MEASURED: Final[dict[str, str]] = {}
