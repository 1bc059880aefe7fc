"""The algorithm suites and the keys that a message of each has."""

from __future__ import annotations

import base64
import struct
from typing import Final, NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from test.vectors.chosen_randomness import draw_number

_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_P384_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973


class Suite(NamedTuple):
    """An algorithm suite (framework/algorithm-suites.md, supported algorithm suites)."""

    number: int
    version: int
    key_bytes: int
    kdf_hash: hashes.HashAlgorithm | None
    curve: ec.EllipticCurve | None
    order: int
    signature_hash: hashes.HashAlgorithm

    @property
    def label(self) -> str:
        """The suite's number, as it is usually written."""
        return f"0x{self.number:04x}"


def _suite(number: int, bits: int, kdf: hashes.HashAlgorithm | None = None, curve: ec.EllipticCurve | None = None) -> Suite:
    small = isinstance(curve, ec.SECP256R1)
    version = 2 if number in (0x0478, 0x0578) else 1
    digest: hashes.HashAlgorithm = hashes.SHA256() if small else hashes.SHA384()
    return Suite(number, version, bits // 8, kdf, curve, _P256_ORDER if small else _P384_ORDER, digest)


SUITES: Final = {
    suite.number: suite
    for suite in (
        _suite(0x0014, 128),
        _suite(0x0046, 192),
        _suite(0x0078, 256),
        _suite(0x0114, 128, hashes.SHA256()),
        _suite(0x0146, 192, hashes.SHA256()),
        _suite(0x0178, 256, hashes.SHA256()),
        _suite(0x0214, 128, hashes.SHA256(), ec.SECP256R1()),
        _suite(0x0346, 192, hashes.SHA384(), ec.SECP384R1()),
        _suite(0x0378, 256, hashes.SHA384(), ec.SECP384R1()),
        _suite(0x0478, 256, hashes.SHA512()),
        _suite(0x0578, 256, hashes.SHA512(), ec.SECP384R1()),
    )
}


def encryption_key(suite: Suite, data_key: bytes, message_id: bytes) -> bytes:
    """Derive the key of a message (framework/transitive-requirements.md)."""
    if suite.kdf_hash is None:
        return data_key
    salt, info = (message_id, b"DERIVEKEY") if suite.version == 2 else (None, message_id)
    return HKDF(suite.kdf_hash, suite.key_bytes, salt, struct.pack(">H", suite.number) + info).derive(data_key)


def commitment(data_key: bytes, message_id: bytes) -> bytes:
    """Derive the key commitment of a message of version 2."""
    return HKDF(hashes.SHA512(), 32, message_id, b"COMMITKEY").derive(data_key)


def signing_key(suite: Suite, label: str) -> ec.EllipticCurvePrivateKey:
    """Return the signing key that belongs to ``label``."""
    assert suite.curve is not None
    return ec.derive_private_key(draw_number(f"{label}/signing key", suite.order), suite.curve)


def public_key_text(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the verification key as the encryption context carries it."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)).decode("ascii")
