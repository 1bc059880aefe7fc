"""Decrypt with any key in AWS KMS that the message names; ask in the near Region first, and elsewhere only if that fails."""

from __future__ import annotations

import sys

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsKeyring
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import AllowRegionsClientSupplier, DenyRegionsClientSupplier
from aws_encryption_sdk.keyrings.multi import MultiKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "AWS KMS, preferred Region"}


def run(source_plaintext: bytes, key_arn: str, other_region_key_arn: str) -> bytes:
    """Encrypt under keys in two Regions, and decrypt near by if that is possible.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key, in a Region far away
    :param other_region_key_arn: ARN of another one, in the Region of this program
    :returns: The plaintext that came out of the message
    """
    client = EncryptionSDKClient()
    both = AwsKmsKeyring(generator_key_id=key_arn, key_ids=[other_region_key_arn])
    ciphertext, _ = client.encrypt(source=source_plaintext, keyring=both, encryption_context=ENCRYPTION_CONTEXT)

    keyring = near_first(other_region_key_arn.split(":")[3])
    # One request, in the near Region, although the message names the far key first.
    plaintext, _ = client.decrypt(source=ciphertext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)

    # A message that has a key far away only is decrypted there.
    far, _ = client.encrypt(
        source=source_plaintext, keyring=AwsKmsKeyring(generator_key_id=key_arn), encryption_context=ENCRYPTION_CONTEXT
    )
    if client.decrypt(source=far, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT).result != plaintext:
        raise RuntimeError("The two Regions gave different plaintexts")
    return plaintext


def near_first(near: str) -> MultiKeyring:
    """Make the keyring. On decrypt, the children of a multi-keyring are tried in their order."""
    return MultiKeyring(
        children=[
            AwsKmsKeyring(is_discovery=True, client_supplier=AllowRegionsClientSupplier([near])),
            AwsKmsKeyring(is_discovery=True, client_supplier=DenyRegionsClientSupplier([near])),
        ]
    )


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
