"""Encrypt under keys of two master key providers, so that either of them opens the message."""

from __future__ import annotations

import os
import sys

from aws_encryption_sdk import EncryptionSDKClient, StrictAwsKmsMasterKeyProvider
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.base import MasterKeyProvider
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider, WrappingKey

ENCRYPTION_CONTEXT = {"purpose": "example", "provider": "AWS KMS and a key in the safe"}


class SafeProvider(RawMasterKeyProvider):
    """Has one AES key, which is kept in a safe for the day on which AWS KMS is out of reach."""

    provider_id = "safe"

    def __init__(self, **kwargs: object) -> None:
        self._key = os.urandom(32)

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        return WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=self._key,
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        )


def run(source_plaintext: bytes, key_arn: str) -> bytes:
    """Encrypt with AWS KMS and the safe, and decrypt with each alone.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :returns: The plaintext that came out of the message with the key of the safe
    """
    safe = SafeProvider()
    safe.add_master_key("2026")
    # The first master key generates the data key; the others only encrypt it.
    both = StrictAwsKmsMasterKeyProvider(key_ids=[key_arn])
    both.add_master_key_provider(safe)
    message, header = EncryptionSDKClient().encrypt(
        source=source_plaintext, key_provider=both, encryption_context=ENCRYPTION_CONTEXT
    )
    if len(header.encrypted_data_keys) != 2:
        raise RuntimeError("The message has not both keys")
    if decrypt(message, StrictAwsKmsMasterKeyProvider(key_ids=[key_arn])) != source_plaintext:
        raise RuntimeError("AWS KMS opened another message")
    return decrypt(message, safe)


def decrypt(message: bytes, key_provider: MasterKeyProvider) -> bytes:
    """Decrypt with whatever key of the provider opens the message."""
    plaintext, _ = EncryptionSDKClient().decrypt(
        source=message, key_provider=key_provider, encryption_context=ENCRYPTION_CONTEXT
    )
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
