"""Required pairs from the client to the keyring: over, under and beside a caching CMM, in both directions."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.caches import EntryCache, LocalCryptoMaterialsCache, StormTrackingCryptoMaterialsCache
from aws_encryption_sdk.exceptions import (
    AWSEncryptionSDKClientError,
    EncryptionContextMismatchError,
    MissingEncryptionContextError,
)
from aws_encryption_sdk.identifiers import Algorithm, EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider, WrappingKey
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
from aws_encryption_sdk.materials_managers.required_encryption_context import (
    RequiredEncryptionContextCryptoMaterialsManager as RequiredManager,
)

from .material_sources import SUITES, V2, SpyKeyring, aes_keyring, client_for

pytestmark = pytest.mark.specification(
    "framework/required-encryption-context-cmm.md", "Overview", "Get Encryption Materials", "Decrypt Materials"
)

CLIENT: Final = EncryptionSDKClient()
CONTEXT: Final = {"tenant": "secret tenant", "user": "secret user", "purpose": "known"}
SECRET: Final = {"tenant": "secret tenant", "user": "secret user"}


def caching(cache: EntryCache, backing: CryptoMaterialsManager) -> CachingCryptoMaterialsManager:
    return CachingCryptoMaterialsManager(cache, max_age=600, backing_materials_manager=backing, partition_name="shared")


def alone(keyring: SpyKeyring, cache: EntryCache) -> CryptoMaterialsManager:
    return RequiredManager(SECRET, keyring=keyring)


def over(keyring: SpyKeyring, cache: EntryCache) -> CryptoMaterialsManager:
    """The required encryption context CMM over a caching CMM."""
    return RequiredManager(SECRET, CachingCryptoMaterialsManager(cache, 600, keyring=keyring, partition_name="shared"))


def under(keyring: SpyKeyring, cache: EntryCache) -> CryptoMaterialsManager:
    return caching(cache, RequiredManager(SECRET, keyring=keyring))


def between(keyring: SpyKeyring, cache: EntryCache) -> CryptoMaterialsManager:
    """One requires a part above the caching CMM, one the rest below it."""
    return RequiredManager(["tenant"], caching(cache, RequiredManager(["user"], keyring=keyring)))


def beside(keyring: SpyKeyring, cache: EntryCache) -> CryptoMaterialsManager:
    """In the same partition a caching CMM requires nothing, and has made materials for the same encryption context."""
    other = CachingCryptoMaterialsManager(cache, 600, keyring=keyring, partition_name="shared")
    message = CLIENT.encrypt(source=b"its own", materials_manager=other, encryption_context=CONTEXT, algorithm=V2).result
    for context in (None, CONTEXT, SECRET, {"purpose": "known"}):
        assert CLIENT.decrypt(source=message, materials_manager=other, encryption_context=context).result == b"its own"
    return under(keyring, cache)


Arrangement = Callable[[SpyKeyring, EntryCache], CryptoMaterialsManager]
ARRANGEMENTS: Final[list[Arrangement]] = [alone, over, under, between, beside]


def make(arrangement: Arrangement, cache: EntryCache | None = None) -> CryptoMaterialsManager:
    return arrangement(SpyKeyring(aes_keyring()), LocalCryptoMaterialsCache(100) if cache is None else cache)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_required_pairs_are_authenticated_and_not_stored(arrangement: Arrangement, suite: Algorithm) -> None:
    client, manager = client_for(suite), make(arrangement)
    for _ in range(3):
        message, written = client.encrypt(
            source=b"plaintext", materials_manager=manager, encryption_context=CONTEXT, algorithm=suite
        )
        for text in (b"tenant", b"user", b"secret"):
            assert text not in message
        assert b"purpose" in message
        for given in (SECRET, CONTEXT):
            plaintext, read = client.decrypt(source=message, materials_manager=manager, encryption_context=given)
            assert plaintext == b"plaintext"
            assert CONTEXT.items() <= read.encryption_context.items()
            assert read.encryption_context == written.encryption_context


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_no_pair_is_skipped(arrangement: Arrangement) -> None:
    """Nor by a cache that has the materials already."""
    manager = make(arrangement)
    message = CLIENT.encrypt(source=b"plaintext", materials_manager=manager, encryption_context=CONTEXT, algorithm=V2).result
    for _ in range(2):
        assert CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=SECRET).result == b"plaintext"
        for lacking in (None, {}, {"purpose": "known"}, {"tenant": "secret tenant"}, {"user": "secret user"}):
            with pytest.raises(MissingEncryptionContextError):
                CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=lacking)
        for wrong in ({"tenant": "other"}, {"user": "Secret user"}, {"tenant": "secret user", "user": "secret tenant"}):
            with pytest.raises(AWSEncryptionSDKClientError):
                CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=SECRET | wrong)
        with pytest.raises(EncryptionContextMismatchError):
            CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=SECRET | {"purpose": "other"})
        with pytest.raises(AWSEncryptionSDKClientError):
            CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=SECRET | {"one": "more"})
        for key in SECRET:
            context = {name: value for name, value in CONTEXT.items() if name != key}
            with pytest.raises(MissingEncryptionContextError, match=repr(key)):
                CLIENT.encrypt(source=b"plaintext", materials_manager=manager, encryption_context=context)


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_a_plain_keyring_needs_the_pairs_too(arrangement: Arrangement) -> None:
    """The message is bound to them, whoever reads it."""
    manager = make(arrangement)
    message = CLIENT.encrypt(source=b"plaintext", materials_manager=manager, encryption_context=CONTEXT).result
    assert CLIENT.decrypt(source=message, keyring=aes_keyring(), encryption_context=SECRET).result == b"plaintext"
    for wrong in (None, {"tenant": "secret tenant"}, SECRET | {"user": "other"}):
        with pytest.raises(AWSEncryptionSDKClientError):
            CLIENT.decrypt(source=message, keyring=aes_keyring(), encryption_context=wrong)


@pytest.mark.parametrize("arrangement", [over, under, between, beside])
def test_the_cache_is_used(arrangement: Arrangement) -> None:
    keyring = SpyKeyring(aes_keyring())
    manager = arrangement(keyring, LocalCryptoMaterialsCache(100))
    before = len(keyring.encrypt_calls), len(keyring.decrypt_calls)
    messages = [
        CLIENT.encrypt(source=b"plaintext", materials_manager=manager, encryption_context=CONTEXT).result for _ in range(5)
    ]
    for message in messages:
        CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=SECRET)
    assert (len(keyring.encrypt_calls) - before[0], len(keyring.decrypt_calls) - before[1]) == (1, 1)
    # The data key is bound to all pairs.
    assert CONTEXT.items() <= keyring.encrypt_calls[-1].encryption_context.items()
    assert CONTEXT.items() <= keyring.decrypt_calls[-1].encryption_context.items()


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_streams(arrangement: Arrangement) -> None:
    manager, plaintext = make(arrangement), bytes(10_000)
    with CLIENT.stream(
        mode="e", source=io.BytesIO(plaintext), materials_manager=manager, encryption_context=CONTEXT
    ) as encryptor:
        message = encryptor.read()
    assert b"secret" not in message
    with CLIENT.stream(
        mode="d", source=io.BytesIO(message), materials_manager=manager, encryption_context=SECRET
    ) as decryptor:
        assert decryptor.read() == plaintext
    with (
        CLIENT.stream(mode="d", source=io.BytesIO(message), materials_manager=manager) as decryptor,
        pytest.raises(MissingEncryptionContextError),
    ):
        decryptor.read()


@pytest.mark.parametrize("arrangement", [over, under, between, beside])
def test_threads_with_a_storm_tracking_cache(arrangement: Arrangement) -> None:
    manager = make(arrangement, StormTrackingCryptoMaterialsCache())

    def work(number: int) -> None:
        context = CONTEXT | {"tenant": f"secret {number % 4}"}
        message = CLIENT.encrypt(source=b"plaintext", materials_manager=manager, encryption_context=context).result
        assert b"secret" not in message
        secret = {"tenant": f"secret {number % 4}", "user": "secret user"}
        assert CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=secret).result == b"plaintext"
        with pytest.raises(AWSEncryptionSDKClientError):
            CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=secret | {"tenant": f"no {number}"})

    with ThreadPoolExecutor(8) as executor:
        list(executor.map(work, range(32)))


def test_all_pairs_may_be_required() -> None:
    manager = RequiredManager(CONTEXT, keyring=aes_keyring())
    message = CLIENT.encrypt(source=b"p", materials_manager=manager, encryption_context=CONTEXT, algorithm=V2).result
    assert b"known" not in message
    assert CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=CONTEXT).result == b"p"


def test_over_a_multi_keyring_and_a_master_key_provider() -> None:
    class Provider(RawMasterKeyProvider):
        provider_id = "tests"

        def _get_raw_key(self, key_id: bytes) -> WrappingKey:
            return WrappingKey(
                WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING, bytes(range(32)), EncryptionKeyType.SYMMETRIC
            )

    provider = Provider()
    provider.add_master_key("key")
    several = MultiKeyring(generator=aes_keyring("other", bytes(32)), children=[aes_keyring()])
    made = [
        CLIENT.encrypt(
            source=b"p", materials_manager=RequiredManager(SECRET, keyring=keyring), encryption_context=CONTEXT
        ).result
        for keyring in (provider, several)
    ]
    for message in made:
        assert b"secret" not in message
        for keyring in (provider, aes_keyring()):
            manager = RequiredManager(SECRET, keyring=keyring)
            assert CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=SECRET).result == b"p"


def test_what_a_foreign_cmm_requires_does_not_get_into_a_shared_partition() -> None:
    """The caching CMM cannot see the keys that such a CMM adds, so its materials are for the one message."""

    class Foreign(CryptoMaterialsManager):
        def __init__(self, inner: CryptoMaterialsManager) -> None:
            self.inner = inner

        def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
            return self.inner.get_encryption_materials(request)

        def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
            return self.inner.decrypt_materials(request)

    keyring = RawAESKeyring("namespace", "name", bytes(32))
    cache = LocalCryptoMaterialsCache(10)
    context = {"tenant": "7", "purpose": "test"}
    hidden = Foreign(RequiredManager(["tenant"], keyring=keyring))
    client = EncryptionSDKClient()
    for backing, stored in ((hidden, {"purpose"}), (DefaultCryptoMaterialsManager(keyring=keyring), {"purpose", "tenant"})):
        manager = CachingCryptoMaterialsManager(
            cache, max_age=60.0, partition_name="shared", backing_materials_manager=backing
        )
        message = client.encrypt(source=b"text", materials_manager=manager, encryption_context=context).result
        plain = client.decrypt(source=message, keyring=keyring, encryption_context=context)
        assert plain.result == b"text"
        assert {key for key in context if key.encode() in message} == stored
