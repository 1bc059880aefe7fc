"""How a caching CMM uses a cache: by whole entries, or by the four published methods of one that somebody else wrote."""

from __future__ import annotations

import abc
from threading import Lock
from typing import Final

from .._materials import DecryptionMaterials, EncryptionMaterials
from ..exceptions import CacheEntryExpiredError, CacheKeyError
from .base import PUBLISHED_METHODS, CryptoMaterialsCache, EntryCache
from .entry import CryptoMaterialsCacheEntry, CryptoMaterialsCacheEntryHints, UsageLimits
from .in_flight import RequestsInFlight

__all__ = ["CacheAccess", "access_to"]


class CacheAccess(abc.ABC):
    """One user's access to a cache, within the limits of that user. Shared by threads.

    :param limits: Limits of every entry that is found
    :param in_flight: The requests for what the cache did not have; None where nobody is to wait for another's
    """

    def __init__(self, limits: UsageLimits, in_flight: RequestsInFlight | None) -> None:
        self._limits: Final = limits
        self._hints: Final = CryptoMaterialsCacheEntryHints(limits.max_age)
        self.in_flight: Final = in_flight
        self._lock: Final = Lock()
        self._evictions = 0

    @property
    def landings(self) -> int:
        """Requests for what the cache did not have that have ended: to be read before the cache is looked into."""
        return 0 if self.in_flight is None else self.in_flight.landings

    @property
    def evictions(self) -> int:
        """Entries that were found at a limit."""
        with self._lock:
            return self._evictions

    @abc.abstractmethod
    def find(self, key: bytes, plaintext_length: int | None, in_grace: bool = False) -> CryptoMaterialsCacheEntry | None:
        """Return an entry within the limits, if there is one, and count its use.

        :param plaintext_length: Bytes that a message encrypts; None to decrypt
        :param in_grace: Only look for one that was to be renewed, and could not be
        """

    @abc.abstractmethod
    def keep_encryption(self, key: bytes, materials: EncryptionMaterials, plaintext_length: int) -> None:
        """Put encryption materials into the cache, as used for one message of this length."""

    @abc.abstractmethod
    def keep_decryption(self, key: bytes, materials: DecryptionMaterials) -> None:
        """Put decryption materials into the cache."""

    @abc.abstractmethod
    def discard(self, entry: CryptoMaterialsCacheEntry) -> None:
        """Remove an entry that its user found to be at a limit."""

    def _note_eviction(self) -> None:
        with self._lock:
            self._evictions += 1


def access_to(cache: CryptoMaterialsCache, limits: UsageLimits) -> CacheAccess:
    """Return the access that fits ``cache``; published methods that a class has of its own are called."""
    if isinstance(cache, EntryCache) and not any(
        getattr(type(cache), name) is not getattr(EntryCache, name) for name in PUBLISHED_METHODS
    ):
        return _EntryAccess(cache, limits)
    return _PublishedAccess(cache, limits)


class _EntryAccess(CacheAccess):
    def __init__(self, cache: EntryCache, limits: UsageLimits) -> None:
        super().__init__(limits, cache.in_flight)
        self._cache: Final = cache

    def find(self, key: bytes, plaintext_length: int | None, in_grace: bool = False) -> CryptoMaterialsCacheEntry | None:
        if in_grace and not self._cache.grace_period:
            return None
        get_entry = self._cache.get_entry_in_grace if in_grace else self._cache.get_entry
        try:
            return get_entry(key, plaintext_length, self._limits)
        except CacheEntryExpiredError:
            self._note_eviction()
        except CacheKeyError:
            pass
        return None

    def keep_encryption(self, key: bytes, materials: EncryptionMaterials, plaintext_length: int) -> None:
        self._cache.put_encryption_materials(key, materials, plaintext_length, self._hints)

    def keep_decryption(self, key: bytes, materials: DecryptionMaterials) -> None:
        self._cache.put_decryption_materials(key, materials, self._hints)

    def discard(self, entry: CryptoMaterialsCacheEntry) -> None:
        self._cache.delete_entry(entry.cache_key)
        self._note_eviction()


class _PublishedAccess(CacheAccess):
    """Here the cache counts first, and the limits are compared afterwards: uses beyond a limit are counted, and not granted."""

    def __init__(self, cache: CryptoMaterialsCache, limits: UsageLimits) -> None:
        super().__init__(limits, RequestsInFlight())
        self._cache: Final = cache

    def find(self, key: bytes, plaintext_length: int | None, in_grace: bool = False) -> CryptoMaterialsCacheEntry | None:
        if in_grace:
            return None
        try:
            if plaintext_length is None:
                entry = self._cache.get_decryption_materials(cache_key=key)
            else:
                entry = self._cache.get_encryption_materials(cache_key=key, plaintext_length=plaintext_length)
        except CacheKeyError:
            return None
        if not entry.is_beyond(self._limits):
            return entry
        self.discard(entry)
        return None

    def keep_encryption(self, key: bytes, materials: EncryptionMaterials, plaintext_length: int) -> None:
        self._cache.put_encryption_materials(
            cache_key=key, encryption_materials=materials, plaintext_length=plaintext_length, entry_hints=self._hints
        )

    def keep_decryption(self, key: bytes, materials: DecryptionMaterials) -> None:
        self._cache.put_decryption_materials(cache_key=key, decryption_materials=materials)

    def discard(self, entry: CryptoMaterialsCacheEntry) -> None:
        # The published interface does not have this method, and the published cache has it.
        remove = getattr(self._cache, "remove", _invalidate)
        try:
            remove(entry)
        except CacheKeyError:
            # Another thread was first.
            return
        self._note_eviction()


def _invalidate(entry: CryptoMaterialsCacheEntry) -> None:
    entry.invalidate()
