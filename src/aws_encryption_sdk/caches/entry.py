"""One entry of a cache: materials, and how much they were used (framework/cryptographic-materials-cache.md, cache entry)."""

from __future__ import annotations

import time
from math import inf, isnan
from threading import Lock
from typing import Any, Final, NoReturn

import attrs

from .._arguments import builtin_name
from .._materials import CryptographicMaterials
from ..exceptions import ArgumentTypeError, ArgumentValueError, NotSupportedError

__all__ = ["CacheableMaterials", "CryptoMaterialsCacheEntry", "CryptoMaterialsCacheEntryHints", "UsageLimits"]


class CacheableMaterials:
    """Base of what a cache holds besides encryption and decryption materials: branch keys, beacon keys.

    An instance is handed to several threads: it must not change.
    """


@attrs.define(slots=False, eq=False)
class CryptoMaterialsCacheEntryHints:
    """What a cache is told of an entry besides its materials.

    :param lifetime: Time-to-live in seconds; None for no limit
    :raises ArgumentTypeError: if it is not a number
    """

    lifetime: float | None = None

    def __attrs_post_init__(self) -> None:
        if self.lifetime is not None:
            check_seconds(self.lifetime, "lifetime")


@attrs.frozen(slots=True)
class UsageLimits:
    """How long, and for how much, an entry may serve whoever asks for it.

    :param max_age: Age in seconds at which it serves no longer
    :param max_messages: Most messages to encrypt
    :param max_bytes: Most bytes to encrypt
    """

    max_age: float = inf
    max_messages: float = inf
    max_bytes: float = inf


#: Whoever gives no limits has none.
UNLIMITED: Final = UsageLimits()


class CryptoMaterialsCacheEntry:
    """Materials in a cache, with their usage (framework/cryptographic-materials-cache.md, cache entry).

    The attributes cannot be set. The usage is counted by the cache, and by nobody else.

    :param cache_key: Cache identifier
    :param value: Encryption or decryption materials, or a :class:`CacheableMaterials`
    :param hints: What else is known of the entry
    :raises ArgumentTypeError: if an argument has the wrong type
    """

    __slots__ = (
        "__weakref__",
        "_expiry",
        "_expiry_of_clock",
        "_lock",
        "_started",
        "_usage",
        "cache_key",
        "creation_time",
        "hints",
        "value",
    )

    cache_key: bytes
    value: Any
    hints: CryptoMaterialsCacheEntryHints
    #: Time of creation in seconds, as :func:`time.time` gives it.
    creation_time: float
    _usage: _Usage
    _lock: Lock
    _started: float
    _expiry: float
    _expiry_of_clock: float

    def __init__(self, cache_key: bytes, value: Any, hints: CryptoMaterialsCacheEntryHints | None = None) -> None:
        if not isinstance(cache_key, bytes):
            raise ArgumentTypeError(f"cache_key must be bytes, not {builtin_name(cache_key)}")
        if not isinstance(value, (CryptographicMaterials, CacheableMaterials)):
            raise ArgumentTypeError(f"A cache holds cryptographic materials, not {builtin_name(value)}")
        if hints is None:
            hints = CryptoMaterialsCacheEntryHints()
        elif not isinstance(hints, CryptoMaterialsCacheEntryHints):
            raise ArgumentTypeError(f"hints must be CryptoMaterialsCacheEntryHints, not {builtin_name(hints)}")
        started, created = time.monotonic(), time.time()
        lifetime = inf if hints.lifetime is None else hints.lifetime
        for name, content in (
            ("cache_key", cache_key),
            ("value", value),
            ("hints", hints),
            ("creation_time", created),
            ("_started", started),
            ("_expiry", started + lifetime),
            ("_expiry_of_clock", created + lifetime),
            ("_usage", _Usage()),
            ("_lock", Lock()),
        ):
            object.__setattr__(self, name, content)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise NotSupportedError(f"{name} cannot be set: the attributes of a cache entry are fixed")

    def __delattr__(self, name: str) -> NoReturn:
        raise NotSupportedError(f"{name} cannot be deleted: the attributes of a cache entry are fixed")

    def __repr__(self) -> str:
        return f"<CryptoMaterialsCacheEntry: {self.value!r}>"

    @property
    def messages_encrypted(self) -> int:
        """Messages encrypted with the materials."""
        return self._usage.messages

    @property
    def bytes_encrypted(self) -> int:
        """Bytes encrypted with the materials."""
        return self._usage.bytes

    @property
    def valid(self) -> bool:
        """Whether the entry may still be used; False as soon as it is out of its cache."""
        return self._usage.valid

    @property
    def age(self) -> float:
        """Seconds since the entry was made.

        Of two clocks the one that says more counts: the one may be set back, and the other stands still while the machine sleeps.
        """
        return max(time.monotonic() - self._started, time.time() - self.creation_time)

    def is_too_old(self) -> bool:
        """Tell whether the time-to-live has elapsed."""
        return time.monotonic() >= self._expiry or time.time() >= self._expiry_of_clock

    def invalidate(self) -> None:
        """Mark the entry as one that must not be used any more."""
        self._usage.valid = False

    def has_expired(self, now: float, clock: float) -> bool:
        """Tell whether the entry must not be used any more, at this time of the one clock and of the other."""
        return now >= self._expiry or clock >= self._expiry_of_clock or not self._usage.valid

    def serves(self, now: float, clock: float, plaintext_length: int | None, limits: UsageLimits) -> bool:
        """Tell whether the entry may be used within ``limits``, and count the use; called under the lock of the cache.

        :param now: Time of :func:`time.monotonic`
        :param clock: Time of :func:`time.time`
        :param plaintext_length: Bytes that a message encrypts; None where nothing is encrypted
        :param limits: Limits of who asks
        """
        usage, max_age = self._usage, limits.max_age
        if now >= self._expiry or clock >= self._expiry_of_clock or not usage.valid:
            return False
        if now - self._started >= max_age or clock - self.creation_time >= max_age:
            return False
        if plaintext_length is not None:
            messages, total = usage.messages + 1, usage.bytes + plaintext_length
            if messages > limits.max_messages or total > limits.max_bytes:
                return False
            usage.messages, usage.bytes = messages, total
        return True

    def is_beyond(self, limits: UsageLimits) -> bool:
        """Tell whether the entry was used for more than ``limits`` allow, the last use included, or is too old for them."""
        usage = self._usage
        return usage.messages > limits.max_messages or usage.bytes > limits.max_bytes or self.age >= limits.max_age

    def count_use(self, plaintext_length: int, messages: int = 1) -> None:
        """Count one more message; called by the cache.

        :param plaintext_length: Bytes that it encrypts
        :param messages: How many messages these are
        """
        with self._lock:
            self._usage.messages += messages
            self._usage.bytes += plaintext_length

    # The name by which caches that somebody else wrote count.
    _update_with_message_bytes_encrypted = count_use


class _Usage:
    __slots__ = ("bytes", "messages", "valid")

    def __init__(self) -> None:
        self.messages = 0
        self.bytes = 0
        self.valid = True


def check_seconds(value: object, name: str) -> None:
    """Check a number of seconds.

    :raises ArgumentTypeError: if it is neither float nor int
    :raises ArgumentValueError: if it is not a number, or greater than every float
    """
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise ArgumentTypeError(f"{name} must be a number of seconds, not {builtin_name(value)}")
    try:
        usable = not isnan(value)
    except OverflowError:
        usable = False
    if not usable:
        raise ArgumentValueError(f"{name} must be a number of seconds that can be added to a time; math.inf is one, too")
