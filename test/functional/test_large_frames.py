"""Bodies and frames around the length from which content is processed in pieces; and above 2 GiB, where asked for."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.base import Keyring

from .layout import layout_of
from .material_sources import SUITES, V2, V2_SIGNED, client_for
from .reading import drain, read_until_failure
from .sources import HTTPBody, ShortReadSource

MEBIBYTE = 1 << 20
LARGE_TESTS = "AWS_ENCRYPTION_SDK_LARGE_TESTS"
PATTERN = bytes(range(256)) * (3 * MEBIBYTE // 256 + 1)
SIZES = (4095, 65536, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 4 * MEBIBYTE, -1)
SOURCES: tuple[Callable[[bytes], Any], ...] = (bytes, HTTPBody, lambda data: ShortReadSource(data, 100_000))


@pytest.mark.parametrize("source_type", SOURCES, ids=["bytes", "one way", "short reads"])
@pytest.mark.parametrize("length", [MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE])
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_non_framed_bodies(suite: Algorithm, length: int, source_type: Callable[[bytes], Any], keyring: Keyring) -> None:
    client = client_for(suite)
    plaintext = PATTERN[:length]
    arguments = {"keyring": keyring, "algorithm": suite, "frame_length": 0, "source_length": length}
    for size in SIZES:
        with client.stream(mode="e", source=source_type(plaintext), **arguments) as stream:
            message = drain(stream, size)
        assert layout_of(message).frames[0].length == length
        with client.stream(mode="d", source=source_type(message), keyring=keyring) as stream:
            assert drain(stream, size) == plaintext


@pytest.mark.parametrize("source_type", SOURCES, ids=["bytes", "one way", "short reads"])
@pytest.mark.parametrize("frame_length", [MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE + 100])
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_large_frames(suite: Algorithm, frame_length: int, source_type: Callable[[bytes], Any], keyring: Keyring) -> None:
    client = client_for(suite)
    plaintext = PATTERN[: 3 * MEBIBYTE]
    arguments = {"keyring": keyring, "algorithm": suite, "frame_length": frame_length}
    for size in SIZES:
        with client.stream(mode="e", source=source_type(plaintext), **arguments) as stream:
            message = drain(stream, size)
        full, rest = divmod(len(plaintext), frame_length)
        assert [frame.length for frame in layout_of(message).frames] == [frame_length] * full + [rest]
        with client.stream(mode="d", source=source_type(message), keyring=keyring) as stream:
            assert drain(stream, size) == plaintext


@pytest.mark.parametrize("frame_length", [0, MEBIBYTE + 1])
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_damage_in_a_large_piece_is_noticed_wherever_it_is(suite: Algorithm, frame_length: int, keyring: Keyring) -> None:
    client = client_for(suite)
    plaintext = PATTERN[: 2 * MEBIBYTE]
    message = client.encrypt(source=plaintext, keyring=keyring, algorithm=suite, frame_length=frame_length).result
    for frame in layout_of(message).frames:
        for offset in (frame.content, frame.content + frame.length // 2, frame.content + frame.length - 1, frame.end - 1):
            broken = bytearray(message)
            broken[offset] ^= 1
            with client.stream(mode="d", source=io.BytesIO(broken), keyring=keyring) as stream:
                released, error = read_until_failure(stream, 100_000)
            assert isinstance(error, AWSEncryptionSDKClientError)
            assert plaintext.startswith(released)
            assert len(released) <= (0 if frame.start == layout_of(message).header_end else frame_length)


@pytest.mark.skipif(
    os.environ.get(LARGE_TESTS) != "1", reason=f"takes minutes and 12 GiB of memory; set {LARGE_TESTS}=1 to run it"
)
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("frame_length", [0, 2**31 + 1], ids=["non-framed", "framed"])
@pytest.mark.parametrize("suite", [V2, V2_SIGNED], ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_more_than_two_gibibytes(suite: Algorithm, frame_length: int, keyring: Keyring) -> None:
    client = client_for(suite)
    plaintext = bytearray(2**31 + 1)
    plaintext[::4096] = b"\x01" * len(plaintext[::4096])
    message = client.encrypt(source=plaintext, keyring=keyring, algorithm=suite, frame_length=frame_length).result
    with client.stream(mode="d", source=message, keyring=keyring) as stream:
        position = 0
        while piece := stream.read(64 * MEBIBYTE):
            assert plaintext[position : position + len(piece)] == piece
            position += len(piece)
    assert position == len(plaintext)
    assert client.decrypt(source=message, keyring=keyring).result == plaintext
