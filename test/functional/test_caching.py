"""Caching, from the client to the keyring: limits under all loads, threads, and contexts that are not stored."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_encryption_sdk import Algorithm, CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.caches.local import LocalCryptoMaterialsCache
from aws_encryption_sdk.exceptions import (
    ActionNotAllowedError,
    AWSEncryptionSDKClientError,
    EncryptionContextMismatchError,
    MaxEncryptedDataKeysExceeded,
)
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider, WrappingKey
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.structures import EncryptedDataKey

CLIENT = EncryptionSDKClient()
SIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
OLD = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA256


class CountingKeyring(Keyring):
    """A raw AES keyring that counts its calls: what a key service would be asked."""

    def __init__(self) -> None:
        self._inner = RawAESKeyring("namespace", "name", bytes(range(32)))
        self._lock = threading.Lock()
        self.calls: Counter[str] = Counter()

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        with self._lock:
            self.calls["encrypt"] += 1
        return self._inner.on_encrypt(encryption_materials)

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        with self._lock:
            self.calls["decrypt"] += 1
        return self._inner.on_decrypt(decryption_materials, encrypted_data_keys)


class CountingProvider(RawMasterKeyProvider):
    """A raw master key provider whose wrapping key counts its uses."""

    provider_id = "namespace"

    def __init__(self) -> None:
        self.calls = calls = Counter[str]()
        lock = threading.Lock()

        class CountingKey(WrappingKey):
            def encrypt(self, *arguments: Any, **named: Any) -> Any:
                with lock:
                    calls["encrypt"] += 1
                return super().encrypt(*arguments, **named)

            def decrypt(self, *arguments: Any, **named: Any) -> Any:
                with lock:
                    calls["decrypt"] += 1
                return super().decrypt(*arguments, **named)

        self._key = CountingKey(
            WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING, bytes(range(32)), EncryptionKeyType.SYMMETRIC
        )
        self.add_master_key("name")

    def _get_raw_key(self, key_id: Any) -> WrappingKey:
        return self._key


def caching(source: Any, **options: Any) -> CachingCryptoMaterialsManager:
    options = {"cache": LocalCryptoMaterialsCache(100), "max_age": 600, **options}
    # A provider is a keyring as well; the argument of old programs is the one to test.
    name = "master_key_provider" if isinstance(source, CountingProvider) else "keyring"
    return CachingCryptoMaterialsManager(**{name: source, **options})


@pytest.mark.specification("framework/caching-cmm.md", "Limit Bytes", "Limit Messages", "Usage Stats")
@settings(max_examples=150, deadline=None)
@given(
    lengths=st.lists(st.integers(0, 60), min_size=1, max_size=25),
    max_messages=st.integers(1, 6),
    max_bytes=st.integers(0, 100),
)
def test_no_data_key_is_used_beyond_its_limits(lengths: list[int], max_messages: int, max_bytes: int) -> None:
    """Also: no data key is given up while the next message would fit under it."""
    keyring = CountingKeyring()
    manager = caching(keyring, max_messages_encrypted=max_messages, max_bytes_encrypted=max_bytes)
    used: list[tuple[tuple[EncryptedDataKey, ...], int]] = []
    for length in lengths:
        header = CLIENT.encrypt(source=b"x" * length, materials_manager=manager, algorithm=UNSIGNED).header
        used.append((tuple(header.encrypted_data_keys), length))

    # A model: the data key in the cache, with what it was used for.
    cached: tuple[int, int] | None = None
    expected_calls = 0
    for length in lengths:
        alone = length >= max_bytes or max_messages == 1
        if not alone and cached and cached[0] < max_messages and cached[1] + length <= max_bytes:
            cached = cached[0] + 1, cached[1] + length
            continue
        expected_calls += 1
        if not alone:
            cached = 1, length
    assert keyring.calls["encrypt"] == expected_calls == manager.stats().misses
    assert manager.stats().hits == len(lengths) - expected_calls

    messages, total = Counter[Any](), Counter[Any]()
    for keys, length in used:
        messages[keys] += 1
        total[keys] += length
    for keys, count in messages.items():
        assert count <= max_messages
        # A message that exceeds the limit by itself has a data key of its own.
        assert total[keys] <= max_bytes or count == 1


@pytest.mark.parametrize("make", [CountingKeyring, CountingProvider], ids=["keyring", "provider"])
@pytest.mark.parametrize("algorithm", [SIGNED, UNSIGNED], ids=["signed", "unsigned"])
def test_sixteen_threads_and_five_thousand_messages(make: Any, algorithm: Algorithm) -> None:
    threads, each = 16, 313 if algorithm is UNSIGNED else 40
    limit, tenants = 100, 5
    source = make()
    cache = LocalCryptoMaterialsCache(100)
    manager = caching(source, cache=cache, max_messages_encrypted=limit)
    barrier = threading.Barrier(threads)

    def work(thread: int) -> int:
        barrier.wait(60)
        done = 0
        for number in range(each):
            context = {"tenant": str((thread + number) % tenants)}
            plaintext = b"%d:%d" % (thread, number)
            message, header = CLIENT.encrypt(
                source=plaintext, materials_manager=manager, algorithm=algorithm, encryption_context=context
            )
            header.encryption_context.clear()
            opened, header = CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=context)
            assert opened == plaintext
            assert header.encryption_context["tenant"] == context["tenant"]
            header.encryption_context.clear()
            done += 1
        return done

    with ThreadPoolExecutor(threads) as executor:
        assert sum(executor.map(work, range(threads))) == threads * each
    messages = Counter((thread + number) % tenants for thread in range(threads) for number in range(each))
    data_keys = sum(-(-count // limit) for count in messages.values())
    # As few calls as the limits allow: one to make each data key, and one to open it again.
    assert source.calls == {"encrypt": data_keys, "decrypt": data_keys}
    stats = manager.stats()
    assert (stats.hits, stats.misses) == (2 * threads * each - 2 * data_keys, 2 * data_keys)
    assert stats.evictions == data_keys - tenants
    assert cache.stats().hits == stats.hits


def test_the_client_limits_hold_on_a_hit() -> None:
    several = MultiKeyring(RawAESKeyring("n", "1", bytes(32)), [RawAESKeyring("n", "2", bytes(32))])
    manager = caching(several)
    message = CLIENT.encrypt(source=b"x", materials_manager=manager).result
    assert CLIENT.decrypt(source=message, materials_manager=manager).result == b"x"
    for _ in range(2):
        with pytest.raises(MaxEncryptedDataKeysExceeded):
            EncryptionSDKClient(max_encrypted_data_keys=1).encrypt(source=b"x", materials_manager=manager)
        with pytest.raises(MaxEncryptedDataKeysExceeded):
            EncryptionSDKClient(max_encrypted_data_keys=1).decrypt(source=message, materials_manager=manager)


def test_the_policy_of_each_client_holds_on_a_hit() -> None:
    manager = caching(CountingKeyring())
    forbidding = EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
    old = forbidding.encrypt(source=b"x", materials_manager=manager, algorithm=OLD).result
    for _ in range(2):
        assert forbidding.decrypt(source=old, materials_manager=manager).result == b"x"
        with pytest.raises(ActionNotAllowedError):
            CLIENT.decrypt(source=old, materials_manager=manager)
        with pytest.raises(ActionNotAllowedError):
            CLIENT.encrypt(source=b"x", materials_manager=manager, algorithm=OLD)
        # Where no suite is named, each policy has its default.
        assert forbidding.encrypt(source=b"x", materials_manager=manager).header.algorithm.algorithm_id == 0x0378
        assert CLIENT.encrypt(source=b"x", materials_manager=manager).header.algorithm is SIGNED


class RequiringManager(CryptoMaterialsManager):
    """A CMM under or over the caching one: ``tenant`` is authenticated and not stored, and has to be given on decrypt."""

    def __init__(self, inner: CryptoMaterialsManager) -> None:
        self._inner = inner

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        request.required_encryption_context_keys = frozenset({"tenant"})
        return self._inner.get_encryption_materials(request)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        if "tenant" not in (request.reproduced_encryption_context or {}):
            raise AWSEncryptionSDKClientError("The tenant has to be given")
        return self._inner.decrypt_materials(request)


@pytest.mark.parametrize("order", ["over", "under"])
def test_pairs_that_are_not_stored_are_neither_stored_nor_skipped(order: str) -> None:
    keyring = CountingKeyring()
    manager: CryptoMaterialsManager
    if order == "over":
        manager = RequiringManager(caching(keyring))
    else:
        inner = RequiringManager(DefaultCryptoMaterialsManager(keyring=keyring))
        manager = CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(10), 60, backing_materials_manager=inner)
    context = {"tenant": "seven", "purpose": "test"}
    messages = [CLIENT.encrypt(source=b"x", materials_manager=manager, encryption_context=context).result for _ in range(3)]
    for message in messages * 2:
        assert b"seven" not in message
        assert b"purpose" in message
        opened = CLIENT.decrypt(source=message, materials_manager=manager, encryption_context={"tenant": "seven"})
        assert opened.header.encryption_context["tenant"] == "seven"
        for wrong in (None, {}, {"purpose": "test"}, {"tenant": "eight"}, {"tenant": "seven", "more": "pairs"}):
            with pytest.raises(AWSEncryptionSDKClientError):
                CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=wrong)
    with pytest.raises(EncryptionContextMismatchError):
        CLIENT.decrypt(
            source=messages[0], materials_manager=manager, encryption_context={"tenant": "seven", "purpose": "other"}
        )
    assert keyring.calls["encrypt"] == 1


@pytest.mark.parametrize("position", [30, 60, 110, -20, -1])
def test_an_altered_message_does_not_open_from_the_cache(position: int) -> None:
    manager = caching(CountingKeyring())
    message = CLIENT.encrypt(source=b"x" * 100, materials_manager=manager, encryption_context={"a": "b"}).result
    assert CLIENT.decrypt(source=message, materials_manager=manager).result == b"x" * 100
    altered = bytearray(message)
    altered[position] ^= 1
    with pytest.raises(AWSEncryptionSDKClientError):
        CLIENT.decrypt(source=bytes(altered), materials_manager=manager)
    assert CLIENT.decrypt(source=message, materials_manager=manager).result == b"x" * 100


@pytest.mark.parametrize("algorithm", Algorithm, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_every_suite(algorithm: Algorithm) -> None:
    keyring = CountingKeyring()
    manager = caching(keyring)
    policy = (
        CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
        if algorithm.is_committing()
        else CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    )
    client = EncryptionSDKClient(commitment_policy=policy)
    messages = [client.encrypt(source=b"x", materials_manager=manager, algorithm=algorithm).result for _ in range(3)]
    assert [client.decrypt(source=message, materials_manager=manager).result for message in messages] == [b"x"] * 3
    calls = 1 if algorithm.safe_to_cache() else 3
    assert keyring.calls == {"encrypt": calls, "decrypt": calls}
