"""Every member of a stream, and what a stream does at its end and after an error."""

from __future__ import annotations

import array
import io
import logging
from collections.abc import Callable

import pytest

from aws_encryption_sdk import DecryptorConfig, EncryptorConfig, StreamDecryptor, StreamEncryptor
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, BodyAuthenticationError, SerializationError
from aws_encryption_sdk.identifiers import Algorithm, CommitmentPolicy, ContentType
from aws_encryption_sdk.keyrings.base import Keyring

from .layout import layout_of
from .material_sources import SUITES, V2, V2_SIGNED, client_for, encrypted
from .sources import RecordingSource

PLAINTEXT = bytes(range(256)) * 80
FRAME_LENGTH = 1000
REQUIRE = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT


@pytest.fixture(params=SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def suite(request: pytest.FixtureRequest) -> Algorithm:
    member: Algorithm = request.param
    return member


@pytest.fixture
def message(suite: Algorithm, keyring: Keyring) -> bytes:
    return encrypted(suite, PLAINTEXT, keyring, FRAME_LENGTH)


@pytest.fixture
def decryptor(suite: Algorithm, message: bytes, keyring: Keyring) -> StreamDecryptor:
    stream = client_for(suite).stream(mode="d", source=message, keyring=keyring)
    assert isinstance(stream, StreamDecryptor)
    return stream


@pytest.fixture
def encryptor(suite: Algorithm, keyring: Keyring) -> StreamEncryptor:
    stream = client_for(suite).stream(
        mode="e", source=PLAINTEXT, keyring=keyring, algorithm=suite, frame_length=FRAME_LENGTH
    )
    assert isinstance(stream, StreamEncryptor)
    return stream


@pytest.mark.specification("client-apis/streaming.md", "Outputs")
def test_read_returns_exactly_what_is_asked_until_the_end(decryptor: StreamDecryptor) -> None:
    handed_out = b""
    for size in (0, 1, 999, 1000, 1001, 5000, 10_000):
        piece = decryptor.read(size)
        assert len(piece) == size
        handed_out += piece
        assert decryptor.tell() == len(handed_out)
    handed_out += decryptor.read(100_000)
    assert handed_out == PLAINTEXT
    assert (decryptor.read(1), decryptor.read(), decryptor.tell()) == (b"", b"", len(PLAINTEXT))


@pytest.mark.parametrize("arguments", [(), (-1,), (None,)])
def test_read_of_everything(decryptor: StreamDecryptor, arguments: tuple[int]) -> None:
    assert decryptor.read(*arguments) == PLAINTEXT


def test_the_encryptor_reads_in_the_same_ways(encryptor: StreamEncryptor, suite: Algorithm, keyring: Keyring) -> None:
    first = encryptor.read(10)
    assert len(first) == encryptor.tell() == 10
    second = encryptor.readline()
    assert len(second) == encryptor.line_length == 8192
    third = next(encryptor)
    message = first + second + third + b"".join(encryptor.readlines())
    assert encryptor.read() == encryptor.read(None) == b""
    assert encryptor.tell() == len(message) == encryptor.ciphertext_length()
    assert client_for(suite).decrypt(source=message, keyring=keyring).result == PLAINTEXT


def test_lines_are_pieces_of_the_line_length(suite: Algorithm, message: bytes, keyring: Keyring) -> None:
    for line_length in (100, 8192, 50_000):
        expected = [PLAINTEXT[at : at + line_length] for at in range(0, len(PLAINTEXT), line_length)]
        arguments = {"mode": "d", "keyring": keyring, "line_length": line_length}
        assert list(client_for(suite).stream(source=message, **arguments)) == expected
        assert client_for(suite).stream(source=message, **arguments).readlines() == expected
        stream = client_for(suite).stream(source=message, **arguments)
        assert stream.line_length == line_length
        assert [next(stream), stream.readline()] == [*expected, b""][:2]
        if len(expected) > 2:
            assert stream.next() == expected[2]
        stream.read()
        with pytest.raises(StopIteration):
            next(stream)


def test_a_stream_is_only_read_forward(encryptor: StreamEncryptor, decryptor: StreamDecryptor) -> None:
    for stream in (encryptor, decryptor):
        assert stream.readable()
        assert not stream.writable()
        assert not stream.seekable()
        calls: tuple[tuple[Callable[..., object], object], ...]
        calls = ((stream.write, b""), (stream.writelines, [b""]), (stream.seek, 0))
        for call, argument in calls:
            with pytest.raises(NotImplementedError) as caught:
                call(argument)
            assert isinstance(caught.value, AWSEncryptionSDKClientError)
        assert len(stream.read()) > 0


@pytest.mark.specification("client-apis/streaming.md", "Outputs")
def test_the_header_is_read_on_demand(suite: Algorithm, message: bytes, keyring: Keyring) -> None:
    source = RecordingSource(message)
    with client_for(suite).stream(mode="d", source=source, keyring=keyring) as stream:
        assert stream.source_stream is source
        assert source.position == 0
        assert stream.header.algorithm is suite
        assert source.position <= layout_of(message).header_end
        assert stream.header_auth.tag == message[layout_of(message).header_end - 16 : layout_of(message).header_end]
        assert stream.read() == PLAINTEXT


def test_the_members_of_an_encryptor(encryptor: StreamEncryptor, suite: Algorithm) -> None:
    assert encryptor.content_type is ContentType.FRAMED_DATA
    assert encryptor.stream_length == len(PLAINTEXT)
    assert encryptor.header.frame_length == FRAME_LENGTH
    assert encryptor.config.frame_length == FRAME_LENGTH
    assert not hasattr(encryptor, "header_auth")
    length = encryptor.ciphertext_length()
    message = encryptor.read()
    assert len(message) == length
    assert (encryptor.signer is not None) == suite.is_signing()
    assert encryptor.sequence_number >= layout_of(message).frames[-1].length // FRAME_LENGTH


def test_the_members_of_a_decryptor(decryptor: StreamDecryptor, message: bytes, suite: Algorithm) -> None:
    layout = layout_of(message)
    assert decryptor.stream_length == len(message)
    assert decryptor.config.max_body_length is None
    assert decryptor.read() == PLAINTEXT
    assert decryptor.last_sequence_number == len(layout.frames)
    assert (decryptor.verifier is not None) == suite.is_signing()
    if suite.is_signing():
        footer = decryptor.footer
        assert footer is not None
        assert footer.signature == message[layout.body_end + 2 :]


def test_the_length_of_a_non_framed_body(keyring: Keyring) -> None:
    message = encrypted(V2, b"seventeen bytes..", keyring, 0)
    with client_for(V2).stream(mode="d", source=message, keyring=keyring) as stream:
        assert stream.header.content_type is ContentType.NO_FRAMING
        assert stream.read() == b"seventeen bytes.."
        assert stream.body_length == 17


def test_a_configuration_object_instead_of_arguments(keyring: Keyring) -> None:
    config = EncryptorConfig(source=PLAINTEXT, commitment_policy=REQUIRE, keyring=keyring, frame_length=33)
    with StreamEncryptor(config=config) as encryptor:
        message = encryptor.read()
    assert layout_of(message).frame_length == 33
    with StreamDecryptor(config=DecryptorConfig(source=message, commitment_policy=REQUIRE, keyring=keyring)) as decryptor:
        assert decryptor.read() == PLAINTEXT
    with StreamEncryptor(source=b"", keyring=keyring) as encryptor:
        assert layout_of(encryptor.read()).suite_id == 0x0578


@pytest.mark.specification("client-apis/streaming.md", "Outputs")
def test_close_after_the_end(encryptor: StreamEncryptor, decryptor: StreamDecryptor) -> None:
    for stream in (encryptor, decryptor):
        stream.read()
        assert [stream.closed, stream.close(), stream.closed, stream.close()] == [False, None, True, None]
        for use in (stream.read, stream.readline, stream.readlines, lambda stream=stream: next(stream)):
            with pytest.raises(ValueError, match="closed") as caught:
                use()
            assert isinstance(caught.value, AWSEncryptionSDKClientError)


@pytest.mark.specification("client-apis/streaming.md", "Outputs")
@pytest.mark.parametrize("begin", [lambda stream: None, lambda stream: stream.header, lambda stream: stream.read(1500)])
def test_an_explicit_close_before_the_end_raises(
    begin: Callable[[object], object], encryptor: StreamEncryptor, decryptor: StreamDecryptor
) -> None:
    for stream in (encryptor, decryptor):
        begin(stream)
        with pytest.raises(SerializationError):
            stream.close()


@pytest.mark.parametrize("size", [0, 1, 1000, 1001, 19_999])
def test_leaving_with_after_a_partial_read_is_silent(
    size: int, encryptor: StreamEncryptor, decryptor: StreamDecryptor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for stream in (encryptor, decryptor):
            with stream as entered:
                assert entered is stream
                assert len(stream.read(size)) == size
    assert [record for record in caplog.records if record.levelno > logging.DEBUG] == []


def test_an_exception_leaves_with_as_it_is(encryptor: StreamEncryptor, decryptor: StreamDecryptor) -> None:
    for stream in (encryptor, decryptor):
        with pytest.raises(KeyError, match="mine"), stream:
            raise KeyError("mine" + str(len(stream.read(10))))


def test_an_exception_is_logged_nowhere_above_debug(
    suite: Algorithm, message: bytes, keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    stream = client_for(suite).stream(mode="d", source=message[:-200], keyring=keyring)
    with caplog.at_level(logging.DEBUG), pytest.raises(SerializationError), stream:
        stream.read()
    assert [record for record in caplog.records if record.levelno > logging.DEBUG] == []


def test_use_after_an_error_raises_again(suite: Algorithm, message: bytes, keyring: Keyring) -> None:
    frame = layout_of(message).frames[2]
    broken = bytearray(message)
    broken[frame.content] ^= 1
    stream = client_for(suite).stream(mode="d", source=bytes(broken), keyring=keyring)
    with pytest.raises(BodyAuthenticationError):
        stream.read()
    for use in (
        stream.read,
        lambda: stream.read(1),
        stream.readline,
        lambda: stream.readinto(bytearray(9)),
        stream.readlines,
    ):
        with pytest.raises(AWSEncryptionSDKClientError):
            use()
    with pytest.raises(AWSEncryptionSDKClientError):
        next(stream)


def test_an_encryptor_raises_again_after_an_error(keyring: Keyring) -> None:
    stream = client_for(V2_SIGNED).stream(mode="e", source=bytes(100), source_length=99, keyring=keyring, frame_length=10)
    for _ in range(3):
        with pytest.raises(AWSEncryptionSDKClientError):
            stream.read()


def test_readinto_any_writable_buffer(suite: Algorithm, message: bytes, keyring: Keyring) -> None:
    def stream() -> StreamDecryptor:
        opened = client_for(suite).stream(mode="d", source=message, keyring=keyring)
        assert isinstance(opened, StreamDecryptor)
        return opened

    buffer = bytearray(30_000)
    assert io.BufferedReader(stream()).readinto(buffer) == len(PLAINTEXT)
    assert buffer == PLAINTEXT + bytes(30_000 - len(PLAINTEXT))

    opened = stream()
    words = array.array("I", bytes(4000))
    assert opened.readinto(words) == 4000
    assert words.tobytes() == PLAINTEXT[:4000]
    window = memoryview(buffer)[10:110]
    assert opened.readinto(window) == 100
    assert bytes(window) == PLAINTEXT[4000:4100]
    assert buffer[:10] == PLAINTEXT[:10]
    assert buffer[110:200] == PLAINTEXT[110:200]
    assert opened.readinto(bytearray()) == 0
    with pytest.raises(TypeError):
        opened.readinto(b"read only")
    assert opened.read() == PLAINTEXT[4100:]
    assert opened.readinto(buffer) == 0
