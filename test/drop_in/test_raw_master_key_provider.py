"""Programs with raw master key providers, as written for versions 1 to 4."""

from __future__ import annotations

import io
import os
from typing import Any

import attr
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import aws_encryption_sdk
from aws_encryption_sdk import Algorithm, CommitmentPolicy
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.base import MasterKeyProviderConfig
from aws_encryption_sdk.key_providers.raw import RawMasterKey, RawMasterKeyConfig, RawMasterKeyProvider, WrappingKey

CLIENT = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)


class ActivityStreamProvider(RawMasterKeyProvider):
    """As the samples of database activity streams have it: ``__new__`` goes past the parent, ``__init__`` calls it by name."""

    provider_id = "BC"

    def __new__(cls, *args: Any, **kwargs: Any) -> ActivityStreamProvider:
        return super(RawMasterKeyProvider, cls).__new__(cls)

    def __init__(self, plain_key: bytes) -> None:
        RawMasterKeyProvider.__init__(self)
        self.wrapping_key = WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=plain_key,
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        )

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        return self.wrapping_key


class StaticRandomMasterKeyProvider(RawMasterKeyProvider):
    """As the examples of version 1 have it: a random key for each id."""

    provider_id = "static-random"

    def __init__(self, **kwargs: Any) -> None:
        self._static_keys: dict[bytes, bytes] = {}

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        try:
            static_key = self._static_keys[key_id]
        except KeyError:
            static_key = os.urandom(32)
            self._static_keys[key_id] = static_key
        return WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=static_key,
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        )


class PrivateKeyProvider(RawMasterKeyProvider):
    """As the samples of contact flows have it: an RSA key in PEM, which only decrypts."""

    def __init__(self, pem: bytes, provider: str = "AmazonConnect") -> None:
        self.pem = pem
        self.provider = provider

    def __new__(cls, *args: Any, **kwargs: Any) -> PrivateKeyProvider:
        return super().__new__(cls)

    @property
    def provider_id(self) -> str:
        """Name of the provider, known after construction."""
        return self.provider

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        return WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.RSA_OAEP_SHA512_MGF1,
            wrapping_key=self.pem,
            wrapping_key_type=EncryptionKeyType.PRIVATE,
        )


@pytest.fixture(scope="module")
def pem(private_key: rsa.RSAPrivateKey) -> bytes:
    """The RSA key, in PEM."""
    return private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )


def test_activity_stream() -> None:
    writer, reader = (ActivityStreamProvider(b"k" * 32) for _ in range(2))
    for provider in (writer, reader):
        provider.add_master_key("DataKey")
    message, _ = CLIENT.encrypt(source=b"event", key_provider=writer, algorithm=Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY)

    decrypted, header = CLIENT.decrypt(
        source=message,
        materials_manager=aws_encryption_sdk.materials_managers.default.DefaultCryptoMaterialsManager(
            master_key_provider=reader
        ),
    )
    assert decrypted == b"event"
    (edk,) = header.encrypted_data_keys
    assert edk.key_provider.provider_id == "BC"
    assert edk.key_provider.key_info.startswith(b"DataKey")


@pytest.mark.parametrize("algorithm", list(Algorithm), ids=lambda algorithm: algorithm.name)
def test_every_suite_by_client_function_and_stream(algorithm: Algorithm) -> None:
    provider = StaticRandomMasterKeyProvider()
    provider.add_master_key(os.urandom(8))
    client = aws_encryption_sdk.EncryptionSDKClient(
        commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
        if algorithm.is_committing()
        else CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    )
    message, header = client.encrypt(
        source=b"text", key_provider=provider, algorithm=algorithm, encryption_context={"a": "b"}
    )
    assert header.algorithm is algorithm
    assert client.decrypt(source=message, key_provider=provider)[0] == b"text"
    with client.stream(mode="d", source=io.BytesIO(message), key_provider=provider) as stream:
        assert b"".join(stream) == b"text"
    with client.stream(mode="e", source=io.BytesIO(b"text"), key_provider=provider, algorithm=algorithm) as stream:
        assert client.decrypt(source=stream.read(), key_provider=provider)[0] == b"text"


def test_several_providers_as_one() -> None:
    primary, other = StaticRandomMasterKeyProvider(), StaticRandomMasterKeyProvider()
    primary.add_master_key(b"one")
    other.add_master_key(b"two")
    primary.add_master_key_provider(other)
    message, header = CLIENT.encrypt(source=b"text", key_provider=primary)
    assert len(header.encrypted_data_keys) == 2
    for provider in (primary, other):
        assert CLIENT.decrypt(source=message, key_provider=provider)[0] == b"text"

    # The key of the added provider opens the message although that of the first is lost.
    fresh = StaticRandomMasterKeyProvider()
    fresh.add_master_key(b"one")
    fresh.add_master_key_provider(other)
    assert CLIENT.decrypt(source=message, key_provider=fresh)[0] == b"text"


def test_private_key_provider(pem: bytes) -> None:
    writer, reader = PrivateKeyProvider(pem), PrivateKeyProvider(pem)
    writer.add_master_key("key-1")
    reader.add_master_key("key-1")
    message, header = CLIENT.encrypt(source=b"digits", key_provider=writer)
    assert next(iter(header.encrypted_data_keys)).key_provider.key_info == b"key-1"
    assert CLIENT.decrypt(source=message, key_provider=reader)[0] == b"digits"
    with pytest.raises(aws_encryption_sdk.exceptions.DecryptKeyError):
        CLIENT.decrypt(source=message, key_provider=PrivateKeyProvider(pem, "another"))


