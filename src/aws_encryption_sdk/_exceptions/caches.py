"""Exceptions of caches."""

from __future__ import annotations

from .general import AWSEncryptionSDKClientError


class CacheError(AWSEncryptionSDKClientError):
    """A cache failed."""


class CacheKeyError(CacheError):
    """A cache has no usable entry for a key."""


class CacheEntryExpiredError(CacheKeyError):
    """A cache had an entry that had reached a limit (age, messages, bytes), and has evicted it."""


class InFlightTtlExceededError(CacheError):
    """A thread has waited too long for a cache entry that others ask for."""
