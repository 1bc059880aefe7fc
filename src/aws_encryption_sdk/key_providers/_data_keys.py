"""What a master key does with data keys (framework/master-key-interface.md)."""

from __future__ import annotations

import abc
from collections.abc import Mapping

from .._materials.base import check_data_key
from ..exceptions import IncorrectMasterKeyError
from ..identifiers import AlgorithmSuite
from ..structures import DataKey, EncryptedDataKey, MasterKeyInfo, RawDataKey


class DataKeyMethods(abc.ABC):
    """Generates, encrypts and decrypts data keys: by methods that check, over methods that a master key implements."""

    provider_id: str
    key_id: bytes

    @property
    def key_provider(self) -> MasterKeyInfo:
        """Identity of this master key."""
        return MasterKeyInfo(self.provider_id, self.key_id)

    def owns_data_key(self, data_key: DataKey | RawDataKey | EncryptedDataKey) -> bool:
        """Tell whether a data key is one of this master key's."""
        return data_key.key_provider == self.key_provider

    def generate_data_key(self, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]) -> DataKey:
        """Generate a data key, and encrypt it.

        :raises InvalidDataKeyError: if the data key has not the length that the algorithm suite needs
        """
        data_key = self._generate_data_key(algorithm=algorithm, encryption_context=encryption_context)
        check_data_key(algorithm, data_key)
        return data_key

    def encrypt_data_key(
        self, data_key: RawDataKey | DataKey, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]
    ) -> EncryptedDataKey:
        """Encrypt a data key."""
        return self._encrypt_data_key(data_key=data_key, algorithm=algorithm, encryption_context=encryption_context)

    def decrypt_data_key(
        self, encrypted_data_key: EncryptedDataKey, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]
    ) -> DataKey:
        """Decrypt an encrypted data key with this master key.

        :raises IncorrectMasterKeyError: if it belongs to another
        :raises InvalidDataKeyError: if the data key has not the length that the algorithm suite needs
        """
        self._key_check(encrypted_data_key)
        data_key = self._decrypt_data_key(
            encrypted_data_key=encrypted_data_key, algorithm=algorithm, encryption_context=encryption_context
        )
        check_data_key(algorithm, data_key)
        return data_key

    def _key_check(self, data_key: DataKey | RawDataKey | EncryptedDataKey) -> None:
        if not self.owns_data_key(data_key):
            raise IncorrectMasterKeyError(self._why_not_owned(data_key))

    def _why_not_owned(self, key: DataKey | RawDataKey | EncryptedDataKey) -> str:
        return f"the encrypted data key does not belong to {self!r}"

    @abc.abstractmethod
    def _generate_data_key(self, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]) -> DataKey:
        """Generate a data key of ``algorithm.kdf_input_len`` bytes, and encrypt it.

        :raises GenerateKeyError: if it fails
        """

    @abc.abstractmethod
    def _encrypt_data_key(
        self, data_key: RawDataKey | DataKey, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]
    ) -> EncryptedDataKey:
        """Encrypt a data key.

        :raises EncryptKeyError: if it fails
        """

    @abc.abstractmethod
    def _decrypt_data_key(
        self, encrypted_data_key: EncryptedDataKey, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]
    ) -> DataKey:
        """Decrypt an encrypted data key.

        :raises DecryptKeyError: if it fails
        """
