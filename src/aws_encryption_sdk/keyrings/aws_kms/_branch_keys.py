"""Branch keys from a cache, or else from the branch key store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple
from uuid import UUID

from ..._arguments import builtin_name
from ...branch_keys.identity import check_identifier, check_version
from ...branch_keys.materials import BranchKeyMaterials, BranchKeySource
from ...caches.base import EntryCache
from ...caches.branch_key_identifiers import BranchKeyIdentifiers
from ...caches.entry import CryptoMaterialsCacheEntry, CryptoMaterialsCacheEntryHints, UsageLimits
from ...exceptions import AWSEncryptionSDKClientError, BranchKeyStoreError, CacheKeyError

#: Branch keys whose cache identifiers are remembered. Versions come from messages that nobody has authenticated yet.
_MOST_REMEMBERED: Final = 4096


class CachedBranchKeys:
    """Gives branch keys, and keeps them in a cache for their time-to-live. Shared by threads.

    :param key_store: Branch key store
    :param cache: Cache
    :param ttl_seconds: Time-to-live in seconds; an entry of somebody else's in a shared cache must not be older either
    :param partition: Partition id
    """

    def __init__(self, key_store: BranchKeySource, cache: EntryCache, ttl_seconds: float, partition: bytes) -> None:
        self._store: Final = key_store
        self._cache: Final = cache
        self._limits: Final = UsageLimits(ttl_seconds)
        self._hints: Final = CryptoMaterialsCacheEntryHints(ttl_seconds)
        self._identifiers: Final = BranchKeyIdentifiers(partition, key_store.logical_key_store_name)
        self._wanted: Final[dict[tuple[str, bytes], _Wanted]] = {}

    def active(self, branch_key_id: str) -> BranchKeyMaterials:
        """Return the active version of a branch key.

        :raises ArgumentTypeError: if the id is no str
        :raises ArgumentValueError: if it is empty, or has a zero byte
        :raises AWSEncryptionSDKClientError: if neither the cache nor the branch key store gives it
        """
        return self._get((branch_key_id, b""), self._want_active)

    def version(self, branch_key_id: str, version: bytes) -> BranchKeyMaterials:
        """Return one version of a branch key.

        :param version: The 16 bytes of the UUID
        :raises AWSEncryptionSDKClientError: if neither the cache nor the branch key store gives it
        """
        return self._get((branch_key_id, version), self._want_version)

    def _get(self, name: tuple[str, bytes], want: Callable[[str, bytes], _Wanted]) -> BranchKeyMaterials:
        wanted = self._wanted.get(name)
        if wanted is None:
            wanted = want(*name)
            if len(self._wanted) >= _MOST_REMEMBERED:
                self._wanted.clear()
            self._wanted[name] = wanted
        in_flight = self._cache.in_flight
        landings = 0 if in_flight is None else in_flight.landings
        found = self._find(wanted)
        if found is not None:
            return found
        try:
            if in_flight is None:
                return self._ask(wanted)[0]
            return in_flight.ask_once(wanted.identifier, lambda: self._find(wanted), lambda: self._ask(wanted), landings)[0]
        except AWSEncryptionSDKClientError:
            # As long as an entry that was to be renewed has not expired, it serves.
            standing = self._find(wanted, in_grace=True)
            if standing is None:
                raise
            return standing

    def _want_active(self, branch_key_id: str, _: bytes) -> _Wanted:
        check_identifier(branch_key_id, "The branch key id")
        return _Wanted(self._identifiers.of_active(branch_key_id), branch_key_id, None)

    def _want_version(self, branch_key_id: str, version: bytes) -> _Wanted:
        # What can never exist is not looked for.
        text = check_version(str(UUID(bytes=version)))
        return _Wanted(self._identifiers.of_version(branch_key_id, text), branch_key_id, text)

    def _find(self, wanted: _Wanted, in_grace: bool = False) -> BranchKeyMaterials | None:
        try:
            if in_grace:
                value = self._cache.get_entry_in_grace(wanted.identifier, None, self._limits).value
            else:
                value = self._cache.get_entry(wanted.identifier, None, self._limits).value
        except CacheKeyError:
            return None
        # A cache of somebody else's may mix up its entries.
        return value if isinstance(value, BranchKeyMaterials) and _is_wanted(value, wanted) else None

    def _ask(self, wanted: _Wanted) -> tuple[BranchKeyMaterials, bool]:
        try:
            if wanted.version is None:
                materials = self._store.get_active_branch_key(wanted.branch_key_id)
            else:
                materials = self._store.get_branch_key_version(wanted.branch_key_id, wanted.version)
        except AWSEncryptionSDKClientError:
            raise
        except Exception as error:
            raise BranchKeyStoreError(f"The branch key store failed: {type(error).__name__}: {error}") from error
        _check(materials, wanted)
        self._cache.put_entry(CryptoMaterialsCacheEntry(wanted.identifier, materials, self._hints))
        return materials, True


class _Wanted(NamedTuple):
    identifier: bytes
    branch_key_id: str
    #: None for the active version.
    version: str | None


def _check(materials: object, wanted: _Wanted) -> None:
    if not isinstance(materials, BranchKeyMaterials):
        raise BranchKeyStoreError(f"The branch key store gave no BranchKeyMaterials, but {builtin_name(materials)}")
    if not _is_wanted(materials, wanted):
        raise BranchKeyStoreError(
            f"The branch key store gave version {materials.branch_key_version} of the branch key "
            f"{materials.branch_key_identifier!r}; {wanted.version or 'the active one'} of "
            f"{wanted.branch_key_id!r} was asked for"
        )


def _is_wanted(materials: BranchKeyMaterials, wanted: _Wanted) -> bool:
    return materials.branch_key_identifier == wanted.branch_key_id and (
        wanted.version is None or materials.branch_key_version == wanted.version
    )
