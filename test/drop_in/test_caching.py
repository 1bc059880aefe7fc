"""Programs that cache data keys, written for versions 1 to 4 or for the keyring interface."""

from __future__ import annotations

import inspect
import io
import os
import time
from collections import OrderedDict, deque
from typing import Any

import attr
import pytest

import aws_encryption_sdk
from aws_encryption_sdk import Algorithm, CommitmentPolicy
from aws_encryption_sdk.caches import (
    CryptoMaterialsCacheEntry,
    CryptoMaterialsCacheEntryHints,
    build_decryption_materials_cache_key,
    build_encryption_materials_cache_key,
)
from aws_encryption_sdk.caches.base import CryptoMaterialsCache
from aws_encryption_sdk.caches.local import LocalCryptoMaterialsCache
from aws_encryption_sdk.caches.null import NullCryptoMaterialsCache
from aws_encryption_sdk.exceptions import CacheKeyError, CustomMaximumValueExceeded, NotSupportedError
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider, WrappingKey
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import EncryptionMaterials, EncryptionMaterialsRequest
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo

CONTEXT = {"purpose": "test"}


class StaticProvider(RawMasterKeyProvider):
    """A provider whose key is in the program; it counts how often it was needed."""

    provider_id = "static"

    def __init__(self, **kwargs: Any) -> None:
        self.uses = 0

    def _get_raw_key(self, key_id: Any) -> WrappingKey:
        self.uses += 1
        return WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=bytes(range(32)),
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        )


def provider() -> StaticProvider:
    made = StaticProvider()
    made.add_master_key("key")
    return made


def source(kind: str) -> dict[str, Any]:
    if kind == "provider":
        return {"master_key_provider": provider()}
    if kind == "keyring":
        return {"keyring": RawAESKeyring("static", "key", bytes(range(32)))}
    return {"backing_materials_manager": DefaultCryptoMaterialsManager(provider())}


@pytest.mark.parametrize("kind", ["provider", "keyring", "manager"])
@pytest.mark.parametrize("signed", [True, False])
def test_program_that_caches(kind: str, signed: bool) -> None:
    algorithm = (
        Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384 if signed else Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    )
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
    cache = LocalCryptoMaterialsCache(10)
    manager = CachingCryptoMaterialsManager(
        cache=cache, max_age=600.0, max_messages_encrypted=5, max_bytes_encrypted=1000, **source(kind)
    )
    messages = [
        client.encrypt(source=b"plaintext", materials_manager=manager, encryption_context=CONTEXT, algorithm=algorithm)
        for _ in range(7)
    ]
    assert len({header.message_id for _, header in messages}) == 7
    keys = [tuple(header.encrypted_data_keys) for _, header in messages]
    assert [keys.index(each) for each in keys] == [0] * 5 + [5] * 2
    for ciphertext, _ in messages:
        plaintext, header = client.decrypt(source=ciphertext, materials_manager=manager)
        assert plaintext == b"plaintext"
        # A program takes this out, and nobody else is to notice.
        assert ("aws-crypto-public-key" in header.encryption_context) is signed
        header.encryption_context.pop("aws-crypto-public-key", None)
        assert header.encryption_context == CONTEXT
    assert len(cache._cache) == 3


def test_arguments_by_position_in_their_order() -> None:
    manager = CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(1), 60.0, 10, 100, "partition", provider(), None, None)
    assert (manager.max_messages_encrypted, manager.max_bytes_encrypted) == (10, 100)
    assert manager.partition_name == b"partition"
    parameters = inspect.signature(CachingCryptoMaterialsManager).parameters
    assert list(parameters) == [
        "cache",
        "max_age",
        "max_messages_encrypted",
        "max_bytes_encrypted",
        "partition_name",
        "master_key_provider",
        "backing_materials_manager",
        "keyring",
    ]
    assert parameters["max_messages_encrypted"].default == 2**32
    assert parameters["max_bytes_encrypted"].default == 2**63 - 1


def test_two_sources() -> None:
    both = provider(), DefaultCryptoMaterialsManager(provider())
    manager = CachingCryptoMaterialsManager(
        LocalCryptoMaterialsCache(1), 60.0, master_key_provider=both[0], backing_materials_manager=both[1]
    )
    assert manager.backing_materials_manager is both[1]
    for other in ({"master_key_provider": both[0]}, {"backing_materials_manager": both[1]}):
        with pytest.raises(TypeError):
            CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(1), 60.0, **source("keyring"), **other)
    with pytest.raises(TypeError):
        CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(1), 60.0)


