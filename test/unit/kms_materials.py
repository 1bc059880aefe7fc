"""Materials and encrypted data keys for the keyrings of AWS KMS."""

from __future__ import annotations

from aws_encryption_sdk._materials import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo, RawDataKey

from .operation_materials import data_key_for

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"b": "2", "a": "1"}


def empty(suite: AlgorithmSuite = SUITE, context: dict[str, str] | None = None) -> EncryptionMaterials:
    """Return encryption materials without a data key."""
    return EncryptionMaterials(suite, encryption_context=CONTEXT if context is None else context)


def keyed(suite: AlgorithmSuite = SUITE) -> EncryptionMaterials:
    """Return encryption materials with a data key."""
    return empty(suite).with_data_encryption_key(data_key_for(suite))


def unread(suite: AlgorithmSuite = SUITE, context: dict[str, str] | None = None) -> DecryptionMaterials:
    """Return decryption materials without a data key."""
    return DecryptionMaterials(algorithm=suite, encryption_context=CONTEXT if context is None else context)


def made_by(keyring: Keyring, suite: AlgorithmSuite = SUITE) -> tuple[bytes, list[EncryptedDataKey]]:
    """Return a data key and the encrypted data keys that a keyring made."""
    materials = keyring.on_encrypt(empty(suite))
    return plaintext(materials), list(materials.encrypted_data_keys)


def plaintext(materials: EncryptionMaterials | DecryptionMaterials) -> bytes:
    """Return the plaintext data key."""
    assert isinstance(materials.data_encryption_key, RawDataKey)
    return materials.data_encryption_key.data_key


def under(key_info: str, key: EncryptedDataKey, provider_id: str = "aws-kms") -> EncryptedDataKey:
    """Return an encrypted data key with another provider."""
    return EncryptedDataKey(MasterKeyInfo(provider_id, key_info), key.encrypted_data_key)
