"""Caches of cryptographic materials, and what they are made of."""

from .base import CryptoMaterialsCache, EntryCache
from .entry import CacheableMaterials, CryptoMaterialsCacheEntry, CryptoMaterialsCacheEntryHints, UsageLimits
from .identifiers import build_decryption_materials_cache_key, build_encryption_materials_cache_key
from .local import LocalCryptoMaterialsCache, SynchronizedLocalCryptoMaterialsCache
from .null import NullCryptoMaterialsCache
from .statistics import CacheStatistics
from .storm_tracking import StormTrackingCryptoMaterialsCache, TimeUnits

__all__ = [
    "CacheStatistics",
    "CacheableMaterials",
    "CryptoMaterialsCache",
    "CryptoMaterialsCacheEntry",
    "CryptoMaterialsCacheEntryHints",
    "EntryCache",
    "LocalCryptoMaterialsCache",
    "NullCryptoMaterialsCache",
    "StormTrackingCryptoMaterialsCache",
    "SynchronizedLocalCryptoMaterialsCache",
    "TimeUnits",
    "UsageLimits",
    "build_decryption_materials_cache_key",
    "build_encryption_materials_cache_key",
]
