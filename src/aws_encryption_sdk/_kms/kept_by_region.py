"""Clients kept by region, each process having its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import RLock
from typing import Any, Final

#: Clients kept at a time: regions can come from messages, which nobody has authenticated yet.
_MOST_CLIENTS: Final = 64


class KeptByRegion:
    """What was made for each region, once. May be shared by threads; pickled and forked copies begin empty.

    What makes it may ask for other regions in turn.
    """

    def __init__(self) -> None:
        self._by_process: dict[int, tuple[RLock, dict[str | None, Any]]] = {}

    def get(self, region_name: str | None, make: Callable[[str | None], Any]) -> Any:
        """Return what is kept for a region; where nothing is, make it."""
        lock, kept = self._of_this_process()
        client = kept.get(region_name)
        if client is not None:
            return client
        with lock:
            client = kept.get(region_name)
            if client is None:
                client = make(region_name)
                for oldest in list(kept)[: max(0, len(kept) - _MOST_CLIENTS + 1)]:
                    kept.pop(oldest, None)
                kept[region_name] = client
        return client

    def forget(self, region_name: str | None, client: object) -> None:
        """Keep ``client`` no longer."""
        kept = self.here()
        if kept.get(region_name) is client:
            kept.pop(region_name, None)

    def here(self) -> dict[str | None, Any]:
        """Return what this process keeps, by region."""
        return self._of_this_process()[1]

    def _of_this_process(self) -> tuple[RLock, dict[str | None, Any]]:
        # A forked process must not touch its parent's connections, nor a lock that one of the parent's threads held.
        process = os.getpid()
        made = self._by_process.get(process)
        return self._by_process.setdefault(process, (RLock(), {})) if made is None else made

    def __reduce__(self) -> tuple[type[KeptByRegion], tuple[()]]:
        return type(self), ()
