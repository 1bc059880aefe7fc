"""Members of the streams that programs look at."""

from __future__ import annotations

import io
from typing import Any

import pytest

import aws_encryption_sdk
from aws_encryption_sdk import Algorithm, CommitmentPolicy, StreamDecryptor, StreamEncryptor
from aws_encryption_sdk.exceptions import SerializationError
from aws_encryption_sdk.identifiers import ContentType
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

CLIENT = aws_encryption_sdk.EncryptionSDKClient()
POLICY = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
PLAINTEXT = bytes(range(256)) * 100
UNSIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY


@pytest.fixture
def ciphertext(keyring: RawAESKeyring) -> bytes:
    """A signed message of several frames."""
    message: bytes = CLIENT.encrypt(source=PLAINTEXT, keyring=keyring, encryption_context={"a": "b"}).result
    return message


@pytest.fixture(params=["e", "d"])
def stream(request: pytest.FixtureRequest, keyring: RawAESKeyring, ciphertext: bytes) -> Any:
    """One stream of each kind."""
    return CLIENT.stream(mode=request.param, source=PLAINTEXT if request.param == "e" else ciphertext, keyring=keyring)


def test_classes_are_called_directly(keyring: RawAESKeyring) -> None:
    with StreamEncryptor(source=PLAINTEXT, keyring=keyring, commitment_policy=POLICY) as encryptor:
        ciphertext = encryptor.read()
    with StreamDecryptor(source=ciphertext, keyring=keyring, commitment_policy=POLICY) as decryptor:
        assert decryptor.read() == PLAINTEXT


def test_policy_is_optional_for_the_classes(keyring: RawAESKeyring) -> None:
    ciphertext = StreamEncryptor(source=PLAINTEXT, keyring=keyring).read()
    assert StreamDecryptor(source=ciphertext, keyring=keyring).read() == PLAINTEXT


def test_header_before_anything_was_read(keyring: RawAESKeyring, ciphertext: bytes) -> None:
    encryptor = CLIENT.stream(mode="e", source=PLAINTEXT, keyring=keyring, encryption_context={"a": "b"})
    assert encryptor.header.encryption_context["a"] == "b"
    assert encryptor.bytes_read == 0
    decryptor = CLIENT.stream(mode="d", source=ciphertext, keyring=keyring)
    assert decryptor.header.encryption_context["a"] == "b"
    assert decryptor.bytes_read == 0
    assert decryptor.read() == PLAINTEXT


def test_header_of_both_sides_is_the_same(keyring: RawAESKeyring) -> None:
    encryptor = CLIENT.stream(mode="e", source=PLAINTEXT, keyring=keyring)
    message = encryptor.read()
    decryptor = CLIENT.stream(mode="d", source=message, keyring=keyring)
    assert decryptor.header == encryptor.header


def test_position_is_what_was_handed_out(stream: Any) -> None:
    assert stream.tell() == stream.bytes_read == 0
    assert len(stream.read(100)) == 100
    assert stream.tell() == stream.bytes_read == 100
    rest = stream.read()
    assert stream.tell() == stream.bytes_read == 100 + len(rest)


def test_capabilities(stream: Any) -> None:
    assert stream.readable() is True
    assert stream.writable() is False
    assert stream.seekable() is False
    for refused, argument in ((stream.write, b"x"), (stream.writelines, [b"x"]), (stream.seek, 0)):
        with pytest.raises(NotImplementedError):
            refused(argument)


def test_read_all_in_every_way(keyring: RawAESKeyring, ciphertext: bytes) -> None:
    for arguments in ((), (-1,), (None,)):
        assert CLIENT.stream(mode="d", source=ciphertext, keyring=keyring).read(*arguments) == PLAINTEXT
    assert CLIENT.stream(mode="d", source=ciphertext, keyring=keyring).read(b=100) == PLAINTEXT[:100]


def test_end_is_an_empty_read(stream: Any) -> None:
    assert stream.read(0) == b""
    assert stream.read()
    assert stream.read() == stream.read(10) == b""


def test_stream_length(keyring: RawAESKeyring, ciphertext: bytes) -> None:
    for source in (PLAINTEXT, io.BytesIO(PLAINTEXT)):
        assert CLIENT.stream(mode="e", source=source, keyring=keyring).stream_length == len(PLAINTEXT)
    assert CLIENT.stream(mode="d", source=ciphertext, keyring=keyring).stream_length == len(ciphertext)


