"""Streams hand in hand with the standard library and with boto3, as sources and as what is read."""

from __future__ import annotations

import gc
import gzip
import io
import os
import shutil
import tempfile
import weakref
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, SourceReadError
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.base import Keyring

from .material_sources import SUITES, V2, V2_SIGNED, aes_keyring, client_for, encrypted
from .sources import ScriptedSource, pipe

PLAINTEXT = bytes(range(256)) * 100
TEXT = "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.\n" * 300


@pytest.fixture(params=SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def suite(request: pytest.FixtureRequest) -> Algorithm:
    member: Algorithm = request.param
    return member


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    client.create_bucket(Bucket="bucket")
    yield client
    client.close()
    server.stop()


def test_copyfileobj_both_ways(suite: Algorithm, keyring: Keyring, tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(PLAINTEXT)
    client = client_for(suite)
    for length in (0, 100, 1 << 20):
        with (
            (tmp_path / "plain").open("rb") as source,
            (tmp_path / "sealed").open("wb") as target,
            client.stream(mode="e", source=source, keyring=keyring, algorithm=suite) as stream,
        ):
            shutil.copyfileobj(stream, target, *([length] if length else []))
        with (
            (tmp_path / "sealed").open("rb") as source,
            (tmp_path / "opened").open("wb") as target,
            client.stream(mode="d", source=source, keyring=keyring) as stream,
        ):
            shutil.copyfileobj(stream, target, *([length] if length else []))
        assert (tmp_path / "opened").read_bytes() == PLAINTEXT


def test_buffered_reader_over_a_stream(suite: Algorithm, keyring: Keyring) -> None:
    message = encrypted(suite, PLAINTEXT, keyring, 1000)
    reader = io.BufferedReader(client_for(suite).stream(mode="d", source=message, keyring=keyring), 300)
    assert reader.peek(1)[:1] == PLAINTEXT[:1]
    assert reader.read(10) == PLAINTEXT[:10]
    assert reader.read1(5) == PLAINTEXT[10:15]
    assert reader.read() == PLAINTEXT[15:]
    assert reader.read() == b""


def test_text_over_a_stream(suite: Algorithm, keyring: Keyring) -> None:
    message = encrypted(suite, TEXT.encode(), keyring, 1000)
    stream = client_for(suite).stream(mode="d", source=message, keyring=keyring)
    lines = list(io.TextIOWrapper(io.BufferedReader(stream), encoding="utf-8"))
    assert lines == TEXT.splitlines(keepends=True)


def test_text_over_a_bare_stream(suite: Algorithm, keyring: Keyring) -> None:
    message = encrypted(suite, TEXT.encode(), keyring, 1000)
    stream: Any = client_for(suite).stream(mode="d", source=message, keyring=keyring)
    assert io.TextIOWrapper(stream, encoding="utf-8").read() == TEXT


def test_a_stream_as_the_source_of_another(suite: Algorithm, keyring: Keyring) -> None:
    client = client_for(suite)
    message = encrypted(suite, PLAINTEXT, keyring, 1000)
    opened = client.stream(mode="d", source=message, keyring=keyring)
    sealed = client.stream(mode="e", source=opened, keyring=aes_keyring("other"), algorithm=suite, frame_length=77)
    assert client.decrypt(source=sealed, keyring=aes_keyring("other")).result == PLAINTEXT


@pytest.mark.parametrize("length", [0, 5000, 9 << 20], ids=["empty", "one part", "several parts"])
def test_upload_and_download_with_boto3(length: int, keyring: Keyring, s3: Any) -> None:
    plaintext = bytes(length)
    client = client_for(V2_SIGNED)
    with client.stream(mode="e", source=plaintext, keyring=keyring, frame_length=65536) as stream:
        s3.upload_fileobj(stream, "bucket", "object")
    with client.stream(mode="d", source=s3.get_object(Bucket="bucket", Key="object")["Body"], keyring=keyring) as stream:
        assert stream.read() == plaintext
    body = s3.get_object(Bucket="bucket", Key="object")["Body"]
    assert client.decrypt(source=body, keyring=keyring).result == plaintext

    message = client.encrypt(source=plaintext, keyring=keyring, frame_length=65536).result
    with client.stream(mode="d", source=message, keyring=keyring) as stream:
        s3.upload_fileobj(stream, "bucket", "plain")
    assert s3.get_object(Bucket="bucket", Key="plain")["Body"].read() == plaintext


def _gzip(data: bytes) -> IO[bytes]:
    return gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(data)))  # type: ignore[return-value]


def _zipped(data: bytes) -> IO[bytes]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.writestr("member", data)
    return zipfile.ZipFile(archive).open("member")


def _temporary(data: bytes) -> IO[bytes]:
    return _filled(tempfile.TemporaryFile(), data)


def _spooled(data: bytes) -> IO[bytes]:
    return _filled(tempfile.SpooledTemporaryFile(max_size=10_000), data)


def _named(data: bytes) -> IO[bytes]:
    return _filled(tempfile.NamedTemporaryFile(), data)


def _filled(file: Any, data: bytes) -> IO[bytes]:
    file.write(data)
    file.seek(0)
    filled: IO[bytes] = file
    return filled


def _buffered(data: bytes) -> IO[bytes]:
    return io.BufferedReader(io.BytesIO(data))