@pytest.mark.parametrize(
    "limits",
    [
        {"max_age": 0.0},
        {"max_age": -1.0},
        {"max_messages_encrypted": 0},
        {"max_messages_encrypted": 2**32 + 1},
        {"max_bytes_encrypted": -1},
        {"max_bytes_encrypted": 2**63},
    ],
)
def test_limits_out_of_range(limits: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"max_\w+"):
        CachingCryptoMaterialsManager(
            **{"cache": LocalCryptoMaterialsCache(1), "max_age": 60.0, "master_key_provider": provider(), **limits}
        )


def test_greatest_limits() -> None:
    CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(1), 1, 2**32, 2**63 - 1, master_key_provider=provider())


def test_streams() -> None:
    client = aws_encryption_sdk.EncryptionSDKClient()
    keys = provider()
    manager = CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(10), 60.0, master_key_provider=keys)

    class Pipe(io.RawIOBase):
        """A source that does not tell its length."""

        def __init__(self, content: bytes) -> None:
            self.rest = io.BytesIO(content)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            return self.rest.readinto(buffer)

    def data_keys(**arguments: Any) -> tuple[EncryptedDataKey, ...]:
        with client.stream(mode="e", materials_manager=manager, **arguments) as stream:
            ciphertext = stream.read()
        with client.stream(mode="d", source=ciphertext, materials_manager=manager) as stream:
            assert stream.read() == b"plaintext"
            return tuple(stream.header.encrypted_data_keys)

    cached = data_keys(source=b"plaintext")
    assert data_keys(source=io.BytesIO(b"plaintext")) == cached
    assert data_keys(source=Pipe(b"plaintext"), source_length=9) == cached
    assert data_keys(source=Pipe(b"plaintext"), source_length=100) == cached
    assert data_keys(source=Pipe(b"plaintext")) != cached
    with (
        pytest.raises(CustomMaximumValueExceeded),
        client.stream(mode="e", source=Pipe(b"plaintext"), source_length=8, materials_manager=manager) as stream,
    ):
        stream.read()


def test_cache_that_keeps_nothing() -> None:
    keys = provider()
    manager = CachingCryptoMaterialsManager(NullCryptoMaterialsCache(), 60.0, master_key_provider=keys)
    client = aws_encryption_sdk.EncryptionSDKClient()
    headers = [client.encrypt(source=b"x", materials_manager=manager)[1] for _ in range(3)]
    assert len({tuple(header.encrypted_data_keys) for header in headers}) == 3


# --- the caches themselves ---------------------------------------------------------------------------------------------


def materials() -> EncryptionMaterials:
    algorithm = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    key = DataKey(MasterKeyInfo("provider", b"info"), os.urandom(32), b"wrapped")
    return EncryptionMaterials(algorithm, key, {EncryptedDataKey.from_data_key(key)}, {}, None)


def test_members_of_the_local_cache() -> None:
    cache = LocalCryptoMaterialsCache(capacity=2)
    assert isinstance(cache, CryptoMaterialsCache)
    assert (cache.capacity, cache._cache, cache._lre_deque) == (2, OrderedDict(), deque())
    with cache._cache_lock, cache._cache_lock:
        entry = cache.put_encryption_materials(
            cache_key=b"1",
            encryption_materials=materials(),
            plaintext_length=10,
            entry_hints=CryptoMaterialsCacheEntryHints(lifetime=60.0),
        )
    assert cache._cache == {b"1": entry}
    assert len(cache._lre_deque) == 1
    assert cache.get_encryption_materials(cache_key=b"1", plaintext_length=5) is entry
    assert (entry.messages_encrypted, entry.bytes_encrypted) == (2, 15)
    assert (entry.cache_key, entry.valid, entry.hints.lifetime) == (b"1", True, 60.0)
    assert entry.creation_time == pytest.approx(time.time(), abs=5)
    assert 0 <= entry.age < 5
    assert not entry.is_too_old()
    cache.remove(value=entry)
    assert not entry.valid
    with pytest.raises(CacheKeyError):
        cache.remove(entry)
    with pytest.raises(CacheKeyError):
        cache.get_encryption_materials(b"1", 5)
    for number in range(5):
        cache.put_encryption_materials(b"%d" % number, materials(), 1)
    assert len(cache._cache) == 2
    cache.clear()
    assert not cache._cache


