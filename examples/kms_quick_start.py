"""Encrypt and decrypt under a key in AWS KMS.

Without an argument, the server of moto (https://docs.getmoto.org) stands in for AWS KMS on this machine; no AWS account is
needed, and nothing leaves the machine. With the ARN of a key, that key is used, with the AWS credentials of your environment::

    python examples/kms_quick_start.py
    python examples/kms_quick_start.py arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsKeyring

ENCRYPTION_CONTEXT = {"department": "archive", "purpose": "quick start"}


def main() -> None:
    """Use the key that the command line names, or one in a stand-in for AWS KMS."""
    if len(sys.argv) > 1:
        run(b"Hello, world!", sys.argv[1])
    else:
        with stand_in_key() as key_arn:
            run(b"Hello, world!", key_arn)


def run(source_plaintext: bytes, key_arn: str) -> bytes:
    """Encrypt and decrypt under a key in AWS KMS.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :returns: The plaintext that came out of the message
    """
    client = EncryptionSDKClient()
    # The keyring makes a client for the Region in the ARN. It asks KMS for a new data key for every message.
    keyring = AwsKmsKeyring(generator_key_id=key_arn)

    ciphertext, header = client.encrypt(source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    (encrypted_data_key,) = header.encrypted_data_keys
    print(f"encrypted  {len(source_plaintext)} bytes to {len(ciphertext)}; the data key is encrypted under")
    print(f"           {encrypted_data_key.key_provider.key_info.decode()}")

    plaintext, _ = client.decrypt(source=ciphertext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    print(f"decrypted  {plaintext!r}")

    # The encryption context is authenticated, and KMS logs it: here it is that of another department.
    try:
        client.decrypt(source=ciphertext, keyring=keyring, encryption_context={"department": "sales"})
    except AWSEncryptionSDKClientError as error:
        print(f"refused    another encryption context: {type(error).__name__}")
    else:
        raise RuntimeError("Another encryption context was accepted")
    return plaintext


@contextmanager
def stand_in_key() -> Iterator[str]:
    """Start moto's server, make a key there, and give its ARN; the environment points boto3 to that server meanwhile."""
    import boto3  # noqa: PLC0415
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    # boto3 1.28 and newer read this variable. The credentials are dummies: moto takes any.
    os.environ["AWS_ENDPOINT_URL_KMS"] = f"http://{host}:{port}"
    os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="us-west-2")
    try:
        yield boto3.client("kms").create_key(Description="quick start")["KeyMetadata"]["Arn"]
    finally:
        server.stop()


if __name__ == "__main__":
    main()
