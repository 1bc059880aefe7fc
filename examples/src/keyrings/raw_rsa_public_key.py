"""Encrypt for somebody else, with nothing but their public RSA key; ``raw_rsa_private_key.py`` is their side.

Try it with::

    openssl genrsa -out private.pem 3072
    openssl rsa -in private.pem -pubout -out public.pem
    python raw_rsa_public_key.py public.pem < letter.txt > letter.encrypted
"""

from __future__ import annotations

import sys
from pathlib import Path

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.identifiers import WrappingAlgorithm
from aws_encryption_sdk.keyrings.raw import RawRSAKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "recipient": "archive"}


def run(source_plaintext: bytes, public_key_pem: bytes) -> bytes:
    """Encrypt the plaintext under a public key.

    :param source_plaintext: What to encrypt
    :param public_key_pem: Public RSA key of the recipient, PEM
    :returns: The encrypted message, which this program itself cannot read again
    """
    keyring = RawRSAKeyring.from_pem_encoding(
        key_namespace="examples",
        key_name="archive-rsa",
        wrapping_algorithm=WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
        public_encoded_key=public_key_pem,
    )
    message, _ = EncryptionSDKClient().encrypt(
        source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT
    )
    return message


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: python {sys.argv[0]} PUBLIC_KEY.pem < PLAINTEXT > MESSAGE")
    sys.stdout.buffer.write(run(sys.stdin.buffer.read(), Path(sys.argv[1]).read_bytes()))
