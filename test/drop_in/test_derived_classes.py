"""Classes that programs of versions 1 to 4 derive, and the doubles that their tests put in place of ours.

Each of these programs prints the same with the released package.
"""

from __future__ import annotations

import os
from typing import Any
from unittest.mock import MagicMock, patch

import attr
import pytest

import aws_encryption_sdk
from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient, EncryptionSDKClientConfig
from aws_encryption_sdk.caches.base import CryptoMaterialsCache
from aws_encryption_sdk.caches.local import LocalCryptoMaterialsCache
from aws_encryption_sdk.exceptions import CacheKeyError, MasterKeyProviderError
from aws_encryption_sdk.identifiers import Algorithm, EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.base import MasterKeyProvider, MasterKeyProviderConfig
from aws_encryption_sdk.key_providers.raw import RawMasterKey, RawMasterKeyProvider, WrappingKey
from aws_encryption_sdk.materials_managers import EncryptionMaterialsRequest
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.streaming_client import EncryptorConfig, StreamDecryptor, StreamEncryptor

STRICT = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
UNSIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CLIENT = EncryptionSDKClient()


class Provider(RawMasterKeyProvider):
    """A provider of keys that are in the program."""

    provider_id = "program"

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        return WrappingKey(WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING, bytes(32), EncryptionKeyType.SYMMETRIC)


def provider(*names: str, kind: type[Provider] = Provider) -> Provider:
    made = kind()
    made.add_master_keys_from_list(names or ("one", "two"))
    return made


def test_streams_with_methods_of_their_own() -> None:
    asked: list[str] = []

    class Encryptor(StreamEncryptor):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.reads = 0

        def read(self, b: int | None = -1) -> bytes:
            self.reads += 1
            return super().read(b)

    class Decryptor(StreamDecryptor):
        def close(self) -> None:
            asked.append("close")
            super().close()

    with Encryptor(source=b"hello", key_provider=provider(), commitment_policy=STRICT) as encryptor:
        ciphertext = encryptor.read()
    with Decryptor(source=ciphertext, key_provider=provider(), commitment_policy=STRICT) as decryptor:
        assert decryptor.read() == b"hello"
    assert encryptor.reads >= 1
    assert asked[0] == "close"
    assert decryptor.closed


def test_a_configuration_with_a_field_of_its_own() -> None:
    @attr.s(hash=True)
    class Config(EncryptorConfig):
        label: str = attr.ib(default="none", validator=attr.validators.instance_of(str))

    class Encryptor(StreamEncryptor):
        _config_class = Config

    with Encryptor(source=b"x", key_provider=provider(), commitment_policy=STRICT, label="mine") as encryptor:
        ciphertext = encryptor.read()
    assert encryptor.config.label == "mine"  # type: ignore[attr-defined]
    assert CLIENT.decrypt(source=ciphertext, key_provider=provider())[0] == b"x"


def test_configurations_are_changed_and_copied() -> None:
    config = EncryptorConfig(b"x", STRICT, key_provider=provider())
    config.frame_length, config.encryption_context, config.algorithm = 128, {"a": "b"}, UNSIGNED
    header = CLIENT.decrypt(source=StreamEncryptor(config=config).read(), key_provider=provider())[1]
    assert (header.frame_length, header.encryption_context, header.algorithm) == (128, {"a": "b"}, UNSIGNED)
    copied = attr.evolve(config, materials_manager=None, frame_length=256)
    assert (copied.frame_length, config.frame_length) == (256, 128)


def test_a_client_with_methods_of_its_own() -> None:
    class Client(EncryptionSDKClient):
        def encrypt(self, **kwargs: Any) -> Any:
            kwargs.setdefault("encryption_context", {})["application"] = "mine"
            return super().encrypt(**kwargs)

    ciphertext, header = Client(commitment_policy=STRICT).encrypt(source=b"x", key_provider=provider())
    assert header.encryption_context["application"] == "mine"
    assert CLIENT.decrypt(source=ciphertext, key_provider=provider())[0] == b"x"

    @attr.s(hash=True)
    class Config(EncryptionSDKClientConfig):
        tag: str = attr.ib(default="none")

    client = EncryptionSDKClient(config=Config(tag="t", max_encrypted_data_keys=3))
    assert (client.config.tag, client.config.max_encrypted_data_keys) == ("t", 3)  # type: ignore[attr-defined]


