"""Reading of message bodies, framed and not (client-apis/decrypt.md, data-format/message-body.md)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._crypto.aead import aes_gcm
from aws_encryption_sdk._limits import MAX_FRAME_COUNT
from aws_encryption_sdk._operations import body as module
from aws_encryption_sdk._operations import pieces
from aws_encryption_sdk._operations.body import BodyReader, FramedBody, NonFramedBody

pytestmark = [
    pytest.mark.specification("client-apis/decrypt.md", "Decrypt the message body"),
    pytest.mark.specification(
        "data-format/message-body.md",
        "Structure",
        "Non-Framed Data > Encrypted Content Length",
        "Non-Framed Data > Encrypted Content",
        "Non-Framed Data > Authentication Tag",
        "Regular Frame > Sequence Number",
        "Regular Frame > Encrypted Content",
        "Regular Frame > Authentication Tag",
        "Final Frame",
        "Final Frame > Sequence Number",
        "Final Frame > Encrypted Content",
        "Final Frame > Authentication Tag",
    ),
]

KEY, MESSAGE_ID = bytes(range(32)), bytes(range(32, 48))
PLAINTEXT = bytes(at * 3 % 256 for at in range(95))
FRAME = 20
PADDINGS = [bytes(8), b"\xff" * 8]


def sealed(kind: str, number: int, content: bytes, iv: bytes) -> bytes:
    aad = MESSAGE_ID + f"AWSKMSEncryptionClient {kind}".encode() + number.to_bytes(4, "big")
    return AESGCM(KEY).encrypt(iv, content, aad + len(content).to_bytes(8, "big"))


def iv_of(number: int, padding: bytes = bytes(8)) -> bytes:
    return padding + number.to_bytes(4, "big")


def regular(number: int, content: bytes, iv: bytes | None = None) -> bytes:
    iv = iv or iv_of(number)
    return number.to_bytes(4, "big") + iv + sealed("Frame", number, content, iv)


def final(number: int, content: bytes, iv: bytes | None = None) -> bytes:
    iv = iv or iv_of(number)
    start = b"\xff" * 4 + number.to_bytes(4, "big") + iv + len(content).to_bytes(4, "big")
    return start + sealed("Final Frame", number, content, iv)


def non_framed(content: bytes, iv: bytes | None = None) -> bytes:
    iv = iv or iv_of(1)
    return iv + len(content).to_bytes(8, "big") + sealed("Single Block", 1, content, iv)


def framed(plaintext: bytes = PLAINTEXT, make_iv: Callable[[int], bytes] = iv_of, full_final: bool = False) -> bytes:
    """Write a framed body; a plaintext of whole frames ends with an empty final frame, or with a full one."""
    count = len(plaintext) // FRAME
    if full_final and count and len(plaintext) % FRAME == 0:
        count -= 1
    frames = [regular(n, plaintext[(n - 1) * FRAME : n * FRAME], make_iv(n)) for n in range(1, count + 1)]
    return b"".join([*frames, final(count + 1, plaintext[count * FRAME :], make_iv(count + 1))])


def framed_reader(iv_in_message: bool = False) -> FramedBody:
    return FramedBody(aes_gcm(KEY), KEY, MESSAGE_ID, iv_in_message, FRAME)


def non_framed_reader(iv_in_message: bool = False, max_length: int | None = None) -> NonFramedBody:
    return NonFramedBody(aes_gcm(KEY), KEY, MESSAGE_ID, iv_in_message, max_length)


def run(reader: BodyReader, data: bytes, step: int = 10**9) -> bytes:
    """Hand ``data`` over as it arrives, ``step`` bytes at a time; trailing bytes stay."""
    start = end = 0
    plaintext = b""
    while not reader.done:
        consumed, piece = reader.process(memoryview(data)[start:end])
        plaintext += bytes(piece)
        start += consumed
        if consumed == 0 and not reader.done:
            assert end - start < reader.needed
            if end >= len(data):
                raise EOFError(plaintext)
            end = min(end + step, len(data))
    assert data[start:] in (b"", b"trailing")
    return plaintext


@pytest.fixture(params=[False, True], ids=["whole", "in pieces"], autouse=True)
def piecewise(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let contents above 10 bytes, in place of 1 MiB, be decrypted in pieces."""
    if request.param:
        monkeypatch.setattr(module, "PIECEWISE_BYTES", 10)
        monkeypatch.setattr(pieces, "PIECE_BYTES", 7)


