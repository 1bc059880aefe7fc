"""Decrypt with any key in AWS KMS that the message names, but ask in one Region only."""

from __future__ import annotations

import sys

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import DecryptKeyError
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsKeyring
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import AllowRegionsClientSupplier

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "AWS KMS, one Region"}


def run(source_plaintext: bytes, key_arn: str, other_region_key_arn: str) -> bytes:
    """Encrypt under keys in two Regions, and decrypt in the second one only.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :param other_region_key_arn: ARN of another one, in another Region
    :returns: The plaintext that came out of the message
    """
    client = EncryptionSDKClient()
    both = AwsKmsKeyring(generator_key_id=key_arn, key_ids=[other_region_key_arn])
    ciphertext, _ = client.encrypt(source=source_plaintext, keyring=both, encryption_context=ENCRYPTION_CONTEXT)

    # This keyring asks for a key in the Region of that key. The client supplier has no client for any Region but one, and so
    # keys elsewhere are passed over without a request: for speed, or because data must not be decrypted from other countries.
    allowed = other_region_key_arn.split(":")[3]
    here = AwsKmsKeyring(is_discovery=True, client_supplier=AllowRegionsClientSupplier([allowed]))
    plaintext, _ = client.decrypt(source=ciphertext, keyring=here, encryption_context=ENCRYPTION_CONTEXT)

    # A message that only has keys elsewhere cannot be decrypted here.
    elsewhere, _ = client.encrypt(
        source=source_plaintext, keyring=AwsKmsKeyring(generator_key_id=key_arn), encryption_context=ENCRYPTION_CONTEXT
    )
    try:
        client.decrypt(source=elsewhere, keyring=here, encryption_context=ENCRYPTION_CONTEXT)
    except DecryptKeyError:
        return plaintext
    raise RuntimeError("A key in another Region was used")


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
