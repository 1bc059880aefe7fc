"""Builds keyrings from the key descriptions of test vectors, or says why that cannot be done."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from aws_encryption_sdk.branch_keys import BranchKeyMaterials
from aws_encryption_sdk.exceptions import BranchKeyNotFoundError
from aws_encryption_sdk.identifiers import ECDHCurveSpec, WrappingAlgorithm
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsHierarchicalKeyring
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import (
    PublicKeyDiscovery,
    RawAESKeyring,
    RawECDHKeyring,
    RawPrivateKeyToStaticPublicKey,
    RawRSAKeyring,
)
from aws_encryption_sdk.materials_managers import DecryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo, RawDataKey

from .archives import Json

#: Why the types of keys that are not built here are left out.
_REASONS: Final = {
    "aws-kms": "needs AWS KMS",
    "aws-kms-mrk-aware": "needs AWS KMS",
    "aws-kms-mrk-aware-discovery": "needs AWS KMS",
    "aws-kms-ecdh": "needs AWS KMS",
    "aws-kms-rsa": "needs AWS KMS",
}

_CURVES: Final = {
    "ecc-256": ECDHCurveSpec.ECC_NIST_P256,
    "ecc-384": ECDHCurveSpec.ECC_NIST_P384,
    "ecc-521": ECDHCurveSpec.ECC_NIST_P521,
}

_RSA_PADDINGS: Final = {
    ("pkcs1", None): WrappingAlgorithm.RSA_PKCS1,
    ("oaep-mgf1", "sha1"): WrappingAlgorithm.RSA_OAEP_SHA1_MGF1,
    ("oaep-mgf1", "sha256"): WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
    ("oaep-mgf1", "sha384"): WrappingAlgorithm.RSA_OAEP_SHA384_MGF1,
    ("oaep-mgf1", "sha512"): WrappingAlgorithm.RSA_OAEP_SHA512_MGF1,
}


class StaticDataKeyKeyring(Keyring):
    """Answers with the data key it was given, whatever the encrypted data keys are.

    :param data_key: Plaintext data key
    """

    def __init__(self, data_key: bytes) -> None:
        self._data_key = RawDataKey(MasterKeyInfo("static-data-key", b"test vector"), data_key)

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        return decryption_materials.with_data_encryption_key(self._data_key)


class OneBranchKey:
    """A branch key store that has one version of one branch key.

    :param materials: That version
    """

    logical_key_store_name = "published test vectors"

    def __init__(self, materials: BranchKeyMaterials) -> None:
        self._materials = materials

    def get_active_branch_key(self, branch_key_identifier: str) -> BranchKeyMaterials:
        return self.get_branch_key_version(branch_key_identifier, self._materials.branch_key_version)

    def get_branch_key_version(self, branch_key_identifier: str, branch_key_version: str) -> BranchKeyMaterials:
        asked = branch_key_identifier, branch_key_version
        if asked != (self._materials.branch_key_identifier, self._materials.branch_key_version):
            raise BranchKeyNotFoundError(f"The archive has no branch key {asked}")
        return self._materials


def why_not_built(description: Json, keys: Json) -> str | None:
    """Name the kind of key that a description needs and that is not built here; None where a keyring can be built.

    :param description: Key description of a test
    :param keys: The keys of its archive
    """
    kind = description["type"]
    if kind == "aws-kms-hierarchy" and "branchKey" not in keys[description["key"]]:
        return "needs a branch key that the archive only names"
    if kind in ("raw", "raw-ecdh", "static-data-key", "aws-kms-hierarchy"):
        return None
    if kind in ("multi-keyring", "required-encryption-context-cmm"):
        return next(filter(None, (why_not_built(part, keys) for part in _parts(description))), None)
    return _REASONS.get(kind) or f"needs keys of the unknown type {kind}"


def keyring_from(description: Json, keys: Json) -> Keyring:
    """Build the keyring that a description asks for.

    Keyrings are kept, because checking a long RSA key takes its time.

    :param description: Key description of a test
    :param keys: The keys of its archive
    """
    named = {name: keys[name] for name in sorted(_key_names(description))}
    return _keyring(json.dumps(description), json.dumps(named))


@lru_cache(maxsize=64)
def _keyring(description_json: str, keys_json: str) -> Keyring:
    return _build(json.loads(description_json), json.loads(keys_json))


def _build(description: Json, keys: Json) -> Keyring:
    kind = description["type"]
    if kind == "static-data-key":
        return StaticDataKeyKeyring(base64.b64decode(description["data-key"], validate=True))
    if kind == "multi-keyring":
        generator = description.get("generator")
        return MultiKeyring(
            generator=None if generator is None else keyring_from(generator, keys),
            children=[keyring_from(child, keys) for child in description["childKeyrings"]],
        )
    if kind == "required-encryption-context-cmm":
        # The caller's encryption context on decrypt does what this CMM does: what the message does not store is required.
        return keyring_from(description["underlying"], keys)
    if kind == "raw":
        return _build_raw(description, keys[description["key"]])
    if kind == "raw-ecdh":
        return _build_raw_ecdh(description, keys[description["recipient"]])
    if kind == "aws-kms-hierarchy":
        return _build_hierarchical(keys[description["key"]])
    raise ValueError(f"No keyring is built of the type {kind}")


def _build_raw(description: Json, key: Json) -> Keyring:
    namespace, name = description["provider-id"], key["key-id"]
    if description["encryption-algorithm"] == "aes":
        return RawAESKeyring(
            key_namespace=namespace, key_name=name, wrapping_key=base64.b64decode(key["material"], validate=True)
        )
    padding = description["padding-algorithm"], description.get("padding-hash")
    pem = key["material"].encode("ascii")
    return RawRSAKeyring.from_pem_encoding(
        key_namespace=namespace,
        key_name=name,
        wrapping_algorithm=_RSA_PADDINGS[padding],
        private_encoded_key=pem if key["type"] == "private" else None,
        public_encoded_key=pem if key["type"] == "public" else None,
    )


def _build_raw_ecdh(description: Json, pair: Json) -> Keyring:
    """Build from the key pairs of a sender and a recipient, which one entry of the keys holds."""
    if description["schema"] == "discovery":
        scheme: PublicKeyDiscovery | RawPrivateKeyToStaticPublicKey = PublicKeyDiscovery(pair["recipient-material"])
    else:
        recipient_public_key = base64.b64decode(pair["recipient-material-public-key"], validate=True)
        scheme = RawPrivateKeyToStaticPublicKey(pair["sender-material"], recipient_public_key)
    return RawECDHKeyring(scheme, _CURVES[description["ecc-curve"]])


def _build_hierarchical(key: Json) -> Keyring:
    branch_key = base64.b64decode(key["branchKey"], validate=True)
    store = OneBranchKey(BranchKeyMaterials(key["key-id"], key["branchKeyVersion"], branch_key))
    return AwsKmsHierarchicalKeyring(store, branch_key_id=key["key-id"], ttl_seconds=600)


def _parts(description: Json) -> list[Json]:
    """Return the descriptions inside a description."""
    if description["type"] == "multi-keyring":
        generator = description.get("generator")
        return [*([] if generator is None else [generator]), *description["childKeyrings"]]
    if description["type"] == "required-encryption-context-cmm":
        return [description["underlying"]]
    return []


def _key_names(description: Json) -> set[str]:
    names = {description[name] for name in ("key", "recipient") if name in description}
    return names.union(*map(_key_names, _parts(description)))
