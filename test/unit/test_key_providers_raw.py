"""Raw master keys, their providers and wrapping keys (framework/raw-aes-keyring.md, framework/raw-rsa-keyring.md)."""

from __future__ import annotations

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
    PublicFormat,
)

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._message.encryption_context import serialize_encryption_context
from aws_encryption_sdk.identifiers import AlgorithmSuite, EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKey, RawMasterKeyConfig, RawMasterKeyProvider, WrappingKey
from aws_encryption_sdk.keyrings.raw import RawAESKeyring, RawRSAKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .operation_materials import SUITES, data_key_for

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"b": "2", "a": "1"}
KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)
PADDINGS = [algorithm for algorithm in WrappingAlgorithm if algorithm.name.startswith("RSA")]
AES_WRAPPINGS = [algorithm for algorithm in WrappingAlgorithm if algorithm.name.startswith("AES")]
AES = WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING
OAEP = WrappingAlgorithm.RSA_OAEP_SHA256_MGF1
PRIVATE_PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC_PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def aes_key(secret: bytes = bytes(range(32)), algorithm: WrappingAlgorithm = AES) -> WrappingKey:
    return WrappingKey(algorithm, secret, EncryptionKeyType.SYMMETRIC)


def private(algorithm: WrappingAlgorithm = OAEP, key: Any = PRIVATE_PEM) -> WrappingKey:
    return WrappingKey(algorithm, key, EncryptionKeyType.PRIVATE)


def public(algorithm: WrappingAlgorithm = OAEP, key: Any = PUBLIC_PEM) -> WrappingKey:
    return WrappingKey(algorithm, key, EncryptionKeyType.PUBLIC)


class Provider(RawMasterKeyProvider):
    """Has the wrapping keys that it is told."""

    provider_id = "namespace"

    def __new__(cls, *_: Any) -> Provider:
        return super().__new__(cls)

    def __init__(self, keys: dict[bytes, WrappingKey]) -> None:
        self.keys = keys
        for name in keys:
            self.add_master_key(name)

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        return self.keys[key_id]


def master_key(wrapping_key: WrappingKey | None = None, name: str = "name") -> RawMasterKey:
    return RawMasterKey(key_id=name, provider_id="namespace", wrapping_key=wrapping_key or aes_key())


BOTH = [pytest.param(aes_key(), id="AES"), pytest.param(private(), id="RSA")]


# --- wrapping keys -----------------------------------------------------------------------------------------------------


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


# --- master keys -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrapping_key", BOTH)
@pytest.mark.parametrize("suite", SUITES)
def test_a_random_data_key_of_the_suites_length_is_made_wrapped_and_unwrapped(
    wrapping_key: WrappingKey, suite: AlgorithmSuite
) -> None:
    key = master_key(wrapping_key)
    made = [key.generate_data_key(suite, CONTEXT) for _ in range(5)]
    assert len({data_key.data_key for data_key in made}) == 5
    assert {len(data_key.data_key) for data_key in made} == {suite.kdf_input_len}
    for data_key in made:
        wrapped = EncryptedDataKey.from_data_key(data_key)
        assert key.owns_data_key(wrapped)
        assert key.decrypt_data_key(wrapped, suite, CONTEXT) == data_key
        again = key.encrypt_data_key(data_key, suite, CONTEXT)
        assert again != wrapped
        assert key.decrypt_data_key(again, suite, CONTEXT).data_key == data_key.data_key


def test_what_is_written_is_what_keyrings_write() -> None:
    materials = EncryptionMaterials(SUITE, encryption_context=CONTEXT)
    unread = DecryptionMaterials(algorithm=SUITE, encryption_context=CONTEXT)
    pairs = [
        (master_key(), RawAESKeyring("namespace", "name", bytes(range(32)))),
        (master_key(private()), RawRSAKeyring("namespace", "name", OAEP, KEY, KEY.public_key())),
    ]
    for key, keyring in pairs:
        for writer, reader in ((key, keyring), (keyring, key)):
            made = writer.on_encrypt(materials)
            read = reader.on_decrypt(unread, made.encrypted_data_keys)
            assert made.data_encryption_key is not None
            assert read.data_encryption_key is not None
            assert read.data_encryption_key.data_key == made.data_encryption_key.data_key
    info = master_key().generate_data_key(SUITE, CONTEXT).key_provider.key_info
    assert info[:-12] == b"name" + bytes.fromhex("00000080 0000000c")
    assert master_key(private()).generate_data_key(SUITE, CONTEXT).key_provider == MasterKeyInfo("namespace", b"name")


@pytest.mark.parametrize("wrapping_key", BOTH)
def test_what_a_raw_master_key_owns(wrapping_key: WrappingKey) -> None:
    key = master_key(wrapping_key)
    data_key, owned = key.generate_data_key(SUITE, CONTEXT), key.key_provider
    info = data_key.key_provider.key_info
    for provider_id, key_info in (
        ("another", info),
        ("namespace", info + b"x"),
        ("namespace", b"x" + info),
        ("namespace", info[:-1]),
        ("namespace", b""),
        ("namespace", b"another"),
    ):
        foreign = EncryptedDataKey(MasterKeyInfo(provider_id, key_info), data_key.encrypted_data_key)
        assert not key.owns_data_key(foreign)
        with pytest.raises(exceptions.IncorrectMasterKeyError):
            key.decrypt_data_key(foreign, SUITE, CONTEXT)
    assert key.owns_data_key(data_key)
    assert owned == MasterKeyInfo("namespace", b"name")


