"""Keyrings whose wrapping keys are in AWS KMS."""

from .ecdh import AwsKmsECDHKeyring, KmsPrivateKeyToStaticPublicKey, KmsPublicKeyDiscovery
from .rsa import AwsKmsRSAKeyring

__all__ = ["AwsKmsECDHKeyring", "AwsKmsRSAKeyring", "KmsPrivateKeyToStaticPublicKey", "KmsPublicKeyDiscovery"]
