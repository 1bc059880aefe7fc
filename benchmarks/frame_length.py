"""Throughput against the frame length, as a table and as a plot in SVG.

Usage: ``python -m benchmarks.frame_length [FILE] [--turns N]``. Messages are made and read as streams, 1 MiB at a time into
one buffer, with raw AES keys; the turns of all frame lengths alternate, and the best of each counts, by CPU time. Messages of short
frames are smaller, as they take long.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import Any, Final

import aws_encryption_sdk
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from benchmarks.rows import KIB, MIB, size_text
from benchmarks.svg_plot import line_plot

FRAME_LENGTHS: Final = tuple(4**power for power in range(11))
SUITES: Final = {
    "unsigned": AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
    "signed": AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384,
}
LARGEST_BODY: Final = 32 * MIB
FRAMES_OF_SMALL_BODY: Final = 32 * KIB
#: What a regular frame adds to its content: sequence number, IV and tag.
FRAME_OVERHEAD: Final = 32
DEFAULT_TARGET: Final = Path("doc/frame-length.svg")


def body_length(frame_length: int) -> int:
    """Return how many bytes of plaintext are encrypted with this frame length."""
    return min(LARGEST_BODY, frame_length * FRAMES_OF_SMALL_BODY)


class Subject:
    """One frame length and suite: a message, and the best times."""

    def __init__(self, frame_length: int, suite: AlgorithmSuite) -> None:
        self._client = aws_encryption_sdk.EncryptionSDKClient()
        self._key: dict[str, Any] = {"keyring": RawAESKeyring("benchmark", "frame length", bytes(32))}
        self._arguments = {**self._key, "algorithm": suite, "frame_length": frame_length}
        self._length = body_length(frame_length)
        self._buffer = bytearray(MIB)
        self.seconds = {"encrypt": float("inf"), "decrypt": float("inf")}

    def take_turn(self) -> None:
        """Encrypt and decrypt once."""
        plaintext = random.randbytes(self._length)
        message = self._client.encrypt(source=plaintext, **self._arguments)[0]
        if self._client.decrypt(source=message, **self._key)[0] != plaintext:
            raise SystemExit("decryption gives another plaintext")
        self._time("encrypt", mode="e", source=plaintext, **self._arguments)
        self._time("decrypt", mode="d", source=message, **self._key)

    def speed(self, direction: str) -> float:
        """Return the MiB of plaintext a second of CPU time."""
        return self._length / MIB / self.seconds[direction]

    def _time(self, direction: str, **arguments: Any) -> None:
        start = time.process_time()
        with self._client.stream(**arguments) as stream:
            while stream.readinto(self._buffer):
                pass
        self.seconds[direction] = min(self.seconds[direction], time.process_time() - start)


def main() -> None:
    """Measure, print the table and write the plot."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.frame_length", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("target", metavar="FILE", type=Path, nargs="?", default=DEFAULT_TARGET, help="where the plot goes")
    parser.add_argument("--turns", type=int, default=7, help="how many turns; the best counts (default: 7)")
    options = parser.parse_args()
    subjects = {(length, kind): Subject(length, suite) for length in FRAME_LENGTHS for kind, suite in SUITES.items()}
    for _ in range(options.turns):
        for subject in subjects.values():
            subject.take_turn()
    columns = [(direction, kind) for kind in SUITES for direction in ("encrypt", "decrypt")]
    print("MiB of plaintext a second of CPU time")
    print(f"{'frame length':>12} {'overhead':>10}" + "".join(f"{' '.join(column):>18}" for column in columns))
    for length in FRAME_LENGTHS:
        speeds = "".join(f"{subjects[length, kind].speed(direction):>18.1f}" for direction, kind in columns)
        print(f"{size_text(length):>12} {FRAME_OVERHEAD / length:>10.2%}{speeds}")
    lines = {
        f"{direction}, {kind}": [(float(length), subjects[length, kind].speed(direction)) for length in FRAME_LENGTHS]
        for direction, kind in columns
    }
    title = "Throughput against frame length, raw AES key, 0x0478 and 0x0578"
    ticks = {float(length): size_text(length) for length in FRAME_LENGTHS}
    options.target.write_text(
        line_plot(title, "frame length", "MiB of plaintext a second of CPU time", ticks, lines), encoding="utf-8"
    )
    print(f"plot: {options.target}")


if __name__ == "__main__":
    main()
