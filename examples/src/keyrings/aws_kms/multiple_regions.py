"""Wrap one data key under keys in two Regions, so that either Region alone opens the message."""

from __future__ import annotations

import sys

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "AWS KMS, two Regions"}


def run(source_plaintext: bytes, key_arn: str, other_region_key_arn: str) -> bytes:
    """Encrypt under two keys, and decrypt with each of them alone.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :param other_region_key_arn: ARN of another one, in another Region
    :returns: The plaintext, which both keys gave
    """
    client = EncryptionSDKClient()
    # The generator makes the data key, and both keys wrap it. If one of them cannot, nothing is encrypted: a message that lacks
    # a key would be noticed on the day that it is needed.
    both = AwsKmsKeyring(generator_key_id=key_arn, key_ids=[other_region_key_arn])
    ciphertext, header = client.encrypt(source=source_plaintext, keyring=both, encryption_context=ENCRYPTION_CONTEXT)
    if len(header.encrypted_data_keys) != 2:
        raise RuntimeError("Not every key has wrapped the data key")

    # Whoever decrypts names the keys that it may use. A program in one Region names the key of that Region.
    plaintexts = []
    for arn in (key_arn, other_region_key_arn):
        alone = AwsKmsKeyring(generator_key_id=arn)
        plaintext, _ = client.decrypt(source=ciphertext, keyring=alone, encryption_context=ENCRYPTION_CONTEXT)
        plaintexts.append(plaintext)
    if plaintexts[0] != plaintexts[1]:
        raise RuntimeError("The two keys gave different plaintexts")
    return plaintexts[0]


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
