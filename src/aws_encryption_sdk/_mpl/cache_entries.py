"""What caches of the Material Providers Library take and return (framework/cryptographic-materials-cache.md)."""

from __future__ import annotations

import attrs

from .._arguments import check_integer
from .materials import Bytes, DecryptionMaterials, EncryptionMaterials
from .model import model


@model
@attrs.define(kw_only=True)
class BranchKeyMaterials:
    """Branch key materials (framework/structures.md, branch key materials).

    :param branch_key_identifier: Branch key id
    :param branch_key_version: Version: a UUID
    :param encryption_context: Encryption context of the branch key
    :param branch_key: Plaintext branch key, 32 bytes; kept out of ``repr``
    """

    branch_key_identifier: str
    branch_key_version: str
    encryption_context: dict[str, str]
    branch_key: Bytes = attrs.field(repr=False)


@model
@attrs.define(kw_only=True)
class BeaconKeyMaterials:
    """Beacon key materials (framework/structures.md, beacon key materials).

    :param beacon_key_identifier: Branch key id
    :param encryption_context: Encryption context of the beacon key
    :param beacon_key: Plaintext beacon key; kept out of ``repr``
    :param hmac_keys: HMAC keys by the name of their beacon; kept out of ``repr``
    """

    beacon_key_identifier: str
    encryption_context: dict[str, str]
    beacon_key: Bytes | None = attrs.field(default=None, repr=False)
    hmac_keys: dict[str, Bytes] | None = attrs.field(default=None, repr=False)


@model
@attrs.define
class MaterialsEncryption:
    """Encryption materials in a cache."""

    value: EncryptionMaterials


@model
@attrs.define
class MaterialsDecryption:
    """Decryption materials in a cache."""

    value: DecryptionMaterials


@model
@attrs.define
class MaterialsBranchKey:
    """Branch key materials in a cache."""

    value: BranchKeyMaterials


@model
@attrs.define
class MaterialsBeaconKey:
    """Beacon key materials in a cache."""

    value: BeaconKeyMaterials


Materials = MaterialsEncryption | MaterialsDecryption | MaterialsBranchKey | MaterialsBeaconKey


@model
@attrs.define(kw_only=True)
class PutCacheEntryInput:
    """An entry to keep; times are seconds since 1970.

    :param identifier: Identifier of the entry
    :param materials: Its materials
    :param creation_time: When it was made
    :param expiry_time: When it expires
    :param messages_used: How many messages were encrypted with it
    :param bytes_used: How many bytes were encrypted with it
    :raises ArgumentValueError: if a number is negative
    """

    identifier: Bytes
    materials: Materials
    creation_time: int = 0
    expiry_time: int = 0
    messages_used: int = 0
    bytes_used: int = 0

    def __attrs_post_init__(self) -> None:
        _check_counts(self)


@model
@attrs.define(kw_only=True)
class GetCacheEntryInput:
    """Which entry is looked for.

    :param identifier: Identifier of the entry
    :param bytes_used: How many bytes will be encrypted with it
    """

    identifier: Bytes
    bytes_used: int | None = None


@model
@attrs.define(kw_only=True)
class GetCacheEntryOutput:
    """An entry that was found; the fields are those of :class:`PutCacheEntryInput`.

    :raises ArgumentValueError: if a number is negative
    """

    materials: Materials
    creation_time: int = 0
    expiry_time: int = 0
    messages_used: int = 0
    bytes_used: int = 0

    def __attrs_post_init__(self) -> None:
        _check_counts(self)


@model
@attrs.define(kw_only=True)
class UpdateUsageMetadataInput:
    """Which entry was used, and for how many bytes.

    :param identifier: Identifier of the entry
    :param bytes_used: Bytes that were encrypted with it
    :raises ArgumentValueError: if ``bytes_used`` is negative
    """

    identifier: Bytes
    bytes_used: int = 0

    def __attrs_post_init__(self) -> None:
        check_integer(self.bytes_used, "bytes_used", 0)


@model
@attrs.define(kw_only=True)
class DeleteCacheEntryInput:
    """Which entry is dropped."""

    identifier: Bytes


def _check_counts(entry: PutCacheEntryInput | GetCacheEntryOutput) -> None:
    for name in ("creation_time", "expiry_time", "messages_used", "bytes_used"):
        check_integer(getattr(entry, name), name, 0)
