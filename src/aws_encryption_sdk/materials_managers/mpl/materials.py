"""Materials of the Material Providers Library, as those of this package."""

from ..._mpl.materials_from_models import DecryptionMaterialsFromMPL, EncryptionMaterialsFromMPL

__all__ = ["DecryptionMaterialsFromMPL", "EncryptionMaterialsFromMPL"]
