"""Batches of frames, against a plain writer and reader that go frame by frame."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aws_encryption_sdk._crypto.aead import AesGcm, Buffer, aes_gcm, copying_aes_gcm
from aws_encryption_sdk._crypto.nonces import OLD_PADDING, PADDING
from aws_encryption_sdk._limits import BATCH_BYTES, BATCH_FRAMES, MAX_FRAME_COUNT
from aws_encryption_sdk._operations import framing
from aws_encryption_sdk._operations.framing import FrameOpener, FrameSealer, batch_capacity, frame_stride

pytestmark = pytest.mark.specification("client-apis/encrypt.md", "Construct the body", "Construct a frame")

KEY, MESSAGE_ID = bytes(range(16)), bytes(range(32, 64))
LAST = MAX_FRAME_COUNT - 1
FRAME_LENGTHS = [1, 2, 15, 16, 17, 100, 4096]
#: Numbers of the first frame: all four bytes of a number change within a batch.
FIRSTS = [1, 250, 65530, 2**24 - 3, 2**31 - 3, LAST - 7]
MakeCipher = Callable[[bytes], AesGcm]


@pytest.fixture(params=[aes_gcm, copying_aes_gcm], ids=["native", "copying"])
def make_cipher(request: pytest.FixtureRequest) -> MakeCipher:
    made: MakeCipher = request.param
    return made


def content_of(length: int) -> bytes:
    return bytes((at * 7 + at // 256) % 256 for at in range(length))


def reference_frame(content: bytes, number: int, iv: bytes | None = None) -> bytes:
    """Write one regular frame as data-format/message-body.md and message-body-aad.md say."""
    iv = number.to_bytes(12, "big") if iv is None else iv
    aad = MESSAGE_ID + b"AWSKMSEncryptionClient Frame" + number.to_bytes(4, "big") + len(content).to_bytes(8, "big")
    return number.to_bytes(4, "big") + iv + AESGCM(KEY).encrypt(iv, content, aad)


def reference(plaintext: bytes, frame_length: int, first: int, padding: bytes = PADDING) -> bytes:
    starts = range(0, len(plaintext) // frame_length * frame_length, frame_length)
    return b"".join(
        reference_frame(plaintext[at : at + frame_length], number, padding + number.to_bytes(4, "big"))
        for number, at in enumerate(starts, first)
    )


def sealer(make: MakeCipher, frame_length: int) -> FrameSealer:
    return FrameSealer(make(KEY), KEY, MESSAGE_ID, frame_length)


def opener(make: MakeCipher, frame_length: int, padding: bytes | None = PADDING) -> FrameOpener:
    return FrameOpener(make(KEY), MESSAGE_ID, frame_length, padding)


def opened_by(reading: FrameOpener, frames: bytes, count: int, first: int) -> tuple[bytes, int]:
    plaintext, opened = reading.open(memoryview(frames), count, first)
    return bytes(plaintext), opened


@pytest.mark.specification(
    "data-format/message-body-aad.md", "Message ID", "Body AAD Content", "Sequence Number", "Content Length"
)
@pytest.mark.specification(
    "data-format/message-body.md", "Regular Frame > Encrypted Content", "Regular Frame > Authentication Tag"
)
@pytest.mark.parametrize("frame_length", FRAME_LENGTHS)
@pytest.mark.parametrize("first", FIRSTS)
def test_a_batch_is_what_the_frames_are_one_by_one(make_cipher: MakeCipher, frame_length: int, first: int) -> None:
    plaintext = content_of(8 * frame_length)
    frames = reference(plaintext, frame_length, first)

    assert sealer(make_cipher, frame_length).seal(memoryview(plaintext), 8, first) == frames
    reading = opener(make_cipher, frame_length)
    assert reading.count_expected(memoryview(frames), 8, first) == 8
    assert opened_by(reading, frames, 8, first) == (plaintext, 8)


@pytest.mark.parametrize("frame_length", [1, 17, 4096])
def test_batches_of_different_sizes_follow_each_other(make_cipher: MakeCipher, frame_length: int) -> None:
    """A larger batch makes room; a smaller one leaves nothing of the larger behind in what it hands out."""
    sealing, opening = sealer(make_cipher, frame_length), opener(make_cipher, frame_length)
    first = 1
    for count in (3, 1, 5, 2, 7):
        plaintext = content_of(count * frame_length + first)[first:]
        frames = reference(plaintext, frame_length, first)

        assert sealing.seal(memoryview(plaintext + b"the next"), count, first) == frames
        assert opened_by(opening, frames + b"the next", count, first) == (plaintext, count)
        first += count


@pytest.mark.parametrize("frame_length", [1, 100, 4096])
def test_a_full_batch(make_cipher: MakeCipher, frame_length: int) -> None:
    count = batch_capacity(frame_length)
    plaintext = content_of(count * frame_length)
    frames = reference(plaintext, frame_length, 1)

    assert sealer(make_cipher, frame_length).seal(memoryview(plaintext), count, 1) == frames
    assert opened_by(opener(make_cipher, frame_length), frames, count, 1) == (plaintext, count)


@pytest.mark.parametrize("frame_length", [1, 128, 255, 256, 257, 4096, BATCH_BYTES, BATCH_BYTES + 1, 2**32 - 1])
def test_a_batch_is_bounded_in_frames_and_bytes(frame_length: int) -> None:
    capacity = batch_capacity(frame_length)

    assert 1 <= capacity <= BATCH_FRAMES
    assert capacity == 1 or capacity * frame_length <= BATCH_BYTES
    assert capacity == BATCH_FRAMES or (capacity + 1) * frame_length > BATCH_BYTES
    assert frame_stride(frame_length) == 4 + 12 + frame_length + 16


@pytest.mark.parametrize("padding", [PADDING, OLD_PADDING], ids=["zeros", "ones"])
def test_both_paddings_are_opened(make_cipher: MakeCipher, padding: bytes) -> None:
    plaintext = content_of(5 * 20)
    frames = reference(plaintext, 20, 3, padding)
    other = OLD_PADDING if padding is PADDING else PADDING

    assert opener(make_cipher, 20, padding).count_expected(memoryview(frames), 5, 3) == 5
    assert opened_by(opener(make_cipher, 20, padding), frames, 5, 3) == (plaintext, 5)
    assert opener(make_cipher, 20, other).count_expected(memoryview(frames), 5, 3) == 0


def test_ivs_that_the_frames_carry_are_used_as_they_stand(make_cipher: MakeCipher) -> None:
    contents = [bytes((number,)) * 20 for number in range(6)]
    frames = b"".join(
        reference_frame(content, number, bytes((number * 40,)) * 12) for number, content in enumerate(contents, 1)
    )
    reading = opener(make_cipher, 20, None)

    assert reading.count_expected(memoryview(frames), 6, 1) == 6
    assert opened_by(reading, frames, 6, 1) == (b"".join(contents), 6)


@pytest.mark.parametrize("padding", [PADDING, None], ids=["sequence IVs", "IVs of the frames"])
@pytest.mark.parametrize("position", range(7))
@pytest.mark.parametrize("place", [16, 25, 45, 51], ids=["first byte", "content", "tag", "last byte"])
def test_a_wrong_tag_at_any_position(make_cipher: MakeCipher, padding: bytes | None, position: int, place: int) -> None:
    plaintext, stride = content_of(7 * 20), frame_stride(20)
    good = reference(plaintext, 20, 1)
    frames = bytearray(good)
    frames[position * stride + place] ^= 1
    reading = opener(make_cipher, 20, padding)
    reading.open(memoryview(good), 7, 1)

    opened, count = reading.open(memoryview(frames), 7, 1)

    assert (bytes(opened), count) == (plaintext[: position * 20], position)
    buffer = opened.obj
    assert isinstance(buffer, bytearray)
    assert buffer[position * 20 :] == bytes(len(buffer) - position * 20)


def test_after_a_wrong_tag_the_same_frames_may_come_again(make_cipher: MakeCipher) -> None:
    plaintext = content_of(4 * 20)
    good = reference(plaintext, 20, 1)
    reading = opener(make_cipher, 20)

    assert reading.open(memoryview(good[:-1] + b"\x00"), 4, 1)[1] == 3
    assert opened_by(reading, good, 4, 1) == (plaintext, 4)


@pytest.mark.parametrize("other", ["message", "number", "length", "key"])
def test_frames_are_bound_to_their_message_and_place(make_cipher: MakeCipher, other: str) -> None:
    frames = memoryview(reference(content_of(40), 20, 1))
    key = KEY[::-1] if other == "key" else KEY
    message_id = MESSAGE_ID[::-1] if other == "message" else MESSAGE_ID
    reading = FrameOpener(make_cipher(key), message_id, 19 if other == "length" else 20, PADDING)

    opened, count = reading.open(frames, 2, 2 if other == "number" else 1)

    assert (bytes(opened), count) == (b"", 0)


@pytest.mark.parametrize("padding", [PADDING, None], ids=["sequence IVs", "IVs of the frames"])
@pytest.mark.parametrize("position", range(9))
@pytest.mark.parametrize("place", range(16))
def test_prefixes_are_expected_up_to_the_first_that_differs(padding: bytes | None, position: int, place: int) -> None:
    stride = frame_stride(5)
    frames = bytearray(reference(bytes(45), 5, 254))
    frames[position * stride + place] ^= 0x80
    as_it_stands = padding is None and place >= 4

    assert opener(aes_gcm, 5, padding).count_expected(memoryview(frames), 9, 254) == (9 if as_it_stands else position)


@pytest.mark.parametrize(
    ("numbers", "count"),
    [((1, 2, 4, 3), 2), ((2, 1), 0), ((1, 1, 2), 1), ((1, 2, 0xFFFFFFFF), 2), ((0, 1, 2), 0), ((1, 3, 5), 1)],
    ids=str,
)
def test_frames_out_of_order(numbers: tuple[int, ...], count: int) -> None:
    frames = b"".join(reference_frame(b"content", number) for number in numbers)

    assert opener(aes_gcm, 7).count_expected(memoryview(frames), len(numbers), 1) == count


class CountingCipher:
    """AES-GCM that counts its calls."""

    def __init__(self, make: MakeCipher) -> None:
        self.calls = 0
        self._cipher = make(KEY)

    def encrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        self.calls += 1
        return self._cipher.encrypt(nonce, data, associated_data)

    def decrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        self.calls += 1
        return self._cipher.decrypt(nonce, data, associated_data)

    def encrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: bytearray | memoryview) -> int:
        self.calls += 1
        return self._cipher.encrypt_into(nonce, data, associated_data, buf)

    def decrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: bytearray | memoryview) -> int:
        self.calls += 1
        return self._cipher.decrypt_into(nonce, data, associated_data, buf)


def test_each_frame_goes_through_the_cipher_once(make_cipher: MakeCipher) -> None:
    cipher = CountingCipher(make_cipher)
    sealing, opening = FrameSealer(cipher, KEY, MESSAGE_ID, 20), FrameOpener(cipher, MESSAGE_ID, 20, PADDING)
    for count in (1, 6, 3):
        frames = bytes(sealing.seal(memoryview(bytes(20 * count)), count, 1))
        assert cipher.calls == count
        opening.count_expected(memoryview(frames), count, 1)
        opening.open(memoryview(frames), count, 1)
        assert cipher.calls == 2 * count
        cipher.calls = 0


@pytest.mark.parametrize("position", range(6))
def test_after_a_wrong_tag_the_frames_up_to_it_go_through_once_more(make_cipher: MakeCipher, position: int) -> None:
    frames = bytearray(reference(bytes(120), 20, 1))
    frames[(position + 1) * frame_stride(20) - 1] ^= 1
    cipher = CountingCipher(make_cipher)

    FrameOpener(cipher, MESSAGE_ID, 20, PADDING).open(memoryview(frames), 6, 1)

    assert cipher.calls == 2 * (position + 1)


def test_frames_of_2_gib_and_more_are_sealed_in_pieces(monkeypatch: pytest.MonkeyPatch, make_cipher: MakeCipher) -> None:
    """With a small limit in its place; such a frame is a batch by itself."""
    monkeypatch.setattr(framing, "ONE_CALL_BYTES", 300)
    monkeypatch.setattr("aws_encryption_sdk._crypto.aead.ONE_CALL_BYTES", 300)
    cipher = CountingCipher(make_cipher)
    sealing = FrameSealer(cipher, KEY, MESSAGE_ID, 300)
    plaintext = content_of(600)

    assert sealing.seal(memoryview(plaintext), 1, 1) == reference(plaintext[:300], 300, 1)
    assert sealing.seal(memoryview(plaintext[300:]), 1, 2) == reference(plaintext[300:], 300, 2)
    assert cipher.calls == 0
