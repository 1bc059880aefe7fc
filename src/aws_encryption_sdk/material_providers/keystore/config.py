"""Configuration of the key store of the Material Providers Library."""

from __future__ import annotations

from typing import Any

import attrs

from ..._mpl.model import model
from ...branch_keys.dynamodb import check_table_name
from .models import KMSConfiguration

__all__ = ["KeyStoreConfig"]


@model
@attrs.define(kw_only=True)
class KeyStoreConfig:
    """Configuration of a :class:`~aws_encryption_sdk.material_providers.keystore.KeyStore`; see
    :class:`~aws_encryption_sdk.branch_keys.BranchKeyStore`.

    :param ddb_table_name: Name of the table, 3 to 255 characters, or its ARN
    :param kms_configuration: Which AWS KMS keys are used: one of ``KMSConfiguration...``
    :param logical_key_store_name: Name that every key is bound to
    :param id: Id of the key store; without one, a random one
    :param grant_tokens: Grant tokens that are sent with every request to AWS KMS
    :param ddb_client: Client of DynamoDB
    :param kms_client: Client of AWS KMS
    :raises ArgumentValueError: if the name is too short or too long
    """

    ddb_table_name: str
    kms_configuration: KMSConfiguration
    logical_key_store_name: str
    id: str | None = None
    grant_tokens: list[str] | None = None
    ddb_client: Any = None
    kms_client: Any = None

    def __attrs_post_init__(self) -> None:
        if isinstance(self.ddb_table_name, str):
            check_table_name(self.ddb_table_name)
