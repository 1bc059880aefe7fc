"""Master key providers whose keys are in AWS KMS. Importing this module loads botocore."""

from ..._kms.discovery_filter import DiscoveryFilter
from ._base import BaseKMSMasterKeyProvider
from ._configuration import KMSMasterKeyConfig, KMSMasterKeyProviderConfig, MRKAwareKMSMasterKeyConfig
from ._discovery import DiscoveryAwsKmsMasterKeyProvider, MRKAwareDiscoveryAwsKmsMasterKeyProvider
from ._master_keys import KMSMasterKey, MRKAwareKMSMasterKey
from ._strict import MRKAwareStrictAwsKmsMasterKeyProvider, StrictAwsKmsMasterKeyProvider
from ._undecided import KMSMasterKeyProvider

__all__ = [
    "BaseKMSMasterKeyProvider",
    "DiscoveryAwsKmsMasterKeyProvider",
    "DiscoveryFilter",
    "KMSMasterKey",
    "KMSMasterKeyConfig",
    "KMSMasterKeyProvider",
    "KMSMasterKeyProviderConfig",
    "MRKAwareDiscoveryAwsKmsMasterKeyProvider",
    "MRKAwareKMSMasterKey",
    "MRKAwareKMSMasterKeyConfig",
    "MRKAwareStrictAwsKmsMasterKeyProvider",
    "StrictAwsKmsMasterKeyProvider",
]
