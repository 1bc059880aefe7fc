"""Wrap data keys under an RSA key pair that the program holds as key objects."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import rsa

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.identifiers import WrappingAlgorithm
from aws_encryption_sdk.keyrings.raw import RawRSAKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "raw RSA"}


def run(source_plaintext: bytes) -> bytes:
    """Encrypt and decrypt under a new RSA key pair.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the message
    """
    # `cryptography` makes and loads RSA keys, also such as stay in a hardware module and only look like its classes.
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=3072)

    # With both halves of the key pair the keyring encrypts and decrypts. The two must belong together.
    keyring = RawRSAKeyring(
        key_namespace="examples",
        key_name="rsa-2026",
        # The padding is no part of the message: both sides have to agree on it. Take OAEP; PKCS1 is for old messages.
        wrapping_algorithm=WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
        private_wrapping_key=private_key,
        public_wrapping_key=private_key.public_key(),
    )

    client = EncryptionSDKClient()
    message, _ = client.encrypt(source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    plaintext, _ = client.decrypt(source=message, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
