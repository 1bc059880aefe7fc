"""The caching CMM: materials that are shared, caches of other authors, and threads."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._crypto import elliptic_curve
from aws_encryption_sdk.caches import CryptoMaterialsCache, CryptoMaterialsCacheEntry, LocalCryptoMaterialsCache
from aws_encryption_sdk.caches.in_flight import RequestsInFlight
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials, EncryptionMaterialsRequest
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager

from .cache_materials import SIGNED, UNSIGNED
from .counting_manager import CountingManager
from .operation_materials import data_key_for
from .test_caching_cmm import caching, decrypt, encrypt

# --- nothing mutable is shared -----------------------------------------------------------------------------------------


def of_version_4(materials: Any) -> Any:
    """Return the materials as a CMM of versions 1 to 4 builds them: their attributes can be assigned."""
    if isinstance(materials, EncryptionMaterials):
        key = materials.signing_key
        return EncryptionMaterials(
            materials.algorithm,
            materials.data_encryption_key,
            set(materials.encrypted_data_keys),
            materials.encryption_context,
            key,
        )
    return DecryptionMaterials(materials.data_key, materials.verification_key)


def test_what_callers_change_stays_theirs() -> None:
    manager, _ = caching()
    context = {"a": "1"}
    made = manager.get_encryption_materials(encrypt(context=context))
    context["a"] = "2"
    made.encryption_context["b"] = "3"
    again = manager.get_encryption_materials(encrypt(context={"a": "1"}))
    assert again.encryption_context == {"a": "1"}
    for name in ("algorithm", "encryption_context", "encrypted_data_keys", "data_encryption_key", "signing_key"):
        with pytest.raises(AttributeError):
            setattr(again, name, None)


@pytest.mark.parametrize("suite", [UNSIGNED, SIGNED])
def test_assignable_materials_are_copied(suite: Any) -> None:
    manager, backing = caching(CountingManager(of_version_4))
    first = manager.get_encryption_materials(encrypt(suite))
    original = first.data_encryption_key
    other = data_key_for(suite)
    first.data_encryption_key = other
    second = manager.get_encryption_materials(encrypt(suite))
    second.encryption_context = {"changed": "yes"}
    third = manager.get_encryption_materials(encrypt(suite))
    assert third.data_encryption_key == original != other
    assert "changed" not in third.encryption_context
    asked = decrypt(third)
    opened = manager.decrypt_materials(asked)
    opened.data_key = other  # type: ignore[misc]
    assert manager.decrypt_materials(asked).data_key == original_key(manager, asked) != other
    assert backing.calls == (1, 1)


def original_key(manager: CachingCryptoMaterialsManager, asked: Any) -> Any:
    return manager.backing_materials_manager._inner.decrypt_materials(asked).data_key  # type: ignore[attr-defined]


def test_encoded_keys_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A CMM of versions 1 to 4 hands out DER, which takes long to read."""
    reads: Counter[str] = Counter()
    for name in ("load_signing_key", "load_verification_key"):
        load = getattr(elliptic_curve, name)

        def counting(*arguments: Any, load: Any = load, name: str = name) -> Any:
            reads[name] += 1
            return load(*arguments)

        monkeypatch.setattr(elliptic_curve, name, counting)
    manager, _ = caching(CountingManager(of_version_4))
    first = manager.get_encryption_materials(encrypt(SIGNED))
    for _ in range(5):
        made = manager.get_encryption_materials(encrypt(SIGNED))
        opened = manager.decrypt_materials(decrypt(made))
        public = made.signing_key_object().public_key()
        assert public.public_numbers() == opened.verification_key_object(SIGNED).public_numbers()
    assert reads == {"load_signing_key": 1, "load_verification_key": 1}
    # What was handed in as DER is handed out as it was, and another key is read anew.
    assert first.signing_key == made.signing_key
    replaced = elliptic_curve.generate_signing_key(SIGNED)
    made.signing_key = elliptic_curve.signing_key_der(replaced)  # type: ignore[misc]
    assert made.signing_key_object().private_numbers() == replaced.private_numbers()
    der = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    opened.verification_key = replaced.public_key().public_bytes(*der)  # type: ignore[misc]
    assert opened.verification_key_object(SIGNED).public_numbers() == replaced.public_key().public_numbers()


