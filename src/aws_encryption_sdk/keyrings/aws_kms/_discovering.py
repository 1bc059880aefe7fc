"""What the discovery keyrings share: they ask the key that the message names, where the filter allows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..._arguments import builtin_name
from ..._kms.arn import KmsArn
from ..._kms.clients import KMSClient, region_of
from ..._kms.discovery_filter import DiscoveryFilter
from ..._materials import EncryptionMaterials
from ...exceptions import ArgumentTypeError, ConfigMismatchError, WrapDataKeyError
from ._base import KmsKeyring, supplier_from
from .client_suppliers import AnyClientSupplier

_OPERATIONS: Final = ("decrypt",)


class DiscoveringKeyring(KmsKeyring):
    """A keyring that has no key of its own, and decrypts only.

    :param kms_client: Client
    :param region: Region that is asked; None for that of the session
    :param discovery_filter: Partition and accounts whose keys may be asked
    :param grant_tokens: Grant tokens
    :param client_supplier: Client supplier, in place of a client
    """

    def __init__(
        self,
        kms_client: KMSClient | None = None,
        region: str | None = None,
        discovery_filter: DiscoveryFilter | None = None,
        grant_tokens: Iterable[str] | None = None,
        client_supplier: AnyClientSupplier | None = None,
    ) -> None:
        supplier = supplier_from(kms_client, client_supplier, _OPERATIONS)
        if region is not None and (not isinstance(region, str) or not region):
            raise ArgumentTypeError(f"region must be the name of a region, such as us-west-2, not {region!r}")
        if region is not None and kms_client is not None:
            check_region(kms_client, region)
        _check_discovery_filter(discovery_filter)
        self.region: Final = region
        self.discovery_filter: Final = discovery_filter
        super().__init__(supplier, grant_tokens)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(region={self.region!r}, discovery_filter={self.discovery_filter!r})"

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        """Fail: there is no key to encrypt with.

        :raises WrapDataKeyError: always
        """
        raise WrapDataKeyError(
            f"{type(self).__name__} has no key and decrypts only; to encrypt, use a keyring that is given the ARN of a key, such "
            "as AwsKmsMultiKeyring"
        )

    def _region_to_ask(self, target: KmsArn) -> str | None:
        return self.region

    def _key_to_ask(self, arn: KmsArn) -> tuple[KmsArn | None, str]:
        refusal = None if self.discovery_filter is None else self.discovery_filter.refusal_of(arn)
        return (arn, "") if refusal is None else (None, refusal)


def check_region(client: object, region: str) -> None:
    """Check that a client is one for ``region``, where it tells.

    :raises ConfigMismatchError: if it is for another one
    """
    told = region_of(client)
    if told is not None and told != region:
        raise ConfigMismatchError(
            f"The client is one for region {told}, and the region given is {region}; they must be the same"
        )


def _check_discovery_filter(discovery_filter: object) -> None:
    if discovery_filter is None:
        return
    if not isinstance(discovery_filter, DiscoveryFilter):
        raise ArgumentTypeError(f"discovery_filter must be a DiscoveryFilter, not {builtin_name(discovery_filter)}")
    discovery_filter.check_whole()