def test_capacity() -> None:
    with pytest.raises(ValueError, match="capacity"):
        LocalCryptoMaterialsCache(0)
    with pytest.raises(TypeError):
        LocalCryptoMaterialsCache("10")  # type: ignore[arg-type]
    cache = LocalCryptoMaterialsCache(10)
    with pytest.raises(NotSupportedError):
        cache.capacity = 20


def test_entries_are_locked() -> None:
    entry = CryptoMaterialsCacheEntry(
        cache_key=b"key", value=materials(), hints=CryptoMaterialsCacheEntryHints(lifetime=0.5)
    )
    for name in ("value", "valid", "bytes_encrypted", "messages_encrypted", "creation_time"):
        with pytest.raises(NotSupportedError):
            setattr(entry, name, 0)
    entry.invalidate()
    assert entry.valid is False
    with pytest.raises(TypeError):
        CryptoMaterialsCacheEntry(cache_key="key", value=materials())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        CryptoMaterialsCacheEntry(cache_key=b"key", value=None)
    with pytest.raises(TypeError):
        CryptoMaterialsCacheEntryHints(lifetime="long")  # type: ignore[arg-type]


def test_cache_keys_are_functions_of_the_request() -> None:
    request = EncryptionMaterialsRequest(encryption_context=CONTEXT, frame_length=4096)
    key = build_encryption_materials_cache_key(partition=b"partition", request=request)
    assert (type(key), len(key)) == (bytes, 64)
    assert key == build_encryption_materials_cache_key(b"partition", request)
    assert callable(build_decryption_materials_cache_key)


def test_cache_of_a_program() -> None:
    class Dictionary(CryptoMaterialsCache):
        """Keeps entries for ever, but for their hints."""

        def __init__(self) -> None:
            self.entries: dict[bytes, CryptoMaterialsCacheEntry] = {}

        def put_encryption_materials(
            self, cache_key: bytes, encryption_materials: Any, plaintext_length: int, entry_hints: Any = None
        ) -> Any:
            self.entries[cache_key] = CryptoMaterialsCacheEntry(cache_key, encryption_materials, entry_hints)
            return self.entries[cache_key]

        def put_decryption_materials(self, cache_key: bytes, decryption_materials: Any) -> Any:
            self.entries[cache_key] = CryptoMaterialsCacheEntry(cache_key, decryption_materials)
            return self.entries[cache_key]

        def get_encryption_materials(self, cache_key: bytes, plaintext_length: int) -> Any:
            return self.get_decryption_materials(cache_key)

        def get_decryption_materials(self, cache_key: bytes) -> Any:
            if cache_key not in self.entries:
                raise CacheKeyError("Key not found in cache")
            return self.entries[cache_key]

    cache = Dictionary()
    manager: CryptoMaterialsManager = CachingCryptoMaterialsManager(cache, 60.0, master_key_provider=provider())
    client = aws_encryption_sdk.EncryptionSDKClient()
    ciphertexts = [client.encrypt(source=b"x", materials_manager=manager)[0] for _ in range(3)]
    assert [client.decrypt(source=each, materials_manager=manager)[0] for each in ciphertexts] == [b"x"] * 3
    assert len(cache.entries) == 2


def test_limits_that_are_set_later_hold_from_then_on() -> None:
    manager = CachingCryptoMaterialsManager(
        LocalCryptoMaterialsCache(10), max_age=60.0, keyring=RawAESKeyring("namespace", "name", bytes(32))
    )
    client = aws_encryption_sdk.EncryptionSDKClient()

    def misses_of(messages: int) -> int:
        before = manager.stats().misses
        for _ in range(messages):
            client.encrypt(source=b"text", materials_manager=manager)
        return manager.stats().misses - before

    assert misses_of(3) == 1
    manager.max_messages_encrypted = 1
    assert misses_of(3) == 3
    manager.max_messages_encrypted = 100
    manager.max_bytes_encrypted = 3
    assert misses_of(3) == 3
    manager.max_bytes_encrypted = 1000
    manager.cache = NullCryptoMaterialsCache()
    assert misses_of(3) == 3
    with pytest.raises(ValueError, match="max_age"):
        manager.max_age = 0
    assert manager.max_age == 60.0


