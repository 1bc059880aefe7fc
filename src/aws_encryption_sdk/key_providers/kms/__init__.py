"""Master key providers whose keys are in AWS KMS. Importing this module loads botocore."""

from ..._kms.discovery_filter import DiscoveryFilter
from ._base import BaseKMSMasterKeyProvider
from ._configuration import KMSMasterKeyConfig, KMSMasterKeyProviderConfig, MRKAwareKMSMasterKeyConfig
from ._discovery import DiscoveryAwsKmsMasterKeyProvider, MRKAwareDiscoveryAwsKmsMasterKeyProvider
from ._key_ids import _PROVIDER_ID as _PROVIDER_ID
from ._key_ids import _check_mrk_arns_equal as _check_mrk_arns_equal
from ._key_ids import _key_resource_match as _key_resource_match
from ._key_ids import _region_from_key_id as _region_from_key_id
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
