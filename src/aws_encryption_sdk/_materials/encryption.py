"""Encryption materials (framework/structures.md, encryption materials)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from .._crypto import elliptic_curve
from .._message.encrypted_data_keys import serialize_encrypted_data_keys
from ..exceptions import ArgumentTypeError, SignatureKeyError
from ..identifiers import AlgorithmSuite
from ..structures import DataKey, EncryptedDataKey, EncryptedDataKeys, RawDataKey, ordered_encrypted_data_keys
from .base import CryptographicMaterials, MaterialsStateError, check_data_key, check_required_arguments

_NO_KEYS: Final = EncryptedDataKeys()


class EncryptionMaterials(CryptographicMaterials):
    """Materials for one message, or for several where a cache holds them (framework/structures.md, encryption materials).

    :param algorithm: Algorithm suite
    :param data_encryption_key: Plaintext data key
    :param encrypted_data_keys: Encrypted data keys; a set is put into a fixed order
    :param encryption_context: Encryption context
    :param signing_key: Signing key: DER, PEM, or a key object; only for signing suites
    :param required_encryption_context_keys: Keys of pairs that are authenticated and not stored
    """

    _algorithm: AlgorithmSuite
    _encrypted_data_keys: EncryptedDataKeys
    _signing_key: bytes | ec.EllipticCurvePrivateKey | None
    #: The signing key, read from its encoding when it was needed first.
    _read_key: ec.EllipticCurvePrivateKey | None = None

    def __init__(
        self,
        algorithm: AlgorithmSuite | None = None,
        data_encryption_key: RawDataKey | DataKey | None = None,
        encrypted_data_keys: Iterable[EncryptedDataKey] | None = None,
        encryption_context: Mapping[str, str] | None = None,
        signing_key: bytes | ec.EllipticCurvePrivateKey | None = None,
        required_encryption_context_keys: Iterable[str] = (),
    ) -> None:
        check_required_arguments(algorithm, encryption_context)
        if data_encryption_key is None and encrypted_data_keys:
            raise ArgumentTypeError("encrypted_data_keys cannot be given without a data_encryption_key")
        assignable = isinstance(encrypted_data_keys, (set, frozenset))
        self._fill(algorithm, encryption_context or {}, data_encryption_key, required_encryption_context_keys, assignable)
        self.__dict__["_encrypted_data_keys"] = (
            ordered_encrypted_data_keys(encrypted_data_keys) if encrypted_data_keys else _NO_KEYS
        )
        self.__dict__["_signing_key"] = signing_key

    def _assign(self, name: str, value: Any) -> None:
        if name == "data_encryption_key":
            check_data_key(self._algorithm, value)
            self.__dict__["_data_encryption_key"] = value
        elif name == "encrypted_data_keys":
            self.__dict__["_encrypted_data_keys"] = ordered_encrypted_data_keys(value)
            self.__dict__["_serialized_keys"] = None
        elif name == "signing_key":
            self.__dict__.update(_signing_key=value, _read_key=None)
        else:
            super()._assign(name, value)

    @property
    def algorithm(self) -> AlgorithmSuite:
        """Algorithm suite."""
        return self._algorithm

    @property
    def encrypted_data_keys(self) -> EncryptedDataKeys:
        """Encrypted data keys, in the order of their making."""
        return self._encrypted_data_keys

    @property
    def signing_key(self) -> bytes | None:
        """Signing key, DER."""
        if isinstance(self._signing_key, ec.EllipticCurvePrivateKey):
            return elliptic_curve.signing_key_der(self._signing_key)
        return self._signing_key

    def signing_key_object(self) -> ec.EllipticCurvePrivateKey:
        """Return the signing key as a key object.

        :raises SignatureKeyError: if there is none, or it does not fit the algorithm suite
        """
        if isinstance(self._signing_key, ec.EllipticCurvePrivateKey):
            return elliptic_curve.signing_key_of(self._algorithm, self._signing_key)
        if self._signing_key is None:
            raise SignatureKeyError("The encryption materials have no signing key, and the algorithm suite signs")
        if self._read_key is None:
            self.__dict__["_read_key"] = elliptic_curve.load_signing_key(self._algorithm, self._signing_key)
        return elliptic_curve.signing_key_of(self._algorithm, self._read_key)

    @property
    def is_complete(self) -> bool:
        """Whether there is all that encryption needs."""
        return (
            self._data_encryption_key is not None
            and bool(self._encrypted_data_keys)
            and self._algorithm.signs == (self._signing_key is not None)
        )

    def serialized_encrypted_data_keys(self) -> bytes:
        """Return the encrypted data keys as a message header holds them; they are serialized once.

        :raises SerializationError: if there are none, too many, or one of their fields is too long
        """
        serialized: bytes | None = self.__dict__.get("_serialized_keys")
        if serialized is None:
            serialized = self.__dict__["_serialized_keys"] = serialize_encrypted_data_keys(self._encrypted_data_keys)
        return serialized

    def with_generated_data_key(
        self, data_encryption_key: RawDataKey, encrypted_data_key: EncryptedDataKey
    ) -> EncryptionMaterials:
        """Return materials with this plaintext data key and its first encrypted form, in one step.

        :raises MaterialsStateError: if there is a data key already
        :raises InvalidDataKeyError: if the key has the wrong length
        """
        if self._data_encryption_key is not None:
            raise MaterialsStateError("The materials have a data key already")
        check_data_key(self._algorithm, data_encryption_key)
        return self._copy_with(
            _data_encryption_key=data_encryption_key, _encrypted_data_keys=EncryptedDataKeys((encrypted_data_key,))
        )

    def with_encrypted_data_key(self, encrypted_data_key: EncryptedDataKey) -> EncryptionMaterials:
        """Return materials with one more encrypted data key, put last.

        :raises MaterialsStateError: if there is no plaintext data key yet
        """
        if self._data_encryption_key is None:
            raise MaterialsStateError("An encrypted data key cannot be added before there is a data key")
        if type(encrypted_data_key) is not EncryptedDataKey:
            (encrypted_data_key,) = ordered_encrypted_data_keys((encrypted_data_key,))
        keys = EncryptedDataKeys((*self._encrypted_data_keys, encrypted_data_key))
        return self._copy_with(_encrypted_data_keys=keys, _serialized_keys=None)

    def with_signing_key(self, signing_key: bytes | ec.EllipticCurvePrivateKey) -> EncryptionMaterials:
        """Return materials with this signing key.

        :raises MaterialsStateError: if there is one already
        :raises SignatureKeyError: if the algorithm suite does not sign
        """
        if not self._algorithm.signs:
            raise SignatureKeyError("A signing key cannot be set: the algorithm suite does not sign")
        if self._signing_key is not None:
            raise MaterialsStateError("The materials have a signing key already")
        return self._copy_with(_signing_key=signing_key)
