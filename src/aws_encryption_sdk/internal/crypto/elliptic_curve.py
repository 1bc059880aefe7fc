"""Elliptic curve keys and signatures under their former names."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..._crypto import elliptic_curve
from ..._crypto.signatures import sign_digest
from ...exceptions import NotSupportedError, SignatureKeyError
from ...identifiers import AlgorithmSuite

__all__ = ["generate_ecc_signing_key"]


def generate_ecc_signing_key(algorithm: AlgorithmSuite) -> ec.EllipticCurvePrivateKey:
    """Generate a signing key on the curve of ``algorithm``.

    :raises NotSupportedError: if messages of this algorithm suite are not signed
    """
    if not algorithm.signs:
        raise NotSupportedError(f"Unsupported signing algorithm info: messages of {algorithm.name} are not signed")
    return elliptic_curve.generate_signing_key(algorithm)


def _ecc_static_length_signature(key: ec.EllipticCurvePrivateKey, algorithm: AlgorithmSuite, digest: bytes) -> bytes:
    """Return the signature of a hash, of the length that ``algorithm`` states."""
    hash_type = algorithm.signing_hash_type
    if hash_type is None:
        raise SignatureKeyError(f"The algorithm suite {algorithm.name} does not sign")
    return sign_digest(algorithm, key, digest, ec.ECDSA(Prehashed(hash_type())))


def _ecc_encode_compressed_point(private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public point of a key, compressed (SEC 1, section 2.3.3).

    :raises NotSupportedError: if its curve is not one of SEC 2 over a prime field
    """
    _check_curve(private_key.curve)
    return private_key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def _ecc_decode_compressed_point(curve: ec.EllipticCurve, compressed_point: bytes) -> tuple[int, int]:
    """Return the coordinates of a compressed point (SEC 1, section 2.3.4)."""
    numbers = _ecc_public_numbers_from_compressed_point(curve, compressed_point)
    return numbers.x, numbers.y


def _ecc_public_numbers_from_compressed_point(
    curve: ec.EllipticCurve, compressed_point: bytes
) -> ec.EllipticCurvePublicNumbers:
    """Return the public numbers of a compressed point.

    :raises NotSupportedError: for the point at infinity, and for curves that are not of SEC 2 over a prime field
    :raises SignatureKeyError: if there is no such point on the curve
    """
    _check_curve(curve)
    if not compressed_point:
        raise NotSupportedError("Points at infinity are not allowed")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, compressed_point).public_numbers()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignatureKeyError(f"This is not a point on the curve {curve.name}") from error


def _check_curve(curve: ec.EllipticCurve) -> None:
    if not curve.name.startswith("secp"):
        raise NotSupportedError(f"The curve {curve.name} is not supported; those of SEC 2 over prime fields are")
