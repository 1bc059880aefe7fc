"""Branch keys and beacon keys in the clear (framework/structures.md, branch key materials, beacon key materials)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import attrs

from .._arguments import builtin_name, check_encryption_context
from .._wrapping.branch_key import BRANCH_KEY_LENGTH, BranchKeyWrapping
from ..caches.entry import CacheableMaterials
from ..exceptions import ArgumentTypeError, InvalidDataKeyError
from .identity import check_identifier, check_version

__all__ = ["BeaconKeyMaterials", "BranchKeyMaterials", "BranchKeySource"]


def _key(value: bytes) -> bytes:
    if not isinstance(value, bytes):
        raise ArgumentTypeError(f"A branch key or beacon key must be bytes, not {builtin_name(value)}")
    if len(value) != BRANCH_KEY_LENGTH:
        raise InvalidDataKeyError(f"A branch key or beacon key must have {BRANCH_KEY_LENGTH} bytes, not {len(value)}")
    return value


def _identifier(value: str) -> str:
    return check_identifier(value, "The branch key id")


def _context(value: Mapping[str, str]) -> Mapping[str, str]:
    # A cache hands the same materials to everybody.
    return MappingProxyType(check_encryption_context(value))


@attrs.frozen(eq=False)
class BranchKeyMaterials(CacheableMaterials):
    """One version of a branch key in the clear. May be shared by threads.

    :param branch_key_identifier: Branch key id
    :param branch_key_version: Version, a UUID of version 4
    :param branch_key: Branch key, 32 bytes; kept out of ``repr``
    :param encryption_context: Custom encryption context of the branch key
    :raises ArgumentValueError: if the id or the version cannot be one
    :raises InvalidDataKeyError: if the key has another length
    """

    branch_key_identifier: str = attrs.field(converter=_identifier)
    branch_key_version: str = attrs.field(converter=check_version)
    branch_key: bytes = attrs.field(repr=False, converter=_key)
    encryption_context: Mapping[str, str] = attrs.field(factory=dict, converter=_context, repr=False)
    #: How data keys are wrapped under it.
    wrapping: BranchKeyWrapping = attrs.field(init=False, repr=False)

    @wrapping.default
    def _make_wrapping(self) -> BranchKeyWrapping:
        version = uuid.UUID(self.branch_key_version).bytes
        return BranchKeyWrapping(self.branch_key, self.branch_key_identifier.encode("utf-8"), version)


@attrs.frozen(eq=False)
class BeaconKeyMaterials(CacheableMaterials):
    """A beacon key in the clear. May be shared by threads.

    :param beacon_key_identifier: Branch key id
    :param beacon_key: Beacon key, 32 bytes; kept out of ``repr``
    :param encryption_context: Custom encryption context of the branch key
    :raises ArgumentValueError: if the id cannot be one
    :raises InvalidDataKeyError: if the key has another length
    """

    beacon_key_identifier: str = attrs.field(converter=_identifier)
    beacon_key: bytes = attrs.field(repr=False, converter=_key)
    encryption_context: Mapping[str, str] = attrs.field(factory=dict, converter=_context, repr=False)


class BranchKeySource(Protocol):
    """What gives branch keys to a hierarchical keyring: a :class:`~.store.BranchKeyStore`, or a stand-in. Shared by threads."""

    @property
    def logical_key_store_name(self) -> str:
        """Logical key store name."""

    def get_active_branch_key(self, branch_key_identifier: str) -> BranchKeyMaterials:
        """Return the active version of a branch key."""

    def get_branch_key_version(self, branch_key_identifier: str, branch_key_version: str) -> BranchKeyMaterials:
        """Return one version of a branch key."""
