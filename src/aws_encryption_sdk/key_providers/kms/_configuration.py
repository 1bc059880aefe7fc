"""Configurations of the master keys in AWS KMS, and of their providers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

import attrs
from botocore.session import Session

from ..._arguments import builtin_name, strings_from
from ..._kms.arn import parse_identifier
from ..._kms.clients import RegionalClients
from ..._kms.discovery_filter import DiscoveryFilter
from ...exceptions import ArgumentTypeError
from .._configuration import MasterKeyConfig, MasterKeyProviderConfig

#: Provider id of what AWS KMS encrypted.
PROVIDER_ID: Final = "aws-kms"
_OPERATIONS: Final = ("generate_data_key", "encrypt", "decrypt")


def _grant_tokens(grant_tokens: Iterable[str]) -> tuple[str, ...]:
    return strings_from(grant_tokens, "grant_tokens")


def _region_names(region_names: Iterable[str]) -> tuple[str, ...]:
    return strings_from(region_names, "region_names")


def _key_ids(key_ids: Iterable[str | bytes]) -> tuple[str | bytes, ...]:
    # A member that is empty or None is refused by the provider, as a contradiction in its configuration.
    if isinstance(key_ids, (str, bytes)) or not isinstance(key_ids, Iterable):
        raise ArgumentTypeError(f"key_ids must be a list of str, not {builtin_name(key_ids)}; put a single one into a list")
    return tuple(key_ids)


def _check_client(_config: object, _field: object, client: object) -> None:
    missing = [name for name in _OPERATIONS if not callable(getattr(client, name, None))]
    if missing:
        raise ArgumentTypeError(
            f'client must be a client of AWS KMS, such as boto3.client("kms"), not {builtin_name(client)}, which lacks '
            + ", ".join(missing)
        )


def _check_session(_config: object, _field: object, session: Any) -> None:
    if not isinstance(session, Session):
        raise ArgumentTypeError(
            f"botocore_session must be a botocore.session.Session, not {type(session).__module__}.{builtin_name(session)}"
        )


def _check_discovery_filter(_config: object, _field: object, discovery_filter: Any) -> None:
    if discovery_filter is not None and not isinstance(discovery_filter, DiscoveryFilter):
        raise ArgumentTypeError(f"discovery_filter must be a DiscoveryFilter, not {builtin_name(discovery_filter)}")


def _check_discovery_region(_config: object, _field: object, region: Any) -> None:
    if region is not None and not isinstance(region, str):
        raise ArgumentTypeError(f"discovery_region must be a str, not {builtin_name(region)}")


@attrs.define(slots=False, unsafe_hash=True, on_setattr=attrs.setters.NO_OP)
class KMSMasterKeyConfig(MasterKeyConfig):
    """Configuration of a master key in AWS KMS.

    :param key_id: Key ARN, alias ARN, alias or key id
    :param client: Client of AWS KMS; without one, one is made for the region of ``key_id``, or else of the environment
    :param grant_tokens: Grant tokens that are sent with every request
    :raises ArgumentTypeError: if the client is none, or ``grant_tokens`` is one str
    :raises UnknownRegionError: if a client is to be made, and no region is known
    """

    provider_id: ClassVar[str] = PROVIDER_ID

    client: Any = attrs.field(validator=_check_client)
    grant_tokens: tuple[str, ...] = attrs.field(default=(), converter=_grant_tokens, repr=False)

    @client.default
    def client_default(self) -> Any:
        """Make a client for the region of the key id."""
        return RegionalClients().client(parse_identifier(self.key_id).region)


@attrs.define(slots=False, unsafe_hash=True, on_setattr=attrs.setters.NO_OP)
class MRKAwareKMSMasterKeyConfig(MasterKeyConfig):
    """Configuration of a master key in AWS KMS that stands for its related multi-Region keys, too.

    :param key_id: Key ARN, alias ARN, alias or key id
    :param client: Client of AWS KMS
    :param grant_tokens: Grant tokens that are sent with every request
    :raises ArgumentTypeError: if the client is none, or ``grant_tokens`` is one str
    """

    provider_id: ClassVar[str] = PROVIDER_ID

    client: Any = attrs.field(validator=_check_client)
    grant_tokens: tuple[str, ...] = attrs.field(default=(), converter=_grant_tokens, repr=False)


@attrs.define(slots=False, unsafe_hash=True, on_setattr=attrs.setters.NO_OP)
class KMSMasterKeyProviderConfig(MasterKeyProviderConfig):
    """Configuration of a master key provider of AWS KMS.

    :param botocore_session: Session to make clients of; without one, a new session
    :param key_ids: Keys to encrypt under, and to decrypt with
    :param region_names: Regions whose clients are made at once; the first is the one of key ids that name none
    :param grant_tokens: Grant tokens that are sent with every request
    :param discovery_filter: Partition and accounts whose keys may be asked to decrypt
    :param discovery_region: Region in which multi-Region keys are asked to decrypt
    :raises ArgumentTypeError: if something has the wrong type, or one str is given for a list
    """

    botocore_session: Session = attrs.field(factory=Session, validator=_check_session)
    key_ids: tuple[str | bytes, ...] = attrs.field(default=(), converter=_key_ids)
    region_names: tuple[str, ...] = attrs.field(default=(), converter=_region_names)
    grant_tokens: tuple[str, ...] = attrs.field(default=(), converter=_grant_tokens, repr=False)
    discovery_filter: DiscoveryFilter | None = attrs.field(default=None, validator=_check_discovery_filter)
    discovery_region: str | None = attrs.field(default=None, validator=_check_discovery_region)
