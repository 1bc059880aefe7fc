"""Related multi-Region keys: which identifiers stand for the same key in several regions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ..exceptions import ConfigMismatchError
from .arn import KmsArn, KmsIdentifier


def match_for_decrypt(first: KmsIdentifier, second: KmsIdentifier) -> bool:
    """Tell whether a key decrypts what another one encrypted: they are the same, or related multi-Region keys.

    The rule is that of framework/aws-kms/aws-kms-mrk-match-for-decrypt.md.
    """
    return first == second or are_related(first, second)


def are_related(first: KmsIdentifier, second: KmsIdentifier) -> bool:
    """Tell whether both are ARNs of multi-Region keys that differ at most in the region."""
    return (
        isinstance(first, KmsArn)
        and isinstance(second, KmsArn)
        and first.is_multi_region
        and first == second.in_region(first.region)
    )


def check_unique(identifiers: Iterable[KmsIdentifier]) -> None:
    """Check that no two identifiers stand for related multi-Region keys (framework/aws-kms/aws-kms-mrk-are-unique.md).

    :raises ConfigMismatchError: if some do; the message has all of them
    """
    by_resource_id: defaultdict[str, list[KmsIdentifier]] = defaultdict(list)
    for identifier in identifiers:
        if identifier.is_multi_region:
            by_resource_id[identifier.resource_id].append(identifier)
    duplicates = [str(identifier) for found in by_resource_id.values() if len(found) > 1 for identifier in found]
    if duplicates:
        raise ConfigMismatchError(
            "Related multi-Region keys stand more than once in the configuration; keep one of each: " + ", ".join(duplicates)
        )
