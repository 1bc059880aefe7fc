"""The raw AES keyring and the raw RSA keyring (framework/raw-aes-keyring.md, framework/raw-rsa-keyring.md)."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._message.encryption_context import serialize_encryption_context
from aws_encryption_sdk.identifiers import AlgorithmSuite, WrappingAlgorithm
from aws_encryption_sdk.keyrings.raw import RawAESKeyring, RawRSAKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .operation_materials import SUITES, data_key_for

pytestmark = [
    pytest.mark.specification(
        "framework/keyring-interface.md",
        "key provider ID",
        "key provider info",
        "OnEncrypt",
        "Generate Data Key",
        "Encrypt Data Key",
        "OnDecrypt",
        "Decrypt Data Key",
        "Security Considerations",
    ),
    pytest.mark.specification(
        "framework/raw-aes-keyring.md",
        "AES-GCM",
        "Wrapping Algorithm",
        "Key Provider Information",
        "Key Name",
        "Authentication Tag Length",
        "IV Length",
        "IV",
        "Ciphertext",
        "Encrypted Key",
        "Authentication Tag",
        "OnEncrypt",
        "OnDecrypt",
    ),
    pytest.mark.specification(
        "framework/raw-rsa-keyring.md", "Padding Scheme", "Public Key", "Private Key", "OnEncrypt", "OnDecrypt"
    ),
]

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"b": "2", "a": "1"}
KEY = rsa.generate_private_key(65537, 2048)
PADDINGS = [algorithm for algorithm in WrappingAlgorithm if algorithm.name.startswith("RSA")]
Keyring = RawAESKeyring | RawRSAKeyring


def aes(length: int = 32, namespace: str = "namespace", name: str = "name") -> RawAESKeyring:
    return RawAESKeyring(namespace, name, bytes(range(length)))


def rsa_pair(padding: WrappingAlgorithm = WrappingAlgorithm.RSA_OAEP_SHA256_MGF1) -> RawRSAKeyring:
    return RawRSAKeyring("namespace", "name", padding, KEY, KEY.public_key())


def empty(suite: AlgorithmSuite = SUITE, context: dict[str, str] | None = None) -> EncryptionMaterials:
    return EncryptionMaterials(suite, encryption_context=CONTEXT if context is None else context)


def unread(suite: AlgorithmSuite = SUITE, context: dict[str, str] | None = None) -> DecryptionMaterials:
    return DecryptionMaterials(algorithm=suite, encryption_context=CONTEXT if context is None else context)


def wrapped_by(keyring: Keyring) -> tuple[bytes, EncryptedDataKey]:
    made = keyring.on_encrypt(empty())
    assert made.data_encryption_key is not None
    return made.data_encryption_key.data_key, made.encrypted_data_keys[0]


BOTH = [pytest.param(aes, id="AES"), pytest.param(rsa_pair, id="RSA")]
Make = Callable[[], Keyring]


@pytest.mark.specification("framework/structures.md", "Ciphertext")
@pytest.mark.parametrize("make", BOTH)
@pytest.mark.parametrize("suite", SUITES)
def test_a_random_data_key_of_the_suites_length_is_made_wrapped_and_unwrapped(make: Make, suite: AlgorithmSuite) -> None:
    keyring, given = make(), empty(suite)
    made = keyring.on_encrypt(given)
    assert made.data_encryption_key is not None

    assert len(made.data_encryption_key.data_key) == suite.kdf_input_len
    assert len(made.encrypted_data_keys) == 1
    assert made.encrypted_data_keys[0].key_provider.provider_id == "namespace"
    read = keyring.on_decrypt(unread(suite), made.encrypted_data_keys)
    assert read.data_encryption_key is not None
    assert read.data_encryption_key.data_key == made.data_encryption_key.data_key
    assert (given.data_encryption_key, len(given.encrypted_data_keys)) == (None, 0)


@pytest.mark.parametrize("make", BOTH)
def test_every_data_key_is_new(make: Make) -> None:
    keyring = make()

    assert len({wrapped_by(keyring) for _ in range(20)}) == 20
    assert len({wrapped_by(keyring)[0] for _ in range(20)}) == 20


@pytest.mark.parametrize("make", BOTH)
def test_a_data_key_that_is_there_is_wrapped_and_put_last(make: Make) -> None:
    first = EncryptedDataKey(MasterKeyInfo("first", b""), b"")
    given = EncryptionMaterials(SUITE, data_key_for(SUITE), [first], CONTEXT)
    made = make().on_encrypt(given)

    assert made.data_encryption_key is given.data_encryption_key
    assert made.encrypted_data_keys[0] is first
    read = make().on_decrypt(unread(), made.encrypted_data_keys[1:])
    assert read.data_encryption_key is not None
    assert read.data_encryption_key.data_key == data_key_for(SUITE).data_key


@pytest.mark.parametrize("make", BOTH)
def test_materials_with_a_data_key_are_returned_unchanged_on_decrypt(make: Make) -> None:
    given = unread().with_data_encryption_key(data_key_for(SUITE))

    assert make().on_decrypt(given, [wrapped_by(make())[1]]) is given


@pytest.mark.parametrize("make", BOTH)
def test_keys_are_tried_in_order_and_others_are_passed_over(make: Make) -> None:
    keyring = make()
    data_key, good = wrapped_by(keyring)
    others = [
        EncryptedDataKey(MasterKeyInfo("another", good.key_provider.key_info), good.encrypted_data_key),
        EncryptedDataKey(MasterKeyInfo("namespace", b"another"), good.encrypted_data_key),
        EncryptedDataKey(good.key_provider, good.encrypted_data_key[:-1] + bytes((good.encrypted_data_key[-1] ^ 1,))),
        EncryptedDataKey(good.key_provider, b""),
        EncryptedDataKey(MasterKeyInfo("namespace", b""), b""),
    ]
    read = keyring.on_decrypt(unread(), [*others, good, wrapped_by(keyring)[1]])
    assert read.data_encryption_key is not None
    assert read.data_encryption_key.data_key == data_key

    given = unread()
    with pytest.raises(exceptions.UnwrapDataKeyError, match="Unable to decrypt any data key") as caught:
        keyring.on_decrypt(given, others)
    assert len(caught.value.errors) == len(others)
    assert given.data_encryption_key is None
    with pytest.raises(exceptions.UnwrapDataKeyError):
        keyring.on_decrypt(given, [])


def test_the_parts_of_a_data_key_wrapped_with_aes() -> None:
    for length in (16, 24, 32):
        data_key, wrapped = wrapped_by(aes(length))
        info = wrapped.key_provider.key_info
        assert info[:-12] == b"name" + (128).to_bytes(4, "big") + (12).to_bytes(4, "big")
        expected = AESGCM(bytes(range(length))).encrypt(info[-12:], data_key, serialize_encryption_context(CONTEXT))
        assert wrapped.encrypted_data_key == expected
    assert len({wrapped_by(aes())[1].key_provider.key_info[-12:] for _ in range(50)}) == 50


@pytest.mark.parametrize("alter", ["name", "tag length", "IV length", "IV", "shorter", "no IV", "longer", "no lengths"])
def test_key_provider_information_of_another_aes_key(alter: str) -> None:
    _, good = wrapped_by(aes())
    info, iv = good.key_provider.key_info, good.key_provider.key_info[-12:]
    altered = {
        "name": b"Name" + info[4:],
        "tag length": b"name" + (96).to_bytes(4, "big") + info[8:],
        "IV length": info[:8] + (16).to_bytes(4, "big") + iv,
        "IV": info[:-12] + iv[::-1],
        "shorter": info[:-1],
        "no IV": info[:-12],
        "longer": info + b"\x00",
        "no lengths": b"name" + iv,
    }[alter]

    with pytest.raises(exceptions.UnwrapDataKeyError):
        aes().on_decrypt(unread(), [EncryptedDataKey(MasterKeyInfo("namespace", altered), good.encrypted_data_key)])


@pytest.mark.parametrize("length", [8, 13, 16])
def test_an_iv_of_another_length_is_not_used(length: int) -> None:
    """Not even where the data key was wrapped with it."""
    iv = bytes(range(length))
    wrapped = AESGCM(bytes(range(32))).encrypt(iv, data_key_for(SUITE).data_key, serialize_encryption_context(CONTEXT))
    for stated in (12, length):
        info = b"name" + (128).to_bytes(4, "big") + stated.to_bytes(4, "big") + iv
        with pytest.raises(exceptions.UnwrapDataKeyError):
            aes().on_decrypt(unread(), [EncryptedDataKey(MasterKeyInfo("namespace", info), wrapped)])


def test_aes_authenticates_the_encryption_context_and_every_byte() -> None:
    _, good = wrapped_by(aes())
    ciphertext = good.encrypted_data_key
    for context in ({}, {"a": "1"}, {"a": "1", "b": "3"}, {**CONTEXT, "c": ""}):
        with pytest.raises(exceptions.UnwrapDataKeyError):
            aes().on_decrypt(unread(context=context), [good])
    for at in range(len(ciphertext)):
        altered = ciphertext[:at] + bytes((ciphertext[at] ^ 1,)) + ciphertext[at + 1 :]
        with pytest.raises(exceptions.UnwrapDataKeyError):
            aes().on_decrypt(unread(), [EncryptedDataKey(good.key_provider, altered)])
    for length in range(len(ciphertext)):
        with pytest.raises(exceptions.UnwrapDataKeyError):
            aes().on_decrypt(unread(), [EncryptedDataKey(good.key_provider, ciphertext[:length])])


@pytest.mark.parametrize("context", [{"\ud800": ""}, {"k": "v" * 0x10000}], ids=["surrogate", "long"])
def test_an_encryption_context_that_cannot_be_serialized_fails(context: dict[str, str]) -> None:
    with pytest.raises(exceptions.SerializationError):
        aes().on_encrypt(empty(context=context))
    with pytest.raises(exceptions.AWSEncryptionSDKClientError):
        aes().on_decrypt(unread(context=context), [wrapped_by(aes())[1]])


@pytest.mark.parametrize("make", [aes, lambda: aes(16), rsa_pair])
def test_a_data_key_for_another_suite_is_refused(make: Make) -> None:
    made = make().on_encrypt(empty(AlgorithmSuite.AES_128_GCM_IV12_TAG16))

    with pytest.raises(exceptions.UnwrapDataKeyError, match="not made with this wrapping key"):
        make().on_decrypt(unread(), made.encrypted_data_keys)


@pytest.mark.parametrize("padding", PADDINGS)
def test_the_parts_of_a_data_key_wrapped_with_rsa(padding: WrappingAlgorithm) -> None:
    data_key, wrapped = wrapped_by(rsa_pair(padding))

    assert wrapped.key_provider == MasterKeyInfo("namespace", b"name")
    assert KEY.decrypt(wrapped.encrypted_data_key, padding.rsa_padding()) == data_key


@pytest.mark.parametrize("written", PADDINGS)
@pytest.mark.parametrize("read", PADDINGS)
def test_another_padding_does_not_open(written: WrappingAlgorithm, read: WrappingAlgorithm) -> None:
    data_key, wrapped = wrapped_by(rsa_pair(written))
    try:
        materials = rsa_pair(read).on_decrypt(unread(), [wrapped])
    except exceptions.UnwrapDataKeyError:
        assert written is not read
        return
    # PKCS #1 v1.5 may answer a wrong padding with random bytes; the header's tag then fails.
    assert materials.data_encryption_key is not None
    assert (materials.data_encryption_key.data_key == data_key) is (written is read)


def test_one_key_of_the_pair_is_enough_for_one_direction() -> None:
    padding = WrappingAlgorithm.RSA_OAEP_SHA256_MGF1
    public = RawRSAKeyring("namespace", "name", padding, public_wrapping_key=KEY.public_key())
    private = RawRSAKeyring("namespace", "name", padding, private_wrapping_key=KEY)
    data_key, wrapped = wrapped_by(public)

    read = private.on_decrypt(unread(), [wrapped])
    assert read.data_encryption_key is not None
    assert read.data_encryption_key.data_key == data_key
    with pytest.raises(exceptions.EncryptKeyError, match="no public key"):
        private.on_encrypt(empty())
    with pytest.raises(exceptions.UnwrapDataKeyError, match="no private key"):
        public.on_decrypt(unread(), [wrapped])


def test_an_rsa_key_that_is_too_short_for_the_padding() -> None:
    small = rsa.generate_private_key(65537, 1024)
    keyring = RawRSAKeyring("n", "k", WrappingAlgorithm.RSA_OAEP_SHA512_MGF1, small, small.public_key())

    with pytest.raises(exceptions.EncryptKeyError, match="1024 bits is too short") as caught:
        keyring.on_encrypt(empty())
    assert isinstance(caught.value, exceptions.GenerateKeyError)
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
@pytest.mark.parametrize("layout", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("public_layout", [PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1])
def test_encoded_rsa_keys(encoding: Encoding, layout: PrivateFormat, public_layout: PublicFormat) -> None:
    private, public = (
        KEY.private_bytes(encoding, layout, NoEncryption()),
        KEY.public_key().public_bytes(encoding, public_layout),
    )
    padding = WrappingAlgorithm.RSA_PKCS1
    make = RawRSAKeyring.from_pem_encoding if encoding is Encoding.PEM else RawRSAKeyring.from_der_encoding
    data_key, wrapped = wrapped_by(RawRSAKeyring("namespace", "name", padding, KEY, KEY.public_key()))

    for keyring in (
        make("namespace", "name", padding, public, private),
        RawRSAKeyring("namespace", "name", padding, private, public),
    ):
        read = keyring.on_decrypt(unread(), [wrapped])
        assert read.data_encryption_key is not None
        assert read.data_encryption_key.data_key == data_key
        assert wrapped_by(keyring)[1].key_provider == wrapped.key_provider


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_encrypted_private_keys(encoding: Encoding) -> None:
    private = KEY.private_bytes(encoding, PrivateFormat.PKCS8, BestAvailableEncryption(b"password"))
    make = RawRSAKeyring.from_pem_encoding if encoding is Encoding.PEM else RawRSAKeyring.from_der_encoding
    data_key, wrapped = wrapped_by(rsa_pair(WrappingAlgorithm.RSA_PKCS1))

    keyring = make("namespace", "name", WrappingAlgorithm.RSA_PKCS1, private_encoded_key=private, password=b"password")
    read = keyring.on_decrypt(unread(), [wrapped])
    assert read.data_encryption_key is not None
    assert read.data_encryption_key.data_key == data_key
    for password in (None, b"wrong"):
        with pytest.raises(exceptions.ArgumentValueError, match="cannot be read"):
            make("n", "k", WrappingAlgorithm.RSA_PKCS1, private_encoded_key=private, password=password)


@pytest.mark.parametrize("kind", ["AES", "RSA"])
def test_a_raw_keyring_says_that_it_cannot_be_pickled(kind: str) -> None:
    key = rsa.generate_private_key(65537, 2048)
    keyring = (
        RawAESKeyring("namespace", "name", bytes(range(32)))
        if kind == "AES"
        else RawRSAKeyring("namespace", "name", WrappingAlgorithm.RSA_OAEP_SHA256_MGF1, key, key.public_key())
    )
    with pytest.raises(exceptions.CannotBePickledError, match="holds a secret key"):
        pickle.dumps(keyring)
    assert copy.copy(keyring) is keyring is copy.deepcopy(keyring)
