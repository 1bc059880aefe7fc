"""Requests for cryptographic materials, and the materials (framework/structures.md, framework/cmm-interface.md).

Materials are immutable: a ``with_*`` method returns the next ones. Both published generations of constructors work: that of the
keyring interface, filled step by step, and that of versions 1 to 4, complete from the start. Only what such an older CMM built
(encrypted data keys in a ``set``; decryption materials without an algorithm suite) lets its attributes be assigned, as that CMM
expects.
"""

from .base import CryptographicMaterials, MaterialsStateError
from .decryption import DecryptionMaterials
from .duck_typed import decryption_materials_from, encryption_materials_from
from .encryption import EncryptionMaterials
from .requests import DecryptionMaterialsRequest, EncryptionMaterialsRequest

__all__ = [
    "CryptographicMaterials",
    "DecryptionMaterials",
    "DecryptionMaterialsRequest",
    "EncryptionMaterials",
    "EncryptionMaterialsRequest",
    "MaterialsStateError",
    "decryption_materials_from",
    "encryption_materials_from",
]
