"""The models of the key store: what its methods take and return (framework/branch-key-store.md)."""

from __future__ import annotations

import attrs

from ..._mpl.cache_entries import BeaconKeyMaterials, BranchKeyMaterials
from ..._mpl.model import model
from ..._mpl.suites import Unit

__all__ = [
    "BeaconKeyMaterials",
    "BranchKeyMaterials",
    "CreateKeyInput",
    "CreateKeyOutput",
    "CreateKeyStoreInput",
    "CreateKeyStoreOutput",
    "Discovery",
    "GetActiveBranchKeyInput",
    "GetActiveBranchKeyOutput",
    "GetBeaconKeyInput",
    "GetBeaconKeyOutput",
    "GetBranchKeyVersionInput",
    "GetBranchKeyVersionOutput",
    "GetKeyStoreInfoOutput",
    "KMSConfiguration",
    "KMSConfigurationDiscovery",
    "KMSConfigurationKmsKeyArn",
    "KMSConfigurationKmsMRKeyArn",
    "KMSConfigurationMrDiscovery",
    "MRDiscovery",
    "Unit",
    "VersionKeyInput",
    "VersionKeyOutput",
]


@model
@attrs.define
class Discovery:
    """Whatever AWS KMS key a branch key was wrapped by."""


@model
@attrs.define(kw_only=True)
class MRDiscovery:
    """Whatever AWS KMS key a branch key was wrapped by; of multi-Region keys, the relative in one Region.

    :param region: That Region
    """

    region: str


@model
@attrs.define
class KMSConfigurationKmsKeyArn:
    """See :class:`~aws_encryption_sdk.branch_keys.KmsKeyArn`."""

    value: str


@model
@attrs.define
class KMSConfigurationKmsMRKeyArn:
    """See :class:`~aws_encryption_sdk.branch_keys.KmsMRKeyArn`."""

    value: str


@model
@attrs.define
class KMSConfigurationDiscovery:
    """See :class:`~aws_encryption_sdk.branch_keys.Discovery`."""

    value: Discovery


@model
@attrs.define
class KMSConfigurationMrDiscovery:
    """See :class:`~aws_encryption_sdk.branch_keys.MRDiscovery`."""

    value: MRDiscovery


KMSConfiguration = (
    KMSConfigurationKmsKeyArn | KMSConfigurationKmsMRKeyArn | KMSConfigurationDiscovery | KMSConfigurationMrDiscovery
)


@model
@attrs.define(kw_only=True)
class GetKeyStoreInfoOutput:
    """The configuration of a key store.

    :param key_store_id: Id of the key store
    :param key_store_name: Name of its table
    :param logical_key_store_name: Logical key store name
    :param grant_tokens: Grant tokens
    :param kms_configuration: AWS KMS configuration
    """

    key_store_id: str
    key_store_name: str
    logical_key_store_name: str
    grant_tokens: list[str]
    kms_configuration: KMSConfiguration


@model
@attrs.define
class CreateKeyStoreInput:
    """The table is made."""


@model
@attrs.define(kw_only=True)
class CreateKeyStoreOutput:
    """The table is there.

    :param table_arn: Its ARN
    """

    table_arn: str


@model
@attrs.define(kw_only=True)
class CreateKeyInput:
    """A branch key is made.

    :param branch_key_identifier: Branch key id; without one, a random UUID
    :param encryption_context: Custom encryption context; needed with an id of one's own
    """

    branch_key_identifier: str | None = None
    encryption_context: dict[str, str] | None = None


@model
@attrs.define(kw_only=True)
class CreateKeyOutput:
    """A branch key was made.

    :param branch_key_identifier: Its id
    """

    branch_key_identifier: str


@model
@attrs.define(kw_only=True)
class VersionKeyInput:
    """A branch key gets a new version."""

    branch_key_identifier: str


@model
@attrs.define
class VersionKeyOutput:
    """A branch key has got a new version."""


@model
@attrs.define(kw_only=True)
class GetActiveBranchKeyInput:
    """Whose active version is looked for."""

    branch_key_identifier: str


@model
@attrs.define(kw_only=True)
class GetActiveBranchKeyOutput:
    """The active version of a branch key."""

    branch_key_materials: BranchKeyMaterials


@model
@attrs.define(kw_only=True)
class GetBranchKeyVersionInput:
    """Which version of a branch key is looked for."""

    branch_key_identifier: str
    branch_key_version: str


@model
@attrs.define(kw_only=True)
class GetBranchKeyVersionOutput:
    """One version of a branch key."""

    branch_key_materials: BranchKeyMaterials


@model
@attrs.define(kw_only=True)
class GetBeaconKeyInput:
    """Whose beacon key is looked for."""

    branch_key_identifier: str


@model
@attrs.define(kw_only=True)
class GetBeaconKeyOutput:
    """A beacon key."""

    beacon_key_materials: BeaconKeyMaterials
