"""Wrapping of data keys under a key that two elliptic curve keys agree on (framework/raw-ecdh-keyring.md)."""

from __future__ import annotations

import hmac
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from test.vectors.chosen_randomness import draw_number

CURVES: Final = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}


def private_number(label: str) -> int:
    """Return the number of a private key; it is below the order of each curve."""
    return draw_number(label, 2**248)


def key_of(curve: str, number: int) -> ec.EllipticCurvePrivateKey:
    """Return the private key of a number."""
    return ec.derive_private_key(number, CURVES[curve])


def provider_info(sender: ec.EllipticCurvePublicKey, recipient: ec.EllipticCurvePublicKey) -> bytes:
    """Return version 1, and both points with their lengths."""
    points = [_point(recipient), _point(sender)]
    return b"\x01" + b"".join(len(point).to_bytes(4, "big") + point for point in points)


def ciphertext(
    curve: str,
    sender: ec.EllipticCurvePrivateKey,
    recipient: ec.EllipticCurvePublicKey,
    data_key: bytes,
    context: bytes,
    nonce: bytes,
) -> bytes:
    """Return nonce, commitment key, and the data key sealed under the wrapping key."""
    points = _point(sender.public_key()) + _point(recipient)
    info = b"ecdh-key-derivation\0" + curve.encode("ascii") + b"\0HMAC_SHA384\0" + points + b"\0\x01\0" + context
    fixed = info + b"\0" + nonce + (512).to_bytes(4, "big")
    secret = sender.exchange(ec.ECDH(), recipient)
    blocks = (hmac.digest(secret, counter.to_bytes(4, "big") + fixed, "sha384") for counter in (1, 2))
    keys = b"".join(blocks)[:64]
    return nonce + keys[:32] + AESGCM(keys[32:]).encrypt(bytes(12), data_key, info)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
