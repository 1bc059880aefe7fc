"""Keyrings whose wrapping keys are in this process."""

from .aes import RawAESKeyring
from .ecdh import (
    EphemeralPrivateKeyToStaticPublicKey,
    PublicKeyDiscovery,
    RawECDHKeyring,
    RawPrivateKeyToStaticPublicKey,
)
from .rsa import RawRSAKeyring

__all__ = [
    "EphemeralPrivateKeyToStaticPublicKey",
    "PublicKeyDiscovery",
    "RawAESKeyring",
    "RawECDHKeyring",
    "RawPrivateKeyToStaticPublicKey",
    "RawRSAKeyring",
]
