"""Decrypt with whatever key in AWS KMS the message names, as long as it belongs to one of your accounts."""

from __future__ import annotations

import sys

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsDiscoveryMultiKeyring, AwsKmsMultiKeyring, DiscoveryFilter

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "AWS KMS, discovery"}


def run(source_plaintext: bytes, key_arn: str) -> bytes:
    """Encrypt under a key, and decrypt without naming it.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :returns: The plaintext that came out of the message
    """
    client = EncryptionSDKClient()
    # There is no discovery when encrypting: say which key is to protect the message.
    ciphertext, _ = client.encrypt(
        source=source_plaintext, keyring=AwsKmsMultiKeyring(key_arn), encryption_context=ENCRYPTION_CONTEXT
    )

    # Anybody can write a message under a key of their own account and let your program ask for it. The filter says whose keys
    # are asked for; a message without one of them is refused without a request.
    _, partition, _, region, account, _ = key_arn.split(":")
    discovery = AwsKmsDiscoveryMultiKeyring(
        regions=[region], discovery_filter=DiscoveryFilter(account_ids=[account], partition=partition)
    )
    plaintext, _ = client.decrypt(source=ciphertext, keyring=discovery, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
