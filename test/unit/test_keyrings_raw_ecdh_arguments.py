"""What the raw ECDH keyring and its schemas take and refuse, and what they show (framework/raw-ecdh-keyring.md)."""

from __future__ import annotations

import copy
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._wrapping import ecdh_keys
from aws_encryption_sdk.identifiers import AlgorithmSuite, ECDHCurveSpec
from aws_encryption_sdk.keyrings.raw import (
    EphemeralPrivateKeyToStaticPublicKey,
    PublicKeyDiscovery,
    RawECDHKeyring,
    RawPrivateKeyToStaticPublicKey,
)
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials

pytestmark = [
    pytest.mark.specification(
        "framework/raw-ecdh-keyring.md",
        "ECC Keys",
        "Initialization",
        "Curve Specification",
        "Supported Curve Specifications",
        "Key Agreement Schema",
    ),
    pytest.mark.specification(
        "framework/key-agreement-schemas.md",
        "EphemeralPrivateKeyToStaticPublicKey",
        "PublicKeyDiscovery",
        "RawPrivateKeyToStaticPublicKey",
    ),
]

P256, P384, P521 = CURVES = (ECDHCurveSpec.ECC_NIST_P256, ECDHCurveSpec.ECC_NIST_P384, ECDHCurveSpec.ECC_NIST_P521)
KEYS = {curve: ec.generate_private_key(curve.curve()) for curve in CURVES}
PEERS = {curve: ec.generate_private_key(curve.curve()) for curve in CURVES}
RSA_KEY = rsa.generate_private_key(65537, 2048)
KEY, PEER = KEYS[P256], PEERS[P256]


