"""What a caching CMM is made with, checked (framework/caching-cmm.md, initialization)."""

from __future__ import annotations

import uuid

from .._arguments import builtin_name, bytes_from
from ..caches.base import CryptoMaterialsCache, EntryCache
from ..exceptions import ArgumentTypeError, ArgumentValueError
from ..key_providers.base import MasterKeyProvider
from ..keyrings.mpl import AnyKeyring
from .base import CryptoMaterialsManager
from .default import DefaultCryptoMaterialsManager
from .mpl.cmm import AnyMaterialsManager, materials_manager_from


class OwnPartition(bytes):
    """A partition id that was made for one CMM."""


def partition_id(name: str | bytes | None) -> bytes:
    """Return the partition id that was given, or else one that nobody else has."""
    return OwnPartition(str(uuid.uuid4()), "ascii") if name is None else bytes(bytes_from(name, "partition_name"))


def check_cache(cache: CryptoMaterialsCache, max_age: float) -> None:
    """Check a cache, and that entries are not renewed all the time.

    :raises ArgumentTypeError: if it is no cache
    :raises ArgumentValueError: if ``max_age`` is within its grace period
    """
    if not isinstance(cache, CryptoMaterialsCache):
        raise ArgumentTypeError(f"cache must be a CryptoMaterialsCache, not {builtin_name(cache)}")
    if isinstance(cache, EntryCache) and not max_age > cache.grace_period:
        raise ArgumentValueError(
            f"max_age must be above the cache's grace period of {cache.grace_period:g} seconds, not {max_age}: entries would be "
            "renewed all the time"
        )


def manager_from(
    materials_manager: AnyMaterialsManager | None,
    master_key_provider: MasterKeyProvider | None,
    keyring: AnyKeyring | None,
) -> CryptoMaterialsManager:
    """Return the CMM to get materials from: a default CMM, where a keyring or a master key provider was given alone.

    :raises ArgumentTypeError: if none was given, or two that do not go together, or one of the wrong type
    """
    if keyring is not None and (materials_manager is not None or master_key_provider is not None):
        raise ArgumentTypeError("With keyring, neither backing_materials_manager nor master_key_provider can be given")
    if materials_manager is None:
        if keyring is None and master_key_provider is None:
            raise ArgumentTypeError("One of backing_materials_manager, master_key_provider and keyring must be given")
        return DefaultCryptoMaterialsManager(master_key_provider, keyring)
    manager = materials_manager_from(materials_manager, "backing_materials_manager")
    if master_key_provider is not None and not isinstance(master_key_provider, MasterKeyProvider):
        raise ArgumentTypeError(f"master_key_provider must be a MasterKeyProvider, not {builtin_name(master_key_provider)}")
    return manager
