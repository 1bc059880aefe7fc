"""Master key providers, among them master keys (framework/master-key-provider-interface.md, master-key-interface.md).

``__new__`` builds the configuration and the state of an instance, so that a subclass may have an ``__init__`` of its own that never
calls its parent's.
"""

from __future__ import annotations

import abc
import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from .._arguments import builtin_name, bytes_from
from ..exceptions import (
    ArgumentTypeError,
    ArgumentValueError,
    AWSEncryptionSDKClientError,
    ConfigMismatchError,
    IncorrectMasterKeyError,
    InvalidKeyIdError,
    MasterKeyError,
    MasterKeyProviderError,
)
from ..identifiers import AlgorithmSuite
from ..structures import DataKey, EncryptedDataKey, RawDataKey
from ._as_keyring import ProviderKeyring
from ._configuration import MasterKeyConfig, MasterKeyProviderConfig, build_config, check_complete, check_provider_id
from ._data_keys import DataKeyMethods
from ._failures import reason_of_attempt, reason_of_key, unwrap_failure
from ._members import contains, may_have

__all__ = ["MasterKey", "MasterKeyConfig", "MasterKeyProvider", "MasterKeyProviderConfig"]

_Provider = TypeVar("_Provider", bound="MasterKeyProvider")
_MasterKey = TypeVar("_MasterKey", bound="MasterKey")

#: Most master keys that a provider remembers from decrypting: their names come from messages that anybody may have written.
_REMEMBERED_MASTER_KEYS: Final = 256


