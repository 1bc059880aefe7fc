"""Wrapping of data keys with AES-GCM under a raw key (framework/raw-aes-keyring.md).

The key provider information of such an encrypted data key:

=====================  =====  ==============================
field                  bytes  interpreted as
=====================  =====  ==============================
key name               n      UTF-8
tag length in bits     4      UInt32: 128
IV length in bytes     4      UInt32: 12
IV                     12     bytes
=====================  =====  ==============================

Its ciphertext is the encrypted data key, followed by the tag of 16 bytes.
"""

from __future__ import annotations

import os
import struct
from typing import Final

from .._crypto.aead import TAG_LENGTH, aes_gcm
from .._crypto.nonces import IV_LENGTH

_LENGTHS: Final = struct.pack(">II", TAG_LENGTH * 8, IV_LENGTH)


class AesGcmWrapping:
    """AES-GCM under one wrapping key; may be shared by threads.

    :param wrapping_key: 16, 24 or 32 bytes
    """

    __slots__ = ("_decrypt", "_encrypt")

    def __init__(self, wrapping_key: bytes) -> None:
        cipher = aes_gcm(wrapping_key)
        self._encrypt = cipher.encrypt
        self._decrypt = cipher.decrypt

    def wrap(self, data_key: bytes, associated_data: bytes) -> tuple[bytes, bytes]:
        """Return a fresh IV, and the wrapped ``data_key`` with its tag."""
        iv = os.urandom(IV_LENGTH)
        return iv, self._encrypt(iv, data_key, associated_data)

    def generate(self, length: int, associated_data: bytes) -> tuple[bytes, bytes, bytes]:
        """Return a new data key of ``length`` bytes, a fresh IV, and the wrapped data key with its tag.

        The operating system is asked once, for all that has to be random.
        """
        random = os.urandom(IV_LENGTH + length)
        iv, data_key = random[:IV_LENGTH], random[IV_LENGTH:]
        return data_key, iv, self._encrypt(iv, data_key, associated_data)

    def unwrap(self, iv: bytes, wrapped: bytes, associated_data: bytes) -> bytes:
        """Return the data key.

        :raises InvalidTag: if the tag is wrong
        """
        return self._decrypt(iv, wrapped, associated_data)


def key_info_prefix(key_name: bytes) -> bytes:
    """Return what all key provider informations of a key have in common: everything before the IV."""
    return key_name + _LENGTHS


def serialize_key_info(key_name: bytes, iv: bytes) -> bytes:
    """Return the key provider information."""
    return key_info_prefix(key_name) + iv


def shown_key_info(key_info: bytes) -> bytes:
    """Return what is to be shown of a key provider information: the key name, where it has the layout above."""
    return key_info[: -len(_LENGTHS) - IV_LENGTH] if key_info[:-IV_LENGTH].endswith(_LENGTHS) else key_info


def iv_from_key_info(key_info: bytes, key_name: bytes) -> bytes | None:
    """Return the IV, or None if the information is not that of ``key_name`` with the lengths above."""
    return iv_behind(key_info_prefix(key_name), key_info)


def iv_behind(prefix: bytes, key_info: bytes) -> bytes | None:
    """Return the IV, or None if ``key_info`` does not consist of ``prefix`` and an IV."""
    return key_info[-IV_LENGTH:] if key_info[:-IV_LENGTH] == prefix else None
