"""The attic: the parts of a message, written and read one by one."""

from __future__ import annotations

import io
import os
from collections.abc import Callable

import attrs
import pytest

from aws_encryption_sdk import CommitmentPolicy, encrypt
from aws_encryption_sdk.exceptions import (
    ArgumentTypeError,
    HeaderAuthenticationError,
    MaxEncryptedDataKeysExceeded,
    NotSupportedError,
    SerializationError,
    SignatureVerificationError,
)
from aws_encryption_sdk.identifiers import (
    AlgorithmSuite,
    ContentAADString,
    ContentType,
    EncryptionKeyType,
    WrappingAlgorithm,
)
from aws_encryption_sdk.internal import formatting
from aws_encryption_sdk.internal.crypto.authentication import Verifier
from aws_encryption_sdk.internal.crypto.data_keys import derive_data_encryption_key
from aws_encryption_sdk.internal.crypto.encryption import decrypt
from aws_encryption_sdk.internal.defaults import ENCODED_SIGNER_KEY
from aws_encryption_sdk.internal.formatting import deserialize, serialize
from aws_encryption_sdk.internal.formatting import encryption_context as context_format
from aws_encryption_sdk.internal.structures import EncryptedData, MessageNoFrameBody
from aws_encryption_sdk.key_providers.raw import RawMasterKey, WrappingKey
from aws_encryption_sdk.structures import MessageHeader, RawDataKey

WRAPPING = WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING
#: The kinds that differ in their bytes: version 1 and 2, signed and not.
SUITES = [
    AlgorithmSuite.AES_128_GCM_IV12_TAG16,
    AlgorithmSuite.AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256,
    AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
    AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384,
]
SIGNED = SUITES[3]
CONTEXT = {"purpose": "test", "größe": "groß"}
each_suite = pytest.mark.parametrize("suite", SUITES, ids=[f"{suite.algorithm_id:04x}" for suite in SUITES])


@pytest.fixture(scope="module")
def master_key() -> RawMasterKey:
    wrapping_key = WrappingKey(WRAPPING, os.urandom(32), EncryptionKeyType.SYMMETRIC)
    return RawMasterKey(provider_id="provider", key_id="key", wrapping_key=wrapping_key)


def make(
    master_key: RawMasterKey, suite: AlgorithmSuite, plaintext: bytes, frame_length: int
) -> tuple[bytes, MessageHeader]:
    policy = (
        CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT if suite.commits else CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    )
    return encrypt(
        source=plaintext,
        key_provider=master_key,
        algorithm=suite,
        frame_length=frame_length,
        encryption_context=CONTEXT,
        commitment_policy=policy,
    )


@each_suite
@pytest.mark.parametrize("frame_length", [0, 128])
def test_lengths_are_those_of_the_message(master_key: RawMasterKey, suite: AlgorithmSuite, frame_length: int) -> None:
    for length in (0, 1, 127, 128, 129, 384):
        message, header = make(master_key, suite, bytes(length), frame_length)
        assert formatting.ciphertext_length(header, length) == len(message)
        body_start = formatting.header_length(header)
        assert message[body_start:][: formatting.body_length(header, length)][:4] in (bytes(4), b"\0\0\0\1", b"\xff" * 4)
        assert formatting.footer_length(header) == (2 + suite.signature_len if suite.signs else 0)


