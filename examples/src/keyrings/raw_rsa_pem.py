"""Wrap data keys under an RSA key pair that is stored as PEM, the private key under a password."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.identifiers import WrappingAlgorithm
from aws_encryption_sdk.keyrings.raw import RawRSAKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "raw RSA from PEM"}


def run(source_plaintext: bytes) -> bytes:
    """Make a key pair, store it as PEM, load it again, then encrypt and decrypt.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the message
    """
    password = secrets.token_bytes(24)
    public_pem, private_pem = make_key_pair(password)
    keyring = load_keyring(public_pem, private_pem, password)
    client = EncryptionSDKClient()
    message, _ = client.encrypt(source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    plaintext, _ = client.decrypt(source=message, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


def make_key_pair(password: bytes) -> tuple[bytes, bytes]:
    """Return a new public key and its private key, both PEM; the private key is encrypted with the password."""
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    public_pem = private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    private_pem = private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )
    return public_pem, private_pem


def load_keyring(public_pem: bytes, private_pem: bytes, password: bytes) -> RawRSAKeyring:
    """Make a keyring of the two PEM texts. For DER there is ``from_der_encoding`` with the same arguments."""
    return RawRSAKeyring.from_pem_encoding(
        key_namespace="examples",
        key_name="rsa-2026",
        wrapping_algorithm=WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
        public_encoded_key=public_pem,
        private_encoded_key=private_pem,
        password=password,
    )


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
