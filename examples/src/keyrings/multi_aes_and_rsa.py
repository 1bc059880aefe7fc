"""Wrap one data key under an AES key and under an RSA key, so that either of them opens the message."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.asymmetric import rsa

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.identifiers import WrappingAlgorithm
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring, RawRSAKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "multi"}


def run(source_plaintext: bytes) -> bytes:
    """Encrypt under two keys, and decrypt with each of them alone.

    :param source_plaintext: What to encrypt
    :returns: The plaintext, which both keys gave
    """
    # The service works with the AES key every day. The RSA key is for the day when that one is lost: the service holds only
    # its public half, and the private half is locked away.
    daily = RawAESKeyring(key_namespace="examples", key_name="daily", wrapping_key=os.urandom(32))
    recovery_key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    recovery_encrypts = recovery_keyring(public_key=recovery_key.public_key())
    recovery_decrypts = recovery_keyring(private_key=recovery_key)

    message = encrypt(source_plaintext, daily, recovery_encrypts)
    with_daily = decrypt(message, daily)
    with_recovery = decrypt(message, recovery_decrypts)
    if with_daily != with_recovery:
        raise RuntimeError("The two keys gave different plaintexts")
    return with_daily


def recovery_keyring(
    private_key: rsa.RSAPrivateKey | None = None, public_key: rsa.RSAPublicKey | None = None
) -> RawRSAKeyring:
    """Make a keyring for either half of the recovery key."""
    return RawRSAKeyring(
        key_namespace="examples",
        key_name="recovery",
        wrapping_algorithm=WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
        private_wrapping_key=private_key,
        public_wrapping_key=public_key,
    )


def encrypt(plaintext: bytes, generator: Keyring, *children: Keyring) -> bytes:
    """Encrypt under all of the keyrings; the first makes the data key, and every one wraps it."""
    keyring = MultiKeyring(generator=generator, children=children)
    message, header = EncryptionSDKClient().encrypt(source=plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    # The header lists who can open the message.
    if len(header.encrypted_data_keys) != 1 + len(children):
        raise RuntimeError("Not every keyring has wrapped the data key")
    return message


def decrypt(message: bytes, keyring: Keyring) -> bytes:
    """Decrypt with whatever keyring is at hand: one of those above, or a multi-keyring of several."""
    plaintext, _ = EncryptionSDKClient().decrypt(source=message, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
