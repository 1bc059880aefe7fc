"""CMMs, caches and client suppliers, under the names of the Material Providers Library."""

from __future__ import annotations

from ...keyrings.aws_kms.client_suppliers import DefaultClientSupplier
from ...materials_managers.default import DefaultCryptoMaterialsManager
from ...materials_managers.required_encryption_context import RequiredEncryptionContextCryptoMaterialsManager
from .._method import takes
from ._caches import cache_from
from ._other_inputs import (
    CreateCryptographicMaterialsCacheInput,
    CreateDefaultClientSupplierInput,
    CreateDefaultCryptographicMaterialsManagerInput,
    CreateRequiredEncryptionContextCMMInput,
)
from .references import ClientSupplier, CryptographicMaterialsCache, CryptographicMaterialsManager


class ManagerMethods:
    """The methods that create CMMs, caches and client suppliers."""

    @takes(CreateDefaultCryptographicMaterialsManagerInput)
    def create_default_cryptographic_materials_manager(
        self,
        input: CreateDefaultCryptographicMaterialsManagerInput,
    ) -> CryptographicMaterialsManager:
        """Return a :class:`~aws_encryption_sdk.materials_managers.default.DefaultCryptoMaterialsManager`."""
        return CryptographicMaterialsManager(DefaultCryptoMaterialsManager(keyring=input.keyring))

    @takes(CreateRequiredEncryptionContextCMMInput)
    def create_required_encryption_context_cmm(
        self,
        input: CreateRequiredEncryptionContextCMMInput,
    ) -> CryptographicMaterialsManager:
        """Return a CMM that requires pairs of the encryption context, and does not store them."""
        return CryptographicMaterialsManager(
            RequiredEncryptionContextCryptoMaterialsManager(
                input.required_encryption_context_keys, input.underlying_cmm, input.keyring
            )
        )

    @takes(CreateCryptographicMaterialsCacheInput)
    def create_cryptographic_materials_cache(
        self,
        input: CreateCryptographicMaterialsCacheInput,
    ) -> CryptographicMaterialsCache:
        """Return a cache, to be shared by keyrings."""
        return CryptographicMaterialsCache(cache_from(input.cache))

    @takes(CreateDefaultClientSupplierInput)
    def create_default_client_supplier(self, input: CreateDefaultClientSupplierInput) -> ClientSupplier:
        """Return a :class:`~aws_encryption_sdk.keyrings.aws_kms.client_suppliers.DefaultClientSupplier`."""
        return DefaultClientSupplier()
