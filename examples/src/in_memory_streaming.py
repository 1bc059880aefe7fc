"""Encrypt and decrypt in pieces, from memory to memory."""

from __future__ import annotations

import io
import os

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "transport": "memory"}
PIECE = 1024


def run(source_plaintext: bytes) -> bytes:
    """Encrypt the plaintext piece by piece and decrypt the message the same way.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the message
    """
    keyring = RawAESKeyring(key_namespace="examples", key_name="in-memory", wrapping_key=os.urandom(32))
    return decrypt_in_pieces(encrypt_in_pieces(source_plaintext, keyring), keyring)


def encrypt_in_pieces(plaintext: bytes, keyring: Keyring) -> bytes:
    """Read the message from an encrypting stream, a fixed number of bytes at a time."""
    message = io.BytesIO()
    client = EncryptionSDKClient()
    with client.stream(
        mode="encrypt", source=plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT
    ) as encryptor:
        # A stream is an object to read from: `read` gives what was asked for, and less only at the end.
        while piece := encryptor.read(PIECE):
            message.write(piece)
    return message.getvalue()


def decrypt_in_pieces(message: bytes, keyring: Keyring) -> bytes:
    """Iterate over a decrypting stream; trust nothing until the loop has ended without an exception."""
    plaintext = io.BytesIO()
    client = EncryptionSDKClient()
    with client.stream(mode="decrypt", source=message, keyring=keyring) as decryptor:
        # Other examples say beforehand, with `encryption_context=`, what they expect. This one looks at the header: asking for
        # it reads and authenticates it, and no plaintext has been released at this point.
        if not ENCRYPTION_CONTEXT.items() <= decryptor.header.encryption_context.items():
            raise ValueError("The message belongs to another encryption context")
        # Each piece was authenticated. The signature of the whole message is checked at its end: the last piece is held back
        # until then, and if the signature is wrong the loop ends with an exception. Then throw away what came before.
        for piece in decryptor:
            plaintext.write(piece)
    return plaintext.getvalue()


if __name__ == "__main__":
    print(run(b"Hello, world! " * 1000)[:13].decode())
