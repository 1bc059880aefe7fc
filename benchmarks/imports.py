"""The row ``import``: whole processes that import a package and end, by wall time."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import Any, Final

REACH: Final = 2.8
#: Our process takes at most so many times that of one which imports what is needed of ``cryptography``.
AIM_OF_CRYPTOGRAPHY: Final = 2.0
_START = "import sys; sys.path[:0] = sys.argv[1:]; "
_CRYPTOGRAPHY = (
    "import cryptography.hazmat.primitives.ciphers.aead, cryptography.hazmat.primitives.asymmetric.ec, "
    "cryptography.hazmat.primitives.asymmetric.padding, cryptography.hazmat.primitives.serialization"
)


def measure_imports(released_python: str, own_folder: str, turns: int) -> dict[str, Any]:
    """Return the best and the median seconds of each process, and what they come to."""
    commands = {
        "released": [released_python, "-I", "-c", _START + "import aws_encryption_sdk"],
        "ours": [sys.executable, "-I", "-c", _START + "import aws_encryption_sdk", own_folder],
        "cryptography": [sys.executable, "-I", "-c", _START + _CRYPTOGRAPHY],
        "python": [sys.executable, "-I", "-c", _START],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    # The first turn fills caches, and writes the bytecode.
    for turn in range(turns + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True)
            if turn:
                seconds[name].append(time.perf_counter() - start)
    best = {name: min(values) for name, values in seconds.items()}
    ratio, times_cryptography = best["released"] / best["ours"], best["ours"] / best["cryptography"]
    verdict = "no" if ratio < REACH else "aim" if times_cryptography <= AIM_OF_CRYPTOGRAPHY else "yes"
    return {
        "best": best,
        "median": {name: statistics.median(values) for name, values in seconds.items()},
        "turns": turns,
        "ratio_wall": ratio,
        "times_cryptography": times_cryptography,
        "reach": REACH,
        "verdict": verdict,
    }
