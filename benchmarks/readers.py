"""The row ``readers``: one message read in different ways, which must not change what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import Timing, write_plaintext
from benchmarks.rows import DIRECTIONS, KIB, MIB, UNSIGNED, size_text
from benchmarks.worker import PLAINTEXT
from benchmarks.workers import WorkerProcess

SIZE: Final = 32 * MIB
SHORT_SIZE: Final = 8 * MIB
SPREAD_ALLOWED: Final = 1.3
#: From a file to a file; and from bytes, where what was read is dropped.
KINDS: Final = ("file", "dropped")
_READS: Final = (4 * KIB, 5000, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 32 * MIB)
#: Description, reader, bytes at a time.
READINGS: Final = (
    *((f"read({size_text(read)})", "read", read) for read in _READS),
    ("read()", "all", 0),
    ("iteration, 8 KiB", "iteration", 0),
    ("readinto, 64 KiB", "readinto", 64 * KIB),
    ("readinto, 1 MiB", "readinto", MIB),
)


def measure_readers(workers: Mapping[str, WorkerProcess], folder: Path, turns: int, short: bool) -> dict[str, Any]:
    """Return the seconds of CPU of each way to read, and the quotients of the highest and the lowest."""
    ours = workers["ours"]
    size = SHORT_SIZE if short else SIZE
    write_plaintext(folder / PLAINTEXT, size)
    timings = {(kind, way): {name: Timing() for name, _, _ in READINGS} for kind in KINDS for way in DIRECTIONS}
    for turn in range(turns):
        for name, reader, read in READINGS:
            for kind in KINDS:
                job = {"kind": kind, "suite": UNSIGNED, "size": size, "frame_length": 4096, "read": read, "calls": 1}
                ours.ask("prepare", job={**job, "reader": reader}, folder=str(folder))
                if turn == 0:
                    ours.ask("write_message")
                ours.ask("read_message", own=False)
                for way in DIRECTIONS:
                    timings[kind, way][name].add(ours.ask("run", direction=way))
    ours.ask("forget")
    for path in folder.iterdir():
        path.unlink()
    answer: dict[str, Any] = {"size": size, "allowed": SPREAD_ALLOWED, "turns": turns}
    for (kind, way), by_name in timings.items():
        seconds = {name: timing.cpu for name, timing in by_name.items()}
        spread = max(seconds.values()) / min(seconds.values())
        answer.setdefault(kind, {})[way] = {"cpu": seconds, "spread": spread}
    return answer
