"""Sources that cannot seek are asked for no more than the call and the message need next."""

from __future__ import annotations

import io
import shutil

import pytest

import aws_encryption_sdk
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.base import Keyring

from .forge import Forger
from .layout import Layout, layout_of
from .material_sources import SUITES, V2, V2_SIGNED, FixedKeyring, client_for, encrypted
from .reading import drain, drain_into
from .sources import HTTPBody, OpenEndedSource, RecordingSource, ShortReadSource, connection, pipe, slow_writer

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.specification("client-apis/streaming.md", "Consumable Bytes", "Inputs", "Behavior"),
]

FRAME_LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 100)
SIZES = (1, 3, 16, 40, 250)


def needed(layout: Layout, wanted: int) -> int:
    """Tell how much of the message a reader needs that wants the first ``wanted`` bytes of plaintext."""
    plain = 0
    for frame, follower in zip(layout.frames, (*layout.frames[1:], None), strict=True):
        plain += frame.length
        if plain < wanted:
            continue
        if not layout.signed:
            return frame.end
        # The last frame that carries plaintext waits for the signature, so it must be known which one that is.
        last = follower is None or (follower.final and follower.length == 0)
        return layout.end if last or follower is None else follower.end
    return layout.end


def read_as_it_arrives(message: bytes, keyring: Keyring, suite: Algorithm, size: int) -> bytes:
    """Decrypt in calls of ``size``, before each of which only the bytes that it needs have arrived."""
    layout = layout_of(message)
    source = OpenEndedSource(message[: layout.header_end])
    plaintext = b""
    with client_for(suite).stream(mode="d", source=source, keyring=keyring) as stream:
        assert stream.header.algorithm is suite
        while True:
            enough = needed(layout, len(plaintext) + size)
            source.feed(message[len(source.data) : enough])
            piece = stream.read(size)
            assert source.furthest <= enough
            if not piece:
                break
            plaintext += piece
    source.feed(b"the next message")
    assert source.position == source.furthest == len(message)
    return plaintext


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("frame_length", FRAME_LENGTHS)
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_decrypt_needs_no_more_than_the_frames_it_hands_out(
    suite: Algorithm, frame_length: int, size: int, keyring: Keyring
) -> None:
    for length in (0, 1, frame_length, 3 * frame_length - 1, 3 * frame_length):
        plaintext = bytes(range(256))[:length] + bytes(max(0, length - 256))
        message = encrypted(suite, plaintext, keyring, frame_length)
        assert read_as_it_arrives(message, keyring, suite, size) == plaintext


@pytest.mark.parametrize("frame_length", FRAME_LENGTHS)
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_a_final_frame_of_any_length_ends_the_message(suite: Algorithm, frame_length: int) -> None:
    full = bytes(range(frame_length))
    for contents in ([full], [full[:-1]], [full, full], [full, full, full[:1]], [full, b""], [b""]):
        forger = Forger(suite, frame_length)
        message = forger.message(*contents)
        for size in (1, frame_length, 1000):
            assert read_as_it_arrives(message, FixedKeyring.of(forger), suite, size) == b"".join(contents)


@pytest.mark.parametrize("length", [0, 1, 5000])
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_a_non_framed_message_is_read_to_its_last_byte_and_no_further(suite: Algorithm, length: int) -> None:
    forger = Forger(suite, frame_length=0)
    assert read_as_it_arrives(forger.message(bytes(length)), FixedKeyring.of(forger), suite, 100) == bytes(length)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_read_of_everything_ends_with_the_message_while_the_source_stays_open(suite: Algorithm, keyring: Keyring) -> None:
    for frame_length in (1, 8, 100, 0):
        for length in (0, 1, 8, 200, 205):
            source = OpenEndedSource(encrypted(suite, bytes(length), keyring, frame_length))
            with client_for(suite).stream(mode="d", source=source, keyring=keyring) as stream:
                assert stream.read() == bytes(length)


def test_read_of_nothing_asks_for_nothing_of_the_body(keyring: Keyring) -> None:
    message = encrypted(V2, b"plaintext", keyring, 4)
    source = RecordingSource(message)
    with client_for(V2).stream(mode="d", source=source, keyring=keyring) as stream:
        assert stream.read(0) == b""
        assert source.furthest <= layout_of(message).header_end


@pytest.mark.parametrize("longest", [1, 2, 7, 1000])
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_short_reads_leave_what_follows_the_message_unread(suite: Algorithm, longest: int, keyring: Keyring) -> None:
    plaintext = bytes(range(200))
    message = encrypted(suite, plaintext, keyring, 33)
    source = ShortReadSource(message + message, longest)
    for _ in range(2):
        with client_for(suite).stream(mode="d", source=source, keyring=keyring) as stream:
            assert b"".join(stream) == plaintext
    assert source.furthest == 2 * len(message)


