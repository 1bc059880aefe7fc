"""Stated lengths of a source, the end of a non-framed body, bytes after a message, and the end of the frame numbers."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk.exceptions import (
    AWSEncryptionSDKClientError,
    CustomMaximumValueExceeded,
    SerializationError,
    TrailingBytesError,
)
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager

from .layout import layout_of
from .material_sources import SUITES, V2, client_for, encrypted
from .reading import drain, read_until_failure
from .sources import HTTPBody, RecordingSource, SeekableRecordingSource, ShortReadSource

PLAINTEXT = bytes(range(250))
SourceType = Callable[[bytes], Any]
ONE_WAY: tuple[SourceType, ...] = (RecordingSource, HTTPBody, lambda data: ShortReadSource(data, 7))
SEEKABLE: tuple[SourceType, ...] = (bytes, io.BytesIO, SeekableRecordingSource)


@pytest.fixture(params=SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def suite(request: pytest.FixtureRequest) -> Algorithm:
    member: Algorithm = request.param
    return member


@pytest.mark.specification("client-apis/encrypt.md", "Input", "Plaintext Length Bound")
@pytest.mark.specification("framework/cmm-interface.md", "Encryption Materials Request")
@pytest.mark.parametrize("source_type", [*ONE_WAY, *SEEKABLE])
@pytest.mark.parametrize("frame_length", [1, 50, 100, 4096])
def test_source_length_is_an_upper_bound(
    source_type: SourceType, frame_length: int, suite: Algorithm, keyring: Keyring
) -> None:
    client = client_for(suite)
    cmm = DefaultCryptoMaterialsManager(keyring=keyring)
    arguments = {"algorithm": suite, "frame_length": frame_length}
    for length in (250, 251, 10_000):
        message = client.encrypt(source=source_type(PLAINTEXT), keyring=keyring, source_length=length, **arguments).result
        assert client.decrypt(source=message, keyring=keyring).result == PLAINTEXT
        # A caller that has base64 text knows its message's length to two bytes.
        assert client.decrypt(source=message, keyring=keyring, source_length=len(message) + 2).result == PLAINTEXT
    for source in ({"keyring": keyring}, {"materials_manager": cmm}):
        for length in (0, 249):
            with pytest.raises(CustomMaximumValueExceeded):
                client.encrypt(source=source_type(PLAINTEXT), source_length=length, **source, **arguments)


@pytest.mark.parametrize("source_length", [-1, "250", 1.5])
def test_a_source_length_that_is_none(source_length: Any, keyring: Keyring) -> None:
    with pytest.raises((AWSEncryptionSDKClientError, TypeError, ValueError)):
        client_for(V2).encrypt(source=PLAINTEXT, keyring=keyring, source_length=source_length)


@pytest.mark.parametrize("source_type", ONE_WAY)
def test_a_non_framed_source_that_is_shorter_or_longer_than_said(
    source_type: SourceType, suite: Algorithm, keyring: Keyring
) -> None:
    client = client_for(suite)
    arguments = {"keyring": keyring, "algorithm": suite, "frame_length": 0}
    message = client.encrypt(source=source_type(PLAINTEXT), source_length=250, **arguments).result
    assert client.decrypt(source=message, keyring=keyring).result == PLAINTEXT
    with pytest.raises(CustomMaximumValueExceeded):
        client.encrypt(source=source_type(PLAINTEXT), source_length=249, **arguments)
    with pytest.raises(SerializationError):
        client.encrypt(source=source_type(PLAINTEXT), source_length=251, **arguments)
    stream = client.stream(mode="e", source=source_type(PLAINTEXT), source_length=251, **arguments)
    with pytest.raises(SerializationError):
        drain(stream, 10)


def test_a_bound_is_not_a_length(keyring: Keyring) -> None:
    message = (
        client_for(V2)
        .encrypt(source=RecordingSource(PLAINTEXT), keyring=keyring, source_length=2**50, frame_length=1)
        .result
    )
    assert client_for(V2).decrypt(source=message, keyring=keyring).result == PLAINTEXT


class SaysNothing(io.BytesIO):
    """A seekable source that says its length is 0, as files of Linux's /proc do, and delivers bytes all the same."""

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0 if whence else super().seek(offset)


def test_a_file_that_says_it_is_empty(suite: Algorithm, keyring: Keyring) -> None:
    client = client_for(suite)
    message = client.encrypt(source=SaysNothing(PLAINTEXT), keyring=keyring, algorithm=suite, frame_length=100).result
    assert client.decrypt(source=SaysNothing(message), keyring=keyring).result == PLAINTEXT


class Growing(io.BytesIO):
    """A file that somebody lengthens, or shortens, while it is read."""

    def __init__(self, change: int) -> None:
        super().__init__(PLAINTEXT)
        self.change = change

    def read(self, size: int | None = -1) -> bytes:
        position = self.tell()
        if position:
            self.truncate(250 + self.change)
            self.seek(0, 2)
            self.write(bytes(max(0, self.change)))
            self.seek(position)
        return super().read(min(size, 100) if size and size > 0 else 100)

    def readinto(self, buffer: Any) -> int:
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize("change", [-20, 20])
def test_a_non_framed_file_that_changes_its_length(change: int, suite: Algorithm, keyring: Keyring) -> None:
    with pytest.raises(AWSEncryptionSDKClientError):
        client_for(suite).encrypt(source=Growing(change), keyring=keyring, algorithm=suite, frame_length=0)


