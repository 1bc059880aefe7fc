"""The AWS KMS multi-keyrings: several keys, or several regions to discover in (framework/aws-kms/aws-kms-multi-keyrings.md)."""

from __future__ import annotations

from ._several import SeveralKeys, SeveralRegions
from .discovery import AwsKmsDiscoveryKeyring
from .strict import AwsKmsStrictKeyring

__all__ = ["AwsKmsDiscoveryMultiKeyring", "AwsKmsMultiKeyring"]


class AwsKmsMultiKeyring(SeveralKeys):
    """Wraps data keys with several keys in AWS KMS, any of which unwraps them. May be shared by threads.

    Each member is an :class:`~aws_encryption_sdk.keyrings.aws_kms.strict.AwsKmsStrictKeyring`. It can be pickled if its client
    supplier can.

    :param generator: ARN of the key that generates the data key, and wraps it first; without one, the keyring decrypts only,
        or is itself a child of a keyring with a generator
    :param kms_key_ids: ARNs of further keys, which wrap the data key in this order
    :param client_supplier: Client supplier, which is asked for the region of each ARN; without one, a
        :class:`~aws_encryption_sdk.keyrings.aws_kms.client_suppliers.DefaultClientSupplier`
    :param grant_tokens: Grant tokens, sent with every request
    :param parallel_wraps: How many of the further keys are asked at the same time, each by a thread of its own
    :raises ArgumentTypeError: if there is no key at all, or something is of the wrong type
    :raises MalformedArnError: if an identifier is no ARN
    :raises AWSEncryptionSDKClientError: what the client supplier raises for the region of a key
    """

    _member = AwsKmsStrictKeyring


class AwsKmsDiscoveryMultiKeyring(SeveralRegions):
    """Unwraps data keys with whichever key in AWS KMS wrapped them, in several regions. May be shared by threads.

    Each member is an :class:`~aws_encryption_sdk.keyrings.aws_kms.discovery.AwsKmsDiscoveryKeyring`. It can be pickled if its
    client supplier can.

    :param regions: Regions, asked in this order
    :param discovery_filter: Partition and accounts whose keys may be asked; all, where there is none
    :param client_supplier: Client supplier, which is asked for each region; without one, a
        :class:`~aws_encryption_sdk.keyrings.aws_kms.client_suppliers.DefaultClientSupplier`
    :param grant_tokens: Grant tokens, sent with every request
    :raises ArgumentTypeError: if something is of the wrong type
    :raises ArgumentValueError: if there is no region, or the name of one is empty
    :raises ConfigMismatchError: if the discovery filter has no partition or no account, or a client is one for another region
    :raises AWSEncryptionSDKClientError: what the client supplier raises for a region
    """

    _member = AwsKmsDiscoveryKeyring
