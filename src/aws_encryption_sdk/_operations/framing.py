"""The hot loop: seals and opens batches of regular frames.

A regular frame is 16 bytes of prefix (sequence number, IV), the content, and a tag of 16 bytes. For each frame the cipher needs
an IV and an AAD, and both hold the frame's sequence number. Asking Python to build them frame by frame costs more than AES-GCM
itself takes for 4 KiB. So a batch of frames is prepared as a whole, and no Python code runs between one frame and the next:

1. The AADs of a batch lie one behind the other in a table, and so do the IVs. They differ in the sequence number alone. All
   numbers of the batch are packed at once; then their first bytes are written into the table by one assignment to a slice with
   the stride of the table, then their second bytes, and so on: four assignments for any number of frames.
2. The same is done for the prefixes in the buffer of frames. On decrypt, the columns of the prefixes are compared, not written.
3. ``map`` then hands IV, content, AAD and target of one frame after the other to the cipher. The views into the tables and into
   the buffer of this object are made once, and serve all batches.

What is handed out is a view of this object's buffer. It is valid until the next batch, or, where several buffers take turns, until
so many batches later.
"""

from __future__ import annotations

import struct
from collections import deque
from itertools import cycle
from typing import Final

from .._crypto.aead import TAG_LENGTH, AesGcm, InvalidTag, encrypt_content_into
from .._crypto.nonces import IV_LENGTH, PADDING
from .._limits import BATCH_BYTES, BATCH_FRAMES, ONE_CALL_BYTES
from .._message.body import REGULAR_PREFIX_LENGTH, SEQUENCE_NUMBER_LENGTH
from .._message.body_aad import PLACE_LENGTH, REGULAR_FRAME, serialize_body_aad

_PADDING_LENGTH: Final = IV_LENGTH - SEQUENCE_NUMBER_LENGTH
_IV_NUMBER_AT: Final = REGULAR_PREFIX_LENGTH - SEQUENCE_NUMBER_LENGTH


