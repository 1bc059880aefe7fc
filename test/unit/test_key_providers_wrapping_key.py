"""The wrapping keys of raw master keys."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._message.encryption_context import serialize_encryption_context
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKeyConfig, WrappingKey

from .raw_wrapping_keys import (
    AES,
    AES_WRAPPINGS,
    CONTEXT,
    KEY,
    OAEP,
    OTHER_KEY,
    PADDINGS,
    PRIVATE_PEM,
    PUBLIC_PEM,
    aes_key,
    private,
    public,
)


@pytest.mark.parametrize("length", [16, 24, 32])
@pytest.mark.parametrize("algorithm", AES_WRAPPINGS)
def test_aes_wraps_with_the_context_whatever_the_name_says_of_the_length(algorithm: WrappingAlgorithm, length: int) -> None:
    secret = bytes(range(length))
    wrapped = aes_key(secret, algorithm).encrypt(b"d" * 32, CONTEXT)
    assert wrapped.iv is not None
    assert wrapped.tag is not None
    assert (len(wrapped.iv), len(wrapped.ciphertext), len(wrapped.tag)) == (12, 32, 16)
    associated_data = serialize_encryption_context(CONTEXT)
    assert AESGCM(secret).decrypt(wrapped.iv, wrapped.ciphertext + wrapped.tag, associated_data) == b"d" * 32
    assert aes_key(secret, algorithm).decrypt(wrapped, CONTEXT) == b"d" * 32
    assert aes_key(secret, algorithm).decrypt(wrapped, {b"a": b"1", b"b": b"2"}) == b"d" * 32  # type: ignore[dict-item]


def test_a_wrong_aes_key_or_context() -> None:
    wrapped = aes_key().encrypt(b"d" * 32, CONTEXT)
    for key, context in ((aes_key(bytes(32)), CONTEXT), (aes_key(), {}), (aes_key(), {**CONTEXT, "c": "3"})):
        with pytest.raises(exceptions.DecryptKeyError) as caught:
            key.decrypt(wrapped, context)
        assert isinstance(caught.value, InvalidTag)
        assert isinstance(caught.value.__cause__, InvalidTag)


@pytest.mark.parametrize("padding", PADDINGS)
def test_rsa_wraps_with_either_half_and_unwraps_with_the_private_one(padding: WrappingAlgorithm) -> None:
    for writer in (private(padding), public(padding)):
        wrapped = writer.encrypt(b"d" * 32, CONTEXT)
        assert (wrapped.iv, wrapped.tag, len(wrapped.ciphertext)) == (None, None, 256)
        assert KEY.decrypt(wrapped.ciphertext, padding.rsa_padding()) == b"d" * 32
        assert private(padding).decrypt(wrapped, {}) == b"d" * 32
    with pytest.raises(exceptions.IncorrectMasterKeyError, match="Public key cannot decrypt"):
        public(padding).decrypt(wrapped, CONTEXT)


@pytest.mark.parametrize("padding", [padding for padding in PADDINGS if padding is not WrappingAlgorithm.RSA_PKCS1])
def test_a_wrong_rsa_key_tells_nothing(padding: WrappingAlgorithm) -> None:
    wrapped = private(padding, OTHER_KEY).encrypt(b"d" * 32, CONTEXT)
    with pytest.raises(exceptions.IncorrectMasterKeyError) as caught:
        private(padding).decrypt(wrapped, CONTEXT)
    assert caught.value.__cause__ is None


def test_an_rsa_key_that_is_too_short() -> None:
    short = rsa.generate_private_key(65537, 1024)
    with pytest.raises(exceptions.EncryptKeyError, match="1024 bits is too short"):
        private(WrappingAlgorithm.RSA_OAEP_SHA512_MGF1, short).encrypt(b"d" * 32, CONTEXT)


@pytest.mark.parametrize(
    "key",
    [
        PRIVATE_PEM,
        PRIVATE_PEM.decode(),
        KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        KEY,
    ],
    ids=["PEM", "text", "DER", "PKCS #1", "object"],
)
def test_forms_of_a_private_key(key: Any) -> None:
    assert private(key=key).decrypt(public().encrypt(b"d" * 32, {}), {}) == b"d" * 32


def test_an_encrypted_private_key() -> None:
    pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"correct"))
    key = WrappingKey(
        wrapping_algorithm=OAEP, wrapping_key=pem, wrapping_key_type=EncryptionKeyType.PRIVATE, password=b"correct"
    )
    assert key.decrypt(public().encrypt(b"d" * 32, {}), {}) == b"d" * 32
    for password in (None, b"wrong"):
        with pytest.raises(exceptions.ArgumentValueError):
            WrappingKey(OAEP, pem, EncryptionKeyType.PRIVATE, password)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((AES, bytes(15), EncryptionKeyType.SYMMETRIC), exceptions.ArgumentValueError),
        ((AES, b"", EncryptionKeyType.SYMMETRIC), exceptions.ArgumentValueError),
        ((AES, "text of thirty-two characters ...", EncryptionKeyType.SYMMETRIC), exceptions.ArgumentTypeError),
        ((AES, PRIVATE_PEM, EncryptionKeyType.PRIVATE), exceptions.InvalidAlgorithmError),
        ((OAEP, bytes(32), EncryptionKeyType.SYMMETRIC), exceptions.InvalidAlgorithmError),
        ((OAEP, bytes(32), EncryptionKeyType.PRIVATE), exceptions.ArgumentValueError),
        ((OAEP, PUBLIC_PEM, EncryptionKeyType.PRIVATE), exceptions.ArgumentValueError),
        ((OAEP, PRIVATE_PEM, EncryptionKeyType.PUBLIC), exceptions.ArgumentValueError),
        ((OAEP, ec.generate_private_key(ec.SECP256R1()), EncryptionKeyType.PRIVATE), exceptions.ArgumentTypeError),
        ((AES, bytes(32), "symmetric"), exceptions.InvalidDataKeyError),
        ((AES, bytes(32), None), exceptions.InvalidDataKeyError),
        (("AES", bytes(32), EncryptionKeyType.SYMMETRIC), exceptions.ArgumentTypeError),
    ],
)
def test_wrapping_keys_that_cannot_be(arguments: tuple[Any, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        WrappingKey(*arguments)


def test_what_shows_of_a_wrapping_key() -> None:
    assert repr(aes_key()) == "WrappingKey(AES_256_GCM_IV12_TAG16_NO_PADDING, SYMMETRIC)"
    config = RawMasterKeyConfig(key_id="name", provider_id="namespace", wrapping_key=aes_key(b"0123456789abcdef"))
    assert "0123456789abcdef" not in repr(config)
    assert (aes_key().wrapping_algorithm, aes_key().wrapping_key_type) == (AES, EncryptionKeyType.SYMMETRIC)
    assert aes_key()._wrapping_key == bytes(range(32))


def test_classes_of_versions_1_to_4_reach_a_symmetric_key() -> None:
    assert aes_key(b"s" * 32)._derived_wrapping_key == b"s" * 32
    for key in (private(), public()):
        assert not hasattr(key, "_derived_wrapping_key")


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda key: pickle.loads(pickle.dumps(key))])
def test_copies_of_a_symmetric_key_do_what_it_does(make: Callable[[WrappingKey], WrappingKey]) -> None:
    key = aes_key(b"s" * 32)
    made = make(key)
    assert made is not key
    assert repr(made) == repr(key)
    assert made.decrypt(key.encrypt(b"d" * 32, CONTEXT), CONTEXT) == b"d" * 32
    assert key.decrypt(made.encrypt(b"d" * 32, CONTEXT), CONTEXT) == b"d" * 32
    config = RawMasterKeyConfig(key_id="k", provider_id="p", wrapping_key=key)
    assert make(config).key_id == b"k"  # type: ignore[arg-type, attr-defined]


def test_rsa_keys_are_not_pickled() -> None:
    for key in (private(), public()):
        with pytest.raises(TypeError):
            pickle.dumps(key)
        assert copy.copy(key)._wrapping_key is key._wrapping_key


def test_a_state_of_the_released_package_is_taken() -> None:
    key: WrappingKey = object.__new__(WrappingKey)
    key.__setstate__(
        {
            "wrapping_algorithm": AES,
            "wrapping_key_type": EncryptionKeyType.SYMMETRIC,
            "_wrapping_key": b"s" * 32,
            "_derived_wrapping_key": b"s" * 32,
        }
    )
    assert key.decrypt(aes_key(b"s" * 32).encrypt(b"d" * 32, {}), {}) == b"d" * 32
