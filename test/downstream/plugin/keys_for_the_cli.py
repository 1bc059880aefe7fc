"""A master key provider as plug-ins of aws-encryption-cli have it: a new class over those of the released package."""

from __future__ import annotations

import hashlib
from typing import Any

from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider


class KeysByName(RawMasterKeyProvider):
    """Has a key of every name; it follows from the name, so that another process has the same."""

    provider_id = "keys-by-name"

    def __new__(cls, **kwargs: Any) -> KeysByName:
        """Leave the arguments of the command line out of the configuration."""
        return super().__new__(cls)

    def __init__(self, **kwargs: Any) -> None:
        self.arguments = kwargs

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        return WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=hashlib.sha256(key_id).digest(),
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        )
