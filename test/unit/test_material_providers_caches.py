"""Caches under the names of the Material Providers Library, and caches that programs wrote for it."""

from __future__ import annotations

import time
from typing import Any

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.branch_keys.materials import BeaconKeyMaterials, BranchKeyMaterials
from aws_encryption_sdk.caches.entry import CryptoMaterialsCacheEntry, CryptoMaterialsCacheEntryHints, UsageLimits
from aws_encryption_sdk.caches.local import LocalCryptoMaterialsCache
from aws_encryption_sdk.caches.null import NullCryptoMaterialsCache
from aws_encryption_sdk.caches.storm_tracking import StormTrackingCryptoMaterialsCache
from aws_encryption_sdk.exceptions import CacheEntryExpiredError, CacheError, CacheKeyError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.material_providers.mpl import AwsCryptographicMaterialProviders, errors, models
from aws_encryption_sdk.material_providers.mpl._caches import CacheFromMPL, cache_from
from aws_encryption_sdk.material_providers.mpl.references import CryptographicMaterialsCache, ICryptographicMaterialsCache
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
VERSION = "2f8ff2d0-4d1e-4c9b-9f0a-0d9c6a5e7b11"
OWN = RawAESKeyring("namespace", "name", bytes(32))
ENCRYPTION = OWN.on_encrypt(EncryptionMaterials(SUITE, encryption_context={"a": "b"}))
DECRYPTION = OWN.on_decrypt(
    DecryptionMaterials(algorithm=SUITE, encryption_context={"a": "b"}), ENCRYPTION.encrypted_data_keys
)
BRANCH_KEY = BranchKeyMaterials("id", VERSION, bytes(range(32)), {"team": "a"})
BEACON_KEY = BeaconKeyMaterials("id", bytes(32), {"team": "a"})


class Written(ICryptographicMaterialsCache):
    """A cache that a program wrote."""

    def __init__(self) -> None:
        self.entries: dict[bytes, models.PutCacheEntryInput] = {}

    def put_cache_entry(self, param: models.PutCacheEntryInput) -> None:
        self.entries[bytes(param.identifier)] = param

    def get_cache_entry(self, param: models.GetCacheEntryInput) -> models.GetCacheEntryOutput:
        entry = self.entries.get(bytes(param.identifier))
        if entry is None:
            raise errors.EntryDoesNotExist(message="there is none")
        return models.GetCacheEntryOutput(
            materials=entry.materials,
            creation_time=entry.creation_time,
            expiry_time=entry.expiry_time,
            messages_used=entry.messages_used,
            bytes_used=entry.bytes_used,
        )

    def update_usage_metadata(self, param: models.UpdateUsageMetadataInput) -> None:
        entry = self.entries[bytes(param.identifier)]
        entry.messages_used += 1
        entry.bytes_used += param.bytes_used

    def delete_cache_entry(self, param: models.DeleteCacheEntryInput) -> None:
        self.entries.pop(bytes(param.identifier), None)


def entry_of(value: Any, lifetime: float | None = 60) -> CryptoMaterialsCacheEntry:
    return CryptoMaterialsCacheEntry(b"key", value, CryptoMaterialsCacheEntryHints(lifetime))


# --- kinds -------------------------------------------------------------------------------------------------------------


def test_kinds() -> None:
    tail = models.MultiThreadedCache(entry_capacity=5, entry_pruning_tail_size=2)
    storm = models.StormTrackingCache(
        entry_capacity=5,
        grace_period=4000,
        grace_interval=1000,
        fan_out=3,
        in_flight_ttl=2000,
        sleep_milli=5,
        time_units=models.TimeUnits.MILLISECONDS,
    )
    for kind, wanted in (
        (models.CacheTypeDefault(models.DefaultCache(entry_capacity=5)), StormTrackingCryptoMaterialsCache),
        (models.CacheTypeNo(models.NoCache()), NullCryptoMaterialsCache),
        (models.CacheTypeSingleThreaded(models.SingleThreadedCache(entry_capacity=5)), LocalCryptoMaterialsCache),
        (models.CacheTypeMultiThreaded(tail), LocalCryptoMaterialsCache),
        (models.CacheTypeStormTracking(storm), StormTrackingCryptoMaterialsCache),
    ):
        made = AwsCryptographicMaterialProviders().create_cryptographic_materials_cache(
            models.CreateCryptographicMaterialsCacheInput(cache=kind)
        )
        assert type(made._impl) is wanted
        if wanted is not NullCryptoMaterialsCache:
            assert getattr(made._impl, "capacity") == 5  # noqa: B009
        shared = cache_from(models.CacheTypeShared(made))
        assert shared is made._impl
        assert cache_from(models.CacheTypeShared(shared)) is shared
    assert cache_from(models.CacheTypeStormTracking(storm)).grace_period == 4
    assert isinstance(cache_from(models.CacheTypeShared(Written())), CacheFromMPL)


@pytest.mark.parametrize("wrong", [None, 3, models.DefaultCache(entry_capacity=3), models.CacheTypeShared(3)])
def test_no_kind(wrong: Any) -> None:
    with pytest.raises(errors.AwsCryptographicMaterialProvidersException):
        AwsCryptographicMaterialProviders().create_cryptographic_materials_cache(
            models.CreateCryptographicMaterialsCacheInput(cache=wrong)
        )


def test_unit_that_is_none() -> None:
    storm = models.StormTrackingCache(
        entry_capacity=5, grace_period=4, grace_interval=1, fan_out=3, in_flight_ttl=2, sleep_milli=5, time_units="Hours"
    )
    with pytest.raises(errors.AwsCryptographicMaterialProvidersException, match="Milliseconds"):
        AwsCryptographicMaterialProviders().create_cryptographic_materials_cache(
            models.CreateCryptographicMaterialsCacheInput(cache=models.CacheTypeStormTracking(storm))
        )


