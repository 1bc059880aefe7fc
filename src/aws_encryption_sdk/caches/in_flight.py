"""Requests for the same materials made at the same time, of which one is enough.

The first thread that finds nothing in a cache asks; those that come after it wait, and look into the cache again. They look, and do
not take what the first one got: the entry's limits hold for all of them.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from threading import Event, Lock, Thread, current_thread
from typing import Final, TypeVar

__all__ = ["ReportedRequests", "RequestsInFlight"]

#: Seconds that a thread waits for others, all in all, before it asks for itself: as long as a request to AWS KMS with all its retries
#: may take. A slow service is not made faster by more requests, but a request that needs what a waiting thread holds would never end.
LONGEST_WAIT: Final = 120.0
#: Seconds after which a thread asks for itself, if what others put into the cache was used up whenever it looked.
_PATIENCE: Final = 10.0
#: Seconds after which a thread that waits looks whether the one it waits for is still there.
_LOOK_AFTER: Final = 1.0

_Found = TypeVar("_Found")


class RequestsInFlight:
    """The requests that are under way, by cache identifier. Shared by threads.

    :param longest_wait: Seconds that a thread waits for others, all in all, before it asks for itself
    """

    def __init__(self, longest_wait: float = LONGEST_WAIT) -> None:
        self._longest_wait = longest_wait
        self._lock = Lock()
        self._flights: dict[bytes, _Flight] = {}
        #: How many flights each thread leads: more than one where a request makes another.
        self._leaders: Counter[Thread] = Counter()
        #: Flights that have ended. Whoever looked into the cache before this number changed may have missed what one left there.
        self.landings = 0

    def ask_once(
        self, key: bytes, look: Callable[[], _Found | None], ask: Callable[[], tuple[_Found, bool]], landings: int
    ) -> tuple[_Found, bool]:
        """Return what ``look`` finds, or else what ``ask`` returns; of threads that come here at the same time, one asks.

        Where the one that asked fails, or is gone without a word, one of those that waited asks next. Where its answer could not be
        kept, they all ask for themselves. A thread never waits for itself, nor for another while somebody may wait for it.

        :param key: Cache identifier
        :param look: Looks into the cache; returns None where there is nothing usable
        :param ask: Asks for the materials; returns them, and whether they are in the cache now
        :param landings: The number of :attr:`landings` from before the cache was last looked into
        :returns: the materials, and whether they were found in the cache
        """
        began = time.monotonic()
        while True:
            flight, leading = self._board(key)
            if flight is None:
                return ask()[0], False
            if leading:
                return self._lead(key, flight, look if self.landings != landings else None, ask)
            if not flight.ends_before(began + self._longest_wait) or flight.kept is False:
                return ask()[0], False
            landings = self.landings
            found = look()
            if found is not None:
                return found, True
            if flight.kept and time.monotonic() > began + _PATIENCE:
                return ask()[0], False

    def _board(self, key: bytes) -> tuple[_Flight | None, bool]:
        """Return the flight to lead, or to wait for; None for a thread that must not wait."""
        thread = current_thread()
        with self._lock:
            flight = self._flights.get(key)
            # One that lasts longer than anybody waits is given up.
            if flight is None or time.monotonic() - flight.started > self._longest_wait or not flight.is_under_way():
                flight = self._flights[key] = _Flight()
                self._leaders[thread] += 1
                return flight, True
            return (None if thread in self._leaders else flight), False

    def _lead(
        self,
        key: bytes,
        flight: _Flight,
        look: Callable[[], _Found | None] | None,
        ask: Callable[[], tuple[_Found, bool]],
    ) -> tuple[_Found, bool]:
        try:
            found = look() if look is not None else None
            if found is not None:
                flight.kept = True
                return found, True
            answer, flight.kept = ask()
            return answer, False
        finally:
            self._land(key, flight)

    def _land(self, key: bytes, flight: _Flight) -> None:
        thread = current_thread()
        with self._lock:
            if self._flights.get(key) is flight:
                del self._flights[key]
            self.landings += 1
            self._leaders[thread] -= 1
            if not self._leaders[thread]:
                del self._leaders[thread]
        flight.landed.set()


class ReportedRequests(RequestsInFlight):
    """The requests of a cache that decides by itself who asks, by what it lets a thread find: here it is told how each one ends.

    :param failed: Called with the cache identifier where a request failed
    :param not_kept: Called with the cache identifier where the answer could not be kept
    """

    def __init__(self, failed: Callable[[bytes], None], not_kept: Callable[[bytes], None]) -> None:
        super().__init__()
        self._failed = failed
        self._not_kept = not_kept

    def ask_once(
        self, key: bytes, look: Callable[[], _Found | None], ask: Callable[[], tuple[_Found, bool]], landings: int
    ) -> tuple[_Found, bool]:
        """Return what ``ask`` returns: whoever comes here was told by the cache that it is the one to ask."""
        try:
            answer, kept = ask()
        except BaseException:
            self._failed(key)
            raise
        if not kept:
            self._not_kept(key)
        return answer, False


class _Flight:
    """One request under way, made by the thread that makes this."""

    __slots__ = ("kept", "landed", "process", "started", "thread")

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.thread = current_thread()
        self.process = os.getpid()
        self.landed = Event()
        #: Whether the answer is in the cache; None where the request failed, or has not ended.
        self.kept: bool | None = None

    def is_under_way(self) -> bool:
        """Tell whether there is somebody who will end it. A process that was forked has not the threads of the other one."""
        return self.process == os.getpid() and self.thread in threading.enumerate()

    def ends_before(self, deadline: float) -> bool:
        """Wait until it has ended, or nobody is there to end it; False where that takes too long.

        :param deadline: Time of :func:`time.monotonic`
        """
        while True:
            patience = deadline - time.monotonic()
            if patience <= 0:
                return False
            if self.landed.wait(min(patience, _LOOK_AFTER)) or not self.is_under_way():
                return True
