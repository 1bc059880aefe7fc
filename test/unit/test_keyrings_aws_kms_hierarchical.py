"""The AWS KMS hierarchical keyring (framework/aws-kms/aws-kms-hierarchical-keyring.md)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.branch_keys import BranchKeyMaterials
from aws_encryption_sdk.caches import NullCryptoMaterialsCache
from aws_encryption_sdk.exceptions import (
    BranchKeyNotFoundError,
    BranchKeyStoreError,
    DataKeyAuthenticationError,
    UnwrapDataKeyError,
    WrapDataKeyError,
)
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsHierarchicalKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo, RawDataKey

from .branch_key_stores import CountingStore

SUITES = [
    AlgorithmSuite.AES_128_GCM_IV12_TAG16,
    AlgorithmSuite.AES_192_GCM_IV12_TAG16_HKDF_SHA256,
    AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
]
SUITE = SUITES[-1]
CONTEXT = {"tenant": "a", "größe": "groß"}


@pytest.fixture
def store() -> CountingStore:
    return CountingStore()


def keyring_of(store: Any, **arguments: Any) -> AwsKmsHierarchicalKeyring:
    if "branch_key_id_supplier" not in arguments:
        arguments.setdefault("branch_key_id", "mine")
    return AwsKmsHierarchicalKeyring(store, **{"ttl_seconds": 600, **arguments})


def to_encrypt(suite: AlgorithmSuite = SUITE, context: Mapping[str, str] = CONTEXT) -> EncryptionMaterials:
    return EncryptionMaterials(suite, encryption_context=context)


def to_decrypt(suite: AlgorithmSuite = SUITE, context: Mapping[str, str] = CONTEXT) -> DecryptionMaterials:
    return DecryptionMaterials(algorithm=suite, encryption_context=context)


@pytest.mark.specification(
    "framework/aws-kms/aws-kms-hierarchical-keyring.md",
    "Interface",
    "OnEncrypt",
    "Query Branch Keystore OnEncrypt",
    "Ciphertext",
)
class TestOnEncrypt:
    @pytest.mark.parametrize("suite", SUITES)
    def test_generates_a_data_key(self, store: CountingStore, suite: AlgorithmSuite) -> None:
        version = store.rotate("mine")
        keyring = keyring_of(store)
        first, second = keyring.on_encrypt(to_encrypt(suite)), keyring.on_encrypt(to_encrypt(suite))
        assert len(first.plaintext_data_key()) == suite.kdf_input_len
        assert first.plaintext_data_key() != second.plaintext_data_key()
        [key] = first.encrypted_data_keys
        assert key.key_provider == MasterKeyInfo("aws-kms-hierarchy", b"mine")
        assert key.encrypted_data_key[28:44] == uuid.UUID(version).bytes
        assert len(key.encrypted_data_key) == 44 + suite.kdf_input_len + 16

    def test_wraps_the_data_key_that_there_is(self, store: CountingStore) -> None:
        data_key = RawDataKey(MasterKeyInfo("p", b"k"), bytes(range(32)))
        other = EncryptedDataKey(MasterKeyInfo("p", b"k"), b"wrapped")
        materials = to_encrypt().with_data_encryption_key(data_key).with_encrypted_data_key(other)
        wrapped = keyring_of(store).on_encrypt(materials)
        assert wrapped.data_encryption_key == data_key
        assert wrapped.encrypted_data_keys[0] == other
        assert len(wrapped.encrypted_data_keys) == 2
        opened = keyring_of(store).on_decrypt(to_decrypt(), wrapped.encrypted_data_keys)
        assert opened.plaintext_data_key() == bytes(range(32))

    def test_the_branch_key_cannot_be_had(self, store: CountingStore) -> None:
        store.failure = BranchKeyNotFoundError("there is none")
        with pytest.raises(WrapDataKeyError, match=r"branch_key_id='mine'.* cannot encrypt: there is none") as caught:
            keyring_of(store).on_encrypt(to_encrypt())
        assert caught.value.__cause__ is store.failure

    @pytest.mark.parametrize("failure", [OSError("out of order"), KeyError("x")])
    def test_the_store_fails_otherwise(self, store: CountingStore, failure: Exception) -> None:
        store.failure = failure
        with pytest.raises(WrapDataKeyError, match=f"store failed: {type(failure).__name__}") as caught:
            keyring_of(store).on_encrypt(to_encrypt())
        assert isinstance(caught.value.__cause__, BranchKeyStoreError)
        assert caught.value.__cause__.__cause__ is failure


@pytest.mark.specification(
    "framework/aws-kms/aws-kms-hierarchical-keyring.md", "Interface", "OnDecrypt", "GetItem Branch Keystore OnDecrypt"
)
class TestOnDecrypt:
    @pytest.mark.parametrize("suite", SUITES)
    def test_unwraps(self, store: CountingStore, suite: AlgorithmSuite) -> None:
        wrapped = keyring_of(store).on_encrypt(to_encrypt(suite))
        opened = keyring_of(store).on_decrypt(to_decrypt(suite), wrapped.encrypted_data_keys)
        assert opened.plaintext_data_key() == wrapped.plaintext_data_key()
        assert opened.data_encryption_key is not None
        assert opened.data_encryption_key.key_provider == MasterKeyInfo("aws-kms-hierarchy", b"mine")

    def test_the_version_that_the_message_names(self, store: CountingStore) -> None:
        keyring = keyring_of(store, cache=NullCryptoMaterialsCache())
        messages = []
        for _ in range(3):
            store.rotate("mine")
            messages.append(keyring.on_encrypt(to_encrypt()))
        assert len({message.encrypted_data_keys[0].encrypted_data_key[28:44] for message in messages}) == 3
        for message in messages:
            opened = keyring.on_decrypt(to_decrypt(), message.encrypted_data_keys)
            assert opened.plaintext_data_key() == message.plaintext_data_key()

    def test_a_data_key_that_there_is(self, store: CountingStore) -> None:
        wrapped = keyring_of(store).on_encrypt(to_encrypt())
        materials = to_decrypt().with_data_encryption_key(RawDataKey(MasterKeyInfo("p", b"k"), bytes(32)))
        with pytest.raises(UnwrapDataKeyError, match="have a data key already"):
            keyring_of(store).on_decrypt(materials, wrapped.encrypted_data_keys)

    def test_a_missing_version_is_asked_for_once(self, store: CountingStore) -> None:
        keyring = keyring_of(store)
        mine = keyring.on_encrypt(to_encrypt())
        [own] = mine.encrypted_data_keys
        missing = bytearray(own.encrypted_data_key)
        missing[28] ^= 1
        store.asked.clear()
        keys = [attrs.evolve(own, encrypted_data_key=bytes(missing))] * 50
        assert keyring.on_decrypt(to_decrypt(), [*keys, own]).plaintext_data_key() == mine.plaintext_data_key()
        assert store.asked["version"] == 2

    def test_other_data_keys_are_passed_over(self, store: CountingStore) -> None:
        keyring = keyring_of(store)
        theirs = keyring_of(store, branch_key_id="theirs").on_encrypt(to_encrypt()).encrypted_data_keys[0]
        mine = keyring.on_encrypt(to_encrypt())
        [own] = mine.encrypted_data_keys
        keys = [
            EncryptedDataKey(MasterKeyInfo("aws-kms", b"mine"), own.encrypted_data_key),
            theirs,
            EncryptedDataKey(MasterKeyInfo("aws-kms-hierarchy", b"\xff"), own.encrypted_data_key),
            attrs.evolve(own, encrypted_data_key=own.encrypted_data_key[:-1]),
            attrs.evolve(own, encrypted_data_key=bytes(92)),
            own,
        ]
        store.asked.clear()
        assert keyring.on_decrypt(to_decrypt(), keys).plaintext_data_key() == mine.plaintext_data_key()
        # Only the good one was asked for: the other version cannot exist.
        assert store.asked["version"] == 1
        with pytest.raises(UnwrapDataKeyError) as caught:
            keyring.on_decrypt(to_decrypt(), keys[:-1])
        messages = [str(error) for error in caught.value.errors]
        assert [number for number, message in enumerate(messages, 1) if f"encrypted data key {number} " in message] == [
            1,
            2,
            3,
            4,
            5,
        ]
        assert "its key provider is not 'aws-kms-hierarchy'" in messages[0]
        assert "another branch key than 'mine'" in messages[1]
        assert "another branch key than 'mine'" in messages[2]
        assert "has 91 bytes; that of a data key of 32 bytes has 92" in messages[3]
        assert "00000000-0000-0000-0000-000000000000" in messages[4]

    @pytest.mark.parametrize("context", [{}, {**CONTEXT, "tenant": "b"}, {**CONTEXT, "more": "x"}])
    def test_another_encryption_context(self, store: CountingStore, context: dict[str, str]) -> None:
        wrapped = keyring_of(store).on_encrypt(to_encrypt())
        with pytest.raises(UnwrapDataKeyError) as caught:
            keyring_of(store).on_decrypt(to_decrypt(context=context), wrapped.encrypted_data_keys)
        assert isinstance(caught.value.errors[0].__cause__, DataKeyAuthenticationError)

    def test_the_branch_key_cannot_be_had(self, store: CountingStore) -> None:
        wrapped = keyring_of(store).on_encrypt(to_encrypt())
        store.failure = BranchKeyNotFoundError("there is none")
        with pytest.raises(UnwrapDataKeyError, match="there is none") as caught:
            keyring_of(store).on_decrypt(to_decrypt(), wrapped.encrypted_data_keys)
        assert caught.value.errors[0].__cause__ is store.failure

    @pytest.mark.parametrize("wrong", ["id", "version", "nothing"])
    def test_a_store_that_gives_another_key(self, store: CountingStore, wrong: str) -> None:
        wrapped = keyring_of(store).on_encrypt(to_encrypt())
        answer = {
            "id": BranchKeyMaterials("theirs", store.rotate("mine"), bytes(32)),
            "version": BranchKeyMaterials("mine", store.rotate("mine"), bytes(32)),
            "nothing": None,
        }[wrong]
        store.get_branch_key_version = lambda *_: answer  # type: ignore[method-assign, assignment]
        with pytest.raises(UnwrapDataKeyError, match="The branch key store gave"):
            keyring_of(store).on_decrypt(to_decrypt(), wrapped.encrypted_data_keys)


ROUND_TRIPS: dict[str, Callable[[CountingStore], dict[str, Any]]] = {
    "fixed": lambda _: {"branch_key_id": "mine"},
    "supplier": lambda _: {"branch_key_id_supplier": lambda context: context["tenant"]},
}


@pytest.mark.parametrize("arguments", ROUND_TRIPS.values(), ids=ROUND_TRIPS)
def test_messages(store: CountingStore, arguments: Callable[[CountingStore], dict[str, Any]]) -> None:
    client, keyring = EncryptionSDKClient(), keyring_of(store, **arguments(store))
    message = client.encrypt(source=b"text", keyring=keyring, encryption_context=CONTEXT).result
    assert client.decrypt(source=message, keyring=keyring).result == b"text"
    assert store.asked == {"active": 1, "version": 1}
