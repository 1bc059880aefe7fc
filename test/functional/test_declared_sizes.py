"""Sizes that a message declares cost nothing before the bytes are there, and garbage raises nothing foreign."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, SerializationError
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.base import Keyring

from .forge import Forger
from .layout import layout_of
from .material_sources import SUITES, V1, V2, FixedKeyring, client_for, encrypted
from .reading import drain, drain_into
from .sources import RecordingSource, ShortReadSource

MEBIBYTE = 1 << 20
SOURCES: tuple[Callable[[bytes], Any], ...] = (bytes, io.BytesIO, RecordingSource, lambda data: ShortReadSource(data, 1000))


@pytest.fixture(params=SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def suite(request: pytest.FixtureRequest) -> Algorithm:
    member: Algorithm = request.param
    return member


@pytest.fixture(params=SOURCES, ids=["bytes", "file", "one way", "short reads"])
def source_type(request: pytest.FixtureRequest) -> Callable[[bytes], Any]:
    call: Callable[[bytes], Any] = request.param
    return call


def peak_of(action: Callable[[], object]) -> int:
    """Tell the most memory in bytes that Python held while ``action`` ran, above what it held before."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def refuse(message: bytes, source_type: Callable[[bytes], Any], keyring: Keyring, suite: Algorithm) -> None:
    """Check that a truncated message is refused without much memory, one-shot, by ``read`` and by ``readinto``."""
    client = client_for(suite)

    def one_shot() -> None:
        with pytest.raises(SerializationError):
            client.decrypt(source=source_type(message), keyring=keyring)

    def piece_by_piece() -> None:
        stream = client.stream(mode="d", source=source_type(message), keyring=keyring)
        with pytest.raises(SerializationError):
            drain(stream, 100)

    def into_a_buffer() -> None:
        stream = client.stream(mode="d", source=source_type(message), keyring=keyring)
        with pytest.raises(SerializationError):
            drain_into(stream, 100)

    one_shot()  # what is loaded or cached once does not count
    for action in (one_shot, piece_by_piece, into_a_buffer):
        assert peak_of(action) < 4 * MEBIBYTE + 3 * len(message)


@pytest.mark.parametrize("length", [2**31 - 16, 2**31, 2**36 - 32])
@pytest.mark.parametrize("present", [0, 1000, 2 * MEBIBYTE])
def test_a_huge_non_framed_body(length: int, present: int, suite: Algorithm, source_type: Callable[[bytes], Any]) -> None:
    forger = Forger(suite, frame_length=0)
    message = forger.header + (1).to_bytes(12, "big") + struct.pack(">Q", length) + bytes(present)
    refuse(message, source_type, FixedKeyring.of(forger), suite)


