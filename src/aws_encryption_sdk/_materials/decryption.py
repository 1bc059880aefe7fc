"""Decryption materials (framework/structures.md, decryption materials)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from .._crypto import elliptic_curve
from ..exceptions import ArgumentTypeError, SignatureKeyError
from ..identifiers import AlgorithmSuite
from ..structures import DataKey, RawDataKey
from .base import CryptographicMaterials, MaterialsStateError, check_data_key

_EMPTY_CONTEXT: Final[Mapping[str, str]] = {}


class DecryptionMaterials(CryptographicMaterials):
    """Materials to decrypt one message (framework/structures.md, decryption materials).

    :param data_key: Plaintext data key, as CMMs of versions 1 to 4 give it
    :param verification_key: Verification key: DER, PEM, a point, or a key object; only for signing suites
    :param algorithm: Algorithm suite
    :param encryption_context: Encryption context
    :param data_encryption_key: Plaintext data key
    :param required_encryption_context_keys: Keys of pairs that are authenticated and not stored
    """

    _verification_key: bytes | ec.EllipticCurvePublicKey | None
    #: The verification key, read from its encoding when it was needed first.
    _read_key: ec.EllipticCurvePublicKey | None = None

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
        if data_key is None and (algorithm is None or encryption_context is None):
            raise ArgumentTypeError("Decryption materials need a data_key, or an algorithm and an encryption_context")
        key = data_encryption_key if data_key is None else data_key
        assignable = algorithm is None
        self._fill(algorithm, encryption_context or _EMPTY_CONTEXT, key, required_encryption_context_keys, assignable)
        self.__dict__["_verification_key"] = verification_key

    def _assign(self, name: str, value: Any) -> None:
        if name in ("data_key", "data_encryption_key"):
            check_data_key(self._algorithm, value)
            self.__dict__["_data_encryption_key"] = value
        elif name == "verification_key":
            self.__dict__.update(_verification_key=value, _read_key=None)
        else:
            super()._assign(name, value)

    @property
    def data_key(self) -> RawDataKey | DataKey | None:
        """Plaintext data key: the name of versions 1 to 4."""
        return self._data_encryption_key

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
        if isinstance(self._verification_key, ec.EllipticCurvePublicKey):
            return elliptic_curve.verification_key_of(suite, self._verification_key)
        if self._verification_key is None:
            raise SignatureKeyError("The decryption materials have no verification key, and the algorithm suite signs")
        if self._read_key is None:
            self.__dict__["_read_key"] = elliptic_curve.load_verification_key(suite, self._verification_key)
        return elliptic_curve.verification_key_of(suite, self._read_key)

    @property
    def is_complete(self) -> bool:
        """Whether there is all that decryption needs."""
        if self._algorithm is None or self._data_encryption_key is None:
            return False
        return self._algorithm.signs == (self._verification_key is not None)

    def with_verification_key(self, verification_key: bytes | ec.EllipticCurvePublicKey) -> DecryptionMaterials:
        """Return materials with this verification key.

        :raises MaterialsStateError: if there is one already
        :raises SignatureKeyError: if the algorithm suite does not sign
        """
        if self._algorithm is None or not self._algorithm.signs:
            raise SignatureKeyError("A verification key cannot be set: the algorithm suite does not sign")
        if self._verification_key is not None:
            raise MaterialsStateError("The materials have a verification key already")
        return self._copy_with(_verification_key=verification_key)