def test_a_master_key_alone() -> None:
    key = RawMasterKey(
        provider_id="HSM",
        key_id="AES_256_012",
        wrapping_key=WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
            wrapping_key=bytes(32),
        ),
    )
    message, _ = CLIENT.encrypt(source=b"text", key_provider=key)
    assert CLIENT.decrypt(source=message, key_provider=key)[0] == b"text"
    provider = StaticRandomMasterKeyProvider()
    provider.add_master_key_provider(key)
    assert CLIENT.decrypt(source=message, key_provider=provider)[0] == b"text"


def test_class_attributes_and_methods_of_ones_own() -> None:
    @attr.s
    class ProviderConfig(MasterKeyProviderConfig):
        secret: Any = attr.ib(default=b"\x01" * 32)

    class OwnConfig(RawMasterKeyConfig):
        """Has an ``__init__`` of its own that never calls the parent, and assigns plainly."""

        def __init__(self, **kwargs: Any) -> None:
            self.key_id = kwargs["key_id"]
            self.provider_id = "own"
            self.wrapping_key = kwargs["wrapping_key"]

    class OwnKey(RawMasterKey):
        _config_class = OwnConfig
        generated = 0

        def _generate_data_key(self, algorithm: Any, encryption_context: Any) -> Any:
            OwnKey.generated += 1
            return super()._generate_data_key(algorithm, encryption_context)

    class OwnProvider(RawMasterKeyProvider):
        provider_id = "own"
        _config_class = ProviderConfig
        _master_key_class = OwnKey

        def _get_raw_key(self, key_id: bytes) -> WrappingKey:
            return WrappingKey(
                WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING, self.config.secret, EncryptionKeyType.SYMMETRIC
            )

        def _new_master_key(self, key_id: Any) -> Any:
            # The id stays text: the configuration assigns what it is handed.
            config = OwnConfig(key_id=key_id.decode(), wrapping_key=self._get_raw_key(key_id))
            return self._master_key_class(config=config)

    provider = OwnProvider(secret=b"\x02" * 32)
    provider.add_master_key("id")
    key: Any = provider.master_key("id")
    assert key.key_id == "id"
    message, header = CLIENT.encrypt(source=b"text", key_provider=provider)
    assert OwnKey.generated == 1
    assert next(iter(header.encrypted_data_keys)).key_provider.key_info.startswith(b"id\x00\x00\x00\x80")
    assert CLIENT.decrypt(source=message, key_provider=provider)[0] == b"text"
    other = OwnProvider()
    other.add_master_key("id")
    with pytest.raises(aws_encryption_sdk.exceptions.DecryptKeyError):
        CLIENT.decrypt(source=message, key_provider=other)


def test_a_vending_provider_needs_no_added_keys_to_decrypt(pem: bytes) -> None:
    class Vending(PrivateKeyProvider):
        vend_masterkey_on_decrypt = True

    writer = PrivateKeyProvider(pem)
    writer.add_master_key("key-1")
    message, _ = CLIENT.encrypt(source=b"text", key_provider=writer)
    assert CLIENT.decrypt(source=message, key_provider=Vending(pem))[0] == b"text"
    with pytest.raises(aws_encryption_sdk.exceptions.DecryptKeyError):
        CLIENT.decrypt(source=message, key_provider=PrivateKeyProvider(pem))


def test_a_master_key_is_renamed() -> None:
    provider = StaticRandomMasterKeyProvider()
    key = provider.master_key("old")
    key.key_id = b"new"
    _, header = CLIENT.encrypt(source=b"text", key_provider=provider)
    assert next(iter(header.encrypted_data_keys)).key_provider.key_info.startswith(b"new")


def test_bytes_in_the_encryption_context() -> None:
    provider = StaticRandomMasterKeyProvider()
    provider.add_master_key("id")
    message, header = CLIENT.encrypt(source=b"text", key_provider=provider, encryption_context={b"a": b"b", "c": "d"})
    assert header.encryption_context.items() >= {"a": "b", "c": "d"}.items()
    assert CLIENT.decrypt(source=message, key_provider=provider)[0] == b"text"


def test_the_encryption_context_on_decrypt() -> None:
    provider = StaticRandomMasterKeyProvider()
    provider.add_master_key("id")
    message, _ = CLIENT.encrypt(source=b"text", key_provider=provider, encryption_context={"a": "b"})
    assert CLIENT.decrypt(source=message, key_provider=provider, encryption_context={"a": "b"})[0] == b"text"
    with pytest.raises(aws_encryption_sdk.AWSEncryptionSDKClientError):
        CLIENT.decrypt(source=message, key_provider=provider, encryption_context={"a": "c"})


def test_source_length_is_not_enforced_with_a_provider() -> None:
    provider = StaticRandomMasterKeyProvider()
    provider.add_master_key("id")
    message, _ = CLIENT.encrypt(source=io.BytesIO(b"text"), key_provider=provider, source_length=1)
    assert CLIENT.decrypt(source=io.BytesIO(message), key_provider=provider, source_length=1)[0] == b"text"


def test_configuration_objects_of_streams() -> None:
    provider = StaticRandomMasterKeyProvider()
    provider.add_master_key("id")
    config = aws_encryption_sdk.EncryptorConfig(
        source=b"text", commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT, key_provider=provider
    )
    with aws_encryption_sdk.StreamEncryptor(config=config) as encryptor:
        message = encryptor.read()
    with aws_encryption_sdk.StreamDecryptor(
        source=message, commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT, key_provider=provider
    ) as decryptor:
        assert decryptor.read() == b"text"
