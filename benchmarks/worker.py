"""The process in which one contestant runs: JSON requests, one a line, answered by JSON lines."""

from __future__ import annotations

import filecmp
import gc
import json
import platform
import sys
import time
import traceback
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.contestants import (
    Contestant,
    Dropped,
    Package,
    Tink,
    keyring_argument,
    master_key_provider_argument,
    pipe_from,
)

PLAINTEXT, MESSAGE = "plaintext", "message"
#: Kinds of workload whose source is bytes; that of the others is a file.
IN_MEMORY = ("calls", "one-shot", "dropped")


def _primitives() -> Contestant:
    from benchmarks.primitives import Primitives  # noqa: PLC0415 - needs cryptography, which tink's process may not have

    return Primitives()


CONTESTANTS: dict[str, Callable[[], Contestant]] = {
    "ours": lambda: Package(keyring_argument),
    "released": lambda: Package(master_key_provider_argument),
    "primitives": _primitives,
    "tink": Tink,
}


class Worker:
    """Runs workloads with one contestant.

    :param name: Its name
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._contestant = CONTESTANTS[name]()
        self._result: Any = None
        self._own = False

    def hello(self) -> dict[str, Any]:
        """Tell what is measured here, and with what."""
        answer: dict[str, Any] = {"python": platform.python_version(), **self._contestant.versions()}
        for name in ("cryptography", "attrs", "aws-cryptographic-material-providers"):
            try:
                answer[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                answer[name] = None
        return answer

    def prepare(self, job: dict[str, Any], folder: str) -> dict[str, Any]:
        """Make ready for a workload whose plaintext lies in ``folder``."""
        self._job = job
        self._folder = Path(folder)
        self._contestant.prepare(job)
        self._plaintext = (self._folder / PLAINTEXT).read_bytes() if job["kind"] in IN_MEMORY else b""
        self._message: Any = None
        self._result = None
        return {}

    def write_message(self) -> dict[str, Any]:
        """Encrypt the plaintext into the file that everybody decrypts."""
        with (self._folder / PLAINTEXT).open("rb") as source, (self._folder / MESSAGE).open("wb") as target:
            self._contestant.encrypt_file(source, target)
        return {}

    def read_message(self, own: bool) -> dict[str, Any]:
        """Take over the message to be decrypted: one's own, where nobody else could read it."""
        if own and self._job["kind"] in IN_MEMORY:
            self._message = self._contestant.encrypt(self._plaintext)
        elif own:
            self._through_files("encrypt", self._folder / PLAINTEXT, self._folder / f"{self._name}-{MESSAGE}")
        elif self._job["kind"] in IN_MEMORY:
            self._message = (self._folder / MESSAGE).read_bytes()
        self._own = own
        return {}

    def run(self, direction: str) -> dict[str, Any]:
        """Run the workload once; return the seconds of CPU and of wall time that a message took."""
        self._result = None
        calls = self._job["calls"]
        turn = self._turn(direction)
        gc.collect()
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(calls):
            turn()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        return {"cpu": cpu / calls, "wall": wall / calls}

    def check(self) -> dict[str, Any]:
        """Tell whether the decryption that ran last gave the plaintext."""
        if self._name == "primitives":
            return {"right": True}
        if self._job["kind"] in IN_MEMORY:
            return {"right": self._result == self._plaintext}
        target = self._folder / f"{self._name}-decrypted"
        filecmp.clear_cache()
        return {"right": filecmp.cmp(target, self._folder / PLAINTEXT, shallow=False)}

    def forget(self) -> dict[str, Any]:
        """Give back the memory of the workload."""
        self._plaintext, self._message, self._result = b"", None, None
        gc.collect()
        return {}

    def _turn(self, direction: str) -> Callable[[], None]:
        """Return what is timed."""
        contestant = self._contestant
        if self._job["kind"] in IN_MEMORY:
            argument = self._plaintext if direction == "encrypt" else self._message
            if self._job["kind"] == "dropped":
                move = contestant.encrypt_file if direction == "encrypt" else contestant.decrypt_file
                return lambda: move(argument, Dropped())
            call = contestant.encrypt if direction == "encrypt" else contestant.decrypt

            def one_call() -> None:
                self._result = call(argument)

            return one_call
        message = f"{self._name}-{MESSAGE}" if self._own else MESSAGE
        source = self._folder / (PLAINTEXT if direction == "encrypt" else message)
        target = self._folder / f"{self._name}-{direction}ed"
        target.unlink(missing_ok=True)
        return lambda: self._through_files(direction, source, target)

    def _through_files(self, direction: str, source: Path, target: Path) -> None:
        move = self._contestant.encrypt_file if direction == "encrypt" else self._contestant.decrypt_file
        # Tink closes the file that it writes to; another close does no harm.
        with target.open("wb") as sink:
            if self._job["kind"] == "pipe":
                with pipe_from(source) as feeder:
                    move(feeder.stdout, sink)
            else:
                with source.open("rb") as plain:
                    move(plain, sink)


def main() -> None:
    """Answer requests until standard input ends."""
    worker: Any = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if worker is None:
                worker = Worker(request.pop("contestant"))
            answer = getattr(worker, request.pop("do"))(**request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}", "traceback": traceback.format_exc(limit=-3)}
        print(json.dumps(answer), flush=True)
