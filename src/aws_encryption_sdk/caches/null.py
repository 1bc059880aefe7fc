"""The null cache: it keeps nothing."""

from __future__ import annotations

from threading import Lock

from ..exceptions import CacheKeyError
from .base import EntryCache
from .entry import UNLIMITED, CryptoMaterialsCacheEntry, UsageLimits
from .statistics import CacheStatistics

__all__ = ["NullCryptoMaterialsCache"]


class NullCryptoMaterialsCache(EntryCache):
    """Keeps nothing and finds nothing: switches caching off where a cache is asked for. Shared by threads."""

    def __init__(self) -> None:
        super().__init__()
        # Nobody could find what another has asked for.
        self.in_flight = None
        self._lock = Lock()
        self._misses = 0

    def __repr__(self) -> str:
        return "NullCryptoMaterialsCache()"

    def put_entry(self, entry: CryptoMaterialsCacheEntry) -> None:
        """Do nothing."""

    def get_entry(
        self, cache_key: bytes, plaintext_length: int | None = None, limits: UsageLimits = UNLIMITED
    ) -> CryptoMaterialsCacheEntry:
        """Find nothing.

        :raises CacheKeyError: always
        """
        with self._lock:
            self._misses += 1
        raise CacheKeyError("The null cache has no entries")

    def delete_entry(self, cache_key: bytes) -> None:
        """Do nothing."""

    def stats(self) -> CacheStatistics:
        """Return how often something was looked for."""
        with self._lock:
            return CacheStatistics(0, self._misses, 0)