def batch_capacity(frame_length: int) -> int:
    """Return how many frames of ``frame_length`` bytes a batch holds."""
    return max(1, min(BATCH_BYTES // frame_length, BATCH_FRAMES))


def frame_stride(frame_length: int) -> int:
    """Return the length in bytes of a whole regular frame."""
    return REGULAR_PREFIX_LENGTH + frame_length + TAG_LENGTH


class _FrameTables:
    """The IVs and AADs of a batch of frames."""

    def __init__(self, message_id: bytes, frame_length: int, size: int, padding: bytes = PADDING) -> None:
        aad = serialize_body_aad(message_id, REGULAR_FRAME, 0, frame_length)
        self._aad_stride = len(aad)
        self._number_at = len(aad) - PLACE_LENGTH
        self._aad_table = bytearray(aad * size)
        self._iv_table = bytearray((padding + bytes(SEQUENCE_NUMBER_LENGTH)) * size)
        self.aads = _views(self._aad_table, self._aad_stride)
        self.ivs = _views(self._iv_table, IV_LENGTH)

    def set_numbers(self, first: int, count: int) -> tuple[bytes, ...]:
        """Write the numbers of ``count`` frames into the tables; return the four columns of their bytes."""
        numbers = struct.pack(f">{count}I", *range(first, first + count))
        columns = numbers[0::4], numbers[1::4], numbers[2::4], numbers[3::4]
        stride = self._aad_stride
        for place, column in enumerate(columns):
            at = self._number_at + place
            self._aad_table[at : at + count * stride : stride] = column
            at = _PADDING_LENGTH + place
            self._iv_table[at : at + count * IV_LENGTH : IV_LENGTH] = column
        return columns


class FrameSealer:
    """Turns plaintext into regular frames.

    :param cipher: AES-GCM under ``key``
    :param key: Encryption key of the message
    :param message_id: Message id
    :param frame_length: Length in bytes of a frame's content
    :param buffers: Number of buffers that take turns: what is handed out is valid until so many batches later
    """

    def __init__(self, cipher: AesGcm, key: bytes, message_id: bytes, frame_length: int, buffers: int = 1) -> None:
        self._cipher = cipher
        self._key = key
        self._message_id = message_id
        self._frame_length = frame_length
        self._stride = frame_stride(frame_length)
        self._buffers = buffers
        self._size = 0

    def seal(self, plaintext: memoryview, count: int, first: int) -> memoryview:
        """Return the ``count`` frames numbered from ``first`` on, whose contents are the start of ``plaintext``."""
        if count > self._size:
            self._make_tables(count)
        stride = self._stride
        end = count * stride
        frames, targets = next(self._turns)
        for place, column in enumerate(self._tables.set_numbers(first, count)):
            frames[place:end:stride] = column
            frames[_IV_NUMBER_AT + place : end : stride] = column
        if self._frame_length < ONE_CALL_BYTES:
            contents = map(plaintext.__getitem__, self._content_slices[:count])
            deque(map(self._cipher.encrypt_into, self._tables.ivs, contents, self._tables.aads, targets), maxlen=0)
        else:
            content = plaintext[: self._frame_length]
            encrypt_content_into(self._cipher, self._key, self._tables.ivs[0], content, self._tables.aads[0], targets[0])
        return frames[:end]

    def _make_tables(self, count: int) -> None:
        # A short message needs a few frames once; whoever comes again with more gets a whole batch.
        size = self._size = count if self._size == 0 else batch_capacity(self._frame_length)
        self._tables = _FrameTables(self._message_id, self._frame_length, size)
        self._content_slices = _slices(0, self._frame_length, self._frame_length, size)
        buffers = [memoryview(bytearray(self._stride * size)) for _ in range(self._buffers)]
        self._turns = cycle([(frames, _views(frames, self._stride, REGULAR_PREFIX_LENGTH)) for frames in buffers])


class FrameOpener:
    """Turns regular frames back into plaintext.

    :param cipher: AES-GCM under the encryption key of the message
    :param message_id: Message id
    :param frame_length: Length in bytes of a frame's content, less than 2 GiB
    :param iv_padding: What pads the sequence number in the IV of each frame; None where the IVs are used as they stand
    """

    def __init__(self, cipher: AesGcm, message_id: bytes, frame_length: int, iv_padding: bytes | None) -> None:
        self._cipher = cipher
        self._message_id = message_id
        self._frame_length = frame_length
        self._stride = frame_stride(frame_length)
        self._iv_padding = iv_padding
        self._size = 0

    def count_expected(self, frames: memoryview, count: int, first: int) -> int:
        """Return how many of the first ``count`` frames carry the numbers from ``first`` on (and the IVs made of them)."""
        if self._prefixes_match(frames, count, first):
            return count
        low, high = 0, count
        while low < high:
            middle = (low + high + 1) // 2
            if self._prefixes_match(frames, middle, first):
                low = middle
            else:
                high = middle - 1
        return low

    def open(self, frames: memoryview, count: int, first: int) -> tuple[memoryview, int]:
        """Return the plaintext of the frames numbered from ``first`` on, and how many were authentic.

        Where that is less than ``count``, the frame after them has a wrong tag; what it left behind is wiped.

        """
        if count > self._size:
            self._make_tables(count)
        self._tables.set_numbers(first, count)
        plaintext, targets = self._plaintext, self._targets
        ivs, contents = self._inputs(frames, count)
        try:
            deque(map(self._cipher.decrypt_into, ivs, contents, self._tables.aads, targets), maxlen=0)
            opened = count
        except InvalidTag:
            opened = self._open_one_by_one(ivs, contents, targets)
        return plaintext[: opened * self._frame_length], opened

    def _prefixes_match(self, frames: memoryview, count: int, first: int) -> bool:
        stride = self._stride
        numbers = struct.pack(f">{count}I", *range(first, first + count))
        end = count * stride
        for place in range(SEQUENCE_NUMBER_LENGTH):
            column = numbers[place::4]
            if frames[place:end:stride].tobytes() != column:
                return False
            if self._iv_padding is not None and frames[_IV_NUMBER_AT + place : end : stride].tobytes() != column:
                return False
        if self._iv_padding is None:
            return True
        padding = self._iv_padding[:1] * count
        places = range(SEQUENCE_NUMBER_LENGTH, _IV_NUMBER_AT)
        return all(frames[place:end:stride].tobytes() == padding for place in places)

    def _inputs(self, frames: memoryview, count: int) -> tuple[list[memoryview], list[memoryview]]:
        ivs = self._tables.ivs if self._iv_padding is not None else list(map(frames.__getitem__, self._iv_slices[:count]))
        return ivs, list(map(frames.__getitem__, self._content_slices[:count]))

    def _open_one_by_one(self, ivs: list[memoryview], contents: list[memoryview], targets: list[memoryview]) -> int:
        # The batch is gone through again, so that what precedes the bad frame may be handed out, and nothing else.
        opened = 0
        try:
            for iv, content, aad, target in zip(ivs, contents, self._tables.aads, targets, strict=False):
                self._cipher.decrypt_into(iv, content, aad, target)
                opened += 1
        except InvalidTag:
            for target in targets[opened:]:
                target[:] = bytes(len(target))
        return opened

    def _make_tables(self, count: int) -> None:
        size = self._size = count if self._size == 0 else batch_capacity(self._frame_length)
        self._tables = _FrameTables(self._message_id, self._frame_length, size, self._iv_padding or PADDING)
        self._content_slices = _slices(REGULAR_PREFIX_LENGTH, self._stride, self._stride, size)
        self._iv_slices = _slices(SEQUENCE_NUMBER_LENGTH, REGULAR_PREFIX_LENGTH, self._stride, size)
        self._plaintext = memoryview(bytearray(self._frame_length * size))
        self._targets = _views(self._plaintext, self._frame_length)


def _slices(start: int, end: int, stride: int, count: int) -> list[slice]:
    """Return where the bytes from ``start`` to ``end`` of each of ``count`` records lie, which follow each other by ``stride``."""
    return [slice(at + start, at + end) for at in range(0, stride * count, stride)]


def _views(table: bytearray | memoryview, stride: int, start: int = 0) -> list[memoryview]:
    """Return a view of each record of ``table``, from ``start`` to its end."""
    whole = memoryview(table)
    return [whole[at + start : at + stride] for at in range(0, len(table), stride)]
