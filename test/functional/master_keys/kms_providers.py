"""What the tests of the KMS providers share."""

from __future__ import annotations

from collections.abc import Callable

import aws_encryption_sdk
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.key_providers.kms import (
    BaseKMSMasterKeyProvider,
    DiscoveryAwsKmsMasterKeyProvider,
    DiscoveryFilter,
    KMSMasterKeyProvider,
    MRKAwareDiscoveryAwsKmsMasterKeyProvider,
    MRKAwareStrictAwsKmsMasterKeyProvider,
    StrictAwsKmsMasterKeyProvider,
)
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo
from test.emulation.settings import ACCOUNT, REGION

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"a": "1"}
ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FILTER = DiscoveryFilter(account_ids=[ACCOUNT], partition="aws")
STRICT = [StrictAwsKmsMasterKeyProvider, MRKAwareStrictAwsKmsMasterKeyProvider]
DISCOVERY = [DiscoveryAwsKmsMasterKeyProvider, MRKAwareDiscoveryAwsKmsMasterKeyProvider]
ALL = [*STRICT, *DISCOVERY, KMSMasterKeyProvider]
CLIENT = aws_encryption_sdk.EncryptionSDKClient()

#: Makes a provider, given its class and arguments.
Make = Callable[..., BaseKMSMasterKeyProvider]


def made_under(
    provider: BaseKMSMasterKeyProvider, context: dict[str, str] | None = None
) -> tuple[DataKey, EncryptedDataKey]:
    """Return a data key of the first key of a provider, and its encrypted form."""
    primary, _ = provider.master_keys_for_encryption(CONTEXT, None)
    assert primary is not None
    made = primary.generate_data_key(SUITE, CONTEXT if context is None else context)
    return made, EncryptedDataKey.from_data_key(made)


def as_if_under(arn: str | bytes, key: EncryptedDataKey, provider_id: str = "aws-kms") -> EncryptedDataKey:
    return EncryptedDataKey(MasterKeyInfo(provider_id, arn), key.encrypted_data_key)
