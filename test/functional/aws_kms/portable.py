"""Keyrings and client suppliers that go to other processes."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.identifiers import ECDHCurveSpec
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsDiscoveryKeyring,
    AwsKmsDiscoveryMultiKeyring,
    AwsKmsEcdhKeyring,
    AwsKmsKeyring,
    AwsKmsMrkDiscoveryKeyring,
    AwsKmsMrkDiscoveryMultiKeyring,
    AwsKmsMrkKeyring,
    AwsKmsMrkMultiKeyring,
    AwsKmsMultiKeyring,
    AwsKmsRsaKeyring,
    AwsKmsStrictKeyring,
    KmsPrivateKeyToStaticPublicKey,
    KmsPublicKeyDiscovery,
)
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import (
    ClientSupplier,
    KMSClient,
)
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from test.emulation.clients import HAS_DERIVE_SHARED_SECRET, EmulationClientSupplier
from test.emulation.settings import OTHER_REGION, REGION
from test.functional.aws_kms.kinds import UNSIGNED
from test.functional.aws_kms.shared_keys import SharedKeys


@dataclass
class CountingSupplier(ClientSupplier):
    """A client supplier that notes which process asked it."""

    supplier: EmulationClientSupplier
    asked_by: list[int] = field(default_factory=list)

    def __call__(self, region_name: str | None) -> KMSClient:
        self.asked_by.append(os.getpid())
        return self.supplier(region_name)


@dataclass
class GetClientSupplier:
    """A client supplier in the manner of the Material Providers Library."""

    supplier: EmulationClientSupplier

    def get_client(self, input: Any) -> KMSClient:
        return self.supplier(input.region)


def keyrings(keys: SharedKeys, supplier: Any) -> dict[str, tuple[Keyring, Keyring]]:
    """Return keyrings of every class that takes a client supplier: one that encrypts, and one that decrypts."""
    strict = AwsKmsStrictKeyring(keys.key, client_supplier=supplier)
    primary = AwsKmsMrkKeyring(keys.primary, client_supplier=supplier)
    multi = AwsKmsMultiKeyring(keys.key, [keys.further], supplier)
    mrk_multi = AwsKmsMrkMultiKeyring(keys.primary, [keys.further], supplier)
    legacy = AwsKmsKeyring(supplier, generator_key_id=keys.key, key_ids=[keys.further])
    composed = MultiKeyring(strict, [primary])
    rsa = AwsKmsRsaKeyring(keys.rsa, "RSAES_OAEP_SHA_256", keys.rsa_public, client_supplier=supplier)
    made = {
        "strict": (strict, strict),
        "multi": (multi, multi),
        "discovery": (strict, AwsKmsDiscoveryKeyring(client_supplier=supplier, region=REGION)),
        "discovery multi": (strict, AwsKmsDiscoveryMultiKeyring([REGION, OTHER_REGION], None, supplier)),
        "MRK": (primary, AwsKmsMrkKeyring(keys.replica, client_supplier=supplier)),
        "MRK multi": (mrk_multi, mrk_multi),
        "MRK discovery": (primary, AwsKmsMrkDiscoveryKeyring(region=OTHER_REGION, client_supplier=supplier)),
        "MRK discovery multi": (primary, AwsKmsMrkDiscoveryMultiKeyring([OTHER_REGION], None, supplier)),
        "AwsKmsKeyring": (legacy, legacy),
        "AwsKmsKeyring, discovery": (strict, AwsKmsKeyring(supplier, is_discovery=True)),
        "MultiKeyring": (composed, composed),
        "RSA": (rsa, rsa),
    }
    if HAS_DERIVE_SHARED_SECRET:
        agreement, curve = keys.agreements["P384"], ECDHCurveSpec.ECC_NIST_P384
        static = KmsPrivateKeyToStaticPublicKey(agreement.sender, agreement.recipient_public)
        made["ECDH"] = (
            AwsKmsEcdhKeyring(static, curve, client_supplier=supplier),
            AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(agreement.recipient), curve, client_supplier=supplier),
        )
    return made


NAMES = [
    "strict",
    "multi",
    "discovery",
    "discovery multi",
    "MRK",
    "MRK multi",
    "MRK discovery",
    "MRK discovery multi",
    "AwsKmsKeyring",
    "AwsKmsKeyring, discovery",
    "MultiKeyring",
    "RSA",
    *(["ECDH"] if HAS_DERIVE_SHARED_SECRET else []),
]


def round_trip(pair: tuple[Keyring, Keyring], letter: bytes | None = None) -> bytes:
    """Open a letter from elsewhere, then write one of our own."""
    encrypting, decrypting = pair
    client = EncryptionSDKClient()
    if letter is not None:
        assert client.decrypt(source=letter, keyring=decrypting).result == b"letter"
    message: bytes = client.encrypt(source=b"letter", keyring=encrypting, algorithm=UNSIGNED).result
    return message
