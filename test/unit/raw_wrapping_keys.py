"""Wrapping keys that the tests of raw master keys share."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from aws_encryption_sdk.identifiers import AlgorithmSuite, EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import WrappingKey

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"b": "2", "a": "1"}
KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)
PADDINGS = [algorithm for algorithm in WrappingAlgorithm if algorithm.name.startswith("RSA")]
AES_WRAPPINGS = [algorithm for algorithm in WrappingAlgorithm if algorithm.name.startswith("AES")]
AES = WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING
OAEP = WrappingAlgorithm.RSA_OAEP_SHA256_MGF1
PRIVATE_PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC_PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def aes_key(secret: bytes = bytes(range(32)), algorithm: WrappingAlgorithm = AES) -> WrappingKey:
    return WrappingKey(algorithm, secret, EncryptionKeyType.SYMMETRIC)


def private(algorithm: WrappingAlgorithm = OAEP, key: Any = PRIVATE_PEM) -> WrappingKey:
    return WrappingKey(algorithm, key, EncryptionKeyType.PRIVATE)


def public(algorithm: WrappingAlgorithm = OAEP, key: Any = PUBLIC_PEM) -> WrappingKey:
    return WrappingKey(algorithm, key, EncryptionKeyType.PUBLIC)
