"""Sources, keyrings and contexts that mislead: nothing is lost or dropped without an error."""

from __future__ import annotations

import array
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from aws_encryption_sdk import Algorithm, EncryptionSDKClient
from aws_encryption_sdk.caches import LocalCryptoMaterialsCache
from aws_encryption_sdk.exceptions import (
    ArgumentValueError,
    AWSEncryptionSDKClientError,
    CustomMaximumValueExceeded,
    InvalidCryptographicMaterialsError,
    SourceReadError,
    TrailingBytesError,
    UnwrapDataKeyError,
)
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.structures import EncryptedDataKey

CLIENT = EncryptionSDKClient()
KEYRING = RawAESKeyring("tests", "key", bytes(32))
PLAINTEXT = bytes(range(256)) * 40


class HalfSeek(io.BytesIO):
    """Moves to its end, and then fails."""

    def seek(self, offset: int, whence: int = 0) -> int:
        position = super().seek(offset, whence)
        if whence == io.SEEK_END:
            raise OSError("cannot tell the end")
        return position


class StaysAtItsEnd(io.BytesIO):
    """Moves to its end, and never back."""

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence != io.SEEK_END:
            raise OSError("cannot go back")
        return super().seek(offset, whence)


def test_a_source_that_fails_at_its_end_is_read_from_where_it_was() -> None:
    message = CLIENT.encrypt(source=HalfSeek(PLAINTEXT), keyring=KEYRING).result
    assert CLIENT.decrypt(source=message, keyring=KEYRING).result == PLAINTEXT


def test_a_source_that_cannot_be_set_back_is_refused() -> None:
    with pytest.raises(SourceReadError, match="set back"):
        CLIENT.encrypt(source=StaysAtItsEnd(PLAINTEXT), keyring=KEYRING)


def test_errors_of_a_source_have_their_cause(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(PLAINTEXT)
    closed = (tmp_path / "file").open("rb")
    closed.close()
    with (tmp_path / "other").open("wb") as writable:
        for source in (closed, writable):
            with pytest.raises(AWSEncryptionSDKClientError) as caught:
                CLIENT.encrypt(source=source, keyring=KEYRING)
            assert caught.value.__cause__ is not None


def test_a_file_that_grows_is_encrypted_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(PLAINTEXT)
    with path.open("rb") as source:
        stream = CLIENT.stream(mode="e", source=source, keyring=KEYRING)
        message = stream.read(100)
        with path.open("ab") as file:
            file.write(PLAINTEXT)
        message += stream.read()
    assert CLIENT.decrypt(source=message, keyring=KEYRING).result == PLAINTEXT * 2


def test_a_file_that_grows_does_not_go_past_what_the_cmm_was_told(tmp_path: Path) -> None:
    """The CMM counts what is encrypted under one data key."""
    path = tmp_path / "log"
    path.write_bytes(PLAINTEXT)
    manager = CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(10), max_age=600.0, keyring=KEYRING)
    with path.open("rb") as source:
        stream = CLIENT.stream(mode="e", source=source, materials_manager=manager)
        stream.read(100)
        with path.open("ab") as file:
            file.write(b"more")
        with pytest.raises(CustomMaximumValueExceeded, match=f"allows {len(PLAINTEXT)} bytes"):
            stream.read()


def test_a_huge_hole_after_a_message_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "message"
    path.write_bytes(CLIENT.encrypt(source=PLAINTEXT, keyring=KEYRING).result)
    os.truncate(path, 1 << 42)
    with path.open("rb") as source, pytest.raises(TrailingBytesError):
        CLIENT.decrypt(source=source, keyring=KEYRING)


def test_any_bytes_like_object_is_a_source() -> None:
    source = array.array("I", range(1000))
    message = CLIENT.encrypt(source=source, keyring=KEYRING).result
    assert CLIENT.decrypt(source=array.array("B", message), keyring=KEYRING).result == source.tobytes()


def test_a_context_key_that_is_given_twice_is_refused() -> None:
    twice: Any = {"tenant": "WRONG", b"tenant": "7"}
    message = CLIENT.encrypt(source=PLAINTEXT, keyring=KEYRING, encryption_context={"tenant": "7"}).result
    with pytest.raises(ArgumentValueError, match="twice"):
        CLIENT.decrypt(source=message, keyring=KEYRING, encryption_context=twice)
    with pytest.raises(ArgumentValueError, match="twice"):
        CLIENT.encrypt(source=PLAINTEXT, keyring=KEYRING, encryption_context=twice)


class Forgetful(Keyring):
    """Returns materials of its own making, without the caller's encryption context."""

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        return KEYRING.on_encrypt(EncryptionMaterials(encryption_materials.algorithm, encryption_context={}))

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        return KEYRING.on_decrypt(decryption_materials, encrypted_data_keys)


def test_a_keyring_cannot_drop_the_encryption_context() -> None:
    unsigned = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    with pytest.raises(InvalidCryptographicMaterialsError, match="encryption context"):
        CLIENT.encrypt(source=PLAINTEXT, keyring=Forgetful(), algorithm=unsigned, encryption_context={"tenant": "7"})


def test_a_failed_unwrap_keeps_the_cause_of_each_data_key() -> None:
    message = CLIENT.encrypt(source=PLAINTEXT, keyring=KEYRING).result
    with pytest.raises(UnwrapDataKeyError) as caught:
        CLIENT.decrypt(source=message, keyring=RawAESKeyring("tests", "key", bytes(31) + b"x"))
    assert [type(error.__cause__).__name__ for error in caught.value.errors] == ["InvalidTag"]
    assert caught.value.__cause__ is caught.value.errors[-1]
    assert "key 'key'" in str(caught.value)


def test_required_keys_are_not_a_single_string() -> None:
    required: Any = "ab"
    with pytest.raises(TypeError):
        EncryptionMaterials(
            Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
            encryption_context={"a": "1", "b": "2"},
            signing_key=ec.generate_private_key(ec.SECP384R1()),
            required_encryption_context_keys=required,
        )


def test_a_keyring_without_its_methods_is_an_error_of_this_package() -> None:
    message = CLIENT.encrypt(source=PLAINTEXT, keyring=KEYRING).result
    for call, source in ((CLIENT.encrypt, PLAINTEXT), (CLIENT.decrypt, message)):
        with pytest.raises(AWSEncryptionSDKClientError, match="does not implement") as caught:
            call(source=source, keyring=Keyring())
        assert isinstance(caught.value, NotImplementedError)
