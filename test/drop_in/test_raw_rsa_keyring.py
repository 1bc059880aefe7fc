"""Programs with the raw RSA keyring: key objects, PEM and DER, both halves or one of them."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import aws_encryption_sdk
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, DecryptKeyError, EncryptKeyError
from aws_encryption_sdk.identifiers import WrappingAlgorithm
from aws_encryption_sdk.keyrings.raw import RawRSAKeyring

OAEP = WrappingAlgorithm.RSA_OAEP_SHA256_MGF1
RSA_ALGORITHMS = [algorithm for algorithm in WrappingAlgorithm if algorithm.name.startswith("RSA_")]


def encoded_private(
    key: rsa.RSAPrivateKey,
    encoding: serialization.Encoding,
    private_format: serialization.PrivateFormat = serialization.PrivateFormat.TraditionalOpenSSL,
    password: bytes | None = None,
) -> bytes:
    """Encode a private key as programs store it."""
    return key.private_bytes(
        encoding=encoding,
        format=private_format,
        encryption_algorithm=serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption(),
    )


def encoded_public(key: rsa.RSAPrivateKey, encoding: serialization.Encoding) -> bytes:
    """Encode a public key as programs store it."""
    return key.public_key().public_bytes(encoding=encoding, format=serialization.PublicFormat.SubjectPublicKeyInfo)


def cycled(encrypting: RawRSAKeyring, decrypting: RawRSAKeyring) -> bytes:
    """Encrypt with one keyring and decrypt with the other."""
    ciphertext = aws_encryption_sdk.encrypt(source=b"secret", encryption_context={"a": "b"}, keyring=encrypting).result
    plaintext: bytes = aws_encryption_sdk.decrypt(source=ciphertext, keyring=decrypting).result
    return plaintext


def test_there_are_five_paddings() -> None:
    assert len(RSA_ALGORITHMS) == 5


@pytest.mark.parametrize("wrapping_algorithm", RSA_ALGORITHMS, ids=lambda algorithm: algorithm.name)
def test_key_objects(private_key: rsa.RSAPrivateKey, wrapping_algorithm: WrappingAlgorithm) -> None:
    keyring = RawRSAKeyring(
        key_namespace="some managed raw keys",
        key_name="my RSA wrapping key",
        wrapping_algorithm=wrapping_algorithm,
        private_wrapping_key=private_key,
        public_wrapping_key=private_key.public_key(),
    )
    assert cycled(keyring, keyring) == b"secret"


def test_positional_arguments(private_key: rsa.RSAPrivateKey) -> None:
    keyring = RawRSAKeyring("ns", "name", OAEP, private_key, private_key.public_key())
    assert cycled(keyring, keyring) == b"secret"
    header = aws_encryption_sdk.encrypt(source=b"x", keyring=keyring).header
    assert [(key.key_provider.provider_id, key.key_provider.key_info) for key in header.encrypted_data_keys] == [
        ("ns", b"name")
    ]
    # Tests of programs look at these.
    assert keyring._private_wrapping_key is private_key
    assert isinstance(keyring._public_wrapping_key, rsa.RSAPublicKey)


def test_public_key_encrypts_and_private_key_decrypts(private_key: rsa.RSAPrivateKey) -> None:
    public = RawRSAKeyring("ns", "name", OAEP, public_wrapping_key=private_key.public_key())
    private = RawRSAKeyring("ns", "name", OAEP, private_wrapping_key=private_key)
    assert cycled(public, private) == b"secret"


def test_public_key_alone_does_not_decrypt(private_key: rsa.RSAPrivateKey) -> None:
    public = RawRSAKeyring("ns", "name", OAEP, public_wrapping_key=private_key.public_key())
    ciphertext, _ = aws_encryption_sdk.encrypt(source=b"secret", keyring=public)
    with pytest.raises(DecryptKeyError):
        aws_encryption_sdk.decrypt(source=ciphertext, keyring=public)


def test_private_key_alone_does_not_encrypt(private_key: rsa.RSAPrivateKey) -> None:
    private = RawRSAKeyring("ns", "name", OAEP, private_wrapping_key=private_key)
    with pytest.raises(EncryptKeyError):
        aws_encryption_sdk.encrypt(source=b"secret", keyring=private)


@pytest.mark.parametrize("password", [None, b"open sesame"], ids=["plain", "password"])
def test_pem(private_key: rsa.RSAPrivateKey, password: bytes | None) -> None:
    keyring = RawRSAKeyring.from_pem_encoding(
        key_namespace="ns",
        key_name="name",
        wrapping_algorithm=OAEP,
        public_encoded_key=encoded_public(private_key, serialization.Encoding.PEM),
        private_encoded_key=encoded_private(private_key, serialization.Encoding.PEM, password=password),
        password=password,
    )
    assert cycled(keyring, keyring) == b"secret"


@pytest.mark.parametrize("password", [None, b"open sesame"], ids=["plain", "password"])
def test_der(private_key: rsa.RSAPrivateKey, password: bytes | None) -> None:
    keyring = RawRSAKeyring.from_der_encoding(
        key_namespace="ns",
        key_name="name",
        wrapping_algorithm=OAEP,
        public_encoded_key=encoded_public(private_key, serialization.Encoding.DER),
        private_encoded_key=encoded_private(
            private_key, serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, password
        ),
        password=password,
    )
    assert cycled(keyring, keyring) == b"secret"


def test_encodings_one_half_at_a_time_and_by_position(private_key: rsa.RSAPrivateKey) -> None:
    for encoding, build in (
        (serialization.Encoding.PEM, RawRSAKeyring.from_pem_encoding),
        (serialization.Encoding.DER, RawRSAKeyring.from_der_encoding),
    ):
        public = build("ns", "name", OAEP, encoded_public(private_key, encoding))
        private = build("ns", "name", OAEP, None, encoded_private(private_key, encoding))
        assert cycled(public, private) == b"secret"
        with pytest.raises(EncryptKeyError):
            aws_encryption_sdk.encrypt(source=b"secret", keyring=private)


def test_no_key_at_all() -> None:
    for build in (RawRSAKeyring, RawRSAKeyring.from_pem_encoding, RawRSAKeyring.from_der_encoding):
        with pytest.raises(TypeError):
            build("ns", "name", OAEP)


def test_halves_of_different_pairs(private_key: rsa.RSAPrivateKey) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(ValueError, match=r"(?i)pair|match|belong"):
        RawRSAKeyring("ns", "name", OAEP, private_key, other.public_key())


def test_reserved_namespace(private_key: rsa.RSAPrivateKey) -> None:
    with pytest.raises(ValueError, match="aws-kms"):
        RawRSAKeyring("aws-kms", "name", OAEP, private_key)


def test_padding_has_to_be_the_same(private_key: rsa.RSAPrivateKey) -> None:
    pairs = [(OAEP, WrappingAlgorithm.RSA_OAEP_SHA1_MGF1), (OAEP, WrappingAlgorithm.RSA_PKCS1)]
    for one, other in pairs + [(other, one) for one, other in pairs]:
        encrypting = RawRSAKeyring("ns", "name", one, public_wrapping_key=private_key.public_key())
        decrypting = RawRSAKeyring("ns", "name", other, private_wrapping_key=private_key)
        # An unpadded key of random length or content may come out of PKCS1; it must not open the message in any case.
        with pytest.raises(AWSEncryptionSDKClientError):
            cycled(encrypting, decrypting)


def test_wrong_password(private_key: rsa.RSAPrivateKey) -> None:
    pem = encoded_private(private_key, serialization.Encoding.PEM, password=b"right")
    with pytest.raises((ValueError, TypeError, AWSEncryptionSDKClientError)):
        RawRSAKeyring.from_pem_encoding("ns", "name", OAEP, private_encoded_key=pem, password=b"wrong")
