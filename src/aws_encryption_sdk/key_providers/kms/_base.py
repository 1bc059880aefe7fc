"""What the master key providers of AWS KMS share: clients for regions, and the making of master keys."""

from __future__ import annotations

import abc
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from ..._arguments import text_from
from ..._kms.arn import KmsArn, parse_arn
from ..._kms.clients import RegionalClients
from ...exceptions import ConfigMismatchError, MasterKeyProviderError
from ..base import MasterKey, MasterKeyProvider
from ._configuration import PROVIDER_ID, KMSMasterKeyConfig, KMSMasterKeyProviderConfig
from ._key_ids import _region_from_key_id
from ._master_keys import KMSMasterKey

_Provider = TypeVar("_Provider", bound="BaseKMSMasterKeyProvider")


class BaseKMSMasterKeyProvider(MasterKeyProvider):
    """Supplies master keys in AWS KMS. A class that derives from it says in ``validate_config`` what its configuration must be.

    :param config: A :class:`KMSMasterKeyProviderConfig`; or its fields, by name
    :raises ConfigMismatchError: if the configuration is not one for this provider
    :raises UnknownRegionError: if a key id names no region, and none is configured
    """

    provider_id = PROVIDER_ID
    #: Region of key ids that name none.
    default_region: str | None = None
    master_key_class: type[KMSMasterKey] = KMSMasterKey
    master_key_config_class: type[Any] = KMSMasterKeyConfig
    _config_class: type[Any] = KMSMasterKeyProviderConfig

    config: KMSMasterKeyProviderConfig
    _clients: RegionalClients

    def __new__(cls: type[_Provider], **kwargs: Any) -> _Provider:
        """Build the configuration and the state."""
        provider = super().__new__(cls, **kwargs)
        provider._clients = RegionalClients(provider.config.botocore_session)
        return provider

    def __init__(self, **kwargs: Any) -> None:
        """Check the configuration, and add what it names."""
        self._process_config()

    def _process_config(self) -> None:
        names = self.config.region_names
        self.default_region = names[0] if names else self.config.botocore_session.get_config_variable("region")
        self.validate_config()
        self.add_regional_clients_from_list(names)
        self.add_master_keys_from_list(self.config.key_ids)

    @abc.abstractmethod
    def validate_config(self) -> None:
        """Check the configuration.

        :raises ConfigMismatchError: if it is not one for this provider
        """

    @property
    def _regional_clients(self) -> dict[str | None, Any]:
        """The clients that there are now, by region."""
        return self._clients.kept.here()

    @_regional_clients.setter
    def _regional_clients(self, clients: Mapping[str | None, Any]) -> None:
        kept = self._clients.kept.here()
        kept.clear()
        kept.update(clients)

    def add_regional_client(self, region_name: str) -> None:
        """Make the client for a region, unless it is there already.

        :raises UnknownRegionError: if the name of the region is malformed
        """
        self._clients.client(region_name)

    def add_regional_clients_from_list(self, region_names: Iterable[str]) -> None:
        """Make the clients for several regions."""
        for region_name in region_names:
            self.add_regional_client(region_name)

    def _client(self, key_id: str) -> Any:
        """Return the client for the region of a key id."""
        region_name = _region_from_key_id(key_id, self.default_region)
        self.add_regional_client(region_name)
        client = self._regional_clients.get(region_name)
        return self._clients.client(region_name) if client is None else client

    def _new_master_key(self, key_id: bytes) -> MasterKey:
        discovery_filter = self.config.discovery_filter
        if discovery_filter is not None:
            refusal = discovery_filter.refusal_of(parse_arn(key_id))
            if refusal is not None:
                raise MasterKeyProviderError(
                    f"Key {text_from(key_id, 'key_id')} not allowed by this Master Key Provider: {refusal}"
                )
        return self._new_master_key_impl(key_id)

    def _new_master_key_impl(self, key_id: bytes) -> MasterKey:
        return self._make_master_key(text_from(key_id, "key_id"))

    def _make_master_key(self, key_id: str | KmsArn) -> MasterKey:
        key_id = str(key_id)
        config = self.master_key_config_class(
            key_id=key_id, client=self._client(key_id), grant_tokens=self.config.grant_tokens
        )
        return self.master_key_class(config=config)

    def _refuse_discovery_settings(self) -> None:
        """Check that no discovery is configured.

        :raises ConfigMismatchError: if it is
        """
        if self.config.discovery_filter is not None:
            raise ConfigMismatchError(
                f"{type(self).__name__} takes no discovery_filter; to enable discovery mode, use a "
                "DiscoveryAwsKmsMasterKeyProvider"
            )
        self._refuse_discovery_region()

    def _refuse_discovery_region(self) -> None:
        if self.config.discovery_region:
            raise ConfigMismatchError(
                f"{type(self).__name__} takes no discovery_region; to enable MRK-aware discovery mode, use a "
                "MRKAwareDiscoveryAwsKmsMasterKeyProvider"
            )
