"""Decryption materials (framework/structures.md, decryption materials)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric import ec

from .._crypto import elliptic_curve
from ..exceptions import ArgumentTypeError, SignatureKeyError
from ..identifiers import AlgorithmSuite
from ..structures import DataKey, RawDataKey
from .base import (
    NO_KEYS,
    CryptographicMaterials,
    MaterialsStateError,
    check_data_key,
    check_required_keys,
    materials_of,
    publish_fields,
)


class DecryptionMaterials(CryptographicMaterials):
    """Materials to decrypt one message (framework/structures.md, decryption materials).

    :param data_key: Plaintext data key, as CMMs of versions 1 to 4 give it
    :param verification_key: Verification key: DER, PEM, a point, or a key object; only for signing suites
    :param algorithm: Algorithm suite
    :param encryption_context: Encryption context
    :param data_encryption_key: Plaintext data key
    :param required_encryption_context_keys: Keys of pairs that are authenticated and not stored
    """

    _kept_as: ClassVar[Mapping[str, str]] = {"verification_key": "_verification_key", "data_key": "data_encryption_key"}
    _verification_key: bytes | ec.EllipticCurvePublicKey | None
    #: The verification key and the algorithm suite, and the key object that they were found to make.
    _key_object: tuple[object, AlgorithmSuite, ec.EllipticCurvePublicKey] | None = None

    def __init__(
        self,
        data_key: RawDataKey | DataKey | None = None,
        verification_key: bytes | ec.EllipticCurvePublicKey | None = None,
        algorithm: AlgorithmSuite | None = None,
        encryption_context: Mapping[str, str] | None = None,
        data_encryption_key: RawDataKey | DataKey | None = None,
        required_encryption_context_keys: Iterable[str] = (),
    ) -> None:
        if data_key is not None and data_encryption_key is not None:
            raise ArgumentTypeError("Give either data_key or data_encryption_key")
        key = data_encryption_key if data_key is None else data_key
        if (key if algorithm is None else data_key or encryption_context) is None:
            raise ArgumentTypeError("Decryption materials need a data_key, or an algorithm and an encryption_context")
        self._fill(
            algorithm,
            encryption_context,
            key,
            required_encryption_context_keys,
            _verification_key=verification_key,
            # Only CMMs of versions 1 to 4 leave the suite out.
            _settable=algorithm is None,
        )

    @classmethod
    def begun(
        cls,
        suite: AlgorithmSuite,
        encryption_context: dict[str, str],
        verification_key: ec.EllipticCurvePublicKey | bytes | None,
        required_keys: frozenset[str],
    ) -> DecryptionMaterials:
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
                "_verification_key": verification_key,
            },
        )

    def _checked(self, name: str, value: Any) -> object:
        if name == "data_key" and (value is not None or "data_encryption_key" in self.__dict__):
            check_data_key(self.__dict__.get("algorithm"), value)
        return super()._checked(name, value)

    @property
    def data_key(self) -> RawDataKey | DataKey | None:
        """Plaintext data key: the name of versions 1 to 4."""
        return self.data_encryption_key

    @property
    def verification_key(self) -> bytes | None:
        """Verification key, DER."""
        if isinstance(self._verification_key, ec.EllipticCurvePublicKey):
            return elliptic_curve.verification_key_der(self._verification_key)
        return self._verification_key

    def verification_key_object(self, suite: AlgorithmSuite) -> ec.EllipticCurvePublicKey:
        """Return the verification key as a key object.

        :param suite: Algorithm suite of the message
        :raises SignatureKeyError: if there is none, or it does not fit the algorithm suite
        """
        key = self._verification_key
        known = self._key_object
        if known is None or known[0] is not key or known[1] is not suite:
            if key is None:
                raise SignatureKeyError("The decryption materials have no verification key, and the algorithm suite signs")
            made = (
                elliptic_curve.load_verification_key(suite, key)
                if isinstance(key, bytes)
                else elliptic_curve.verification_key_of(suite, key)
            )
            known = self.__dict__["_key_object"] = key, suite, made
        return known[2]

    @property
    def is_complete(self) -> bool:
        """Whether there is all that decryption needs."""
        if self.algorithm is None or self.data_encryption_key is None:
            return False
        return self.algorithm.signs == (self._verification_key is not None)

    def with_verification_key(self, verification_key: bytes | ec.EllipticCurvePublicKey) -> DecryptionMaterials:
        """Return materials with this verification key.

        :raises MaterialsStateError: if there is one already
        :raises SignatureKeyError: if the algorithm suite does not sign
        """
        if self.algorithm is None or not self.algorithm.signs:
            raise SignatureKeyError("A verification key cannot be set: the algorithm suite does not sign")
        if self._verification_key is not None:
            raise MaterialsStateError("The materials have a verification key already")
        return self._copy_with(_verification_key=verification_key)


publish_fields(
    DecryptionMaterials,
    data_key=None,
    verification_key=None,
    algorithm=None,
    encryption_context=None,
    required_encryption_context_keys=NO_KEYS,
)
