"""One branch key for each tenant: few requests to AWS KMS for many messages, and no tenant reads what is another's.

A branch key is wrapped by AWS KMS and kept in a table of DynamoDB. The hierarchical keyring has it unwrapped once, and wraps the
data keys of many messages under it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.branch_keys import BranchKeyStore, KmsKeyArn
from aws_encryption_sdk.exceptions import UnwrapDataKeyError
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsHierarchicalKeyring
from aws_encryption_sdk.keyrings.aws_kms.branch_key_id_suppliers import BranchKeyIdSupplier

#: A branch key is used for ten minutes before AWS KMS is asked again: so long it goes on where access to it is revoked.
TTL_SECONDS = 600


class TenantBranchKeys(BranchKeyIdSupplier):
    """Finds the branch key of the tenant that a message is for, by the encryption context.

    :param branch_key_ids: Branch key id of each tenant
    """

    def __init__(self, branch_key_ids: Mapping[str, str]) -> None:
        self._branch_key_ids = branch_key_ids

    def __call__(self, encryption_context: Mapping[str, str]) -> str:
        """Return the branch key id."""
        # On decrypt, nobody has authenticated the encryption context yet: it chooses a key, and grants nothing.
        return self._branch_key_ids[encryption_context["tenant"]]


def run(source_plaintext: bytes, key_arn: str, table_name: str) -> bytes:
    """Encrypt a message for either of two tenants.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :param table_name: Name of a table for branch keys, which is made where it is missing
    :returns: The plaintext that came out of the message
    """
    # The logical name is bound to every branch key. It stays, even if the table is restored from a backup under another name.
    store = BranchKeyStore(table_name, KmsKeyArn(key_arn), logical_key_store_name="example")
    # This is done once, by an administrator. A new table takes some seconds until it can be used.
    store.create_key_store()
    branch_key_ids = {tenant: store.create_key(encryption_context={"tenant": tenant}) for tenant in ("first", "second")}

    # This is done once by each program. The keyring keeps branch keys in a cache, so all threads share one keyring.
    keyring = AwsKmsHierarchicalKeyring(
        store, branch_key_id_supplier=TenantBranchKeys(branch_key_ids), ttl_seconds=TTL_SECONDS
    )
    client = EncryptionSDKClient()
    plaintexts = []
    for tenant in branch_key_ids:
        context = {"tenant": tenant}
        ciphertext, _ = client.encrypt(source=source_plaintext, keyring=keyring, encryption_context=context)
        plaintexts.append(client.decrypt(source=ciphertext, keyring=keyring, encryption_context=context).result)

        other = AwsKmsHierarchicalKeyring(store, branch_key_id=branch_key_ids[another(tenant)], ttl_seconds=TTL_SECONDS)
        try:
            client.decrypt(source=ciphertext, keyring=other)
        except UnwrapDataKeyError:
            continue
        raise RuntimeError("A tenant read what is another's")
    if plaintexts[0] != plaintexts[1]:
        raise RuntimeError("The tenants got different plaintexts")
    return plaintexts[0]


def another(tenant: str) -> str:
    """Return the other tenant."""
    return "second" if tenant == "first" else "first"


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