class MasterKeyProvider(ProviderKeyring):
    """Supplies the master keys that a message is encrypted under, and finds those that it can be decrypted with.

    Encryption uses all master keys of this provider and of the providers added to it; the first of them generates the data key.
    A provider may be shared by threads as soon as all is added to it. It is a keyring: it can be put wherever a keyring is wanted,
    and into a multi-keyring beside others.

    :param config: Configuration, an instance of ``_config_class``; or its fields, by name
    :raises ArgumentTypeError: if it has another type, or a field is missing or unknown
    """

    #: Whether a master key that was never added is made for an encrypted data key that names it.
    vend_masterkey_on_decrypt: bool = True

    config: Any
    _encrypt_key_index: dict[bytes, MasterKey]
    _decrypt_key_index: dict[bytes, MasterKey]
    _members: list[MasterKeyProvider]

    def __new__(cls: type[_Provider], **kwargs: Any) -> _Provider:
        """Build the configuration and the state."""
        check_complete(cls)
        provider = super().__new__(cls)
        provider.config = build_config(provider._config_class, kwargs)
        provider._encrypt_key_index = {}
        provider._decrypt_key_index = {}
        provider._members = []
        return provider

    def __repr__(self) -> str:
        return f"{type(self).__name__}(provider_id={self.provider_id!r})"

    @property
    @abc.abstractmethod
    def provider_id(self) -> str:
        """Provider id: the key namespace of what the master keys wrap. A class attribute will do."""

    @property
    @abc.abstractmethod
    def _config_class(self) -> type[Any]:
        """Class of the configuration. A class attribute."""

    @abc.abstractmethod
    def _new_master_key(self, key_id: bytes) -> MasterKey:
        """Make the master key that a key id, or the key information of an encrypted data key, names.

        :raises InvalidKeyIdError: if this provider has no such key
        """

    def add_master_key(self, key_id: str | bytes) -> None:
        """Add a master key to encrypt with, unless it is there already.

        :param key_id: Key id (text is encoded as UTF-8)
        """
        key_id = bytes_from(key_id, "key_id")
        if key_id in self._encrypt_key_index:
            return
        master_key = self._new_master_key(key_id)
        # One of several threads at once puts it into the index, and that one adds it.
        if self._encrypt_key_index.setdefault(key_id, master_key) is master_key:
            self._members.append(master_key)

    def add_master_keys_from_list(self, key_ids: Iterable[str | bytes]) -> None:
        """Add several master keys."""
        for key_id in key_ids:
            self.add_master_key(key_id)

    def add_master_key_provider(self, key_provider: MasterKeyProvider) -> None:
        """Add a master key provider or a master key, whose keys are then used like those of this provider.

        :raises ArgumentTypeError: if it is not a master key provider
        :raises ArgumentValueError: if it is this provider, or has it among its own
        """
        if not isinstance(key_provider, MasterKeyProvider):
            raise ArgumentTypeError(f"key_provider must be a MasterKeyProvider, not {builtin_name(key_provider)}")
        if contains(key_provider, self):
            raise ArgumentValueError(f"{key_provider!r} cannot be added to itself, or to what it contains")
        self._members.append(key_provider)

    def add_master_key_providers_from_list(self, key_providers: Iterable[MasterKeyProvider]) -> None:
        """Add several master key providers."""
        for key_provider in key_providers:
            self.add_master_key_provider(key_provider)

    def master_key_for_encrypt(self, key_id: str | bytes) -> MasterKey:
        """Return a master key, which is added if it is not there yet.

        :param key_id: Key id (text is encoded as UTF-8)
        :raises InvalidKeyIdError: if this provider has no such key
        """
        key_id = bytes_from(key_id, "key_id")
        self.add_master_key(key_id)
        return self._encrypt_key_index[key_id]

    master_key = master_key_for_encrypt

    def master_key_for_decrypt(self, key_info: str | bytes) -> MasterKey:
        """Return the master key that a message names, made where it is not there yet; it is not used to encrypt.

        :param key_info: Key provider information of an encrypted data key
        :raises InvalidKeyIdError: if this provider has no such key
        """
        key_info = bytes_from(key_info, "key_info")
        for index in (self._encrypt_key_index, self._decrypt_key_index):
            if (master_key := index.get(key_info)) is not None:
                return master_key
        master_key = self._new_master_key(key_info)
        if len(self._decrypt_key_index) >= _REMEMBERED_MASTER_KEYS:
            self._decrypt_key_index.clear()
        self._decrypt_key_index[key_info] = master_key
        return master_key

    def master_keys_for_encryption(
        self, encryption_context: Mapping[str, str], plaintext_rostream: Any, plaintext_length: int | None = None
    ) -> tuple[MasterKey | None, Sequence[MasterKey]]:
        """Return the master key that generates the data key, and all that wrap it, in the order of their adding.

        :param encryption_context: Encryption context of the message
        :param plaintext_rostream: The plaintext to look at, where the caller gives it away
        :param plaintext_length: Length of the plaintext in bytes, if known
        :raises MasterKeyProviderError: if there are none
        """
        primary: MasterKey | None = None
        master_keys: list[MasterKey] = []
        for member in self._members:
            first, keys = member.master_keys_for_encryption(encryption_context, plaintext_rostream, plaintext_length)
            primary = first if primary is None else primary
            master_keys.extend(keys)
        if not master_keys:
            raise MasterKeyProviderError(
                f"No Master Keys available from Master Key Provider {self!r}; add one, or use a provider that encrypts"
            )
        return primary, master_keys

    def master_keys_for_data_key(self, data_key: DataKey | RawDataKey | EncryptedDataKey) -> Iterator[MasterKey]:
        """Yield the master keys of this provider that a data key belongs to."""
        if self._vends_for(data_key):
            with contextlib.suppress(AWSEncryptionSDKClientError):
                yield self.master_key_for_decrypt(data_key.key_provider.key_info)
        for member in self._members_besides_vended(data_key):
            yield from member.master_keys_for_data_key(data_key)

    def decrypt_data_key(
        self, encrypted_data_key: EncryptedDataKey, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]
    ) -> DataKey:
        """Decrypt one encrypted data key with whichever master key can do it.

        :raises UnwrapDataKeyError: if none can; ``errors`` has the reason of each master key. It is a
            :exc:`MasterKeyProviderError` as well if the provider's settings excluded the key
        """
        attempts = [member.decrypt_data_key for member in self._members_besides_vended(encrypted_data_key)]
        if self._vends_for(encrypted_data_key):
            attempts.insert(0, self._decrypt_with_vended)
        reasons: list[Exception] = []
        for attempt in attempts:
            try:
                return attempt(encrypted_data_key, algorithm, encryption_context)
            except Exception as error:
                reasons.append(reason_of_attempt(error))
        if not reasons:
            reasons.append(IncorrectMasterKeyError(f"{self!r} has no master key for it"))
        raise unwrap_failure("Unable to decrypt data key", reasons)

    def decrypt_data_key_from_list(
        self,
        encrypted_data_keys: Iterable[EncryptedDataKey],
        algorithm: AlgorithmSuite,
        encryption_context: Mapping[str, str],
    ) -> DataKey:
        """Decrypt the first encrypted data key that can be decrypted; those that cannot, for whatever reason, are passed over.

        :raises UnwrapDataKeyError: if there is none; ``errors`` has the reason of each encrypted data key. It is a
            :exc:`MasterKeyProviderError` as well if the provider's settings excluded one of them
        """
        reasons: list[Exception] = []
        for number, key in enumerate(encrypted_data_keys, start=1):
            try:
                return self.decrypt_data_key(key, algorithm, encryption_context)
            except Exception as error:
                reasons.append(reason_of_key(number, key, error))
        raise unwrap_failure(f"Unable to decrypt any data key with {self!r}", reasons)

    def _vends_for(self, data_key: DataKey | RawDataKey | EncryptedDataKey) -> bool:
        return self.vend_masterkey_on_decrypt and data_key.key_provider.provider_id == self.provider_id

    def _decrypt_with_vended(
        self, encrypted_data_key: EncryptedDataKey, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]
    ) -> DataKey:
        master_key = self.master_key_for_decrypt(encrypted_data_key.key_provider.key_info)
        return master_key.decrypt_data_key(encrypted_data_key, algorithm, encryption_context)

    def _members_besides_vended(self, data_key: DataKey | RawDataKey | EncryptedDataKey) -> Iterator[MasterKeyProvider]:
        info = data_key.key_provider
        vended = self._encrypt_key_index.get(info.key_info) if self._vends_for(data_key) else None
        for member in self._members:
            if member is not vended and may_have(member, info.provider_id):
                yield member


