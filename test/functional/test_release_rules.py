"""Nothing leaves before it is authenticated, and of a signed message not the last piece before the signature is verified."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag

from aws_encryption_sdk.exceptions import (
    AWSEncryptionSDKClientError,
    BodyAuthenticationError,
    SerializationError,
    SignatureVerificationError,
)
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.base import Keyring

from .forge import Forger
from .layout import Frame, layout_of
from .material_sources import SUITES, V1_SIGNED, V2, V2_SIGNED, FixedKeyring, client_for, encrypted
from .reading import read_until_failure
from .sources import OpenEndedSource, RecordingSource, WouldBlock

pytestmark = [
    pytest.mark.specification(
        "client-apis/decrypt.md",
        "Authenticated Data",
        "Signed Data",
        "Behavior",
        "Decrypt the message body",
        "Verify the signature",
    ),
    pytest.mark.specification("client-apis/streaming.md", "Release"),
]

SIGNED = (Algorithm.AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256, V1_SIGNED, V2_SIGNED)
FRAME_LENGTH = 50
PLAINTEXT = bytes(range(1, 236))
UNTOUCHED = 0


def flipped(message: bytes, offset: int) -> bytes:
    """Change one bit of the byte at ``offset``."""
    return message[:offset] + bytes([message[offset] ^ 0x40]) + message[offset + 1 :]


def release(suite: Algorithm, source: object, keyring: Keyring, size: int) -> tuple[bytes, BaseException | None]:
    """Read a stream in calls of ``size``; return what it released, and the exception that ended it."""
    stream = client_for(suite).stream(mode="d", source=source, keyring=keyring)
    released, error = read_until_failure(stream, size)
    if isinstance(error, AWSEncryptionSDKClientError):
        for _ in range(2):
            with pytest.raises(AWSEncryptionSDKClientError):
                stream.read(size)
    return released, error


@pytest.mark.parametrize("seekable", [True, False], ids=["bytes", "pipe"])
@pytest.mark.parametrize("size", [1, 50, 120, 1000, -1])
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_a_stream_releases_only_what_precedes_the_bad_frame(
    suite: Algorithm, size: int, seekable: bool, keyring: Keyring
) -> None:
    message = encrypted(suite, PLAINTEXT, keyring, FRAME_LENGTH)
    frames = layout_of(message).frames
    for number, frame in enumerate(frames):
        for offset in (frame.start, frame.content - 5, frame.content, frame.content + frame.length - 1, frame.end - 1):
            broken = flipped(message, offset)
            released, error = release(suite, broken if seekable else RecordingSource(broken), keyring, size)
            assert isinstance(error, AWSEncryptionSDKClientError)
            assert released == PLAINTEXT[: len(released)]
            assert len(released) <= number * FRAME_LENGTH
            # All that was authentic may be had, but for the last frame with plaintext of a signed message.
            if size == 1 and not suite.is_signing():
                assert len(released) == number * FRAME_LENGTH


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_a_wrong_tag_is_also_the_exception_of_the_cipher(suite: Algorithm, keyring: Keyring) -> None:
    for frame_length in (0, FRAME_LENGTH):
        message = encrypted(suite, PLAINTEXT, keyring, frame_length)
        layout = layout_of(message)
        for offset in (layout.header_end - 1, layout.frames[0].end - 1, layout.frames[-1].end - 1):
            with pytest.raises(AWSEncryptionSDKClientError) as caught:
                client_for(suite).decrypt(source=flipped(message, offset), keyring=keyring)
            assert isinstance(caught.value, InvalidTag)
            assert isinstance(caught.value, SerializationError if offset < layout.header_end else BodyAuthenticationError)


@pytest.mark.specification("client-apis/decrypt.md", "Parse the header")
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_the_header_is_not_shown_before_it_is_verified(suite: Algorithm, keyring: Keyring) -> None:
    message = encrypted(suite, PLAINTEXT, keyring, FRAME_LENGTH, purpose="test")
    layout = layout_of(message)
    for offset in (5, layout.context[1] - 1, layout.edks_end - 1, layout.header_body_end - 1, layout.header_end - 1):
        stream = client_for(suite).stream(mode="d", source=flipped(message, offset), keyring=keyring)
        for _ in range(2):
            with pytest.raises(AWSEncryptionSDKClientError):
                _ = stream.header
        with pytest.raises(AWSEncryptionSDKClientError):
            stream.read()


CONTENTS: tuple[tuple[bytes, ...], ...] = (
    (b"",),
    (b"only",),
    (b"first", b"last"),
    (b"first", b"other", b"final"),
    (b"first", b"other", b"third", b""),
    (b"first", b""),
)


@pytest.mark.parametrize("size", [1, 3, 5, 9, 100, -1])
@pytest.mark.parametrize("contents", CONTENTS, ids=repr)
@pytest.mark.parametrize("suite", SIGNED, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_the_last_frame_with_plaintext_waits_for_the_signature(
    suite: Algorithm, contents: tuple[bytes, ...], size: int
) -> None:
    forger = Forger(suite, frame_length=5)
    message = forger.message(*contents)
    layout = layout_of(message)
    keyring = FixedKeyring.of(forger)
    filled = [content for content in contents if content]
    before_the_last = b"".join(filled[:-1])

    for end in (layout.body_end, layout.body_end + 2, len(message) - 1):
        released, error = release(suite, OpenEndedSource(message[:end]), keyring, size)
        assert isinstance(error, WouldBlock)
        assert released == before_the_last[: len(released)]
        truncated, error = release(suite, message[:end], keyring, size)
        assert isinstance(error, SerializationError)
        assert truncated == before_the_last[: len(truncated)]

    other = Forger(suite, frame_length=5)
    for footer in (other.footer(message[: layout.body_end]), forger.footer(message[: layout.body_end - 1])):
        for source in (message[: layout.body_end] + footer, RecordingSource(message[: layout.body_end] + footer)):
            released, error = release(suite, source, keyring, size)
            assert isinstance(error, SignatureVerificationError)
            assert isinstance(error, InvalidSignature)
            assert released == before_the_last[: len(released)]
    assert release(suite, message, keyring, size) == (b"".join(contents), None)


@pytest.mark.parametrize("suite", SIGNED, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_one_frame_after_the_other_is_released_while_more_follow(suite: Algorithm) -> None:
    forger = Forger(suite, frame_length=5)
    message = forger.message(b"first", b"other", b"third", b"last")
    frames = layout_of(message).frames
    source = OpenEndedSource(message[: frames[1].end])
    stream = client_for(suite).stream(mode="d", source=source, keyring=FixedKeyring.of(forger))
    assert stream.read(5) == b"first"
    source.feed(message[frames[1].end : frames[2].end])
    assert stream.read(5) == b"other"


@pytest.mark.parametrize("length", [0, 100, 1 << 20, (1 << 20) + 1, 3_000_000])
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_a_non_framed_body_is_released_whole_or_not_at_all(suite: Algorithm, length: int) -> None:
    forger = Forger(suite, frame_length=0)
    message = forger.message(bytes(length))
    layout = layout_of(message)
    ends = [layout.header_end, layout.frames[0].content + length // 2, layout.body_end - 1]
    if suite.is_signing():
        ends += [layout.body_end, len(message) - 1]
    for size in (1, 1 << 16, -1):
        for end in ends:
            assert release(suite, message[:end], FixedKeyring.of(forger), size)[0] == b""
            released, error = release(suite, OpenEndedSource(message[:end]), FixedKeyring.of(forger), size)
            assert (released, type(error)) == (b"", WouldBlock)
        for offset in {layout.body_end - 1, len(message) - 1, layout.body_end - 16 - bool(length)}:
            released, error = release(suite, flipped(message, offset), FixedKeyring.of(forger), size)
            assert released == b""
            assert isinstance(error, AWSEncryptionSDKClientError)


@pytest.mark.parametrize("suite", SIGNED, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_a_one_shot_call_refuses_a_bad_signature(suite: Algorithm, keyring: Keyring) -> None:
    for frame_length in (0, 5, 4096):
        message = encrypted(suite, PLAINTEXT, keyring, frame_length)
        layout = layout_of(message)
        for offset in (layout.body_end + 10, len(message) - 1):
            with pytest.raises(SignatureVerificationError):
                client_for(suite).decrypt(source=flipped(message, offset), keyring=keyring)
        for end in (layout.body_end, layout.body_end + 1, len(message) - 1):
            with pytest.raises(SerializationError):
                client_for(suite).decrypt(source=message[:end], keyring=keyring)
        with pytest.raises(AWSEncryptionSDKClientError):
            client_for(suite).decrypt(source=message[: layout.body_end] + bytes(2), keyring=keyring)


def spoils(frame: Frame) -> tuple[int, ...]:
    """List the offsets at which a frame is broken in turn."""
    return frame.content, frame.content + frame.length // 2, frame.end - 16, frame.end - 1


@pytest.mark.parametrize("size", [1, 49, 50, 51, 150, 1000])
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_readinto_writes_nothing_that_is_not_authentic(suite: Algorithm, size: int, keyring: Keyring) -> None:
    message = encrypted(suite, PLAINTEXT, keyring, FRAME_LENGTH)
    for number, frame in enumerate(layout_of(message).frames):
        for offset in spoils(frame):
            stream = client_for(suite).stream(mode="d", source=flipped(message, offset), keyring=keyring)
            _read_into_until_it_fails(stream.readinto, size, number * FRAME_LENGTH)


@pytest.mark.parametrize("length", [1000, 300_000, 1_500_000])
@pytest.mark.parametrize("frame_length", [0, 128, 70_000, 1_200_000])
@pytest.mark.parametrize("suite", [V2, V2_SIGNED], ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_readinto_of_a_large_buffer_writes_nothing_that_is_not_authentic(
    suite: Algorithm, frame_length: int, length: int, keyring: Keyring
) -> None:
    plaintext = b"\x01" * length
    message = encrypted(suite, plaintext, keyring, frame_length)
    frames = layout_of(message).frames
    for number in {0, len(frames) // 2, len(frames) - 1}:
        for source in (bytes, RecordingSource):
            broken = source(flipped(message, frames[number].end - 1))
            stream = client_for(suite).stream(mode="d", source=broken, keyring=keyring)
            buffer = bytearray(2_000_000)
            with pytest.raises(AWSEncryptionSDKClientError):
                _fill(stream.readinto, buffer)
            assert buffer.count(1) <= number * frame_length
            assert buffer.rfind(1) < number * frame_length


@pytest.mark.parametrize("suite", SIGNED, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_readinto_writes_nothing_of_the_last_frame_before_the_signature(suite: Algorithm) -> None:
    forger = Forger(suite, frame_length=5)
    for contents in CONTENTS:
        message = forger.message(*contents)
        filled = [content for content in contents if content]
        for size in (1, 5, 1000):
            stream = client_for(suite).stream(
                mode="d", source=flipped(message, len(message) - 1), keyring=FixedKeyring.of(forger)
            )
            _read_into_until_it_fails(stream.readinto, size, len(b"".join(filled[:-1])))


def _fill(readinto: Callable[[memoryview], int], buffer: bytearray) -> None:
    written = 0
    while count := readinto(memoryview(buffer)[written:]):
        written += count


def _read_into_until_it_fails(readinto: Callable[[bytearray], int], size: int, authentic: int) -> None:
    total = 0
    while True:
        buffer = bytearray([UNTOUCHED]) * size
        try:
            count = readinto(buffer)
        except AWSEncryptionSDKClientError:
            touched = len(buffer.rstrip(bytes([UNTOUCHED])))
            assert total + touched <= authentic
            return
        assert count > 0
        assert buffer[count:] == bytearray([UNTOUCHED]) * (size - count)
        total += count
        assert total <= authentic
