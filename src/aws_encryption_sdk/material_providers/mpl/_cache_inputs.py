"""Kinds of caches, as inputs name them."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import attrs

from ..._arguments import check_integer
from ..._mpl.model import model


class TimeUnits:
    """Units of the times of a :class:`StormTrackingCache`."""

    SECONDS: Final = "Seconds"
    MILLISECONDS: Final = "Milliseconds"
    values: ClassVar[frozenset[str]] = frozenset({SECONDS, MILLISECONDS})


def _check_at_least_one(instance: object) -> None:
    for field in attrs.fields(type(instance)):  # type: ignore[arg-type]  # it is a class of attrs
        if field.name != "time_units":
            check_integer(getattr(instance, field.name), field.name, 1)


@model
@attrs.define(kw_only=True)
class DefaultCache:
    """A storm tracking cache with its settings as they come.

    :param entry_capacity: Most entries; it has to be given
    :raises ArgumentValueError: if it is below 1
    """

    entry_capacity: int = 0

    def __attrs_post_init__(self) -> None:
        _check_at_least_one(self)


@model
@attrs.define
class NoCache:
    """No cache."""


@model
@attrs.define(kw_only=True)
class SingleThreadedCache:
    """A cache for one thread.

    :param entry_capacity: Most entries; it has to be given
    :param entry_pruning_tail_size: How many entries are looked at for expired ones
    :raises ArgumentValueError: if one of them is below 1
    """

    entry_capacity: int = 0
    entry_pruning_tail_size: int = 1

    def __attrs_post_init__(self) -> None:
        _check_at_least_one(self)


@model
@attrs.define(kw_only=True)
class MultiThreadedCache:
    """A cache for several threads.

    :param entry_capacity: Most entries; it has to be given
    :param entry_pruning_tail_size: How many entries are looked at for expired ones
    :raises ArgumentValueError: if one of them is below 1
    """

    entry_capacity: int = 0
    entry_pruning_tail_size: int = 1

    def __attrs_post_init__(self) -> None:
        _check_at_least_one(self)


@model
@attrs.define(kw_only=True)
class StormTrackingCache:
    """A cache that lets few threads ask for the same entry (framework/storm-tracking-cryptographic-materials-cache.md).

    :param entry_capacity: Most entries
    :param entry_pruning_tail_size: How many entries are looked at for expired ones
    :param grace_period: How long before its end an entry is asked for anew
    :param grace_interval: Least time between two such requests
    :param fan_out: Most requests at the same time
    :param in_flight_ttl: How long a request may take before another one is made
    :param sleep_milli: How many milliseconds a thread that waits sleeps at a time
    :param time_units: Unit of the three times; seconds, unless given
    :raises ArgumentValueError: if one of the numbers is below 1
    """

    entry_capacity: int = 0
    entry_pruning_tail_size: int = 1
    grace_period: int = 0
    grace_interval: int = 0
    fan_out: int = 0
    in_flight_ttl: int = 0
    sleep_milli: int = 0
    time_units: str | None = None

    def __attrs_post_init__(self) -> None:
        _check_at_least_one(self)


@model
@attrs.define
class CacheTypeDefault:
    """The cache that is best for most programs."""

    value: DefaultCache


@model
@attrs.define
class CacheTypeNo:
    """No cache."""

    value: NoCache


@model
@attrs.define
class CacheTypeSingleThreaded:
    """A cache for one thread."""

    value: SingleThreadedCache


@model
@attrs.define
class CacheTypeMultiThreaded:
    """A cache for several threads."""

    value: MultiThreadedCache


@model
@attrs.define
class CacheTypeStormTracking:
    """A cache that lets few threads ask for the same entry."""

    value: StormTrackingCache


@model
@attrs.define
class CacheTypeShared:
    """A cache that was made before, and that others use, too."""

    value: Any


CacheType = (
    CacheTypeDefault
    | CacheTypeNo
    | CacheTypeSingleThreaded
    | CacheTypeMultiThreaded
    | CacheTypeStormTracking
    | CacheTypeShared
)
