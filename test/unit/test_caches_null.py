"""The null cache."""

from __future__ import annotations

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.caches import CryptoMaterialsCacheEntry, NullCryptoMaterialsCache
from aws_encryption_sdk.caches.base import CryptoMaterialsCache, EntryCache

from .cache_materials import DECRYPTION, ENCRYPTION


def test_nothing_is_kept() -> None:
    cache = NullCryptoMaterialsCache()
    assert cache.put_encryption_materials(b"key", ENCRYPTION, 10).value is ENCRYPTION
    assert cache.put_decryption_materials(b"key", DECRYPTION).value is DECRYPTION
    cache.put_entry(CryptoMaterialsCacheEntry(b"key", ENCRYPTION))
    cache.delete_entry(b"key")
    with pytest.raises(exceptions.CacheKeyError):
        cache.get_encryption_materials(b"key", 10)
    with pytest.raises(exceptions.CacheKeyError):
        cache.get_decryption_materials(b"key")
    assert cache.stats() == (0, 2, 0)
    assert repr(cache) == "NullCryptoMaterialsCache()"


def test_nobody_waits_for_what_is_not_kept() -> None:
    assert NullCryptoMaterialsCache().in_flight is None


@pytest.mark.parametrize("interface", [CryptoMaterialsCache, EntryCache])
def test_the_interfaces_have_to_be_completed(interface: type) -> None:
    with pytest.raises(TypeError, match="abstract"):
        interface()
