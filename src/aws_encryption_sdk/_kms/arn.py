"""AWS KMS identifiers, parsed (framework/aws-kms/aws-kms-key-arn.md).

An identifier is an ARN, or a name without one: a key id, or an alias that begins with ``alias/``.
"""

from __future__ import annotations

from typing import Final

import attrs

from .._arguments import text_from
from ..exceptions import MalformedArnError, SerializationError

_PARTS: Final = 6
_KEY: Final = "key"
_ALIAS: Final = "alias"
_RESOURCE_TYPES: Final = (_KEY, _ALIAS)
_ALIAS_PREFIX: Final = "alias/"
_KEY_PREFIX: Final = "key/"
_MULTI_REGION_PREFIX: Final = "mrk-"
_SHAPE: Final = "arn:PARTITION:kms:REGION:ACCOUNT:key/KEY_ID"
_SHOWN: Final = 200


@attrs.frozen(slots=True)
class KmsArn:
    """An ARN of AWS KMS: that of a key, or that of an alias.

    :param partition: Partition, such as ``aws``
    :param region: Region, such as ``us-west-2``
    :param account_id: Account
    :param resource_type: ``key`` or ``alias``
    :param resource_id: Key id, or name of the alias
    """

    partition: str
    region: str
    account_id: str
    resource_type: str
    resource_id: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:kms:{self.region}:{self.account_id}:{self.resource_type}/{self.resource_id}"

    @property
    def is_key(self) -> bool:
        """Whether this is the ARN of a key and not that of an alias."""
        return self.resource_type == _KEY

    @property
    def is_multi_region(self) -> bool:
        """Whether this is the ARN of a multi-Region key."""
        return self.is_key and self.resource_id.startswith(_MULTI_REGION_PREFIX)

    def in_region(self, region: str) -> KmsArn:
        """Return the ARN that differs only in the region."""
        return attrs.evolve(self, region=region)


@attrs.frozen(slots=True)
class KmsName:
    """A key id or an alias, without the ARN: which account and region it belongs to is not told.

    :param resource_type: ``key`` or ``alias``
    :param resource_id: Key id, or name of the alias
    """

    resource_type: str
    resource_id: str

    def __str__(self) -> str:
        return self.resource_id if self.is_key else _ALIAS_PREFIX + self.resource_id

    @property
    def region(self) -> None:
        """The region: not known."""
        return

    @property
    def is_key(self) -> bool:
        """Whether this is a key id and not an alias."""
        return self.resource_type == _KEY

    @property
    def is_multi_region(self) -> bool:
        """Whether this is the id of a multi-Region key."""
        return self.is_key and self.resource_id.startswith(_MULTI_REGION_PREFIX)


KmsIdentifier = KmsArn | KmsName


def parse_arn(text: str | bytes) -> KmsArn:
    """Return the parts of an ARN of AWS KMS.

    :raises MalformedArnError: if it is not one; the message says why
    """
    arn = _text(text)
    shown = _shown(arn)
    parts = arn.split(":")
    if len(parts) != _PARTS:
        raise MalformedArnError(
            f"{shown} is not an ARN of AWS KMS: it has {len(parts)} parts between colons, not {_PARTS}; "
            f"the ARN of a key looks like {_SHAPE}"
        )
    prefix, partition, service, region, account_id, resource = parts
    resource_type, slash, resource_id = resource.partition("/")
    for fault, found in (
        ('it does not begin with "arn"', prefix != "arn"),
        ("its partition is empty", not partition),
        (f'its service is {service!r}, not "kms"', service != "kms"),
        ("its region is empty", not region),
        ("its account is empty", not account_id),
        (
            f'its resource {resource!r} does not begin with "key/" or "alias/"',
            resource_type not in _RESOURCE_TYPES or not slash,
        ),
        ("its resource id is empty", not resource_id),
    ):
        if found:
            raise MalformedArnError(f"{shown} is not an ARN of AWS KMS: {fault}; the ARN of a key looks like {_SHAPE}")
    return KmsArn(partition, region, account_id, resource_type, resource_id)


def parse_key_arn(text: str | bytes) -> KmsArn:
    """Return the parts of an ARN of an AWS KMS key.

    :raises MalformedArnError: if it is not an ARN, or that of an alias
    """
    arn = parse_arn(text)
    if not arn.is_key:
        raise MalformedArnError(
            f"{_shown(str(arn))} is the ARN of an alias; the ARN of the key that it stands for is needed"
        )
    return arn


def parse_identifier(text: str | bytes) -> KmsIdentifier:
    """Return the parts of an AWS KMS identifier: an ARN, an alias or a key id.

    :raises MalformedArnError: if it begins like an ARN and is none, or is no identifier at all; the message says why
    """
    identifier = _text(text)
    if identifier.startswith("arn:"):
        return parse_arn(identifier)
    if not identifier:
        raise MalformedArnError(
            "An AWS KMS identifier must not be empty; give a key ARN, an alias ARN, an alias or a key id"
        )
    if ":" in identifier:
        raise MalformedArnError(
            f"{_shown(identifier)} is no AWS KMS identifier: only an ARN has colons, and that begins with arn: and looks like {_SHAPE}"
        )
    if identifier.startswith(_ALIAS_PREFIX):
        name = identifier.removeprefix(_ALIAS_PREFIX)
        if not name:
            raise MalformedArnError(f"{_shown(identifier)} is no AWS KMS identifier: the name of the alias is missing")
        return KmsName(_ALIAS, name)
    if identifier.startswith(_KEY_PREFIX):
        raise MalformedArnError(
            f'{_shown(identifier)} is no AWS KMS identifier: a key id is written without "{_KEY_PREFIX}"'
        )
    return KmsName(_KEY, identifier)


def is_multi_region_arn(text: str | bytes) -> bool:
    """Tell whether an ARN of AWS KMS is that of a multi-Region key.

    :raises MalformedArnError: if it is not an ARN of AWS KMS
    """
    return parse_arn(text).is_multi_region


def is_multi_region_identifier(text: str | bytes) -> bool:
    """Tell whether an AWS KMS identifier is that of a multi-Region key; an alias never is, whatever its name.

    :raises MalformedArnError: if it begins like an ARN and is none
    """
    return parse_identifier(text).is_multi_region


def _text(value: str | bytes) -> str:
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise MalformedArnError(f"{_shown(value)} has no UTF-8 form, so it is no AWS KMS identifier") from error
        return value
    try:
        return text_from(value, "An AWS KMS identifier")
    except SerializationError as error:
        raise MalformedArnError(
            f"{_shown(str(value, 'ascii', 'backslashreplace'))} is not UTF-8, so no AWS KMS identifier"
        ) from error


def _shown(identifier: str) -> str:
    return repr(identifier if len(identifier) <= _SHOWN else identifier[:_SHOWN] + "...")
