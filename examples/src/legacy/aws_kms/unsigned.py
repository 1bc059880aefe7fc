"""Encrypt without a signature, and decrypt unsigned messages only."""

from __future__ import annotations

import sys

from aws_encryption_sdk import Algorithm, EncryptionSDKClient, StrictAwsKmsMasterKeyProvider
from aws_encryption_sdk.exceptions import ActionNotAllowedError

ENCRYPTION_CONTEXT = {"purpose": "example", "signed": "no"}


def run(source_plaintext: bytes, key_arn: str) -> bytes:
    """Encrypt without a signature, decrypt by a stream, and see a signed message refused.

    A signature tells who may encrypt from who may decrypt. Where the same people may do both, it costs time and says nothing.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :returns: The plaintext that came out of the unsigned message
    """
    client, key_provider = EncryptionSDKClient(), StrictAwsKmsMasterKeyProvider(key_ids=[key_arn])
    message, _ = client.encrypt(
        source=source_plaintext,
        algorithm=Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
        key_provider=key_provider,
        encryption_context=ENCRYPTION_CONTEXT,
    )
    # Every piece that this stream hands out is final. A stream of a signed message has to be read to its end before that.
    with client.stream(mode="decrypt-unsigned", source=message, key_provider=key_provider) as decryptor:
        plaintext = b"".join(decryptor)

    signed, _ = client.encrypt(source=source_plaintext, key_provider=key_provider, encryption_context=ENCRYPTION_CONTEXT)
    try:
        client.stream(mode="decrypt-unsigned", source=signed, key_provider=key_provider).read()
    except ActionNotAllowedError:
        return plaintext
    raise RuntimeError("A signed message was read")


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
