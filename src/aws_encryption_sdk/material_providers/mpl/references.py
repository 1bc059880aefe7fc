"""The interfaces of the Material Providers Library, to derive from, and what its ``create_`` methods return."""

from ..._mpl.references import (
    IBranchKeyIdSupplier,
    IClientSupplier,
    ICryptographicMaterialsCache,
    ICryptographicMaterialsManager,
    IKeyring,
)
from ...keyrings.aws_kms.client_suppliers import ClientSupplier
from ...keyrings.mpl import MPLKeyring as Keyring
from ...materials_managers.mpl.cmm import CryptographicMaterialsManager
from ._caches import CryptographicMaterialsCache

__all__ = [
    "ClientSupplier",
    "CryptographicMaterialsCache",
    "CryptographicMaterialsManager",
    "IBranchKeyIdSupplier",
    "IClientSupplier",
    "ICryptographicMaterialsCache",
    "ICryptographicMaterialsManager",
    "IKeyring",
    "Keyring",
]
