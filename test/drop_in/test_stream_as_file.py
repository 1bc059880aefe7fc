"""Streams in the hands of code that expects a file."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

import aws_encryption_sdk
from aws_encryption_sdk import Algorithm
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

CLIENT = aws_encryption_sdk.EncryptionSDKClient()
LINES = [f"{number:05d} a line of text\n".encode() for number in range(2000)]
PLAINTEXT = b"".join(LINES)
SUITES = [Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY, Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384]


class Drip(io.RawIOBase):
    """A source that cannot seek and gives a few bytes at a time."""

    def __init__(self, content: bytes, step: int) -> None:
        super().__init__()
        self._content = io.BytesIO(content)
        self._step = step

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._content.read(self._step if size < 0 else min(size, self._step))


@pytest.fixture(params=SUITES, ids=["unsigned", "signed"])
def ciphertext(request: pytest.FixtureRequest, keyring: RawAESKeyring) -> bytes:
    """The lines, encrypted."""
    message: bytes = CLIENT.encrypt(source=PLAINTEXT, keyring=keyring, algorithm=request.param).result
    return message


def decryptor(ciphertext: bytes, keyring: RawAESKeyring, **arguments: Any) -> Any:
    """Open a decrypting stream."""
    return CLIENT.stream(mode="d", source=io.BytesIO(ciphertext), keyring=keyring, **arguments)


def test_copyfileobj_both_ways(keyring: RawAESKeyring) -> None:
    message, cycled = io.BytesIO(), io.BytesIO()
    with CLIENT.stream(mode="e", source=io.BytesIO(PLAINTEXT), keyring=keyring) as encryptor:
        shutil.copyfileobj(encryptor, message)
    message.seek(0)
    with CLIENT.stream(mode="d", source=message, keyring=keyring) as stream:
        shutil.copyfileobj(stream, cycled)
    assert cycled.getvalue() == PLAINTEXT


def test_iteration_gives_pieces_of_the_line_length(keyring: RawAESKeyring, ciphertext: bytes) -> None:
    pieces = list(decryptor(ciphertext, keyring))
    assert b"".join(pieces) == PLAINTEXT
    assert {len(piece) for piece in pieces[:-1]} == {8192}
    assert 0 < len(pieces[-1]) <= 8192
    shorter = list(decryptor(ciphertext, keyring, line_length=1000))
    assert b"".join(shorter) == PLAINTEXT
    assert {len(piece) for piece in shorter[:-1]} == {1000}


def test_iterator_protocol(keyring: RawAESKeyring, ciphertext: bytes) -> None:
    stream = decryptor(ciphertext, keyring)
    assert iter(stream) is stream
    assert next(stream) + stream.next() == PLAINTEXT[: 2 * 8192]
    for _ in stream:
        pass
    with pytest.raises(StopIteration):
        next(stream)


def test_readline_and_readlines_give_pieces(keyring: RawAESKeyring, ciphertext: bytes) -> None:
    stream = decryptor(ciphertext, keyring, line_length=500)
    assert stream.readline() == PLAINTEXT[:500]
    rest = stream.readlines()
    assert b"".join(rest) == PLAINTEXT[500:]
    assert {len(piece) for piece in rest[:-1]} == {500}
    assert stream.readline() == b""


def test_buffered_reader_finds_real_lines(keyring: RawAESKeyring, ciphertext: bytes) -> None:
    assert list(io.BufferedReader(decryptor(ciphertext, keyring))) == LINES
    text = io.TextIOWrapper(io.BufferedReader(decryptor(ciphertext, keyring)), encoding="ascii")
    assert text.readline() == LINES[0].decode()
    assert len(text.readlines()) == len(LINES) - 1


def test_buffered_reader_over_an_encryptor(keyring: RawAESKeyring) -> None:
    with io.BufferedReader(CLIENT.stream(mode="e", source=PLAINTEXT, keyring=keyring), buffer_size=333) as reader:
        message = reader.read()
    assert CLIENT.decrypt(source=message, keyring=keyring).result == PLAINTEXT


@pytest.mark.parametrize("size", [1, 100, 4096, 5000, len(PLAINTEXT), 2 * len(PLAINTEXT)])
def test_readinto(keyring: RawAESKeyring, ciphertext: bytes, size: int) -> None:
    stream, buffer, collected = decryptor(ciphertext, keyring), bytearray(size), bytearray()
    while (count := stream.readinto(buffer)) and len(collected) < 10_000 + size:
        collected += buffer[:count]
    assert collected == PLAINTEXT[: len(collected)]
    assert len(collected) >= min(10_000, len(PLAINTEXT))


def test_pieces_of_any_size_join(keyring: RawAESKeyring, ciphertext: bytes) -> None:
    for size in (7, 4095, 4096, 4097, 100_000):
        stream = decryptor(ciphertext, keyring)
        assert b"".join(iter(partial(stream.read, size), b"")) == PLAINTEXT


def test_sources_that_give_little_at_a_time(keyring: RawAESKeyring, ciphertext: bytes) -> None:
    assert CLIENT.stream(mode="d", source=Drip(ciphertext, 11), keyring=keyring).read() == PLAINTEXT
    message = CLIENT.stream(mode="e", source=Drip(PLAINTEXT, 13), keyring=keyring).read()
    assert CLIENT.decrypt(source=message, keyring=keyring).result == PLAINTEXT


def test_streams_are_sources_of_streams(keyring: RawAESKeyring) -> None:
    other = RawAESKeyring("ns", "other", b"o" * 32)
    inner = CLIENT.stream(mode="e", source=PLAINTEXT, keyring=keyring)
    twice = CLIENT.stream(mode="e", source=inner, keyring=other).read()
    once = CLIENT.stream(mode="d", source=twice, keyring=other)
    assert CLIENT.stream(mode="d", source=once, keyring=keyring).read() == PLAINTEXT


def test_compressed_and_encrypted(keyring: RawAESKeyring) -> None:
    message = CLIENT.encrypt(source=gzip.compress(PLAINTEXT), keyring=keyring).result
    with decryptor(message, keyring) as stream, gzip.GzipFile(fileobj=io.BufferedReader(stream)) as unpacked:
        assert unpacked.read() == PLAINTEXT


def test_json_is_loaded_from_a_stream(keyring: RawAESKeyring) -> None:
    document = {"lines": [line.decode() for line in LINES[:500]]}
    message = CLIENT.encrypt(source=json.dumps(document), keyring=keyring).result
    with decryptor(message, keyring) as stream:
        assert json.load(stream) == document


def test_a_generator_of_records(keyring: RawAESKeyring, ciphertext: bytes) -> None:
    def records() -> Iterator[int]:
        with io.BufferedReader(decryptor(ciphertext, keyring)) as reader:
            for line in reader:
                yield int(line[:5])

    assert list(records()) == list(range(len(LINES)))
