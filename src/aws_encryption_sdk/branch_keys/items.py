"""What a branch key store keeps of a key (framework/branch-key-store.md, record format, encryption context).

The attributes of an item:

======================  ============================================================================
``branch-key-id``       branch key id
``type``                ``branch:ACTIVE``, ``branch:version:`` and a UUID, or ``beacon:ACTIVE``
``version``             of ``branch:ACTIVE`` only: ``branch:version:`` and the UUID of that version
``enc``                 the key, wrapped by AWS KMS
``kms-arn``             ARN of the AWS KMS key that wrapped it
``create-time``         ISO 8601, UTC, microseconds
``hierarchy-version``   1
``aws-crypto-ec:...``   custom encryption context, one attribute for each pair
======================  ============================================================================

The encryption context under which AWS KMS wraps the key has all of them but ``enc``, and the logical key store name as
``tablename``. So every attribute is authenticated when the key is unwrapped.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Final

import attrs

from .._kms.arn import KmsArn, parse_key_arn
from ..exceptions import ArgumentValueError, BranchKeyTamperedError, MalformedArnError
from .identity import check_version

ID: Final = "branch-key-id"
TYPE: Final = "type"
VERSION: Final = "version"
WRAPPED_KEY: Final = "enc"
KMS_ARN: Final = "kms-arn"
CREATE_TIME: Final = "create-time"
HIERARCHY_VERSION: Final = "hierarchy-version"
_STORE_NAME: Final = "tablename"
_REQUIRED: Final = (ID, TYPE, KMS_ARN, CREATE_TIME, HIERARCHY_VERSION)
_NOT_EMPTY: Final = (ID, TYPE)

ACTIVE_TYPE: Final = "branch:ACTIVE"
BEACON_TYPE: Final = "beacon:ACTIVE"
_VERSION_PREFIX: Final = "branch:version:"
_CUSTOM_PREFIX: Final = "aws-crypto-ec:"
_THIS_HIERARCHY_VERSION: Final = "1"


def version_type(version: str) -> str:
    """Return the type of the item that keeps one version of a branch key."""
    return _VERSION_PREFIX + version


@attrs.frozen
class KeyDescription:
    """All that an item says of its key: every attribute but the wrapped key itself.

    :param attributes: The attributes as text
    :raises BranchKeyTamperedError: if one is missing or malformed
    """

    attributes: Mapping[str, str] = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        missing = [name for name in _REQUIRED if name not in self.attributes]
        missing += [name for name in _NOT_EMPTY if self.attributes.get(name) == ""]
        if missing:
            raise self._malformed(f"it lacks {', '.join(missing)}")
        for name in (_STORE_NAME, WRAPPED_KEY):
            if name in self.attributes:
                raise self._malformed(f"it has an attribute {name}, which no key is described by")
        is_active = self.type == ACTIVE_TYPE
        if is_active != (VERSION in self.attributes):
            raise self._malformed(f"it {'lacks' if is_active else 'must not have'} {VERSION}")
        if self.attributes[HIERARCHY_VERSION] != _THIS_HIERARCHY_VERSION:
            raise self._malformed(f"its {HIERARCHY_VERSION} is {self.attributes[HIERARCHY_VERSION]!r}, not 1")

    @property
    def branch_key_id(self) -> str:
        """Branch key id."""
        return self.attributes[ID]

    @property
    def type(self) -> str:
        """Type of the item."""
        return self.attributes[TYPE]

    @property
    def version(self) -> str:
        """Version of the branch key, a UUID.

        :raises BranchKeyTamperedError: if it is none
        """
        named = self.attributes.get(VERSION, self.type)
        if not named.startswith(_VERSION_PREFIX):
            raise self._malformed(f"{named[:80]!r} is not the version of a branch key")
        try:
            return check_version(named.removeprefix(_VERSION_PREFIX))
        except ArgumentValueError as error:
            raise self._malformed(str(error)) from error

    @property
    def kms_arn(self) -> KmsArn:
        """ARN of the AWS KMS key that wrapped the key.

        :raises BranchKeyTamperedError: if it is none, or that of an alias
        """
        try:
            return parse_key_arn(self.attributes[KMS_ARN])
        except MalformedArnError as error:
            raise self._malformed(f"its {KMS_ARN} is not that of a key: {error}") from error

    @property
    def custom_encryption_context(self) -> dict[str, str]:
        """Custom encryption context of the branch key."""
        return {
            name.removeprefix(_CUSTOM_PREFIX): value
            for name, value in self.attributes.items()
            if name.startswith(_CUSTOM_PREFIX)
        }

    def encryption_context(self, logical_key_store_name: str) -> dict[str, str]:
        """Return the encryption context that AWS KMS wraps the key under."""
        return {**self.attributes, _STORE_NAME: logical_key_store_name}

    def active(self) -> KeyDescription:
        """Return the description of the active key that is the copy of this version."""
        return KeyDescription({**self.attributes, TYPE: ACTIVE_TYPE, VERSION: self.type})

    def next_version(self, version: str) -> KeyDescription:
        """Return the description of a new version of the branch key that this item is one of.

        The ARN and the custom encryption context stay as they are.
        """
        kept = {name: value for name, value in self.attributes.items() if name != VERSION}
        return KeyDescription({**kept, TYPE: version_type(version), CREATE_TIME: _now()})

    def beacon(self) -> KeyDescription:
        """Return the description of the beacon key that is made with this version."""
        return KeyDescription({**self.attributes, TYPE: BEACON_TYPE})

    def _malformed(self, reason: str) -> BranchKeyTamperedError:
        found = {name: str(self.attributes.get(name))[:80] for name in (ID, TYPE)}
        return BranchKeyTamperedError(f"The item {found} of the branch key store is malformed: {reason}")


@attrs.frozen
class KeyItem:
    """A key, wrapped by AWS KMS, with its description.

    :param description: Description
    :param wrapped_key: The key, wrapped under the encryption context of the description
    """

    description: KeyDescription
    wrapped_key: bytes = attrs.field(repr=False)


def first_version(branch_key_id: str, version: str, kms_arn: str, custom_context: Mapping[str, str]) -> KeyDescription:
    """Return the description of the first version of a new branch key."""
    custom = {_CUSTOM_PREFIX + name: value for name, value in custom_context.items()}
    return KeyDescription(
        {
            ID: branch_key_id,
            TYPE: version_type(version),
            KMS_ARN: kms_arn,
            CREATE_TIME: _now(),
            HIERARCHY_VERSION: _THIS_HIERARCHY_VERSION,
            **custom,
        }
    )


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
