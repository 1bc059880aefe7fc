"""Encrypt and decrypt bytes, each in one call, with the defaults."""

from __future__ import annotations

import os

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.keyrings.raw import RawAESKeyring


def run(source_plaintext: bytes) -> bytes:
    """Encrypt the plaintext and decrypt the message again.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the message
    """
    # A client without settings writes and reads only messages that commit to their data key.
    client = EncryptionSDKClient()

    # Every message is encrypted under a data key of its own. The keyring wraps that data key under your wrapping key.
    # A program that runs more than once keeps its wrapping key in a safe place; this one makes a new key every time.
    keyring = RawAESKeyring(key_namespace="examples", key_name="one-step", wrapping_key=os.urandom(32))

    # The encryption context says what the message is about. It is not secret: it is stored in the message in the clear.
    # It is authenticated: nobody can change it or move the ciphertext to another context without being noticed.
    encryption_context = {"purpose": "example", "table": "customers"}

    ciphertext, _ = client.encrypt(source=source_plaintext, keyring=keyring, encryption_context=encryption_context)

    # With the encryption context that you expect, decrypt refuses any message that has another one.
    plaintext, header = client.decrypt(source=ciphertext, keyring=keyring, encryption_context=encryption_context)

    # The header that comes back was authenticated too. A program that does not know the context beforehand reads it there,
    # and checks it before it trusts the plaintext. The message may hold more pairs than the caller gave, such as the
    # verification key of its signature; so look for your own pairs, not for equality.
    if not encryption_context.items() <= header.encryption_context.items():
        raise ValueError("The message belongs to another encryption context")
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
