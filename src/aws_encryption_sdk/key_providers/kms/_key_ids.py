"""Questions about key ids, under the private names that programs of versions 1 to 4 ask them by."""

from __future__ import annotations

from typing import Final

from ..._kms.arn import parse_arn, parse_identifier
from ..._kms.multi_region import match_for_decrypt
from ...exceptions import MalformedArnError, UnknownRegionError
from ._configuration import PROVIDER_ID

_PROVIDER_ID: Final = PROVIDER_ID


def _region_from_key_id(key_id: str | bytes, default_region: str | None = None) -> str:
    """Return the region that a key id names, or else the default.

    :raises UnknownRegionError: if it names none, and there is no default
    """
    region_name = parse_identifier(key_id).region or default_region
    if region_name is None:
        raise UnknownRegionError(
            f"No default region found and no region determinable from key id: {key_id!s}; use the ARN of the key, give "
            "region_names, or set AWS_DEFAULT_REGION"
        )
    return region_name


def _check_mrk_arns_equal(key1: str, key2: str) -> bool:
    """Tell whether two key ids are equal, or ARNs of related multi-Region keys.

    :raises MalformedArnError: if they differ, and one is no ARN
    """
    return key1 == key2 or match_for_decrypt(parse_arn(key1), parse_arn(key2))


def _key_resource_match(key1: str, key2: str) -> bool:
    """Tell whether two key ids, or ARNs of keys, have the same key id; the ARN of an alias has none."""
    first, second = _resource_id(key1), _resource_id(key2)
    return first is not None and first == second


def _resource_id(key: str) -> str | None:
    try:
        arn = parse_arn(key)
    except MalformedArnError:
        return key
    return arn.resource_id if arn.is_key else None