@pytest.mark.parametrize("frame_length", [0, 128, 4096, 25_600, 100_000])
@pytest.mark.parametrize("algorithm", [UNSIGNED, Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384])
def test_ciphertext_length_is_exact(keyring: RawAESKeyring, frame_length: int, algorithm: Algorithm) -> None:
    encryptor = CLIENT.stream(mode="e", source=PLAINTEXT, keyring=keyring, frame_length=frame_length, algorithm=algorithm)
    expected = encryptor.ciphertext_length()
    assert len(encryptor.read()) == expected


def test_closing_after_the_end(stream: Any) -> None:
    stream.read()
    assert not stream.closed
    stream.close()
    assert stream.closed
    with pytest.raises(ValueError, match="closed"):
        stream.read()


def test_closing_before_the_end(stream: Any) -> None:
    stream.read(10)
    with pytest.raises(SerializationError):
        stream.close()


def test_leaving_with_before_the_end_is_silent(keyring: RawAESKeyring, ciphertext: bytes) -> None:
    for mode, source in (("e", PLAINTEXT), ("d", ciphertext)):
        with CLIENT.stream(mode=mode, source=source, keyring=keyring) as stream:
            assert len(stream.read(10)) == 10


def test_leaving_with_closes(keyring: RawAESKeyring) -> None:
    with CLIENT.stream(mode="e", source=PLAINTEXT, keyring=keyring) as encryptor:
        encryptor.read()
    assert encryptor.closed


def test_an_exception_of_the_program_comes_through(keyring: RawAESKeyring) -> None:
    with pytest.raises(LookupError, match="of the program"), CLIENT.stream(mode="e", source=b"x", keyring=keyring):
        raise LookupError("of the program")


def test_members_of_an_encryptor(keyring: RawAESKeyring) -> None:
    source = io.BytesIO(PLAINTEXT)
    encryptor = CLIENT.stream(mode="e", source=source, keyring=keyring, frame_length=1024, line_length=77)
    assert encryptor.content_type is ContentType.FRAMED_DATA
    assert encryptor.config.frame_length == 1024
    assert encryptor.config.line_length == encryptor.line_length == 77
    assert encryptor.source_stream.readable()
    encryptor.read()
    assert encryptor.source_stream.tell() == len(PLAINTEXT)
    assert encryptor.signer is not None
    assert isinstance(encryptor.sequence_number, int)
    assert bytes(encryptor.output_buffer) == b""
    # A command line program tells the two kinds of stream apart by this.
    assert not hasattr(encryptor, "header_auth")


def test_unsigned_and_unframed(keyring: RawAESKeyring) -> None:
    encryptor = CLIENT.stream(mode="e", source=PLAINTEXT, keyring=keyring, frame_length=0, algorithm=UNSIGNED)
    message = encryptor.read()
    assert encryptor.content_type is ContentType.NO_FRAMING
    assert encryptor.signer is None
    decryptor = CLIENT.stream(mode="d", source=message, keyring=keyring)
    decryptor.read()
    assert decryptor.verifier is None
    assert decryptor.body_length == len(PLAINTEXT)


def test_generated_header(keyring: RawAESKeyring) -> None:
    encryptor = CLIENT.stream(mode="e", source=PLAINTEXT, keyring=keyring, encryption_context={"a": "b"})
    actual = encryptor.header
    generated = encryptor.generate_header(message_id=actual.message_id)
    assert generated.message_id == actual.message_id
    assert generated.encryption_context == actual.encryption_context
    assert generated.encrypted_data_keys == actual.encrypted_data_keys


def test_members_of_a_decryptor(keyring: RawAESKeyring, ciphertext: bytes) -> None:
    decryptor = CLIENT.stream(mode="d", source=ciphertext, keyring=keyring, max_body_length=10_000)
    assert type(decryptor.header_auth).__name__ == "MessageHeaderAuthentication"
    assert decryptor.config.max_body_length == 10_000
    assert decryptor.read() == PLAINTEXT
    assert decryptor.footer is not None
    assert decryptor.verifier is not None
    # 25600 bytes are six full frames of 4096 and a final one.
    assert decryptor.last_sequence_number == 7