def private(key: Any, encoding: Encoding, layout: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    encoded: bytes = key.private_bytes(encoding, layout, NoEncryption())
    return encoded


def public(key: Any, encoding: Encoding) -> bytes:
    encoded: bytes = key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    return encoded


def static(**arguments: Any) -> RawPrivateKeyToStaticPublicKey:
    return RawPrivateKeyToStaticPublicKey(
        **{"sender_static_private_key": KEY, "recipient_public_key": PEER.public_key(), **arguments}
    )


def ephemeral(**arguments: Any) -> EphemeralPrivateKeyToStaticPublicKey:
    return EphemeralPrivateKeyToStaticPublicKey(**{"recipient_public_key": PEER.public_key(), **arguments})


def discovery(**arguments: Any) -> PublicKeyDiscovery:
    return PublicKeyDiscovery(**{"recipient_static_private_key": KEY, **arguments})


SCHEMES = [static, ephemeral, discovery]
Make = Callable[..., Any]
TAKES_PRIVATE = [(static, "sender_static_private_key"), (discovery, "recipient_static_private_key")]
TAKES_PUBLIC = [(static, "recipient_public_key"), (ephemeral, "recipient_public_key")]


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_encoded_keys(curve: ECDHCurveSpec, encoding: Encoding) -> None:
    suite = AlgorithmSuite.AES_128_GCM_IV12_TAG16
    own, peer = KEYS[curve], PEERS[curve]
    public_forms: list[Any] = [peer.public_key(), public(peer, encoding), bytearray(public(peer, encoding))]
    private_forms: list[Any] = [own, private(own, encoding), memoryview(private(own, encoding))]
    if encoding is Encoding.PEM:
        public_forms += [public(peer, encoding).decode(), b"\n" + public(peer, encoding)]
        private_forms += [private(own, encoding).decode(), private(own, encoding, PrivateFormat.TraditionalOpenSSL)]
    readers = [RawECDHKeyring(PublicKeyDiscovery(form), curve) for form in (peer, private(peer, encoding))]
    writers = [RawECDHKeyring(RawPrivateKeyToStaticPublicKey(form, public_forms[0]), curve) for form in private_forms]
    writers += [RawECDHKeyring(EphemeralPrivateKeyToStaticPublicKey(form), curve) for form in public_forms]
    for writer in writers:
        made = writer.on_encrypt(EncryptionMaterials(suite, encryption_context={}))
        for reader in readers:
            read = reader.on_decrypt(DecryptionMaterials(algorithm=suite, encryption_context={}), made.encrypted_data_keys)
            assert read.data_encryption_key is not None
            assert made.data_encryption_key is not None
            assert read.data_encryption_key.data_key == made.data_encryption_key.data_key


@pytest.mark.parametrize(("make", "name"), TAKES_PRIVATE)
@pytest.mark.parametrize(
    ("key", "error", "reason"),
    [
        (b"", exceptions.ArgumentValueError, "cannot be read as PKCS #8"),
        (b"key", exceptions.ArgumentValueError, "cannot be read as PKCS #8"),
        ("-----BEGIN PRIVATE KEY-----", exceptions.ArgumentValueError, "cannot be read as PKCS #8"),
        (public(KEY, Encoding.PEM), exceptions.ArgumentValueError, "cannot be read as PKCS #8"),
        (private(RSA_KEY, Encoding.PEM), exceptions.ArgumentValueError, "not an elliptic curve key but"),
        (private(RSA_KEY, Encoding.DER), exceptions.ArgumentValueError, "not an elliptic curve key but"),
        (RSA_KEY, exceptions.ArgumentTypeError, "must be an elliptic curve private key"),
        (KEY.public_key(), exceptions.ArgumentTypeError, "must be an elliptic curve private key"),
        (None, exceptions.ArgumentTypeError, "not NoneType"),
        (5, exceptions.ArgumentTypeError, "not int"),
    ],
    ids=["empty", "no key", "no end", "public", "RSA PEM", "RSA DER", "RSA object", "public object", "None", "int"],
)
def test_what_is_no_private_key(make: Make, name: str, key: object, error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=f"{name} .*{reason}"):
        make(**{name: key})


@pytest.mark.parametrize(("make", "name"), TAKES_PUBLIC)
@pytest.mark.parametrize(
    ("key", "error", "reason"),
    [
        (b"", exceptions.ArgumentValueError, "cannot be read as SubjectPublicKeyInfo"),
        (KEY.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint), exceptions.ArgumentValueError, "read"),
        (private(KEY, Encoding.PEM), exceptions.ArgumentValueError, "cannot be read as SubjectPublicKeyInfo"),
        (public(RSA_KEY, Encoding.DER), exceptions.ArgumentValueError, "not an elliptic curve key but"),
        (RSA_KEY.public_key(), exceptions.ArgumentTypeError, "must be an elliptic curve public key"),
        (KEY, exceptions.ArgumentTypeError, "must be an elliptic curve public key"),
        (None, exceptions.ArgumentTypeError, "not NoneType"),
    ],
    ids=["empty", "point", "private", "RSA DER", "RSA object", "private object", "None"],
)
def test_what_is_no_public_key(make: Make, name: str, key: object, error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=f"{name} .*{reason}"):
        make(**{name: key})


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("make", [ephemeral, static])
def test_points_that_are_none(curve: ECDHCurveSpec, make: Make) -> None:
    """The point at infinity, a point off the curve, and a point that is cut off."""
    der = public(PEERS[curve], Encoding.DER)
    infinity = subject_public_key_info(der, b"\x00")
    off_the_curve = der[:-1] + bytes((der[-1] ^ 1,))
    for candidate in (infinity, off_the_curve, der[:-1]):
        with pytest.raises(exceptions.ArgumentValueError, match="recipient_public_key cannot be read"):
            make(recipient_public_key=candidate)


@pytest.mark.parametrize("used", CURVES)
@pytest.mark.parametrize("stated", CURVES)
def test_all_keys_are_on_the_curve_that_is_stated(used: ECDHCurveSpec, stated: ECDHCurveSpec) -> None:
    own, peer = KEYS[used], PEERS[used].public_key()
    same, same_peer = KEYS[stated], PEERS[stated].public_key()
    for name, scheme in (
        ("recipient_public_key", RawPrivateKeyToStaticPublicKey(same, peer)),
        ("sender_static_private_key", RawPrivateKeyToStaticPublicKey(own, same_peer)),
        ("recipient_public_key", EphemeralPrivateKeyToStaticPublicKey(peer)),
        ("recipient_static_private_key", PublicKeyDiscovery(own)),
    ):
        if used is stated:
            RawECDHKeyring(scheme, stated)
            continue
        with pytest.raises(
            exceptions.ArgumentValueError, match=f"{name} is on the curve sec.*; curve_spec says {stated.name}"
        ):
            RawECDHKeyring(scheme, stated)


