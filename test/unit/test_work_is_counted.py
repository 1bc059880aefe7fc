"""What encryption and decryption cost, counted: calls into the cipher, Python calls, bytes that are read and copied.

Nothing here looks at a clock. Where work is counted in Python calls, those inside the cipher itself are left out: with versions of
``cryptography`` that cannot write into a buffer, the cipher is a Python object.
"""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest

import aws_encryption_sdk
from aws_encryption_sdk import _hash_thread, _one_call
from aws_encryption_sdk._collected import Collected
from aws_encryption_sdk._crypto.aead import AesGcm, Buffer, aes_gcm, copying_aes_gcm
from aws_encryption_sdk._crypto.nonces import PADDING
from aws_encryption_sdk._crypto.signatures import Signer
from aws_encryption_sdk._limits import BATCH_BYTES, BATCH_FRAMES
from aws_encryption_sdk._operations import decrypt, encrypt
from aws_encryption_sdk._operations.framing import FrameOpener, FrameSealer, batch_capacity, frame_stride
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

KEY, MESSAGE_ID = bytes(range(32)), bytes(range(32, 64))
KIB, MIB = 1024, 1024 * 1024
FRAME_LENGTHS = [1, 2, 3, 15, 16, 17, 64, 100, 255, 256, 257, 1000, 4096, 5000, 64 * KIB, BATCH_BYTES - 1, BATCH_BYTES]
READS = [4 * KIB, 5000, 16 * KIB, 64 * KIB, 100_000, BATCH_BYTES, MIB]
SUITES = [AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY, AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384]
UNSIGNED = SUITES[0]
#: Calls of Python and C functions that a batch may take, far fewer than it has frames.
CALLS_OF_A_BATCH = 120
#: Calls for one more ``read`` of the same message: fewer than a batch takes.
CALLS_OF_A_READ = 12
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


class CountingFile(io.BytesIO):
    """A file that counts what is read from it."""

    reads = bytes_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self._count(len(piece))
        return piece

    def readinto(self, buffer: Any, /) -> int:
        count = super().readinto(buffer)
        self._count(count)
        return count

    def _count(self, count: int) -> None:
        self.reads += 1
        self.bytes_read += count


def owner(buffer: Buffer) -> object:
    return buffer.obj if isinstance(buffer, memoryview) else buffer


