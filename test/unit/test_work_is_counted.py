"""What encryption and decryption cost, counted: calls into the cipher, Python calls, bytes that are read and copied.

Nothing here looks at a clock. Where work is counted in Python calls, those inside the cipher itself are left out: with versions of
``cryptography`` that cannot write into a buffer, the cipher is a Python object.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

import aws_encryption_sdk
from aws_encryption_sdk._crypto.aead import AesGcm, Buffer, aes_gcm, copying_aes_gcm
from aws_encryption_sdk._crypto.nonces import PADDING
from aws_encryption_sdk._limits import BATCH_BYTES, BATCH_FRAMES
from aws_encryption_sdk._operations import decrypt, encrypt
from aws_encryption_sdk._operations.framing import FrameOpener, FrameSealer, batch_capacity
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

KEY, MESSAGE_ID = bytes(range(32)), bytes(range(32, 64))
KIB, MIB = 1024, 1024 * 1024
FRAME_LENGTHS = [1, 2, 3, 15, 16, 17, 64, 100, 255, 256, 257, 1000, 4096, 5000, 64 * KIB, BATCH_BYTES - 1, BATCH_BYTES]
READS = [4 * KIB, 5000, 16 * KIB, 64 * KIB, 100_000, BATCH_BYTES, MIB]
SUITES = [AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY, AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384]
UNSIGNED = SUITES[0]
#: More calls of Python and C functions for each batch mean that something is done for each frame, or twice.
CALLS_OF_A_BATCH = 120
#: Calls for one more ``read`` of the same message.
CALLS_OF_A_READ = 30
#: Calls for a message of no content, by far.
CALLS_OF_A_MESSAGE = 1500

by_suite = pytest.mark.parametrize("suite", SUITES, ids=["unsigned", "signed"])


class CountingCipher:
    """AES-GCM that counts its calls and remembers whose buffers it was handed."""

    def __init__(self, key: bytes) -> None:
        self._cipher: AesGcm = aes_gcm(key)
        self.calls = 0
        #: For each call: the object behind the data, the object behind the target, the bytes of data.
        self.moved: list[tuple[object, object, int]] = []

    def encrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        self._count(data, None)
        return self._cipher.encrypt(nonce, data, associated_data)

    def decrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        self._count(data, None)
        return self._cipher.decrypt(nonce, data, associated_data)

    def encrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: bytearray | memoryview) -> int:
        self._count(data, buf)
        return self._cipher.encrypt_into(nonce, data, associated_data, buf)

    def decrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: bytearray | memoryview) -> int:
        self._count(data, buf)
        return self._cipher.decrypt_into(nonce, data, associated_data, buf)

    def _count(self, data: Buffer, target: Buffer | None) -> None:
        self.calls += 1
        self.moved.append((owner(data), None if target is None else owner(target), len(data)))


class CountingFile(io.RawIOBase):
    """A file that counts what is read from it."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)
        self.reads = 0
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(buffer)
        self.reads += 1
        self.bytes_read += count
        return count


def owner(buffer: Buffer) -> object:
    return buffer.obj if isinstance(buffer, memoryview) else buffer


