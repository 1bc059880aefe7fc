"""A thread that hashes for the signature while the calling thread goes on with the cipher."""

from __future__ import annotations

import os
import threading
from contextlib import AbstractContextManager, nullcontext
from queue import Queue
from types import TracebackType
from typing import Final

from ._crypto.signatures import Buffer, Signer, Verifier
from .exceptions import StreamStateError

#: Pieces, of a batch each, that may wait to be hashed.
_WAITING_PIECES: Final = 2
#: Pieces that have to stay as they are: those that wait, the one that is being hashed, and the one that is being made.
PIECES_IN_USE: Final = _WAITING_PIECES + 2
#: Messages below this many bytes are done before a thread would pay.
_WORTH_BYTES: Final = 2 * 1024 * 1024


class HashThread:
    """Hashes for one signer or verifier, in order, until it is settled. Within its context there is one thread, and none after it.

    What waits to be hashed is bounded; whoever is far ahead waits for the hash. Nothing is copied: what is handed over has to stay as
    it is until :data:`PIECES_IN_USE` - 1 further pieces were handed over, or the hash is settled.

    :param message_hash: Signer or verifier
    """

    def __init__(self, message_hash: Signer | Verifier) -> None:
        self._message_hash: Final = message_hash
        self._hash_here: Final = message_hash.update
        self._pieces: Final[Queue[Buffer | None]] = Queue(_WAITING_PIECES)
        self._thread: Final = threading.Thread(target=self._work, name="aws_encryption_sdk hash", daemon=True)
        self._given_up = False
        self._failure: Exception | None = None

    def __enter__(self) -> HashThread:
        """Start the thread; where there can be no more threads, everything is done here."""
        try:
            self._thread.start()
        except RuntimeError:
            return self
        self._message_hash.hand_over(self._pieces.put, self._settle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._given_up = True
        self._end()

    def _settle(self) -> None:
        self._end()
        if self._failure is not None:
            # A hash that lacks a piece must not be signed.
            raise StreamStateError(f"The message could not be hashed: {self._failure}") from self._failure

    def _end(self) -> None:
        if self._thread.is_alive():
            self._pieces.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (piece := self._pieces.get()) is not None:
            try:
                if not self._given_up and self._failure is None:
                    self._hash_here(piece)
            except Exception as error:
                self._failure = error


def hash_thread(message_hash: Signer | Verifier | None, length: int) -> AbstractContextManager[object]:
    """Return a context in which a thread hashes for ``message_hash``, if that is worth it.

    :param length: Bytes that are to be hashed
    """
    if message_hash is None or length < _WORTH_BYTES or _usable_cores() < 2:
        return nullcontext()
    return HashThread(message_hash)


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
