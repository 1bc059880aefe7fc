"""Elliptic curve Diffie-Hellman and compressed points (NIST SP 800-56A, SEC 1)."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from aws_encryption_sdk._crypto import key_agreement
from aws_encryption_sdk.exceptions import NotSupportedError, SerializationError
from aws_encryption_sdk.identifiers import ECDHCurveSpec

pytestmark = pytest.mark.specification("framework/raw-ecdh-keyring.md", "Key Agreement Procedure")

P256, P384, P521 = CURVES = (ECDHCurveSpec.ECC_NIST_P256, ECDHCurveSpec.ECC_NIST_P384, ECDHCurveSpec.ECC_NIST_P521)
POINT_LENGTHS = {P256: 33, P384: 49, P521: 67}
#: RFC 5903, sections 8.1 to 8.3: both private keys, and the first coordinate of the common point.
RFC_5903 = {
    P256: (
        "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
        "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
        "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE",
    ),
    P384: (
        "099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655E35B538041E649EE3FAEF896783AB194",
        "41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942E0308312916B8ED2960E4BD55A7448FC",
        "11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4D603135569B9E9D09CF5D4A270F59746",
    ),
    P521: (
        (
            "0037ADE9319A89F4DABDB3EF411AACCCA5123C61ACAB57B5393DCE47608172A0"
            "95AA85A30FE1C2952C6771D937BA9777F5957B2639BAB072462F68C27A57382D4A52"
        ),
        (
            "0145BA99A847AF43793FDD0E872E7CDFA16BE30FDC780F97BCCC3F078380201E"
            "9C677D600B343757A3BDBF2A3163E4C2F869CCA7458AA4A4EFFC311F5CB151685EB9"
        ),
        (
            "01144C7D79AE6956BC8EDB8E7C787C4521CB086FA64407F97894E5E6B2D79B04"
            "D1427E73CA4BAA240A34786859810C06B3C715A3A8CC3151F2BEE417996D19F3DDEA"
        ),
    ),
}


@pytest.mark.parametrize("curve", CURVES)
def test_vectors_of_rfc_5903(curve: ECDHCurveSpec) -> None:
    first, second = (ec.derive_private_key(int(number, 16), curve.curve()) for number in RFC_5903[curve][:2])

    for own, other in ((first, second), (second, first)):
        secret = key_agreement.shared_secret(own, other.public_key())
        assert secret.hex().upper() == RFC_5903[curve][2]
        assert len(secret) == POINT_LENGTHS[curve] - 1


@pytest.mark.parametrize("curve", CURVES)
def test_a_secret_that_begins_with_zeros_keeps_its_length(curve: ECDHCurveSpec) -> None:
    own, length = ec.derive_private_key(2, curve.curve()), POINT_LENGTHS[curve] - 1
    for number in range(3, 2000):
        secret = key_agreement.shared_secret(own, ec.derive_private_key(number, curve.curve()).public_key())
        assert len(secret) == length
        if secret[0] == 0:
            break
    else:
        pytest.fail("no secret began with a zero")


@pytest.mark.parametrize("curve", CURVES)
def test_new_keys_differ_and_are_on_the_curve(curve: ECDHCurveSpec) -> None:
    keys = [key_agreement.generate_private_key(curve) for _ in range(5)]

    assert {key.curve.name for key in keys} == {curve.curve().name}
    assert len({key.private_numbers().private_value for key in keys}) == len(keys)


@pytest.mark.parametrize("curve", CURVES)
def test_points_and_back(curve: ECDHCurveSpec) -> None:
    signs = set()
    for number in range(1, 20):
        key = ec.derive_private_key(number, curve.curve()).public_key()
        point = key_agreement.compressed_point(key)
        signs.add(point[0])
        assert len(point) == curve.point_length() == POINT_LENGTHS[curve]
        assert int.from_bytes(point[1:], "big") == key.public_numbers().x
        assert point[0] == 2 + key.public_numbers().y % 2
        assert key_agreement.public_key_from_point(curve, point).public_numbers() == key.public_numbers()
    assert signs == {2, 3}


@pytest.mark.parametrize("curve", CURVES)
def test_what_is_no_compressed_point_on_the_curve(curve: ECDHCurveSpec) -> None:
    key = key_agreement.generate_private_key(curve).public_key()
    point, length = key_agreement.compressed_point(key), POINT_LENGTHS[curve]
    off_the_curve = next(
        candidate
        for candidate in (b"\x02" + x.to_bytes(length - 1, "big") for x in range(1, 100))
        if not is_on_curve(curve, candidate)
    )
    other_curves = [key_agreement.compressed_point(ec.generate_private_key(other.curve()).public_key()) for other in CURVES]
    wrong = [
        b"",
        b"\x00",  # the point at infinity in the form of SEC 1
        bytes(length),
        b"\x02" + b"\xff" * (length - 1),  # above the field
        off_the_curve,
        point[:-1],
        point + b"\x00",
        b"\x04" + point[1:],
        b"\x06" + point[1:],
        key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        *(other for other in other_curves if len(other) != length),
    ]
    for candidate in wrong:
        with pytest.raises(SerializationError, match=curve.name):
            key_agreement.public_key_from_point(curve, candidate)


def is_on_curve(curve: ECDHCurveSpec, point: bytes) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(curve.curve(), point)
    except ValueError:
        return False
    return True


def test_keys_on_different_curves_share_nothing() -> None:
    with pytest.raises(ValueError, match="shared key"):
        key_agreement.shared_secret(
            key_agreement.generate_private_key(P256), key_agreement.generate_private_key(P384).public_key()
        )


def test_sm2_is_refused() -> None:
    for use in (ECDHCurveSpec.SM2.curve, ECDHCurveSpec.SM2.point_length):
        with pytest.raises(NotSupportedError, match="SM2 is not supported; use ECC_NIST_P256"):
            use()
    with pytest.raises(NotSupportedError):
        key_agreement.generate_private_key(ECDHCurveSpec.SM2)
