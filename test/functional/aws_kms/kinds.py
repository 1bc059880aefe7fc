"""The kinds of keyrings: for each, one that encrypts, one that decrypts, and the requests that they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from aws_encryption_sdk.identifiers import AlgorithmSuite, ECDHCurveSpec
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
    DiscoveryFilter,
    KmsPrivateKeyToStaticPublicKey,
    KmsPublicKeyDiscovery,
)
from aws_encryption_sdk.keyrings.base import Keyring
from test.emulation.clients import HAS_DERIVE_SHARED_SECRET, EmulationClientSupplier
from test.emulation.settings import ACCOUNT, OTHER_REGION, REGION
from test.functional.aws_kms.shared_keys import CURVES, SharedKeys

SIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
NO_DERIVE_SHARED_SECRET = "" if HAS_DERIVE_SHARED_SECRET else "this version of botocore does not know DeriveSharedSecret"
GRANT_TOKENS = ["first grant token", "second grant token"]


class Asked(NamedTuple):
    """A request that is expected."""

    operation: str
    region: str
    key_id: str


MakeKeyring = Callable[[SharedKeys, EmulationClientSupplier], Keyring]
Expect = Callable[[SharedKeys], list[Asked]]


@dataclass(frozen=True)
class Kind:
    """A kind of keyring.

    :param name: What tests call it
    :param encrypting: Makes a keyring that encrypts
    :param decrypting: Makes a keyring that decrypts what that one encrypted
    :param asked_to_encrypt: Requests of the former
    :param asked_to_decrypt: Requests of the latter
    :param suite: Algorithm suite
    :param sends_context: Whether KMS is told the encryption context
    :param lacking: Why this environment cannot run it; empty if it can
    """

    name: str
    encrypting: MakeKeyring
    decrypting: MakeKeyring
    asked_to_encrypt: Expect
    asked_to_decrypt: Expect
    suite: AlgorithmSuite = SIGNED
    sends_context: bool = True
    lacking: str = ""

    def __str__(self) -> str:
        return self.name


def strict(keys: SharedKeys, supplier: EmulationClientSupplier) -> Keyring:
    """Return a keyring of the one symmetric key."""
    return AwsKmsStrictKeyring(keys.key, supplier(REGION), GRANT_TOKENS)


def generated(keys: SharedKeys) -> list[Asked]:
    """Return the request that makes a data key under the one symmetric key."""
    return [Asked("GenerateDataKey", REGION, keys.key)]


def generated_and_wrapped(keys: SharedKeys) -> list[Asked]:
    """Return the requests that make a data key under one key and wrap it under the other."""
    return [*generated(keys), Asked("Encrypt", OTHER_REGION, keys.further)]


def decrypted(keys: SharedKeys) -> list[Asked]:
    """Return the request that decrypts with the one symmetric key."""
    return [Asked("Decrypt", REGION, keys.key)]


FILTER = DiscoveryFilter(account_ids=[ACCOUNT], partition="aws")


def _symmetric_kinds() -> list[Kind]:
    def two_keys(keys: SharedKeys, supplier: EmulationClientSupplier) -> Keyring:
        return AwsKmsKeyring(supplier, generator_key_id=keys.key, key_ids=[keys.further], grant_tokens=GRANT_TOKENS)

    def multi(keys: SharedKeys, supplier: EmulationClientSupplier) -> Keyring:
        return AwsKmsMultiKeyring(keys.key, [keys.further], supplier, GRANT_TOKENS)

    return [
        Kind("AwsKmsKeyring", two_keys, two_keys, generated_and_wrapped, decrypted),
        Kind(
            "AwsKmsKeyring, discovery",
            two_keys,
            lambda keys, supplier: AwsKmsKeyring(supplier, is_discovery=True, grant_tokens=GRANT_TOKENS),
            generated_and_wrapped,
            decrypted,
        ),
        Kind("strict", strict, strict, generated, decrypted),
        Kind(
            "strict, alias",
            lambda keys, supplier: AwsKmsStrictKeyring(keys.alias, supplier(REGION), GRANT_TOKENS),
            strict,
            lambda keys: [Asked("GenerateDataKey", REGION, keys.alias)],
            decrypted,
        ),
        Kind("multi", multi, multi, generated_and_wrapped, decrypted),
        Kind(
            "multi, further key",
            multi,
            lambda keys, supplier: AwsKmsMultiKeyring(None, [keys.further], supplier, GRANT_TOKENS),
            generated_and_wrapped,
            lambda keys: [Asked("Decrypt", OTHER_REGION, keys.further)],
        ),
        Kind(
            "discovery",
            strict,
            lambda keys, supplier: AwsKmsDiscoveryKeyring(supplier(REGION), FILTER, GRANT_TOKENS),
            generated,
            decrypted,
        ),
        Kind(
            "discovery multi",
            strict,
            lambda keys, supplier: AwsKmsDiscoveryMultiKeyring([REGION, OTHER_REGION], FILTER, supplier, GRANT_TOKENS),
            generated,
            decrypted,
        ),
    ]


def _multi_region_kinds() -> list[Kind]:
    def primary(keys: SharedKeys, supplier: EmulationClientSupplier) -> Keyring:
        return AwsKmsMrkKeyring(keys.primary, supplier(REGION), GRANT_TOKENS)

    def primary_generated(keys: SharedKeys) -> list[Asked]:
        return [Asked("GenerateDataKey", REGION, keys.primary)]

    def replica_decrypted(keys: SharedKeys) -> list[Asked]:
        return [Asked("Decrypt", OTHER_REGION, keys.replica)]

    return [
        Kind(
            "MRK",
            primary,
            lambda keys, supplier: AwsKmsMrkKeyring(keys.replica, supplier(OTHER_REGION), GRANT_TOKENS),
            primary_generated,
            replica_decrypted,
        ),
        Kind(
            "MRK multi",
            lambda keys, supplier: AwsKmsMrkMultiKeyring(keys.primary, [keys.further], supplier, GRANT_TOKENS),
            lambda keys, supplier: AwsKmsMrkMultiKeyring(keys.replica, [keys.key], supplier, GRANT_TOKENS),
            lambda keys: [*primary_generated(keys), Asked("Encrypt", OTHER_REGION, keys.further)],
            replica_decrypted,
        ),
        Kind(
            "MRK discovery",
            primary,
            lambda keys, supplier: AwsKmsMrkDiscoveryKeyring(supplier(OTHER_REGION), OTHER_REGION, FILTER, GRANT_TOKENS),
            primary_generated,
            replica_decrypted,
        ),
        Kind(
            "MRK discovery multi",
            primary,
            lambda keys, supplier: AwsKmsMrkDiscoveryMultiKeyring([OTHER_REGION, REGION], FILTER, supplier, GRANT_TOKENS),
            primary_generated,
            replica_decrypted,
        ),
    ]


def _rsa_kinds() -> list[Kind]:
    def kind(algorithm: str) -> Kind:
        return Kind(
            algorithm,
            lambda keys, supplier: AwsKmsRsaKeyring(keys.rsa, algorithm, keys.rsa_public, None, GRANT_TOKENS),
            lambda keys, supplier: AwsKmsRsaKeyring(keys.rsa, algorithm, None, supplier(REGION), GRANT_TOKENS),
            # The public key is here.
            lambda keys: [],
            lambda keys: [Asked("Decrypt", REGION, keys.rsa)],
            suite=UNSIGNED,
            sends_context=False,
        )

    return [kind("RSAES_OAEP_SHA_1"), kind("RSAES_OAEP_SHA_256")]


def _ecdh_kinds() -> list[Kind]:
    def encrypting(curve: str) -> MakeKeyring:
        return lambda keys, supplier: AwsKmsEcdhKeyring(
            KmsPrivateKeyToStaticPublicKey(keys.agreements[curve].sender, keys.agreements[curve].recipient_public),
            ECDHCurveSpec[f"ECC_NIST_{curve}"],
            supplier(REGION),
            GRANT_TOKENS,
        )

    def recipient(curve: str) -> MakeKeyring:
        return lambda keys, supplier: AwsKmsEcdhKeyring(
            KmsPrivateKeyToStaticPublicKey(keys.agreements[curve].recipient, keys.agreements[curve].sender_public),
            ECDHCurveSpec[f"ECC_NIST_{curve}"],
            supplier(REGION),
            GRANT_TOKENS,
        )

    def discovering(curve: str) -> MakeKeyring:
        return lambda keys, supplier: AwsKmsEcdhKeyring(
            KmsPublicKeyDiscovery(keys.agreements[curve].recipient),
            ECDHCurveSpec[f"ECC_NIST_{curve}"],
            supplier(REGION),
            GRANT_TOKENS,
        )

    def derived_by(party: str, curve: str) -> Expect:
        return lambda keys: [Asked("DeriveSharedSecret", REGION, getattr(keys.agreements[curve], party))]

    return [
        Kind(
            f"ECDH {curve}, {name}",
            encrypting(curve),
            decrypting(curve),
            derived_by("sender", curve),
            derived_by("recipient", curve),
            sends_context=False,
            lacking=NO_DERIVE_SHARED_SECRET,
        )
        for curve in CURVES
        for name, decrypting in (("static", recipient), ("discovery", discovering))
    ]


KINDS = [*_symmetric_kinds(), *_multi_region_kinds(), *_rsa_kinds(), *_ecdh_kinds()]
