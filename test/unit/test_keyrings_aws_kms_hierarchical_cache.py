"""What the hierarchical keyring finds in its cache, and what it asks the branch key store for."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.branch_keys import BranchKeyMaterials
from aws_encryption_sdk.caches import (
    CryptoMaterialsCacheEntry,
    EntryCache,
    LocalCryptoMaterialsCache,
    NullCryptoMaterialsCache,
    StormTrackingCryptoMaterialsCache,
    SynchronizedLocalCryptoMaterialsCache,
)
from aws_encryption_sdk.caches.branch_key_identifiers import BranchKeyIdentifiers
from aws_encryption_sdk.exceptions import BranchKeyStoreError, UnwrapDataKeyError, WrapDataKeyError
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsHierarchicalKeyring, _branch_keys
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .branch_key_stores import CountingStore
from .cache_materials import Clocks
from .test_keyrings_aws_kms_hierarchical import keyring_of, to_decrypt, to_encrypt

pytestmark = pytest.mark.specification(
    "framework/aws-kms/aws-kms-hierarchical-keyring.md",
    "Cache Limit TTL",
    "Cache Type",
    "OnEncrypt",
    "Query Branch Keystore OnEncrypt",
    "OnDecrypt",
    "GetItem Branch Keystore OnDecrypt",
)

TTL = 600


@pytest.fixture
def store() -> CountingStore:
    return CountingStore()


def local() -> LocalCryptoMaterialsCache:
    return LocalCryptoMaterialsCache(100)


CACHES: dict[str, Any] = {
    "default": lambda: None,
    "single-threaded": local,
    "multi-threaded": lambda: SynchronizedLocalCryptoMaterialsCache(100),
    "storm tracking": lambda: StormTrackingCryptoMaterialsCache(100, grace_period=20, in_flight_ttl=20),
}
each_cache = pytest.mark.parametrize("make", CACHES.values(), ids=CACHES)


@each_cache
def test_a_branch_key_is_asked_for_once(store: CountingStore, make: Any) -> None:
    keyring = keyring_of(store, cache=make())
    messages = [keyring.on_encrypt(to_encrypt()) for _ in range(5)]
    for message in messages:
        keyring.on_decrypt(to_decrypt(), message.encrypted_data_keys)
    assert store.asked == {"active": 1, "version": 1}


def test_without_a_cache(store: CountingStore) -> None:
    keyring = keyring_of(store, cache=NullCryptoMaterialsCache())
    messages = [keyring.on_encrypt(to_encrypt()) for _ in range(3)]
    for message in messages:
        keyring.on_decrypt(to_decrypt(), message.encrypted_data_keys)
    assert store.asked == {"active": 3, "version": 3}


@each_cache
def test_the_time_to_live(store: CountingStore, make: Any, clocks: Clocks) -> None:
    keyring = keyring_of(store, cache=make(), ttl_seconds=TTL)
    first = keyring.on_encrypt(to_encrypt())
    old = first.encrypted_data_keys[0].encrypted_data_key[28:44]
    new = uuid.UUID(store.rotate("mine")).bytes
    clocks.advance(TTL - 30)
    assert keyring.on_encrypt(to_encrypt()).encrypted_data_keys[0].encrypted_data_key[28:44] == old
    assert store.asked["active"] == 1
    clocks.advance(30)
    assert keyring.on_encrypt(to_encrypt()).encrypted_data_keys[0].encrypted_data_key[28:44] == new
    assert store.asked["active"] == 2
    keyring.on_decrypt(to_decrypt(), first.encrypted_data_keys)
    clocks.advance(TTL - 30)
    keyring.on_decrypt(to_decrypt(), first.encrypted_data_keys)
    assert store.asked["version"] == 1
    clocks.advance(30)
    keyring.on_decrypt(to_decrypt(), first.encrypted_data_keys)
    assert store.asked["version"] == 2


@pytest.mark.specification(
    "framework/aws-kms/aws-kms-hierarchical-keyring.md",
    "Initialization > Partition ID",
    "Preliminaries > Partition ID",
    "Shared Cache Considerations",
    "Shared Cache Considerations > Partition ID",
    "Logical Key Store Name",
)
class TestShared:
    def pair(self, store: CountingStore, **arguments: Any) -> tuple[AwsKmsHierarchicalKeyring, AwsKmsHierarchicalKeyring]:
        cache = local()
        common = {"cache": cache, "partition_id": "one", **arguments}
        return keyring_of(store, **common), keyring_of(store, **common)

    def test_the_same_partition_store_and_id(self, store: CountingStore) -> None:
        one, two = self.pair(store)
        wrapped = one.on_encrypt(to_encrypt())
        two.on_encrypt(to_encrypt())
        one.on_decrypt(to_decrypt(), wrapped.encrypted_data_keys)
        two.on_decrypt(to_decrypt(), wrapped.encrypted_data_keys)
        assert store.asked == {"active": 1, "version": 1}

    def test_a_partition_of_its_own_where_none_is_given(self, store: CountingStore) -> None:
        one, two = self.pair(store, partition_id=None)
        for keyring in (one, two):
            keyring.on_decrypt(to_decrypt(), keyring.on_encrypt(to_encrypt()).encrypted_data_keys)
        assert store.asked == {"active": 2, "version": 2}

    @pytest.mark.parametrize(
        "other",
        [{"partition_id": "two"}, {"branch_key_id": "theirs"}, {"name": "another"}],
        ids=["partition", "id", "store"],
    )
    def test_nothing_of_another(self, store: CountingStore, other: dict[str, Any]) -> None:
        cache = local()
        keyring_of(store, cache=cache, partition_id="one").on_encrypt(to_encrypt())
        second = CountingStore(other.pop("name", store.logical_key_store_name))
        keyring_of(second, cache=cache, **{"partition_id": "one", **other}).on_encrypt(to_encrypt())
        assert (store.asked["active"], second.asked["active"]) == (1, 1)

    def test_the_identifiers_are_those_of_the_specification(self, store: CountingStore) -> None:
        cache = local()
        keyring = keyring_of(store, cache=cache, partition_id="größe")
        wrapped = keyring.on_encrypt(to_encrypt())
        keyring.on_decrypt(to_decrypt(), wrapped.encrypted_data_keys)
        identifiers = BranchKeyIdentifiers("größe".encode(), store.logical_key_store_name)
        active = cache.get_entry(identifiers.of_active("mine")).value
        assert isinstance(active, BranchKeyMaterials)
        version = cache.get_entry(identifiers.of_version("mine", active.branch_key_version)).value
        assert version.branch_key == active.branch_key

    def test_a_random_partition_is_a_uuid_without_a_zero_byte(
        self, store: CountingStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        drawn = [uuid.UUID("83eec007-5659-4554-bf11-699b90f41a00"), uuid.UUID("83eec007-5659-4554-bf11-699b90f41ac6")]
        last = drawn[1]
        monkeypatch.setattr("aws_encryption_sdk.keyrings.aws_kms.hierarchical.uuid.uuid4", lambda: drawn.pop(0))
        cache = local()
        keyring = keyring_of(store, cache=cache)
        monkeypatch.undo()
        keyring.on_encrypt(to_encrypt())
        assert drawn == []
        identifier = BranchKeyIdentifiers(last.bytes, store.logical_key_store_name).of_active("mine")
        assert cache.get_entry(identifier)

    def test_another_time_to_live_holds_too(self, store: CountingStore, clocks: Clocks) -> None:
        cache = local()
        patient = keyring_of(store, cache=cache, partition_id="p", ttl_seconds=600)
        hasty = keyring_of(store, cache=cache, partition_id="p", ttl_seconds=60)
        patient.on_encrypt(to_encrypt())
        clocks.advance(59)
        hasty.on_encrypt(to_encrypt())
        assert store.asked["active"] == 1
        clocks.advance(2)
        patient.on_encrypt(to_encrypt())
        assert store.asked["active"] == 1
        hasty.on_encrypt(to_encrypt())
        assert store.asked["active"] == 2
        # It expires as the keyring has it that put it there.
        clocks.advance(60)
        patient.on_encrypt(to_encrypt())
        assert store.asked["active"] == 3

    def test_with_a_caching_cmm(self, store: CountingStore) -> None:
        cache, client = StormTrackingCryptoMaterialsCache(100), EncryptionSDKClient()
        keyring = keyring_of(store, cache=cache)
        manager = CachingCryptoMaterialsManager(cache=cache, max_age=60.0, keyring=keyring)
        messages = [
            client.encrypt(source=b"text", materials_manager=manager, encryption_context={"number": str(number % 2)}).result
            for number in range(6)
        ]
        for message in messages:
            assert client.decrypt(source=message, materials_manager=manager).result == b"text"
        assert manager.stats().misses == 4
        assert store.asked == {"active": 1, "version": 1}

    def test_what_is_no_branch_key_is_not_used(self, store: CountingStore) -> None:
        cache = local()
        keyring = keyring_of(store, cache=cache, partition_id="p")
        identifier = BranchKeyIdentifiers(b"p", store.logical_key_store_name).of_active("mine")
        cache.put_entry(CryptoMaterialsCacheEntry(identifier, to_encrypt()))
        assert keyring.on_encrypt(to_encrypt()).encrypted_data_keys
        assert store.asked["active"] == 1


@pytest.mark.parametrize("make", [lambda: None, local], ids=["default", "local"])
def test_threads_ask_once(store: CountingStore, make: Any) -> None:
    keyring, together = keyring_of(store, cache=make()), Barrier(16)

    def encrypt() -> bytes:
        together.wait(30)
        return keyring.on_encrypt(to_encrypt()).plaintext_data_key()

    with ThreadPoolExecutor(16) as threads:
        keys = [future.result(30) for future in [threads.submit(encrypt) for _ in range(16)]]
    assert len(set(keys)) == 16
    assert store.asked["active"] == 1


class TestLostAccess:
    """AWS KMS, or the table, cannot be asked any more."""

    def refused(self, store: CountingStore) -> None:
        store.failure = BranchKeyStoreError("access denied")

    @each_cache
    def test_within_the_time_to_live(self, store: CountingStore, make: Any, clocks: Clocks) -> None:
        keyring = keyring_of(store, cache=make(), ttl_seconds=TTL)
        wrapped = keyring.on_encrypt(to_encrypt())
        keyring.on_decrypt(to_decrypt(), wrapped.encrypted_data_keys)
        self.refused(store)
        clocks.advance(TTL - 30)
        keyring.on_decrypt(to_decrypt(), keyring.on_encrypt(to_encrypt()).encrypted_data_keys)
        assert store.asked == {"active": 1, "version": 1}

    def test_within_the_grace_period_the_old_key_serves(self, store: CountingStore, clocks: Clocks) -> None:
        keyring = keyring_of(store, ttl_seconds=TTL)
        wrapped = keyring.on_encrypt(to_encrypt())
        keyring.on_decrypt(to_decrypt(), wrapped.encrypted_data_keys)
        self.refused(store)
        clocks.advance(TTL - 5)
        for _ in range(4):
            keyring.on_decrypt(to_decrypt(), keyring.on_encrypt(to_encrypt()).encrypted_data_keys)
        # It is asked for once in a grace interval.
        assert store.asked == {"active": 2, "version": 2}
        clocks.advance(1)
        keyring.on_encrypt(to_encrypt())
        assert store.asked["active"] == 3
        store.failure = None
        clocks.advance(1)
        keyring.on_encrypt(to_encrypt())
        keyring.on_encrypt(to_encrypt())
        assert store.asked["active"] == 4
        # The new one counts from now on.
        clocks.advance(TTL - 30)
        keyring.on_encrypt(to_encrypt())
        assert store.asked["active"] == 4

    @each_cache
    def test_after_the_time_to_live(self, store: CountingStore, make: Any, clocks: Clocks) -> None:
        keyring = keyring_of(store, cache=make(), ttl_seconds=TTL)
        wrapped = keyring.on_encrypt(to_encrypt())
        keyring.on_decrypt(to_decrypt(), wrapped.encrypted_data_keys)
        self.refused(store)
        clocks.advance(TTL)
        with pytest.raises(WrapDataKeyError, match="access denied"):
            keyring.on_encrypt(to_encrypt())
        with pytest.raises(UnwrapDataKeyError, match="access denied"):
            keyring.on_decrypt(to_decrypt(), wrapped.encrypted_data_keys)
        store.failure = None
        clocks.advance(1)
        keyring.on_decrypt(to_decrypt(), keyring.on_encrypt(to_encrypt()).encrypted_data_keys)


def test_versions_of_forged_messages_do_not_fill_the_memory(store: CountingStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_branch_keys, "_MOST_REMEMBERED", 10)
    cache: EntryCache = NullCryptoMaterialsCache()
    keyring = keyring_of(store, cache=cache)
    for _ in range(50):
        forged = EncryptedDataKey(MasterKeyInfo("aws-kms-hierarchy", b"mine"), bytes(28) + uuid.uuid4().bytes + bytes(48))
        with pytest.raises(UnwrapDataKeyError):
            keyring.on_decrypt(to_decrypt(), [forged])
    assert len(keyring._branch_keys._wanted) <= 10
