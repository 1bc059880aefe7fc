"""Wrap data keys under one key in AWS KMS."""

from __future__ import annotations

import sys

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "AWS KMS, one key"}


def run(source_plaintext: bytes, key_arn: str) -> bytes:
    """Encrypt and decrypt under one key.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :returns: The plaintext that came out of the message
    """
    # The keyring makes its own client, for the Region in the ARN, with the AWS credentials of the environment. Make a keyring
    # once and use it for all messages: making a client takes longer than a request.
    keyring = AwsKmsKeyring(generator_key_id=key_arn)
    client = EncryptionSDKClient()

    # KMS makes the data key (the permission needed is kms:GenerateDataKey), and sees the encryption context, but never the
    # plaintext of the message.
    ciphertext, _ = client.encrypt(source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)

    # To decrypt takes kms:Decrypt. The keyring asks for this one key only; a message that names another key is refused
    # without a request.
    plaintext, _ = client.decrypt(source=ciphertext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
