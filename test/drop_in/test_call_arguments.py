"""Arguments of encrypt, decrypt and stream, and the exceptions that programs catch when one is wrong."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

import aws_encryption_sdk
from aws_encryption_sdk.exceptions import (
    ActionNotAllowedError,
    AWSEncryptionSDKClientError,
    CustomMaximumValueExceeded,
    SerializationError,
)
from aws_encryption_sdk.identifiers import Algorithm, ContentType
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager

UNSIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CLIENT = aws_encryption_sdk.EncryptionSDKClient()
#: Both ways of calling.
CALLERS: list[Any] = [aws_encryption_sdk, CLIENT]
Call = Callable[..., Any]


@pytest.fixture(params=CALLERS, ids=["module", "client"])
def sdk(request: pytest.FixtureRequest) -> Any:
    """What the program calls its functions on."""
    return request.param


@pytest.mark.specification("client-apis/decrypt.md", "Input")
@pytest.mark.specification("client-apis/encrypt.md", "Input")
def test_source_is_required(sdk: Any, keyring: RawAESKeyring) -> None:
    for call in (sdk.encrypt, sdk.decrypt):
        with pytest.raises(TypeError):
            call(keyring=keyring)


@pytest.mark.specification("client-apis/decrypt.md", "Input")
@pytest.mark.specification("client-apis/encrypt.md", "Input")
def test_exactly_one_source_of_materials(sdk: Any, keyring: RawAESKeyring) -> None:
    cmm = DefaultCryptoMaterialsManager(keyring=keyring)
    for call in (sdk.encrypt, sdk.decrypt):
        with pytest.raises(TypeError):
            call(source=b"x")
        with pytest.raises(TypeError):
            call(source=b"x", keyring=keyring, materials_manager=cmm)
    with pytest.raises(TypeError):
        sdk.stream(mode="e", source=b"x")


def test_unknown_keyword(sdk: Any, keyring: RawAESKeyring) -> None:
    for call in (sdk.encrypt, sdk.decrypt):
        with pytest.raises(TypeError):
            call(source=b"x", keyring=keyring, kerying=keyring)


def test_positional_arguments(sdk: Any, keyring: RawAESKeyring) -> None:
    for call in (sdk.encrypt, sdk.decrypt):
        with pytest.raises(TypeError):
            call(b"x", keyring=keyring)


def test_encryption_context_none_is_a_type_error_on_encrypt(sdk: Any, keyring: RawAESKeyring) -> None:
    with pytest.raises(TypeError):
        sdk.encrypt(source=b"x", keyring=keyring, encryption_context=None)


@pytest.mark.parametrize("mode", ["e", "E", "encrypt", "Encrypt", "ENCRYPT"])
def test_modes_that_encrypt(sdk: Any, keyring: RawAESKeyring, mode: str) -> None:
    stream = sdk.stream(mode=mode, source=b"x", keyring=keyring)
    assert isinstance(stream, aws_encryption_sdk.StreamEncryptor)
    assert CLIENT.decrypt(source=stream.read(), keyring=keyring).result == b"x"


@pytest.mark.parametrize("mode", ["d", "D", "decrypt", "Decrypt", "decrypt-unsigned", "DECRYPT-UNSIGNED"])
def test_modes_that_decrypt(sdk: Any, keyring: RawAESKeyring, mode: str) -> None:
    ciphertext, _ = CLIENT.encrypt(source=b"x", keyring=keyring, algorithm=UNSIGNED)
    stream = sdk.stream(mode=mode, source=ciphertext, keyring=keyring)
    assert isinstance(stream, aws_encryption_sdk.StreamDecryptor)
    assert stream.read() == b"x"


def test_signed_message_where_unsigned_ones_are_wanted(sdk: Any, keyring: RawAESKeyring) -> None:
    ciphertext, _ = CLIENT.encrypt(source=b"x", keyring=keyring)
    stream = sdk.stream(mode="decrypt-unsigned", source=ciphertext, keyring=keyring)
    with pytest.raises(ActionNotAllowedError, match="Cannot decrypt signed message in decrypt-unsigned mode"):
        stream.read()


@pytest.mark.parametrize("kind", [KeyError, ValueError])
def test_unknown_mode_is_caught_by_either_name(sdk: Any, keyring: RawAESKeyring, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        sdk.stream(mode="sign", source=b"x", keyring=keyring)


def test_missing_mode(sdk: Any, keyring: RawAESKeyring) -> None:
    with pytest.raises(KeyError):
        sdk.stream(source=b"x", keyring=keyring)


@pytest.mark.parametrize("frame_length", [128, 4096, 1024 * 1024])
def test_frame_length(sdk: Any, keyring: RawAESKeyring, frame_length: int) -> None:
    ciphertext, header = sdk.encrypt(source=b"x" * 10_000, keyring=keyring, frame_length=frame_length)
    assert header.frame_length == frame_length
    assert header.content_type is ContentType.FRAMED_DATA
    assert sdk.decrypt(source=ciphertext, keyring=keyring).result == b"x" * 10_000


@pytest.mark.specification("client-apis/encrypt.md", "Frame Length")
def test_default_frame_length(sdk: Any, keyring: RawAESKeyring) -> None:
    assert sdk.encrypt(source=b"x", keyring=keyring).header.frame_length == 4096


def test_frame_length_zero_means_no_frames(sdk: Any, keyring: RawAESKeyring) -> None:
    ciphertext, header = sdk.encrypt(source=b"x" * 10_000, keyring=keyring, frame_length=0)
    assert header.content_type is ContentType.NO_FRAMING
    assert header.frame_length == 0
    assert sdk.decrypt(source=ciphertext, keyring=keyring).result == b"x" * 10_000


def test_frame_length_need_not_be_a_multiple_of_the_block(sdk: Any, keyring: RawAESKeyring) -> None:
    ciphertext, header = sdk.encrypt(source=b"abc" * 100, keyring=keyring, frame_length=7)
    assert header.frame_length == 7
    assert sdk.decrypt(source=ciphertext, keyring=keyring).result == b"abc" * 100


@pytest.mark.parametrize("frame_length", [-1, -4096])
def test_negative_frame_length(sdk: Any, keyring: RawAESKeyring, frame_length: int) -> None:
    with pytest.raises(SerializationError):
        sdk.encrypt(source=b"x", keyring=keyring, frame_length=frame_length)


@pytest.mark.parametrize("materials", ["keyring", "materials_manager"])
def test_source_longer_than_declared(sdk: Any, keyring: RawAESKeyring, materials: str) -> None:
    source: dict[str, object] = {
        materials: keyring if materials == "keyring" else DefaultCryptoMaterialsManager(keyring=keyring)
    }
    with pytest.raises(CustomMaximumValueExceeded):
        sdk.encrypt(source=io.BytesIO(b"x" * 11), source_length=10, **source)
    ciphertext, _ = sdk.encrypt(source=io.BytesIO(b"x" * 10), source_length=10, **source)
    assert sdk.decrypt(source=ciphertext, **source).result == b"x" * 10


def test_source_length_on_decrypt_is_an_upper_bound(sdk: Any, keyring: RawAESKeyring) -> None:
    ciphertext, _ = CLIENT.encrypt(source=b"x" * 100, keyring=keyring)
    decrypted = sdk.decrypt(source=io.BytesIO(ciphertext), source_length=len(ciphertext) + 2, keyring=keyring)
    assert decrypted.result == b"x" * 100


@pytest.mark.parametrize("frame_length", [0, 1024])
def test_max_body_length(sdk: Any, keyring: RawAESKeyring, frame_length: int) -> None:
    ciphertext, _ = CLIENT.encrypt(source=b"x" * 1024, keyring=keyring, frame_length=frame_length)
    assert sdk.decrypt(source=ciphertext, keyring=keyring, max_body_length=1024).result == b"x" * 1024
    for limit in (0, 1023):
        with pytest.raises(CustomMaximumValueExceeded):
            sdk.decrypt(source=ciphertext, keyring=keyring, max_body_length=limit)


def test_line_length_changes_pieces_only(sdk: Any, keyring: RawAESKeyring) -> None:
    ciphertext, _ = sdk.encrypt(source=b"x" * 1000, keyring=keyring, line_length=64)
    pieces = list(sdk.stream(mode="d", source=ciphertext, keyring=keyring, line_length=64))
    assert b"".join(pieces) == b"x" * 1000
    assert max(len(piece) for piece in pieces) == 64


def test_encryption_context_on_decrypt(sdk: Any, keyring: RawAESKeyring) -> None:
    ciphertext, _ = sdk.encrypt(source=b"x", keyring=keyring, encryption_context={"owner": "me", "year": "2026"})
    assert sdk.decrypt(source=ciphertext, keyring=keyring, encryption_context={"owner": "me"}).result == b"x"
    assert sdk.decrypt(source=ciphertext, keyring=keyring, encryption_context=None).result == b"x"
    for other in ({"owner": "you"}, {"owner": "me", "month": "May"}):
        with pytest.raises(AWSEncryptionSDKClientError):
            sdk.decrypt(source=ciphertext, keyring=keyring, encryption_context=other)


def test_reserved_encryption_context_keys_are_refused(sdk: Any, keyring: RawAESKeyring) -> None:
    for key in ("aws-crypto-public-key", "aws-crypto-anything"):
        with pytest.raises(ValueError, match="aws-crypto-") as caught:
            sdk.encrypt(source=b"x", keyring=keyring, encryption_context={key: "value"})
        assert isinstance(caught.value, AWSEncryptionSDKClientError)


def test_bytes_after_the_message_are_refused(sdk: Any, keyring: RawAESKeyring) -> None:
    ciphertext, _ = CLIENT.encrypt(source=b"x", keyring=keyring)
    for source in (ciphertext + b"\0", io.BytesIO(ciphertext + b"\0")):
        with pytest.raises(AWSEncryptionSDKClientError):
            sdk.decrypt(source=source, keyring=keyring)
