"""What makes a master key provider a keyring: the two methods of a keyring, said in those of a master key provider."""

from __future__ import annotations

import abc
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._materials import DecryptionMaterials, EncryptionMaterials, MaterialsStateError
from ..exceptions import MasterKeyProviderError
from ..identifiers import AlgorithmSuite
from ..keyrings.base import Keyring
from ..structures import DataKey, EncryptedDataKey

if TYPE_CHECKING:
    from ._data_keys import DataKeyMethods


class ProviderKeyring(Keyring, abc.ABC):
    """A keyring whose keys come from a master key provider, which is the class that derives from this."""

    @abc.abstractmethod
    def master_keys_for_encryption(
        self, encryption_context: Mapping[str, str], plaintext_rostream: Any, plaintext_length: int | None = None
    ) -> tuple[DataKeyMethods | None, Sequence[DataKeyMethods]]:
        """Return the master key that generates the data key, and all that wrap it."""

    @abc.abstractmethod
    def decrypt_data_key_from_list(
        self,
        encrypted_data_keys: Iterable[EncryptedDataKey],
        algorithm: AlgorithmSuite,
        encryption_context: Mapping[str, str],
    ) -> DataKey:
        """Return the data key of the first encrypted data key that can be decrypted."""

    def on_encrypt(
        self, encryption_materials: EncryptionMaterials, plaintext_rostream: Any = None, plaintext_length: int | None = None
    ) -> EncryptionMaterials:
        """Let the primary master key generate a data key, if there is none yet, and all master keys wrap it.

        :param encryption_materials: Materials so far
        :param plaintext_rostream: Handed to :meth:`master_keys_for_encryption`, as is ``plaintext_length``
        :raises MasterKeyProviderError: if there are no master keys, or the primary one is not among them
        """
        materials = encryption_materials
        suite, context = materials.algorithm, dict(materials.encryption_context)
        primary, master_keys = self.master_keys_for_encryption(
            encryption_context=context, plaintext_rostream=plaintext_rostream, plaintext_length=plaintext_length
        )
        if not master_keys:
            raise MasterKeyProviderError(f"No Master Keys available from Master Key Provider {self!r}: it cannot encrypt")
        if primary is None or primary not in master_keys:
            raise MasterKeyProviderError(f"Primary Master Key not in provided Master Keys of {self!r}")
        data_key = materials.data_encryption_key
        if data_key is None:
            generated = data_key = primary.generate_data_key(suite, context)
            materials = materials.with_data_encryption_key(generated)
            materials = materials.with_encrypted_data_key(EncryptedDataKey.from_data_key(generated))
            master_keys = [master_key for master_key in master_keys if master_key is not primary]
        for master_key in master_keys:
            wrapped = master_key.encrypt_data_key(data_key=data_key, algorithm=suite, encryption_context=context)
            materials = materials.with_encrypted_data_key(wrapped)
        if not materials.has_encryption_context(context):
            # A provider of old adds pairs to what it is handed. The message has to have those that its data key is bound to.
            materials = materials.with_encryption_context(context)
        return materials

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        """Decrypt one of the encrypted data keys, as :meth:`decrypt_data_key_from_list` does."""
        materials = decryption_materials
        if materials.data_encryption_key is not None:
            return materials
        if materials.algorithm is None:
            raise MaterialsStateError("The decryption materials have no algorithm suite")
        data_key = self.decrypt_data_key_from_list(
            encrypted_data_keys=encrypted_data_keys,
            algorithm=materials.algorithm,
            encryption_context=dict(materials.encryption_context),
        )
        return materials.with_data_encryption_key(data_key)


def provider_keyring(provider: ProviderKeyring) -> ProviderKeyring:
    """Return a master key provider as a keyring: itself, or a stand-in for one that only says that it is a master key provider."""
    return provider if ProviderKeyring in type(provider).__mro__ else _StandIn(provider)


class _StandIn(ProviderKeyring):
    """A keyring for what has the methods of a master key provider alone: a test double, or a registered class.

    :param provider: What has them
    """

    def __init__(self, provider: ProviderKeyring) -> None:
        self._provider = provider

    def __repr__(self) -> str:
        return repr(self._provider)

    def master_keys_for_encryption(
        self, encryption_context: Mapping[str, str], plaintext_rostream: Any, plaintext_length: int | None = None
    ) -> tuple[DataKeyMethods | None, Sequence[DataKeyMethods]]:
        """Ask the provider."""
        return self._provider.master_keys_for_encryption(
            encryption_context=encryption_context, plaintext_rostream=plaintext_rostream, plaintext_length=plaintext_length
        )

    def decrypt_data_key_from_list(
        self,
        encrypted_data_keys: Iterable[EncryptedDataKey],
        algorithm: AlgorithmSuite,
        encryption_context: Mapping[str, str],
    ) -> DataKey:
        """Ask the provider."""
        return self._provider.decrypt_data_key_from_list(
            encrypted_data_keys=encrypted_data_keys, algorithm=algorithm, encryption_context=encryption_context
        )
