"""The wrapping key of a raw master key: AES-GCM or RSA under a key that the caller has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from .._arguments import builtin_name, check_encryption_context, check_member
from .._crypto.aead import TAG_LENGTH, InvalidTag
from .._message.encryption_context import serialize_encryption_context
from .._wrapping import rsa
from .._wrapping.aes_gcm import AesGcmWrapping
from .._wrapping.reasons import NOT_OPENED
from ..exceptions import (
    ArgumentTypeError,
    ArgumentValueError,
    DataKeyAuthenticationError,
    EncryptKeyError,
    IncorrectMasterKeyError,
    InvalidAlgorithmError,
    InvalidDataKeyError,
)
from ..identifiers import EncryptionKeyType, EncryptionType, WrappingAlgorithm

_AES_KEY_LENGTHS: Final = (16, 24, 32)


@attrs.frozen(slots=True)
class EncryptedData:
    """A wrapped data key, in its parts.

    :param iv: IV of AES-GCM, 12 bytes; None with RSA
    :param ciphertext: Ciphertext
    :param tag: Authentication tag of AES-GCM, 16 bytes; None with RSA
    """

    iv: bytes | None
    ciphertext: bytes
    tag: bytes | None


class WrappingKey:
    """Encrypts and decrypts data keys under a key that the caller has. May be shared by threads.

    With a symmetric key, the encryption context is authenticated with each data key.

    :param wrapping_algorithm: Wrapping algorithm; among those of AES, the length of the key decides and not the name
    :param wrapping_key: AES key of 16, 24 or 32 bytes; or an RSA key: PEM, DER, or a key object of ``cryptography``
    :param wrapping_key_type: Symmetric, public or private; a private key encrypts, too
    :param password: Password of an encrypted private key
    :raises ArgumentTypeError: if an argument has the wrong type
    :raises ArgumentValueError: if an AES key has another length, or an RSA key cannot be read
    :raises InvalidAlgorithmError: if the algorithm is not one for this type of key
    :raises InvalidDataKeyError: if there is no such type of key
    """

    def __init__(
        self,
        wrapping_algorithm: WrappingAlgorithm,
        wrapping_key: Any,
        wrapping_key_type: EncryptionKeyType,
        password: bytes | None = None,
    ) -> None:
        check_member(wrapping_algorithm, WrappingAlgorithm, "wrapping_algorithm")
        if not isinstance(wrapping_key_type, EncryptionKeyType):
            raise InvalidDataKeyError(f"Invalid wrapping_key_type: {builtin_name(wrapping_key_type)}, no EncryptionKeyType")
        symmetric = wrapping_algorithm.encryption_type is EncryptionType.SYMMETRIC
        if symmetric != (wrapping_key_type is EncryptionKeyType.SYMMETRIC):
            raise InvalidAlgorithmError(f"{wrapping_algorithm.name} cannot be used with a {wrapping_key_type.name} key")
        self.wrapping_algorithm = wrapping_algorithm
        self.wrapping_key_type = wrapping_key_type
        self._wrapping_key = _key_from(wrapping_key, wrapping_key_type, password)
        if isinstance(self._wrapping_key, bytes):
            #: The name by which classes of versions 1 to 4 reach a symmetric key.
            self._derived_wrapping_key = self._wrapping_key
        self._aes_gcm = self._cipher()

    def _cipher(self) -> AesGcmWrapping | None:
        return AesGcmWrapping(self._wrapping_key) if isinstance(self._wrapping_key, bytes) else None

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy or a pickle is made of; one of a symmetric key holds the secret, and that of an RSA key is refused."""
        return {name: value for name, value in self.__dict__.items() if name != "_aes_gcm"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the state of another wrapping key, or of one that a former version of this package has pickled."""
        self.__dict__.update(state)
        self._aes_gcm = self._cipher()

    def __repr__(self) -> str:
        return f"WrappingKey({self.wrapping_algorithm.name}, {self.wrapping_key_type.name})"

    def encrypt(self, plaintext_data_key: bytes, encryption_context: Mapping[str, str]) -> EncryptedData:
        """Encrypt a data key.

        :raises EncryptKeyError: if the RSA key is too short for it
        """
        key = self._wrapping_key
        if self._aes_gcm is not None:
            iv, wrapped = self._aes_gcm.wrap(plaintext_data_key, _associated_data(encryption_context))
            return EncryptedData(iv, wrapped[:-TAG_LENGTH], wrapped[-TAG_LENGTH:])
        public_key = key.public_key() if isinstance(key, RSAPrivateKey) else rsa.public_key_from(key)
        try:
            return EncryptedData(None, rsa.wrap(public_key, self.wrapping_algorithm, plaintext_data_key), None)
        except ValueError as error:
            raise EncryptKeyError(
                f"An RSA key of {public_key.key_size} bits is too short for a data key of {len(plaintext_data_key)} bytes with "
                f"{self.wrapping_algorithm.name}"
            ) from error

    def decrypt(self, encrypted_wrapped_data_key: EncryptedData, encryption_context: Mapping[str, str]) -> bytes:
        """Return the plaintext of a data key.

        :raises DataKeyAuthenticationError: if it was not made with this AES key and this encryption context
        :raises IncorrectMasterKeyError: if it was not made with this RSA key, or this one is public
        """
        data, key = encrypted_wrapped_data_key, self._wrapping_key
        if self._aes_gcm is not None:
            try:
                wrapped = data.ciphertext + (data.tag or b"")
                return self._aes_gcm.unwrap(data.iv or b"", wrapped, _associated_data(encryption_context))
            except (InvalidTag, ValueError) as error:
                raise DataKeyAuthenticationError(NOT_OPENED) from error
        if not isinstance(key, RSAPrivateKey):
            raise IncorrectMasterKeyError("Public key cannot decrypt: the wrapping key has no private part")
        try:
            return rsa.unwrap(key, self.wrapping_algorithm, data.ciphertext)
        except ValueError:
            # In what way the padding is wrong must not be told.
            raise IncorrectMasterKeyError(NOT_OPENED) from None


def _key_from(key: Any, key_type: EncryptionKeyType, password: bytes | None) -> bytes | RSAPrivateKey | RSAPublicKey:
    if key_type is EncryptionKeyType.PRIVATE:
        return rsa.private_key_from(key, password)
    if key_type is EncryptionKeyType.PUBLIC:
        return rsa.public_key_from(key)
    if not isinstance(key, (bytes, bytearray, memoryview)):
        raise ArgumentTypeError(f"wrapping_key must be bytes, not {builtin_name(key)}")
    if len(key) not in _AES_KEY_LENGTHS:
        raise ArgumentValueError(f"wrapping_key must have 16, 24 or 32 bytes, not {len(key)}")
    return bytes(key)


def _associated_data(encryption_context: Mapping[str, str]) -> bytes:
    return serialize_encryption_context(check_encryption_context(encryption_context))