class Noting(CachingCryptoMaterialsManager):
    """Writes down what it lets the cache answer, by the methods that classes of versions 1 to 4 override."""

    def __init__(self, **options: Any) -> None:
        self.asked: list[str] = []
        self.refused: str | None = None
        super().__init__(cache=LocalCryptoMaterialsCache(10), max_age=60.0, master_key_provider=provider(), **options)

    def _note(self, name: str, answer: bool) -> bool:
        self.asked.append(name)
        return answer or self.refused == name

    def _cache_entry_is_too_old(self, entry: CryptoMaterialsCacheEntry) -> bool:
        return self._note("age", super()._cache_entry_is_too_old(entry))

    def _cache_entry_has_encrypted_too_many_messages(self, entry: CryptoMaterialsCacheEntry) -> bool:
        return self._note("messages", super()._cache_entry_has_encrypted_too_many_messages(entry))

    def _cache_entry_has_encrypted_too_many_bytes(self, entry: CryptoMaterialsCacheEntry) -> bool:
        return self._note("bytes", super()._cache_entry_has_encrypted_too_many_bytes(entry))


@pytest.mark.parametrize("refused", ["age", "messages", "bytes"])
def test_methods_with_which_a_derived_class_judges_entries(refused: str) -> None:
    client, manager = aws_encryption_sdk.EncryptionSDKClient(), Noting()
    ciphertext, _ = client.encrypt(source=b"x", materials_manager=manager)
    client.encrypt(source=b"x", materials_manager=manager)
    assert manager.asked == ["age", "messages", "bytes"]
    assert (manager.stats().hits, manager.stats().misses) == (1, 1)
    manager.refused = refused
    client.encrypt(source=b"x", materials_manager=manager)
    assert (manager.stats().hits, manager.stats().misses, manager.stats().evictions) == (1, 2, 1)
    for _ in range(2):
        assert client.decrypt(source=ciphertext, materials_manager=manager)[0] == b"x"
    assert manager.stats().misses == (4 if refused == "age" else 3)


def test_what_a_derived_class_does_not_cache() -> None:
    class Choosy(CachingCryptoMaterialsManager):
        def _should_cache_encryption_request(self, request: EncryptionMaterialsRequest) -> bool:
            return "cached" in request.encryption_context and super()._should_cache_encryption_request(request)

    manager = Choosy(cache=LocalCryptoMaterialsCache(10), max_age=60.0, master_key_provider=provider())
    client = aws_encryption_sdk.EncryptionSDKClient()
    for context, misses in (({}, 3), ({"cached": "yes"}, 4)):
        for _ in range(3):
            client.encrypt(source=b"x", materials_manager=manager, encryption_context=context)
        assert manager.stats().misses == misses


def test_a_caching_cmm_is_a_class_of_attrs() -> None:
    @attr.s(hash=False)
    class Named(CachingCryptoMaterialsManager):
        name: str = attr.ib(default="unnamed")

    manager = Named(cache=LocalCryptoMaterialsCache(10), max_age=60.0, master_key_provider=provider(), name="n")
    client = aws_encryption_sdk.EncryptionSDKClient()
    ciphertext = client.encrypt(source=b"x", materials_manager=manager)[0]
    assert client.decrypt(source=ciphertext, materials_manager=manager)[0] == b"x"
    assert manager.name == "n"
    assert [field.name for field in attr.fields(CachingCryptoMaterialsManager)][:7] == [
        "cache",
        "max_age",
        "max_messages_encrypted",
        "max_bytes_encrypted",
        "partition_name",
        "master_key_provider",
        "backing_materials_manager",
    ]
    other = attr.evolve(manager, max_age=5.0, master_key_provider=None)
    assert (other.max_age, other.name, other.partition_name) == (5.0, "n", manager.partition_name)


def test_the_local_cache_is_a_class_of_attrs() -> None:
    @attr.s(hash=False)
    class Named(LocalCryptoMaterialsCache):
        name: str = attr.ib(default="unnamed")

    cache = Named(2, name="n")
    assert (cache.name, cache.capacity) == ("n", 2)
    with pytest.raises(NotSupportedError):
        cache.capacity = 3
    manager = CachingCryptoMaterialsManager(cache, 60.0, master_key_provider=provider())
    for _ in range(2):
        aws_encryption_sdk.EncryptionSDKClient().encrypt(source=b"x", materials_manager=manager)
    assert (manager.stats().hits, len(cache._cache)) == (1, 1)
    assert attr.evolve(cache, capacity=5).capacity == 5
