"""Our end of the conversation with the released package: a subprocess that answers JSON lines."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from aws_encryption_sdk.identifiers import AlgorithmSuite

SERVER = Path(__file__).with_name("released_side.py")
VARIABLE = "AWS_ENCRYPTION_SDK_RELEASED_PYTHON"
HOW_TO_RUN = f"interoperability: {VARIABLE} names no Python with the released package; `tox -e interop` makes one"


def released_python() -> str:
    """Return the path of the Python that has the released package, or an empty string where none is named."""
    return os.environ.get(VARIABLE, "")


class DescribedKey(Protocol):
    """A key or keyring that the other side makes one like."""

    def description(self) -> dict[str, Any]:
        """Return the description that the other side makes it from."""


class ReleasedSideError(Exception):
    """The released package raised an exception; ``name`` is that of its class."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"{name}: {detail}")
        self.name = name


@dataclass(frozen=True)
class Opened:
    """What the released package found in a message."""

    plaintext: bytes
    suite: int
    frame_length: int
    encryption_context: dict[str, str]
    encrypted_data_keys: int


class ReleasedPeer:
    """A Python with the released package, kept running for many requests.

    :param python: Path of that Python
    """

    def __init__(self, python: str) -> None:
        # Isolated mode leaves PYTHONPATH out, which may lead to the package under test.
        self._process = subprocess.Popen(
            [python, "-I", str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="ascii"
        )
        self.hello = self._ask({"operation": "hello"})

    def __enter__(self) -> ReleasedPeer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=60)

    @property
    def has_keyrings(self) -> bool:
        """Whether the Material Providers Library is installed beside the package."""
        return bool(self.hello["keyrings"])

    def encrypt(
        self,
        plaintext: bytes,
        *,
        suite: AlgorithmSuite,
        keys: Sequence[DescribedKey],
        through: str,
        frame_length: int = 4096,
        encryption_context: dict[str, str] | None = None,
        required_keys: tuple[str, ...] = (),
    ) -> bytes:
        """Return ``plaintext`` as a message that the released package wrote."""
        answer = self._ask(
            {
                "operation": "encrypt",
                "plaintext": base64.b64encode(plaintext).decode(),
                "suite": suite.algorithm_id,
                "frame_length": frame_length,
                "encryption_context": encryption_context or {},
                "keys": [key.description() for key in keys],
                "required_keys": list(required_keys),
                "through": through,
            }
        )
        return base64.b64decode(answer["ciphertext"])

    def decrypt(
        self,
        ciphertext: bytes,
        *,
        suite: AlgorithmSuite,
        keys: Sequence[DescribedKey],
        through: str,
        encryption_context: dict[str, str] | None = None,
        required_keys: tuple[str, ...] = (),
        streamed: bool = False,
    ) -> Opened:
        """Return what the released package reads from a message."""
        answer = self._ask(
            {
                "operation": "decrypt",
                "ciphertext": base64.b64encode(ciphertext).decode(),
                "suite": suite.algorithm_id,
                "encryption_context": encryption_context or {},
                "keys": [key.description() for key in keys],
                "required_keys": list(required_keys),
                "streamed": streamed,
                "through": through,
            }
        )
        return Opened(**{**answer, "plaintext": base64.b64decode(answer["plaintext"])})

    def key_store(self, store: dict[str, Any], method: str, **arguments: Any) -> dict[str, Any]:
        """Return the fields of what a key store of the other side answers.

        :param store: Description of the key store
        :param method: Method, such as ``create_key``
        :param arguments: Fields of its input
        """
        return self._ask({"operation": "key_store", "store": store, "method": method, "arguments": arguments})

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise ReleasedSideError("NoAnswer", f"the released side ended with code {self._process.wait(timeout=60)}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise ReleasedSideError(answer["error"], answer["detail"])
        return answer
