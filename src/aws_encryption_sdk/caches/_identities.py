"""Identities of objects that no content tells apart: bytes that stand for one object, and never for another."""

from __future__ import annotations

import uuid
import weakref
from threading import Lock
from typing import Final

__all__ = ["Identities"]


class Identities:
    """The identities of the objects that were asked for. Shared by threads.

    An object keeps its identity as long as it lives; the identity of one that is gone is not given again, though its address may be.
    """

    def __init__(self) -> None:
        self._lock: Final = Lock()
        self._known: dict[int, tuple[weakref.ref[object], bytes]] = {}

    def of(self, value: object) -> bytes:
        """Return the identity of an object: 32 bytes of text. One that cannot be referred to weakly gets another one each time."""
        with self._lock:
            reference, identity = self._known.get(id(value), (None, b""))
            if reference is not None and reference() is value:
                return identity
            identity = uuid.uuid4().hex.encode("ascii")
            try:
                reference = weakref.ref(value)
            except TypeError:
                return identity
            self._known = {address: known for address, known in self._known.items() if known[0]() is not None}
            self._known[id(value)] = (reference, identity)
            return identity