class Noting(Provider):
    """Writes down which of its methods are called; the streams and the base class call them."""

    asked: list[str] = []  # noqa: RUF012 - emptied by the test

    def master_keys_for_encryption(
        self, encryption_context: Any, plaintext_rostream: Any, plaintext_length: Any = None
    ) -> Any:
        self.asked.append(f"for encryption: {type(encryption_context).__name__}, {plaintext_length}")
        return super().master_keys_for_encryption(encryption_context, plaintext_rostream, plaintext_length)

    def decrypt_data_key_from_list(self, encrypted_data_keys: Any, algorithm: Any, encryption_context: Any) -> Any:
        self.asked.append(f"from list: {len(encrypted_data_keys)}, {type(encryption_context).__name__}")
        return super().decrypt_data_key_from_list(encrypted_data_keys, algorithm, encryption_context)

    def decrypt_data_key(self, encrypted_data_key: Any, algorithm: Any, encryption_context: Any) -> Any:
        self.asked.append("one")
        return super().decrypt_data_key(encrypted_data_key, algorithm, encryption_context)

    def _new_master_key(self, key_id: bytes) -> Any:
        self.asked.append(f"new: {key_id.decode()}")
        return super()._new_master_key(key_id)

    def add_master_key(self, key_id: Any) -> None:
        self.asked.append(f"add: {key_id}")
        super().add_master_key(key_id)


def test_a_provider_that_overrides_every_method() -> None:
    Noting.asked.clear()
    noting = Noting()
    noting.add_master_keys_from_list(["k"])
    noting.master_key_for_encrypt("k")
    ciphertext, _ = CLIENT.encrypt(source=b"x", key_provider=noting)
    assert CLIENT.decrypt(source=ciphertext, key_provider=noting)[0] == b"x"
    assert noting.asked == [
        "add: k",
        "new: k",
        "add: b'k'",
        "for encryption: dict, 1",
        "from list: 1, dict",
        "one",
    ]


def test_a_master_key_that_overrides_every_method() -> None:
    asked: list[str] = []

    class Key(RawMasterKey):
        def generate_data_key(self, algorithm: Any, encryption_context: Any) -> Any:
            asked.append("generate")
            return super().generate_data_key(algorithm, encryption_context)

        def encrypt_data_key(self, data_key: Any, algorithm: Any, encryption_context: Any) -> Any:
            asked.append("encrypt")
            return super().encrypt_data_key(data_key, algorithm, encryption_context)

        def decrypt_data_key(self, encrypted_data_key: Any, algorithm: Any, encryption_context: Any) -> Any:
            asked.append("decrypt")
            return super().decrypt_data_key(encrypted_data_key, algorithm, encryption_context)

        def owns_data_key(self, data_key: Any) -> bool:
            asked.append("owns")
            return super().owns_data_key(data_key)

        def _key_check(self, data_key: Any) -> None:
            asked.append("check")
            super()._key_check(data_key)

    class Keys(Provider):
        _master_key_class = Key

    keys = provider("k1", "k2", kind=Keys)
    ciphertext, _ = CLIENT.encrypt(source=b"x", key_provider=keys)
    assert asked == ["generate", "encrypt"]
    asked.clear()
    assert CLIENT.decrypt(source=ciphertext, key_provider=keys)[0] == b"x"
    assert asked == ["decrypt", "check", "owns"]


def test_a_provider_with_a_configuration_of_its_own() -> None:
    @attr.s(hash=True)
    class Config(MasterKeyProviderConfig):
        secret: bytes = attr.ib(validator=attr.validators.instance_of(bytes), repr=False)

    class Keys(RawMasterKeyProvider):
        provider_id = "program"
        _config_class = Config

        def __init__(self, **_: Any) -> None:
            self.add_master_key("k")

        def _get_raw_key(self, key_id: bytes) -> WrappingKey:
            algorithm = WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING
            return WrappingKey(algorithm, self.config.secret, EncryptionKeyType.SYMMETRIC)

    secret = os.urandom(32)
    ciphertext, _ = CLIENT.encrypt(source=b"x", key_provider=Keys(secret=secret))
    assert CLIENT.decrypt(source=ciphertext, key_provider=Keys(config=Config(secret)))[0] == b"x"
    with pytest.raises(TypeError):
        Keys(secret="text")


def test_any_collection_of_master_keys_and_what_tests_poke() -> None:
    class AsSet(Provider):
        def master_keys_for_encryption(self, *arguments: Any, **named: Any) -> Any:
            primary, keys = super().master_keys_for_encryption(*arguments, **named)
            return primary, set(keys)

    keys = provider("k1", "k2", kind=AsSet)
    assert len(CLIENT.encrypt(source=b"x", key_provider=keys)[1].encrypted_data_keys) == 2
    poked = provider("k1")
    assert (sorted(poked._encrypt_key_index), poked._decrypt_key_index, len(poked._members)) == ([b"k1"], {}, 1)
    poked._members.append(provider("z").master_key("z"))
    assert len(CLIENT.encrypt(source=b"x", key_provider=poked)[1].encrypted_data_keys) == 2


