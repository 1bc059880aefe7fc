"""The interfaces of caches (framework/cryptographic-materials-cache.md)."""

from __future__ import annotations

import abc
from typing import Final

from .._materials import DecryptionMaterials, EncryptionMaterials
from ._identities import Identities
from .entry import UNLIMITED, CryptoMaterialsCacheEntry, CryptoMaterialsCacheEntryHints, UsageLimits
from .in_flight import RequestsInFlight
from .statistics import CacheStatistics

__all__ = ["CryptoMaterialsCache", "EntryCache"]


#: The methods that a cache of versions 1 to 4 has.
PUBLISHED_METHODS: Final = (
    "put_encryption_materials",
    "put_decryption_materials",
    "get_encryption_materials",
    "get_decryption_materials",
)


class CryptoMaterialsCache(abc.ABC):
    """Base of all caches; derive from it to write your own for the caching CMM.

    A cache may be called by several threads at once. It finds no entry whose time-to-live has elapsed.
    """

    @abc.abstractmethod
    def put_encryption_materials(
        self,
        cache_key: bytes,
        encryption_materials: EncryptionMaterials,
        plaintext_length: int,
        entry_hints: CryptoMaterialsCacheEntryHints | None = None,
    ) -> CryptoMaterialsCacheEntry:
        """Add encryption materials in place of what was there, as used for one message already.

        :param cache_key: Cache identifier
        :param encryption_materials: Encryption materials
        :param plaintext_length: Bytes that this message encrypts
        :param entry_hints: What else is known of the entry
        :returns: the entry
        """

    @abc.abstractmethod
    def put_decryption_materials(
        self, cache_key: bytes, decryption_materials: DecryptionMaterials
    ) -> CryptoMaterialsCacheEntry:
        """Add decryption materials in place of what was there.

        :param cache_key: Cache identifier
        :param decryption_materials: Decryption materials
        :returns: the entry
        """

    @abc.abstractmethod
    def get_encryption_materials(self, cache_key: bytes, plaintext_length: int) -> CryptoMaterialsCacheEntry:
        """Return the entry with this identifier, and count one more message.

        :param cache_key: Cache identifier
        :param plaintext_length: Bytes that this message encrypts
        :raises CacheKeyError: if there is no usable entry
        """

    @abc.abstractmethod
    def get_decryption_materials(self, cache_key: bytes) -> CryptoMaterialsCacheEntry:
        """Return the entry with this identifier.

        :param cache_key: Cache identifier
        :raises CacheKeyError: if there is no usable entry
        """


class EntryCache(CryptoMaterialsCache):
    """Base of caches of whole entries: the interface of the specification.

    Such a cache holds materials of every kind, and one object can serve caching CMMs and keyrings together: the identifiers of each
    kind of user differ from the first byte on. Whoever asks gives the limits that the entry has to be within; they are compared,
    and the use is counted, in one step that no other thread can come in between.
    """

    #: Seconds before its end in which an entry is renewed, and is not found by who is to renew it; lifetimes have to be longer.
    grace_period: float = 0

    def __init__(self) -> None:
        #: The requests for materials that this cache did not have; None where nobody is to wait for another's.
        self.in_flight: RequestsInFlight | None = RequestsInFlight()
        #: The identities of the CMMs whose materials are kept apart from those of all others.
        self.identities: Final = Identities()

    @abc.abstractmethod
    def put_entry(self, entry: CryptoMaterialsCacheEntry) -> None:
        """Add an entry in place of what was there (put cache entry)."""

    @abc.abstractmethod
    def get_entry(
        self, cache_key: bytes, plaintext_length: int | None = None, limits: UsageLimits = UNLIMITED
    ) -> CryptoMaterialsCacheEntry:
        """Return the entry with this identifier (get cache entry).

        :param cache_key: Cache identifier
        :param plaintext_length: Bytes that a message encrypts, which is counted; None where nothing is encrypted
        :param limits: Limits of the caller. An entry that this use would take beyond them is evicted
        :raises CacheEntryExpiredError: if there was one, and it had reached a limit
        :raises CacheKeyError: if there is none
        """

    def get_entry_in_grace(
        self, cache_key: bytes, plaintext_length: int | None = None, limits: UsageLimits = UNLIMITED
    ) -> CryptoMaterialsCacheEntry:
        """Return the entry with this identifier, even if it is to be renewed: for whoever was to renew it, and could not.

        :param cache_key: Cache identifier
        :param plaintext_length: Bytes that a message encrypts, which is counted; None where nothing is encrypted
        :param limits: Limits of the caller
        :raises CacheKeyError: if there is none
        """
        return self.get_entry(cache_key, plaintext_length, limits)

    @abc.abstractmethod
    def delete_entry(self, cache_key: bytes) -> None:
        """Remove the entry with this identifier, if there is one (delete cache entry)."""

    @abc.abstractmethod
    def stats(self) -> CacheStatistics:
        """Return how often entries were found, were not found, and were evicted."""

    def put_encryption_materials(
        self,
        cache_key: bytes,
        encryption_materials: EncryptionMaterials,
        plaintext_length: int,
        entry_hints: CryptoMaterialsCacheEntryHints | None = None,
    ) -> CryptoMaterialsCacheEntry:
        """Add encryption materials in place of what was there, as used for one message already."""
        entry = CryptoMaterialsCacheEntry(cache_key, encryption_materials, entry_hints)
        entry.count_use(plaintext_length)
        self.put_entry(entry)
        return entry

    def put_decryption_materials(
        self,
        cache_key: bytes,
        decryption_materials: DecryptionMaterials,
        entry_hints: CryptoMaterialsCacheEntryHints | None = None,
    ) -> CryptoMaterialsCacheEntry:
        """Add decryption materials in place of what was there."""
        entry = CryptoMaterialsCacheEntry(cache_key, decryption_materials, entry_hints)
        self.put_entry(entry)
        return entry

    def get_encryption_materials(self, cache_key: bytes, plaintext_length: int) -> CryptoMaterialsCacheEntry:
        """Return the entry with this identifier, and count one more message."""
        return self.get_entry(cache_key, plaintext_length)

    def get_decryption_materials(self, cache_key: bytes) -> CryptoMaterialsCacheEntry:
        """Return the entry with this identifier."""
        return self.get_entry(cache_key)
