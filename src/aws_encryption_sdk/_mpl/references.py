"""The interfaces of the Material Providers Library, which programs derive from."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .cache_entries import (
        DeleteCacheEntryInput,
        GetCacheEntryInput,
        GetCacheEntryOutput,
        PutCacheEntryInput,
        UpdateUsageMetadataInput,
    )
    from .materials import (
        DecryptMaterialsInput,
        DecryptMaterialsOutput,
        GetEncryptionMaterialsInput,
        GetEncryptionMaterialsOutput,
        OnDecryptInput,
        OnDecryptOutput,
        OnEncryptInput,
        OnEncryptOutput,
    )
    from .supplier_requests import GetBranchKeyIdInput, GetBranchKeyIdOutput, GetClientInput


class IKeyring(abc.ABC):
    """A keyring (framework/keyring-interface.md). Its methods may be called by several threads at once."""

    @abc.abstractmethod
    def on_encrypt(self, param: OnEncryptInput) -> OnEncryptOutput:
        """Generate a data key, if there is none yet, and add encrypted forms of it; change nothing else.

        :param param: Materials so far
        :returns: materials with a data key and further encrypted data keys
        """

    @abc.abstractmethod
    def on_decrypt(self, param: OnDecryptInput) -> OnDecryptOutput:
        """Decrypt one of the encrypted data keys.

        :param param: Materials so far, and the encrypted data keys of the message; nothing of it is authenticated yet
        :returns: materials with a data key
        """


class ICryptographicMaterialsManager(abc.ABC):
    """A cryptographic materials manager (framework/cmm-interface.md). It may be called by several threads at once."""

    @abc.abstractmethod
    def get_encryption_materials(self, param: GetEncryptionMaterialsInput) -> GetEncryptionMaterialsOutput:
        """Return materials to encrypt one message."""

    @abc.abstractmethod
    def decrypt_materials(self, param: DecryptMaterialsInput) -> DecryptMaterialsOutput:
        """Return materials to decrypt one message."""


class IClientSupplier(abc.ABC):
    """A client supplier: it knows which client of AWS KMS is used for a region."""

    @abc.abstractmethod
    def get_client(self, param: GetClientInput) -> Any:
        """Return a client of AWS KMS for a region."""


class IBranchKeyIdSupplier(abc.ABC):
    """A branch key id supplier: it knows which branch key a message is under (framework/aws-kms/aws-kms-hierarchical-keyring.md)."""

    @abc.abstractmethod
    def get_branch_key_id(self, param: GetBranchKeyIdInput) -> GetBranchKeyIdOutput:
        """Return the branch key id for an encryption context."""


class ICryptographicMaterialsCache(abc.ABC):
    """A cryptographic materials cache (framework/cryptographic-materials-cache.md)."""

    @abc.abstractmethod
    def put_cache_entry(self, param: PutCacheEntryInput) -> None:
        """Keep an entry, in place of one with the same identifier."""

    @abc.abstractmethod
    def get_cache_entry(self, param: GetCacheEntryInput) -> GetCacheEntryOutput:
        """Return an entry.

        :raises EntryDoesNotExist: if there is none
        """

    @abc.abstractmethod
    def update_usage_metadata(self, param: UpdateUsageMetadataInput) -> None:
        """Count one more message, and its bytes, for an entry."""

    @abc.abstractmethod
    def delete_cache_entry(self, param: DeleteCacheEntryInput) -> None:
        """Drop an entry."""