BODIES = [
    pytest.param(framed_reader, framed(), PLAINTEXT, id="framed"),
    pytest.param(framed_reader, framed(PLAINTEXT[:80]), PLAINTEXT[:80], id="empty final frame"),
    pytest.param(framed_reader, framed(PLAINTEXT[:80], full_final=True), PLAINTEXT[:80], id="full final frame"),
    pytest.param(framed_reader, framed(b""), b"", id="only an empty final frame"),
    pytest.param(framed_reader, framed(PLAINTEXT[:5]), PLAINTEXT[:5], id="only a final frame"),
    pytest.param(non_framed_reader, non_framed(PLAINTEXT), PLAINTEXT, id="non-framed"),
    pytest.param(non_framed_reader, non_framed(b""), b"", id="empty non-framed"),
]
Make = Callable[[], BodyReader]


@pytest.mark.specification(
    "data-format/message-body-aad.md", "Message ID", "Body AAD Content", "Sequence Number", "Content Length"
)
@pytest.mark.parametrize(("make", "data", "plaintext"), BODIES)
@pytest.mark.parametrize("step", [1, 13, 10**9])
def test_whole_byte_by_byte_and_with_trailing_bytes(make: Make, data: bytes, plaintext: bytes, step: int) -> None:
    assert run(make(), data, step) == plaintext
    assert run(make(), data + b"trailing", step) == plaintext


@pytest.mark.parametrize(("make", "data", "plaintext"), BODIES)
def test_truncated_at_every_byte(make: Make, data: bytes, plaintext: bytes) -> None:
    for length in range(len(data)):
        with pytest.raises(EOFError) as caught:
            run(make(), data[:length])
        assert plaintext.startswith(caught.value.args[0])


@pytest.mark.parametrize(("make", "data", "plaintext"), BODIES)
def test_every_byte_is_authenticated(make: Make, data: bytes, plaintext: bytes) -> None:
    """Any altered byte is an error, or makes the body wait for bytes that never come; nothing wrong is handed out."""
    for at in range(len(data)):
        for mask in (1, 0x80):
            reader, output = make(), b""
            altered = memoryview(data[:at] + bytes((data[at] ^ mask,)) + data[at + 1 :])
            consumed = 1
            with pytest.raises((exceptions.AWSEncryptionSDKClientError, EOFError)):  # noqa: PT012 - output is kept
                while consumed and not reader.done:
                    consumed, piece = reader.process(altered)
                    output, altered = output + bytes(piece), altered[consumed:]
                raise EOFError if consumed == 0 else AssertionError("an altered body was read to its end")
            assert plaintext.startswith(output)


@pytest.mark.parametrize("padding", PADDINGS, ids=["zeros", "ones"])
def test_both_paddings_of_the_sequence_number(padding: bytes) -> None:
    for in_message in (False, True):
        assert run(framed_reader(in_message), framed(make_iv=lambda n: iv_of(n, padding))) == PLAINTEXT
        assert run(non_framed_reader(in_message), non_framed(PLAINTEXT, iv_of(1, padding))) == PLAINTEXT


def test_ivs_that_are_no_sequence_numbers_are_read_where_the_version_allows_it() -> None:
    random = framed(make_iv=lambda n: bytes((n * 37 % 256,)) * 12)
    assert run(framed_reader(True), random, 5) == PLAINTEXT
    assert run(non_framed_reader(True), non_framed(PLAINTEXT, b"random bytes")) == PLAINTEXT

    for reader, data in [(framed_reader(), random), (non_framed_reader(), non_framed(PLAINTEXT, b"random bytes"))]:
        with pytest.raises(exceptions.SerializationError, match="IV of frame 1"):
            run(reader, data)


@pytest.mark.parametrize("number", range(1, 6))
def test_one_iv_that_is_not_the_sequence_number(number: int) -> None:
    data = framed(make_iv=lambda n: iv_of(n + (n == number)))

    with pytest.raises(exceptions.SerializationError, match=f"IV of frame {number} is not"):
        run(framed_reader(), data)


@pytest.mark.parametrize("numbers", [(2, 3), (1, 3), (1, 1), (0, 1), (1, 2, 4), (1, 3, 2), (2, 1)], ids=str)
def test_frames_out_of_order(numbers: tuple[int, ...]) -> None:
    wrong = next(n for n, number in enumerate(numbers, 1) if n != number)
    data = b"".join(regular(number, bytes(FRAME)) for number in numbers) + final(len(numbers) + 1, b"")

    with pytest.raises(exceptions.SerializationError, match=f"where frame {wrong} was expected"):
        run(framed_reader(), data)


@pytest.mark.parametrize("number", [0, 1, 3, 0xFFFFFFFF])
def test_the_final_frame_has_the_number_of_frames(number: int) -> None:
    with pytest.raises(exceptions.SerializationError, match=f"Final frame {number} follows where frame 2"):
        run(framed_reader(), regular(1, bytes(FRAME)) + final(number, b""))


