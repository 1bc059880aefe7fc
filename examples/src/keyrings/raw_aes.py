"""Wrap data keys under an AES key of your own."""

from __future__ import annotations

import os

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "raw AES"}


def run(source_plaintext: bytes) -> bytes:
    """Encrypt and decrypt under an AES key of 256 bits.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the message
    """
    # Make the key with a source of random bytes that is made for keys, and never from a password by hand.
    return decrypt(encrypt(source_plaintext, wrapping_key := os.urandom(32)), wrapping_key)


def encrypt(plaintext: bytes, wrapping_key: bytes) -> bytes:
    """Encrypt under a wrapping key of 16, 24 or 32 bytes."""
    message, _ = EncryptionSDKClient().encrypt(
        source=plaintext, keyring=keyring_for(wrapping_key), encryption_context=ENCRYPTION_CONTEXT
    )
    return message


def decrypt(message: bytes, wrapping_key: bytes) -> bytes:
    """Decrypt under the wrapping key that the message was encrypted under."""
    plaintext, _ = EncryptionSDKClient().decrypt(
        source=message, keyring=keyring_for(wrapping_key), encryption_context=ENCRYPTION_CONTEXT
    )
    return plaintext


def keyring_for(wrapping_key: bytes) -> RawAESKeyring:
    """Make the keyring.

    Namespace and name are stored in the message in the clear. The keyring finds by them the data keys that it has wrapped, so
    they have to be the same on both sides. They do not replace the key: give another name to another key.
    """
    return RawAESKeyring(key_namespace="examples", key_name="aes-2026", wrapping_key=wrapping_key)


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