@contextmanager
def counted_calls() -> Iterator[Callable[[], int]]:
    """Count calls of Python and of C functions, but for those inside a cipher."""
    count = 0

    def note(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        if event in ("call", "c_call") and frame.f_code.co_name not in ("encrypt_into", "decrypt_into"):
            count += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield lambda: count
    finally:
        sys.setprofile(before)


@pytest.fixture
def ciphers(monkeypatch: pytest.MonkeyPatch) -> list[CountingCipher]:
    """Have both operations use counting ciphers; return those that were made."""
    made: list[CountingCipher] = []

    def make(key: bytes) -> CountingCipher:
        made.append(CountingCipher(key))
        return made[-1]

    for module in (encrypt, decrypt):
        monkeypatch.setattr(module, "aes_gcm", make)
    return made


def arguments(suite: AlgorithmSuite = UNSIGNED, frame_length: int = 4096) -> dict[str, Any]:
    return {**key_argument(), "algorithm": suite, "frame_length": frame_length}


def key_argument() -> dict[str, Any]:
    return {"keyring": RawAESKeyring("namespace", "name", KEY)}


def message_of(plaintext: bytes, suite: AlgorithmSuite = UNSIGNED, frame_length: int = 4096) -> bytes:
    return aws_encryption_sdk.encrypt(source=plaintext, **arguments(suite, frame_length))[0]


def content_of(length: int) -> bytes:
    return (bytes(range(251)) * (length // 251 + 1))[:length]


def read_by(length: int, **stream_arguments: Any) -> bytes:
    with aws_encryption_sdk.stream(**stream_arguments) as stream:
        return b"".join(iter(lambda: stream.read(length), b""))


@pytest.mark.parametrize("frame_length", FRAME_LENGTHS)
def test_the_frame_loop_calls_the_cipher_once_a_frame(frame_length: int) -> None:
    sealing, opening = CountingCipher(KEY), CountingCipher(KEY)
    sealer = FrameSealer(sealing, KEY, MESSAGE_ID, frame_length)
    opener = FrameOpener(opening, MESSAGE_ID, frame_length, PADDING)
    capacity = batch_capacity(frame_length)
    first = 1
    for count in (1, min(2, capacity), capacity):
        plaintext = content_of(count * frame_length)
        frames = bytes(sealer.seal(memoryview(plaintext), count, first))
        opened, authentic = opener.open(memoryview(frames), count, first)
        assert (bytes(opened), authentic) == (plaintext, count)
        first += count

    assert sealing.calls == opening.calls == first - 1


@pytest.mark.parametrize("make", [aes_gcm, copying_aes_gcm], ids=["native", "copying"])
@pytest.mark.parametrize("frame_length", [1, 64, 256])
def test_no_python_runs_between_the_frames_of_a_batch(make: Callable[[bytes], AesGcm], frame_length: int) -> None:
    """A full batch takes as many calls as one of a few frames."""
    sealer = FrameSealer(make(KEY), KEY, MESSAGE_ID, frame_length)
    opener = FrameOpener(make(KEY), MESSAGE_ID, frame_length, PADDING)
    capacity = batch_capacity(frame_length)
    plaintext = content_of(capacity * frame_length)
    # The second batch makes room for full ones.
    for count in (2, capacity):
        opener.open(memoryview(bytes(sealer.seal(memoryview(plaintext), count, 1))), count, 1)
    calls = []
    for count in (4, capacity):
        with counted_calls() as sealing:
            frames = sealer.seal(memoryview(plaintext), count, 1)
        view = memoryview(bytes(frames))
        with counted_calls() as opening:
            assert opener.count_expected(view, count, 1) == count
            opener.open(view, count, 1)
        calls.append((sealing(), opening()))

    assert calls[0] == calls[1]
    assert max(calls[1]) < CALLS_OF_A_BATCH < capacity == BATCH_FRAMES


@by_suite
@pytest.mark.parametrize("frame_length", [1, 16, 100, 4096, 64 * KIB])
@pytest.mark.parametrize("rest", [0, 1])
def test_a_message_calls_the_cipher_once_a_frame(
    ciphers: list[CountingCipher], suite: AlgorithmSuite, frame_length: int, rest: int
) -> None:
    """The header and the final frame take a call each."""
    frames = 2 * batch_capacity(frame_length) + 3
    plaintext = content_of(frames * frame_length + rest * (frame_length // 2))
    message = message_of(plaintext, suite, frame_length)

    assert aws_encryption_sdk.decrypt(source=message, **key_argument())[0] == plaintext
    assert [cipher.calls for cipher in ciphers] == [frames + 2, frames + 2]


@by_suite
@pytest.mark.parametrize("read", READS)
def test_calls_into_the_cipher_do_not_depend_on_how_a_stream_is_read(
    ciphers: list[CountingCipher], suite: AlgorithmSuite, read: int
) -> None:
    plaintext = content_of(MIB + 100)
    frames = MIB // 4096
    message = read_by(read, mode="e", source=plaintext, **arguments(suite))

    assert read_by(read, mode="d", source=message, **key_argument()) == plaintext
    assert [cipher.calls for cipher in ciphers] == [frames + 2, frames + 2]


@by_suite
@pytest.mark.parametrize("read", READS)
def test_each_byte_of_a_source_is_read_once(suite: AlgorithmSuite, read: int) -> None:
    """And in large pieces, whatever the pieces that the stream is read by."""
    plaintext = content_of(2 * MIB + 100)
    plain = CountingFile(plaintext)
    message = read_by(read, mode="e", source=plain, **arguments(suite))
    coded = CountingFile(message)

    assert read_by(read, mode="d", source=coded, **key_argument()) == plaintext
    assert (plain.bytes_read, coded.bytes_read) == (len(plaintext), len(message))
    # A batch that is not filled by one read takes one or two more; and so does the end.
    assert max(plain.reads, coded.reads) <= 3 * (len(message) // BATCH_BYTES) + 8


@pytest.mark.parametrize("frame_length", [100, 4096, 64 * KIB])
def test_the_cipher_works_on_the_callers_bytes(ciphers: list[CountingCipher], frame_length: int) -> None:
    """No content is copied before the cipher sees it, and frames all go to a few buffers, however many batches there are."""
    batches = 6
    plaintext = content_of(batches * batch_capacity(frame_length) * frame_length + 10)
    message = message_of(plaintext, UNSIGNED, frame_length)
    assert aws_encryption_sdk.decrypt(source=message, **key_argument())[0] == plaintext

    for cipher, source in zip(ciphers, (plaintext, message), strict=True):
        # The first call is that of the header.
        copied = sum(length for data, _, length in cipher.moved[1:] if data is not source)
        targets = {id(target) for _, target, _ in cipher.moved if target is not None}
        assert copied == 0
        assert 1 <= len(targets) <= 2


def calls_to_encrypt(plaintext: bytes, suite: AlgorithmSuite) -> int:
    source = arguments(suite)
    with counted_calls() as calls:
        aws_encryption_sdk.encrypt(source=plaintext, **source)
    return calls()


def calls_to_decrypt(message: bytes) -> int:
    source = key_argument()
    with counted_calls() as calls:
        aws_encryption_sdk.decrypt(source=message, **source)
    return calls()


@by_suite
def test_python_work_grows_with_the_batches_and_not_with_the_frames(suite: AlgorithmSuite) -> None:
    batch = batch_capacity(4096)
    plaintexts = {batches: content_of(batches * batch * 4096 + 1) for batches in (1, 4, 8, 16)}
    messages = {batches: message_of(plaintext, suite) for batches, plaintext in plaintexts.items()}
    for counts in (
        {batches: calls_to_encrypt(plaintext, suite) for batches, plaintext in plaintexts.items()},
        {batches: calls_to_decrypt(message) for batches, message in messages.items()},
    ):
        assert counts[1] < CALLS_OF_A_MESSAGE
        assert counts[4] - counts[1] <= 3 * CALLS_OF_A_BATCH + batch
        # Between 4 and 8 batches there is nothing new, so that 8 more take twice as many calls as 4 more.
        four_more, eight_more = counts[8] - counts[4], counts[16] - counts[8]
        assert 0 < four_more <= 4 * CALLS_OF_A_BATCH
        assert abs(eight_more - 2 * four_more) <= CALLS_OF_A_BATCH // 4


@by_suite
@pytest.mark.parametrize("mode", ["e", "d"])
def test_python_work_of_a_read_does_not_depend_on_its_length(suite: AlgorithmSuite, mode: str) -> None:
    """What more reads add is the price of the reads alone: no batch becomes smaller because less is asked for."""
    plaintext = content_of(2 * MIB)
    source = plaintext if mode == "e" else message_of(plaintext, suite)
    given = {"mode": mode, "source": source, **(arguments(suite) if mode == "e" else key_argument())}
    counts = {}
    for read in READS:
        with counted_calls() as calls:
            read_by(read, **given)
        counts[read] = calls()
    fewest = min(counts.values())

    for read, count in counts.items():
        assert count - fewest <= (len(source) // read + 2) * CALLS_OF_A_READ, counts