@pytest.mark.parametrize("key_curve", [ec.SECP256K1(), ec.SECP224R1(), ec.BrainpoolP256R1()])
def test_keys_on_other_curves(key_curve: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(key_curve)
    for scheme in (PublicKeyDiscovery(key), EphemeralPrivateKeyToStaticPublicKey(public(key, Encoding.DER))):
        for curve in CURVES:
            with pytest.raises(exceptions.ArgumentValueError, match="curve_spec says"):
                RawECDHKeyring(scheme, curve)


@pytest.mark.parametrize("make", SCHEMES)
def test_sm2_is_refused(make: Make) -> None:
    with pytest.raises(exceptions.NotSupportedError, match="The curve SM2 is not supported; use ECC_NIST_P256"):
        RawECDHKeyring(make(), ECDHCurveSpec.SM2)


@pytest.mark.parametrize("curve", [None, "ECC_NIST_P256", 256, ec.SECP256R1()])
def test_what_is_no_curve_specification(curve: Any) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="curve_spec must be a ECDHCurveSpec"):
        RawECDHKeyring(discovery(), curve)


@pytest.mark.parametrize("scheme", [None, KEY, "PublicKeyDiscovery", PublicKeyDiscovery, object()])
def test_what_is_no_scheme(scheme: Any) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="key_agreement_scheme must be a RawPrivateKeyToStaticPublicKey"):
        RawECDHKeyring(scheme, P256)


def test_schemes_and_curve_are_named_as_in_the_material_providers_library() -> None:
    assert [curve.name for curve in ECDHCurveSpec] == ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "SM2"]
    keyring = RawECDHKeyring(key_agreement_scheme=discovery(), curve_spec=P256)
    assert keyring.curve_spec is P256
    assert isinstance(keyring.key_agreement_scheme, PublicKeyDiscovery)


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_a_private_key_under_a_password(encoding: Encoding) -> None:
    encrypted = KEY.private_bytes(encoding, PrivateFormat.PKCS8, BestAvailableEncryption(b"password"))

    with pytest.raises(exceptions.ArgumentValueError, match="password is to be read with load_pem_private_key"):
        discovery(recipient_static_private_key=encrypted)


@pytest.mark.parametrize("make", SCHEMES)
def test_keys_are_not_shown(make: Make) -> None:
    scheme = make()
    keyring = RawECDHKeyring(scheme, P256)

    assert repr(scheme) == f"{type(scheme).__name__}()"
    assert repr(keyring) == f"RawECDHKeyring(key_agreement_scheme={scheme!r}, curve_spec=ECC_NIST_P256)"


def test_a_private_key_that_cannot_be_read_is_not_quoted() -> None:
    pem = private(KEYS[P521], Encoding.PEM).decode()
    broken = pem.replace(pem[100:140], "")

    with pytest.raises(exceptions.ArgumentValueError) as caught:
        discovery(recipient_static_private_key=broken)
    text = "".join(traceback.format_exception(caught.value, chain=True))
    assert not any(line in text for line in broken.splitlines()[1:-1])


@pytest.mark.parametrize("make", SCHEMES)
@pytest.mark.parametrize("move", [pickle.dumps, copy.deepcopy])
def test_keyrings_are_not_pickled(make: Make, move: Callable[[object], object]) -> None:
    with pytest.raises(exceptions.CannotBePickledError, match="cannot be pickled; make a new one"):
        move(RawECDHKeyring(make(), P256))


def test_public_keys_in_der() -> None:
    assert ecdh_keys.public_key_der(KEY.public_key()) == public(KEY, Encoding.DER)


def der_length(length: int) -> bytes:
    return bytes((length,)) if length < 0x80 else bytes((0x81, length))


def subject_public_key_info(der: bytes, point: bytes) -> bytes:
    """Return the structure of ``der`` with this point in it."""
    header_length = 2 if der[1] < 0x80 else 3
    algorithm = der[header_length : header_length + 2 + der[header_length + 1]]
    content = algorithm + b"\x03" + der_length(1 + len(point)) + b"\x00" + point
    return b"\x30" + der_length(len(content)) + content


def test_the_structure_above_is_right() -> None:
    for key in KEYS.values():
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        assert subject_public_key_info(public(key, Encoding.DER), point) == public(key, Encoding.DER)
