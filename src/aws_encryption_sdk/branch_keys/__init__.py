"""Branch keys: the keys that AWS KMS wraps and data keys are wrapped under (framework/branch-key-store.md)."""

from .configuration import Discovery, KmsConfiguration, KmsKeyArn, KmsMRKeyArn, MRDiscovery
from .dynamodb import DynamoDbStorage
from .items import KeyDescription, KeyItem
from .materials import BeaconKeyMaterials, BranchKeyMaterials, BranchKeySource
from .storage import BranchKeyStorage
from .store import BranchKeyStore, KeyStoreInfo

__all__ = [
    "BeaconKeyMaterials",
    "BranchKeyMaterials",
    "BranchKeySource",
    "BranchKeyStorage",
    "BranchKeyStore",
    "Discovery",
    "DynamoDbStorage",
    "KeyDescription",
    "KeyItem",
    "KeyStoreInfo",
    "KmsConfiguration",
    "KmsKeyArn",
    "KmsMRKeyArn",
    "MRDiscovery",
]
