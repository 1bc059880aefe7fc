"""ARNs of AWS KMS, in their former form."""

from __future__ import annotations

from typing import Final

import attrs

from .._kms.arn import KmsArn, is_multi_region_arn, is_multi_region_identifier, parse_arn
from ..exceptions import MalformedArnError

__all__ = ["Arn", "arn_from_str", "is_valid_mrk_arn_str", "is_valid_mrk_identifier"]

_SERVICE: Final = "kms"


@attrs.define
class Arn:
    """An ARN in its parts.

    :param partition: Partition, such as ``aws``
    :param service: Service: ``kms``
    :param region: Region
    :param account_id: Account
    :param resource_type: ``key`` or ``alias``
    :param resource_id: Key id, or name of the alias
    """

    partition: str
    service: str
    region: str
    account_id: str
    resource_type: str
    resource_id: str

    def to_string(self) -> str:
        """Return the ARN as text."""
        arn = self
        return f"arn:{arn.partition}:{arn.service}:{arn.region}:{arn.account_id}:{arn.resource_type}/{arn.resource_id}"

    def indicates_multi_region_key(self) -> bool:
        """Tell whether this is the ARN of a multi-Region key."""
        return KmsArn(self.partition, self.region, self.account_id, self.resource_type, self.resource_id).is_multi_region


def arn_from_str(arn_str: str) -> Arn:
    """Return the parts of an ARN of AWS KMS.

    :raises MalformedArnError: if it is not one
    """
    arn = parse_arn(arn_str)
    return Arn(arn.partition, _SERVICE, arn.region, arn.account_id, arn.resource_type, arn.resource_id)


def is_valid_mrk_arn_str(arn_str: str) -> bool:
    """Tell whether an ARN of AWS KMS is that of a multi-Region key.

    :raises MalformedArnError: if it is not an ARN of AWS KMS
    """
    return is_multi_region_arn(arn_str)


def is_valid_mrk_identifier(id_str: str) -> bool:
    """Tell whether an AWS KMS identifier is that of a multi-Region key; what is no identifier is not.

    :raises MalformedArnError: if it begins like an ARN and is none
    """
    try:
        return is_multi_region_identifier(id_str)
    except MalformedArnError:
        if id_str.startswith("arn:"):
            raise
        return False
