"""What the constructors of the raw keyrings refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import WrappingAlgorithm
from aws_encryption_sdk.keyrings.raw import RawAESKeyring, RawRSAKeyring

pytestmark = [
    pytest.mark.specification("framework/keyring-interface.md", "key namespace", "key name", "key provider ID"),
    pytest.mark.specification("framework/raw-aes-keyring.md", "Initialization", "Wrapping Key", "Wrapping Algorithm"),
    pytest.mark.specification(
        "framework/raw-rsa-keyring.md",
        "Initialization",
        "Padding Scheme",
        "Supported Padding Schemes",
        "Public Key",
        "Private Key",
    ),
]

KEY, OTHER_KEY = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
CURVE_KEY = ec.generate_private_key(ec.SECP256R1())
CURVE_PRIVATE = CURVE_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
CURVE_PUBLIC = CURVE_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
SECRET = b"a secret wrapping key, 32 bytes."
PKCS1 = WrappingAlgorithm.RSA_PKCS1


def aes(**arguments: Any) -> RawAESKeyring:
    return RawAESKeyring(**{"key_namespace": "namespace", "key_name": "name", "wrapping_key": SECRET, **arguments})


def rsa_keyring(**arguments: Any) -> RawRSAKeyring:
    return RawRSAKeyring(
        **{
            "key_namespace": "namespace",
            "key_name": "name",
            "wrapping_algorithm": PKCS1,
            "private_wrapping_key": KEY,
            "public_wrapping_key": KEY.public_key(),
            **arguments,
        }
    )


@pytest.mark.parametrize("make", [aes, rsa_keyring])
@pytest.mark.parametrize("namespace", ["aws-kms", "aws-kms-hierarchy", "aws-kms-rsa", b"aws-kms"])
def test_the_namespace_of_aws_kms_is_not_to_be_had(make: Callable[..., object], namespace: str | bytes) -> None:
    with pytest.raises(exceptions.ArgumentValueError, match="aws-kms"):
        make(key_namespace=namespace)


@pytest.mark.parametrize("make", [aes, rsa_keyring])
def test_names_are_text_or_utf8(make: Callable[..., Any]) -> None:
    keyring = make(key_namespace="ü".encode(), key_name=b"name")

    assert (keyring.key_namespace, keyring.key_name) == ("ü", "name")
    assert (make(key_namespace="aws", key_name="").key_namespace, make(key_name="").key_name) == ("aws", "")
    for name in ("key_namespace", "key_name"):
        with pytest.raises(exceptions.ArgumentTypeError, match=name):
            make(**{name: None})
        with pytest.raises(exceptions.SerializationError, match=name):
            make(**{name: b"\xff"})


@pytest.mark.parametrize("length", [0, 1, 15, 17, 31, 33, 48, 64, 256])
def test_an_aes_key_has_128_192_or_256_bits(length: int) -> None:
    with pytest.raises(exceptions.ArgumentValueError, match=f"16, 24 or 32 bytes, not {length}"):
        aes(wrapping_key=bytes(length))


@pytest.mark.parametrize("key", [None, "text of 32 characters ..........", 32, [0] * 32])
def test_an_aes_key_is_bytes(key: object) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="wrapping_key must be bytes"):
        aes(wrapping_key=key)


def test_an_aes_key_may_be_any_kind_of_bytes_and_is_copied() -> None:
    key = bytearray(SECRET)
    keyring = aes(wrapping_key=key)
    key[:] = bytes(32)

    assert keyring._wrapping_key == SECRET
    assert aes(wrapping_key=memoryview(SECRET))._wrapping_key == SECRET


@pytest.mark.parametrize(
    ("arguments", "error", "reason"),
    [
        ({"private_wrapping_key": None, "public_wrapping_key": None}, exceptions.ArgumentTypeError, "At least one"),
        ({"public_wrapping_key": OTHER_KEY.public_key()}, exceptions.ArgumentValueError, "not a pair"),
        ({"public_wrapping_key": KEY}, exceptions.ArgumentTypeError, "public"),
        ({"private_wrapping_key": KEY.public_key()}, exceptions.ArgumentTypeError, "is a public key"),
        ({"private_wrapping_key": CURVE_KEY}, exceptions.ArgumentTypeError, "RSA"),
        ({"private_wrapping_key": CURVE_PRIVATE}, exceptions.ArgumentValueError, "not an RSA key"),
        ({"public_wrapping_key": CURVE_PUBLIC}, exceptions.ArgumentValueError, "not an RSA key"),
        ({"private_wrapping_key": b"key"}, exceptions.ArgumentValueError, "cannot be read"),
        ({"public_wrapping_key": b"-----BEGIN PUBLIC KEY-----"}, exceptions.ArgumentValueError, "cannot be read"),
        ({"public_wrapping_key": 5}, exceptions.ArgumentTypeError, "int"),
        ({"wrapping_algorithm": "RSA_PKCS1"}, exceptions.ArgumentTypeError, "WrappingAlgorithm"),
        (
            {"wrapping_algorithm": WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING},
            exceptions.InvalidAlgorithmError,
            "not an RSA wrapping algorithm",
        ),
    ],
)
def test_wrong_rsa_arguments(arguments: dict[str, Any], error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=reason):
        rsa_keyring(**arguments)


@pytest.mark.parametrize("make", [RawRSAKeyring.from_pem_encoding, RawRSAKeyring.from_der_encoding])
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, exceptions.ArgumentTypeError),
        ({"public_encoded_key": b"key"}, exceptions.ArgumentValueError),
        ({"private_encoded_key": b""}, exceptions.ArgumentValueError),
        ({"public_encoded_key": "key"}, exceptions.ArgumentValueError),
        ({"private_encoded_key": CURVE_PRIVATE}, exceptions.ArgumentValueError),
    ],
)
def test_wrong_encodings(make: Callable[..., object], arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        make("namespace", "name", PKCS1, **arguments)


def test_a_private_key_that_cannot_be_read_is_not_quoted() -> None:
    pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    broken = pem.replace(pem[100:140], "")

    with pytest.raises(exceptions.ArgumentValueError) as caught:
        rsa_keyring(private_wrapping_key=broken)
    lines = broken.splitlines()[1:-1]
    assert not any(line in f"{caught.value}{caught.value.__cause__}" for line in lines)


@pytest.mark.parametrize("keyring", [aes(), rsa_keyring()])
def test_keyrings_show_their_names_alone(keyring: object) -> None:
    assert repr(keyring) == f"{type(keyring).__name__}(key_namespace='namespace', key_name='name')"
