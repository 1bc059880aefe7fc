"""Encrypt and decrypt with a master key provider of AWS KMS, as programs for versions 1 to 4 do."""

from __future__ import annotations

import sys

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient, StrictAwsKmsMasterKeyProvider

ENCRYPTION_CONTEXT = {"purpose": "example", "provider": "AWS KMS, strict"}


def run(source_plaintext: bytes, key_arn: str) -> bytes:
    """Encrypt and decrypt under one key.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :returns: The plaintext that came out of the message
    """
    # A new program takes AwsKmsMultiKeyring(key_arn) as its keyring; see src/keyrings/aws_kms/single_key.py. Either opens what
    # the other one wrote.
    key_provider = StrictAwsKmsMasterKeyProvider(key_ids=[key_arn])
    client = EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
    ciphertext, _ = client.encrypt(source=source_plaintext, key_provider=key_provider, encryption_context=ENCRYPTION_CONTEXT)

    plaintext, header = client.decrypt(source=ciphertext, key_provider=key_provider)
    # The message may be genuine and yet be another one than you meant to read: compare what it is about. The client does so for
    # you if you hand it encryption_context, which versions 1 to 4 did not take together with a key provider.
    if not header.encryption_context.items() >= ENCRYPTION_CONTEXT.items():
        raise ValueError("This is another message")
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
