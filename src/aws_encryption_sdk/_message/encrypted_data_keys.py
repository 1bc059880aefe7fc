"""The encrypted data keys of a message header (data-format/message-header.md, encrypted data keys).

============================  =====  ==============================
field                         bytes  interpreted as
============================  =====  ==============================
key count                     2      UInt16, above 0
each key:
provider id length, id        2, n   UInt16, UTF-8
provider information          2, n   UInt16, bytes
encrypted data key            2, n   UInt16, bytes
============================  =====  ==============================
"""

from __future__ import annotations

import struct
from typing import Final

from .._limits import MAX_UINT16
from ..exceptions import SerializationError
from ..structures import EncryptedDataKey, EncryptedDataKeys, MasterKeyInfo

_UINT16: Final = struct.Struct(">H")


def serialize_encrypted_data_keys(keys: EncryptedDataKeys) -> bytes:
    """Return the count of ``keys`` and each of them.

    :raises SerializationError: if there are none, too many, or one of their fields is too long
    """
    if not 0 < len(keys) <= MAX_UINT16:
        raise SerializationError(f"A message holds 1 to {MAX_UINT16} encrypted data keys, not {len(keys)}")
    pack = _UINT16.pack
    parts = [pack(len(keys))]
    try:
        for key in keys:
            provider_id = key.key_provider.provider_id.encode("utf-8")
            key_info = key.key_provider.key_info
            ciphertext = key.encrypted_data_key
            parts += (pack(len(provider_id)), provider_id, pack(len(key_info)), key_info, pack(len(ciphertext)), ciphertext)
    except struct.error as error:
        raise SerializationError(f"A field of an encrypted data key is longer than {MAX_UINT16} bytes") from error
    except UnicodeEncodeError as error:
        raise SerializationError("A provider id of an encrypted data key cannot be encoded as UTF-8") from error
    return b"".join(parts)


def deserialize_encrypted_data_keys(
    data: bytes | memoryview, position: int, count: int, keys: list[EncryptedDataKey]
) -> tuple[int, int]:
    """Read the encrypted data keys from ``position`` on, and add them to ``keys`` until these are ``count``.

    :returns: where the first key begins that is not there as a whole, and how many bytes there have to be to go on; where all are
        there, their end and 0
    :raises SerializationError: if a provider id is not UTF-8
    """
    unpack = _UINT16.unpack_from
    length = len(data)
    while len(keys) < count:
        try:
            id_end = position + 2 + unpack(data, position)[0]
            info_end = id_end + 2 + unpack(data, id_end)[0]
            end = info_end + 2 + unpack(data, info_end)[0]
        except struct.error:
            return position, _needed_for_key(data, position)
        if end > length:
            return position, _needed_for_key(data, position)
        try:
            provider_id = str(data[position + 2 : id_end], "utf-8")
        except UnicodeDecodeError as error:
            raise SerializationError("The provider id of an encrypted data key is not valid UTF-8") from error
        key_provider = MasterKeyInfo(provider_id, bytes(data[id_end + 2 : info_end]))
        keys.append(EncryptedDataKey(key_provider, bytes(data[info_end + 2 : end])))
        position = end
    return position, 0


def _needed_for_key(data: bytes | memoryview, position: int) -> int:
    """Return how many bytes there have to be to read on in the encrypted data key that begins at ``position``."""
    for _ in range(3):
        if len(data) < position + 2:
            return position + 2
        position += 2 + _UINT16.unpack_from(data, position)[0]
        if len(data) < position:
            break
    return position
