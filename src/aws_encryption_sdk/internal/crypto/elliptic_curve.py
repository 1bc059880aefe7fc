"""Elliptic curve keys and signatures under their former names."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

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
