"""The storm tracking cache (framework/storm-tracking-cryptographic-materials-cache.md), with clocks that tests set."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.caches import (
    CryptoMaterialsCacheEntry,
    CryptoMaterialsCacheEntryHints,
    LocalCryptoMaterialsCache,
    StormTrackingCryptoMaterialsCache,
    SynchronizedLocalCryptoMaterialsCache,
    TimeUnits,
    UsageLimits,
    storm_tracking,
)

from .cache_materials import ENCRYPTION, Clocks

pytestmark = pytest.mark.specification(
    "framework/storm-tracking-cryptographic-materials-cache.md",
    "Initialization",
    "Grace Period",
    "Grace Interval",
    "FanOut",
    "Inflight TTL",
    "SleepMilli",
    "Time Units",
    "Consistency",
    "Behaviors",
    "In Flight",
    "PutCacheEntry",
    "Within Grace Period",
    "Within Grace Interval",
    "GetCacheEntry",
)

TTL = 60.0


def entry(key: bytes = b"key", lifetime: float | None = TTL) -> CryptoMaterialsCacheEntry:
    return CryptoMaterialsCacheEntry(key, ENCRYPTION, CryptoMaterialsCacheEntryHints(lifetime))


class Waits:
    """Stands in for a condition variable: a wait lets time pass, and what is to happen meanwhile happens."""

    def __init__(self, clocks: Clocks) -> None:
        self.clocks = clocks
        #: What happens in the next waits, one after the other.
        self.events: list[Callable[[], Any]] = []
        self.seconds: list[float] = []

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...

    def notify_all(self) -> None: ...

    def wait(self, timeout: float) -> None:
        assert timeout > 0
        self.seconds.append(timeout)
        self.clocks.advance(timeout)
        if self.events:
            self.events.pop(0)()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch, clocks: Clocks) -> Waits:
    made = Waits(clocks)
    monkeypatch.setattr(storm_tracking, "Condition", lambda _lock: made)
    return made


def is_asked(cache: StormTrackingCryptoMaterialsCache, key: bytes = b"key") -> bool:
    """Look for an entry; tell whether whoever looks is told to ask for it."""
    try:
        cache.get_entry(key)
    except exceptions.CacheKeyError:
        return True
    return False


def in_another_thread(action: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(action).result(30)


def filled(**settings: Any) -> StormTrackingCryptoMaterialsCache:
    cache = StormTrackingCryptoMaterialsCache(**settings)
    cache.put_entry(entry())
    return cache


# --- initialization ----------------------------------------------------------------------------------------------------


def test_the_defaults_are_those_of_the_hierarchical_keyring() -> None:
    cache = StormTrackingCryptoMaterialsCache()
    assert cache.capacity == cache._local.capacity == 1000
    assert cache._local._tail_size == 1
    assert (cache.grace_period, cache._grace_interval, cache._in_flight_ttl) == (10, 1, 10)
    assert (cache._fan_out, cache._sleep) == (20, 0.02)


def test_a_local_cache_does_the_caching() -> None:
    cache = StormTrackingCryptoMaterialsCache(3, entry_pruning_tail_size=2)
    assert isinstance(cache._local, LocalCryptoMaterialsCache)
    assert (cache._local.capacity, cache._local._tail_size) == (3, 2)
    put = entry()
    cache.put_entry(put)
    assert cache._local.get_entry(b"key") is put is cache.get_entry(b"key")


@pytest.mark.parametrize(
    ("units", "times"), [(TimeUnits.SECONDS, (30.0, 2.0, 20.0)), (TimeUnits.MILLISECONDS, (0.03, 0.002, 0.02))]
)
def test_the_unit_is_that_of_the_times_and_not_of_the_sleep(units: TimeUnits, times: tuple[float, ...]) -> None:
    cache = StormTrackingCryptoMaterialsCache(
        grace_period=30, grace_interval=2, in_flight_ttl=20, sleep_milli=7, time_units=units
    )
    assert (cache.grace_period, cache._grace_interval, cache._in_flight_ttl) == times
    assert cache._sleep == 0.007


NUMBERS = [
    *("capacity", "entry_pruning_tail_size", "grace_period", "grace_interval", "fan_out", "in_flight_ttl", "sleep_milli")
]
TIMES = ("grace_period", "grace_interval", "in_flight_ttl")
MOST = 2**31 - 1


@pytest.mark.specification(
    "framework/storm-tracking-cryptographic-materials-cache.md",
    "Grace Period",
    "Grace Interval",
    "FanOut",
    "Inflight TTL",
    "SleepMilli",
)
@pytest.mark.parametrize("units", TimeUnits)
@pytest.mark.parametrize("name", NUMBERS)
def test_all_numbers_are_integers_from_1_on(name: str, units: TimeUnits) -> None:
    def made(value: Any) -> StormTrackingCryptoMaterialsCache:
        times = dict.fromkeys(TIMES, value) if name in TIMES else {}
        return StormTrackingCryptoMaterialsCache(**{**times, name: value, "time_units": units})

    wrong: Any
    for wrong in (0, -1, -(10**400)):
        with pytest.raises(exceptions.ArgumentValueError, match=r" must be at least 1, not "):
            made(wrong)
    for wrong in (1.5, 1.0, True, "1", b"1", None, [1], object()):
        with pytest.raises(exceptions.ArgumentTypeError, match=" must be an int, not "):
            made(wrong)
    for wrong in (MOST + 1, 2**63, 10**400):
        with pytest.raises(exceptions.ArgumentValueError, match=f" cannot exceed {MOST}, and is "):
            made(wrong)
    with pytest.raises(exceptions.ArgumentValueError, match=f"^{name} must"):
        StormTrackingCryptoMaterialsCache(**{name: 0})  # type: ignore[arg-type]
    for right in (1, 2, MOST):
        cache = made(right)
        with pytest.raises(exceptions.CacheKeyError):
            cache.get_entry(b"key")
        put = entry()
        cache.put_entry(put)
        assert cache.get_entry_in_grace(b"key") is put


def test_a_wait_of_many_years_is_a_wait() -> None:
    """A number that the operating system cannot wait for would be an OverflowError."""
    cache = StormTrackingCryptoMaterialsCache(
        grace_period=MOST, grace_interval=MOST, in_flight_ttl=MOST, sleep_milli=MOST, fan_out=MOST
    )
    assert is_asked(cache)
    with ThreadPoolExecutor(1) as executor:
        waiting = executor.submit(cache.get_entry, b"key")
        put = entry(lifetime=None)
        cache.put_entry(put)
        assert waiting.result(30) is put


def test_every_small_setting() -> None:
    """Consistency: grace interval <= in-flight time-to-live <= grace period."""
    for interval, ttl, period in itertools.product(range(1, 6), repeat=3):
        settings: dict[str, Any] = {"grace_interval": interval, "in_flight_ttl": ttl, "grace_period": period}
        if interval <= ttl <= period:
            assert StormTrackingCryptoMaterialsCache(**settings).grace_period == period
        else:
            with pytest.raises(exceptions.ArgumentValueError, match=f"they are {interval}, {ttl} and {period} seconds"):
                StormTrackingCryptoMaterialsCache(**settings)


def test_the_unit_is_one_of_the_two() -> None:
    for wrong in ("Seconds", "seconds", b"Seconds", None, 1, TimeUnits):
        with pytest.raises(exceptions.ArgumentTypeError, match="time_units must be a TimeUnits, not "):
            StormTrackingCryptoMaterialsCache(time_units=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("interval", "ttl", "period", "consistent"),
    [
        (1, 1, 1, True),
        (2, 3, 4, True),
        (2, 2, 4, True),
        (2, 4, 4, True),
        (5, 5, 4, False),
        (2, 5, 4, False),
        (3, 2, 4, False),
    ],
)
def test_the_settings_are_consistent(interval: int, ttl: int, period: int, consistent: bool) -> None:
    settings: dict[str, Any] = {"grace_interval": interval, "in_flight_ttl": ttl, "grace_period": period}
    if consistent:
        StormTrackingCryptoMaterialsCache(**settings)
        return
    with pytest.raises(exceptions.ArgumentValueError, match=f"they are {interval}, {ttl} and {period} seconds"):
        StormTrackingCryptoMaterialsCache(**settings)


@pytest.mark.specification("framework/synchronized-local-cryptographic-materials-cache.md", "Initialization")
def test_the_synchronized_local_cache_is_the_local_one() -> None:
    """Which threads may share: test_caches_local.py shows it."""
    assert SynchronizedLocalCryptoMaterialsCache is LocalCryptoMaterialsCache


# --- get cache entry, where there is one -------------------------------------------------------------------------------


def test_before_the_grace_period_the_entry_is_returned(waits: Waits) -> None:
    cache = filled()
    waits.clocks.advance(TTL - 10.01)
    assert not is_asked(cache)
    assert cache.stats() == (1, 0, 0)


@pytest.mark.parametrize("clock", ["monotonic", "wall"])
def test_in_the_grace_period_one_is_told_to_renew_it(waits: Waits, clock: str) -> None:
    """Within grace period: (expiry - gracePeriod) <= now. Not in flight: NoSuchEntry, and in flight from now on."""
    cache = filled()
    setattr(waits.clocks, clock, getattr(waits.clocks, clock) + TTL - 10)
    assert [is_asked(cache) for _ in range(3)] == [True, False, False]
    assert waits.seconds == []
    assert cache.stats() == (2, 1, 0)


def test_in_the_grace_period_one_more_is_told_so_after_each_interval(waits: Waits) -> None:
    """Within grace interval: now < (inflight + graceInterval)."""
    cache = filled(grace_interval=3)
    waits.clocks.advance(TTL - 10)
    asked = []
    for _ in range(10):
        asked.append(is_asked(cache))
        waits.clocks.advance(1)
    assert asked == [True, False, False] * 3 + [True]


def test_a_renewed_entry_is_returned_to_all(waits: Waits) -> None:
    cache = filled()
    waits.clocks.advance(TTL - 5)
    assert is_asked(cache)
    fresh = entry()
    cache.put_entry(fresh)
    assert cache.get_entry(b"key") is fresh
    assert not cache._requests


def test_in_the_grace_period_the_old_entry_serves_where_many_are_asked_for(waits: Waits) -> None:
    cache = filled(fan_out=2)
    waits.clocks.advance(TTL - 5)
    in_another_thread(lambda: [is_asked(cache, key) for key in (b"1", b"2")])
    assert not is_asked(cache)
    assert waits.seconds == []
    cache.put_entry(entry(b"1"))
    assert is_asked(cache)


def test_what_does_not_expire_is_not_renewed(waits: Waits) -> None:
    cache = StormTrackingCryptoMaterialsCache()
    cache.put_entry(entry(lifetime=None))
    waits.clocks.advance(1e9)
    assert not is_asked(cache)


def test_the_limits_of_who_asks_hold(waits: Waits) -> None:
    cache = filled()
    for _ in range(2):
        cache.get_entry(b"key", 10, UsageLimits(max_messages=2))
    with pytest.raises(exceptions.CacheEntryExpiredError):
        cache.get_entry(b"key", 10, UsageLimits(max_messages=2))
    assert cache.stats() == (2, 1, 1)


# --- get cache entry, where there is none ------------------------------------------------------------------------------


def test_the_first_is_told_so_and_the_next_waits_until_the_entry_is_there(waits: Waits) -> None:
    cache = StormTrackingCryptoMaterialsCache()
    assert is_asked(cache)
    put = entry()
    waits.events = [lambda: None, lambda: None, lambda: cache.put_entry(put)]
    assert cache.get_entry(b"key") is put
    assert waits.seconds == [0.02] * 3
    assert cache.stats() == (1, 1, 0)


def test_after_the_interval_one_that_waits_asks_as_well(waits: Waits) -> None:
    cache = StormTrackingCryptoMaterialsCache(sleep_milli=250)
    assert is_asked(cache)
    assert is_asked(cache)
    assert waits.seconds == [0.25] * 4
    assert cache._requests[b"key"].asked == waits.clocks.monotonic


def test_a_wait_ends_with_the_time_to_live_of_a_request(waits: Waits) -> None:
    """Here others ask again and again, and this thread always comes too late."""
    cache = StormTrackingCryptoMaterialsCache(in_flight_ttl=2, sleep_milli=300)
    assert is_asked(cache)

    def asked_by_another() -> None:
        cache._requests[b"key"].asked = waits.clocks.monotonic

    waits.events = [asked_by_another] * 20
    with pytest.raises(exceptions.InFlightTtlExceededError, match=r"Waited 2 s .*asked for the same materials") as caught:
        cache.get_entry(b"key")
    assert not isinstance(caught.value, exceptions.CacheKeyError)
    assert sum(waits.seconds) == pytest.approx(2)
    assert cache.stats() == (0, 2, 0)


def test_where_many_are_asked_for_a_thread_waits_for_its_turn(waits: Waits) -> None:
    cache = StormTrackingCryptoMaterialsCache(fan_out=2)
    in_another_thread(lambda: [is_asked(cache, key) for key in (b"1", b"2")])
    waits.events = [lambda: None, lambda: cache.put_entry(entry(b"1"))]
    assert is_asked(cache)
    assert len(waits.seconds) == 2
    assert set(cache._requests) == {b"2", b"key"}


def test_where_many_are_asked_for_the_entry_may_come_by_another(waits: Waits) -> None:
    cache = StormTrackingCryptoMaterialsCache(fan_out=2)
    in_another_thread(lambda: [is_asked(cache, key) for key in (b"1", b"key")])
    waits.events = [lambda: None, lambda: cache.put_entry(entry())]
    assert not is_asked(cache)


def test_a_key_in_flight_that_fills_the_fan_out_is_not_asked_for_again(waits: Waits) -> None:
    cache = StormTrackingCryptoMaterialsCache(fan_out=1, in_flight_ttl=5)
    in_another_thread(lambda: is_asked(cache))
    assert is_asked(cache)
    assert sum(waits.seconds) == pytest.approx(5)


def test_a_request_counts_no_longer_than_its_time_to_live(waits: Waits) -> None:
    cache = StormTrackingCryptoMaterialsCache(fan_out=2, in_flight_ttl=4)
    in_another_thread(lambda: [is_asked(cache, key) for key in (b"1", b"2")])
    waits.clocks.advance(3.99)
    assert is_asked(cache)
    assert waits.seconds == [pytest.approx(0.01)] or waits.seconds == [0.02]
    assert set(cache._requests) == {b"key"}


def test_a_wait_for_a_turn_is_bounded_too(waits: Waits) -> None:
    cache = StormTrackingCryptoMaterialsCache(fan_out=1, in_flight_ttl=2)
    in_another_thread(lambda: is_asked(cache, b"other"))

    def asked_again() -> None:
        cache._requests[b"other"].asked = waits.clocks.monotonic

    waits.events = [asked_again] * 200
    with pytest.raises(exceptions.InFlightTtlExceededError, match="1 other materials were asked for, and fan_out allows 1"):
        cache.get_entry(b"key")
    assert sum(waits.seconds) == pytest.approx(2)


def test_a_thread_that_is_waited_for_does_not_wait_for_its_turn(waits: Waits) -> None:
    """A caching CMM asks for its entry, and then its keyring for another one of the same cache."""
    cache = StormTrackingCryptoMaterialsCache(fan_out=1)
    assert is_asked(cache, b"of the CMM")
    assert is_asked(cache, b"of the keyring")
    assert waits.seconds == []


def test_a_thread_that_is_waited_for_goes_beyond_the_fan_out_once_at_most(waits: Waits) -> None:
    """Whoever asks and asks and puts nothing has no more than that in flight."""
    cache = StormTrackingCryptoMaterialsCache(fan_out=5)
    assert all(is_asked(cache, b"%d" % number) for number in range(10))
    assert waits.seconds == []
    assert all(is_asked(cache, b"%d" % number) for number in range(10, 100))
    assert waits.seconds != []
    assert len(cache._requests) <= 10


# --- requests that come to nothing -------------------------------------------------------------------------------------


def test_after_a_failed_request_the_next_waits_for_the_rest_of_the_interval(waits: Waits) -> None:
    cache = StormTrackingCryptoMaterialsCache(sleep_milli=100)
    assert is_asked(cache)
    waits.clocks.advance(0.5)
    cache.request_failed(b"key")
    assert is_asked(cache)
    assert sum(waits.seconds) == pytest.approx(0.5)


def test_a_failed_request_takes_no_part_in_the_fan_out(waits: Waits) -> None:
    cache = StormTrackingCryptoMaterialsCache(fan_out=1)

    def fail() -> None:
        assert is_asked(cache, b"other")
        cache.request_failed(b"other")

    in_another_thread(fail)
    assert is_asked(cache)
    assert waits.seconds == []


def test_a_request_that_two_made_has_failed_when_both_have(waits: Waits) -> None:
    cache = StormTrackingCryptoMaterialsCache()
    assert is_asked(cache)
    waits.clocks.advance(1)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(is_asked, cache).result(30)
        cache.request_failed(b"key")
        assert set(cache._requests) == {b"key"}
        other.submit(cache.request_failed, b"key").result(30)
    assert not cache._requests


def test_failures_are_forgotten(waits: Waits) -> None:
    cache = StormTrackingCryptoMaterialsCache()
    for number in range(100):
        assert is_asked(cache, b"%d" % number)
        cache.request_failed(b"%d" % number)
        waits.clocks.advance(0.25)
    assert len(cache._failed) <= 5
    cache.request_failed(b"never asked for")
    cache.put_entry(entry(b"99"))
    assert b"99" not in cache._failed


def test_a_deleted_entry_is_asked_for_at_once(waits: Waits) -> None:
    cache = filled()
    cache.delete_entry(b"key")
    assert is_asked(cache)
    cache.delete_entry(b"key")
    assert is_asked(cache)
    assert waits.seconds == []
    cache.delete_entry(b"never there")


# --- all else is as in the local cache ---------------------------------------------------------------------------------


def test_the_least_recently_used_entries_are_evicted() -> None:
    cache = StormTrackingCryptoMaterialsCache(2)
    for key in (b"a", b"b", b"c"):
        cache.put_entry(entry(key))
    assert [is_asked(cache, key) for key in (b"a", b"b", b"c")] == [True, False, False]


def test_entries_can_be_removed_cleared_and_evicted(clocks: Clocks) -> None:
    cache = StormTrackingCryptoMaterialsCache()
    first = entry(b"a")
    cache.put_entry(first)
    cache.remove(first)
    with pytest.raises(exceptions.CacheKeyError):
        cache.remove(first)
    cache.put_entry(entry(b"b"))
    cache.clear()
    cache.put_entry(entry(b"c"))
    clocks.advance(TTL)
    cache.evict_expired()
    assert not cache._local._cache
    assert cache.stats().evictions == 1
    assert repr(cache) == "StormTrackingCryptoMaterialsCache(capacity=1000, fan_out=20)"


def test_an_entry_that_has_expired_is_not_returned(waits: Waits) -> None:
    cache = filled()
    waits.clocks.advance(TTL)
    with pytest.raises(exceptions.CacheEntryExpiredError):
        cache.get_entry(b"key")


def test_an_entry_in_grace(clocks: Clocks) -> None:
    cache = StormTrackingCryptoMaterialsCache(10, grace_period=10)
    cache.put_entry(entry())
    clocks.advance(TTL - 5)
    with pytest.raises(exceptions.CacheKeyError, match="to be renewed"):
        cache.get_entry(b"key")
    assert cache.get_entry_in_grace(b"key").cache_key == b"key"
    with pytest.raises(exceptions.CacheKeyError):
        cache.get_entry_in_grace(b"key", None, UsageLimits(max_age=TTL - 5))
    cache.put_entry(entry())
    clocks.advance(TTL)
    with pytest.raises(exceptions.CacheKeyError):
        cache.get_entry_in_grace(b"key")
