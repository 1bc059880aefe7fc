"""Usual slips in arguments, each of which gets an exception of the package that names the mistake."""

from __future__ import annotations

import base64
import pathlib
from collections.abc import Callable
from typing import Any

import pytest

import aws_encryption_sdk
from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, NotSupportedError
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager

from .material_sources import SUITES, V2, SpyKeyring, client_for, encrypted

Call = Callable[..., Any]


@pytest.fixture(params=["client", "module"])
def encrypt(request: pytest.FixtureRequest) -> Call:
    call: Call = EncryptionSDKClient().encrypt if request.param == "client" else aws_encryption_sdk.encrypt
    return call


@pytest.fixture(params=["client", "module"])
def decrypt(request: pytest.FixtureRequest) -> Call:
    call: Call = EncryptionSDKClient().decrypt if request.param == "client" else aws_encryption_sdk.decrypt
    return call


@pytest.fixture(params=["client", "module"])
def stream(request: pytest.FixtureRequest) -> Call:
    call: Call = EncryptionSDKClient().stream if request.param == "client" else aws_encryption_sdk.stream
    return call


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
@pytest.mark.parametrize("encode", [base64.b64encode, lambda data: base64.b64encode(data).decode(), base64.encodebytes])
def test_base64_is_recognised(encode: Callable[[bytes], bytes | str], suite: Algorithm, keyring: Keyring) -> None:
    message = encode(encrypted(suite, b"plaintext", keyring, 100))
    with pytest.raises(NotSupportedError, match=r"(?i)base64") as caught:
        client_for(suite).decrypt(source=message, keyring=keyring)
    assert isinstance(caught.value, AWSEncryptionSDKClientError)


@pytest.mark.specification("client-apis/decrypt.md", "Encrypted Message")
@pytest.mark.parametrize("message", [b"\x00\x00", b"\x03\x05\x78", b"\x01\x81\x03\x78", b"{}", b"\x80\x01" + bytes(100)])
def test_what_is_no_message(message: bytes, keyring: Keyring, decrypt: Call) -> None:
    with pytest.raises(AWSEncryptionSDKClientError) as caught:
        decrypt(source=message, keyring=keyring)
    assert "base64" not in str(caught.value).lower()


def test_a_path_where_a_file_was_meant(keyring: Keyring, encrypt: Call, decrypt: Call, tmp_path: pathlib.Path) -> None:
    for call in (encrypt, decrypt):
        with pytest.raises(AWSEncryptionSDKClientError, match=r"(?i)path|open") as caught:
            call(source=tmp_path / "file", keyring=keyring)
        assert isinstance(caught.value, TypeError)


@pytest.mark.specification("client-apis/encrypt.md", "Plaintext")
@pytest.mark.parametrize("source", [None, 5, ["bytes"], object()], ids=lambda value: type(value).__name__)
def test_a_source_of_another_kind(source: object, keyring: Keyring, encrypt: Call, decrypt: Call) -> None:
    for call in (encrypt, decrypt):
        with pytest.raises(AWSEncryptionSDKClientError, match=r"(?i)source") as caught:
            call(source=source, keyring=keyring)
        assert isinstance(caught.value, TypeError)


def test_text_that_has_no_utf_8_form(keyring: Keyring, encrypt: Call) -> None:
    for arguments in (
        {"source": "\ud800"},
        {"source": b"", "encryption_context": {"key": "\ud800"}},
        {"source": b"", "encryption_context": {"\udfff": "value"}},
    ):
        with pytest.raises(AWSEncryptionSDKClientError, match=r"(?i)utf-8"):
            encrypt(keyring=keyring, **arguments)


@pytest.mark.specification("client-apis/encrypt.md", "Input > Encryption Context")
@pytest.mark.parametrize("key", ["aws-crypto-public-key", "aws-crypto-", "aws-crypto-anything"])
def test_reserved_keys_are_refused(key: str, keyring: Keyring, encrypt: Call) -> None:
    spy = SpyKeyring(keyring)
    with pytest.raises(AWSEncryptionSDKClientError, match="aws-crypto-") as caught:
        encrypt(source=b"", keyring=spy, encryption_context={"fine": "yes", key: "value"})
    assert isinstance(caught.value, ValueError)
    assert spy.encrypt_calls == []


@pytest.mark.specification("client-apis/encrypt.md", "Input > Encryption Context")
@pytest.mark.parametrize("key", ["AWS-crypto-x", "aws-crypt", "aws_crypto-x", " aws-crypto-x"])
def test_similar_keys_are_not_reserved(key: str, keyring: Keyring, encrypt: Call) -> None:
    header = encrypt(source=b"", keyring=keyring, encryption_context={key: "value"}).header
    assert header.encryption_context[key] == "value"


