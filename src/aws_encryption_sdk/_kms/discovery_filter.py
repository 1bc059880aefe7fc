"""The discovery filter: whose keys may be asked to decrypt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from .._arguments import builtin_name, strings_from
from ..exceptions import ArgumentTypeError, ConfigMismatchError
from .arn import KmsArn

_SHOWN: Final = 60


def _account_ids(account_ids: Iterable[str]) -> tuple[str, ...]:
    return strings_from(account_ids, "account_ids")


@attrs.frozen(slots=True)
class DiscoveryFilter:
    """The partition and the accounts whose keys may be asked to decrypt. May be shared by threads.

    :param account_ids: Accounts, each a str such as ``"111122223333"``
    :param partition: Partition, such as ``"aws"``
    :raises ArgumentTypeError: if ``account_ids`` is one str, or something is no str
    """

    account_ids: tuple[str, ...] = attrs.field(default=(), converter=_account_ids)
    partition: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.partition is not None and not isinstance(self.partition, str):
            raise ArgumentTypeError(f"partition must be a str, not {builtin_name(self.partition)}")

    def check_whole(self) -> None:
        """Check that there are accounts and a partition, and none of them is empty.

        :raises ConfigMismatchError: if not
        """
        if not self.partition or not self.account_ids or not all(self.account_ids):
            raise ConfigMismatchError(
                'A discovery filter needs a partition, such as "aws", and at least one account id; '
                f"found partition={self.partition!r}, account_ids={self.account_ids!r}"
            )

    def refusal_of(self, arn: KmsArn) -> str | None:
        """Return why the key must not be asked, or None if it may be."""
        partition, account_id = arn.partition[:_SHOWN], arn.account_id[:_SHOWN]
        if arn.partition != self.partition:
            return (
                f"its partition {partition!r} is not the one of the discovery filter, {self.partition!r}; a filter with that "
                "partition would let it be asked"
            )
        if arn.account_id not in self.account_ids:
            return (
                f"its account {account_id!r} is not one of the discovery filter's: {', '.join(self.account_ids)}; with it among "
                "the account_ids, it would be asked"
            )
        return None
