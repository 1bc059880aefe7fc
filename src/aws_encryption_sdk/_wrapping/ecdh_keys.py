"""The reading of keys for a key agreement: key objects, PEM and DER (framework/raw-ecdh-keyring.md, ECC keys)."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from ..exceptions import ArgumentTypeError, ArgumentValueError
from ..identifiers import ECDHCurveSpec

_LOAD_FAULTS = (ValueError, TypeError, UnsupportedAlgorithm)


def public_key_from(key: ec.EllipticCurvePublicKey | bytes | str, name: str) -> ec.EllipticCurvePublicKey:
    """Return ``key``, read from X.509 SubjectPublicKeyInfo in DER or PEM where it is not a key object.

    Only points on the key's curve are read, and never the point at infinity.

    :param name: How the caller knows the key
    :raises ArgumentTypeError: if it is something else than an elliptic curve public key
    :raises ArgumentValueError: if it cannot be read
    """
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key
    encoded = _encoded(key, name, "an elliptic curve public key")
    try:
        loaded = load_pem_public_key(encoded) if _is_pem(encoded) else load_der_public_key(encoded)
    except _LOAD_FAULTS as error:
        raise ArgumentValueError(f"{name} cannot be read as SubjectPublicKeyInfo in DER or PEM: {error}") from error
    if not isinstance(loaded, ec.EllipticCurvePublicKey):
        raise ArgumentValueError(f"{name} is not an elliptic curve key but {type(loaded).__name__}")
    return loaded


def private_key_from(key: ec.EllipticCurvePrivateKey | bytes | str, name: str) -> ec.EllipticCurvePrivateKey:
    """Return ``key``, read from PKCS #8 in PEM or DER where it is not a key object.

    :param name: How the caller knows the key
    :raises ArgumentTypeError: if it is something else than an elliptic curve private key
    :raises ArgumentValueError: if it cannot be read
    """
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key
    encoded = _encoded(key, name, "an elliptic curve private key")
    try:
        loaded = (load_pem_private_key if _is_pem(encoded) else load_der_private_key)(encoded, password=None)
    except _LOAD_FAULTS as error:
        # The reason tells of the encoding, or of the missing password, never of the key.
        raise ArgumentValueError(
            f"{name} cannot be read as PKCS #8 in PEM or DER: {error}; a key under a password is to be read with "
            "load_pem_private_key of cryptography and handed in as a key object"
        ) from error
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise ArgumentValueError(f"{name} is not an elliptic curve key but {type(loaded).__name__}")
    return loaded


def check_curve(key: ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey, curve_spec: ECDHCurveSpec, name: str) -> None:
    """Check that a key is on the curve of the key agreement.

    :raises ArgumentValueError: if it is on another one
    """
    if key.curve.name != curve_spec.curve().name:
        raise ArgumentValueError(f"{name} is on the curve {key.curve.name}; curve_spec says {curve_spec.name}")


def public_key_der(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a public key as X.509 SubjectPublicKeyInfo, DER, as AWS KMS takes it."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _encoded(key: object, name: str, kind: str) -> bytes:
    if isinstance(key, str):
        return key.encode("utf-8", "replace")
    if isinstance(key, (bytes, bytearray, memoryview)):
        return bytes(key)
    raise ArgumentTypeError(f"{name} must be {kind}: a key object of cryptography, PEM or DER, not {type(key).__name__}")


def _is_pem(encoded: bytes) -> bool:
    return encoded.lstrip().startswith(b"-----BEGIN")