@pytest.mark.specification("client-apis/encrypt.md", "Construct the body")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("frame_length", FRAME_LENGTHS)
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_encrypt_hands_out_each_whole_frame_without_waiting_for_more(
    suite: Algorithm, frame_length: int, size: int, keyring: Keyring
) -> None:
    client = client_for(suite)
    header_end = layout_of(encrypted(suite, b"", keyring, frame_length)).header_end
    source = OpenEndedSource()
    ciphertext = io.BytesIO()
    with client.stream(mode="e", source=source, keyring=keyring, algorithm=suite, frame_length=frame_length) as stream:
        assert stream.header.frame_length == frame_length
        ciphertext.write(stream.read(header_end))
        for frames in range(1, 4):
            source.feed(bytes(frame_length))
            ready = header_end + frames * (frame_length + 32)
            while ciphertext.tell() < ready:
                piece = stream.read(min(size, ready - ciphertext.tell()))
                assert piece
                ciphertext.write(piece)
            assert source.furthest == frames * frame_length
        source.finish()
        ciphertext.write(stream.read())
    assert client.decrypt(source=ciphertext.getvalue(), keyring=keyring).result == bytes(3 * frame_length)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_readinto_of_a_large_buffer_takes_the_frame_that_is_there(suite: Algorithm, keyring: Keyring) -> None:
    message = encrypted(suite, bytes(range(100)), keyring, 10)
    layout = layout_of(message)
    buffer = bytearray(1000)
    source = OpenEndedSource(message[: needed(layout, 10)])
    with client_for(suite).stream(mode="d", source=source, keyring=keyring) as decryptor:
        assert decryptor.readinto(buffer) == 10
        source.feed(message[len(source.data) : needed(layout, 20)])
        assert decryptor.readinto(buffer) == 10
        assert buffer[:10] == bytes(range(10, 20))

    source = OpenEndedSource(bytes(10))
    with client_for(suite).stream(mode="e", source=source, keyring=keyring, algorithm=suite, frame_length=10) as encryptor:
        length = 0
        while length < layout.header_end + 42:
            length += encryptor.readinto(buffer)
        assert length == layout.header_end + 42


@pytest.mark.parametrize("buffered", [True, False], ids=["buffered", "raw"])
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_a_pipe_that_stays_open(suite: Algorithm, buffered: bool, keyring: Keyring) -> None:
    plaintext = bytes(range(250)) * 2
    for frame_length in (0, 5, 100, 4096):
        message = encrypted(suite, plaintext, keyring, frame_length)
        with pipe(buffered) as (reader, writer):
            for consume in (_by_copyfileobj, _by_iteration, _by_readinto):
                writer.write(message)
                with client_for(suite).stream(mode="d", source=reader, keyring=keyring) as stream:
                    assert consume(stream) == plaintext


def _by_copyfileobj(stream: aws_encryption_sdk.StreamDecryptor) -> bytes:
    target = io.BytesIO()
    shutil.copyfileobj(stream, target)
    return target.getvalue()


def _by_iteration(stream: aws_encryption_sdk.StreamDecryptor) -> bytes:
    return b"".join(stream)


def _by_readinto(stream: aws_encryption_sdk.StreamDecryptor) -> bytes:
    return drain_into(stream, 64)


@pytest.mark.parametrize("buffered", [True, False], ids=["buffered", "raw"])
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_two_messages_on_a_socket(suite: Algorithm, buffered: bool, keyring: Keyring) -> None:
    with connection(buffered) as (reader, sending):
        for frame_length in (1, 8, 100, 0):
            for plaintext in (b"first", b"the second"):
                sending.sendall(encrypted(suite, plaintext, keyring, frame_length))
            sending.sendall(b"and no message")
            for expected in (b"first", b"the second"):
                with client_for(suite).stream(mode="d", source=reader, keyring=keyring) as stream:
                    assert stream.read() == expected
            assert reader.read(14) == b"and no message"


@pytest.mark.parametrize("piece_length", [1, 50, 4096])
@pytest.mark.parametrize("buffered", [True, False], ids=["buffered", "raw"])
@pytest.mark.parametrize("suite", [V2, V2_SIGNED], ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_a_slow_writer(suite: Algorithm, buffered: bool, piece_length: int, keyring: Keyring) -> None:
    plaintext = bytes(range(251)) * 20
    message = encrypted(suite, plaintext, keyring, 128)
    with (
        pipe(buffered) as (reader, writer),
        slow_writer(writer, message, piece_length),
        client_for(suite).stream(mode="d", source=reader, keyring=keyring) as stream,
    ):
        assert drain(stream, 100) == plaintext
    with pipe(buffered) as (reader, writer), slow_writer(writer, plaintext, piece_length):
        result = client_for(suite).encrypt(source=reader, keyring=keyring, algorithm=suite, frame_length=128).result
    assert client_for(suite).decrypt(source=result, keyring=keyring).result == plaintext


@pytest.mark.parametrize("buffered", [True, False], ids=["buffered", "raw"])
def test_encrypt_from_a_pipe_that_stays_open(buffered: bool, keyring: Keyring) -> None:
    with pipe(buffered) as (reader, writer):
        header_end = layout_of(encrypted(V2_SIGNED, b"", keyring, 64)).header_end
        with client_for(V2_SIGNED).stream(mode="e", source=reader, keyring=keyring, frame_length=64) as stream:
            ciphertext = stream.read(header_end)
            for _ in range(3):
                writer.write(bytes(64))
                ciphertext += stream.read(64 + 32)
            writer.close()
            ciphertext += stream.read()
    assert client_for(V2_SIGNED).decrypt(source=ciphertext, keyring=keyring).result == bytes(192)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_a_body_with_read_alone(suite: Algorithm, keyring: Keyring) -> None:
    plaintext = bytes(10_000)
    message = client_for(suite).encrypt(source=HTTPBody(plaintext), keyring=keyring, algorithm=suite).result
    assert client_for(suite).decrypt(source=HTTPBody(message), keyring=keyring).result == plaintext
    rest = HTTPBody(message + b"rest")
    with client_for(suite).stream(mode="d", source=rest, keyring=keyring) as stream:
        assert stream.read() == plaintext
    assert rest.read() == b"rest"
