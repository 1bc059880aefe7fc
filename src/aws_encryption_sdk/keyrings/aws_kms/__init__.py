"""Keyrings whose wrapping keys are in AWS KMS (framework/aws-kms/)."""

from ..._kms.discovery_filter import DiscoveryFilter
from . import branch_key_id_suppliers, client_suppliers
from ._base import KEY_NAMESPACE
from .discovery import AwsKmsDiscoveryKeyring
from .ecdh import AwsKmsEcdhKeyring, KmsPrivateKeyToStaticPublicKey, KmsPublicKeyDiscovery
from .hierarchical import AwsKmsHierarchicalKeyring
from .legacy import AwsKmsKeyring, _AwsKmsDiscoveryKeyring, _AwsKmsSingleCmkKeyring
from .mrk import AwsKmsMrkKeyring
from .mrk_discovery import AwsKmsMrkDiscoveryKeyring
from .mrk_multi import AwsKmsMrkDiscoveryMultiKeyring, AwsKmsMrkMultiKeyring
from .multi import AwsKmsDiscoveryMultiKeyring, AwsKmsMultiKeyring
from .rsa import AwsKmsRsaKeyring
from .strict import AwsKmsStrictKeyring

__all__ = [
    "KEY_NAMESPACE",
    "AwsKmsDiscoveryKeyring",
    "AwsKmsDiscoveryMultiKeyring",
    "AwsKmsEcdhKeyring",
    "AwsKmsHierarchicalKeyring",
    "AwsKmsKeyring",
    "AwsKmsMrkDiscoveryKeyring",
    "AwsKmsMrkDiscoveryMultiKeyring",
    "AwsKmsMrkKeyring",
    "AwsKmsMrkMultiKeyring",
    "AwsKmsMultiKeyring",
    "AwsKmsRsaKeyring",
    "AwsKmsStrictKeyring",
    "DiscoveryFilter",
    "KmsPrivateKeyToStaticPublicKey",
    "KmsPublicKeyDiscovery",
    "_AwsKmsDiscoveryKeyring",
    "_AwsKmsSingleCmkKeyring",
    "branch_key_id_suppliers",
    "client_suppliers",
]
