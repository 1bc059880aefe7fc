"""How often a cache could answer."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CacheStatistics"]


class CacheStatistics(NamedTuple):
    """Counts since a cache, or a caching CMM, was made.

    :param hits: Requests that were answered from the cache
    :param misses: Requests that were not
    :param evictions: Entries that were dropped because they had reached a limit
    """

    hits: int
    misses: int
    evictions: int