class MasterKey(DataKeyMethods, MasterKeyProvider):
    """Generates, encrypts and decrypts data keys. It is the master key provider that supplies itself and nothing else.

    :param config: Configuration, an instance of ``_config_class``; or its fields, by name
    :raises ArgumentTypeError: if it has another type, or a field is missing or unknown
    :raises ConfigMismatchError: if it has another ``provider_id`` than the class
    """

    def __new__(cls: type[_MasterKey], **kwargs: Any) -> _MasterKey:
        """Build the configuration and the state."""
        master_key = super().__new__(cls, **kwargs)
        config = master_key.config
        check_provider_id(config)
        own_id: str | None = master_key.provider_id
        if own_id is None:
            # The class is one of master keys for any provider.
            object.__setattr__(master_key, "provider_id", config.provider_id)
        elif config.provider_id is not None and own_id != config.provider_id:
            raise ConfigMismatchError(
                f"The configuration has the provider id {config.provider_id!r}, and {cls.__name__} has {own_id!r}; "
                "they have to be equal"
            )
        master_key.key_id = config.key_id
        master_key._encrypt_key_index = {master_key.key_id: master_key}
        master_key._members = [master_key]
        return master_key

    def __repr__(self) -> str:
        return f"{type(self).__name__}(provider_id={self.provider_id!r}, key_id={self.key_id!r})"

    def add_master_key_provider(self, key_provider: MasterKeyProvider) -> None:
        """Refuse: a master key supplies only itself.

        :raises MasterKeyError: always
        """
        raise MasterKeyError(f"{self!r} supplies only itself; add it and {key_provider!r} to a master key provider")

    def master_keys_for_encryption(
        self, encryption_context: Mapping[str, str], plaintext_rostream: Any, plaintext_length: int | None = None
    ) -> tuple[MasterKey | None, Sequence[MasterKey]]:
        """Return this master key, and it alone as all that wrap the data key."""
        return self, [self]

    def master_keys_for_data_key(self, data_key: DataKey | RawDataKey | EncryptedDataKey) -> Iterator[MasterKey]:
        """Yield this master key, if the data key belongs to it."""
        if self.owns_data_key(data_key):
            yield self

    def _new_master_key(self, key_id: bytes) -> MasterKey:
        if key_id != bytes_from(self.key_id, "key_id"):
            raise InvalidKeyIdError(f"MasterKeys can only provide themselves: {key_id!r} was asked for, this is {self!r}")
        return self