def _in_the_middle(data: bytes) -> IO[bytes]:
    source = io.BytesIO(b"read before" + data)
    source.read(11)
    return source


OPENERS = (_gzip, _zipped, _temporary, _spooled, _named, _buffered, _in_the_middle, io.BytesIO)


@pytest.mark.parametrize("frame_length", [0, 1000])
@pytest.mark.parametrize("opener", OPENERS)
def test_files_of_the_standard_library_as_sources(
    opener: Callable[[bytes], IO[bytes]], frame_length: int, keyring: Keyring
) -> None:
    client = client_for(V2)
    for plaintext in (b"", PLAINTEXT):
        with opener(plaintext) as source:
            result = client.encrypt(source=source, keyring=keyring, algorithm=V2, frame_length=frame_length).result
        with opener(result) as source:
            assert client.decrypt(source=source, keyring=keyring).result == plaintext
        with opener(result) as source, client.stream(mode="d", source=source, keyring=keyring) as stream:
            assert b"".join(stream) == plaintext
            assert not source.closed


@pytest.mark.parametrize("source", [PLAINTEXT, bytearray(PLAINTEXT), memoryview(PLAINTEXT), memoryview(PLAINTEXT * 2)[::2]])
def test_values_as_sources(source: bytes | bytearray | memoryview, keyring: Keyring) -> None:
    client = client_for(V2)
    message = client.encrypt(source=source, keyring=keyring).result
    assert client.decrypt(source=type(source)(message), keyring=keyring).result == bytes(source)
    assert client.decrypt(source=memoryview(bytearray(message)), keyring=keyring).result == bytes(source)


def test_text_is_encrypted_as_utf_8(keyring: Keyring) -> None:
    client = client_for(V2)
    for source in (TEXT, io.StringIO(TEXT)):
        for frame_length in (7, 4096):
            message = client.encrypt(source=source, keyring=keyring, frame_length=frame_length).result
            if isinstance(source, io.StringIO):
                source.seek(0)
            assert client.decrypt(source=message, keyring=keyring).result == TEXT.encode()


@pytest.mark.parametrize("answer", [None, 5, [1], object()], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("mode", ["e", "d"])
def test_a_source_that_does_not_return_bytes(mode: str, answer: object, keyring: Keyring) -> None:
    message = encrypted(V2, PLAINTEXT, keyring, 1000)
    for answers in ([answer], [message[:1], answer], [message[:500], answer]):
        with pytest.raises(AWSEncryptionSDKClientError):
            client_for(V2).stream(mode=mode, source=ScriptedSource(answers), keyring=keyring).read()


@pytest.mark.parametrize("mode", ["e", "d"])
def test_a_source_that_returns_more_than_it_was_asked_for(mode: str, keyring: Keyring) -> None:
    message = encrypted(V2, PLAINTEXT, keyring, 1000)
    client = client_for(V2)
    try:
        result = client.stream(mode=mode, source=ScriptedSource([message]), keyring=keyring).read()
    except AWSEncryptionSDKClientError:
        return
    assert (client.decrypt(source=result, keyring=keyring).result if mode == "e" else result) in (message, PLAINTEXT)


@pytest.mark.specification("client-apis/streaming.md", "Inputs")
@pytest.mark.parametrize("mode", ["e", "d"])
def test_an_error_of_the_source_is_not_the_end_of_the_message(mode: str, keyring: Keyring) -> None:
    message = encrypted(V2, PLAINTEXT, keyring, 1000)
    for answers in ([ConnectionResetError("lost")], [message[:1], ConnectionResetError("lost")]):
        stream = client_for(V2).stream(mode=mode, source=ScriptedSource(answers), keyring=keyring)
        with pytest.raises(OSError, match="lost"):
            stream.read()
        with pytest.raises((OSError, AWSEncryptionSDKClientError)):
            stream.read()


@pytest.mark.specification("client-apis/streaming.md", "Inputs")
@pytest.mark.parametrize("buffered", [True, False], ids=["buffered", "raw"])
@pytest.mark.parametrize("mode", ["e", "d"])
def test_a_non_blocking_source_with_nothing_to_read_is_not_at_its_end(mode: str, buffered: bool, keyring: Keyring) -> None:
    message = encrypted(V2, PLAINTEXT[:1000], keyring, 100)
    with pipe(buffered) as (reader, writer):
        os.set_blocking(reader.fileno(), False)
        for written in (b"", message[:500]):
            writer.write(written)
            with pytest.raises(SourceReadError, match="non-blocking"):
                client_for(V2).stream(mode=mode, source=reader, keyring=keyring).read()


def test_a_source_is_let_go_with_its_stream(suite: Algorithm, keyring: Keyring) -> None:
    client = client_for(suite)
    arguments = {"keyring": keyring, "algorithm": suite}
    gc.disable()
    try:
        plaintext = bytearray(PLAINTEXT)
        message = bytearray(client.encrypt(source=plaintext, **arguments).result)
        plaintext.append(0)  # raises BufferError while somebody still looks at it
        client.decrypt(source=message, keyring=keyring)
        message.append(0)

        file = io.BytesIO(PLAINTEXT)
        watcher = weakref.ref(file)
        stream = client.stream(mode="e", source=file, **arguments)
        stream.read()
        del file, stream
        assert watcher() is None
    finally:
        gc.enable()
