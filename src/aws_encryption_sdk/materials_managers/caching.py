"""The caching cryptographic materials manager (framework/caching-cmm.md)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any, Final, TypeVar

import attrs

from .._limits import MAX_BYTES_PER_KEY, MAX_MESSAGES_PER_KEY
from .._materials import DecryptionMaterials, DecryptionMaterialsRequest, EncryptionMaterials, EncryptionMaterialsRequest
from .._policies import check_decrypt_suite, check_encrypt_suite
from ..caches._identities import Identities
from ..caches.access import access_to
from ..caches.base import CryptoMaterialsCache, EntryCache
from ..caches.entry import CryptoMaterialsCacheEntry
from ..caches.identifiers import CacheIdentifiers
from ..caches.statistics import CacheStatistics
from ..exceptions import AWSEncryptionSDKClientError, NotSupportedError
from ..key_providers.base import MasterKeyProvider
from ..keyrings.mpl import AnyKeyring
from ._caching_settings import OwnPartition, check_cache, manager_from, partition_id
from ._entry_limits import EntryLimits, judges_to_decrypt, judges_to_encrypt
from .base import CryptoMaterialsManager
from .mpl.cmm import AnyMaterialsManager, materials_manager_from
from .reproduced_context import merge_reproduced_context
from .required_pairs import RequiresPairs, check_reproduced_pairs, foreign_manager_in, keys_required_by, with_required_pairs

__all__ = ["CachingCryptoMaterialsManager"]

_Request = TypeVar("_Request")
_Materials = TypeVar("_Materials")
#: Attributes that may be set later.
_SETTINGS: Final = ("cache", "max_age", "max_messages_encrypted", "max_bytes_encrypted")


def _given_manager(manager: AnyMaterialsManager | None) -> Any:
    return None if manager is None else materials_manager_from(manager, "backing_materials_manager")


class _Counts:
    """How many requests found an entry, and how many did not. An object of its own, because what is set in a CMM is looked at."""

    __slots__ = ("hits", "misses")

    def __init__(self) -> None:
        self.hits = self.misses = 0


@attrs.define(slots=False, eq=False, repr=False, on_setattr=attrs.setters.NO_OP)
class CachingCryptoMaterialsManager(CryptoMaterialsManager, RequiresPairs, EntryLimits):
    """Keeps the materials that another CMM returned, and uses them for several messages. May be shared by threads.

    Encryption materials are used again for messages with the same encryption context and the same algorithm suite, within the
    limits. A plaintext whose length is not known, or that alone reaches the limit of bytes, is encrypted under a data key of its
    own, as are all messages of suites that derive no key from it. Decryption materials are used again for messages with the same
    encrypted data keys. Where several threads need the same materials at the same time, one asks for them and the others wait. With
    a storm tracking cache, materials in their grace period serve the others meanwhile, and the one that asks too, where it fails.

    :param cache: Where the materials are kept. Several caching CMMs may share a cache
    :param max_age: Most seconds that materials are used for, above 0
    :param max_messages_encrypted: Most messages that are encrypted under a data key, 1 to 2**32
    :param max_bytes_encrypted: Most bytes that are encrypted under a data key, 0 to 2**63 - 1
    :param partition_name: Partition id: text or bytes. CMMs with the same one and the same cache use each other's materials; where
        none is given, a random one is made, and nothing is shared. Over a CMM of a program's own, only those over the same object
        share, as nobody else knows what it requires
    :param master_key_provider: Master key provider to get data keys from
    :param backing_materials_manager: CMM to get materials from; it goes before a master key provider
    :param keyring: Keyring to get data keys from; then neither of the two others may be given
    :raises ArgumentTypeError: if there is no source of materials, or an argument has the wrong type
    :raises ArgumentValueError: if a limit is out of range

    >>> import os
    >>> from aws_encryption_sdk import EncryptionSDKClient
    >>> from aws_encryption_sdk.caches.local import LocalCryptoMaterialsCache
    >>> from aws_encryption_sdk.keyrings.raw import RawAESKeyring
    >>> keyring = RawAESKeyring("example", "key", os.urandom(32))
    >>> manager = CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(100), max_age=60, keyring=keyring)
    >>> client = EncryptionSDKClient()
    >>> messages = [client.encrypt(source=b"plaintext", materials_manager=manager).result for _ in range(3)]
    >>> manager.stats()
    CacheStatistics(hits=2, misses=1, evictions=0)
    """

    cache: CryptoMaterialsCache
    max_age: float
    max_messages_encrypted: int = MAX_MESSAGES_PER_KEY
    max_bytes_encrypted: int = MAX_BYTES_PER_KEY
    #: Partition id; fixed.
    partition_name: bytes = attrs.field(default=None, converter=partition_id)
    master_key_provider: MasterKeyProvider | None = None
    backing_materials_manager: CryptoMaterialsManager = attrs.field(default=None, converter=_given_manager)
    keyring: AnyKeyring | None = None

    def __attrs_post_init__(self) -> None:
        check_cache(self.cache, self._checked_limits().max_age)
        self.backing_materials_manager = manager_from(self.backing_materials_manager, self.master_key_provider, self.keyring)
        # The materials in a shared partition may be another's, whose CMM requires less.
        self.required_encryption_context_keys = keys_required_by(self.backing_materials_manager)
        self.foreign_manager = foreign_manager_in(self.backing_materials_manager)
        self._has_own_partition = isinstance(self.partition_name, OwnPartition)
        self._identities = Identities()
        self._apply_settings()
        self._lock = Lock()
        self._counts = _Counts()
        self._judges_to_encrypt, self._judges_to_decrypt = judges_to_encrypt(self), judges_to_decrypt(self)

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute; the cache and the limits are checked, and hold from the next request on.

        :raises NotSupportedError: if it is the partition id
        """
        is_complete = "_judges_to_decrypt" in self.__dict__
        if is_complete and name == "partition_name":
            raise NotSupportedError("The partition id of a caching CMM cannot be changed; make another CMM")
        before = self.__dict__.get(name)
        super().__setattr__(name, value)
        if is_complete and name in _SETTINGS:
            try:
                self._apply_settings()
            except AWSEncryptionSDKClientError:
                self.__dict__[name] = before
                raise

    def _apply_settings(self) -> None:
        cache, limits = self.cache, self._checked_limits()
        check_cache(cache, limits.max_age)
        self._access = access_to(cache, limits)
        self._identifiers = CacheIdentifiers(self._partition_in(cache))

    def _partition_in(self, cache: CryptoMaterialsCache) -> bytes:
        """Return the partition of the entries: within one that was given, a foreign CMM has one of its own."""
        if self._has_own_partition or self.foreign_manager is None:
            return self.partition_name
        identities = cache.identities if isinstance(cache, EntryCache) else self._identities
        return b"\x00".join((self.partition_name, identities.of(self.foreign_manager)))

    def __repr__(self) -> str:
        return f"CachingCryptoMaterialsManager(cache={self.cache!r}, backing={self.backing_materials_manager!r})"

    def stats(self) -> CacheStatistics:
        """Return how many requests were answered from the cache, how many the underlying CMM was asked, and the evictions.

        Requests that are never answered from a cache count as misses. The evictions are those of entries that a request of this CMM
        found at a limit; the statistics of the cache itself tell of all.
        """
        with self._lock:
            return CacheStatistics(self._counts.hits, self._counts.misses, self._access.evictions)

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        """Return materials from the cache, or else of the underlying CMM (get encryption materials).

        :raises ActionNotAllowedError: if the policy of the request forbids the suite of the materials
        :raises MissingEncryptionContextError: if the encryption context lacks a key that the underlying CMM requires
        :raises AWSEncryptionSDKClientError: if the underlying CMM fails
        """
        if self.required_encryption_context_keys:
            request = with_required_pairs(request, self.required_encryption_context_keys)
        length = request.plaintext_length
        if length is None or not self._should_cache_encryption_request(request):
            return self._ask(self.backing_materials_manager.get_encryption_materials, request)
        key = self._identifiers.for_encryption(request)
        landings = self._access.landings
        found = self._find_to_encrypt(key, request, length)
        if found is not None:
            return self._hit(found)
        find, ask = partial(self._find_to_encrypt, key, request, length), partial(self._ask_to_encrypt, key, request, length)
        return self._ask_once(key, find, ask, landings)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        """Return materials from the cache, or else of the underlying CMM (decrypt materials).

        :raises ActionNotAllowedError: if the policy of the request forbids its suite
        :raises EncryptionContextMismatchError: if the caller's encryption context contradicts that of the message
        :raises MissingEncryptionContextError: if the caller's encryption context lacks a key that the underlying CMM requires
        :raises AWSEncryptionSDKClientError: if the underlying CMM fails
        """
        if self.required_encryption_context_keys:
            check_reproduced_pairs(request, self.required_encryption_context_keys)
        if not request.algorithm.safe_to_cache():
            return self._ask(self.backing_materials_manager.decrypt_materials, request)
        key = self._identifiers.for_decryption(request)
        landings = self._access.landings
        found = self._find_to_decrypt(key, request)
        if found is not None:
            return self._hit(found)
        find, ask = partial(self._find_to_decrypt, key, request), partial(self._ask_to_decrypt, key, request)
        return self._ask_once(key, find, ask, landings)

    def _ask_once(
        self,
        key: bytes,
        find: Callable[..., _Materials | None],
        ask: Callable[[], tuple[_Materials, bool]],
        landings: int,
    ) -> _Materials:
        """Ask the underlying CMM; of threads that found nothing at the same time, one asks and the others find its answer."""
        in_flight = self._access.in_flight
        if in_flight is None:
            return ask()[0]
        try:
            materials, found = in_flight.ask_once(key, find, ask, landings)
        except AWSEncryptionSDKClientError:
            # As long as an entry that was to be renewed has not expired, it serves.
            standing = find(in_grace=True)
            if standing is None:
                raise
            return self._hit(standing)
        return self._hit(materials) if found else materials

    def _hit(self, materials: _Materials) -> _Materials:
        with self._lock:
            self._counts.hits += 1
        return materials

    def _find_to_encrypt(
        self, key: bytes, request: EncryptionMaterialsRequest, plaintext_length: int, in_grace: bool = False
    ) -> EncryptionMaterials | None:
        entry = self._access.find(key, plaintext_length, in_grace)
        if entry is None or (self._judges_to_encrypt and self._is_refused(entry, self._cache_entry_has_exceeded_limits)):
            return None
        materials = entry.value
        if not isinstance(materials, EncryptionMaterials) or not self._requires_what_was_asked(materials, request):
            return None
        check_encrypt_suite(request.commitment_policy, materials.algorithm)
        return materials.unshared()

    def _find_to_decrypt(
        self, key: bytes, request: DecryptionMaterialsRequest, in_grace: bool = False
    ) -> DecryptionMaterials | None:
        entry = self._access.find(key, None, in_grace)
        if entry is None or (self._judges_to_decrypt and self._is_refused(entry, self._cache_entry_is_too_old)):
            return None
        materials = entry.value
        if not isinstance(materials, DecryptionMaterials):
            return None
        if materials.algorithm is not request.algorithm and materials.algorithm is not None:
            return None
        check_decrypt_suite(request.commitment_policy, request.algorithm)
        if request.reproduced_encryption_context:
            for context in (request.encryption_context, materials.encryption_context):
                merge_reproduced_context(context, request.reproduced_encryption_context)
        return materials.unshared()

    def _is_refused(self, entry: CryptoMaterialsCacheEntry, judge: Callable[[CryptoMaterialsCacheEntry], bool]) -> bool:
        refused = judge(entry)
        if refused:
            self._access.discard(entry)
        return refused

    def _ask_to_encrypt(
        self, key: bytes, request: EncryptionMaterialsRequest, plaintext_length: int
    ) -> tuple[EncryptionMaterials, bool]:
        """Return materials of the underlying CMM, and whether they are in the cache now."""
        # Nothing of the one plaintext goes on: the materials serve others too.
        general = EncryptionMaterialsRequest(
            dict(request.encryption_context),
            request.frame_length,
            request.commitment_policy,
            algorithm=request.algorithm,
            required_encryption_context_keys=request.required_encryption_context_keys,
        )
        materials = self._ask(self.backing_materials_manager.get_encryption_materials, general)
        if not isinstance(materials, EncryptionMaterials) or not materials.is_complete:
            return materials, False
        if not materials.algorithm.safe_to_cache() or not self._requires_what_was_asked(materials, request):
            return materials, False
        # What every message needs is made once, before there are copies.
        materials.serialize_once()
        self._access.keep_encryption(key, materials.unshared(), plaintext_length)
        return materials, True

    def _requires_what_was_asked(self, materials: EncryptionMaterials, request: EncryptionMaterialsRequest) -> bool:
        """Tell whether the required keys are those that the identifier knows of.

        A foreign CMM may add to them. Where its entries are apart, that does no harm.
        """
        known = request.required_encryption_context_keys | self.required_encryption_context_keys
        required = materials.required_encryption_context_keys
        apart = self._has_own_partition or self.foreign_manager is not None
        return known <= required if apart else known == required

    def _ask_to_decrypt(self, key: bytes, request: DecryptionMaterialsRequest) -> tuple[DecryptionMaterials, bool]:
        """Return materials of the underlying CMM, and whether they are in the cache now."""
        materials = self._ask(self.backing_materials_manager.decrypt_materials, request)
        if not isinstance(materials, DecryptionMaterials) or materials.data_key is None:
            return materials, False
        if request.algorithm.is_signing():
            materials.verification_key_object(request.algorithm)
        self._access.keep_decryption(key, materials.unshared())
        return materials, True

    def _ask(self, method: Callable[[_Request], _Materials], request: _Request) -> _Materials:
        with self._lock:
            self._counts.misses += 1
        return method(request)