@pytest.mark.parametrize("length", [2**36 - 31, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_non_framed_body_longer_than_the_cipher_allows(length: int, suite: Algorithm) -> None:
    forger = Forger(suite, frame_length=0)
    source = RecordingSource(forger.header + (1).to_bytes(12, "big") + struct.pack(">Q", length) + bytes(100))
    with pytest.raises(SerializationError):
        client_for(suite).stream(mode="d", source=source, keyring=FixedKeyring.of(forger)).read()


@pytest.mark.parametrize("frame_length", [2**24, 2**31 - 16, 2**31, 2**32 - 1])
@pytest.mark.parametrize("present", [0, 1000, 2 * MEBIBYTE])
def test_huge_frames(frame_length: int, present: int, suite: Algorithm, source_type: Callable[[bytes], Any]) -> None:
    forger = Forger(suite, frame_length)
    start = forger.header + (1).to_bytes(4, "big") + (1).to_bytes(12, "big")
    refuse(start + bytes(present), source_type, FixedKeyring.of(forger), suite)
    final = forger.header + b"\xff" * 4 + start[-16:] + struct.pack(">I", frame_length)
    refuse(final + bytes(present), source_type, FixedKeyring.of(forger), suite)


def test_a_final_frame_longer_than_the_frame_length(suite: Algorithm) -> None:
    forger = Forger(suite, frame_length=10)
    message = forger.message(bytes(11))
    with pytest.raises(SerializationError):
        client_for(suite).decrypt(source=message, keyring=FixedKeyring.of(forger))


def test_many_encrypted_data_keys(suite: Algorithm, source_type: Callable[[bytes], Any]) -> None:
    forger = Forger(suite, edk_count=65535)
    refuse(forger.header, source_type, FixedKeyring.of(forger), suite)
    for field in range(3):
        lengths = [b"\0\0"] * field + [b"\xff\xff"]
        cut = forger.header[: layout_of(Forger(suite).message(b"")).edk_count + 2]
        refuse(cut + b"".join(lengths), source_type, FixedKeyring.of(forger), suite)


def test_a_long_encryption_context(suite: Algorithm, source_type: Callable[[bytes], Any]) -> None:
    forger = Forger(suite)
    start = 20 if suite.message_format_version == 1 else 35
    for context in (b"\xff\xff", b"\xff\xff\xff\xff", b"\xff\xff\xff\xff\xff\xff", b"\xff\xff\0\1\0\1k\xff\xff"):
        refuse(forger.header[:start] + context, source_type, FixedKeyring.of(forger), suite)


def test_a_frame_length_of_one(suite: Algorithm, source_type: Callable[[bytes], Any]) -> None:
    forger = Forger(suite, frame_length=1)
    refuse(forger.header, source_type, FixedKeyring.of(forger), suite)
    message = forger.message(*[b"x"] * 1000)
    refuse(message[:-1], source_type, FixedKeyring.of(forger), suite)


@pytest.mark.timeout(15)  # it takes minutes where each field costs a copy of all before it
def test_a_long_header_is_read_in_reasonable_time(source_type: Callable[[bytes], Any]) -> None:
    forger = Forger(edks=((b"provider", b"information", bytes(400)),) * 15_000)
    message = forger.message(b"plaintext")
    assert client_for(V2).decrypt(source=source_type(message), keyring=FixedKeyring.of(forger)).result == b"plaintext"


def test_one_byte_of_a_huge_read_costs_little(suite: Algorithm, keyring: Keyring) -> None:
    message = encrypted(suite, bytes(1000), keyring, 100)

    def read() -> None:
        assert client_for(suite).stream(mode="d", source=message, keyring=keyring).read(2**40) == bytes(1000)
        stream = client_for(suite).stream(
            mode="e", source=bytes(1000), keyring=keyring, algorithm=suite, frame_length=2**32 - 1
        )
        assert len(stream.read(2**40)) == stream.ciphertext_length()

    read()
    assert peak_of(read) < 4 * MEBIBYTE


def test_random_bytes_raise_nothing_foreign(keyring: Keyring) -> None:
    numbers = random.Random(20250801)
    starts = [b"", b"\x01\x80", b"\x02", b"\x02\x04\x78", b"\x01\x80\x03\x78" + bytes(16), b"\x02\x05\x78" + bytes(32)]
    for _ in range(500):
        garbage = numbers.choice(starts) + numbers.randbytes(numbers.choice([0, 1, 10, 100, 1000]))
        for source_type in SOURCES:
            with pytest.raises(AWSEncryptionSDKClientError):
                client_for(V2).decrypt(source=source_type(garbage), keyring=keyring)


@pytest.mark.parametrize("suite", [V1, V2], ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_random_changes_raise_nothing_foreign(suite: Algorithm, keyring: Keyring) -> None:
    numbers = random.Random(20250802)
    message = encrypted(suite, bytes(100), keyring, 30, purpose="test")
    for _ in range(1000):
        start = numbers.randrange(len(message))
        removed = numbers.choice([0, 1, 2, 8])
        changed = message[:start] + numbers.randbytes(numbers.choice([0, 1, 2, 8])) + message[start + removed :]
        if changed != message:
            with pytest.raises(AWSEncryptionSDKClientError):
                client_for(suite).decrypt(source=changed, keyring=keyring)
