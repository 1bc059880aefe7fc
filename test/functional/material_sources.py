"""Keyrings and materials managers for tests: fixed, spying, and in the style of old programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.identifiers import Algorithm, CommitmentPolicy
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo, RawDataKey

from .forge import Forger

V1: Final = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA256
V1_SIGNED: Final = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384
V2: Final = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
V2_SIGNED: Final = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
#: One suite for each combination of format version and signature.
SUITES: Final = (V1, V1_SIGNED, V2, V2_SIGNED)

FIXED_KEY: Final = MasterKeyInfo("forged", b"key")


def client_for(suite: Algorithm, max_encrypted_data_keys: int | None = None) -> EncryptionSDKClient:
    """Make a client whose policy lets it write and read ``suite``."""
    committing = suite.is_committing()
    policy = (
        CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT if committing else CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    )
    return EncryptionSDKClient(commitment_policy=policy, max_encrypted_data_keys=max_encrypted_data_keys)


def encrypted(suite: Algorithm, plaintext: bytes, keyring: Keyring, frame_length: int, **context: str) -> bytes:
    """Encrypt in one call."""
    result: bytes = (
        client_for(suite)
        .encrypt(source=plaintext, keyring=keyring, algorithm=suite, frame_length=frame_length, encryption_context=context)
        .result
    )
    return result


class FixedKeyring(Keyring):
    """A keyring that always has the same data key, and takes any encrypted data key for it."""

    def __init__(self, data_key: bytes) -> None:
        self.data_key = RawDataKey(FIXED_KEY, data_key)

    @classmethod
    def of(cls, forger: Forger) -> FixedKeyring:
        """Make the keyring that opens what ``forger`` writes."""
        return cls(forger.data_key)

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        wrapped = EncryptedDataKey(FIXED_KEY, b"wrapped")
        return encryption_materials.with_data_encryption_key(self.data_key).with_encrypted_data_key(wrapped)

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        return decryption_materials.with_data_encryption_key(self.data_key)


class SpyKeyring(Keyring):
    """A keyring that stands for another, and keeps the materials that it was handed and handed back."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self.encrypt_calls: list[EncryptionMaterials] = []
        self.decrypt_calls: list[DecryptionMaterials] = []
        self.encrypt_results: list[EncryptionMaterials] = []

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        self.encrypt_calls.append(encryption_materials)
        self.encrypt_results.append(self.keyring.on_encrypt(encryption_materials))
        return self.encrypt_results[-1]

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        self.decrypt_calls.append(decryption_materials)
        return self.keyring.on_decrypt(decryption_materials, encrypted_data_keys)


class SpyCMM(CryptoMaterialsManager):
    """A default materials manager that keeps the requests it was handed."""

    def __init__(self, keyring: Keyring) -> None:
        self.inner = DefaultCryptoMaterialsManager(keyring=keyring)
        self.encrypt_requests: list[EncryptionMaterialsRequest] = []
        self.decrypt_requests: list[DecryptionMaterialsRequest] = []

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        self.encrypt_requests.append(request)
        return self.inner.get_encryption_materials(request)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        self.decrypt_requests.append(request)
        return self.inner.decrypt_materials(request)


class LegacyCMM(CryptoMaterialsManager):
    """A materials manager as programs of 1.x wrote them: a set of encrypted data keys, and no context on decrypt."""

    def __init__(self, data_key: bytes, algorithm: Algorithm = V2) -> None:
        self.data_key = DataKey(FIXED_KEY, data_key, b"wrapped")
        self.algorithm = algorithm
        self.decrypt_calls = 0

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        return EncryptionMaterials(
            algorithm=self.algorithm,
            data_encryption_key=self.data_key,
            encrypted_data_keys={EncryptedDataKey(FIXED_KEY, name) for name in (b"second", b"first", b"third")},
            encryption_context=request.encryption_context,
        )

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        self.decrypt_calls += 1
        return DecryptionMaterials(data_key=self.data_key)


def aes_keyring(name: str = "key", wrapping_key: bytes = bytes(range(32))) -> RawAESKeyring:
    """Make a raw AES keyring."""
    return RawAESKeyring("tests", name, wrapping_key)
