"""Move a program from the master key providers of AWS KMS to the keyrings with the same keys."""

from __future__ import annotations

import sys

from aws_encryption_sdk import DiscoveryAwsKmsMasterKeyProvider, EncryptionSDKClient, StrictAwsKmsMasterKeyProvider
from aws_encryption_sdk.key_providers.kms import DiscoveryFilter
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsDiscoveryMultiKeyring, AwsKmsMultiKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "migration": "keyrings of AWS KMS"}


def run(source_plaintext: bytes, key_arn: str, other_region_key_arn: str) -> bytes:
    """Encrypt with the old and the new classes, and decrypt each message with all of both.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :param other_region_key_arn: ARN of another one
    :returns: The plaintext that came out of the last message
    """
    _, partition, _, region, account, _ = key_arn.split(":")
    discovery_filter = DiscoveryFilter(account_ids=[account], partition=partition)

    # The first key id of a provider generates data keys: that is the generator of a keyring.
    strict = {"key_provider": StrictAwsKmsMasterKeyProvider(key_ids=[key_arn, other_region_key_arn])}
    multi = {"keyring": AwsKmsMultiKeyring(generator=key_arn, kms_key_ids=[other_region_key_arn])}
    # A discovery provider asks in the region that a message names; a keyring asks in those that you name.
    discovery_provider = {"key_provider": DiscoveryAwsKmsMasterKeyProvider(discovery_filter=discovery_filter)}
    discovery_keyring = {"keyring": AwsKmsDiscoveryMultiKeyring(regions=[region], discovery_filter=discovery_filter)}

    client, plaintext = EncryptionSDKClient(), b""
    for writer in (strict, multi):
        message, _ = client.encrypt(source=source_plaintext, encryption_context=ENCRYPTION_CONTEXT, **writer)
        for reader in (strict, multi, discovery_provider, discovery_keyring):
            plaintext, _ = client.decrypt(source=message, encryption_context=ENCRYPTION_CONTEXT, **reader)
            if plaintext != source_plaintext:
                raise RuntimeError("Another message was read")
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
