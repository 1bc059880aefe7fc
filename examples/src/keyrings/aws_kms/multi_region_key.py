"""Encrypt under a multi-Region key in one Region, and decrypt with its replica in another."""

from __future__ import annotations

import sys

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsMrkDiscoveryMultiKeyring, AwsKmsMrkMultiKeyring, DiscoveryFilter

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "AWS KMS, multi-Region key"}


def run(source_plaintext: bytes, mrk_arn: str, replica_arn: str) -> bytes:
    """Encrypt under the primary key, and decrypt with its replica.

    :param source_plaintext: What to encrypt
    :param mrk_arn: ARN of a multi-Region key, whose id begins with ``mrk-``
    :param replica_arn: ARN of a replica of that key, in another Region
    :returns: The plaintext, which came out twice
    """
    client = EncryptionSDKClient()
    # The message has one encrypted data key, and any replica opens it: no second key has to be named, nor asked on encrypt.
    ciphertext, _ = client.encrypt(
        source=source_plaintext, keyring=AwsKmsMrkMultiKeyring(mrk_arn), encryption_context=ENCRYPTION_CONTEXT
    )

    # In the other Region the program names the replica there. The keyring sees that the two are the same key. (Keyrings
    # without "Mrk" in their name take multi-Region keys too, but only in the Region that the message names.)
    plaintext, _ = client.decrypt(
        source=ciphertext, keyring=AwsKmsMrkMultiKeyring(replica_arn), encryption_context=ENCRYPTION_CONTEXT
    )

    # Or it names no key: of a multi-Region key that the message names, the replica in this Region is asked for.
    _, partition, _, region, account, _ = replica_arn.split(":")
    discovery = AwsKmsMrkDiscoveryMultiKeyring(
        regions=[region], discovery_filter=DiscoveryFilter(account_ids=[account], partition=partition)
    )
    if client.decrypt(source=ciphertext, keyring=discovery, encryption_context=ENCRYPTION_CONTEXT).result != plaintext:
        raise RuntimeError("The two keyrings gave different plaintexts")
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
