"""The AWS KMS MRK multi-keyrings (framework/aws-kms/aws-kms-mrk-multi-keyrings.md)."""

from __future__ import annotations

from collections.abc import Sequence

from ..._kms.arn import KmsIdentifier
from ..._kms.multi_region import check_unique
from ._several import SeveralKeys, SeveralRegions
from .mrk import AwsKmsMrkKeyring
from .mrk_discovery import AwsKmsMrkDiscoveryKeyring

__all__ = ["AwsKmsMrkDiscoveryMultiKeyring", "AwsKmsMrkMultiKeyring"]


class AwsKmsMrkMultiKeyring(SeveralKeys):
    """Wraps data keys with several keys in AWS KMS, any of which, or of their related multi-Region keys, unwraps them.

    May be shared by threads. Each member is an :class:`~aws_encryption_sdk.keyrings.aws_kms.mrk.AwsKmsMrkKeyring`. It can be
    pickled if its client supplier can. Keys that are related to each other are refused: which region to ask is yours to say.

    :param generator: ARN of the key that generates the data key, and wraps it first; without one, the keyring decrypts only,
        or is itself a child of a keyring with a generator
    :param kms_key_ids: ARNs of further keys, which wrap the data key in this order
    :param client_supplier: Client supplier, which is asked for the region of each ARN; without one, a
        :class:`~aws_encryption_sdk.keyrings.aws_kms.client_suppliers.DefaultClientSupplier`
    :param grant_tokens: Grant tokens, sent with every request
    :param parallel_wraps: How many of the further keys are asked at the same time, each by a thread of its own
    :raises ArgumentTypeError: if there is no key at all, or something is of the wrong type
    :raises MalformedArnError: if an identifier is no ARN
    :raises ConfigMismatchError: if two of the keys are related multi-Region keys
    :raises AWSEncryptionSDKClientError: what the client supplier raises for the region of a key
    """

    _member = AwsKmsMrkKeyring

    @staticmethod
    def _check_keys(keys: Sequence[KmsIdentifier]) -> None:
        check_unique(keys)


class AwsKmsMrkDiscoveryMultiKeyring(SeveralRegions):
    """Unwraps data keys with the keys of several regions that wrapped them, or that are related to those that did.

    May be shared by threads. Each member is an
    :class:`~aws_encryption_sdk.keyrings.aws_kms.mrk_discovery.AwsKmsMrkDiscoveryKeyring`. It can be pickled if its client
    supplier can.

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

    _member = AwsKmsMrkDiscoveryKeyring
