"""Cryptographic materials managers (CMMs), and what goes in and out of them.

The modules of the managers are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from .._loaded_when_used import loaded_when_used
from .._materials import (
    CryptographicMaterials,
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from ..identifiers import Algorithm, CommitmentPolicy
from ..structures import DataKey

if TYPE_CHECKING:
    from . import base, caching, default, required_encryption_context
else:
    __getattr__, __dir__ = loaded_when_used(
        __name__,
        {
            "base": ".base",
            "caching": ".caching",
            "default": ".default",
            "required_encryption_context": ".required_encryption_context",
        },
    )

__all__ = [
    "Algorithm",
    "CommitmentPolicy",
    "CryptographicMaterials",
    "DataKey",
    "DecryptionMaterials",
    "DecryptionMaterialsRequest",
    "EncryptionMaterials",
    "EncryptionMaterialsRequest",
    "base",
    "caching",
    "default",
    "required_encryption_context",
]
