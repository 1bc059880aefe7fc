"""Entries of caches (framework/cryptographic-materials-cache.md, cache entry)."""

from __future__ import annotations

import math
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
from aws_encryption_sdk.caches.entry import UNLIMITED
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager

from .cache_materials import DECRYPTION, ENCRYPTION, Clocks

pytestmark = pytest.mark.specification(
    "framework/cryptographic-materials-cache.md",
    "Cache Entry",
    "Materials",
    "Creation Time",
    "Expiry Time",
    "Usage Metadata",
    "Message Usage",
    "Bytes Usage",
    "Time-to-live (TTL)",
)


def entry(lifetime: float | None = None) -> CryptoMaterialsCacheEntry:
    return CryptoMaterialsCacheEntry(b"key", ENCRYPTION, CryptoMaterialsCacheEntryHints(lifetime))


def serves(
    clocks: Clocks, made: CryptoMaterialsCacheEntry, length: int | None = None, limits: UsageLimits = UNLIMITED
) -> bool:
    return made.serves(clocks.monotonic, clocks.wall, length, limits)


def test_an_entry_has_all_that_the_specification_lists(clocks: Clocks) -> None:
    hints = CryptoMaterialsCacheEntryHints(60)
    made = CryptoMaterialsCacheEntry(b"key", ENCRYPTION, hints)

    assert (made.cache_key, made.value, made.hints) == (b"key", ENCRYPTION, hints)
    assert (made.creation_time, made.age, made.valid) == (clocks.wall, 0.0, True)
    assert (made.messages_encrypted, made.bytes_encrypted) == (0, 0)
    assert CryptoMaterialsCacheEntry(b"key", DECRYPTION).hints.lifetime is None


class BranchKey(CacheableMaterials):
    """Materials of a kind of their own."""


def test_materials_of_every_kind_are_held() -> None:
    for value in (ENCRYPTION, DECRYPTION, BranchKey()):
        assert CryptoMaterialsCacheEntry(b"key", value).value is value


@pytest.mark.parametrize(
    "arguments", [("key", ENCRYPTION), (b"key", None), (b"key", b"materials"), (b"key", ENCRYPTION, {"lifetime": 1.0})]
)
def test_arguments_of_the_wrong_type(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(exceptions.ArgumentTypeError):
        CryptoMaterialsCacheEntry(*arguments)


@pytest.mark.parametrize("lifetime", ["60", b"", True, object()])
def test_a_lifetime_is_a_number(lifetime: Any) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="lifetime must be a number of seconds"):
        CryptoMaterialsCacheEntryHints(lifetime=lifetime)


@pytest.mark.parametrize(
    "name", ["cache_key", "value", "hints", "creation_time", "bytes_encrypted", "messages_encrypted", "valid", "new"]
)
def test_attributes_are_locked(name: str) -> None:
    made = entry()
    before = (made.cache_key, made.value, made.creation_time, made.messages_encrypted, made.valid)
    with pytest.raises(exceptions.NotSupportedError, match=name):
        setattr(made, name, 1)
    with pytest.raises(exceptions.NotSupportedError, match=name):
        delattr(made, name)
    assert (made.cache_key, made.value, made.creation_time, made.messages_encrypted, made.valid) == before


@pytest.mark.parametrize("clock", ["monotonic", "wall"])
def test_the_clock_that_says_more_counts(clocks: Clocks, clock: str) -> None:
    """The wall clock may be set back, and the other stands still while the machine sleeps."""
    made = entry(60)
    setattr(clocks, clock, getattr(clocks, clock) + 59)
    other = "wall" if clock == "monotonic" else "monotonic"
    setattr(clocks, other, getattr(clocks, other) - 3600)
    assert (made.age, made.is_too_old(), serves(clocks, made)) == (59, False, True)
    setattr(clocks, clock, getattr(clocks, clock) + 1)
    assert (made.age, made.is_too_old(), serves(clocks, made)) == (60, True, False)


def test_without_a_lifetime_an_entry_does_not_get_too_old(clocks: Clocks) -> None:
    made = entry()
    clocks.advance(1e9)

    assert not made.is_too_old()
    assert serves(clocks, made)


def test_an_invalidated_entry_serves_nobody(clocks: Clocks) -> None:
    made = entry()
    made.invalidate()

    assert not made.valid
    assert not serves(clocks, made)
    assert made.has_expired(clocks.monotonic, clocks.wall)


def test_usage_is_counted_within_the_limits_and_not_beyond(clocks: Clocks) -> None:
    made, limits = entry(), UsageLimits(max_messages=3, max_bytes=10)
    assert serves(clocks, made, 4, limits)
    assert serves(clocks, made, None, limits)
    assert not serves(clocks, made, 7, limits)
    assert (made.messages_encrypted, made.bytes_encrypted) == (1, 4)
    assert serves(clocks, made, 6, limits)
    assert serves(clocks, made, 0, limits)
    assert not serves(clocks, made, 0, limits)
    assert (made.messages_encrypted, made.bytes_encrypted) == (3, 10)


def test_the_limits_of_who_asks_hold(clocks: Clocks) -> None:
    made = entry(60)
    clocks.advance(10)

    assert not serves(clocks, made, 1, UsageLimits(max_age=10))
    assert serves(clocks, made, 1, UsageLimits(max_age=10.5))
    assert made.is_beyond(UsageLimits(max_age=10))
    assert not made.is_beyond(UsageLimits(max_age=10.5))
    made.count_use(4)
    assert [made.is_beyond(UsageLimits(max_messages=count)) for count in (1, 2)] == [True, False]
    assert [made.is_beyond(UsageLimits(max_bytes=count)) for count in (4, 5)] == [True, False]


def test_nothing_of_the_key_is_shown() -> None:
    assert (
        repr(entry())
        == "<CryptoMaterialsCacheEntry: <EncryptionMaterials: AES_256_GCM_HKDF_SHA512_COMMIT_KEY, data key set>>"
    )


@pytest.mark.parametrize("seconds", [10**400, -(10**400), math.nan])
def test_a_time_to_live_is_something_that_can_be_added_to_a_time(seconds: Any) -> None:
    """Nothing is at or after "not a number": such an entry would never end."""
    with pytest.raises(exceptions.ArgumentValueError, match="lifetime"):
        CryptoMaterialsCacheEntryHints(seconds)
    with pytest.raises(exceptions.ArgumentValueError, match="max_age"):
        CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(1), seconds, keyring=RawAESKeyring("a", "b", bytes(32)))
    assert not CryptoMaterialsCacheEntry(b"key", ENCRYPTION, CryptoMaterialsCacheEntryHints(math.inf)).is_too_old()
