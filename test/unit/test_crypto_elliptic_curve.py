"""Elliptic curve keys in the forms that materials and messages carry them."""

from __future__ import annotations

import base64
import binascii

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from aws_encryption_sdk._crypto import elliptic_curve
from aws_encryption_sdk.exceptions import SignatureKeyError
from aws_encryption_sdk.identifiers import AlgorithmSuite

from .operation_materials import SIGNING_SUITES, SUITES

pytestmark = pytest.mark.specification("framework/transitive-requirements.md", "ECDSA")

P256 = AlgorithmSuite.AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256
P384 = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
RSA_KEY = rsa.generate_private_key(65537, 2048)


def other_curve(suite: AlgorithmSuite) -> ec.EllipticCurvePrivateKey:
    return elliptic_curve.generate_signing_key(P384 if suite is P256 else P256)


@pytest.mark.parametrize("suite", SIGNING_SUITES)
def test_generated_keys_are_on_the_curve_of_the_suite(suite: AlgorithmSuite) -> None:
    first, second = elliptic_curve.generate_signing_key(suite), elliptic_curve.generate_signing_key(suite)

    assert isinstance(first.curve, ec.SECP256R1 if suite is P256 else ec.SECP384R1)
    assert first.private_numbers() != second.private_numbers()


@pytest.mark.parametrize("suite", [suite for suite in SUITES if not suite.is_signing()])
def test_a_suite_that_does_not_sign_has_no_keys(suite: AlgorithmSuite) -> None:
    key = elliptic_curve.generate_signing_key(P256)

    with pytest.raises(SignatureKeyError, match="does not sign"):
        elliptic_curve.generate_signing_key(suite)
    with pytest.raises(SignatureKeyError, match="does not sign"):
        elliptic_curve.public_key_from_text(suite, elliptic_curve.public_key_text(key.public_key()))
    with pytest.raises(SignatureKeyError, match="does not sign"):
        elliptic_curve.load_signing_key(suite, elliptic_curve.signing_key_der(key))


@pytest.mark.parametrize("suite", SIGNING_SUITES)
def test_the_text_is_the_compressed_point_in_base64(suite: AlgorithmSuite) -> None:
    for _ in range(8):
        key = elliptic_curve.generate_signing_key(suite).public_key()
        numbers = key.public_numbers()
        point = bytes((2 + numbers.y % 2,)) + numbers.x.to_bytes(key.curve.key_size // 8, "big")
        text = elliptic_curve.public_key_text(key)

        assert text == base64.b64encode(point).decode()
        assert elliptic_curve.public_key_from_text(suite, text).public_numbers() == numbers


@pytest.mark.parametrize("suite", SIGNING_SUITES)
def test_a_point_of_another_curve_is_refused(suite: AlgorithmSuite) -> None:
    text = elliptic_curve.public_key_text(other_curve(suite).public_key())

    with pytest.raises(SignatureKeyError, match="not a point on the curve"):
        elliptic_curve.public_key_from_text(suite, text)


@pytest.mark.parametrize("text", ["=", "?", "AAA", "é234", "AAAA AAAA", "AAAA\n", "\ud800"])
def test_text_that_is_not_base64_is_refused(text: str) -> None:
    with pytest.raises(SignatureKeyError, match=r"not base64|not a point"):
        elliptic_curve.public_key_from_text(P256, text)


@pytest.mark.parametrize(
    "point",
    [
        b"",
        b"\x00",
        b"\x02" + b"\xff" * 32,
        b"\x05" + bytes(32),
        b"\x02" + bytes(31),
        b"\x04" + bytes(64),
        b"\x02" + bytes(31) + b"\x07",
    ],
    ids=binascii.hexlify,
)
def test_bytes_that_are_not_a_point_are_refused(point: bytes) -> None:
    with pytest.raises(SignatureKeyError, match="not a point on the curve secp256r1"):
        elliptic_curve.public_key_from_point(P256, point)


@pytest.mark.parametrize("suite", SIGNING_SUITES)
@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
@pytest.mark.parametrize("layout", [PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8])
def test_signing_keys_are_read(suite: AlgorithmSuite, encoding: Encoding, layout: PrivateFormat) -> None:
    key = elliptic_curve.generate_signing_key(suite)
    encoded = key.private_bytes(encoding, layout, NoEncryption())

    assert elliptic_curve.load_signing_key(suite, encoded).private_numbers() == key.private_numbers()


@pytest.mark.parametrize("suite", SIGNING_SUITES)
@pytest.mark.parametrize("form", ["DER", "PEM", "compressed", "uncompressed"])
def test_verification_keys_are_read(suite: AlgorithmSuite, form: str) -> None:
    key = elliptic_curve.generate_signing_key(suite).public_key()
    encodings = {
        "DER": (Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "PEM": (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "compressed": (Encoding.X962, PublicFormat.CompressedPoint),
        "uncompressed": (Encoding.X962, PublicFormat.UncompressedPoint),
    }

    read = elliptic_curve.load_verification_key(suite, key.public_bytes(*encodings[form]))
    assert read.public_numbers() == key.public_numbers()


@pytest.mark.parametrize("suite", SIGNING_SUITES)
def test_what_is_handed_out_is_der_and_can_be_read_again(suite: AlgorithmSuite) -> None:
    key = elliptic_curve.generate_signing_key(suite)
    private, public = elliptic_curve.signing_key_der(key), elliptic_curve.verification_key_der(key.public_key())

    assert private[:1] == public[:1] == b"\x30"
    assert elliptic_curve.load_signing_key(suite, private).private_numbers() == key.private_numbers()
    assert elliptic_curve.load_verification_key(suite, public).public_numbers() == key.public_key().public_numbers()


@pytest.mark.parametrize("suite", SIGNING_SUITES)
def test_keys_of_another_kind_are_refused(suite: AlgorithmSuite) -> None:
    other = other_curve(suite)
    rsa_private = RSA_KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    rsa_public = RSA_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    for private in (elliptic_curve.signing_key_der(other), rsa_private):
        with pytest.raises(SignatureKeyError, match=f"not on the curve of the algorithm suite {suite.name}"):
            elliptic_curve.load_signing_key(suite, private)
    for public in (elliptic_curve.verification_key_der(other.public_key()), rsa_public):
        with pytest.raises(SignatureKeyError, match=f"not on the curve of the algorithm suite {suite.name}"):
            elliptic_curve.load_verification_key(suite, public)


@pytest.mark.parametrize("encoded", [b"", b"0", b"text", b"-----BEGIN PUBLIC KEY-----\n", b"\x30\x00"], ids=repr)
def test_bytes_that_are_no_key_are_refused(encoded: bytes) -> None:
    with pytest.raises(SignatureKeyError, match="neither DER nor PEM"):
        elliptic_curve.load_signing_key(P256, encoded)
    with pytest.raises(SignatureKeyError, match="neither DER, PEM nor a point"):
        elliptic_curve.load_verification_key(P256, encoded)
