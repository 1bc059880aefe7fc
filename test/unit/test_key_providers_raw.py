"""Raw master keys, and their providers (framework/raw-aes-keyring.md, framework/raw-rsa-keyring.md)."""

from __future__ import annotations

from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import AlgorithmSuite, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKey, RawMasterKeyConfig, RawMasterKeyProvider, WrappingKey
from aws_encryption_sdk.keyrings.raw import RawAESKeyring, RawRSAKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .operation_materials import SUITES, data_key_for
from .raw_wrapping_keys import (
    CONTEXT,
    KEY,
    OAEP,
    PADDINGS,
    SUITE,
    aes_key,
    private,
    public,
)


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


@pytest.mark.specification("framework/keyring-interface.md", "Keyring and Master Key Provider/Master Key Compatability")
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


@pytest.mark.specification("framework/master-key-provider-interface.md", "Terms")
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


@pytest.mark.parametrize(
    ("wrapping_key", "prefix"), [(aes_key(), b"name\0\0\0\x80\0\0\0\x0c"), (private(), b"name"), (public(), b"name")]
)
def test_the_prefix_of_the_key_information_is_there_for_derived_classes(wrapping_key: WrappingKey, prefix: bytes) -> None:
    key = master_key(wrapping_key)
    assert key._key_info_prefix == prefix
    assert key.generate_data_key(SUITE, CONTEXT).key_provider.key_info.startswith(prefix)


def test_a_provider_that_does_not_say_where_its_keys_are() -> None:
    class Incomplete(RawMasterKeyProvider):
        provider_id = "namespace"

    with pytest.raises(exceptions.ArgumentTypeError, match=r"Incomplete.*_get_raw_key"):
        Incomplete()  # type: ignore[abstract]