@pytest.mark.parametrize("padding", PADDINGS)
def test_an_rsa_data_key_of_another_length_fails_like_one_that_does_not_open(padding: WrappingAlgorithm) -> None:
    key = master_key(private(padding))
    short = EncryptedDataKey(key.key_provider, private(padding).encrypt(b"d" * 16, {}).ciphertext)
    altered = EncryptedDataKey(key.key_provider, b"\x01" * 256)
    said = set()
    for wrapped in (short, altered, EncryptedDataKey(key.key_provider, b"x")):
        with pytest.raises(exceptions.IncorrectMasterKeyError) as caught:
            key.decrypt_data_key(wrapped, SUITE, CONTEXT)
        said.add(str(caught.value))
    assert len(said) == 1


@pytest.mark.parametrize("cut", [0, 1, 15, 16, 17, 47])
def test_an_aes_data_key_that_is_cut_off(cut: int) -> None:
    made = master_key().generate_data_key(SUITE, CONTEXT)
    wrapped = EncryptedDataKey(made.key_provider, made.encrypted_data_key[:cut])
    with pytest.raises(exceptions.DecryptKeyError):
        master_key().decrypt_data_key(wrapped, SUITE, CONTEXT)


def test_the_key_id_can_be_set() -> None:
    key = master_key()
    key.key_id = b"renamed"
    made = EncryptedDataKey.from_data_key(key.generate_data_key(SUITE, CONTEXT))
    assert made.key_provider.key_info.startswith(b"renamed\x00")
    assert master_key(name="renamed").decrypt_data_key(made, SUITE, CONTEXT).data_key
    key.key_id = "as text"  # type: ignore[assignment]
    assert key.generate_data_key(SUITE, CONTEXT).key_provider.key_info.startswith(b"as text\x00")


@pytest.mark.parametrize(
    "arguments",
    [
        {"key_id": "name", "provider_id": "namespace"},
        {"key_id": "name", "wrapping_key": aes_key()},
        {"key_id": "name", "provider_id": "namespace", "wrapping_key": bytes(32)},
        {"key_id": "name", "provider_id": 1, "wrapping_key": aes_key()},
        {"key_id": None, "provider_id": "namespace", "wrapping_key": aes_key()},
    ],
)
def test_wrong_arguments_of_a_master_key(arguments: dict[str, Any]) -> None:
    with pytest.raises(exceptions.ArgumentTypeError):
        RawMasterKey(**arguments)


def test_forms_of_arguments() -> None:
    config = RawMasterKeyConfig(key_id="näme", provider_id="spåce".encode(), wrapping_key=aes_key())
    assert (config.key_id, config.provider_id) == ("näme".encode(), "spåce")
    with pytest.raises(exceptions.SerializationError):
        RawMasterKeyConfig(key_id="name", provider_id=b"\xff", wrapping_key=aes_key())


# --- providers ---------------------------------------------------------------------------------------------------------


def test_a_provider_asks_for_the_wrapping_key_of_each_id() -> None:
    provider = Provider({b"one": aes_key(), b"two": private()})
    assert provider.master_key("one").config.wrapping_key is provider.keys[b"one"]
    assert provider.master_key("two").key_provider == MasterKeyInfo("namespace", b"two")
    with pytest.raises(KeyError, match="three"):
        provider.add_master_key("three")


def test_a_provider_passes_over_what_it_cannot_open() -> None:
    provider = Provider({b"one": aes_key(), b"two": private(), b"three": public()})
    made = provider.on_encrypt(EncryptionMaterials(SUITE, encryption_context=CONTEXT))
    one, two, three = made.encrypted_data_keys
    assert made.data_encryption_key is not None
    plaintext = made.data_encryption_key.data_key
    wrong = [
        EncryptedDataKey(MasterKeyInfo("another", b"one"), b"x"),
        EncryptedDataKey(MasterKeyInfo("namespace", b"unknown"), b"x"),
        EncryptedDataKey(one.key_provider, one.encrypted_data_key[:-1] + bytes([one.encrypted_data_key[-1] ^ 1])),
        EncryptedDataKey(two.key_provider, b"x"),
        EncryptedDataKey(MasterKeyInfo("namespace", b"one"), b""),
        three,
    ]
    for good in (one, two):
        assert provider.decrypt_data_key_from_list([*wrong, good], SUITE, CONTEXT).data_key == plaintext
    with pytest.raises(exceptions.UnwrapDataKeyError) as caught:
        provider.decrypt_data_key_from_list(wrong, SUITE, CONTEXT)
    assert len(caught.value.errors) == 6
    with pytest.raises(exceptions.UnwrapDataKeyError):
        provider.decrypt_data_key_from_list([one], SUITE, {"b": "2"})


def test_a_provider_makes_no_master_keys_for_decryption() -> None:
    class Asked(Provider):
        def _get_raw_key(self, key_id: bytes) -> WrappingKey:
            raise AssertionError(key_id)

    made = EncryptedDataKey.from_data_key(master_key(private()).generate_data_key(SUITE, CONTEXT))
    with pytest.raises(exceptions.DecryptKeyError):
        Asked({}).decrypt_data_key(made, SUITE, CONTEXT)


def test_data_keys_of_others_are_wrapped() -> None:
    provider = Provider({b"one": aes_key(), b"two": private()})
    given = EncryptionMaterials(SUITE, data_key_for(SUITE), [], CONTEXT)
    for wrapped in provider.on_encrypt(given).encrypted_data_keys:
        assert provider.decrypt_data_key(wrapped, SUITE, CONTEXT).data_key == data_key_for(SUITE).data_key