# --- ours as theirs, and theirs as ours --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "model"),
    [
        (ENCRYPTION, models.MaterialsEncryption),
        (DECRYPTION, models.MaterialsDecryption),
        (BRANCH_KEY, models.MaterialsBranchKey),
        (BEACON_KEY, models.MaterialsBeaconKey),
    ],
)
def test_materials_go_both_ways(value: Any, model: type) -> None:
    inner = LocalCryptoMaterialsCache(10)
    ours = CryptographicMaterialsCache(inner)
    theirs = CacheFromMPL(ours)
    theirs.put_entry(entry_of(value))
    found = ours.get_cache_entry(models.GetCacheEntryInput(identifier=b"key"))
    assert isinstance(found.materials, model)
    assert 58 <= found.expiry_time - found.creation_time <= 61
    again = theirs.get_entry(b"key").value
    for field in ("branch_key", "beacon_key", "branch_key_version", "encryption_context", "encrypted_data_keys"):
        if hasattr(value, field):
            assert getattr(again, field) == getattr(value, field)
    if hasattr(value, "data_encryption_key"):
        assert again.plaintext_data_key() == value.plaintext_data_key()
    theirs.delete_entry(b"key")
    with pytest.raises(CacheKeyError):
        theirs.get_entry(b"key")
    with pytest.raises(errors.EntryDoesNotExist):
        ours.get_cache_entry(models.GetCacheEntryInput(identifier=b"key"))


def test_usage_is_counted() -> None:
    ours = CryptographicMaterialsCache(LocalCryptoMaterialsCache(10))
    now = int(time.time())
    put = models.PutCacheEntryInput(
        identifier=bytearray(b"key"),
        materials=models.MaterialsBranchKey(
            models.BranchKeyMaterials(
                branch_key_identifier="id", branch_key_version=VERSION, encryption_context={}, branch_key=bytearray(32)
            )
        ),
        creation_time=now,
        expiry_time=now + 60,
        messages_used=3,
        bytes_used=100,
    )
    ours.put_cache_entry(put)
    ours.update_usage_metadata(models.UpdateUsageMetadataInput(identifier=b"key", bytes_used=11))
    ours.update_usage_metadata(models.UpdateUsageMetadataInput(identifier=b"other", bytes_used=11))
    found = ours.get_cache_entry(models.GetCacheEntryInput(identifier=b"key", bytes_used=5))
    assert (found.messages_used, found.bytes_used) == (4, 111)
    put.identifier, put.expiry_time = b"expired", now - 1
    ours.put_cache_entry(put)
    with pytest.raises(errors.EntryDoesNotExist):
        ours.get_cache_entry(models.GetCacheEntryInput(identifier=b"expired"))
    for wrong in (None, models.MaterialsBranchKey(None), models.MaterialsEncryption(None)):  # type: ignore[arg-type]
        put.materials, put.expiry_time = wrong, now + 60  # type: ignore[assignment]
        with pytest.raises(errors.ServiceError):
            ours.put_cache_entry(put)


def test_limits_hold_in_a_cache_of_theirs() -> None:
    written = Written()
    cache = CacheFromMPL(written)
    entry = entry_of(ENCRYPTION)
    entry.count_use(10)
    cache.put_entry(entry)
    limits = UsageLimits(max_messages=2, max_bytes=30)
    assert cache.get_entry(b"key", 10, limits).messages_encrypted == 2
    assert written.entries[b"key"].bytes_used == 20
    with pytest.raises(CacheEntryExpiredError):
        cache.get_entry(b"key", 1, limits)
    assert written.entries == {}
    for change in ({"expiry_time": int(time.time()) - 1}, {"creation_time": int(time.time()) - 100}):
        cache.put_entry(entry_of(ENCRYPTION, None))
        for name, value in change.items():
            setattr(written.entries[b"key"], name, value)
        with pytest.raises(CacheEntryExpiredError):
            cache.get_entry(b"key", None, UsageLimits(max_age=60))
    assert cache.stats().evictions == 3
    assert cache.stats().hits == 1


def test_failures_of_a_cache_of_theirs() -> None:
    class Failing(Written):
        def put_cache_entry(self, param: models.PutCacheEntryInput) -> None:
            raise OSError("disk full")

        def get_cache_entry(self, param: models.GetCacheEntryInput) -> models.GetCacheEntryOutput:
            raise errors.InFlightTTLExceeded("too long")

        def delete_cache_entry(self, param: models.DeleteCacheEntryInput) -> None:
            raise OSError("read only")

    cache = CacheFromMPL(Failing())
    with pytest.raises(CacheError, match="disk full") as caught:
        cache.put_entry(entry_of(ENCRYPTION))
    assert isinstance(caught.value.__cause__, OSError)
    with pytest.raises(CacheError, match="too long"):
        cache.get_entry(b"key")
    with pytest.raises(CacheError, match="read only"):
        cache.delete_entry(b"key")


def test_a_caching_manager_over_a_cache_of_theirs() -> None:
    cache = CacheFromMPL(Written())
    manager = CachingCryptoMaterialsManager(cache, 60, keyring=OWN)
    messages = {EncryptionSDKClient().encrypt(source=b"plaintext", materials_manager=manager).result for _ in range(3)}
    for message in messages:
        assert EncryptionSDKClient().decrypt(source=message, materials_manager=manager).result == b"plaintext"
    assert manager.stats().hits == 4
