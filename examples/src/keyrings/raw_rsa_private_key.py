"""Decrypt what others have encrypted for you, with your private RSA key; ``raw_rsa_public_key.py`` is their side.

Try it with::

    python raw_rsa_private_key.py private.pem < letter.encrypted

The password of an encrypted private key is taken from the environment variable ``PRIVATE_KEY_PASSWORD``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.identifiers import WrappingAlgorithm
from aws_encryption_sdk.keyrings.raw import RawRSAKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "recipient": "archive"}


def run(message: bytes, private_key_pem: bytes, password: bytes | None = None) -> bytes:
    """Decrypt a message under a private key.

    :param message: Encrypted message
    :param private_key_pem: Private RSA key, PEM
    :param password: Password of the private key, if it has one
    :returns: The plaintext
    """
    # Namespace, name and padding are the same as on the other side.
    keyring = RawRSAKeyring.from_pem_encoding(
        key_namespace="examples",
        key_name="archive-rsa",
        wrapping_algorithm=WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
        private_encoded_key=private_key_pem,
        password=password,
    )
    # Everybody can encrypt under a public key: the context shows what the message is meant for, not who wrote it.
    plaintext, _ = EncryptionSDKClient().decrypt(source=message, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: python {sys.argv[0]} PRIVATE_KEY.pem < MESSAGE > PLAINTEXT")
    secret = os.environ.get("PRIVATE_KEY_PASSWORD")
    plaintext = run(sys.stdin.buffer.read(), Path(sys.argv[1]).read_bytes(), secret.encode() if secret else None)
    sys.stdout.buffer.write(plaintext)
