"""Set time-outs, retries, the pool of connections or a profile for the clients that a keyring makes."""

from __future__ import annotations

import sys

from botocore.config import Config
from botocore.session import Session

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsKeyring
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import DefaultClientSupplier

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "AWS KMS, clients configured"}


def run(source_plaintext: bytes, key_arn: str) -> bytes:
    """Encrypt and decrypt with clients that give up sooner than botocore's do.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :returns: The plaintext that came out of the message
    """
    # botocore retries throttled and timed out requests by itself. Each attempt may take the time-outs below.
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 4},
        # As many connections as threads that encrypt at the same time.
        max_pool_connections=20,
    )
    # A session of your own can name a profile, or hold credentials: Session(profile="archive"). Without one, every process makes
    # its own, and the keyring can be pickled.
    supplier = DefaultClientSupplier(botocore_session=Session(), client_config=config)
    keyring = AwsKmsKeyring(client_supplier=supplier, generator_key_id=key_arn)

    client = EncryptionSDKClient()
    ciphertext, _ = client.encrypt(source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    plaintext, _ = client.decrypt(source=ciphertext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
