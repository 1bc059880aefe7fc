"""The end of the frame numbers: the last is 2**32 - 1, and that of the final frame."""

from __future__ import annotations

import pytest

from aws_encryption_sdk import StreamDecryptor, StreamEncryptor
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, SerializationError
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.base import Keyring

from .forge import Forger
from .material_sources import SUITES, V2, FixedKeyring, client_for, encrypted
from .reading import drain, read_until_failure
from .sources import ClaimedLengthSource, RecordingSource

pytestmark = pytest.mark.specification(
    "data-format/message-body.md",
    "Structure > Framed Data",
    "Regular Frame > Sequence Number",
    "Final Frame > Sequence Number",
)

LAST = 2**32 - 1


@pytest.fixture(params=SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def suite(request: pytest.FixtureRequest) -> Algorithm:
    member: Algorithm = request.param
    return member


def numbers_of(body: bytes, frame_length: int) -> list[int]:
    """List the numbers of the frames of a body, and check that the last is marked as final, and no other."""
    numbers = []
    while body[:4] != b"\xff\xff\xff\xff":
        numbers.append(int.from_bytes(body[:4], "big"))
        assert numbers[-1] == int.from_bytes(body[4:16], "big")
        body = body[frame_length + 32 :]
    return [*numbers, int.from_bytes(body[4:8], "big")]


def continue_at(stream: StreamDecryptor, number: int) -> None:
    """Let a reader expect the frame ``number`` next."""
    assert stream.header.frame_length == 10
    assert stream._operation.body is not None
    stream._operation.body.sequence_number = number


@pytest.mark.specification("client-apis/encrypt.md", "Construct a frame")
@pytest.mark.parametrize("size", [1, 100, -1])
def test_the_writer_stops_before_the_numbers_run_out(size: int, suite: Algorithm, keyring: Keyring) -> None:
    def stream_of(plaintext: bytes) -> tuple[StreamEncryptor, int]:
        stream = client_for(suite).stream(
            mode="e", source=RecordingSource(plaintext), keyring=keyring, algorithm=suite, frame_length=10
        )
        assert isinstance(stream, StreamEncryptor)
        _ = stream.header
        # There is no public way to write four thousand million frames within a test.
        stream._operation.sequence_number = LAST - 3
        return stream, len(stream.output_buffer)

    stream, header_length = stream_of(bytes(39))
    message = drain(stream, size)
    assert numbers_of(message[header_length:], 10) == [LAST - 3, LAST - 2, LAST - 1, LAST]

    for length in (40, 41, 1000):
        stream, header_length = stream_of(bytes(length))
        released, error = read_until_failure(stream, size)
        assert isinstance(error, SerializationError)
        # No more than the three regular frames that still had numbers of their own.
        assert len(released) <= header_length + 3 * (10 + 32)


@pytest.mark.specification("client-apis/decrypt.md", "Decrypt the message body")
def test_the_reader_takes_the_last_number(suite: Algorithm) -> None:
    forger = Forger(suite, frame_length=10)
    frames = [forger.regular(LAST - 2, b"first ten."), forger.regular(LAST - 1, b"second ten")]
    message = forger.header + b"".join(frames) + forger.final(LAST, b"end")
    message += forger.footer(message)
    for source in (message, RecordingSource(message)):
        stream = client_for(suite).stream(mode="d", source=source, keyring=FixedKeyring.of(forger))
        continue_at(stream, LAST - 2)
        assert stream.read() == b"first ten.second tenend"


@pytest.mark.specification("client-apis/decrypt.md", "Decrypt the message body")
def test_the_reader_takes_no_number_twice(suite: Algorithm) -> None:
    forger = Forger(suite, frame_length=10)
    regular = [forger.regular(LAST - 1, b"first ten."), forger.regular(LAST, b"second ten")]
    for after in (LAST, 0, 1, LAST - 1):
        message = forger.header + b"".join(regular) + forger.final(after, b"end")
        message += forger.footer(message)
        stream = client_for(suite).stream(mode="d", source=message, keyring=FixedKeyring.of(forger))
        continue_at(stream, LAST - 1)
        released, error = read_until_failure(stream, 1)
        assert isinstance(error, AWSEncryptionSDKClientError)
        assert b"first ten.".startswith(released)


def test_a_source_of_too_many_frames_is_refused_at_once(keyring: Keyring) -> None:
    client = client_for(V2)
    for length, frame_length in ((2**32, 1), (2**34, 4), (2**40, 1)):
        for arguments in ({}, {"source_length": 2**50}):
            source = ClaimedLengthSource(length)
            with pytest.raises(SerializationError, match="frames"):
                client.stream(mode="e", source=source, keyring=keyring, frame_length=frame_length, **arguments).read(10_000)
    stream = client.stream(mode="e", source=ClaimedLengthSource(2**32 - 2), keyring=keyring, frame_length=1)
    assert len(stream.read(10_000)) == 10_000


@pytest.mark.specification("client-apis/decrypt.md", "Decrypt the message body")
@pytest.mark.parametrize("order", [(2, 1), (1, 1), (1, 3), (0, 1), (2, 3)])
def test_frames_out_of_order_are_refused(order: tuple[int, int], suite: Algorithm) -> None:
    forger = Forger(suite, frame_length=10)
    first, second = order
    message = forger.header + forger.regular(first, b"first ten.") + forger.regular(second, b"second ten")
    message += forger.final(3, b"end")
    message += forger.footer(message)
    for source in (message, RecordingSource(message)):
        stream = client_for(suite).stream(mode="d", source=source, keyring=FixedKeyring.of(forger))
        released, error = read_until_failure(stream, 1)
        assert isinstance(error, AWSEncryptionSDKClientError)
        assert released in (b"", b"first ten.")


def _with_ivs_of_its_own(forger: Forger) -> bytes:
    if forger.frame_length == 0:
        message = forger.header + forger.body(b"plaintext!", iv=b"any old IV..")
    else:
        message = (
            forger.header + forger.regular(1, b"plain", iv=b"any old IV.1") + forger.final(2, b"text!", iv=b"any old IV.2")
        )
    return message + forger.footer(message)


@pytest.mark.specification("client-apis/decrypt.md", "Decrypt the message body")
@pytest.mark.parametrize("frame_length", [0, 5])
def test_ivs_of_their_own_are_read_in_format_version_1_alone(frame_length: int, suite: Algorithm) -> None:
    forger = Forger(suite, frame_length)
    message = _with_ivs_of_its_own(forger)
    for source in (message, RecordingSource(message)):
        stream = client_for(suite).stream(mode="d", source=source, keyring=FixedKeyring.of(forger))
        if suite.message_format_version == 1:
            assert stream.read() == b"plaintext!"
            continue
        released, error = read_until_failure(stream, 1)
        assert released == b""
        assert isinstance(error, AWSEncryptionSDKClientError)


@pytest.mark.specification("client-apis/decrypt.md", "Decrypt the message body")
def test_a_missing_or_repeated_frame_is_refused(suite: Algorithm, keyring: Keyring) -> None:
    message = encrypted(suite, bytes(100), keyring, 10)
    header_length = len(encrypted(suite, b"", keyring, 10)) - 40 - (2 + suite.signature_len if suite.is_signing() else 0)
    for number in range(10):
        start, end = header_length + number * 42, header_length + (number + 1) * 42
        for changed in (message[:start] + message[end:], message[:end] + message[start:]):
            with pytest.raises(SerializationError):
                client_for(suite).decrypt(source=changed, keyring=keyring)
