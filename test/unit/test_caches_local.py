"""The local cache (framework/local-cryptographic-materials-cache.md)."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.caches import (
    CacheableMaterials,
    CryptoMaterialsCacheEntry,
    CryptoMaterialsCacheEntryHints,
    LocalCryptoMaterialsCache,
    UsageLimits,
)

from .cache_materials import DECRYPTION, ENCRYPTION, Clocks

pytestmark = [
    pytest.mark.specification(
        "framework/cryptographic-materials-cache.md",
        "Cache Identifier",
        "Time-to-live (TTL)",
        "Thread Safety",
        "Supported CMCs",
        "Behaviors",
        "Put Cache Entry",
        "Get Cache Entry",
        "Delete Cache Entry",
        "Background Processing",
    ),
    pytest.mark.specification(
        "framework/local-cryptographic-materials-cache.md",
        "Initialization",
        "Entry Capacity",
        "Entry Pruning Tail Size",
        "Put Cache Entry",
        "Get Cache Entry",
        "Pruning",
    ),
]


def entry(key: bytes, lifetime: float | None = None) -> CryptoMaterialsCacheEntry:
    return CryptoMaterialsCacheEntry(key, ENCRYPTION, CryptoMaterialsCacheEntryHints(lifetime))


def filled(capacity: int, *keys: bytes, **options: int) -> LocalCryptoMaterialsCache:
    cache = LocalCryptoMaterialsCache(capacity, **options)
    for key in keys:
        cache.put_entry(entry(key))
    return cache


def keys_of(cache: LocalCryptoMaterialsCache) -> list[bytes]:
    return list(cache._cache)


def test_what_is_put_is_got() -> None:
    cache = LocalCryptoMaterialsCache(10)
    put = entry(b"key")
    assert cache.put_entry(put) is None  # type: ignore[func-returns-value]
    assert cache.get_entry(b"key") is put
    with pytest.raises(exceptions.CacheKeyError) as caught:
        cache.get_entry(b"other")
    assert not isinstance(caught.value, exceptions.CacheEntryExpiredError)


def test_a_new_entry_replaces_the_old_one() -> None:
    cache = LocalCryptoMaterialsCache(10)
    old, new = entry(b"key"), entry(b"key")
    cache.put_entry(old)
    cache.put_entry(new)

    assert cache.get_entry(b"key") is new
    assert (old.valid, new.valid) == (False, True)
    assert cache.stats() == (1, 0, 0)


def test_the_least_recently_used_entries_are_evicted() -> None:
    cache = filled(3, b"a", b"b", b"c")
    cache.get_entry(b"a")
    evicted = cache._cache[b"b"]
    cache.put_entry(entry(b"d"))

    assert keys_of(cache) == [b"c", b"a", b"d"]
    assert not evicted.valid
    cache.put_entry(entry(b"c"))
    cache.put_entry(entry(b"e"))
    assert keys_of(cache) == [b"d", b"c", b"e"]
    assert cache.stats().evictions == 2


@pytest.mark.parametrize("capacity", [1, 2, 50])
def test_the_capacity_is_never_exceeded(capacity: int) -> None:
    cache = LocalCryptoMaterialsCache(capacity)
    for number in range(200):
        cache.put_entry(entry(b"%d" % (number % 70)))
        assert len(cache._cache) <= capacity
    assert len(cache._cache) == min(capacity, 70)


@pytest.mark.parametrize("tail", [1, 3, 10])
def test_a_lookup_prunes_the_tail(clocks: Clocks, tail: int) -> None:
    """Get cache entry: all expired entries among the N least recently used ones are evicted."""
    cache = LocalCryptoMaterialsCache(100, entry_pruning_tail_size=tail)
    for number in range(20):
        cache.put_entry(entry(b"%d" % number, 60))
    cache.put_entry(entry(b"kept"))
    clocks.advance(60)
    cache._lre_deque.clear()
    cache.get_entry(b"kept")

    assert keys_of(cache) == [*(b"%d" % number for number in range(tail, 20)), b"kept"]
    assert cache.stats().evictions == tail


def test_an_expired_entry_is_not_returned(clocks: Clocks) -> None:
    cache = LocalCryptoMaterialsCache(10)
    cache.put_entry(entry(b"key", 60))
    clocks.advance(59.9)
    cache.get_entry(b"key")
    clocks.advance(0.1)
    with pytest.raises(exceptions.CacheEntryExpiredError):
        cache.get_entry(b"key")
    assert not cache._cache
    with pytest.raises(exceptions.CacheKeyError):
        cache.get_entry(b"key")
    assert cache.stats() == (1, 2, 1)


def test_all_entries_get_evaluated_in_turn(clocks: Clocks) -> None:
    """Entries that are too old go, also where others that are never used stand at the end of the tail."""
    cache = LocalCryptoMaterialsCache(1000)
    cache.put_entry(entry(b"stays"))
    for number in range(100):
        cache.put_entry(entry(b"%d" % number, 60))
    clocks.advance(60)
    for _ in range(11):
        with pytest.raises(exceptions.CacheKeyError):
            cache.get_entry(b"missing")
    assert keys_of(cache) == [b"stays"]


def test_entries_that_are_gone_take_no_room() -> None:
    cache = LocalCryptoMaterialsCache(10)
    for number in range(5000):
        cache.put_entry(entry(b"%d" % (number % 20)))
    gc.collect()

    assert len(cache._lre_deque) <= 40


def test_evict_expired_evicts_all_that_are(clocks: Clocks) -> None:
    cache = LocalCryptoMaterialsCache(100)
    for number in range(30):
        cache.put_entry(entry(b"%d" % number, 60 if number % 2 else 120))
    clocks.advance(60)
    cache.evict_expired()

    assert len(cache._cache) == 15
    assert cache.stats() == (0, 0, 15)


def test_usage_and_limits() -> None:
    cache, limits = LocalCryptoMaterialsCache(10), UsageLimits(max_messages=3, max_bytes=100)
    put = cache.put_encryption_materials(b"key", ENCRYPTION, 50)
    assert (put.messages_encrypted, put.bytes_encrypted) == (1, 50)
    got = cache.get_entry(b"key", 50, limits)
    assert got is put
    assert (put.messages_encrypted, put.bytes_encrypted) == (2, 100)
    with pytest.raises(exceptions.CacheEntryExpiredError):
        cache.get_entry(b"key", 1, limits)
    assert not put.valid
    assert (put.messages_encrypted, put.bytes_encrypted) == (2, 100)


def test_the_published_methods() -> None:
    cache = LocalCryptoMaterialsCache(10)
    hints = CryptoMaterialsCacheEntryHints(60.0)
    encrypting = cache.put_encryption_materials(b"e", ENCRYPTION, 5, hints)
    decrypting = cache.put_decryption_materials(b"d", DECRYPTION)

    assert (encrypting.hints, decrypting.hints.lifetime) == (hints, None)
    assert cache.get_encryption_materials(b"e", 7) is encrypting
    assert (encrypting.messages_encrypted, encrypting.bytes_encrypted) == (2, 12)
    assert cache.get_decryption_materials(b"d") is decrypting
    assert decrypting.messages_encrypted == 0
    with pytest.raises(exceptions.CacheKeyError):
        cache.get_encryption_materials(b"x", 1)
    with pytest.raises(exceptions.CacheKeyError):
        cache.get_decryption_materials(b"x")


def test_remove() -> None:
    cache = filled(10, b"a", b"b")
    removed = cache.get_entry(b"a")
    cache.remove(removed)

    assert keys_of(cache) == [b"b"]
    assert not removed.valid
    with pytest.raises(exceptions.CacheKeyError):
        cache.remove(removed)
    newer = entry(b"a")
    cache.put_entry(newer)
    with pytest.raises(exceptions.CacheKeyError):
        cache.remove(removed)
    assert cache.get_entry(b"a") is newer


def test_delete_and_clear() -> None:
    cache = filled(10, b"a", b"b", b"c")
    entries = list(cache._cache.values())
    cache.delete_entry(b"a")
    cache.delete_entry(b"a")
    assert keys_of(cache) == [b"b", b"c"]
    cache.clear()
    assert not cache._cache
    assert not any(made.valid for made in entries)
    assert cache.stats() == (0, 0, 0)


def test_an_entry_that_was_invalidated_is_not_returned() -> None:
    cache = filled(10, b"a", b"b")
    cache._cache[b"b"].invalidate()
    with pytest.raises(exceptions.CacheKeyError):
        cache.get_entry(b"b")
    assert keys_of(cache) == [b"a"]


def test_the_capacity_is_fixed() -> None:
    cache = LocalCryptoMaterialsCache(capacity=7)
    with pytest.raises(exceptions.NotSupportedError, match="capacity"):
        cache.capacity = 8
    assert cache.capacity == 7
    assert repr(cache) == "LocalCryptoMaterialsCache(capacity=7)"


@pytest.mark.parametrize(
    "make", [LocalCryptoMaterialsCache, lambda size: LocalCryptoMaterialsCache(1, entry_pruning_tail_size=size)]
)
def test_sizes_out_of_range(make: Callable[[Any], object]) -> None:
    for size in (0, -1):
        with pytest.raises(exceptions.ArgumentValueError):
            make(size)
    wrong: list[Any] = [1.0, "1", None, True]
    for size in wrong:
        with pytest.raises(exceptions.ArgumentTypeError):
            make(size)


class BranchKey(CacheableMaterials):
    """Materials of a kind of their own."""


def test_one_cache_holds_materials_of_every_kind(clocks: Clocks) -> None:
    cache, branch_key = LocalCryptoMaterialsCache(10), BranchKey()
    cache.put_entry(CryptoMaterialsCacheEntry(b"branch", branch_key, CryptoMaterialsCacheEntryHints(30)))
    cache.put_encryption_materials(b"e", ENCRYPTION, 1)
    cache.put_decryption_materials(b"d", DECRYPTION)

    assert cache.get_entry(b"branch").value is branch_key
    assert cache.get_entry(b"e", 1).value is ENCRYPTION
    assert cache.get_entry(b"d").value is DECRYPTION
    clocks.advance(20)
    with pytest.raises(exceptions.CacheEntryExpiredError):
        cache.get_entry(b"branch", limits=UsageLimits(max_age=20))


@pytest.mark.specification("framework/synchronized-local-cryptographic-materials-cache.md", "Behaviors")
def test_threads_count_exactly() -> None:
    """Of many threads that use an entry, as many succeed as the limit allows; every lookup is a hit or a miss."""
    cache, limits = LocalCryptoMaterialsCache(4), UsageLimits(max_messages=1000, max_bytes=10_000)
    cache.put_encryption_materials(b"key", ENCRYPTION, 10)

    def use(_number: int) -> int:
        used = 0
        for _ in range(100):
            try:
                cache.get_entry(b"key", 10, limits)
                used += 1
            except exceptions.CacheKeyError:
                pass
        return used

    with ThreadPoolExecutor(16) as executor:
        used = sum(executor.map(use, range(16)))
    assert used == 999
    assert cache.stats() == (999, 601, 1)


@pytest.mark.specification("framework/synchronized-local-cryptographic-materials-cache.md", "Behaviors")
def test_threads_leave_the_cache_whole() -> None:
    cache = LocalCryptoMaterialsCache(8)

    def work(seed: int) -> tuple[int, int]:
        hits = 0
        for number in range(300):
            key = b"%d" % ((seed * 7 + number * number) % 24)
            try:
                hits += cache.get_entry(key).cache_key == key
            except exceptions.CacheKeyError:
                cache.put_entry(entry(key, 0.0005 if number % 3 else None))
            if number % 50 == 0:
                cache.delete_entry(key)
                cache.evict_expired()
        return hits, 300 - hits

    with ThreadPoolExecutor(8) as executor:
        counted = list(executor.map(work, range(8)))
    assert cache.stats()[:2] == (sum(hits for hits, _ in counted), sum(misses for _, misses in counted))
    assert len(cache._cache) <= 8
    assert all(made.valid for made in cache._cache.values())


@pytest.mark.parametrize("number", [sys.maxsize + 1, 10**400, 1 << 20_000], ids=["word", "400 digits", "20000 bits"])
def test_no_number_is_too_great(number: int) -> None:
    cache = LocalCryptoMaterialsCache(number, entry_pruning_tail_size=number)
    cache.put_entry(entry(b"key", None))
    assert cache.get_entry(b"key").cache_key == b"key"
    with pytest.raises(exceptions.ArgumentValueError, match=r"must be at least 1, not (-|a negative number of)"):
        LocalCryptoMaterialsCache(-number)
