"""The AWS KMS MRK discovery keyring (framework/aws-kms/aws-kms-mrk-discovery-keyring.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..._kms.arn import KmsArn
from ..._kms.clients import KMSClient
from ..._kms.discovery_filter import DiscoveryFilter
from ..._kms.service_errors import one_line
from ...exceptions import ArgumentTypeError
from ._discovering import DiscoveringKeyring
from .client_suppliers import AnyClientSupplier

__all__ = ["AwsKmsMrkDiscoveryKeyring"]


class AwsKmsMrkDiscoveryKeyring(DiscoveringKeyring):
    """Unwraps data keys with the key of its region that wrapped them, or that is related to the multi-Region key that did.

    May be shared by threads.

    :param kms_client: Client of AWS KMS, such as boto3's; it is not modified. A keyring that has one cannot be pickled
    :param region: Region of the client
    :param discovery_filter: Partition and accounts whose keys may be asked; all, where there is none
    :param grant_tokens: Grant tokens, sent with every request
    :param client_supplier: Client supplier, in place of ``kms_client``: it is asked for ``region``
    :raises ArgumentTypeError: if there is no region, or neither a client nor a client supplier, or something is of the wrong
        type
    :raises ConfigMismatchError: if the client tells another region, or the discovery filter has no partition or no account
    """

    def __init__(
        self,
        kms_client: KMSClient | None = None,
        region: str | None = None,
        discovery_filter: DiscoveryFilter | None = None,
        grant_tokens: Iterable[str] | None = None,
        client_supplier: AnyClientSupplier | None = None,
    ) -> None:
        if region is None:
            raise ArgumentTypeError("region is needed: the name of the client's region, such as us-west-2")
        super().__init__(kms_client, region, discovery_filter, grant_tokens, client_supplier)
        self._region: Final = region

    def _key_to_ask(self, arn: KmsArn) -> tuple[KmsArn | None, str]:
        target, reason = super()._key_to_ask(arn)
        if target is None:
            return None, reason
        if arn.is_multi_region:
            return arn.in_region(self._region), ""
        if arn.region != self._region:
            return None, (
                f"it was encrypted in region {one_line(arn.region)} under a single-Region key, and this keyring asks "
                f"{self._region} only"
            )
        return arn, ""
