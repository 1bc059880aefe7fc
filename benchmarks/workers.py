"""The processes of the contestants, as the measuring process sees them."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
#: Isolated mode leaves PYTHONPATH out, which may lead to the wrong package; folders are handed in one by one instead.
START = "import sys; sys.path[:0] = sys.argv[2:]; sys.path.append(sys.argv[1]); from benchmarks.worker import main; main()"


class WorkerError(Exception):
    """A contestant failed."""


class WorkerProcess:
    """A Python that runs one contestant, kept for all workloads.

    :param contestant: Name of the contestant
    :param python: Path of the Python
    :param folders: What its import path begins with
    """

    def __init__(self, contestant: str, python: str, folders: tuple[str, ...] = ()) -> None:
        self.contestant = contestant
        self._process = subprocess.Popen(
            [python, "-I", "-c", START, str(PROJECT), *folders],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="ascii",
        )
        try:
            self.hello = self._send({"contestant": contestant, "do": "hello"})
        except WorkerError:
            self.__exit__(None, None, None)
            raise

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is not None:
            self._process.kill()
        self._process.communicate()

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Have the worker do something; return its answer.

        :raises WorkerError: if it fails
        """
        return self._send({"do": do, **arguments})

    def _send(self, request: dict[str, Any]) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise WorkerError("The process has no pipes")
        try:
            stdin.write(json.dumps(request) + "\n")
            stdin.flush()
            line = stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise WorkerError(f"{self.contestant}: the process ended with code {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise WorkerError(f"{self.contestant}: {answer['error']}\n{answer['traceback']}")
        return answer


def own_package_folder() -> str:
    """Return the folder that this package is imported from.

    :raises WorkerError: if it cannot be imported
    """
    spec = importlib.util.find_spec("aws_encryption_sdk")
    if spec is None or spec.origin is None:
        raise WorkerError("aws_encryption_sdk cannot be imported; install the project, or set PYTHONPATH=src")
    return str(Path(spec.origin).resolve().parent.parent)
