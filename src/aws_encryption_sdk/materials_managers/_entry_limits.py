"""The limits of a caching CMM, by the methods with which classes that derive from it say what they let a cache answer.

The cache itself compares the limits, together with the counting. These methods are asked besides, where a class overrides them.
"""

from __future__ import annotations

from typing import Final

from .._arguments import check_integer
from .._limits import MAX_BYTES_PER_KEY, MAX_MESSAGES_PER_KEY
from .._materials import EncryptionMaterialsRequest
from ..caches.entry import CryptoMaterialsCacheEntry, UsageLimits, check_seconds
from ..exceptions import ArgumentValueError

_JUDGES_TO_ENCRYPT: Final = (
    "_cache_entry_has_encrypted_too_many_bytes",
    "_cache_entry_has_encrypted_too_many_messages",
    "_cache_entry_has_exceeded_limits",
    "_cache_entry_is_too_old",
)


class EntryLimits:
    """Base of the caching CMM: what an entry, or a request, has to be for the cache to answer."""

    max_age: float
    max_messages_encrypted: int
    max_bytes_encrypted: int

    def _checked_limits(self) -> UsageLimits:
        """Return the limits, and note what follows from them.

        :raises ArgumentTypeError: if one is not a number
        :raises ArgumentValueError: if one is out of range
        """
        check_seconds(self.max_age, "max_age")
        if not self.max_age > 0:
            raise ArgumentValueError(f"max_age must be above 0 seconds, not {self.max_age}")
        check_integer(self.max_messages_encrypted, "max_messages_encrypted", 1, MAX_MESSAGES_PER_KEY)
        check_integer(self.max_bytes_encrypted, "max_bytes_encrypted", 0, MAX_BYTES_PER_KEY)
        # What reaches a limit by itself is encrypted under a data key of its own.
        self._longest_shared = self.max_bytes_encrypted if self.max_messages_encrypted > 1 else 0
        return UsageLimits(self.max_age, self.max_messages_encrypted, self.max_bytes_encrypted)

    def _cache_entry_has_encrypted_too_many_bytes(self, entry: CryptoMaterialsCacheEntry) -> bool:
        return entry.bytes_encrypted > self.max_bytes_encrypted

    def _cache_entry_has_encrypted_too_many_messages(self, entry: CryptoMaterialsCacheEntry) -> bool:
        return entry.messages_encrypted > self.max_messages_encrypted

    def _cache_entry_is_too_old(self, entry: CryptoMaterialsCacheEntry) -> bool:
        return entry.age >= self.max_age

    def _cache_entry_has_exceeded_limits(self, entry: CryptoMaterialsCacheEntry) -> bool:
        return (
            self._cache_entry_is_too_old(entry)
            or self._cache_entry_has_encrypted_too_many_messages(entry)
            or self._cache_entry_has_encrypted_too_many_bytes(entry)
        )

    def _should_cache_encryption_request(self, request: EncryptionMaterialsRequest) -> bool:
        """Tell whether a cache may answer: not where the length is unknown or reaches the limit, nor for suites without derivation."""
        length, suite = request.plaintext_length, request.algorithm
        if length is None or not 0 <= length < self._longest_shared:
            return False
        return suite is None or suite.safe_to_cache()


def judges_to_encrypt(manager: EntryLimits) -> bool:
    """Tell whether the class of a CMM has a say of its own in what may be encrypted with an entry."""
    return any(getattr(type(manager), name) is not getattr(EntryLimits, name) for name in _JUDGES_TO_ENCRYPT)


def judges_to_decrypt(manager: EntryLimits) -> bool:
    """Tell whether the class of a CMM has a say of its own in what may be decrypted with an entry."""
    return type(manager)._cache_entry_is_too_old is not EntryLimits._cache_entry_is_too_old
