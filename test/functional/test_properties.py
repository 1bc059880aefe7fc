"""Properties of every message: round trips, exact lengths, and that any damage is noticed."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import Algorithm

from .layout import layout_of
from .material_sources import SUITES, V1, V2, aes_keyring, client_for, encrypted
from .reading import drain, drain_into, read_until_failure
from .sources import HTTPBody, RecordingSource, SeekableRecordingSource, ShortReadSource

KEYRING: Final = aes_keyring()
moderately = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])

suites = st.sampled_from(list(Algorithm))
frame_lengths = st.one_of(st.integers(1, 40), st.sampled_from([0, 64, 100, 4096, 65536, 2**31, 2**32 - 1]))
sizes = st.one_of(st.integers(1, 100), st.sampled_from([-1, 8192, 2**20]))
source_types: st.SearchStrategy[Callable[[bytes], Any]] = st.one_of(
    st.sampled_from([bytes, bytearray, memoryview, io.BytesIO, RecordingSource, SeekableRecordingSource, HTTPBody]),
    st.integers(1, 50).map(lambda longest: lambda data: ShortReadSource(data, longest)),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
contexts = st.dictionaries(texts.filter(lambda key: not key.startswith("aws-crypto-")), texts, max_size=5)


@st.composite
def plaintexts(draw: st.DrawFn, frame_length: int) -> bytes:
    """Draw a plaintext of any short length, or of one around a multiple of the frame length."""
    if 0 < frame_length <= 4096 and draw(st.booleans()):
        length = max(0, draw(st.integers(0, 5)) * frame_length + draw(st.integers(-1, 1)))
    else:
        length = draw(st.integers(0, 300))
    seed = draw(st.integers(0, 255))
    return bytes((seed + at * 7) % 256 for at in range(length))


def read_all(stream: Any, size: int, into: bool) -> bytes:
    """Read a stream to its end, by ``read`` or by ``readinto``."""
    if size < 0:
        whole: bytes = stream.read()
        return whole
    return drain_into(stream, size) if into else drain(stream, size)


@pytest.mark.specification("client-apis/decrypt.md", "Plaintext")
@moderately
@given(st.data())
def test_whatever_is_encrypted_decrypts(data: st.DataObject) -> None:
    suite = data.draw(suites, "suite")
    frame_length = data.draw(frame_lengths, "frame length")
    plaintext = data.draw(plaintexts(frame_length), "plaintext")
    context = data.draw(contexts, "context")
    given_again = {key: value for key, value in context.items() if data.draw(st.booleans())}
    client = client_for(suite)
    arguments: dict[str, Any] = {"algorithm": suite, "frame_length": frame_length, "encryption_context": context}
    encrypt_source = data.draw(source_types, "source of encrypt")(plaintext)
    with client.stream(
        mode="e", source=encrypt_source, keyring=KEYRING, source_length=len(plaintext), **arguments
    ) as encryptor:
        message = read_all(encryptor, data.draw(sizes, "size of encrypt"), data.draw(st.booleans()))
        assert len(message) == encryptor.ciphertext_length()
    layout = layout_of(message)
    assert layout.frame_length == frame_length
    if frame_length:
        assert [frame.length for frame in layout.frames[:-1]] == [frame_length] * (len(plaintext) // frame_length)

    source = data.draw(source_types, "source of decrypt")(message)
    with client.stream(mode="d", source=source, keyring=KEYRING, encryption_context=given_again) as decryptor:
        assert read_all(decryptor, data.draw(sizes, "size of decrypt"), data.draw(st.booleans())) == plaintext
        header = decryptor.header
    assert {key: value for key, value in header.encryption_context.items() if key != "aws-crypto-public-key"} == context
    assert header.algorithm is suite
    assert client.decrypt(source=message, keyring=KEYRING, encryption_context=given_again).result == plaintext


@pytest.mark.specification("client-apis/encrypt.md", "Encrypted Message")
@moderately
@given(st.data())
def test_one_shot_and_streaming_write_messages_of_one_shape(data: st.DataObject) -> None:
    suite = data.draw(suites)
    frame_length = data.draw(frame_lengths)
    plaintext = data.draw(plaintexts(frame_length))
    client = client_for(suite)
    arguments: dict[str, Any] = {"keyring": KEYRING, "algorithm": suite, "frame_length": frame_length}
    one_shot = layout_of(client.encrypt(source=plaintext, **arguments).result)
    streamed = client.stream(mode="e", source=RecordingSource(plaintext), source_length=len(plaintext), **arguments)
    assert layout_of(read_all(streamed, data.draw(sizes), data.draw(st.booleans()))) == one_shot


messages = {
    (suite, frame_length): (encrypted(suite, bytes(range(1, 101)), KEYRING, frame_length, some="context"), client_for(suite))
    for suite in SUITES
    for frame_length in (0, 1, 30, 50, 4096)
}


def released_by(client: EncryptionSDKClient, message: bytes, size: int, one_way: bool) -> tuple[bytes, bool]:
    """Read a stream; return what it released, and whether it raised."""
    source = RecordingSource(message) if one_way else message
    stream = client.stream(mode="d", source=source, keyring=KEYRING)
    released, error = read_until_failure(stream, size)
    return released, isinstance(error, AWSEncryptionSDKClientError)


@settings(moderately, max_examples=400)
@given(st.sampled_from(sorted(messages, key=repr)), st.integers(0), sizes, st.booleans())
def test_truncation_anywhere_raises(which: tuple[Algorithm, int], cut: int, size: int, one_way: bool) -> None:
    message, client = messages[which]
    released, raised = released_by(client, message[: cut % len(message)], size, one_way)
    assert raised
    assert bytes(range(1, 101)).startswith(released)


@pytest.mark.specification("client-apis/decrypt.md", "Verify the header", "Decrypt the message body", "Verify the signature")
@settings(moderately, max_examples=800)
@given(st.sampled_from(sorted(messages, key=repr)), st.integers(0), st.integers(1, 255), sizes, st.booleans())
def test_any_change_of_a_byte_raises(which: tuple[Algorithm, int], at: int, mask: int, size: int, one_way: bool) -> None:
    message, client = messages[which]
    at %= len(message)
    changed = message[:at] + bytes([message[at] ^ mask]) + message[at + 1 :]
    released, raised = released_by(client, changed, size, one_way)
    assert raised
    assert bytes(range(1, 101)).startswith(released)
    # Whoever wants everything in one call gets nothing of a message that is not whole.
    assert size >= 0 or released == b""


@settings(moderately, max_examples=200)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\x01\x80", b"\x02\x04\x78", b"\x02\x05\x78"]), st.booleans())
def test_arbitrary_bytes_raise_nothing_foreign(garbage: bytes, start: bytes, one_way: bool) -> None:
    for suite in (V1, V2):
        assert released_by(client_for(suite), start + garbage, -1, one_way) == (b"", True)


@settings(moderately, max_examples=50)
@given(st.sampled_from(sorted(messages, key=repr)), st.integers(1, 3), sizes)
def test_a_message_that_arrives_byte_by_byte(which: tuple[Algorithm, int], longest: int, size: int) -> None:
    message, client = messages[which]
    stream = client.stream(mode="d", source=ShortReadSource(message, longest), keyring=KEYRING)
    assert drain(stream, size) == bytes(range(1, 101))
