"""The settings of a caching CMM (framework/caching-cmm.md, initialization)."""

from __future__ import annotations

from .._arguments import builtin_name, check_integer
from .._limits import MAX_BYTES_PER_KEY, MAX_MESSAGES_PER_KEY
from ..caches.base import CryptoMaterialsCache, EntryCache
from ..caches.entry import UsageLimits, check_seconds
from ..exceptions import ArgumentTypeError, ArgumentValueError


def limits_for(
    cache: CryptoMaterialsCache, max_age: float, max_messages_encrypted: int, max_bytes_encrypted: int
) -> UsageLimits:
    """Return the limits of entries, after a check that they are in range and fit the cache.

    :raises ArgumentTypeError: if an argument has the wrong type
    :raises ArgumentValueError: if a limit is out of range
    """
    if not isinstance(cache, CryptoMaterialsCache):
        raise ArgumentTypeError(f"cache must be a CryptoMaterialsCache, not {builtin_name(cache)}")
    check_seconds(max_age, "max_age")
    if not max_age > 0:
        raise ArgumentValueError(f"max_age must be above 0 seconds, not {max_age}")
    if isinstance(cache, EntryCache) and not max_age > cache.grace_period:
        raise ArgumentValueError(
            f"max_age must be above the cache's grace period of {cache.grace_period:g} seconds, not {max_age}: entries would be "
            "renewed all the time"
        )
    _check_range(max_messages_encrypted, "max_messages_encrypted", 1, MAX_MESSAGES_PER_KEY)
    _check_range(max_bytes_encrypted, "max_bytes_encrypted", 0, MAX_BYTES_PER_KEY)
    return UsageLimits(max_age, max_messages_encrypted, max_bytes_encrypted)


def _check_range(value: int, name: str, least: int, most: int) -> None:
    check_integer(value, name, least)
    if value > most:
        raise ArgumentValueError(f"{name} cannot exceed {most}, and is {value}")
