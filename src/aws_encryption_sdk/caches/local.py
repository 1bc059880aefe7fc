"""The local cache: in memory, bounded, least recently used first (framework/local-cryptographic-materials-cache.md)."""

from __future__ import annotations

import sys
from collections import OrderedDict, deque
from collections.abc import Iterable
from itertools import islice
from threading import RLock
from time import monotonic
from time import time as wall_clock
from typing import Final, TypeAlias
from weakref import ref

import attrs

from .._arguments import check_integer
from ..exceptions import CacheEntryExpiredError, CacheKeyError, NotSupportedError
from .base import EntryCache
from .entry import UNLIMITED, CryptoMaterialsCacheEntry, UsageLimits
from .statistics import CacheStatistics

__all__ = ["LocalCryptoMaterialsCache", "SynchronizedLocalCryptoMaterialsCache"]

#: Entries that a lookup without success looks through for such as are too old.
_EVALUATED_AT_A_TIME: Final = 10


@attrs.define(slots=False, eq=False, repr=False, on_setattr=attrs.setters.NO_OP)
class LocalCryptoMaterialsCache(EntryCache):
    """Keeps entries in memory, and evicts the least recently used ones where they become too many. Shared by threads.

    It is the local cache and the synchronized one (framework/synchronized-local-cryptographic-materials-cache.md) in one.
    It has no thread of its own. Entries whose time-to-live has elapsed are never returned, and are evicted as the cache is used;
    :meth:`evict_expired` evicts all of them, for programs that want them gone at a certain time.

    :param capacity: Most entries to keep, at least 1; fixed
    :param entry_pruning_tail_size: How many of the least recently used entries every lookup looks through for such as are too old
    :raises ArgumentTypeError: if a number is not an int
    :raises ArgumentValueError: if it is below 1

    >>> cache = LocalCryptoMaterialsCache(100)
    >>> cache.stats()
    CacheStatistics(hits=0, misses=0, evictions=0)
    """

    _capacity: int = attrs.field(alias="capacity")
    _tail_size: int = attrs.field(default=1, kw_only=True, alias="entry_pruning_tail_size")

    def __attrs_post_init__(self) -> None:
        EntryCache.__init__(self)
        check_integer(self._capacity, "capacity", 1)
        check_integer(self._tail_size, "entry_pruning_tail_size", 1)
        self._tail_size = min(self._tail_size, sys.maxsize)
        # Reentrant: the collector of garbage may run something here that uses the cache, in the same thread.
        self._cache_lock = RLock()
        #: The entries by identifier, the least recently used one first.
        self._cache: OrderedDict[bytes, CryptoMaterialsCacheEntry] = OrderedDict()
        #: All of them, and some that are gone, the least recently evaluated one first: all get their turn, whatever is used.
        self._lre_deque: deque[ref[CryptoMaterialsCacheEntry]] = deque()
        self._hits = self._misses = self._evictions = 0

    def __repr__(self) -> str:
        return f"LocalCryptoMaterialsCache(capacity={self._capacity})"

    @property
    def capacity(self) -> int:
        """Most entries that the cache keeps; cannot be set."""
        return self._capacity

    @capacity.setter
    def capacity(self, value: object) -> None:
        raise NotSupportedError("The capacity of a cache cannot be changed; make another cache")

    def put_entry(self, entry: CryptoMaterialsCacheEntry) -> None:
        """Add an entry in place of what was there, and evict the least recently used ones above the capacity."""
        with self._cache_lock:
            replaced = self._cache.pop(entry.cache_key, None)
            if replaced is not None:
                replaced.invalidate()
            self._cache[entry.cache_key] = entry
            self._lre_deque.append(ref(entry))
            while len(self._cache) > self._capacity:
                self._evict(next(iter(self._cache.values())))
            if len(self._lre_deque) > 2 * len(self._cache) + _EVALUATED_AT_A_TIME:
                self._evaluate_some(monotonic(), wall_clock())

    def get_entry(
        self, cache_key: bytes, plaintext_length: int | None = None, limits: UsageLimits = UNLIMITED
    ) -> CryptoMaterialsCacheEntry:
        """Return the entry with this identifier, which becomes the most recently used one.

        :param cache_key: Cache identifier
        :param plaintext_length: Bytes that a message encrypts, which is counted; None where nothing is encrypted
        :param limits: Limits of the caller. An entry that this use would take beyond them is evicted
        :raises CacheEntryExpiredError: if there was one, and it had reached a limit
        :raises CacheKeyError: if there is none
        """
        return self.get_entry_at(monotonic(), wall_clock(), cache_key, plaintext_length, limits)

    def get_entry_at(
        self, now: float, clock: float, cache_key: bytes, plaintext_length: int | None, limits: UsageLimits
    ) -> CryptoMaterialsCacheEntry:
        """Do what :meth:`get_entry` does, for a cache around this one that has read the clocks already.

        :param now: Time of :func:`time.monotonic`
        :param clock: Time of :func:`time.time`
        """
        with self._cache_lock:
            entry = self._cache.get(cache_key)
            if entry is not None and entry.serves(now, clock, plaintext_length, limits):
                self._hits += 1
                self._cache.move_to_end(cache_key)
                self._prune(now, clock)
                return entry
            self._misses += 1
            if entry is not None:
                self._evict(entry)
            self._prune(now, clock)
            self._evaluate_some(now, clock)
        if entry is not None:
            raise CacheEntryExpiredError("The cache entry had reached one of its limits")
        raise CacheKeyError("There is no cache entry with this identifier")

    def delete_entry(self, cache_key: bytes) -> None:
        """Remove the entry with this identifier, if there is one."""
        with self._cache_lock:
            entry = self._cache.pop(cache_key, None)
            if entry is not None:
                entry.invalidate()

    def remove(self, value: CryptoMaterialsCacheEntry) -> None:
        """Remove an entry.

        :raises CacheKeyError: if it is not in the cache (any more)
        """
        with self._cache_lock:
            value.invalidate()
            if self._cache.get(value.cache_key) is not value:
                raise CacheKeyError("The entry is not in the cache")
            del self._cache[value.cache_key]

    def clear(self) -> None:
        """Remove all entries."""
        with self._cache_lock:
            for entry in self._cache.values():
                entry.invalidate()
            self._cache.clear()
            self._lre_deque.clear()

    def evict_expired(self) -> None:
        """Evict all entries whose time-to-live has elapsed."""
        with self._cache_lock:
            self._evict_expired_of(self._cache.values(), monotonic(), wall_clock())

    def stats(self) -> CacheStatistics:
        """Return the lookups that found an entry, those that did not, and the entries evicted: too old, used up, or too many."""
        with self._cache_lock:
            return CacheStatistics(self._hits, self._misses, self._evictions)

    def _prune(self, now: float, clock: float) -> None:
        """Evict what is too old among the least recently used entries (pruning)."""
        self._evict_expired_of(islice(self._cache.values(), self._tail_size), now, clock)

    def _evaluate_some(self, now: float, clock: float) -> None:
        """Evict what is too old among the least recently evaluated entries."""
        for _ in range(min(_EVALUATED_AT_A_TIME, len(self._lre_deque))):
            reference = self._lre_deque.popleft()
            entry = reference()
            if entry is None:
                continue
            if entry.has_expired(now, clock):
                self._evict(entry)
            else:
                self._lre_deque.append(reference)

    def _evict_expired_of(self, entries: Iterable[CryptoMaterialsCacheEntry], now: float, clock: float) -> None:
        for entry in tuple(entries):
            if entry.has_expired(now, clock):
                self._evict(entry)

    def _evict(self, entry: CryptoMaterialsCacheEntry) -> None:
        entry.invalidate()
        if self._cache.get(entry.cache_key) is entry:
            del self._cache[entry.cache_key]
            self._evictions += 1


#: The synchronized local cache of the specification (framework/synchronized-local-cryptographic-materials-cache.md): a local cache
#: that threads may share, as this one may.
SynchronizedLocalCryptoMaterialsCache: TypeAlias = LocalCryptoMaterialsCache
