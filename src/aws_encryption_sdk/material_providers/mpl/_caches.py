"""Caches of the Material Providers Library, as those of this package, and the other way round."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

import attrs

from ..._arguments import builtin_name, bytes_from
from ..._mpl import models, references
from ..._mpl.interface_methods import takes_model
from ...caches.base import EntryCache
from ...caches.entry import UNLIMITED, CryptoMaterialsCacheEntry, CryptoMaterialsCacheEntryHints, UsageLimits
from ...caches.local import LocalCryptoMaterialsCache
from ...caches.null import NullCryptoMaterialsCache
from ...caches.statistics import CacheStatistics
from ...caches.storm_tracking import StormTrackingCryptoMaterialsCache, TimeUnits
from ...exceptions import ArgumentTypeError, ArgumentValueError, CacheEntryExpiredError, CacheError, CacheKeyError
from ._cache_inputs import (
    CacheTypeDefault,
    CacheTypeMultiThreaded,
    CacheTypeNo,
    CacheTypeShared,
    CacheTypeSingleThreaded,
    CacheTypeStormTracking,
    StormTrackingCache,
)
from ._materials_in_caches import materials_from, materials_model

#: Expiry of an entry that has none: the greatest number of seconds that the library's models can hold.
_NEVER: Final = 2**63 - 1


def cache_from(kind: object) -> EntryCache:
    """Return the cache that an input names.

    :raises ArgumentTypeError: if it is none of the ``CacheType...``
    """
    if isinstance(kind, CacheTypeShared):
        return _shared(kind.value)
    if isinstance(kind, CacheTypeNo):
        return NullCryptoMaterialsCache()
    if isinstance(kind, CacheTypeDefault):
        return StormTrackingCryptoMaterialsCache(kind.value.entry_capacity)
    if isinstance(kind, (CacheTypeSingleThreaded, CacheTypeMultiThreaded)):
        settings = kind.value
        return LocalCryptoMaterialsCache(settings.entry_capacity, entry_pruning_tail_size=settings.entry_pruning_tail_size)
    if isinstance(kind, CacheTypeStormTracking):
        return _storm_tracking(kind.value)
    raise ArgumentTypeError(f"cache must be one of the CacheType... models, not {builtin_name(kind)}")


def _shared(cache: object) -> EntryCache:
    if isinstance(cache, CryptographicMaterialsCache):
        return cache._impl
    if isinstance(cache, EntryCache):
        return cache
    if isinstance(cache, references.ICryptographicMaterialsCache):
        return CacheFromMPL(cache)
    raise ArgumentTypeError(
        "CacheTypeShared takes what create_cryptographic_materials_cache returns, an ICryptographicMaterialsCache or an "
        f"EntryCache, not {builtin_name(cache)}"
    )


def _storm_tracking(settings: StormTrackingCache) -> EntryCache:
    try:
        units = TimeUnits.SECONDS if settings.time_units is None else TimeUnits(settings.time_units)
    except ValueError as error:
        raise ArgumentValueError(
            f"time_units must be one of {', '.join(member.value for member in TimeUnits)}, not {settings.time_units!r}"
        ) from error
    return StormTrackingCryptoMaterialsCache(
        settings.entry_capacity,
        entry_pruning_tail_size=settings.entry_pruning_tail_size,
        grace_period=settings.grace_period,
        grace_interval=settings.grace_interval,
        fan_out=settings.fan_out,
        in_flight_ttl=settings.in_flight_ttl,
        sleep_milli=settings.sleep_milli,
        time_units=units,
    )


class CryptographicMaterialsCache(references.ICryptographicMaterialsCache):
    """A cache of this package that is called as the Material Providers Library calls its own. May be shared by threads.

    :param _impl: The cache
    """

    def __init__(self, _impl: EntryCache) -> None:
        self._impl: Final = _impl

    def __repr__(self) -> str:
        return repr(self._impl)

    @takes_model("PutCacheEntryInput")
    def put_cache_entry(self, param: models.PutCacheEntryInput) -> None:
        """Keep an entry, in place of one with the same identifier.

        :raises ServiceError: if it is no entry
        """
        hints = CryptoMaterialsCacheEntryHints(param.expiry_time - time.time())
        entry = CryptoMaterialsCacheEntry(_identifier(param.identifier), materials_from(param.materials), hints)
        entry.count_use(param.bytes_used, param.messages_used)
        self._impl.put_entry(entry)

    @takes_model("GetCacheEntryInput")
    def get_cache_entry(self, param: models.GetCacheEntryInput) -> models.GetCacheEntryOutput:
        """Return an entry; this does not count as a use.

        :raises EntryDoesNotExist: if there is none
        """
        entry = self._impl.get_entry(_identifier(param.identifier))
        return models.GetCacheEntryOutput(
            materials=materials_model(entry.value),
            creation_time=int(entry.creation_time),
            expiry_time=_expiry_of(entry),
            messages_used=entry.messages_encrypted,
            bytes_used=entry.bytes_encrypted,
        )

    @takes_model("UpdateUsageMetadataInput")
    def update_usage_metadata(self, param: models.UpdateUsageMetadataInput) -> None:
        """Count one more message, and its bytes, for an entry, if there is one."""
        try:
            self._impl.get_entry(_identifier(param.identifier), param.bytes_used)
        except CacheKeyError:
            return

    @takes_model("DeleteCacheEntryInput")
    def delete_cache_entry(self, param: models.DeleteCacheEntryInput) -> None:
        """Drop an entry, if there is one."""
        self._impl.delete_entry(_identifier(param.identifier))


class CacheFromMPL(EntryCache):
    """A cache that a program wrote for the Material Providers Library. May be shared by threads if that one may.

    Its entries are only as good as its clock: it keeps times in whole seconds since 1970.

    :param mpl_cache: The cache
    """

    def __init__(self, mpl_cache: references.ICryptographicMaterialsCache) -> None:
        super().__init__()
        self._cache: Final = mpl_cache
        self._lock: Final = Lock()
        self._hits = self._misses = self._evictions = 0

    def __repr__(self) -> str:
        return f"CacheFromMPL({self._cache!r})"

    def put_entry(self, entry: CryptoMaterialsCacheEntry) -> None:
        """Add an entry in place of what was there."""
        asked = models.PutCacheEntryInput(
            identifier=entry.cache_key,
            materials=materials_model(entry.value),
            creation_time=int(entry.creation_time),
            expiry_time=_expiry_of(entry),
            messages_used=entry.messages_encrypted,
            bytes_used=entry.bytes_encrypted,
        )
        with self._translated():
            self._cache.put_cache_entry(asked)

    def get_entry(
        self, cache_key: bytes, plaintext_length: int | None = None, limits: UsageLimits = UNLIMITED
    ) -> CryptoMaterialsCacheEntry:
        """Return the entry with this identifier.

        :raises CacheEntryExpiredError: if there was one, and it had reached a limit
        :raises CacheKeyError: if there is none
        :raises CacheError: if the cache fails
        """
        try:
            with self._translated():
                found = _checked(self._cache.get_cache_entry(_asked_for(cache_key, plaintext_length)))
                materials = materials_from(found.materials)
        except CacheKeyError:
            self._count(misses=1)
            raise
        now, used = time.time(), plaintext_length or 0
        messages = found.messages_used + (plaintext_length is not None)
        if (
            now >= found.expiry_time
            or now - min(found.creation_time, _NEVER) >= limits.max_age
            or messages > limits.max_messages
            or found.bytes_used + used > limits.max_bytes
        ):
            self.delete_entry(cache_key)
            self._count(misses=1, evictions=1)
            raise CacheEntryExpiredError("The cache entry has reached a limit")
        if plaintext_length is not None:
            with self._translated():
                self._cache.update_usage_metadata(models.UpdateUsageMetadataInput(identifier=cache_key, bytes_used=used))
        self._count(hits=1)
        hints = CryptoMaterialsCacheEntryHints(float(min(found.expiry_time, _NEVER) - now))
        entry = CryptoMaterialsCacheEntry(cache_key, materials, hints)
        entry.count_use(found.bytes_used + used, messages)
        return entry

    def delete_entry(self, cache_key: bytes) -> None:
        """Remove the entry with this identifier, if there is one."""
        try:
            with self._translated():
                self._cache.delete_cache_entry(models.DeleteCacheEntryInput(identifier=cache_key))
        except CacheKeyError:
            return

    def stats(self) -> CacheStatistics:
        """Return how often entries were found, were not found, and were at a limit."""
        with self._lock:
            return CacheStatistics(self._hits, self._misses, self._evictions)

    def _count(self, hits: int = 0, misses: int = 0, evictions: int = 0) -> None:
        with self._lock:
            self._hits += hits
            self._misses += misses
            self._evictions += evictions

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Let whatever the cache raises, and whatever comes of its answer, be an error of caches."""
        try:
            yield
        except CacheError:
            raise
        except Exception as error:
            raise CacheError(f"The cache {self._cache!r} failed: {type(error).__name__}: {error}") from error


def _asked_for(cache_key: bytes, plaintext_length: int | None) -> models.GetCacheEntryInput:
    return models.GetCacheEntryInput(identifier=cache_key, bytes_used=plaintext_length)


def _checked(found: models.GetCacheEntryOutput) -> models.GetCacheEntryOutput:
    """Return the answer of a cache as it is now: a model may be changed after it was made."""
    if not isinstance(found, models.GetCacheEntryOutput):
        raise ArgumentTypeError(f"the answer of get_cache_entry must be a GetCacheEntryOutput, not {builtin_name(found)}")
    return attrs.evolve(found)


def _identifier(identifier: bytes | bytearray) -> bytes:
    return bytes_from(identifier, "identifier")


def _expiry_of(entry: CryptoMaterialsCacheEntry) -> int:
    lifetime = entry.hints.lifetime
    return _NEVER if lifetime is None else int(min(entry.creation_time + lifetime, _NEVER))
