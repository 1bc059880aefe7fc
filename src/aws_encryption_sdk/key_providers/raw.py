"""Master keys that are in this process (framework/raw-aes-keyring.md and framework/raw-rsa-keyring.md say what they write)."""

from __future__ import annotations

import abc
import os
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

import attrs

from .._arguments import builtin_name, bytes_from, text_from
from .._crypto.aead import TAG_LENGTH
from .._wrapping import aes_gcm
from .._wrapping.reasons import NOT_OPENED
from ..exceptions import ArgumentTypeError, IncorrectMasterKeyError
from ..identifiers import AlgorithmSuite, EncryptionType
from ..structures import DataKey, EncryptedDataKey, MasterKeyInfo, RawDataKey
from ._wrapping_key import EncryptedData, WrappingKey
from .base import MasterKey, MasterKeyConfig, MasterKeyProvider, MasterKeyProviderConfig

__all__ = ["RawMasterKey", "RawMasterKeyConfig", "RawMasterKeyProvider", "WrappingKey"]

_MasterKey = TypeVar("_MasterKey", bound="RawMasterKey")


def _provider_id_text(provider_id: str | bytes) -> str:
    return text_from(provider_id, "provider_id")


def _check_wrapping_key(_config: object, _field: object, wrapping_key: Any) -> None:
    if not isinstance(wrapping_key, WrappingKey):
        raise ArgumentTypeError(f"wrapping_key must be a WrappingKey, not {builtin_name(wrapping_key)}")


@attrs.define(slots=False, unsafe_hash=True, on_setattr=attrs.setters.NO_OP)
class RawMasterKeyConfig(MasterKeyConfig):
    """Configuration of a raw master key.

    :param key_id: Key id (text is encoded as UTF-8)
    :param provider_id: Provider id (bytes are decoded as UTF-8)
    :param wrapping_key: What wraps the data keys
    """

    provider_id: str = attrs.field(converter=_provider_id_text)
    wrapping_key: WrappingKey = attrs.field(validator=_check_wrapping_key)


class RawMasterKey(MasterKey):
    """A master key that is in this process. May be shared by threads.

    :param config: A :class:`RawMasterKeyConfig`; or its fields, by name
    """

    #: None: that of the configuration.
    provider_id: str = None  # type: ignore[assignment]  # until __new__ has set it
    _config_class: type[Any] = RawMasterKeyConfig

    #: What the key information of all its encrypted data keys begins with: for classes that derive from this one.
    _key_info_prefix: bytes

    def __new__(cls: type[_MasterKey], **kwargs: Any) -> _MasterKey:
        """Build the configuration and the state."""
        master_key = super().__new__(cls, **kwargs)
        key_id = bytes_from(master_key.key_id, "key_id")
        master_key._key_info_prefix = aes_gcm.serialize_key_info(key_id, b"") if master_key._is_symmetric else key_id
        return master_key

    @property
    def _wrapping_key(self) -> WrappingKey:
        wrapping_key: WrappingKey = self.config.wrapping_key
        return wrapping_key

    @property
    def _is_symmetric(self) -> bool:
        return self._wrapping_key.wrapping_algorithm.encryption_type is EncryptionType.SYMMETRIC

    def owns_data_key(self, data_key: DataKey | RawDataKey | EncryptedDataKey) -> bool:
        """Tell whether a data key is one of this master key's."""
        if not self._is_symmetric:
            return super().owns_data_key(data_key)
        info = data_key.key_provider
        return info.provider_id == self.provider_id and self._iv_from(info) is not None

    def _iv_from(self, info: MasterKeyInfo) -> bytes | None:
        return aes_gcm.iv_from_key_info(info.key_info, bytes_from(self.key_id, "key_id"))

    def _generate_data_key(self, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]) -> DataKey:
        data_key = RawDataKey(self.key_provider, os.urandom(algorithm.kdf_input_len))
        encrypted = self._encrypt_data_key(data_key=data_key, algorithm=algorithm, encryption_context=encryption_context)
        return DataKey(encrypted.key_provider, data_key.data_key, encrypted.encrypted_data_key)

    def _encrypt_data_key(
        self, data_key: RawDataKey | DataKey, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]
    ) -> EncryptedDataKey:
        wrapped = self._wrapping_key.encrypt(data_key.data_key, encryption_context)
        if wrapped.iv is None:
            return EncryptedDataKey(self.key_provider, wrapped.ciphertext)
        key_info = aes_gcm.serialize_key_info(bytes_from(self.key_id, "key_id"), wrapped.iv)
        return EncryptedDataKey(MasterKeyInfo(self.provider_id, key_info), wrapped.ciphertext + (wrapped.tag or b""))

    def _decrypt_data_key(
        self, encrypted_data_key: EncryptedDataKey, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]
    ) -> DataKey:
        key, iv, tag = encrypted_data_key.encrypted_data_key, None, None
        if self._is_symmetric:
            iv, key, tag = self._iv_from(encrypted_data_key.key_provider), key[:-TAG_LENGTH], key[-TAG_LENGTH:]
        plaintext = self._wrapping_key.decrypt(EncryptedData(iv, key, tag), encryption_context)
        if len(plaintext) != algorithm.kdf_input_len:
            raise IncorrectMasterKeyError(NOT_OPENED)
        return DataKey(encrypted_data_key.key_provider, plaintext, encrypted_data_key.encrypted_data_key)


class RawMasterKeyProvider(MasterKeyProvider):
    """Supplies master keys that are in this process; derive from it to say where they come from.

    A class that derives from it has a ``provider_id``, and a method ``_get_raw_key``.
    """

    vend_masterkey_on_decrypt = False
    _config_class: type[Any] = MasterKeyProviderConfig
    _master_key_class: ClassVar[type[RawMasterKey]] = RawMasterKey

    @abc.abstractmethod
    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        """Return the wrapping key with this id."""

    def _new_master_key(self, key_id: bytes) -> MasterKey:
        config = RawMasterKeyConfig(key_id=key_id, provider_id=self.provider_id, wrapping_key=self._get_raw_key(key_id))
        return self._master_key_class(config=config)