@pytest.mark.parametrize("context", [{"key": 5}, {"key": None}, {5: "value"}, ["key"], "key", None], ids=repr)
def test_an_encryption_context_that_is_not_text(context: Any, keyring: Keyring, encrypt: Call) -> None:
    with pytest.raises(AWSEncryptionSDKClientError, match=r"(?i)encryption_context") as caught:
        encrypt(source=b"", keyring=keyring, encryption_context=context)
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("context", [{"key": 5}, ["key"], "key"], ids=repr)
def test_an_encryption_context_on_decrypt_that_is_not_text(context: Any, keyring: Keyring, decrypt: Call) -> None:
    message = encrypted(V2, b"", keyring, 100)
    with pytest.raises(AWSEncryptionSDKClientError, match=r"(?i)encryption_context"):
        decrypt(source=message, keyring=keyring, encryption_context=context)


def test_an_encryption_context_that_is_too_long(keyring: Keyring, encrypt: Call) -> None:
    for context in (
        {"key": "x" * 65536},
        {"x" * 65536: "value"},
        {"first": "x" * 40_000, "second": "x" * 40_000},
        {f"{number:05}": "" for number in range(65536)},
    ):
        with pytest.raises(AWSEncryptionSDKClientError):
            encrypt(source=b"", keyring=keyring, encryption_context=context)


def test_the_callers_encryption_context_is_left_alone(keyring: Keyring, encrypt: Call, decrypt: Call) -> None:
    context = {"key": "value"}
    result = encrypt(source=b"", keyring=keyring, encryption_context=context)
    result.header.encryption_context.pop("aws-crypto-public-key")
    result.header.encryption_context["mine"] = "too"
    opened = decrypt(source=result.result, keyring=keyring, encryption_context=context)
    assert opened.header.encryption_context.keys() == {"key", "aws-crypto-public-key"}
    assert context == {"key": "value"}


@pytest.mark.specification("client-apis/decrypt.md", "Input")
@pytest.mark.specification("client-apis/encrypt.md", "Input")
def test_exactly_one_source_of_materials(keyring: Keyring, encrypt: Call, decrypt: Call) -> None:
    cmm = DefaultCryptoMaterialsManager(keyring=keyring)
    for call in (encrypt, decrypt):
        for arguments in ({}, {"keyring": keyring, "materials_manager": cmm}, {"keyring": None}, {"keyring": cmm}):
            with pytest.raises(AWSEncryptionSDKClientError) as caught:
                call(source=b"", **arguments)
            assert isinstance(caught.value, TypeError)
        with pytest.raises(AWSEncryptionSDKClientError):
            call(source=b"", materials_manager=keyring)


def test_arguments_that_do_not_exist(keyring: Keyring, encrypt: Call, decrypt: Call) -> None:
    for call in (encrypt, decrypt):
        with pytest.raises(TypeError):
            call(source=b"", keyring=keyring, fram_length=5)
        with pytest.raises(TypeError):
            call(b"", keyring=keyring)
        with pytest.raises(TypeError):
            call(keyring=keyring)


@pytest.mark.specification("client-apis/encrypt.md", "Input > Algorithm Suite")
@pytest.mark.parametrize("algorithm", ["AES_256_GCM_HKDF_SHA512_COMMIT_KEY", 0x0578, CommitmentPolicy], ids=repr)
def test_an_algorithm_that_is_none(algorithm: Any, keyring: Keyring, encrypt: Call) -> None:
    with pytest.raises((AWSEncryptionSDKClientError, TypeError)):
        encrypt(source=b"", keyring=keyring, algorithm=algorithm)


def test_a_policy_that_is_none(keyring: Keyring) -> None:
    for policy in ("REQUIRE_ENCRYPT_REQUIRE_DECRYPT", 2, None):
        with pytest.raises(TypeError):
            EncryptionSDKClient(commitment_policy=policy)


@pytest.mark.parametrize("mode", ["", "x", "encrypted", "decrypt-signed", None, 5], ids=repr)
def test_an_unknown_mode(mode: Any, keyring: Keyring, stream: Call) -> None:
    with pytest.raises(AWSEncryptionSDKClientError, match=r"(?i)mode") as caught:
        stream(mode=mode, source=b"", keyring=keyring)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, KeyError)


def test_a_missing_mode(keyring: Keyring, stream: Call) -> None:
    with pytest.raises(AWSEncryptionSDKClientError, match=r"(?i)mode") as caught:
        stream(source=b"", keyring=keyring)
    assert isinstance(caught.value, KeyError)


@pytest.mark.parametrize("mode", ["e", "encrypt", "E", "Encrypt", "ENCRYPT"])
@pytest.mark.parametrize("opposite", ["d", "decrypt", "D", "Decrypt"])
def test_the_modes(mode: str, opposite: str, keyring: Keyring, stream: Call) -> None:
    message = stream(mode=mode, source=b"plaintext", keyring=keyring).read()
    assert stream(mode=opposite, source=message, keyring=keyring).read() == b"plaintext"
    message = stream(mode=mode, source=b"plaintext", keyring=keyring, algorithm=V2).read()
    assert stream(mode="Decrypt-Unsigned", source=message, keyring=keyring).read() == b"plaintext"
