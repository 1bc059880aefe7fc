"""A client supplier of your own: it decides which Regions are used, and with which clients."""

from __future__ import annotations

import sys

from botocore.config import Config

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import UnknownRegionError
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsKeyring
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import ClientSupplier, DefaultClientSupplier, KMSClient

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "AWS KMS, client supplier"}


class NearAndFar(ClientSupplier):
    """Gives clients for one near Region and some far ones, and lets only the far ones take their time.

    :param near: The Region of this program
    :param far: Other Regions that it may use
    """

    def __init__(self, near: str, far: list[str]) -> None:
        # Each of these makes a client for a Region when it is first asked for, and keeps it.
        quick = DefaultClientSupplier(client_config=Config(connect_timeout=1, read_timeout=2))
        patient = DefaultClientSupplier(
            client_config=Config(connect_timeout=5, read_timeout=20, retries={"mode": "adaptive"})
        )
        self._suppliers = {near: quick, **dict.fromkeys(far, patient)}

    def __call__(self, region_name: str | None) -> KMSClient:
        """Return a client for a Region.

        :raises UnknownRegionError: if it is not one of ours
        """
        if region_name not in self._suppliers:
            # On decrypt the keyring notes this down for the key, and goes on to the next one.
            raise UnknownRegionError(f"This program does not use the Region {region_name!r}")
        return self._suppliers[region_name](region_name)


def run(source_plaintext: bytes, key_arn: str, other_region_key_arn: str) -> bytes:
    """Encrypt and decrypt under keys in a near and a far Region.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key, in the near Region
    :param other_region_key_arn: ARN of another one, in the far Region
    :returns: The plaintext that came out of the message
    """
    near, far = region_of(key_arn), region_of(other_region_key_arn)
    keyring = AwsKmsKeyring(
        client_supplier=NearAndFar(near, [far]), generator_key_id=key_arn, key_ids=[other_region_key_arn]
    )
    client = EncryptionSDKClient()
    ciphertext, _ = client.encrypt(source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    plaintext, _ = client.decrypt(source=ciphertext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


def region_of(key_arn: str) -> str:
    """Return the Region in the ARN of a key: ``arn:PARTITION:kms:REGION:ACCOUNT:key/ID``."""
    return key_arn.split(":")[3]


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