# --- caches of other authors -------------------------------------------------------------------------------------------


class FourMethods(CryptoMaterialsCache):
    """A cache with the published methods and nothing else."""

    def __init__(self) -> None:
        self.entries: dict[bytes, CryptoMaterialsCacheEntry] = {}
        self.calls: Counter[str] = Counter()

    def put_encryption_materials(
        self, cache_key: bytes, encryption_materials: Any, plaintext_length: int, entry_hints: Any = None
    ) -> Any:
        self.calls["put encryption"] += 1
        entry = self.entries[cache_key] = CryptoMaterialsCacheEntry(cache_key, encryption_materials, entry_hints)
        entry._update_with_message_bytes_encrypted(plaintext_length)
        return entry

    def put_decryption_materials(self, cache_key: bytes, decryption_materials: Any) -> Any:
        self.calls["put decryption"] += 1
        entry = self.entries[cache_key] = CryptoMaterialsCacheEntry(cache_key, decryption_materials)
        return entry

    def get_encryption_materials(self, cache_key: bytes, plaintext_length: int) -> Any:
        self.calls["get encryption"] += 1
        entry = self.get(cache_key)
        entry._update_with_message_bytes_encrypted(plaintext_length)
        return entry

    def get_decryption_materials(self, cache_key: bytes) -> Any:
        self.calls["get decryption"] += 1
        return self.get(cache_key)

    def get(self, cache_key: bytes) -> CryptoMaterialsCacheEntry:
        entry = self.entries.get(cache_key)
        if entry is None or not entry.valid:
            raise exceptions.CacheKeyError("not found")
        return entry


class Watched(LocalCryptoMaterialsCache):
    """The local cache with published methods of its own, as a program may derive it."""

    def __init__(self) -> None:
        super().__init__(10)
        self.calls: Counter[str] = Counter()

    def get_encryption_materials(self, cache_key: bytes, plaintext_length: int) -> CryptoMaterialsCacheEntry:
        self.calls["get encryption"] += 1
        return super().get_encryption_materials(cache_key, plaintext_length)


@pytest.mark.parametrize("make", [FourMethods, Watched])
def test_caches_of_other_authors(make: Any) -> None:
    cache = make()
    manager, backing = caching(cache=cache, max_messages_encrypted=3, max_bytes_encrypted=100)
    made = [manager.get_encryption_materials(encrypt()) for _ in range(6)]
    assert [made.index(materials) for materials in made] == [0, 0, 0, 3, 3, 3]
    for _ in range(3):
        manager.decrypt_materials(decrypt(made[0]))
    assert backing.calls == (2, 1)
    assert manager.stats() == (6, 3, 1)
    assert cache.calls["get encryption"] == 6
    manager.get_encryption_materials(encrypt(length=95))
    assert backing.calls == (3, 1)


def test_the_age_of_entries_in_caches_of_other_authors(clocks: Any) -> None:
    manager, backing = caching(cache=FourMethods(), max_age=60)
    made = manager.get_encryption_materials(encrypt())
    for seconds, calls in ((0, (1, 1)), (59, (1, 1)), (1, (2, 2)), (59, (2, 2)), (1, (3, 3))):
        clocks.advance(seconds)
        manager.get_encryption_materials(encrypt())
        manager.decrypt_materials(decrypt(made))
        assert backing.calls == calls


# --- threads -----------------------------------------------------------------------------------------------------------


def in_threads(count: int, work: Any) -> list[Any]:
    barrier = threading.Barrier(count)

    def start(number: int) -> Any:
        barrier.wait(30)
        return work(number)

    with ThreadPoolExecutor(count) as executor:
        return list(executor.map(start, range(count)))


def data_keys(made: Iterable[Any]) -> set[int]:
    """Return which data keys there are in ``made``: each hit is handed materials of its own."""
    return {id(materials.data_encryption_key) for materials in made}


