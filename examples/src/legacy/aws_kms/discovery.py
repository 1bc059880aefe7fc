"""Decrypt with whatever key in AWS KMS the message names, by a discovery master key provider with a filter."""

from __future__ import annotations

import sys

from aws_encryption_sdk import DiscoveryAwsKmsMasterKeyProvider, EncryptionSDKClient, StrictAwsKmsMasterKeyProvider
from aws_encryption_sdk.exceptions import MasterKeyProviderError
from aws_encryption_sdk.key_providers.kms import DiscoveryFilter

ENCRYPTION_CONTEXT = {"purpose": "example", "provider": "AWS KMS, discovery"}


def run(source_plaintext: bytes, key_arn: str) -> bytes:
    """Encrypt under a key, decrypt without naming it, and see it refused where its account is not allowed.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :returns: The plaintext that came out of the message
    """
    client = EncryptionSDKClient()
    message, _ = client.encrypt(
        source=source_plaintext,
        key_provider=StrictAwsKmsMasterKeyProvider(key_ids=[key_arn]),
        encryption_context=ENCRYPTION_CONTEXT,
    )

    # Without a filter, anybody's key would be asked, as long as the credentials of this program may use it.
    _, partition, _, _, account, _ = key_arn.split(":")
    allowed = DiscoveryFilter(account_ids=[account], partition=partition)
    plaintext, _ = client.decrypt(
        source=message,
        key_provider=DiscoveryAwsKmsMasterKeyProvider(discovery_filter=allowed),
        encryption_context=ENCRYPTION_CONTEXT,
    )

    others = DiscoveryFilter(account_ids=["000000000000"], partition=partition)
    try:
        client.decrypt(source=message, key_provider=DiscoveryAwsKmsMasterKeyProvider(discovery_filter=others))
    except MasterKeyProviderError:
        return plaintext
    raise RuntimeError("A key of another account was used")


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
