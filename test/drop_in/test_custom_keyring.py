"""Programs with a keyring of their own, written for the keyring interface."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

import aws_encryption_sdk
from aws_encryption_sdk.exceptions import (
    AWSEncryptionSDKClientError,
    DecryptKeyError,
    EncryptKeyError,
    InvalidCryptographicMaterialsError,
    InvalidDataKeyError,
)
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo, RawDataKey

PROVIDER = MasterKeyInfo(provider_id="key-wrap", key_info=b"shelf 7")


class KeyWrapKeyring(Keyring):
    """Wraps data keys by RFC 3394, and returns materials as they were where it can do nothing."""

    def __init__(self, wrapping_key: bytes) -> None:
        self.wrapping_key = wrapping_key

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        if encryption_materials.data_encryption_key is None:
            algorithm = encryption_materials.algorithm
            encryption_materials = encryption_materials.with_data_encryption_key(
                data_encryption_key=RawDataKey(key_provider=PROVIDER, data_key=os.urandom(algorithm.kdf_input_len))
            )
        data_key = encryption_materials.data_encryption_key
        assert data_key is not None
        return encryption_materials.with_encrypted_data_key(
            encrypted_data_key=EncryptedDataKey(
                key_provider=PROVIDER, encrypted_data_key=aes_key_wrap(self.wrapping_key, data_key.data_key)
            )
        )

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Iterable[EncryptedDataKey]
    ) -> DecryptionMaterials:
        if decryption_materials.data_encryption_key is not None:
            return decryption_materials
        for key in encrypted_data_keys:
            if key.key_provider.provider_id != PROVIDER.provider_id:
                continue
            try:
                data_key = aes_key_unwrap(self.wrapping_key, key.encrypted_data_key)
            except InvalidUnwrap:
                continue
            return decryption_materials.with_data_encryption_key(
                data_encryption_key=RawDataKey(key_provider=PROVIDER, data_key=data_key)
            )
        return decryption_materials


@pytest.mark.filterwarnings("ignore::aws_encryption_sdk.exceptions.CommitmentWarning")
@pytest.mark.parametrize("algorithm", list(Algorithm), ids=lambda algorithm: algorithm.name)
def test_cycle(algorithm: Algorithm) -> None:
    keyring = KeyWrapKeyring(os.urandom(32))
    encrypted = aws_encryption_sdk.encrypt(
        source=b"secret", keyring=keyring, algorithm=algorithm, encryption_context={"shelf": "7"}
    )
    assert [key.key_provider for key in encrypted.header.encrypted_data_keys] == [PROVIDER]
    assert aws_encryption_sdk.decrypt(source=encrypted.result, keyring=keyring).result == b"secret"


def test_cycle_with_a_client() -> None:
    client = aws_encryption_sdk.EncryptionSDKClient()
    keyring = KeyWrapKeyring(os.urandom(32))
    ciphertext, _ = client.encrypt(source=b"secret", keyring=keyring)
    plaintext, _ = client.decrypt(source=ciphertext, keyring=keyring)
    assert plaintext == b"secret"


@pytest.mark.specification("framework/keyring-interface.md", "OnEncrypt", "Generate Data Key", "Decrypt Data Key")
def test_materials_unchanged_mean_that_no_key_could_be_decrypted() -> None:
    ciphertext = aws_encryption_sdk.encrypt(source=b"secret", keyring=KeyWrapKeyring(bytes(32))).result
    with pytest.raises(InvalidCryptographicMaterialsError) as caught:
        aws_encryption_sdk.decrypt(source=ciphertext, keyring=KeyWrapKeyring(b"1" * 32))
    assert isinstance(caught.value, DecryptKeyError)


@pytest.mark.parametrize("custom_first", [True, False])
def test_together_with_keyrings_of_the_package(custom_first: bool) -> None:
    custom, aes = KeyWrapKeyring(os.urandom(16)), RawAESKeyring("ns", "name", os.urandom(32))
    multi = MultiKeyring(custom, [aes]) if custom_first else MultiKeyring(aes, [custom])
    ciphertext = aws_encryption_sdk.encrypt(source=b"secret", keyring=multi).result
    stranger = KeyWrapKeyring(os.urandom(16))
    for keyring in (custom, aes, multi, MultiKeyring(stranger, [aes]), MultiKeyring(stranger, [custom])):
        assert aws_encryption_sdk.decrypt(source=ciphertext, keyring=keyring).result == b"secret"


@pytest.mark.specification("framework/keyring-interface.md", "OnEncrypt", "Generate Data Key", "Decrypt Data Key")
def test_base_class_does_nothing_by_itself(keyring: RawAESKeyring) -> None:
    ciphertext = aws_encryption_sdk.encrypt(source=b"x", keyring=keyring).result
    with pytest.raises(NotImplementedError):
        aws_encryption_sdk.encrypt(source=b"x", keyring=Keyring())
    with pytest.raises(NotImplementedError):
        aws_encryption_sdk.decrypt(source=ciphertext, keyring=Keyring())


def test_exceptions_of_the_keyring_reach_the_program() -> None:
    class Refusing(KeyWrapKeyring):
        def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
            raise EncryptKeyError("the shelf is full")

    with pytest.raises(EncryptKeyError, match="the shelf is full"):
        aws_encryption_sdk.encrypt(source=b"x", keyring=Refusing(bytes(32)))


@pytest.mark.specification("framework/keyring-interface.md", "OnEncrypt", "Generate Data Key", "Decrypt Data Key")
def test_data_key_of_the_wrong_length() -> None:
    class Short(KeyWrapKeyring):
        def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
            return encryption_materials.with_data_encryption_key(RawDataKey(PROVIDER, bytes(7)))

    with pytest.raises(InvalidDataKeyError):
        aws_encryption_sdk.encrypt(source=b"x", keyring=Short(bytes(32)))


@pytest.mark.specification("framework/keyring-interface.md", "OnEncrypt", "Generate Data Key", "Decrypt Data Key")
def test_keyring_that_wraps_nothing() -> None:
    class Forgetful(KeyWrapKeyring):
        def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
            return encryption_materials.with_data_encryption_key(RawDataKey(PROVIDER, bytes(32)))

    with pytest.raises(AWSEncryptionSDKClientError):
        aws_encryption_sdk.encrypt(source=b"x", keyring=Forgetful(bytes(32)))


def test_keyring_sees_suite_and_encryption_context() -> None:
    seen: list[tuple[Algorithm | None, dict[str, str]]] = []

    class Curious(KeyWrapKeyring):
        def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
            seen.append((encryption_materials.algorithm, dict(encryption_materials.encryption_context)))
            return super().on_encrypt(encryption_materials)

        def on_decrypt(
            self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Iterable[EncryptedDataKey]
        ) -> DecryptionMaterials:
            seen.append((decryption_materials.algorithm, dict(decryption_materials.encryption_context)))
            return super().on_decrypt(decryption_materials, encrypted_data_keys)

    keyring = Curious(bytes(32))
    ciphertext, _ = aws_encryption_sdk.encrypt(source=b"x", keyring=keyring, encryption_context={"shelf": "7"})
    aws_encryption_sdk.decrypt(source=ciphertext, keyring=keyring)
    on_encrypt, on_decrypt = seen
    assert on_encrypt == on_decrypt
    assert on_encrypt[0] is Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
    assert set(on_encrypt[1]) == {"shelf", "aws-crypto-public-key"}
