"""Elliptic curve Diffie-Hellman, and points in the compressed form (NIST SP 800-56A, section 5.7.1.2; SEC 1, section 2.3)."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..exceptions import SerializationError
from ..identifiers import ECDHCurveSpec


def generate_private_key(curve_spec: ECDHCurveSpec) -> ec.EllipticCurvePrivateKey:
    """Generate a private key."""
    return ec.generate_private_key(curve_spec.curve())


def shared_secret(private_key: ec.EllipticCurvePrivateKey, public_key: ec.EllipticCurvePublicKey) -> bytes:
    """Return the shared secret Z: the first coordinate of the common point, as long as the curve's field (32, 48 or 66 bytes).

    :raises ValueError: if the keys are on different curves, or no secret comes out
    """
    return private_key.exchange(ec.ECDH(), public_key)


def compressed_point(public_key: ec.EllipticCurvePublicKey) -> bytes:
    """Return the compressed point of a public key: 33, 49 or 67 bytes."""
    return public_key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def public_key_from_point(curve_spec: ECDHCurveSpec, point: bytes) -> ec.EllipticCurvePublicKey:
    """Read what :func:`compressed_point` writes.

    :raises SerializationError: if it has another length or form, or is not on the curve; the point at infinity is neither
    """
    if len(point) == curve_spec.point_length():
        try:
            return ec.EllipticCurvePublicKey.from_encoded_point(curve_spec.curve(), point)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise SerializationError(f"A public key is not a point on the curve {curve_spec.name}") from error
    raise SerializationError(
        f"A public key has {len(point)} bytes; a compressed point on the curve {curve_spec.name} has "
        f"{curve_spec.point_length()}"
    )
