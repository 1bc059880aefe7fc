"""Programs with the raw AES keyring."""

from __future__ import annotations

import os
import struct

import pytest

import aws_encryption_sdk
from aws_encryption_sdk.exceptions import DecryptKeyError
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.raw import RawAESKeyring


@pytest.mark.parametrize("length", [16, 24, 32])
def test_named_arguments(length: int) -> None:
    key = os.urandom(length)
    keyring = RawAESKeyring(
        # The key namespace and key name are defined by you.
        key_namespace="some managed raw keys",
        key_name="my AES wrapping key",
        wrapping_key=key,
    )
    ciphertext, _ = aws_encryption_sdk.encrypt(source=b"secret", encryption_context={"purpose": "test"}, keyring=keyring)
    again = RawAESKeyring("some managed raw keys", "my AES wrapping key", key)
    assert aws_encryption_sdk.decrypt(source=ciphertext, keyring=again).result == b"secret"


@pytest.mark.parametrize("length", [0, 8, 15, 20, 33, 64])
def test_key_of_another_length(length: int) -> None:
    with pytest.raises(ValueError, match=str(length)):
        RawAESKeyring("ns", "name", bytes(length))


def test_reserved_namespace() -> None:
    with pytest.raises(ValueError, match="aws-kms"):
        RawAESKeyring("aws-kms", "name", bytes(32))


def test_key_name_as_old_tutorials_have_it() -> None:
    old = RawAESKeyring(key_namespace="ns", key_name=b"k\xc3\xa9y", wrapping_key=bytes(32))
    new = RawAESKeyring(key_namespace="ns", key_name="kéy", wrapping_key=bytes(32))
    ciphertext, _ = aws_encryption_sdk.encrypt(source=b"secret", keyring=old)
    assert aws_encryption_sdk.decrypt(source=ciphertext, keyring=new).result == b"secret"
    assert old.key_name == new.key_name == "kéy"


def test_key_info_of_the_encrypted_data_key() -> None:
    header = aws_encryption_sdk.encrypt(source=b"x", keyring=RawAESKeyring("ns", "name", bytes(32))).header
    (encrypted_data_key,) = header.encrypted_data_keys
    assert encrypted_data_key.key_provider.provider_id == "ns"
    key_info = encrypted_data_key.key_provider.key_info
    # Key name, length of the tag in bits, length of the IV in bytes, IV.
    assert key_info[:-12] == b"name" + struct.pack(">II", 128, 12)
    assert len(encrypted_data_key.encrypted_data_key) == 32 + 16


def test_each_message_has_a_data_key_and_an_iv_of_its_own() -> None:
    keyring = RawAESKeyring("ns", "name", bytes(32))
    headers = [aws_encryption_sdk.encrypt(source=b"x", keyring=keyring).header for _ in range(20)]
    keys = [key for header in headers for key in header.encrypted_data_keys]
    assert len({key.key_provider.key_info for key in keys}) == 20
    assert len({key.encrypted_data_key for key in keys}) == 20
    assert len({header.message_id for header in headers}) == 20


def test_name_that_is_a_prefix_of_another() -> None:
    key = bytes(32)
    ciphertext, _ = aws_encryption_sdk.encrypt(source=b"x", keyring=RawAESKeyring("ns", "name and more", key))
    with pytest.raises(DecryptKeyError):
        aws_encryption_sdk.decrypt(source=ciphertext, keyring=RawAESKeyring("ns", "name", key))


def test_the_key_does_not_show() -> None:
    key = b"do not show this" * 2
    keyring = RawAESKeyring("ns", "name", key)
    assert "do not show" not in repr(keyring)
    assert "name" in repr(keyring)


def test_namespace_name_and_key_can_be_read_back() -> None:
    keyring = RawAESKeyring("ns", "name", bytes(range(32)))
    assert (keyring.key_namespace, keyring.key_name) == ("ns", "name")
    # Tests of programs look at this one.
    assert keyring._wrapping_key == bytes(range(32))


@pytest.mark.parametrize("length", [16, 24, 32])
@pytest.mark.parametrize(
    "algorithm",
    [Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY, Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384],
    ids=["unsigned", "signed"],
)
def test_wrapping_key_and_suite_are_independent(length: int, algorithm: Algorithm) -> None:
    keyring = RawAESKeyring("ns", "name", os.urandom(length))
    client = aws_encryption_sdk.EncryptionSDKClient()
    ciphertext, _ = client.encrypt(source=b"secret", keyring=keyring, algorithm=algorithm)
    plaintext, header = client.decrypt(source=ciphertext, keyring=keyring)
    assert (plaintext, header.algorithm) == (b"secret", algorithm)
