"""AES-GCM over buffers: whole contents in one call, and contents of any size in pieces.

``cryptography`` offers ``encrypt_into`` and ``decrypt_into`` from version 47 on. With older versions the same interface is made
of ``encrypt`` and ``decrypt`` and a copy.
"""

from __future__ import annotations

from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

from .._limits import ONE_CALL_BYTES

TAG_LENGTH: Final = 16
#: Bytes that go through the cipher at a time where content is processed in pieces.
PIECE_BYTES: Final = 256 * 1024

Buffer = bytes | bytearray | memoryview

__all__ = ["TAG_LENGTH", "AesGcm", "Buffer", "InvalidTag", "PieceDecryptor", "PieceEncryptor", "aes_gcm", "copying_aes_gcm"]


class AesGcm(Protocol):
    """AES-GCM under one key. Content may have any length below 2 GiB; a ciphertext is followed by its tag of 16 bytes."""

    def encrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Return the ciphertext of ``data`` and its tag."""

    def decrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Return the plaintext of ``data``, a ciphertext and its tag.

        :raises InvalidTag: if the tag is wrong
        """

    def encrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: bytearray | memoryview) -> int:
        """Write what :meth:`encrypt` returns into ``buf``, which has exactly that length."""

    def decrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: bytearray | memoryview) -> int:
        """Write what :meth:`decrypt` returns into ``buf``, which has exactly that length.

        :raises InvalidTag: if the tag is wrong; the buffer's content is then undefined
        """


class _CopyingAesGcm:
    def __init__(self, key: bytes) -> None:
        cipher = AESGCM(key)
        self.encrypt = cipher.encrypt
        self.decrypt = cipher.decrypt

    def encrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: bytearray | memoryview) -> int:
        ciphertext = self.encrypt(nonce, data, associated_data)
        buf[:] = ciphertext
        return len(ciphertext)

    def decrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: bytearray | memoryview) -> int:
        plaintext = self.decrypt(nonce, data, associated_data)
        buf[:] = plaintext
        return len(plaintext)


def copying_aes_gcm(key: bytes) -> AesGcm:
    """Return AES-GCM under ``key`` for any version of ``cryptography``, at the price of a copy."""
    return _CopyingAesGcm(key)


#: Return AES-GCM under a key of 16, 24 or 32 bytes.
aes_gcm = AESGCM if hasattr(AESGCM, "encrypt_into") else copying_aes_gcm


class PieceDecryptor:
    """Decrypts one content in pieces. Nothing that :meth:`update` returns is authentic until :meth:`finalize` has returned.

    :param key: Encryption key of 16, 24 or 32 bytes
    :param nonce: IV of 12 bytes
    :param associated_data: Additional authenticated data
    """

    def __init__(self, key: bytes, nonce: Buffer, associated_data: Buffer) -> None:
        self._context = Cipher(AES(key), GCM(bytes(nonce))).decryptor()
        self._context.authenticate_additional_data(bytes(associated_data))
        self.update = self._context.update

    def finalize(self, tag: Buffer) -> None:
        """Verify the tag of 16 bytes.

        :raises InvalidTag: if it is wrong
        """
        self._context.finalize_with_tag(bytes(tag))


class PieceEncryptor:
    """Encrypts one content in pieces.

    :param key: Encryption key of 16, 24 or 32 bytes
    :param nonce: IV of 12 bytes
    :param associated_data: Additional authenticated data
    """

    def __init__(self, key: bytes, nonce: Buffer, associated_data: Buffer) -> None:
        self._context = Cipher(AES(key), GCM(bytes(nonce))).encryptor()
        self._context.authenticate_additional_data(bytes(associated_data))
        self.update = self._context.update

    def finalize(self) -> bytes:
        """Return the tag, 16 bytes."""
        self._context.finalize()
        return self._context.tag


def encrypt_content(cipher: AesGcm, key: bytes, nonce: Buffer, data: Buffer, associated_data: Buffer) -> bytes:
    """Return the ciphertext of ``data``, of any length, and its tag; ``cipher`` is AES-GCM under ``key``."""
    if len(data) < ONE_CALL_BYTES:
        return cipher.encrypt(nonce, data, associated_data)
    content = bytearray(len(data) + TAG_LENGTH)
    encrypt_content_into(cipher, key, nonce, data, associated_data, memoryview(content))
    return bytes(content)


def encrypt_content_into(
    cipher: AesGcm, key: bytes, nonce: Buffer, data: Buffer, associated_data: Buffer, buf: memoryview
) -> None:
    """Write the ciphertext of ``data``, of any length, and its tag into ``buf``; ``cipher`` is AES-GCM under ``key``."""
    if len(data) < ONE_CALL_BYTES:
        cipher.encrypt_into(nonce, data, associated_data, buf)
        return
    encryptor = PieceEncryptor(key, nonce, associated_data)
    view = memoryview(data)
    for start in range(0, len(data), PIECE_BYTES):
        piece = view[start : start + PIECE_BYTES]
        buf[start : start + len(piece)] = encryptor.update(piece)
    buf[len(data) :] = encryptor.finalize()