@each_suite
def test_message_read_and_written_part_by_part(master_key: RawMasterKey, suite: AlgorithmSuite) -> None:
    plaintext = os.urandom(300)
    message, written = make(master_key, suite, plaintext, 128)
    stream = io.BytesIO(message)
    header, raw = deserialize.deserialize_header(stream)
    assert header == written
    assert stream.tell() == len(raw) == len(serialize.serialize_header(header))
    assert serialize.serialize_header(header) == raw == message[: len(raw)]
    verifier = None
    if suite.signs:
        verifier = Verifier.from_encoded_point(suite, header.encryption_context[ENCODED_SIGNER_KEY])
        verifier.update(raw)
    authentication = deserialize.deserialize_header_auth(header.version, stream, suite, verifier)
    assert stream.tell() == formatting.header_length(header)
    data_key = master_key.decrypt_data_key(header.encrypted_data_keys[0], suite, header.encryption_context).data_key
    deserialize.validate_header(header, authentication, raw, data_key)
    with pytest.raises(HeaderAuthenticationError):
        deserialize.validate_header(header, authentication, raw + b".", data_key)

    key = derive_data_encryption_key(data_key, suite, header.message_id)
    assert serialize.serialize_header_auth(header.version, suite, raw, key) in message
    with_more = io.BytesIO(serialize.serialize_header_auth(header.version, suite, raw, key, required_ec_bytes=b"required"))
    more = deserialize.deserialize_header_auth(header.version, with_more, suite)
    deserialize.validate_header(header, more, raw + b"required", data_key)
    read, rest, final = b"", plaintext, False
    while not final:
        start = stream.tell()
        frame, final = deserialize.deserialize_frame(stream, header, verifier)
        string = ContentAADString.FINAL_FRAME_STRING_ID if final else ContentAADString.FRAME_STRING_ID
        aad = context_format.assemble_content_aad(header.message_id, string, frame.sequence_number, len(frame.ciphertext))
        read += decrypt(suite, key, EncryptedData(frame.iv, frame.ciphertext, frame.tag), aad)
        again, rest = serialize.serialize_frame(suite, rest, header.message_id, key, 128, frame.sequence_number, final)
        assert again == message[start : stream.tell()]
    assert (read, rest) == (plaintext, b"")
    footer = deserialize.deserialize_footer(stream, verifier)
    assert len(footer.signature) == suite.signature_len
    assert stream.read() == b""


@each_suite
def test_non_framed_body(master_key: RawMasterKey, suite: AlgorithmSuite) -> None:
    message, header = make(master_key, suite, b"plaintext", 0)
    stream = io.BytesIO(message)
    stream.seek(formatting.header_length(header))
    start = stream.tell()
    nonce, length = deserialize.deserialize_non_framed_values(stream, header)
    opening = serialize.serialize_non_framed_open(suite, nonce, length)
    assert message[start : stream.tell()] == opening
    ciphertext = stream.read(length)
    body = MessageNoFrameBody(nonce, ciphertext, deserialize.deserialize_tag(stream, header))
    assert stream.tell() - start == formatting.body_length(header, length)
    assert serialize.serialize_non_framed_close(body.tag) == body.tag
    assert (body.sequence_number, body.final_frame, header.content_type) == (1, True, ContentType.NO_FRAMING)
    with pytest.raises(SerializationError):
        serialize.serialize_non_framed_open(suite, os.urandom(12), length)


def test_wrong_signature(master_key: RawMasterKey) -> None:
    message, header = make(master_key, SIGNED, b"plaintext", 128)
    verifier = Verifier.from_encoded_point(SIGNED, header.encryption_context[ENCODED_SIGNER_KEY])
    verifier.update(b"another message")
    with pytest.raises(SignatureVerificationError):
        deserialize.deserialize_footer(io.BytesIO(message[-105:]), verifier)


@each_suite
def test_header_alone_and_cut_anywhere(master_key: RawMasterKey, suite: AlgorithmSuite) -> None:
    message, _ = make(master_key, suite, b"plaintext", 128)
    header, raw = deserialize.deserialize_header(io.BytesIO(message))
    alone = io.BytesIO(raw)
    assert deserialize.deserialize_header(alone) == (header, raw)
    assert alone.tell() == len(raw)
    for length in range(len(raw)):
        with pytest.raises(SerializationError):
            deserialize.deserialize_header(io.BytesIO(raw[:length]))


def test_header_from_a_stream_that_gives_byte_after_byte(master_key: RawMasterKey) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size, 1) if size else size)

    message, header = make(master_key, SIGNED, b"plaintext", 128)
    assert deserialize.deserialize_header(Slow(message))[0] == header


def test_header_from_a_stream_that_cannot_be_repositioned() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with pytest.raises(NotSupportedError, match=r"io\.BytesIO"):
        deserialize.deserialize_header(Pipe(b""))


def test_most_encrypted_data_keys(master_key: RawMasterKey) -> None:
    _, header = make(master_key, SIGNED, b"", 128)
    keys = [*header.encrypted_data_keys] * 2
    several = attrs.evolve(header, encrypted_data_keys=keys)
    raw = serialize.serialize_header(several)
    assert deserialize.deserialize_header(io.BytesIO(raw), max_encrypted_data_keys=2)[0] == several
    one = b"\0\2" + serialize.serialize_encrypted_data_key(keys[0]) * 2
    assert deserialize.deserialize_encrypted_data_keys(io.BytesIO(one), max_encrypted_data_keys=2) == {keys[0]}
    for read in (
        lambda: deserialize.deserialize_header(io.BytesIO(raw), max_encrypted_data_keys=1),
        lambda: deserialize.deserialize_encrypted_data_keys(io.BytesIO(one), max_encrypted_data_keys=1),
    ):
        with pytest.raises(MaxEncryptedDataKeysExceeded):
            read()
    for faulty in (b"\0\0", one[:-1], b"\0"):
        with pytest.raises(SerializationError):
            deserialize.deserialize_encrypted_data_keys(io.BytesIO(faulty))


