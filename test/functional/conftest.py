"""Fixtures that the functional tests share."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from aws_encryption_sdk.identifiers import WrappingAlgorithm
from aws_encryption_sdk.keyrings.raw import RawAESKeyring, RawRSAKeyring

from .material_sources import aes_keyring


@pytest.fixture
def keyring() -> RawAESKeyring:
    """A raw AES keyring."""
    return aes_keyring()


@pytest.fixture(scope="session")
def rsa_private_key() -> rsa.RSAPrivateKey:
    """An RSA key of 2048 bits."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def rsa_keyring(rsa_private_key: rsa.RSAPrivateKey) -> RawRSAKeyring:
    """A raw RSA keyring with both halves of its key."""
    return RawRSAKeyring(
        "tests",
        "rsa",
        WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
        private_wrapping_key=rsa_private_key,
        public_wrapping_key=rsa_private_key.public_key(),
    )