def calls_of(work: Callable[[], object]) -> int:
    """Return how many calls of Python and of C functions ``work`` makes, but for those inside a cipher."""
    count = 0

    def note(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call") and frame.f_code.co_name not in ("encrypt_into", "decrypt_into")

    before = sys.getprofile()
    # A collection of garbage calls whatever was registered with it.
    gc.disable()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
        gc.enable()
    return count


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


def plaintext_of(message: bytes) -> bytes:
    return aws_encryption_sdk.decrypt(source=message, **key_argument())[0]


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
    counts = (1, min(2, capacity), capacity)
    for count in counts:
        plaintext = content_of(count * frame_length)
        frames = bytes(sealer.seal(memoryview(plaintext), count, 1))
        opened, authentic = opener.open(memoryview(frames), count, 1)
        assert (bytes(opened), authentic) == (plaintext, count)

    assert sealing.calls == opening.calls == sum(counts)


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
        frames = memoryview(bytes(sealer.seal(memoryview(plaintext), count, 1)))
        sealing = calls_of(partial(sealer.seal, memoryview(plaintext), count, 1))
        checking = calls_of(partial(opener.count_expected, frames, count, 1))
        calls.append((sealing, checking, calls_of(partial(opener.open, frames, count, 1))))

    assert calls[0] == calls[1]
    assert sum(calls[1]) < CALLS_OF_A_BATCH < capacity == BATCH_FRAMES


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

    assert plaintext_of(message) == plaintext
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
    assert plaintext_of(message) == plaintext

    for cipher, source in zip(ciphers, (plaintext, message), strict=True):
        # The first call is that of the header.
        copied = sum(length for data, _, length in cipher.moved[1:] if data is not source)
        targets = {id(target) for _, target, _ in cipher.moved if target is not None}
        assert copied == 0
        assert 1 <= len(targets) <= 2


@by_suite
@pytest.mark.parametrize("cores", [1, 2])
def test_each_byte_of_a_result_is_put_in_its_place_once(
    suite: AlgorithmSuite, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind the cipher there is one copy, out of its buffer into the result; none for the signature, with or without a thread."""
    added: list[int] = []
    hashed: list[Buffer] = []

    class CountingCollected(Collected):
        def add(self, piece: Buffer) -> None:
            added.append(len(piece))
            super().add(piece)

    class CountingSigner(Signer):
        def __init__(self, suite: AlgorithmSuite, key: Any) -> None:
            super().__init__(suite, key)
            update = self.update

            def note(piece: Buffer) -> None:
                hashed.append(piece)
                update(piece)

            self.update = note

    monkeypatch.setattr(_one_call, "Collected", CountingCollected)
    monkeypatch.setattr(encrypt, "Signer", CountingSigner)
    monkeypatch.setattr(_hash_thread, "_usable_cores", lambda: cores)
    plaintext = content_of(16 * BATCH_BYTES + 100)
    message = message_of(plaintext, suite)
    assert sum(added) == len(message)
    added.clear()
    assert plaintext_of(message) == plaintext
    assert sum(added) == len(plaintext)

    if suite.is_signing():
        # What is hashed are the buffers of the cipher themselves, and what is not made in batches: the header and the end.
        views = [piece for piece in hashed if isinstance(piece, memoryview)]
        assert len({id(view.obj) for view in views}) <= _hash_thread.PIECES_IN_USE
        assert sum(map(len, views)) == 16 * (BATCH_BYTES // 4096) * frame_stride(4096)


@by_suite
def test_python_work_grows_with_the_batches_and_not_with_the_frames(suite: AlgorithmSuite) -> None:
    frame_length = BATCH_BYTES // BATCH_FRAMES
    plaintexts = {batches: content_of(batches * BATCH_BYTES + 1) for batches in (1, 4, 8, 16)}
    messages = {batches: message_of(plaintext, suite, frame_length) for batches, plaintext in plaintexts.items()}
    for counts in (
        {
            batches: calls_of(partial(message_of, plaintext, suite, frame_length))
            for batches, plaintext in plaintexts.items()
        },
        {batches: calls_of(partial(plaintext_of, message)) for batches, message in messages.items()},
    ):
        assert counts[1] < CALLS_OF_A_MESSAGE
        assert 0 < counts[4] - counts[1] <= 4 * CALLS_OF_A_BATCH < BATCH_FRAMES
        assert_linear([counts[batches] for batches in (4, 8, 16)])


@pytest.mark.parametrize("frame_length", [0, 32 * MIB], ids=["non-framed", "one frame"])
def test_work_on_long_content_grows_with_its_length(frame_length: int) -> None:
    plaintexts = [content_of(size * MIB) for size in (4, 8, 16)]
    messages = [message_of(plaintext, UNSIGNED, frame_length) for plaintext in plaintexts]
    sources = [CountingFile(message) for message in messages]

    assert_linear([calls_of(partial(read_by, MIB, mode="d", source=source, **key_argument())) for source in sources])
    assert_linear([source.reads for source in sources])
    assert [source.bytes_read for source in sources] == [len(message) for message in messages]
    assert_linear([calls_of(partial(message_of, plaintext, UNSIGNED, frame_length)) for plaintext in plaintexts])
    assert_linear([calls_of(partial(plaintext_of, message)) for message in messages])


def assert_linear(counts: list[int]) -> None:
    """Fail if the counts for a size, twice the size and four times the size show growth by more than the size."""
    once, twice, four_times = counts
    assert four_times - twice <= 2 * (twice - once) + CALLS_OF_A_BATCH // 4, counts


@by_suite
@pytest.mark.parametrize("mode", ["e", "d"])
def test_python_work_of_a_read_does_not_depend_on_its_length(suite: AlgorithmSuite, mode: str) -> None:
    """What more reads add is the price of the reads alone: no batch becomes smaller because less is asked for."""
    plaintext = content_of(2 * MIB)
    source = plaintext if mode == "e" else message_of(plaintext, suite)
    given = {"mode": mode, "source": source, **(arguments(suite) if mode == "e" else key_argument())}
    counts = {read: calls_of(partial(read_by, read, **given)) for read in READS}
    fewest = min(counts.values())

    for read, count in counts.items():
        assert count - fewest <= (len(source) // read + 2) * CALLS_OF_A_READ, counts
