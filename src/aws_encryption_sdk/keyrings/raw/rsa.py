"""The raw RSA keyring (framework/raw-rsa-keyring.md)."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from ..._arguments import builtin_name
from ..._materials import DecryptionMaterials, EncryptionMaterials
from ..._wrapping import rsa
from ...exceptions import ArgumentTypeError, ArgumentValueError, WrapDataKeyError
from ...identifiers import WrappingAlgorithm
from ...structures import EncryptedDataKey
from ._base import RawKeyring


class RawRSAKeyring(RawKeyring):
    """Wraps data keys with RSA. May be shared by threads.

    A keyring with only the public key encrypts, one with only the private key decrypts: the public key is never derived from
    the private one. RSA does not authenticate the encryption context with the data key; the message's header still does.

    :param key_namespace: Key namespace; must not begin with ``aws-kms``
    :param key_name: Key name within the namespace
    :param wrapping_algorithm: Padding, one of the ``RSA_`` members
    :param private_wrapping_key: Private key: a key object of ``cryptography``, PEM or DER
    :param public_wrapping_key: Public key: likewise
    :raises ArgumentTypeError: if there is no key, or one of another kind
    :raises ArgumentValueError: if the two keys are not a pair, a key cannot be read, or the namespace is not allowed
    """

    def __init__(
        self,
        key_namespace: str | bytes,
        key_name: str | bytes,
        wrapping_algorithm: WrappingAlgorithm,
        private_wrapping_key: RSAPrivateKey | bytes | str | None = None,
        public_wrapping_key: RSAPublicKey | bytes | str | None = None,
    ) -> None:
        super().__init__(key_namespace, key_name)
        if not isinstance(wrapping_algorithm, WrappingAlgorithm):
            raise ArgumentTypeError(
                f"wrapping_algorithm must be a WrappingAlgorithm, not {builtin_name(wrapping_algorithm)}"
            )
        wrapping_algorithm.rsa_padding()
        if private_wrapping_key is None and public_wrapping_key is None:
            raise ArgumentTypeError("At least one of private_wrapping_key and public_wrapping_key is needed")
        self._wrapping_algorithm: Final = wrapping_algorithm
        self._private_wrapping_key: Final = (
            None if private_wrapping_key is None else rsa.private_key_from(private_wrapping_key)
        )
        self._public_wrapping_key: Final = None if public_wrapping_key is None else rsa.public_key_from(public_wrapping_key)
        if (
            self._private_wrapping_key is not None
            and self._public_wrapping_key is not None
            and self._private_wrapping_key.public_key().public_numbers() != self._public_wrapping_key.public_numbers()
        ):
            raise ArgumentValueError("private_wrapping_key and public_wrapping_key are not a pair")

    @classmethod
    def from_pem_encoding(
        cls,
        key_namespace: str | bytes,
        key_name: str | bytes,
        wrapping_algorithm: WrappingAlgorithm,
        public_encoded_key: bytes | None = None,
        private_encoded_key: bytes | None = None,
        password: bytes | None = None,
    ) -> RawRSAKeyring:
        """Make a keyring of PEM encoded keys.

        :param public_encoded_key: Public key, PEM of X.509 SubjectPublicKeyInfo or PKCS #1
        :param private_encoded_key: Private key, PEM of PKCS #8 or PKCS #1
        :param password: Password of an encrypted private key
        :raises ArgumentValueError: if a key cannot be read
        """
        public_key = (
            None
            if public_encoded_key is None
            else rsa.load_public_key(load_pem_public_key, rsa.encoded_key(public_encoded_key, "public"))
        )
        private_key = (
            None
            if private_encoded_key is None
            else rsa.load_private_key(load_pem_private_key, rsa.encoded_key(private_encoded_key, "private"), password)
        )
        return cls(key_namespace, key_name, wrapping_algorithm, private_key, public_key)

    @classmethod
    def from_der_encoding(
        cls,
        key_namespace: str | bytes,
        key_name: str | bytes,
        wrapping_algorithm: WrappingAlgorithm,
        public_encoded_key: bytes | None = None,
        private_encoded_key: bytes | None = None,
        password: bytes | None = None,
    ) -> RawRSAKeyring:
        """Make a keyring of DER encoded keys; the arguments are as in :meth:`from_pem_encoding`."""
        public_key = (
            None
            if public_encoded_key is None
            else rsa.load_public_key(load_der_public_key, rsa.encoded_key(public_encoded_key, "public"))
        )
        private_key = (
            None
            if private_encoded_key is None
            else rsa.load_private_key(load_der_private_key, rsa.encoded_key(private_encoded_key, "private"), password)
        )
        return cls(key_namespace, key_name, wrapping_algorithm, private_key, public_key)

    def _wrap(self, data_key: bytes, materials: EncryptionMaterials) -> EncryptedDataKey:
        if self._public_wrapping_key is None:
            raise WrapDataKeyError(f"{self!r} has no public key and cannot encrypt; give it public_wrapping_key")
        try:
            wrapped = rsa.wrap(self._public_wrapping_key, self._wrapping_algorithm, data_key)
        except ValueError as error:
            raise WrapDataKeyError(
                f"{self!r} cannot encrypt: an RSA key of {self._public_wrapping_key.key_size} bits is too short for a data "
                f"key of {len(data_key)} bytes with {self._wrapping_algorithm.name}"
            ) from error
        return EncryptedDataKey(self._key_provider, wrapped)

    def _unwrap(self, key: EncryptedDataKey, materials: DecryptionMaterials) -> tuple[bytes | None, str]:
        if key.key_provider.key_info != self._key_name_bytes:
            return None, f"its key provider information is not {self.key_name!r}"
        if self._private_wrapping_key is None:
            return None, "this keyring has no private key"
        return rsa.unwrap(self._private_wrapping_key, self._wrapping_algorithm, key.encrypted_data_key), ""