def test_the_whole_source_of_a_non_framed_body_is_read_where_nobody_tells_its_length(
    suite: Algorithm, keyring: Keyring
) -> None:
    client = client_for(suite)
    for plaintext in (b"", PLAINTEXT, PLAINTEXT * 1000):
        source = RecordingSource(plaintext)
        stream = client.stream(mode="e", source=source, keyring=keyring, algorithm=suite, frame_length=0)
        message = stream.read(1)
        message += stream.read()
        assert client.decrypt(source=message, keyring=keyring).result == plaintext


@pytest.mark.specification("client-apis/decrypt.md", "Behavior")
@pytest.mark.parametrize("frame_length", [0, 50, 100, 4096])
@pytest.mark.parametrize("extra", [b"\0", b"another message"])
def test_one_shot_calls_refuse_bytes_after_the_message(
    extra: bytes, frame_length: int, suite: Algorithm, keyring: Keyring
) -> None:
    message = encrypted(suite, PLAINTEXT, keyring, frame_length)
    for source_type in (*ONE_WAY, *SEEKABLE):
        assert client_for(suite).decrypt(source=source_type(message), keyring=keyring).result == PLAINTEXT
        with pytest.raises(TrailingBytesError):
            client_for(suite).decrypt(source=source_type(message + extra), keyring=keyring)


@pytest.mark.specification("client-apis/decrypt.md", "Behavior")
@pytest.mark.parametrize("size", [1, 50, 250, 251, -1])
@pytest.mark.parametrize("frame_length", [0, 50, 4096])
def test_streams_refuse_bytes_after_the_message_where_they_can_look(
    frame_length: int, size: int, suite: Algorithm, keyring: Keyring
) -> None:
    message = encrypted(suite, PLAINTEXT, keyring, frame_length)
    for source_type in SEEKABLE:
        stream = client_for(suite).stream(mode="d", source=source_type(message + b"\0"), keyring=keyring)
        released, error = read_until_failure(stream, size)
        assert isinstance(error, TrailingBytesError)
        with pytest.raises(AWSEncryptionSDKClientError):
            stream.read(size)
        assert PLAINTEXT.startswith(released)
        assert len(released) < len(PLAINTEXT) or not suite.is_signing()
    for source_type in ONE_WAY:
        source = source_type(message + b"rest")
        stream = client_for(suite).stream(mode="d", source=source, keyring=keyring)
        assert drain(stream, size) == PLAINTEXT
        assert source.read() == b"rest"


@pytest.mark.parametrize("frame_length", [0, 50, 100])
def test_bytes_after_the_message_are_noticed_by_who_reads_just_the_plaintext(
    frame_length: int, suite: Algorithm, keyring: Keyring
) -> None:
    message = encrypted(suite, PLAINTEXT, keyring, frame_length)
    for source_type in SEEKABLE:
        stream = client_for(suite).stream(mode="d", source=source_type(message + b"\0"), keyring=keyring)
        with pytest.raises(SerializationError):
            _read_and_close(stream, 250)


def _read_and_close(stream: Any, length: int) -> None:
    assert stream.read(length) == PLAINTEXT
    stream.close()


def test_a_message_in_the_middle_of_a_file(suite: Algorithm, keyring: Keyring) -> None:
    message = encrypted(suite, PLAINTEXT, keyring, 100)
    for file in (io.BytesIO(b"before" + message), SeekableRecordingSource(b"before" + message)):
        file.seek(6)
        with client_for(suite).stream(mode="d", source=file, keyring=keyring) as stream:
            assert stream.stream_length == len(message)
            assert stream.read() == PLAINTEXT
        assert file.tell() == 6 + len(message)


@pytest.mark.specification("client-apis/decrypt.md", "Behavior")
def test_a_truncated_message_is_refused_at_every_boundary(suite: Algorithm, keyring: Keyring) -> None:
    for frame_length in (0, 50, 125):
        message = encrypted(suite, PLAINTEXT, keyring, frame_length)
        for boundary in layout_of(message).boundaries()[:-1]:
            for source_type in (bytes, RecordingSource):
                with pytest.raises(SerializationError):
                    client_for(suite).decrypt(source=source_type(message[:boundary]), keyring=keyring)


@pytest.mark.parametrize("length", [0, 1, 49, 50, 51, 250])
@pytest.mark.parametrize("frame_length", [0, 1, 50, 4096])
def test_the_length_of_the_ciphertext_is_known_beforehand(
    frame_length: int, length: int, suite: Algorithm, keyring: Keyring
) -> None:
    client = client_for(suite)
    arguments = {"keyring": keyring, "algorithm": suite, "frame_length": frame_length}
    for source in (bytes(length), io.BytesIO(bytes(length))):
        stream = client.stream(mode="e", source=source, **arguments)
        expected = stream.ciphertext_length()
        assert len(stream.read()) == expected == stream.ciphertext_length()
    stream = client.stream(mode="e", source=RecordingSource(bytes(length)), source_length=length, **arguments)
    expected = stream.ciphertext_length()
    assert len(stream.read()) == expected
