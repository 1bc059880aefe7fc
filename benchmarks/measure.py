"""The measuring of one row: the contestants take turns, and the best of several turns counts."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.rows import DIRECTIONS, MIB, Direction, Row
from benchmarks.worker import PLAINTEXT
from benchmarks.workers import WorkerError, WorkerProcess

#: Suites, frame lengths and sizes of the messages that both sides have to read before anything is measured.
CHECKED_MESSAGES = [
    (suite, frame_length, size)
    for suite in (0x0478, 0x0578, 0x0178)
    for frame_length in (4096, 0)
    for size in (0, 1024, 4096, 3 * 4096 + 17)
]


@dataclass(frozen=True)
class Effort:
    """How long a row may take.

    :param rounds: Most turns of each contestant
    :param seconds: After so many seconds no further turn is begun for this row and direction
    :param least: Turns that are taken in any case
    """

    rounds: int
    seconds: float
    least: int


@dataclass
class Timing:
    """The best of several turns: seconds for one message."""

    cpu: float = float("inf")
    wall: float = float("inf")
    turns: int = 0

    def add(self, answer: Mapping[str, Any]) -> None:
        """Take a turn into account."""
        self.cpu = min(self.cpu, answer["cpu"])
        self.wall = min(self.wall, answer["wall"])
        self.turns += 1


@dataclass
class Outcome:
    """What was measured of one row: timings by direction and contestant."""

    row: Row
    short: bool
    timings: dict[Direction, dict[str, Timing]] = field(default_factory=dict)

    def ratio(self, direction: Direction, over: str | None = None, clock: str = "cpu") -> float | None:
        """Return the time of ``over`` (by default who is compared with this package), divided by ours."""
        timings = self.timings[direction]
        other = timings.get(over or self.row.against)
        return None if other is None else float(getattr(other, clock) / getattr(timings["ours"], clock))

    def verdict(self, direction: Direction) -> str:
        """Return whether a bar was reached: "aim", "yes", "no", or nothing where there is no bar."""
        at = DIRECTIONS.index(direction)
        ratio, reach, aim = self.ratio(direction), self.row.reach[at], self.row.aim[at]
        if reach is None or ratio is None:
            return ""
        # What is to be level may lie within the noise of a measurement.
        if ratio < (reach * 0.95 if self.row.against != "released" else reach):
            return "no"
        return "aim" if aim is not None and ratio >= aim else "yes"

    def as_json(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        directions = {
            direction: {
                "timings": {name: asdict(timing) for name, timing in timings.items()},
                "ratio_cpu": self.ratio(direction),
                "ratio_wall": self.ratio(direction, clock="wall"),
                "share_of_primitives": self.ratio(direction, "primitives"),
                "verdict": self.verdict(direction),
            }
            for direction, timings in self.timings.items()
        }
        return {**asdict(self.row), "measured": self.row.job(self.short), "short": self.short, "directions": directions}


def check_each_other(workers: Mapping[str, WorkerProcess], folder: Path) -> int:
    """Have each of the two packages read what the other wrote; return the number of messages.

    :raises WorkerError: if one of them does not give the plaintext
    """
    for suite, frame_length, size in CHECKED_MESSAGES:
        (folder / PLAINTEXT).write_bytes(random.randbytes(size))
        job = {"kind": "one-shot", "suite": suite, "size": size, "frame_length": frame_length, "read": MIB, "calls": 1}
        for writer, reader in (("ours", "released"), ("released", "ours")):
            for name in (writer, reader):
                workers[name].ask("prepare", job=job, folder=str(folder))
            workers[writer].ask("write_message")
            workers[reader].ask("read_message", own=False)
            workers[reader].ask("run", direction="decrypt")
            if not workers[reader].ask("check")["right"]:
                raise WorkerError(f"{reader} reads another plaintext from what {writer} wrote with suite 0x{suite:04x}")
    return 2 * len(CHECKED_MESSAGES)


def measure_row(row: Row, workers: Mapping[str, WorkerProcess], folder: Path, effort: Effort, short: bool) -> Outcome:
    """Measure one row with all its contestants."""
    write_plaintext(folder / PLAINTEXT, row.size_in(short))
    taking_part = [workers[name] for name in row.contestants]
    for worker in taking_part:
        worker.ask("prepare", job=row.job(short), folder=str(folder))
    # One message for both packages, so that both have the same work.
    workers["ours"].ask("write_message")
    outcome = Outcome(row, short)
    for direction in DIRECTIONS:
        if direction == "decrypt":
            for worker in taking_part:
                worker.ask("read_message", own=worker.contestant in ("primitives", "tink"))
        outcome.timings[direction] = _take_turns(direction, row, taking_part, effort)
    for worker in taking_part:
        worker.ask("forget")
    for path in folder.iterdir():
        path.unlink()
    return outcome


def _take_turns(direction: Direction, row: Row, taking_part: list[WorkerProcess], effort: Effort) -> dict[str, Timing]:
    timings = {worker.contestant: Timing() for worker in taking_part}
    start = time.perf_counter()
    for turn in range(effort.rounds):
        if turn >= effort.least and time.perf_counter() - start > effort.seconds:
            break
        for worker in taking_part:
            if turn and row.once and worker.contestant == row.against:
                continue
            timings[worker.contestant].add(worker.ask("run", direction=direction))
            if direction == "decrypt" and turn == 0 and not worker.ask("check")["right"]:
                raise WorkerError(f"{worker.contestant} reads another plaintext in the row {row.name}")
    return timings


def write_plaintext(path: Path, size: int) -> None:
    """Write random bytes, the same ones in each MiB."""
    block = random.randbytes(min(size, MIB))
    with path.open("wb") as file:
        for start in range(0, size, MIB):
            file.write(block[: size - start])