def test_wrapped_keys(master_key: RawMasterKey) -> None:
    data_key = RawDataKey(master_key.key_provider, os.urandom(32))
    encrypted = master_key.encrypt_data_key(data_key, SIGNED, CONTEXT)
    assert encrypted.key_provider.key_info.startswith(serialize.serialize_raw_master_key_prefix(master_key))
    wrapped = deserialize.deserialize_wrapped_key(WRAPPING, b"key", encrypted)
    assert master_key.config.wrapping_key.decrypt(wrapped, CONTEXT) == data_key.data_key
    assert serialize.serialize_wrapped_key(master_key.key_provider, WRAPPING, b"key", wrapped) == encrypted
    for key_id, faulty in (
        (b"other", encrypted),
        (b"key", attrs.evolve(encrypted, encrypted_data_key=bytes(16))),
    ):
        with pytest.raises(SerializationError):
            deserialize.deserialize_wrapped_key(WRAPPING, key_id, faulty)


def test_keys_wrapped_with_rsa_have_the_bare_name(master_key: RawMasterKey) -> None:
    wrapped = EncryptedData(None, b"ciphertext", None)
    encrypted = serialize.serialize_wrapped_key(master_key.key_provider, WrappingAlgorithm.RSA_PKCS1, b"key", wrapped)
    assert (encrypted.key_provider, encrypted.encrypted_data_key) == (master_key.key_provider, b"ciphertext")
    assert deserialize.deserialize_wrapped_key(WrappingAlgorithm.RSA_PKCS1, "key", encrypted) == wrapped
    with pytest.raises(SerializationError):
        deserialize.deserialize_wrapped_key(WrappingAlgorithm.RSA_PKCS1, b"other", encrypted)


@pytest.mark.parametrize("number", [-1, 0, 2**32])
def test_frame_with_a_number_that_there_is_not(number: int) -> None:
    with pytest.raises(SerializationError):
        serialize.serialize_frame(SIGNED, b"", bytes(32), bytes(32), 128, number, True)


def test_encryption_context() -> None:
    serialized = context_format.serialize_encryption_context({"b": "2", "a": ""})
    assert serialized == b"\0\2\0\1a\0\0\0\1b\0\1" + b"2"
    assert context_format.deserialize_encryption_context(serialized) == {"a": "", "b": "2"}
    assert context_format.serialize_encryption_context({b"a": b"1"}) == b"\0\1\0\1a\0\1" + b"1"  # type: ignore[dict-item]
    assert context_format.serialize_encryption_context(None) == context_format.serialize_encryption_context({}) == b""
    assert context_format.deserialize_encryption_context(b"") == context_format.deserialize_encryption_context(b"\0\0") == {}


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: context_format.serialize_encryption_context({"a": 1}), ArgumentTypeError),  # type: ignore[dict-item]
        (lambda: context_format.serialize_encryption_context({"a" * 70000: "b"}), SerializationError),
        (lambda: context_format.deserialize_encryption_context(b"\0\1\0\1a\0\1bz"), SerializationError),
        (lambda: context_format.assemble_content_aad(b"", "text", 1, 1), SerializationError),  # type: ignore[arg-type]
        (lambda: context_format.read_short(b"\0", 0), SerializationError),
        (lambda: context_format.read_string(b"abc", 1, 3), SerializationError),
        (lambda: context_format.read_string(b"\xff", 0, 1), SerializationError),
        (lambda: deserialize.unpack_values(">I", io.BytesIO(bytes(3))), SerializationError),
    ],
)
def test_refusals(call: Callable[[], object], error: type[Exception]) -> None:
    with pytest.raises(error):
        call()


def test_values_read_from_the_front() -> None:
    assert context_format.read_short(b"\0\1\0\2", 2) == (2, 4)
    assert context_format.read_string(b"abc", 1, 2) == ("bc", 3)
    verified = io.BytesIO()

    class Recorder:
        update = verified.write

    assert deserialize.unpack_values(">HB", io.BytesIO(b"\0\1\2\3"), Recorder()) == (1, 2)
    assert verified.getvalue() == b"\0\1\2"
