"""Values that everybody passes around: key identities, data keys, the message header and the result of an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy

import attrs

from ._arguments import builtin_name, bytes_from, text_from
from ._tuple_as_set import TupleAsSet
from .exceptions import ArgumentTypeError
from .identifiers import AlgorithmSuite, ContentType, ObjectType, SerializationVersion

__all__ = [
    "CryptoResult",
    "DataKey",
    "EncryptedDataKey",
    "EncryptedDataKeys",
    "MasterKeyInfo",
    "MessageHeader",
    "RawDataKey",
]


def slot_setter(frozen_class: type, name: str) -> Callable[[object, object], None]:
    """Return what sets a field of a new value of a frozen class.

    Several of these values are made for each message, and this takes half the time of ``object.__setattr__``.
    """
    setter: Callable[[object, object], None] = getattr(frozen_class, name).__set__
    return setter


@attrs.frozen(slots=True, init=False, hash=True)
class MasterKeyInfo:
    """Identity of a wrapping key.

    :param provider_id: Key provider id, the key namespace (bytes are decoded as UTF-8)
    :param key_info: Key provider information (text is encoded as UTF-8)
    :param key_name: Key name, where it differs from ``key_info``; not part of comparisons
    """

    provider_id: str
    key_info: bytes

    def __init__(self, provider_id: str | bytes, key_info: str | bytes, key_name: str | bytes | None = None) -> None:
        if key_name is not None:
            bytes_from(key_name, "key_name")
        _set_provider_id(self, provider_id if type(provider_id) is str else text_from(provider_id, "provider_id"))
        _set_key_info(self, key_info if type(key_info) is bytes else bytes_from(key_info, "key_info"))

    @property
    def key_namespace(self) -> str:
        """The key namespace: another name of ``provider_id``."""
        return self.provider_id

    @property
    def key_name(self) -> bytes:
        """The key name, as far as the key provider information tells it."""
        return self.key_info


_set_provider_id = slot_setter(MasterKeyInfo, "provider_id")
_set_key_info = slot_setter(MasterKeyInfo, "key_info")


@attrs.frozen(slots=True, hash=True, init=False)
class RawDataKey:
    """A plaintext data key.

    :param key_provider: Identity of the key that generated it
    :param data_key: Plaintext data key; kept out of ``repr``
    """

    key_provider: MasterKeyInfo
    data_key: bytes = attrs.field(repr=False)

    def __init__(self, key_provider: MasterKeyInfo, data_key: bytes) -> None:
        if type(data_key) is not bytes or type(key_provider) is not MasterKeyInfo:
            _check_parts(key_provider, data_key)
        _set_raw_provider(self, key_provider)
        _set_raw_key(self, data_key)

    @classmethod
    def from_data_key(cls, data_key: DataKey) -> RawDataKey:
        """Build from a :class:`DataKey`, leaving the encrypted form behind."""
        if not isinstance(data_key, DataKey):
            raise ArgumentTypeError(f"data_key must be a DataKey, not {type(data_key).__name__}")
        return cls(key_provider=data_key.key_provider, data_key=data_key.data_key)


_set_raw_provider = slot_setter(RawDataKey, "key_provider")
_set_raw_key = slot_setter(RawDataKey, "data_key")


@attrs.frozen(slots=True, hash=True)
class DataKey:
    """A plaintext data key together with its encrypted form.

    :param key_provider: Identity of the key that wrapped it
    :param data_key: Plaintext data key; kept out of ``repr``
    :param encrypted_data_key: Encrypted data key
    """

    key_provider: MasterKeyInfo
    data_key: bytes = attrs.field(repr=False)
    encrypted_data_key: bytes

    def __attrs_post_init__(self) -> None:
        _check_parts(self.key_provider, self.data_key, self.encrypted_data_key)


@attrs.frozen(slots=True, hash=True, init=False)
class EncryptedDataKey:
    """An encrypted data key (framework/structures.md, encrypted data key).

    :param key_provider: Key provider id and key provider information
    :param encrypted_data_key: Ciphertext
    """

    key_provider: MasterKeyInfo
    encrypted_data_key: bytes

    def __init__(self, key_provider: MasterKeyInfo, encrypted_data_key: bytes) -> None:
        if type(encrypted_data_key) is not bytes or type(key_provider) is not MasterKeyInfo:
            _check_parts(key_provider, encrypted_data_key)
        _set_encrypted_provider(self, key_provider)
        _set_encrypted_key(self, encrypted_data_key)

    @classmethod
    def from_data_key(cls, data_key: DataKey) -> EncryptedDataKey:
        """Build from a :class:`DataKey`, leaving the plaintext behind."""
        if not isinstance(data_key, DataKey):
            raise ArgumentTypeError(f"data_key must be a DataKey, not {type(data_key).__name__}")
        return cls(key_provider=data_key.key_provider, encrypted_data_key=data_key.encrypted_data_key)


_set_encrypted_provider = slot_setter(EncryptedDataKey, "key_provider")
_set_encrypted_key = slot_setter(EncryptedDataKey, "encrypted_data_key")


def _check_parts(key_provider: object, *contents: object) -> None:
    if not isinstance(key_provider, MasterKeyInfo):
        raise ArgumentTypeError(f"key_provider must be a MasterKeyInfo, not {builtin_name(key_provider)}")
    for content in contents:
        if not isinstance(content, bytes):
            raise ArgumentTypeError(f"A data key must be bytes, not {builtin_name(content)}")


class EncryptedDataKeys(TupleAsSet[EncryptedDataKey]):
    """Encrypted data keys in the order of the message, duplicates kept; also equal to a set with the same members.

    What a ``set`` has is there, and returns new sets; but for what changes one: assign a new set instead.
    """

    __slots__ = ()


def ordered_encrypted_data_keys(keys: Iterable[EncryptedDataKey | DataKey]) -> EncryptedDataKeys:
    """Return ``keys`` in their order; sets, as old CMMs return them, have none and are sorted by identity and ciphertext.

    :raises ArgumentTypeError: if a member is not an encrypted data key
    """
    if isinstance(keys, EncryptedDataKeys):
        return keys
    if not isinstance(keys, Iterable):
        raise ArgumentTypeError(f"Encrypted data keys must be a collection, not {builtin_name(keys)}")
    members = [EncryptedDataKey.from_data_key(key) if isinstance(key, DataKey) else key for key in keys]
    for member in members:
        if not isinstance(member, EncryptedDataKey):
            raise ArgumentTypeError(f"An encrypted data key must be an EncryptedDataKey, not {type(member).__name__}")
    if isinstance(keys, (set, frozenset)):
        members.sort(key=_identity)
    return EncryptedDataKeys(members)


def _identity(key: EncryptedDataKey) -> tuple[str, bytes, bytes]:
    return key.key_provider.provider_id, key.key_provider.key_info, key.encrypted_data_key


class TakesFurtherAttributes:
    """Base of classes with slots on which programs may set attributes of their own: only these are kept in a dict."""


@attrs.define(slots=True, eq=True, unsafe_hash=False, init=False, on_setattr=attrs.setters.NO_OP)
class MessageHeader(TakesFurtherAttributes):
    """The fields of a message header (data-format/message-header.md).

    ``encryption_context`` is a dict of the caller's own. After decryption it holds all pairs that were authenticated, those
    that the message does not store included.

    :param version: Version of the message format
    :param algorithm: Algorithm suite
    :param message_id: Message id, 16 bytes in version 1 and 32 in version 2
    :param encryption_context: Encryption context
    :param encrypted_data_keys: Encrypted data keys, in the order of the message
    :param content_type: Framed or not
    :param frame_length: Length in bytes of a frame; 0 where there are none
    :param type: Type of the message (version 1 only)
    :param content_aad_length: The reserved field (version 1 only): 0
    :param header_iv_length: Length in bytes of the IVs (version 1 only): 12
    :param commitment_key: Key commitment, 32 bytes (version 2 only)
    """

    version: SerializationVersion
    algorithm: AlgorithmSuite
    message_id: bytes
    encryption_context: dict[str, str]
    encrypted_data_keys: EncryptedDataKeys
    content_type: ContentType
    frame_length: int
    type: ObjectType | None = None
    content_aad_length: int | None = None
    header_iv_length: int | None = None
    commitment_key: bytes | None = None

    def __init__(
        self,
        version: SerializationVersion,
        algorithm: AlgorithmSuite,
        message_id: bytes,
        encryption_context: dict[str, str],
        encrypted_data_keys: Iterable[EncryptedDataKey],
        content_type: ContentType,
        frame_length: int,
        type: ObjectType | None = None,
        content_aad_length: int | None = None,
        header_iv_length: int | None = None,
        commitment_key: bytes | None = None,
    ) -> None:
        self.version = version
        self.algorithm = algorithm
        self.message_id = message_id
        self.encryption_context = encryption_context
        if encrypted_data_keys.__class__ is not EncryptedDataKeys:
            encrypted_data_keys = ordered_encrypted_data_keys(encrypted_data_keys)
        self.encrypted_data_keys = encrypted_data_keys
        self.content_type = content_type
        self.frame_length = frame_length
        self.type = type
        self.content_aad_length = content_aad_length
        self.header_iv_length = header_iv_length
        self.commitment_key = commitment_key

    def __hash__(self) -> int:
        return hash((self.version, self.algorithm, self.message_id, self.encrypted_data_keys, self.frame_length))


class CryptoResult(tuple[bytes, MessageHeader]):
    """What ``encrypt`` and ``decrypt`` return: a tuple ``(result, header)`` whose members also have names.

    :param result: Ciphertext message or plaintext
    :param header: Header of the message; a copy of its own
    """

    __slots__ = ()

    def __new__(cls, result: bytes, header: MessageHeader) -> CryptoResult:
        """Take a copy of the header."""
        return tuple.__new__(cls, (result, copy_header(header)))

    @classmethod
    def of_own(cls, result: bytes, header: MessageHeader) -> CryptoResult:
        """Return a result with this header itself, which nobody else has."""
        return tuple.__new__(cls, (result, header))

    def __getnewargs__(self) -> tuple[bytes, MessageHeader]:
        return self[0], self[1]

    @property
    def result(self) -> bytes:
        """The ciphertext message, or the plaintext."""
        return self[0]

    @property
    def header(self) -> MessageHeader:
        """The header of the message."""
        return self[1]

    def __repr__(self) -> str:
        return f"CryptoResult(result=<{len(self[0])} bytes>, header={self[1]!r})"


def copy_header(header: MessageHeader) -> MessageHeader:
    """Return a header that shares nothing mutable with ``header``."""
    if type(header) is not MessageHeader:
        return deepcopy(header)
    return attrs.evolve(header, encryption_context=dict(header.encryption_context))
