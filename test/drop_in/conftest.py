"""Keys that the programs share."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from aws_encryption_sdk.keyrings.raw import RawAESKeyring


@pytest.fixture
def keyring() -> RawAESKeyring:
    """The keyring of a program that does not care which one it is."""
    return RawAESKeyring("my namespace", "my key", bytes(range(32)))


@pytest.fixture(scope="session")
def private_key() -> rsa.RSAPrivateKey:
    """An RSA key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
