"""Message signatures, with their former constructors."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ..._crypto import elliptic_curve, signatures
from ...exceptions import NotSupportedError
from ...identifiers import AlgorithmSuite

__all__ = ["Signer", "Verifier"]


class Signer(signatures.Signer):
    """Signs what ``update`` was given.

    :param algorithm: Algorithm suite, a signing one
    :param key: Signing key on the suite's curve
    """

    def __init__(self, algorithm: AlgorithmSuite, key: ec.EllipticCurvePrivateKey) -> None:
        super().__init__(algorithm, elliptic_curve.signing_key_of(algorithm, key))

    @classmethod
    def from_key_bytes(cls, algorithm: AlgorithmSuite, key_bytes: bytes, encoding: Encoding = Encoding.DER) -> Signer:
        """Build from a signing key in DER or PEM.

        :param encoding: Which of the two; the key itself tells it
        :raises NotSupportedError: if it is another encoding
        :raises SignatureKeyError: if the key is none, or does not belong to the algorithm suite
        """
        if encoding not in (Encoding.DER, Encoding.PEM):
            raise NotSupportedError(f"A signing key is read from DER or PEM, not from {encoding}")
        return cls(algorithm, elliptic_curve.load_signing_key(algorithm, key_bytes))

    def key_bytes(self) -> bytes:
        """Return the signing key, DER."""
        return elliptic_curve.signing_key_der(self.key)

    def encoded_public_key(self) -> bytes:
        """Return the compressed point of the verification key, in base64."""
        return elliptic_curve.public_key_text(self.key.public_key()).encode("ascii")


class Verifier(signatures.Verifier):
    """Verifies the signature of what ``update`` was given.

    :param algorithm: Algorithm suite, a signing one
    :param key: Verification key on the suite's curve
    """

    def __init__(self, algorithm: AlgorithmSuite, key: ec.EllipticCurvePublicKey) -> None:
        super().__init__(algorithm, elliptic_curve.verification_key_of(algorithm, key))

    @classmethod
    def from_encoded_point(cls, algorithm: AlgorithmSuite, encoded_point: str | bytes) -> Verifier:
        """Build from a compressed point in base64, as the encryption context carries it.

        :raises SignatureKeyError: if it is not a point on the curve of the algorithm suite
        """
        text = encoded_point if isinstance(encoded_point, str) else encoded_point.decode("latin-1")
        return cls(algorithm, elliptic_curve.public_key_from_text(algorithm, text))

    @classmethod
    def from_key_bytes(cls, algorithm: AlgorithmSuite, key_bytes: bytes) -> Verifier:
        """Build from a verification key in DER, PEM or as a point.

        :raises SignatureKeyError: if it is none, or does not belong to the algorithm suite
        """
        return cls(algorithm, elliptic_curve.load_verification_key(algorithm, key_bytes))

    def key_bytes(self) -> bytes:
        """Return the verification key, DER."""
        return elliptic_curve.verification_key_der(self.key)
