"""Serialization of the encryption context (framework/structures.md, serialization).

=====================  ========  ============================
field                  bytes     interpreted as
=====================  ========  ============================
pair count             2         UInt16, above 0
pairs, sorted by key:
key length, key        2, n      UInt16, UTF-8
value length, value    2, n      UInt16, UTF-8
=====================  ========  ============================

An empty encryption context is no bytes at all.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from .._limits import MAX_UINT16
from ..exceptions import ArgumentTypeError, SerializationError
from ..identifiers import PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY

_UINT16 = struct.Struct(">H")


def serialize_encryption_context(encryption_context: Mapping[str, str]) -> bytes:
    """Return the bytes of ``encryption_context``, its pairs sorted by the UTF-8 form of their keys.

    :raises SerializationError: if a key, a value, the count or the whole is too long, or has no UTF-8 form
    :raises ArgumentTypeError: if a key or a value is no text
    """
    if not encryption_context:
        return b""
    if len(encryption_context) > MAX_UINT16:
        raise SerializationError(f"The encryption context has {len(encryption_context)} pairs; at most {MAX_UINT16} fit")
    try:
        pairs = [(key.encode(), value.encode()) for key, value in encryption_context.items()]
    except UnicodeEncodeError as error:
        raise SerializationError("The encryption context has a key or value that cannot be encoded as UTF-8") from error
    except AttributeError as error:
        # Materials have a dict that programs may change.
        raise ArgumentTypeError("encryption_context must be a dict of str to str; a key or value of it is no str") from error
    if len(pairs) > 1:
        pairs.sort()
    pack = _UINT16.pack
    parts = [pack(len(pairs))]
    try:
        for key, value in pairs:
            parts += (pack(len(key)), key, pack(len(value)), value)
    except struct.error as error:
        raise SerializationError(f"A key or value of the encryption context is longer than {MAX_UINT16} bytes") from error
    serialized = b"".join(parts)
    if len(serialized) > MAX_UINT16:
        raise SerializationError(
            f"The encryption context takes {len(serialized)} bytes; at most {MAX_UINT16} fit into a message"
        )
    return serialized


def deserialize_encryption_context(serialized: bytes) -> dict[str, str]:
    """Read what :func:`serialize_encryption_context` writes.

    Two other orders are read as well, because messages that have them exist: the verification key put behind the sorted rest,
    and keys sorted by their UTF-16 form.

    :raises SerializationError: if a length runs past the end, bytes are left over, a key comes twice, the keys are not sorted,
        or text is not UTF-8
    """
    if not serialized:
        return {}
    context: dict[str, str] = {}
    length = len(serialized)
    try:
        (count,) = _UINT16.unpack_from(serialized)
        position = 2
        for _ in range(count):
            key_end = position + 2 + _UINT16.unpack_from(serialized, position)[0]
            key = str(serialized[position + 2 : key_end], "utf-8")
            position = key_end + 2 + _UINT16.unpack_from(serialized, key_end)[0]
            if position > length:
                raise SerializationError("The encryption context of the message ends in the middle of a pair")
            if key in context:
                raise SerializationError("The encryption context of the message has a key twice")
            context[key] = str(serialized[key_end + 2 : position], "utf-8")
    except struct.error as error:
        raise SerializationError("The encryption context of the message ends in the middle of a pair") from error
    except UnicodeDecodeError as error:
        raise SerializationError("The encryption context of the message is not valid UTF-8") from error
    if count == 0:
        raise SerializationError("The encryption context of the message has bytes, but states no pairs")
    keys = list(context)
    if keys != sorted(keys) and not _is_known_order(keys):
        raise SerializationError("The encryption context of the message has keys that are not sorted")
    if position != length:
        raise SerializationError(f"The encryption context of the message has {length - position} bytes left over")
    return context


def _is_known_order(keys: list[str]) -> bool:
    # Text compares by code points, and so as its UTF-8 form does.
    if keys[-1] == PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY:
        keys = keys[:-1]
    return keys == sorted(keys) or keys == sorted(keys, key=lambda key: key.encode("utf-16-be"))
