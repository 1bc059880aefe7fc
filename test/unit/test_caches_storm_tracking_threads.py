"""The storm tracking cache among threads, and under a caching CMM."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._materials import DecryptionMaterials, EncryptionMaterials, EncryptionMaterialsRequest
from aws_encryption_sdk.caches import CryptoMaterialsCacheEntry, StormTrackingCryptoMaterialsCache
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.structures import EncryptedDataKey

from .cache_materials import ENCRYPTION, UNSIGNED, WITHOUT_KDF, Clocks
from .counting_manager import CountingManager
from .test_caching_cmm import FORBIDDING, caching, decrypt, encrypt

pytestmark = pytest.mark.specification(
    "framework/storm-tracking-cryptographic-materials-cache.md", "Behaviors", "In Flight", "GetCacheEntry"
)

CROWD = 64
#: Nobody gives up, nor asks a second time, only because the machine is busy.
PATIENT: Final[dict[str, Any]] = {"grace_period": 60, "grace_interval": 30, "in_flight_ttl": 60}


class Source:
    """Where what a cache lacks comes from, slowly; it counts who is here at the same time."""

    def __init__(self, cache: StormTrackingCryptoMaterialsCache, seconds: float = 0.0) -> None:
        self.cache = cache
        self.calls: Counter[bytes] = Counter()
        self.most = 0
        self._seconds = seconds
        self._here = 0
        self._lock = threading.Lock()

    def get(self, key: bytes) -> CryptoMaterialsCacheEntry:
        try:
            return self.cache.get_entry(key)
        except exceptions.CacheKeyError:
            with self._lock:
                self.calls[key] += 1
                self._here += 1
                self.most = max(self.most, self._here)
            time.sleep(self._seconds)
            made = CryptoMaterialsCacheEntry(key, ENCRYPTION)
            with self._lock:
                self._here -= 1
            self.cache.put_entry(made)
            return made


def test_a_storm_on_a_cold_entry_makes_one_call() -> None:
    source = Source(StormTrackingCryptoMaterialsCache(**PATIENT), 0.05)
    together = threading.Barrier(CROWD)

    def work(_number: int) -> CryptoMaterialsCacheEntry:
        together.wait(30)
        return source.get(b"key")

    with ThreadPoolExecutor(CROWD) as executor:
        entries = set(executor.map(work, range(CROWD)))
    assert len(entries) == 1
    assert source.calls == {b"key": 1}


def test_a_storm_on_many_cold_entries_makes_no_more_than_the_fan_out_at_a_time() -> None:
    source = Source(StormTrackingCryptoMaterialsCache(fan_out=4, **PATIENT), 0.005)
    with ThreadPoolExecutor(CROWD) as executor:
        list(executor.map(source.get, [b"%d" % (number % 32) for number in range(128)]))
    assert source.calls == {b"%d" % number: 1 for number in range(32)}
    assert source.most <= 4


def test_who_waits_is_woken_by_the_entry() -> None:
    """And not only by the end of its sleep, here of a minute."""
    cache = StormTrackingCryptoMaterialsCache(grace_period=100, grace_interval=50, in_flight_ttl=100, sleep_milli=60_000)
    with pytest.raises(exceptions.CacheKeyError):
        cache.get_entry(b"key")
    put = CryptoMaterialsCacheEntry(b"key", ENCRYPTION)
    started = time.monotonic()
    with ThreadPoolExecutor(8) as executor:
        waiting = [executor.submit(cache.get_entry, b"key") for _ in range(8)]
        cache.put_entry(put)
        assert {one.result(30) for one in waiting} == {put}
    assert time.monotonic() - started < 30


# --- under a caching CMM -----------------------------------------------------------------------------------------------


def test_a_caching_cmm_asks_once_for_a_crowd() -> None:
    backing = CountingManager(pause=0.05)
    manager, _ = caching(backing, cache=StormTrackingCryptoMaterialsCache(**PATIENT), max_age=600)
    with ThreadPoolExecutor(CROWD) as executor:
        made = {
            id(materials.data_encryption_key)
            for materials in executor.map(lambda _: manager.get_encryption_materials(encrypt()), range(CROWD))
        }
    assert len(made) == 1
    assert backing.calls == (1, 0)
    assert manager.stats() == (CROWD - 1, 1, 0)


def test_a_caching_cmm_renews_in_the_grace_period(clocks: Clocks) -> None:
    manager, backing = caching(cache=StormTrackingCryptoMaterialsCache(), max_age=60)
    first = manager.get_encryption_materials(encrypt())
    clocks.advance(49)
    assert manager.get_encryption_materials(encrypt()) == first
    clocks.advance(1)
    second = manager.get_encryption_materials(encrypt())
    assert second != first
    assert manager.get_encryption_materials(encrypt()) == second
    assert backing.calls == (2, 0)


def test_the_age_limit_is_above_the_grace_period() -> None:
    """All requests would be told to renew the entry."""
    cache = StormTrackingCryptoMaterialsCache(grace_period=20)
    with pytest.raises(exceptions.ArgumentValueError, match="above the cache's grace period of 20 seconds, not 20"):
        caching(cache=cache, max_age=20)
    caching(cache=cache, max_age=20.5)


def test_what_the_underlying_cmm_fails_with_reaches_the_caller_and_nobody_takes_a_place(clocks: Clocks) -> None:
    cache = StormTrackingCryptoMaterialsCache(fan_out=1)
    manager, backing = caching(cache=cache)
    backing.failures = [RuntimeError("out of order")]
    with pytest.raises(RuntimeError, match="out of order"):
        manager.get_encryption_materials(encrypt())
    assert not cache._requests
    clocks.advance(1)
    manager.get_encryption_materials(encrypt())
    assert backing.calls == (2, 0)


def test_in_the_grace_period_the_old_entry_serves_the_others_while_one_renews_it(clocks: Clocks) -> None:
    asked, answer = threading.Event(), threading.Event()

    class Slow(CountingManager):
        def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
            made = super().get_encryption_materials(request)
            if len(self.encrypts) == 2:
                asked.set()
                assert answer.wait(30)
            return made

    manager, backing = caching(Slow(), cache=StormTrackingCryptoMaterialsCache(), max_age=60)
    first = manager.get_encryption_materials(encrypt())
    clocks.advance(55)
    with ThreadPoolExecutor(1) as executor:
        renewing = executor.submit(manager.get_encryption_materials, encrypt())
        assert asked.wait(30)
        try:
            assert all(manager.get_encryption_materials(encrypt()) == first for _ in range(20))
        finally:
            answer.set()
        renewed = renewing.result(30)
    assert renewed != first
    assert manager.get_encryption_materials(encrypt()) == renewed
    assert backing.calls == (2, 0)


def test_in_the_grace_period_the_old_entry_serves_where_the_renewal_fails(clocks: Clocks) -> None:
    """As it serves the hierarchical keyring: others use it at the same moment."""
    manager, backing = caching(cache=StormTrackingCryptoMaterialsCache(), max_age=60)
    made = manager.get_encryption_materials(encrypt())
    asked = decrypt(made)
    opened = manager.decrypt_materials(asked)
    clocks.advance(50)
    for seconds in (0, 4, 5):
        clocks.advance(seconds)
        backing.failures = [exceptions.GenerateKeyError("out of order"), exceptions.DecryptKeyError("out of order")]
        assert manager.get_encryption_materials(encrypt()) == made
        assert manager.decrypt_materials(asked) == opened
        assert not backing.failures
    assert backing.calls == (4, 4)
    assert manager.stats() == (6, 8, 0)
    clocks.advance(1)
    backing.failures = [exceptions.GenerateKeyError("out of order"), exceptions.DecryptKeyError("out of order")]
    with pytest.raises(exceptions.GenerateKeyError):
        manager.get_encryption_materials(encrypt())
    with pytest.raises(exceptions.DecryptKeyError):
        manager.decrypt_materials(asked)


def test_where_the_renewal_fails_the_limits_hold_for_the_old_entry(clocks: Clocks) -> None:
    cache = StormTrackingCryptoMaterialsCache()
    manager, backing = caching(cache=cache, max_age=60, max_messages_encrypted=10, max_bytes_encrypted=1000)
    made = manager.get_encryption_materials(encrypt(length=100))
    clocks.advance(50)
    used = 1
    for _ in range(10):
        clocks.advance(1)
        backing.failures = [exceptions.GenerateKeyError("out of order")] * 2
        try:
            assert manager.get_encryption_materials(encrypt(length=100)) == made
        except exceptions.GenerateKeyError:
            break
        used += 1
    assert 2 < used < 10
    # A use that was granted is counted once at least.
    assert backing.calls[0] >= used


def test_what_is_no_error_of_this_package_is_not_hidden_in_the_grace_period(clocks: Clocks) -> None:
    manager, backing = caching(cache=StormTrackingCryptoMaterialsCache(), max_age=60)
    manager.get_encryption_materials(encrypt())
    clocks.advance(55)
    backing.failures = [RuntimeError("a slip")]
    with pytest.raises(RuntimeError, match="a slip"):
        manager.get_encryption_materials(encrypt())


def test_with_a_local_cache_a_failure_reaches_the_caller(clocks: Clocks) -> None:
    manager, backing = caching(max_age=60)
    manager.get_encryption_materials(encrypt())
    clocks.advance(60)
    backing.failures = [exceptions.GenerateKeyError("out of order")]
    with pytest.raises(exceptions.GenerateKeyError):
        manager.get_encryption_materials(encrypt())
    assert manager.cache.stats() == (0, 2, 1)  # type: ignore[attr-defined]


def test_what_cannot_be_kept_makes_nobody_wait() -> None:
    complete = CountingManager().get_encryption_materials(encrypt(WITHOUT_KDF, policy=FORBIDDING))
    cache = StormTrackingCryptoMaterialsCache()
    manager, backing = caching(CountingManager(lambda materials: complete), cache=cache)
    started = time.monotonic()
    for _ in range(20):
        manager.get_encryption_materials(encrypt(None, policy=FORBIDDING))
    # One grace interval for each would make 19 seconds.
    assert time.monotonic() - started < 10
    assert backing.calls == (20, 0)
    assert not cache._requests


class KeyringWithEntries(Keyring):
    """A keyring that needs an entry of the cache for each request, as the hierarchical keyring does.

    :param threads: Requests that have to be here before it looks for its entry
    """

    def __init__(self, cache: StormTrackingCryptoMaterialsCache, threads: int) -> None:
        self.source = Source(cache, 0.02)
        self._inner = RawAESKeyring("namespace", "name", bytes(32))
        self._together = threading.Barrier(threads)

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        self._together.wait(30)
        self.source.get(b"branch key")
        return self._inner.on_encrypt(encryption_materials)

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        raise NotImplementedError


def test_a_cmm_and_its_keyring_can_share_a_cache() -> None:
    """All places of the fan-out are taken by requests of the CMM that need one more for their keyring."""
    cache = StormTrackingCryptoMaterialsCache(fan_out=4, grace_period=8, in_flight_ttl=8)
    keyring = KeyringWithEntries(cache, 4)
    manager = CachingCryptoMaterialsManager(cache, max_age=600, keyring=keyring)

    def work(number: int) -> EncryptionMaterials:
        return manager.get_encryption_materials(encrypt(UNSIGNED, context={"tenant": str(number)}))

    with ThreadPoolExecutor(4) as executor:
        assert len(set(executor.map(work, range(4)))) == 4
    assert keyring.source.calls[b"branch key"] >= 1
    assert not cache._requests
