"""AWS KMS ECDH keyrings of the three parties, over a client that holds their keys."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from aws_encryption_sdk.identifiers import ECDHCurveSpec
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsEcdhKeyring, KmsPrivateKeyToStaticPublicKey, KmsPublicKeyDiscovery

from .ecdh_parties import ALICE, BOB, EVE, P256
from .kms_double import PREFIX, KmsDouble

ALICE_ARN, BOB_ARN = PREFIX + "key/alice", PREFIX + "key/bob"
TOKENS = ["one token", "another"]


def kms(curve: ECDHCurveSpec = P256) -> KmsDouble:
    return KmsDouble({"alice": ALICE[curve], "bob": BOB[curve], "eve": EVE[curve]}, {"alias/alice": "alice"})


def der(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def kms_static(client: KmsDouble, curve: ECDHCurveSpec = P256, own: str = ALICE_ARN, **more: Any) -> AwsKmsEcdhKeyring:
    """Return the keyring of Alice's, or another's, who writes to Bob."""
    scheme = KmsPrivateKeyToStaticPublicKey(own, BOB[curve].public_key(), **more)
    return AwsKmsEcdhKeyring(scheme, curve, client, TOKENS)


def kms_discovery(client: KmsDouble, curve: ECDHCurveSpec = P256, own: str = BOB_ARN, **more: Any) -> AwsKmsEcdhKeyring:
    return AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(own, **more), curve, client, TOKENS)
