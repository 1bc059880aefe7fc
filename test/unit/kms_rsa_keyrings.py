"""AWS KMS RSA keyrings over a client that holds their keys, and the steps that their tests are made of."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsRsaKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey

from .kms_double import PADDINGS, PREFIX, KmsDouble
from .operation_materials import SUITES

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
UNSIGNED_SUITES = [suite for suite in SUITES if not suite.is_signing()]
CONTEXT = {"b": "2", "a": "1"}
KEY, OTHER_KEY = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
ARN, OTHER_ARN = PREFIX + "key/one", PREFIX + "key/two"
MRK = "mrk-00000000000000000000000000000001"
MRK_ARN, REPLICA_ARN = PREFIX + "key/" + MRK, PREFIX.replace("us-west-2", "eu-west-1") + "key/" + MRK
TOKENS = ["one token", "another"]
SHA_1, SHA_256 = PADDINGS


def kms() -> KmsDouble:
    return KmsDouble({"one": KEY, "two": OTHER_KEY, MRK: KEY})


def pem(key: Any, encoding: Encoding = Encoding.PEM) -> bytes:
    encoded: bytes = key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    return encoded


def keyring(client: KmsDouble | None = None, **arguments: Any) -> AwsKmsRsaKeyring:
    """Return a keyring with a public key, and with the client where there is one."""
    given = {"kms_key_id": ARN, "encryption_algorithm": SHA_256, "public_key": pem(KEY), "grant_tokens": TOKENS}
    return AwsKmsRsaKeyring(**{**given, "kms_client": client, **arguments})


def empty(suite: AlgorithmSuite = SUITE, context: dict[str, str] | None = None) -> EncryptionMaterials:
    return EncryptionMaterials(suite, encryption_context=CONTEXT if context is None else context)


def unread(suite: AlgorithmSuite = SUITE, context: dict[str, str] | None = None) -> DecryptionMaterials:
    return DecryptionMaterials(algorithm=suite, encryption_context=CONTEXT if context is None else context)


def wrapped_by(writer: AwsKmsRsaKeyring, suite: AlgorithmSuite = SUITE) -> tuple[bytes, EncryptedDataKey]:
    made = writer.on_encrypt(empty(suite))
    assert made.data_encryption_key is not None
    (key,) = made.encrypted_data_keys
    return made.data_encryption_key.data_key, key


def opened(reader: AwsKmsRsaKeyring, *keys: EncryptedDataKey, suite: AlgorithmSuite = SUITE) -> bytes:
    read = reader.on_decrypt(unread(suite), keys)
    assert read.data_encryption_key is not None
    return read.data_encryption_key.data_key


def refusal(reader: AwsKmsRsaKeyring, *keys: EncryptedDataKey, context: dict[str, str] | None = None) -> str:
    given = unread(context=context)
    with pytest.raises(exceptions.UnwrapDataKeyError) as caught:
        reader.on_decrypt(given, keys)
    assert given.data_encryption_key is None
    assert len(caught.value.errors) == len(keys)
    return str(caught.value)
