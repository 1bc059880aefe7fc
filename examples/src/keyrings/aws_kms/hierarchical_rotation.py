"""Rotate a branch key: new messages are encrypted under its new version, and old ones stay readable."""

from __future__ import annotations

import sys
import uuid

from aws_encryption_sdk import CryptoResult, EncryptionSDKClient
from aws_encryption_sdk.branch_keys import BranchKeyStore, KmsKeyArn
from aws_encryption_sdk.exceptions import BranchKeyVersionConflictError
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsHierarchicalKeyring

TTL_SECONDS = 600
ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "hierarchical, rotation"}


def run(source_plaintext: bytes, key_arn: str, table_name: str) -> bytes:
    """Encrypt before and after a rotation, and decrypt both messages.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :param table_name: Name of a table for branch keys, which is made where it is missing
    :returns: The plaintext that came out of the messages
    """
    store = BranchKeyStore(table_name, KmsKeyArn(key_arn), logical_key_store_name="example")
    store.create_key_store()
    # An id of one's own needs an encryption context, which is bound to the branch key in all its versions.
    branch_key_id = store.create_key(f"example {uuid.uuid4()}", {"department": "admin"})

    client = EncryptionSDKClient()
    keyring = AwsKmsHierarchicalKeyring(store, branch_key_id=branch_key_id, ttl_seconds=TTL_SECONDS)
    before = client.encrypt(source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)

    rotate(store, branch_key_id)
    # A keyring that has the old version in its cache goes on with it, here for up to ten minutes. A new keyring starts with the new
    # one.
    cached = client.encrypt(source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    keyring = AwsKmsHierarchicalKeyring(store, branch_key_id=branch_key_id, ttl_seconds=TTL_SECONDS)
    after = client.encrypt(source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    if not version_of(before) == version_of(cached) != version_of(after):
        raise RuntimeError("The versions are not what they should be")

    messages = (before, cached, after)
    plaintexts = {
        client.decrypt(source=message.result, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT).result
        for message in messages
    }
    (plaintext,) = plaintexts
    return plaintext


def rotate(store: BranchKeyStore, branch_key_id: str) -> None:
    """Rotate, once, whoever else is about to do the same."""
    try:
        store.version_key(branch_key_id)
    except BranchKeyVersionConflictError:
        # Somebody else was faster, so there is a new version already.
        return


def version_of(message: CryptoResult) -> str:
    """Return the version of the branch key that a message is encrypted under."""
    (key,) = message.header.encrypted_data_keys
    return str(uuid.UUID(bytes=key.encrypted_data_key[28:44]))


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
