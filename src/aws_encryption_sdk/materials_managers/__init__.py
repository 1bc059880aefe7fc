"""Cryptographic materials managers (CMMs), and what goes in and out of them."""

from .._materials import (
    CryptographicMaterials,
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from ..identifiers import Algorithm, CommitmentPolicy
from ..structures import DataKey

__all__ = [
    "Algorithm",
    "CommitmentPolicy",
    "CryptographicMaterials",
    "DataKey",
    "DecryptionMaterials",
    "DecryptionMaterialsRequest",
    "EncryptionMaterials",
    "EncryptionMaterialsRequest",
]
