"""The raw AES keyring (framework/raw-aes-keyring.md)."""

from __future__ import annotations

from typing import Final

from ..._materials import DecryptionMaterials, EncryptionMaterials
from ..._wrapping import aes_gcm
from ...exceptions import ArgumentTypeError, ArgumentValueError
from ...structures import EncryptedDataKey, MasterKeyInfo
from ._base import RawKeyring

_KEY_LENGTHS: Final = (16, 24, 32)


class RawAESKeyring(RawKeyring):
    """Wraps data keys with AES-GCM under a raw key. May be shared by threads.

    The encryption context is authenticated with each data key.

    :param key_namespace: Key namespace; must not begin with ``aws-kms``
    :param key_name: Key name within the namespace
    :param wrapping_key: Secret random key of 16, 24 or 32 bytes
    :raises ArgumentValueError: if the key has another length, or the namespace is not allowed

    >>> import os
    >>> RawAESKeyring("My application", "storage key 1", os.urandom(32))
    RawAESKeyring(key_namespace='My application', key_name='storage key 1')
    """

    def __init__(self, key_namespace: str | bytes, key_name: str | bytes, wrapping_key: bytes) -> None:
        super().__init__(key_namespace, key_name)
        if not isinstance(wrapping_key, (bytes, bytearray, memoryview)):
            raise ArgumentTypeError(f"wrapping_key must be bytes, not {type(wrapping_key).__name__}")
        self._wrapping_key: Final = bytes(wrapping_key)
        if len(self._wrapping_key) not in _KEY_LENGTHS:
            raise ArgumentValueError(f"wrapping_key must have 16, 24 or 32 bytes, not {len(self._wrapping_key)}")
        self._wrapping: Final = aes_gcm.AesGcmWrapping(self._wrapping_key)
        self._key_info_prefix: Final = aes_gcm.key_info_prefix(self._key_name_bytes)

    def _generate(self, materials: EncryptionMaterials) -> tuple[bytes, EncryptedDataKey]:
        context = materials.serialized_encryption_context()
        data_key, iv, wrapped = self._wrapping.generate(materials.algorithm.kdf_input_len, context)
        return data_key, self._encrypted_data_key(iv, wrapped)

    def _wrap(self, data_key: bytes, materials: EncryptionMaterials) -> EncryptedDataKey:
        return self._encrypted_data_key(*self._wrapping.wrap(data_key, materials.serialized_encryption_context()))

    def _encrypted_data_key(self, iv: bytes, wrapped: bytes) -> EncryptedDataKey:
        return EncryptedDataKey(MasterKeyInfo(self.key_namespace, self._key_info_prefix + iv), wrapped)

    def _unwrap(self, key: EncryptedDataKey, materials: DecryptionMaterials) -> tuple[bytes | None, str]:
        iv = aes_gcm.iv_behind(self._key_info_prefix, key.key_provider.key_info)
        if iv is None:
            return None, f"its key provider information is not that of an AES key named {self.key_name!r}"
        return self._wrapping.unwrap(iv, key.encrypted_data_key, materials.serialized_encryption_context()), ""