def test_errors_of_a_provider_reach_the_caller() -> None:
    class Down(Provider):
        def master_keys_for_encryption(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError("vault down")

        def decrypt_data_key_from_list(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError("vault down")

    ciphertext, _ = CLIENT.encrypt(source=b"x", key_provider=provider())
    with pytest.raises(RuntimeError, match="vault down"):
        CLIENT.encrypt(source=b"x", key_provider=Down())
    with pytest.raises(RuntimeError, match="vault down"):
        CLIENT.decrypt(source=ciphertext, key_provider=Down())
    with pytest.raises(MasterKeyProviderError, match="No Master Keys available from Master Key Provider"):
        CLIENT.encrypt(source=b"x", key_provider=Provider())


def test_a_double_of_a_cache() -> None:
    cache = MagicMock(__class__=CryptoMaterialsCache)
    cache.get_encryption_materials.side_effect = CacheKeyError()
    cache.get_decryption_materials.side_effect = CacheKeyError()
    manager = CachingCryptoMaterialsManager(cache=cache, max_age=5.0, master_key_provider=provider())
    ciphertext, _ = CLIENT.encrypt(source=b"x", materials_manager=manager)
    assert CLIENT.decrypt(source=ciphertext, materials_manager=manager)[0] == b"x"
    assert cache.put_encryption_materials.call_count == cache.put_decryption_materials.call_count == 1
    assert sorted(cache.get_encryption_materials.call_args[1]) == ["cache_key", "plaintext_length"]
    named = ["cache_key", "encryption_materials", "entry_hints", "plaintext_length"]
    assert sorted(cache.put_encryption_materials.call_args[1]) == named


def test_doubles_of_managers() -> None:
    default = DefaultCryptoMaterialsManager(provider())
    double = MagicMock(__class__=CryptoMaterialsManager)
    double.get_encryption_materials.return_value = default.get_encryption_materials(
        EncryptionMaterialsRequest(
            encryption_context={"a": "b"}, frame_length=4096, algorithm=UNSIGNED, commitment_policy=STRICT
        )
    )
    double.decrypt_materials.side_effect = default.decrypt_materials
    manager = CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(10), 5.0, backing_materials_manager=double)
    for _ in range(3):
        ciphertext, _ = CLIENT.encrypt(
            source=b"x", materials_manager=manager, algorithm=UNSIGNED, encryption_context={"a": "b"}
        )
    assert double.get_encryption_materials.call_count == 1
    assert CLIENT.decrypt(source=ciphertext, materials_manager=double)[0] == b"x"


def test_a_double_of_a_provider_among_the_members_of_another() -> None:
    key = provider("k").master_key("k")
    double = MagicMock(__class__=MasterKeyProvider, provider_id="program")
    double.master_keys_for_encryption.return_value = (key, [key])
    own = Provider()
    own.add_master_key_provider(double)
    ciphertext, _ = CLIENT.encrypt(source=b"x", key_provider=own)
    assert CLIENT.decrypt(source=ciphertext, key_provider=provider("k"))[0] == b"x"


@pytest.mark.parametrize(
    "name",
    [
        "CachingCryptoMaterialsManager",
        "DiscoveryAwsKmsMasterKeyProvider",
        "EncryptionSDKClient",
        "LocalCryptoMaterialsCache",
        "StrictAwsKmsMasterKeyProvider",
    ],
)
def test_what_tests_of_programs_replace_in_the_package(name: str) -> None:
    real = getattr(aws_encryption_sdk, name)
    with patch(f"aws_encryption_sdk.{name}") as double:
        assert getattr(aws_encryption_sdk, name)() is double.return_value
    assert getattr(aws_encryption_sdk, name) is real


def test_what_tests_of_programs_replace_below_it() -> None:
    with patch.object(EncryptionSDKClient, "encrypt", return_value=(b"ciphertext", "header")):
        assert EncryptionSDKClient().encrypt(source=b"x")[0] == b"ciphertext"
    with patch("aws_encryption_sdk.key_providers.raw.os.urandom", side_effect=lambda length: b"7" * length):
        assert provider("k").master_key("k").generate_data_key(UNSIGNED, {}).data_key == b"7" * 32
    with patch("os.urandom", side_effect=lambda length: b"7" * length):
        header = CLIENT.encrypt(source=b"x", key_provider=provider(), algorithm=UNSIGNED)[1]
    assert header.message_id == b"7" * 32
