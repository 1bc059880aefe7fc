"""The storm tracking cache: few threads ask for what it lacks, and the others wait or use what is old.

framework/storm-tracking-cryptographic-materials-cache.md
"""

from __future__ import annotations

import enum
from threading import Condition, RLock, get_ident
from time import monotonic
from time import time as wall_clock
from typing import Final

from .._arguments import check_integer, check_member
from ..exceptions import ArgumentValueError, CacheKeyError, InFlightTtlExceededError
from .base import EntryCache
from .entry import UNLIMITED, CryptoMaterialsCacheEntry, UsageLimits
from .in_flight import ReportedRequests
from .local import LocalCryptoMaterialsCache
from .statistics import CacheStatistics

__all__ = ["StormTrackingCryptoMaterialsCache", "TimeUnits"]

#: The greatest number that settings may have, in every implementation.
_MOST: Final = 2**31 - 1


class TimeUnits(enum.Enum):
    """What the times of a storm tracking cache are given in. Its ``sleep_milli`` is milliseconds always."""

    SECONDS = "Seconds"
    MILLISECONDS = "Milliseconds"


class StormTrackingCryptoMaterialsCache(EntryCache):
    """Keeps entries as the local cache does, and lets few requests through for those it lacks. Shared by threads.

    Whoever looks for an entry that is not there is told so, and is expected to ask for the materials and to put them; all others
    that look for the same entry meanwhile wait until it is there. In the last time before an entry expires, one thread after the
    other is told that it is not there, and renews it, while the others go on with the old one. What to ask is so decided in one
    place for all users of the cache: for a key service that is slow or down, a crowd of threads makes a few requests. So it is for a
    request that fails at once: the next one for the same entry is made when the grace interval has passed.

    :param capacity: Most entries to keep, at least 1
    :param entry_pruning_tail_size: How many of the least recently used entries every lookup looks through for such as are too old
    :param grace_period: How long before its end an entry is renewed, at least 1. The lifetime of entries has to be longer, and
        should be much longer
    :param grace_interval: How long others leave it to the one that asks before another asks, too; at least 1
    :param fan_out: Most entries that are asked for at the same time, at least 1
    :param in_flight_ttl: How long a thread waits before it gives up, and how long a request counts for the fan-out; at least 1
    :param sleep_milli: How many milliseconds a waiting thread sleeps at most before it looks again, at least 1; it is woken as
        soon as an entry comes
    :param time_units: What the grace period, the grace interval and the in-flight time-to-live are given in
    :raises ArgumentTypeError: if a number is not an int, or ``time_units`` is no member of :class:`TimeUnits`
    :raises ArgumentValueError: if a number is below 1 or above 2**31 - 1, or not
        grace interval <= in-flight time-to-live <= grace period

    >>> cache = StormTrackingCryptoMaterialsCache(100, grace_period=60, in_flight_ttl=20)
    >>> cache.stats()
    CacheStatistics(hits=0, misses=0, evictions=0)
    """

    def __init__(
        self,
        capacity: int = 1000,
        *,
        entry_pruning_tail_size: int = 1,
        grace_period: int = 10,
        grace_interval: int = 1,
        fan_out: int = 20,
        in_flight_ttl: int = 10,
        sleep_milli: int = 20,
        time_units: TimeUnits = TimeUnits.SECONDS,
    ) -> None:
        super().__init__()
        self.in_flight = ReportedRequests(self.request_failed, self.delete_entry)
        for name, number in (
            ("capacity", capacity),
            ("entry_pruning_tail_size", entry_pruning_tail_size),
            ("grace_period", grace_period),
            ("grace_interval", grace_interval),
            ("fan_out", fan_out),
            ("in_flight_ttl", in_flight_ttl),
            ("sleep_milli", sleep_milli),
        ):
            check_integer(number, name, 1, _MOST)
        self._local: Final = LocalCryptoMaterialsCache(capacity, entry_pruning_tail_size=entry_pruning_tail_size)
        check_member(time_units, TimeUnits, "time_units")
        if not grace_interval <= in_flight_ttl <= grace_period:
            raise ArgumentValueError(
                "grace_interval must not exceed in_flight_ttl, nor in_flight_ttl grace_period; they are "
                f"{grace_interval}, {in_flight_ttl} and {grace_period} {time_units.value.lower()}"
            )
        divisor = 1 if time_units is TimeUnits.SECONDS else 1000
        self.grace_period = grace_period / divisor
        self._grace_interval: Final[float] = grace_interval / divisor
        self._in_flight_ttl: Final[float] = in_flight_ttl / divisor
        self._fan_out: Final = fan_out
        self._sleep: Final[float] = sleep_milli / 1000
        #: Its lock is held wherever something here changes; it is notified of what may end a wait.
        self._lock: Final = RLock()
        self._changed = Condition(self._lock)
        #: The keys in flight: those that were not found, and were not put since.
        self._requests: dict[bytes, _Request] = {}
        #: Those among them whose request has failed, which takes no part in the fan-out: when it was made.
        self._failed: dict[bytes, float] = {}
        self._renewals = self._misses = 0

    def __repr__(self) -> str:
        return f"StormTrackingCryptoMaterialsCache(capacity={self.capacity}, fan_out={self._fan_out})"

    @property
    def capacity(self) -> int:
        """Most entries that the cache keeps; cannot be set."""
        return self._local.capacity

    def put_entry(self, entry: CryptoMaterialsCacheEntry) -> None:
        """Add an entry in place of what was there; whoever waits for it finds it."""
        with self._changed:
            self._local.put_entry(entry)
            self._land(entry.cache_key)

    def get_entry(
        self, cache_key: bytes, plaintext_length: int | None = None, limits: UsageLimits = UNLIMITED
    ) -> CryptoMaterialsCacheEntry:
        """Return the entry with this identifier, after a wait where another thread asks for it.

        Who gets one of the first two exceptions is the one to ask for the materials, and to put them; or else to say that nothing
        comes, by :meth:`request_failed` or :meth:`delete_entry`. ``in_flight.ask_once`` does so.

        :param cache_key: Cache identifier
        :param plaintext_length: Bytes that a message encrypts, which is counted; None where nothing is encrypted
        :param limits: Limits of the caller. An entry that this use would take beyond them is evicted
        :raises CacheEntryExpiredError: if there was one, and it had reached a limit
        :raises CacheKeyError: if there is none, or it is to be renewed
        :raises InFlightTtlExceededError: if the wait was longer than the in-flight time-to-live
        """
        give_up, miss = None, None
        # The lock by itself: to enter a condition variable takes three times as long.
        with self._lock:
            while True:
                now, clock = monotonic(), wall_clock()
                try:
                    entry = self._local.get_entry_at(now, clock, cache_key, plaintext_length, limits)
                except CacheKeyError as error:
                    miss = miss or error
                else:
                    if not self._is_due(entry, now, clock) or not self._may_ask(cache_key, now):
                        return entry
                    # A use of it was counted and is not made: the limits hold all the more.
                    self._renewals += 1
                    self._misses += 1
                    raise CacheKeyError("The cache entry is to be renewed")
                if self._may_ask(cache_key, now):
                    self._misses += 1
                    raise miss
                if give_up is None:
                    give_up = now + self._in_flight_ttl
                if now >= give_up:
                    self._misses += 1
                    raise self._waited_in_vain(cache_key) from miss
                self._changed.wait(min(self._sleep, give_up - now))

    def get_entry_in_grace(
        self, cache_key: bytes, plaintext_length: int | None = None, limits: UsageLimits = UNLIMITED
    ) -> CryptoMaterialsCacheEntry:
        """Return the entry with this identifier, even if it is to be renewed: for whoever was to renew it, and could not.

        :raises CacheKeyError: if there is none
        """
        with self._changed:
            return self._local.get_entry(cache_key, plaintext_length, limits)

    def delete_entry(self, cache_key: bytes) -> None:
        """Remove the entry with this identifier, if there is one; the next that looks for it is the one to ask."""
        with self._changed:
            self._local.delete_entry(cache_key)
            self._land(cache_key)

    def request_failed(self, cache_key: bytes) -> None:
        """Say that the request for what was not found has failed; others ask when the grace interval is over.

        :param cache_key: Cache identifier
        """
        with self._changed:
            request = self._requests.get(cache_key)
            if request is None:
                return
            request.threads.discard(get_ident())
            if request.threads:
                return
            del self._requests[cache_key]
            self._forget_failures(monotonic())
            self._failed[cache_key] = request.asked
            self._changed.notify_all()

    def remove(self, value: CryptoMaterialsCacheEntry) -> None:
        """Remove an entry.

        :raises CacheKeyError: if it is not in the cache (any more)
        """
        self._local.remove(value)

    def clear(self) -> None:
        """Remove all entries; what is asked for stays so."""
        self._local.clear()

    def evict_expired(self) -> None:
        """Evict all entries whose time-to-live has elapsed."""
        self._local.evict_expired()

    def stats(self) -> CacheStatistics:
        """Return the lookups that found an entry, those that did not, renewals included, and the entries evicted."""
        with self._changed:
            found = self._local.stats()
            return CacheStatistics(found.hits - self._renewals, self._misses, found.evictions)

    def _is_due(self, entry: CryptoMaterialsCacheEntry, now: float, clock: float) -> bool:
        """Tell whether the grace period of an entry has begun (within grace period)."""
        return entry.has_expired(now + self.grace_period, clock + self.grace_period)

    def _may_ask(self, cache_key: bytes, now: float) -> bool:
        """Tell whether this thread is to ask for the materials now, and mark the key as in flight if it is (get cache entry)."""
        thread = get_ident()
        if self._is_fanned_out(now, thread):
            return False
        request = self._requests.get(cache_key)
        asked = self._failed.get(cache_key) if request is None else request.asked
        if asked is not None and now < asked + self._grace_interval:
            return False
        self._failed.pop(cache_key, None)
        self._requests[cache_key] = _Request(now, {thread} if request is None else request.threads | {thread})
        return True

    def _is_fanned_out(self, now: float, thread: int) -> bool:
        """Tell whether this thread has to leave it to others for now, because many keys are asked for."""
        if len(self._requests) < self._fan_out:
            return False
        for cache_key in [key for key, request in self._requests.items() if now >= request.asked + self._in_flight_ttl]:
            del self._requests[cache_key]
        if len(self._requests) < self._fan_out:
            return False
        if len(self._requests) >= 2 * self._fan_out:
            return True
        # A request may need another one to be answered: a caching CMM and its keyring can share a cache. They would wait for
        # each other until all gave up.
        return not any(thread in request.threads for request in self._requests.values())

    def _land(self, cache_key: bytes) -> None:
        self._failed.pop(cache_key, None)
        self._requests.pop(cache_key, None)
        self._changed.notify_all()

    def _forget_failures(self, now: float) -> None:
        while self._failed:
            oldest = next(iter(self._failed))
            if now < self._failed[oldest] + self._grace_interval:
                return
            del self._failed[oldest]

    def _waited_in_vain(self, cache_key: bytes) -> InFlightTtlExceededError:
        cause = (
            "other threads asked for the same materials, and none has got them"
            if cache_key in self._requests or cache_key in self._failed
            else f"{len(self._requests)} other materials were asked for, and fan_out allows {self._fan_out} at a time"
        )
        return InFlightTtlExceededError(
            f"Waited {self._in_flight_ttl:g} s (in_flight_ttl) for a cache entry: {cause}; the key service may be slow or fail"
        )


class _Request:
    """A key in flight."""

    __slots__ = ("asked", "threads")

    def __init__(self, asked: float, threads: set[int]) -> None:
        #: When somebody was last told that there is no entry.
        self.asked = asked
        #: Who was told so since the key is in flight.
        self.threads = threads
