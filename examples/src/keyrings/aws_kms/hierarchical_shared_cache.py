"""One cache for several hierarchical keyrings: those of a partition share branch keys, and those of another one do not."""

from __future__ import annotations

import sys

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.branch_keys import BranchKeyStore, KmsKeyArn
from aws_encryption_sdk.caches import StormTrackingCryptoMaterialsCache
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsHierarchicalKeyring

TTL_SECONDS = 600
ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "hierarchical, shared cache"}


def run(source_plaintext: bytes, key_arn: str, table_name: str) -> bytes:
    """Encrypt with one keyring, and decrypt with others over the same cache.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :param table_name: Name of a table for branch keys, which is made where it is missing
    :returns: The plaintext that came out of the message
    """
    store = BranchKeyStore(table_name, KmsKeyArn(key_arn), logical_key_store_name="example")
    store.create_key_store()
    branch_key_id = store.create_key()

    # Memory is bounded for all keyrings together. Where many threads need the same branch key at once, one of them asks for it;
    # and it is renewed a minute before it expires, so that nobody waits.
    cache = StormTrackingCryptoMaterialsCache(1000, grace_period=60, grace_interval=2, in_flight_ttl=10)

    def keyring(partition_id: str) -> AwsKmsHierarchicalKeyring:
        return AwsKmsHierarchicalKeyring(
            store, branch_key_id=branch_key_id, ttl_seconds=TTL_SECONDS, cache=cache, partition_id=partition_id
        )

    client = EncryptionSDKClient()
    plaintexts = []
    # Two parts of the program that may use each other's branch keys, and one that has to ask AWS KMS itself: it may have
    # permissions of its own, which a shared entry would get around.
    for name in ("orders", "orders", "reports"):
        part = keyring(name)
        ciphertext, _ = client.encrypt(source=source_plaintext, keyring=part, encryption_context=ENCRYPTION_CONTEXT)
        plaintexts.append(client.decrypt(source=ciphertext, keyring=part, encryption_context=ENCRYPTION_CONTEXT).result)
    # In each partition the branch key was missed twice: once to encrypt and once to decrypt.
    if cache.stats().misses != 4 or len(set(plaintexts)) != 1:
        raise RuntimeError("The cache was not shared as it was meant to be")
    return plaintexts[0]


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
