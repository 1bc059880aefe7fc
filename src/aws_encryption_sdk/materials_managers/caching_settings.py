"""What a caching CMM is made with, checked (framework/caching-cmm.md, initialization)."""

from __future__ import annotations

from .._arguments import builtin_name, check_integer
from .._limits import MAX_BYTES_PER_KEY, MAX_MESSAGES_PER_KEY
from ..caches.base import CryptoMaterialsCache, EntryCache
from ..caches.entry import UsageLimits, check_seconds
from ..exceptions import ArgumentTypeError, ArgumentValueError
from ..key_providers.base import MasterKeyProvider
from ..keyrings.mpl import AnyKeyring
from .base import CryptoMaterialsManager
from .default import DefaultCryptoMaterialsManager
from .mpl.cmm import AnyMaterialsManager, materials_manager_from


def limits_for(
    cache: CryptoMaterialsCache, max_age: float, max_messages_encrypted: int, max_bytes_encrypted: int
) -> UsageLimits:
    """Return the limits of entries, after a check that they are in range and fit the cache.

    :raises ArgumentTypeError: if an argument has the wrong type
    :raises ArgumentValueError: if a limit is out of range
    """
    if not isinstance(cache, CryptoMaterialsCache):
        raise ArgumentTypeError(f"cache must be a CryptoMaterialsCache, not {builtin_name(cache)}")
    check_seconds(max_age, "max_age")
    if not max_age > 0:
        raise ArgumentValueError(f"max_age must be above 0 seconds, not {max_age}")
    if isinstance(cache, EntryCache) and not max_age > cache.grace_period:
        raise ArgumentValueError(
            f"max_age must be above the cache's grace period of {cache.grace_period:g} seconds, not {max_age}: entries would be "
            "renewed all the time"
        )
    check_integer(max_messages_encrypted, "max_messages_encrypted", 1, MAX_MESSAGES_PER_KEY)
    check_integer(max_bytes_encrypted, "max_bytes_encrypted", 0, MAX_BYTES_PER_KEY)
    return UsageLimits(max_age, max_messages_encrypted, max_bytes_encrypted)


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
