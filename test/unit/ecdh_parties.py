"""Three parties with keys on every curve, their raw ECDH keyrings, and the steps that tests of ECDH keyrings are made of."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import AlgorithmSuite, ECDHCurveSpec
from aws_encryption_sdk.keyrings._ecdh import EcdhKeyring
from aws_encryption_sdk.keyrings.raw import (
    EphemeralPrivateKeyToStaticPublicKey,
    PublicKeyDiscovery,
    RawECDHKeyring,
    RawPrivateKeyToStaticPublicKey,
)
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"b": "2", "a": "1"}
P256, P384, P521 = CURVES = (ECDHCurveSpec.ECC_NIST_P256, ECDHCurveSpec.ECC_NIST_P384, ECDHCurveSpec.ECC_NIST_P521)
#: Of each party, the private key on each curve.
ALICE, BOB, EVE = ({curve: ec.derive_private_key(n, curve.curve()) for curve in CURVES} for n in (7, 8, 9))
Keys = dict[ECDHCurveSpec, ec.EllipticCurvePrivateKey]


def static(own: Keys, peer: Keys, curve: ECDHCurveSpec = P256) -> RawECDHKeyring:
    return RawECDHKeyring(RawPrivateKeyToStaticPublicKey(own[curve], peer[curve].public_key()), curve)


def ephemeral(recipient: Keys, curve: ECDHCurveSpec = P256) -> RawECDHKeyring:
    return RawECDHKeyring(EphemeralPrivateKeyToStaticPublicKey(recipient[curve].public_key()), curve)


def discovery(own: Keys, curve: ECDHCurveSpec = P256) -> RawECDHKeyring:
    return RawECDHKeyring(PublicKeyDiscovery(own[curve]), curve)


def empty(suite: AlgorithmSuite = SUITE, context: dict[str, str] | None = None) -> EncryptionMaterials:
    return EncryptionMaterials(suite, encryption_context=CONTEXT if context is None else context)


def unread(suite: AlgorithmSuite = SUITE, context: dict[str, str] | None = None) -> DecryptionMaterials:
    return DecryptionMaterials(algorithm=suite, encryption_context=CONTEXT if context is None else context)


def wrapped_by(keyring: EcdhKeyring, suite: AlgorithmSuite = SUITE) -> tuple[bytes, EncryptedDataKey]:
    made = keyring.on_encrypt(empty(suite))
    assert made.data_encryption_key is not None
    (key,) = made.encrypted_data_keys
    return made.data_encryption_key.data_key, key


def opened(keyring: EcdhKeyring, *keys: EncryptedDataKey, suite: AlgorithmSuite = SUITE) -> bytes:
    read = keyring.on_decrypt(unread(suite), keys)
    assert read.data_encryption_key is not None
    return read.data_encryption_key.data_key


def refusal(keyring: EcdhKeyring, *keys: EncryptedDataKey) -> exceptions.UnwrapDataKeyError:
    """Return the error that says why no key was opened; there is a reason for each."""
    given = unread()
    with pytest.raises(exceptions.UnwrapDataKeyError, match="Unable to decrypt any data key with ") as caught:
        keyring.on_decrypt(given, keys)
    assert given.data_encryption_key is None
    assert len(caught.value.errors) == len(keys)
    return caught.value


def altered(key: EncryptedDataKey, info: bytes | None = None, ciphertext: bytes | None = None) -> EncryptedDataKey:
    provider = MasterKeyInfo(key.key_provider.provider_id, key.key_provider.key_info if info is None else info)
    return EncryptedDataKey(provider, key.encrypted_data_key if ciphertext is None else ciphertext)


def said(keyring: EcdhKeyring, *keys: EncryptedDataKey) -> str:
    """Return what the error says."""
    return str(refusal(keyring, *keys))
