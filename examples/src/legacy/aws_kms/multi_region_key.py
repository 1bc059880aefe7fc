"""Encrypt in one Region under a multi-Region key, and decrypt in another with its replica."""

from __future__ import annotations

import sys

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.key_providers.base import MasterKeyProvider
from aws_encryption_sdk.key_providers.kms import (
    DiscoveryFilter,
    MRKAwareDiscoveryAwsKmsMasterKeyProvider,
    MRKAwareStrictAwsKmsMasterKeyProvider,
)

ENCRYPTION_CONTEXT = {"purpose": "example", "provider": "AWS KMS, multi-Region key"}


def run(source_plaintext: bytes, mrk_arn: str, replica_arn: str) -> bytes:
    """Encrypt under the one, and decrypt with the other: named, and discovered.

    :param source_plaintext: What to encrypt
    :param mrk_arn: ARN of a symmetric multi-Region key
    :param replica_arn: ARN of a replica of it in another Region
    :returns: The plaintext that came out of the message
    """
    # Other providers take the two for different keys.
    message, _ = EncryptionSDKClient().encrypt(
        source=source_plaintext,
        key_provider=MRKAwareStrictAwsKmsMasterKeyProvider(key_ids=[mrk_arn]),
        encryption_context=ENCRYPTION_CONTEXT,
    )
    plaintext = decrypt(message, MRKAwareStrictAwsKmsMasterKeyProvider(key_ids=[replica_arn]))

    _, partition, _, region, account, _ = replica_arn.split(":")
    discovering = MRKAwareDiscoveryAwsKmsMasterKeyProvider(
        discovery_region=region, discovery_filter=DiscoveryFilter(account_ids=[account], partition=partition)
    )
    if decrypt(message, discovering) != plaintext:
        raise RuntimeError("The replica opened another message")
    return plaintext


def decrypt(message: bytes, key_provider: MasterKeyProvider) -> bytes:
    """Decrypt with a key of the provider."""
    plaintext, _ = EncryptionSDKClient().decrypt(
        source=message, key_provider=key_provider, encryption_context=ENCRYPTION_CONTEXT
    )
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
