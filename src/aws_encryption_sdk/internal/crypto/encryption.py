"""AES-GCM of one content under its former names."""

from __future__ import annotations

from ..._crypto.aead import InvalidTag, PieceDecryptor, PieceEncryptor
from ...exceptions import BodyAuthenticationError, StreamStateError
from ...identifiers import AlgorithmSuite
from ..structures import EncryptedData

__all__ = ["Decryptor", "Encryptor", "decrypt", "encrypt"]


class Encryptor:
    """Encrypts one content in pieces.

    :param algorithm: Algorithm suite; its key length is that of ``key``
    :param key: Encryption key of the message
    :param associated_data: Additional authenticated data
    :param iv: IV, 12 bytes
    """

    def __init__(self, algorithm: AlgorithmSuite, key: bytes, associated_data: bytes, iv: bytes) -> None:
        self.source_key = key
        self.iv = iv
        self._pieces = PieceEncryptor(key, iv, associated_data)
        self._tag: bytes | None = None

    def update(self, plaintext: bytes) -> bytes:
        """Return the ciphertext of the next piece."""
        return self._pieces.update(plaintext)

    def finalize(self) -> bytes:
        """End the content; nothing but the tag is left."""
        self._tag = self._pieces.finalize()
        return b""

    @property
    def tag(self) -> bytes:
        """Authentication tag, 16 bytes.

        :raises StreamStateError: before ``finalize``
        """
        if self._tag is None:
            raise StreamStateError("There is no tag before finalize() was called")
        return self._tag


class Decryptor:
    """Decrypts one content in pieces. What ``update`` returns is not authentic before ``finalize`` has returned.

    :param algorithm: Algorithm suite; its key length is that of ``key``
    :param key: Encryption key of the message
    :param associated_data: Additional authenticated data
    :param iv: IV, 12 bytes
    :param tag: Authentication tag, 16 bytes
    """

    def __init__(self, algorithm: AlgorithmSuite, key: bytes, associated_data: bytes, iv: bytes, tag: bytes) -> None:
        self.source_key = key
        self._tag = tag
        self._pieces = PieceDecryptor(key, iv, associated_data)

    def update(self, ciphertext: bytes) -> bytes:
        """Return the plaintext of the next piece."""
        return self._pieces.update(ciphertext)

    def finalize(self) -> bytes:
        """Verify the tag.

        :raises BodyAuthenticationError: if it is wrong
        """
        try:
            self._pieces.finalize(self._tag)
        except (InvalidTag, ValueError) as error:
            raise BodyAuthenticationError("The authentication tag is wrong: another key, or altered data") from error
        return b""


def encrypt(algorithm: AlgorithmSuite, key: bytes, plaintext: bytes, associated_data: bytes, iv: bytes) -> EncryptedData:
    """Return ``plaintext`` encrypted."""
    encryptor = Encryptor(algorithm, key, associated_data, iv)
    ciphertext = encryptor.update(plaintext) + encryptor.finalize()
    return EncryptedData(encryptor.iv, ciphertext, encryptor.tag)


def decrypt(algorithm: AlgorithmSuite, key: bytes, encrypted_data: EncryptedData, associated_data: bytes) -> bytes:
    """Return the plaintext.

    :raises BodyAuthenticationError: if the tag is wrong
    """
    decryptor = Decryptor(algorithm, key, associated_data, encrypted_data.iv or b"", encrypted_data.tag or b"")
    return decryptor.update(encrypted_data.ciphertext) + decryptor.finalize()