@pytest.mark.parametrize("make", [lambda: LocalCryptoMaterialsCache(10), FourMethods])
def test_concurrent_misses_make_one_request(make: Any) -> None:
    manager, backing = caching(CountingManager(pause=0.1), cache=make())
    made = in_threads(16, lambda _: manager.get_encryption_materials(encrypt()))
    opened = in_threads(16, lambda _: manager.decrypt_materials(decrypt(made[0])))
    assert len(data_keys(made)) == len(data_keys(opened)) == 1
    assert backing.calls == (1, 1)
    assert manager.stats() == (30, 2, 0)


def test_cmms_of_one_partition_make_one_request_together() -> None:
    cache, backing = LocalCryptoMaterialsCache(10), CountingManager(pause=0.1)
    managers = [caching(backing, cache=cache, partition_name="p")[0] for _ in range(8)]
    in_threads(8, lambda number: managers[number].get_encryption_materials(encrypt()))
    assert backing.calls == (1, 0)
    assert sum(manager.stats().hits for manager in managers) == 7


def test_those_that_waited_check_the_limits_again() -> None:
    manager, backing = caching(CountingManager(pause=0.05), max_messages_encrypted=4)
    made = in_threads(16, lambda _: manager.get_encryption_materials(encrypt()))
    assert sorted(Counter(id(materials.data_encryption_key) for materials in made).values()) == [4, 4, 4, 4]
    assert backing.calls == (4, 0)


def test_those_that_waited_survive_the_failure_of_the_one_that_asked() -> None:
    manager, backing = caching(CountingManager(pause=0.1))
    backing.failures = [exceptions.GenerateKeyError("first")]

    def work(_number: int) -> Any:
        try:
            return manager.get_encryption_materials(encrypt())
        except exceptions.GenerateKeyError:
            return None

    made = in_threads(16, work)
    assert made.count(None) == 1
    assert len(data_keys(materials for materials in made if materials is not None)) == 1
    assert backing.calls == (2, 0)
    assert manager.stats() == (14, 2, 0)


def test_misses_of_different_entries_do_not_wait_for_each_other() -> None:
    manager, backing = caching(CountingManager(pause=0.2))
    started = time.monotonic()
    in_threads(16, lambda number: manager.get_encryption_materials(encrypt(context={"tenant": str(number)})))
    # One after the other, they would take 3.2 seconds.
    assert time.monotonic() - started < 2
    assert backing.calls == (16, 0)


def test_without_a_cache_nobody_waits() -> None:
    from aws_encryption_sdk.caches import NullCryptoMaterialsCache

    manager, backing = caching(CountingManager(pause=0.2), cache=NullCryptoMaterialsCache())
    started = time.monotonic()
    in_threads(16, lambda _: manager.get_encryption_materials(encrypt()))
    assert time.monotonic() - started < 2
    assert backing.calls == (16, 0)


class Nested(CountingManager):
    """A CMM that asks the caching CMM above it for the same again, in the same thread."""

    above: CachingCryptoMaterialsManager

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        made = super().get_encryption_materials(request)
        if len(self.encrypts) == 1:
            request.plaintext_length = 1
            self.above.get_encryption_materials(request)
        return made


def test_a_call_from_within_does_not_wait_for_itself() -> None:
    backing = Nested()
    manager, _ = caching(backing)
    backing.above = manager
    started = time.monotonic()
    manager.get_encryption_materials(encrypt())
    assert time.monotonic() - started < 5
    assert backing.calls == (2, 0)


def test_one_that_hangs_does_not_hold_up_the_others() -> None:
    release = threading.Event()

    class Hanging(CountingManager):
        def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
            made = super().get_encryption_materials(request)
            if len(self.encrypts) == 1:
                assert release.wait(30)
            return made

    cache = LocalCryptoMaterialsCache(10)
    cache.in_flight = RequestsInFlight(longest_wait=0.1)
    manager, backing = caching(Hanging(), cache=cache)
    with ThreadPoolExecutor(2) as executor:
        first = executor.submit(manager.get_encryption_materials, encrypt())
        while not backing.encrypts:
            time.sleep(0.001)
        second = executor.submit(manager.get_encryption_materials, encrypt())
        try:
            assert second.result(timeout=20) is not None
        finally:
            release.set()
        assert first.result() is not None
    assert manager.stats() == (0, 2, 0)
