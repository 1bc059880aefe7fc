"""Elliptic curve keys in the forms that materials and messages carry them."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from ..exceptions import SignatureKeyError
from ..identifiers import AlgorithmSuite, CurveType


def generate_signing_key(suite: AlgorithmSuite) -> ec.EllipticCurvePrivateKey:
    """Generate a signing key on the curve of ``suite``."""
    return ec.generate_private_key(_curve(suite)())


def public_key_text(key: ec.EllipticCurvePublicKey) -> str:
    """Return the compressed point of ``key`` in base64, as the encryption context carries it (framework/default-cmm.md)."""
    return base64.b64encode(key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)).decode("ascii")


def public_key_from_text(suite: AlgorithmSuite, text: str) -> ec.EllipticCurvePublicKey:
    """Read what :func:`public_key_text` writes.

    :raises SignatureKeyError: if it is not a point on the curve of ``suite``
    """
    try:
        point = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise SignatureKeyError("The verification key in the encryption context is not base64") from error
    return public_key_from_point(suite, point)


def public_key_from_point(suite: AlgorithmSuite, point: bytes) -> ec.EllipticCurvePublicKey:
    """Read a point in the form of SEC 1, section 2.3.3.

    :raises SignatureKeyError: if it is not a point on the curve of ``suite``
    """
    curve = _curve(suite)()
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignatureKeyError(f"The verification key is not a point on the curve {curve.name}") from error


def load_signing_key(suite: AlgorithmSuite, encoded: object) -> ec.EllipticCurvePrivateKey:
    """Read a signing key in DER or PEM.

    :raises SignatureKeyError: if it is none, or on another curve than that of ``suite``
    """
    if not isinstance(encoded, bytes):
        raise SignatureKeyError(f"A signing key must be bytes or a key object, not {type(encoded).__name__}")
    load = load_pem_private_key if encoded.startswith(b"-----") else load_der_private_key
    try:
        key = load(encoded, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SignatureKeyError("The signing key is neither DER nor PEM of an elliptic curve key") from error
    return signing_key_of(suite, key)


def signing_key_of(suite: AlgorithmSuite, key: Any) -> ec.EllipticCurvePrivateKey:
    """Return ``key``, if it is a signing key on the curve of ``suite``.

    :raises SignatureKeyError: if it is not
    """
    # By what it can do: whether it is one of the classes of ``cryptography`` takes long to find out.
    if not hasattr(key, "sign") or not isinstance(getattr(key, "curve", None), _curve(suite)):
        raise SignatureKeyError(f"The signing key is not on the curve of the algorithm suite {suite.name}")
    signing_key: ec.EllipticCurvePrivateKey = key
    return signing_key


def load_verification_key(suite: AlgorithmSuite, encoded: object) -> ec.EllipticCurvePublicKey:
    """Read a verification key in DER, PEM or as a point.

    :raises SignatureKeyError: if it is none, or on another curve than that of ``suite``
    """
    if not isinstance(encoded, bytes):
        raise SignatureKeyError(f"A verification key must be bytes or a key object, not {type(encoded).__name__}")
    if encoded[:1] in (b"\x02", b"\x03", b"\x04"):
        return public_key_from_point(suite, encoded)
    load = load_pem_public_key if encoded.startswith(b"-----") else load_der_public_key
    try:
        key = load(encoded)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignatureKeyError("The verification key is neither DER, PEM nor a point of an elliptic curve") from error
    return verification_key_of(suite, key)


def verification_key_of(suite: AlgorithmSuite, key: Any) -> ec.EllipticCurvePublicKey:
    """Return ``key``, if it is a verification key on the curve of ``suite``.

    :raises SignatureKeyError: if it is not
    """
    if not hasattr(key, "verify") or not isinstance(getattr(key, "curve", None), _curve(suite)):
        raise SignatureKeyError(f"The verification key is not on the curve of the algorithm suite {suite.name}")
    verification_key: ec.EllipticCurvePublicKey = key
    return verification_key


def signing_key_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return ``key`` in DER, as the published interface hands signing keys out."""
    return key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def verification_key_der(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return ``key`` in DER, as the published interface hands verification keys out."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _curve(suite: AlgorithmSuite) -> CurveType:
    if suite.signing_algorithm_info is None:
        raise SignatureKeyError(f"The algorithm suite {suite.name} does not sign")
    return suite.signing_algorithm_info
