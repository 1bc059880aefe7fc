"""The hash thread: the same signatures, in order, and no thread before, after or for little."""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from typing import Any

import pytest

import aws_encryption_sdk
from aws_encryption_sdk import _hash_thread
from aws_encryption_sdk._crypto import elliptic_curve
from aws_encryption_sdk._crypto.signatures import Signer, Verifier
from aws_encryption_sdk._hash_thread import PIECES_IN_USE, HashThread, hash_thread
from aws_encryption_sdk.exceptions import SignatureVerificationError, StreamStateError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
MIB = 1024 * 1024
PIECES = [bytes([number]) * (1000 + number) for number in range(200)]
KEYRING = RawAESKeyring("namespace", "name", bytes(32))


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_hash_thread, "_usable_cores", lambda: 2)


@pytest.fixture
def signer() -> Signer:
    return Signer(SUITE, elliptic_curve.generate_signing_key(SUITE))


def threads_of_ours() -> list[str]:
    return [thread.name for thread in threading.enumerate() if "aws_encryption_sdk" in thread.name]


def test_what_is_handed_over_is_hashed_in_order(signer: Signer) -> None:
    verifier = Verifier(SUITE, signer.key.public_key())
    verifier.update(b"header" + b"".join(PIECES))
    signer.update(b"header")
    with HashThread(signer):
        assert len(threads_of_ours()) == 1
        for piece in PIECES:
            signer.update(piece)
        signature = signer.finalize()
        assert threads_of_ours() == []

    verifier.verify(signature)


def test_buffers_that_take_turns_are_hashed_before_theirs_comes_again(
    signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[bytes] = []

    def slow(piece: Any) -> None:
        time.sleep(0.002)
        hashed.append(bytes(piece))

    monkeypatch.setattr(signer, "update", slow)
    buffers = itertools.cycle([bytearray(2000) for _ in range(PIECES_IN_USE)])
    with HashThread(signer):
        for piece, buffer in zip(PIECES, buffers, strict=False):
            buffer[:] = bytes(len(buffer))
            buffer[: len(piece)] = piece
            signer.update(memoryview(buffer)[: len(piece)])
        signer.finalize()

    assert hashed == PIECES


def test_an_error_ends_the_thread_and_what_is_left_is_not_hashed(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[bytes] = []
    go_on = threading.Event()

    def slow(piece: Any) -> None:
        go_on.wait(10)
        hashed.append(bytes(piece))

    monkeypatch.setattr(signer, "update", slow)

    def fail() -> None:
        with HashThread(signer):
            for piece in PIECES[:3]:
                signer.update(piece)
            threading.Timer(0.05, go_on.set).start()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert threads_of_ours() == []
    assert len(hashed) <= 1


def test_a_hash_that_lacks_a_piece_is_not_signed(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_piece: Any) -> None:
        raise MemoryError("no memory")

    monkeypatch.setattr(signer, "update", broken)
    with HashThread(signer):
        signer.update(PIECES[0])
        with pytest.raises(StreamStateError, match="could not be hashed") as caught:
            signer.finalize()
    assert isinstance(caught.value.__cause__, MemoryError)
    assert threads_of_ours() == []


def test_where_no_thread_can_be_started_all_is_done_here(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with HashThread(signer):
        for piece in PIECES:
            signer.update(piece)
    assert signer._hash.digest() == hashlib.sha384(b"".join(PIECES)).digest()


@pytest.mark.parametrize(
    ("length", "cores", "started"), [(2 * MIB, 2, True), (2 * MIB - 1, 2, False), (2 * MIB, 1, False), (1 << 40, 1, False)]
)
def test_only_what_is_long_has_a_thread(
    signer: Signer, monkeypatch: pytest.MonkeyPatch, length: int, cores: int, started: bool
) -> None:
    monkeypatch.setattr(_hash_thread, "_usable_cores", lambda: cores)
    assert isinstance(hash_thread(signer, length), HashThread) is started
    assert not isinstance(hash_thread(None, length), HashThread)


@pytest.mark.parametrize("frame_length", [0, 1000, 4096, MIB, 8 * MIB])
@pytest.mark.parametrize("size", [2 * MIB, 2 * MIB + 1, 3 * MIB + 4095])
def test_messages_are_the_same_and_every_altered_byte_is_found(frame_length: int, size: int) -> None:
    plaintext = (bytes(range(251)) * (size // 251 + 1))[:size]
    message = aws_encryption_sdk.encrypt(
        source=plaintext, keyring=KEYRING, algorithm=SUITE, frame_length=frame_length
    ).result
    assert aws_encryption_sdk.decrypt(source=message, keyring=KEYRING).result == plaintext
    # A stream hashes by itself.
    with aws_encryption_sdk.stream(mode="d", source=message, keyring=KEYRING) as stream:
        assert stream.read() == plaintext
    altered = message[:-1] + bytes((message[-1] ^ 1,))
    with pytest.raises((SignatureVerificationError, aws_encryption_sdk.AWSEncryptionSDKClientError)):
        aws_encryption_sdk.decrypt(source=altered, keyring=KEYRING)
    middle = bytearray(message)
    middle[len(message) // 2] ^= 1
    with pytest.raises(aws_encryption_sdk.AWSEncryptionSDKClientError):
        aws_encryption_sdk.decrypt(source=middle, keyring=KEYRING)
    assert threads_of_ours() == []


def test_small_messages_start_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise AssertionError("a thread was started")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    message = aws_encryption_sdk.encrypt(source=bytes(MIB), keyring=KEYRING, algorithm=SUITE).result
    assert aws_encryption_sdk.decrypt(source=message, keyring=KEYRING).result == bytes(MIB)