def test_a_final_frame_is_not_longer_than_a_frame() -> None:
    with pytest.raises(exceptions.SerializationError, match="states 21 bytes; the header allows 20"):
        run(framed_reader(), final(1, bytes(FRAME + 1)))


def test_a_regular_frame_is_no_final_frame_and_the_reverse() -> None:
    whole, iv = bytes(FRAME), iv_of(1)
    as_final = b"\xff" * 4 + (1).to_bytes(4, "big") + iv + FRAME.to_bytes(4, "big") + sealed("Frame", 1, whole, iv)
    as_regular = (1).to_bytes(4, "big") + iv + sealed("Final Frame", 1, whole, iv)
    as_non_framed = iv + FRAME.to_bytes(8, "big") + sealed("Frame", 1, whole, iv)

    for reader, data in [(framed_reader(), as_final), (framed_reader(), as_regular), (non_framed_reader(), as_non_framed)]:
        with pytest.raises(exceptions.BodyAuthenticationError, match="tag of frame 1"):
            run(reader, data)


@pytest.mark.parametrize("bad", range(1, 6))
def test_what_comes_before_a_wrong_tag_is_handed_out_first(bad: int) -> None:
    data = bytearray(framed())
    data[bad * (FRAME + 32) - 1 if bad < 5 else -1] ^= 1
    reader, output, rest = framed_reader(), b"", memoryview(data)
    with pytest.raises(exceptions.BodyAuthenticationError, match=f"tag of frame {bad} is wrong"):  # noqa: PT012
        while not reader.done:
            consumed, piece = reader.process(rest)
            output, rest = output + bytes(piece), rest[consumed:]

    assert output == PLAINTEXT[: (bad - 1) * FRAME]


def test_the_highest_sequence_number_is_only_that_of_a_final_frame() -> None:
    reader = framed_reader()
    reader.sequence_number = MAX_FRAME_COUNT - 1
    data = regular(MAX_FRAME_COUNT - 1, bytes(FRAME)) + final(MAX_FRAME_COUNT, b"end")

    assert run(reader, data) == bytes(FRAME) + b"end"


def test_the_longest_non_framed_body_that_is_accepted() -> None:
    data = non_framed(PLAINTEXT)

    assert run(non_framed_reader(max_length=95), data) == PLAINTEXT
    reader = non_framed_reader()
    reader.process(memoryview(data)[:30])
    assert reader.content_length == 95
    with pytest.raises(exceptions.CustomMaximumValueExceeded, match="95 bytes; max_body_length allows 94"):
        non_framed_reader(max_length=94).process(memoryview(data)[:20])
    for declared in (2**36 - 31, 2**64 - 1):
        with pytest.raises(exceptions.SerializationError, match="at most"):
            non_framed_reader().process(memoryview(iv_of(1) + declared.to_bytes(8, "big")))


@pytest.mark.parametrize(("make", "data", "plaintext"), BODIES)
@pytest.mark.parametrize("wanted", [1, 20, 21, 60, 10**9])
@pytest.mark.parametrize("share", [1, 10**9])
def test_nothing_is_requested_that_the_body_might_not_have(
    make: Make, data: bytes, plaintext: bytes, wanted: int, share: int
) -> None:
    reader = make()
    start = end = 0
    while not reader.done:
        request = reader.request(memoryview(data)[start:end], wanted)
        assert 0 <= request <= len(data) - end
        if request == 0:
            consumed, _ = reader.process(memoryview(data)[start:end])
            start += consumed
            if consumed == 0:
                assert end < start + reader.needed <= len(data)
        end += min(request, share)
    assert start == end == len(data)


@pytest.mark.parametrize("frame_length", [1, 7, 8, 9, FRAME])
@pytest.mark.parametrize("frames", [1, 2, 3])
def test_no_more_is_requested_than_the_frames_that_are_wanted(frame_length: int, frames: int) -> None:
    """The one after them may arrive much later."""
    reader = FramedBody(aes_gcm(KEY), KEY, MESSAGE_ID, False, frame_length)
    data = b"".join(regular(number, bytes(frame_length)) for number in range(1, 5))
    start = end = got = 0
    while got < frames * frame_length:
        request = reader.request(memoryview(data)[start:end], frames * frame_length - got)
        end += request
        if request == 0:
            consumed, piece = reader.process(memoryview(data)[start:end])
            start, got = start + consumed, got + len(piece)
    assert start == end == frames * (frame_length + 32)
