"""Caches of cryptographic materials, and what they are made of."""

from .base import CryptoMaterialsCache, EntryCache
from .entry import CacheableMaterials, CryptoMaterialsCacheEntry, CryptoMaterialsCacheEntryHints, UsageLimits
from .identifiers import build_decryption_materials_cache_key, build_encryption_materials_cache_key
from .local import LocalCryptoMaterialsCache
from .null import NullCryptoMaterialsCache
from .statistics import CacheStatistics

__all__ = [
    "CacheStatistics",
    "CacheableMaterials",
    "CryptoMaterialsCache",
    "CryptoMaterialsCacheEntry",
    "CryptoMaterialsCacheEntryHints",
    "EntryCache",
    "LocalCryptoMaterialsCache",
    "NullCryptoMaterialsCache",
    "UsageLimits",
    "build_decryption_materials_cache_key",
    "build_encryption_materials_cache_key",
]
