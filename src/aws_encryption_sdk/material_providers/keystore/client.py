"""The branch key store, under the names of the Material Providers Library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from ..._arguments import builtin_name
from ..._mpl.errors import KeyStoreException, raising_service_errors
from ...branch_keys import BranchKeyStore, KmsConfiguration, KmsKeyArn, KmsMRKeyArn
from ...branch_keys import Discovery as _OurDiscovery
from ...branch_keys import MRDiscovery as _OurMRDiscovery
from ...exceptions import ArgumentTypeError
from .._branch_keys import beacon_key_model, branch_key_model
from .._method import takes
from .config import KeyStoreConfig
from .models import (
    CreateKeyInput,
    CreateKeyOutput,
    CreateKeyStoreInput,
    CreateKeyStoreOutput,
    GetActiveBranchKeyInput,
    GetActiveBranchKeyOutput,
    GetBeaconKeyInput,
    GetBeaconKeyOutput,
    GetBranchKeyVersionInput,
    GetBranchKeyVersionOutput,
    GetKeyStoreInfoOutput,
    KMSConfigurationDiscovery,
    KMSConfigurationKmsKeyArn,
    KMSConfigurationKmsMRKeyArn,
    KMSConfigurationMrDiscovery,
    VersionKeyInput,
    VersionKeyOutput,
)

__all__ = ["KeyStore"]

_Method = TypeVar("_Method", bound=Callable[..., Any])


def _raising(method: _Method) -> _Method:
    """Let a method raise errors of the key store."""
    return cast("_Method", raising_service_errors(method, KeyStoreException))


class KeyStore:
    """A branch key store. May be shared by threads.

    Its methods raise a :class:`~aws_encryption_sdk.material_providers.keystore.errors.ServiceError` where they cannot do what is
    asked.

    :param config: Configuration, which has to be given
    :raises ServiceError: if a setting is wrong
    """

    @_raising
    def __init__(self, config: KeyStoreConfig | None = None) -> None:
        if not isinstance(config, KeyStoreConfig):
            raise KeyStoreException(
                f"config must be a KeyStoreConfig of aws_encryption_sdk.material_providers, not {builtin_name(config)}"
            )
        self._config: Final = config
        self._impl: Final = BranchKeyStore(
            config.ddb_table_name,
            _configuration(config.kms_configuration),
            config.logical_key_store_name,
            id=config.id,
            grant_tokens=config.grant_tokens,
            ddb_client=config.ddb_client,
            kms_client=config.kms_client,
        )

    def __repr__(self) -> str:
        return repr(self._impl)

    @_raising
    def get_key_store_info(self, input: object = None) -> GetKeyStoreInfoOutput:
        """Return the configuration.

        :param input: Not used; the library takes one here, of no use either
        """
        info = self._impl.get_key_store_info()
        return GetKeyStoreInfoOutput(
            key_store_id=info.key_store_id,
            key_store_name=info.key_store_name,
            logical_key_store_name=info.logical_key_store_name,
            grant_tokens=list(info.grant_tokens),
            kms_configuration=self._config.kms_configuration,
        )

    @takes(CreateKeyStoreInput, KeyStoreException)
    def create_key_store(self, input: CreateKeyStoreInput) -> CreateKeyStoreOutput:
        """Make the table, or check the one that there is."""
        return CreateKeyStoreOutput(table_arn=self._impl.create_key_store())

    @takes(CreateKeyInput, KeyStoreException)
    def create_key(self, input: CreateKeyInput) -> CreateKeyOutput:
        """Make a branch key and its beacon key."""
        made = self._impl.create_key(input.branch_key_identifier, input.encryption_context)
        return CreateKeyOutput(branch_key_identifier=made)

    @takes(VersionKeyInput, KeyStoreException)
    def version_key(self, input: VersionKeyInput) -> VersionKeyOutput:
        """Give a branch key a new version, which is active from then on."""
        self._impl.version_key(input.branch_key_identifier)
        return VersionKeyOutput()

    @takes(GetActiveBranchKeyInput, KeyStoreException)
    def get_active_branch_key(self, input: GetActiveBranchKeyInput) -> GetActiveBranchKeyOutput:
        """Return the active version of a branch key."""
        found = self._impl.get_active_branch_key(input.branch_key_identifier)
        return GetActiveBranchKeyOutput(branch_key_materials=branch_key_model(found))

    @takes(GetBranchKeyVersionInput, KeyStoreException)
    def get_branch_key_version(self, input: GetBranchKeyVersionInput) -> GetBranchKeyVersionOutput:
        """Return one version of a branch key."""
        found = self._impl.get_branch_key_version(input.branch_key_identifier, input.branch_key_version)
        return GetBranchKeyVersionOutput(branch_key_materials=branch_key_model(found))

    @takes(GetBeaconKeyInput, KeyStoreException)
    def get_beacon_key(self, input: GetBeaconKeyInput) -> GetBeaconKeyOutput:
        """Return the beacon key of a branch key."""
        found = self._impl.get_beacon_key(input.branch_key_identifier)
        return GetBeaconKeyOutput(beacon_key_materials=beacon_key_model(found))


def branch_key_source(key_store: object) -> Any:
    """Return what gives branch keys to a keyring: what stands behind a key store of the front, or what was given itself."""
    return key_store._impl if isinstance(key_store, KeyStore) else key_store


def _configuration(configuration: object) -> KmsConfiguration:
    if isinstance(configuration, KMSConfigurationKmsKeyArn):
        return KmsKeyArn(configuration.value)
    if isinstance(configuration, KMSConfigurationKmsMRKeyArn):
        return KmsMRKeyArn(configuration.value)
    if isinstance(configuration, KMSConfigurationDiscovery):
        return _OurDiscovery()
    if isinstance(configuration, KMSConfigurationMrDiscovery):
        return _OurMRDiscovery(configuration.value.region)
    raise ArgumentTypeError(
        f"kms_configuration must be one of the KMSConfiguration... models, not {builtin_name(configuration)}"
    )
