"""The attic: streams around streams, and what encrypting needs besides."""

from __future__ import annotations

import copy
import io
import os
from typing import Any

import pytest

from aws_encryption_sdk.exceptions import (
    ActionNotAllowedError,
    InvalidDataKeyError,
    SerializationError,
    UnknownIdentityError,
)
from aws_encryption_sdk.identifiers import (
    AlgorithmSuite,
    ContentAADString,
    ContentType,
    EncryptionKeyType,
    WrappingAlgorithm,
)
from aws_encryption_sdk.internal import utils
from aws_encryption_sdk.internal.utils.streams import InsistentReaderBytesIO, ROStream, TeeStream
from aws_encryption_sdk.key_providers.raw import RawMasterKey, WrappingKey
from aws_encryption_sdk.structures import MasterKeyInfo, RawDataKey

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY


class OneByteAtATime:
    """Has nothing but ``read``."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._content.read(size if size < 0 else min(size, 1))


def test_stream_that_is_read_only() -> None:
    with ROStream(io.BytesIO(b"one\ntwo\nthree")) as stream:
        assert stream.read(4) == b"one\n"
        assert list(stream) == [b"two\n", b"three"]
        assert (stream.tell(), stream.seekable(), stream.closed) == (13, True, False)
        stream.seek(0)
        assert stream.readline() == b"one\n"
        with pytest.raises(ActionNotAllowedError):
            stream.write(b"more")
    assert stream.closed
    assert copy.copy(ROStream(b"anything")).__wrapped__ == b"anything"


def test_stream_that_writes_down_what_is_read() -> None:
    tee = io.BytesIO()
    stream = TeeStream(io.BytesIO(b"0123456789"), tee)
    assert stream.read(3) == b"012" == tee.getvalue()
    assert (stream.read(0), stream.read(), stream.read()) == (b"", b"3456789", b"")
    assert tee.getvalue() == b"0123456789"


def test_stream_that_insists() -> None:
    stream = InsistentReaderBytesIO(OneByteAtATime(b"0123456789"))
    assert (stream.read(4), stream.read(0), stream.read(), stream.read(1)) == (b"0123", b"", b"456789", b"")
    assert InsistentReaderBytesIO(OneByteAtATime(b"0123")).read(5) == b"0123"
    assert InsistentReaderBytesIO(io.StringIO("text")).read(3) == "tex"
    closed = io.BytesIO(b"0123")
    closed.close()
    assert InsistentReaderBytesIO(closed).read(1) == b""


def test_stream_that_is_closed_between_two_reads() -> None:
    class ClosesItself(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 2:
                self.close()
            return super().read(1)

    assert InsistentReaderBytesIO(ClosesItself(b"0123")).read(4) == b"01"

    class Fails(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ValueError("not closed")

    with pytest.raises(ValueError, match="not closed"):
        InsistentReaderBytesIO(Fails()).read(1)


@pytest.mark.parametrize("data", [b"gr\xc3\xb6\xc3\x9fe", "größe", io.BytesIO("größe".encode())])
def test_data_as_a_stream(data: Any) -> None:
    assert utils.prep_stream_data(data).read() == "größe".encode()


def test_content_type_and_its_strings() -> None:
    assert (utils.content_type(0), utils.content_type(128)) == (ContentType.NO_FRAMING, ContentType.FRAMED_DATA)
    strings = [utils.get_aad_content_string(kind, final) for kind in ContentType for final in (False, True)]
    assert strings == [
        ContentAADString.NON_FRAMED_STRING_ID,
        ContentAADString.NON_FRAMED_STRING_ID,
        ContentAADString.FRAME_STRING_ID,
        ContentAADString.FINAL_FRAME_STRING_ID,
    ]
    with pytest.raises(UnknownIdentityError):
        utils.get_aad_content_string("framed", True)  # type: ignore[arg-type]


def test_frame_lengths_as_versions_1_to_4_checked_them() -> None:
    for length in (0, 128, 4096, 2**31 - 128):
        utils.validate_frame_length(length, SUITE)
    for length in (-128, 1, 127, 2**31):
        with pytest.raises(SerializationError):
            utils.validate_frame_length(length, SUITE)


def test_message_ids_differ() -> None:
    assert len(utils.message_id(32)) == 32
    assert utils.message_id(16) != utils.message_id(16)


def test_exactly_one_argument() -> None:
    assert utils.exactly_one_arg_is_not_none(None, 0)
    assert not utils.exactly_one_arg_is_not_none(1, 2)
    assert not utils.exactly_one_arg_is_not_none()


def test_length_of_a_data_key() -> None:
    owner = MasterKeyInfo("provider", "key")
    utils.source_data_key_length_check(RawDataKey(owner, bytes(32)), SUITE)
    with pytest.raises(InvalidDataKeyError):
        utils.source_data_key_length_check(RawDataKey(owner, bytes(16)), SUITE)


def test_data_key_for_several_master_keys() -> None:
    primary, other = (_master_key(name) for name in ("one", "two"))
    data_key, encrypted = utils.prepare_data_keys(primary, [primary, other], SUITE, {"purpose": "test"})
    assert (len(data_key.data_key), len(encrypted)) == (32, 2)
    for key in encrypted:
        owner = primary if primary.owns_data_key(key) else other
        assert owner.decrypt_data_key(key, SUITE, {"purpose": "test"}).data_key == data_key.data_key


def _master_key(name: str) -> RawMasterKey:
    algorithm = WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING
    wrapping_key = WrappingKey(algorithm, os.urandom(32), EncryptionKeyType.SYMMETRIC)
    return RawMasterKey(provider_id="provider", key_id=name, wrapping_key=wrapping_key)
