"""aws-encryption-cli, run as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

#: Beside the Python that runs.
PROGRAM: Final = Path(sys.executable).with_name("aws-encryption-cli")


@dataclass(frozen=True)
class Ran:
    """What came of a run."""

    code: int
    out: bytes
    err: str


def run(*arguments: str | Path, stdin: bytes = b"") -> Ran:
    """Run the program."""
    done = subprocess.run([str(PROGRAM), *map(str, arguments)], input=stdin, capture_output=True, check=False, timeout=120)
    return Ran(done.returncode, done.stdout, done.stderr.decode())


def succeed(*arguments: str | Path, stdin: bytes = b"") -> bytes:
    """Run the program, which has to succeed without an error; return what it prints."""
    ran = run(*arguments, stdin=stdin)
    assert ran.code == 0, ran.err
    return ran.out


def fail(*arguments: str | Path, stdin: bytes = b"") -> str:
    """Run the program, which has to fail; return what it says."""
    ran = run(*arguments, stdin=stdin)
    assert ran.code != 0
    return ran.err


def metadata_of(file: Path) -> list[dict[str, Any]]:
    """Return the records of a file of metadata."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def tree_of(folder: Path, suffix: str = "") -> dict[str, bytes]:
    """Return the content of all files in a folder, by their paths without ``suffix``."""
    return {
        file.relative_to(folder).as_posix().removesuffix(suffix): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }
