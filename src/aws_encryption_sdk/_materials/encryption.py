"""Encryption materials (framework/structures.md, encryption materials)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from cryptography.hazmat.primitives.asymmetric import ec

from .._crypto import elliptic_curve
from .._message.encrypted_data_keys import serialize_encrypted_data_keys
from ..exceptions import ArgumentTypeError, SignatureKeyError
from ..identifiers import AlgorithmSuite
from ..structures import DataKey, EncryptedDataKey, EncryptedDataKeys, RawDataKey, ordered_encrypted_data_keys
from .base import (
    NO_KEYS,
    CryptographicMaterials,
    MaterialsStateError,
    check_data_key,
    check_required_arguments,
    check_required_keys,
    materials_of,
    publish_fields,
)

_NO_KEYS: Final = EncryptedDataKeys()


class EncryptionMaterials(CryptographicMaterials):
    """Materials for one message, or for several where a cache holds them (framework/structures.md, encryption materials).

    :param algorithm: Algorithm suite
    :param data_encryption_key: Plaintext data key
    :param encrypted_data_keys: Encrypted data keys, in the order of their making; a set is put into a fixed order
    :param encryption_context: Encryption context
    :param signing_key: Signing key: DER, PEM, or a key object; only for signing suites
    :param required_encryption_context_keys: Keys of pairs that are authenticated and not stored
    """

    algorithm: AlgorithmSuite
    encrypted_data_keys: EncryptedDataKeys

    _kept_as: ClassVar[Mapping[str, str]] = {"signing_key": "_signing_key"}
    _signing_key: bytes | ec.EllipticCurvePrivateKey | None
    #: The signing key and the algorithm suite, and the key object that they were found to make.
    _key_object: tuple[object, AlgorithmSuite, ec.EllipticCurvePrivateKey] | None = None
    #: Encrypted data keys, and what they are serialized.
    _serialized_keys: tuple[EncryptedDataKeys, bytes] | None = None

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
        self._fill(
            algorithm,
            encryption_context,
            data_encryption_key,
            required_encryption_context_keys,
            encrypted_data_keys=ordered_encrypted_data_keys(encrypted_data_keys) if encrypted_data_keys else _NO_KEYS,
            _signing_key=signing_key,
            # Only CMMs of versions 1 to 4 hand in a set.
            _settable=isinstance(encrypted_data_keys, (set, frozenset)),
        )

    @classmethod
    def begun(
        cls,
        suite: AlgorithmSuite,
        encryption_context: dict[str, str],
        signing_key: ec.EllipticCurvePrivateKey | bytes | None,
        required_keys: frozenset[str],
    ) -> EncryptionMaterials:
        """Return materials without a data key, of parts that were checked and nobody else has."""
        if required_keys:
            check_required_keys(required_keys, encryption_context)
        return materials_of(
            cls,
            {
                "algorithm": suite,
                "encryption_context": encryption_context,
                "data_encryption_key": None,
                "required_encryption_context_keys": required_keys,
                "encrypted_data_keys": _NO_KEYS,
                "_signing_key": signing_key,
            },
        )

    def _checked(self, name: str, value: Any) -> object:
        if name != "encrypted_data_keys":
            return super()._checked(name, value)
        if isinstance(value, (set, frozenset)):
            self.__dict__["_settable"] = True
        return ordered_encrypted_data_keys(value)

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
        key, suite = self._signing_key, self.algorithm
        known = self._key_object
        if known is None or known[0] is not key or known[1] is not suite:
            if key is None:
                raise SignatureKeyError("The encryption materials have no signing key, and the algorithm suite signs")
            made = (
                elliptic_curve.load_signing_key(suite, key)
                if isinstance(key, bytes)
                else elliptic_curve.signing_key_of(suite, key)
            )
            known = self.__dict__["_key_object"] = key, suite, made
        return known[2]

    @property
    def is_complete(self) -> bool:
        """Whether there is all that encryption needs."""
        return (
            self.data_encryption_key is not None
            and bool(self.encrypted_data_keys)
            and self.algorithm.signs == (self._signing_key is not None)
        )

    def serialized_encrypted_data_keys(self) -> bytes:
        """Return the encrypted data keys as a message header holds them.

        :raises SerializationError: if there are none, too many, or one of their fields is too long
        """
        keys, known = self.encrypted_data_keys, self._serialized_keys
        return known[1] if known is not None and known[0] is keys else serialize_encrypted_data_keys(keys)

    def serialize_once(self) -> None:
        """Serialize, and read, beforehand what each of several messages needs of these materials.

        :raises AWSEncryptionSDKClientError: if that fails
        """
        self.serialized_encryption_context()
        keys = self.encrypted_data_keys
        self.__dict__["_serialized_keys"] = keys, serialize_encrypted_data_keys(keys)
        if self.algorithm.signs:
            self.signing_key_object()

    def with_generated_data_key(
        self, data_encryption_key: RawDataKey, encrypted_data_key: EncryptedDataKey
    ) -> EncryptionMaterials:
        """Return materials with this plaintext data key and its first encrypted form, in one step.

        :raises MaterialsStateError: if there is a data key already
        :raises InvalidDataKeyError: if the key has the wrong length
        """
        if self.data_encryption_key is not None:
            raise MaterialsStateError("The materials have a data key already")
        check_data_key(self.algorithm, data_encryption_key)
        return self._copy_with(
            data_encryption_key=data_encryption_key, encrypted_data_keys=EncryptedDataKeys((encrypted_data_key,))
        )

    def with_encrypted_data_key(self, encrypted_data_key: EncryptedDataKey) -> EncryptionMaterials:
        """Return materials with one more encrypted data key, put last.

        :raises MaterialsStateError: if there is no plaintext data key yet
        """
        if self.data_encryption_key is None:
            raise MaterialsStateError("An encrypted data key cannot be added before there is a data key")
        if type(encrypted_data_key) is not EncryptedDataKey:
            (encrypted_data_key,) = ordered_encrypted_data_keys((encrypted_data_key,))
        keys = EncryptedDataKeys((*self.encrypted_data_keys, encrypted_data_key))
        return self._copy_with(encrypted_data_keys=keys)

    def with_signing_key(self, signing_key: bytes | ec.EllipticCurvePrivateKey) -> EncryptionMaterials:
        """Return materials with this signing key.

        :raises MaterialsStateError: if there is one already
        :raises SignatureKeyError: if the algorithm suite does not sign
        """
        if not self.algorithm.signs:
            raise SignatureKeyError("A signing key cannot be set: the algorithm suite does not sign")
        if self._signing_key is not None:
            raise MaterialsStateError("The materials have a signing key already")
        return self._copy_with(_signing_key=signing_key)


publish_fields(
    EncryptionMaterials,
    algorithm=None,
    data_encryption_key=None,
    encrypted_data_keys=_NO_KEYS,
    encryption_context=None,
    signing_key=None,
    required_encryption_context_keys=NO_KEYS,
)
