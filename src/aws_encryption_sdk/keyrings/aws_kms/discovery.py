"""The AWS KMS discovery keyring (framework/aws-kms/aws-kms-discovery-keyring.md)."""

from __future__ import annotations

from collections.abc import Iterable

from ..._kms.clients import KMSClient
from ..._kms.discovery_filter import DiscoveryFilter
from ._discovering import DiscoveringKeyring
from .client_suppliers import AnyClientSupplier

__all__ = ["AwsKmsDiscoveryKeyring"]


class AwsKmsDiscoveryKeyring(DiscoveringKeyring):
    """Unwraps data keys with whichever key in AWS KMS wrapped them, in the region of its client. May be shared by threads.

    :param kms_client: Client of AWS KMS, such as boto3's; it is not modified. A keyring that has one cannot be pickled
    :param discovery_filter: Partition and accounts whose keys may be asked; all, where there is none
    :param grant_tokens: Grant tokens, sent with every request
    :param client_supplier: Client supplier, in place of ``kms_client``: it is asked for ``region``
    :param region: Region, with ``client_supplier``; None for that of the session
    :raises ArgumentTypeError: if there is neither a client nor a client supplier, or something is of the wrong type
    :raises ConfigMismatchError: if the discovery filter has no partition or no account, or the client is one for another region
    """

    def __init__(
        self,
        kms_client: KMSClient | None = None,
        discovery_filter: DiscoveryFilter | None = None,
        grant_tokens: Iterable[str] | None = None,
        client_supplier: AnyClientSupplier | None = None,
        region: str | None = None,
    ) -> None:
        super().__init__(kms_client, region, discovery_filter, grant_tokens, client_supplier)
