"""Reading of message bodies: each finds its pieces in the message's bytes and opens them (client-apis/decrypt.md, body)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final

from .._crypto.aead import TAG_LENGTH, AesGcm, InvalidTag, PieceDecryptor
from .._crypto.nonces import OLD_PADDING, PADDING, is_sequence_iv, sequence_iv
from .._limits import BATCH_BYTES, MAX_FRAME_COUNT, ONE_CALL_BYTES, PIECEWISE_BYTES
from .._message.body import (
    FINAL_PREFIX_LENGTH,
    NON_FRAMED_PREFIX_LENGTH,
    REGULAR_PREFIX_LENGTH,
    SEQUENCE_NUMBER_END,
    SEQUENCE_NUMBER_LENGTH,
    deserialize_final_prefix,
    deserialize_non_framed_prefix,
    deserialize_regular_iv,
    deserialize_sequence_number,
)
from .._message.body_aad import FINAL_FRAME, NON_FRAMED, REGULAR_FRAME, serialize_body_aad
from ..exceptions import CustomMaximumValueExceeded, SerializationError
from .framing import FrameOpener, batch_capacity, frame_stride
from .pieces import ContentInPieces, wrong_tag

Buffer = bytes | bytearray | memoryview

#: Length in bytes of an empty final frame: what is left of any message at least, where a frame begins.
_SHORTEST_FRAME: Final = FINAL_PREFIX_LENGTH + TAG_LENGTH


class BodyReader(ABC):
    """Reads one message body.

    :param cipher: AES-GCM under ``key``
    :param key: Encryption key of the message
    :param message_id: Message id
    :param iv_in_message: Whether the IVs of the message are used as they stand; if not, they have to be sequence numbers
    """

    #: Length in bytes of the whole content, where the body states it.
    content_length: int | None = None

    def __init__(self, cipher: AesGcm, key: bytes, message_id: bytes, iv_in_message: bool) -> None:
        self.done = False
        #: Number of the next frame; that of a non-framed body is 1.
        self.sequence_number = 1
        #: How many bytes :meth:`process` needs at least, where it consumed none.
        self.needed = 0
        self._pieces: ContentInPieces | None = None
        self._cipher = cipher
        self._key = key
        self._message_id = message_id
        self._iv_in_message = iv_in_message

    @property
    def batch_length(self) -> int:
        """Bytes of the message that make a full batch."""
        return BATCH_BYTES

    @abstractmethod
    def process(self, data: bytes | memoryview) -> tuple[int, Buffer]:
        """Open what comes first in ``data``.

        :returns: how many bytes were consumed, and authentic plaintext, valid until the next call; 0 and nothing where more bytes
            are needed
        """

    def _go_on(self, pieces: ContentInPieces, data: bytes | memoryview) -> tuple[int, Buffer]:
        """Answer :meth:`process` where a content is being read in pieces."""
        consumed, plaintext = pieces.process(memoryview(data))
        self.needed = pieces.needed
        if plaintext is None:
            return consumed, b""
        self.done = pieces.last
        self._pieces = None
        self.sequence_number += 1
        return consumed, plaintext

    @abstractmethod
    def expected_plaintext(self, length: int) -> int:
        """Return how many bytes of plaintext a whole body of ``length`` bytes holds, if it is well formed."""

    def request(self, data: bytes | memoryview, wanted: int) -> int:
        """Return how many bytes more to read for ``wanted`` bytes of plaintext: none that the message might not have.

        :param data: What was read and not consumed yet
        :returns: the number of bytes; 0 where :meth:`process` has enough
        """
        if self._pieces is not None:
            return max(0, min(self._pieces.to_come, BATCH_BYTES) - len(data))
        return self._request(data, wanted)

    @abstractmethod
    def _request(self, data: bytes | memoryview, wanted: int) -> int:
        """Answer :meth:`request`, where no content is being read in pieces."""

    def _check_iv(self, iv: bytes) -> None:
        if not self._iv_in_message and not is_sequence_iv(iv, self.sequence_number):
            raise wrong_iv(self.sequence_number)

    def _open(
        self, data: bytes | memoryview, prefix: int, length: int, iv: bytes, aad: bytes, last: bool
    ) -> tuple[int, Buffer]:
        """Open the content of ``length`` bytes behind ``prefix`` bytes, if all of it is there.

        Otherwise begin to read it in pieces, where it is long, or ask for the rest.
        """
        end = prefix + length + TAG_LENGTH
        if len(data) < end and length <= PIECEWISE_BYTES:
            self.needed = end
            return 0, b""
        if len(data) < end or length >= ONE_CALL_BYTES:
            self._pieces = ContentInPieces(PieceDecryptor(self._key, iv, aad), length, self.sequence_number, last)
            return prefix, b""
        try:
            plaintext = self._cipher.decrypt(iv, data[prefix:end], aad)
        except InvalidTag as error:
            raise wrong_tag(self.sequence_number) from error
        self.sequence_number += 1
        self.done = last
        return end, plaintext


class NonFramedBody(BodyReader):
    """Reads a non-framed body.

    :param max_length: Longest content in bytes to accept; None for the format's own limit
    """

    def __init__(
        self, cipher: AesGcm, key: bytes, message_id: bytes, iv_in_message: bool, max_length: int | None = None
    ) -> None:
        super().__init__(cipher, key, message_id, iv_in_message)
        self._max_length = max_length

    def expected_plaintext(self, length: int) -> int:
        """Return how many bytes of plaintext a whole body of ``length`` bytes holds, if it is well formed."""
        return max(0, length - NON_FRAMED_PREFIX_LENGTH - TAG_LENGTH)

    def process(self, data: bytes | memoryview) -> tuple[int, Buffer]:
        """Open what there is of the content, behind its prefix."""
        if self._pieces is not None:
            return self._go_on(self._pieces, data)
        if len(data) < NON_FRAMED_PREFIX_LENGTH:
            self.needed = NON_FRAMED_PREFIX_LENGTH
            return 0, b""
        iv, length = deserialize_non_framed_prefix(data)
        if self._max_length is not None and length > self._max_length:
            raise CustomMaximumValueExceeded(
                f"The message has a body of {length} bytes; max_body_length allows {self._max_length}"
            )
        self._check_iv(iv)
        self.content_length = length
        aad = serialize_body_aad(self._message_id, NON_FRAMED, 1, length)
        return self._open(data, NON_FRAMED_PREFIX_LENGTH, length, iv, aad, True)

    def _request(self, data: bytes | memoryview, wanted: int) -> int:
        return max(0, max(self.needed, NON_FRAMED_PREFIX_LENGTH) - len(data))


class FramedBody(BodyReader):
    """Reads a framed body.

    :param frame_length: Frame length in bytes
    """

    def __init__(self, cipher: AesGcm, key: bytes, message_id: bytes, iv_in_message: bool, frame_length: int) -> None:
        BodyReader.__init__(self, cipher, key, message_id, iv_in_message)
        self._frame_length = frame_length
        self._stride = frame_stride(frame_length)
        self._in_pieces = frame_length > PIECEWISE_BYTES
        self._opener: FrameOpener | None = None
        # How many whole regular frames stand at the start of the unconsumed data, as far as was looked.
        self._scanned = 0
        # Bytes of plaintext that were wanted last, and how many frames they take.
        self._enough_for = (0, 0)

    @property
    def batch_length(self) -> int:
        """Bytes of the message that make a full batch."""
        return BATCH_BYTES if self._in_pieces else batch_capacity(self._frame_length) * self._stride

    def expected_plaintext(self, length: int) -> int:
        """Return how many bytes of plaintext a whole body of ``length`` bytes holds, if it is well formed."""
        frames, rest = divmod(max(0, length - _SHORTEST_FRAME), self._stride)
        return frames * self._frame_length + min(rest, self._frame_length)

    def process(self, data: bytes | memoryview) -> tuple[int, Buffer]:
        """Open a batch of regular frames, or else the frame that comes first."""
        if self._pieces is not None:
            return self._go_on(self._pieces, data)
        self._scanned = 0
        # The highest sequence number can only be that of a final frame.
        if len(data) >= self._stride and not self._in_pieces and self.sequence_number < MAX_FRAME_COUNT:
            view = memoryview(data)
            count = min(
                len(view) // self._stride, batch_capacity(self._frame_length), MAX_FRAME_COUNT - self.sequence_number
            )
            opener = self._opener or self._open_frames(view)
            count = opener.count_expected(view, count, self.sequence_number)
            if count > 0:
                plaintext, opened = opener.open(view, count, self.sequence_number)
                if opened == 0:
                    raise wrong_tag(self.sequence_number)
                self.sequence_number += opened
                return opened * self._stride, plaintext
        if len(data) < SEQUENCE_NUMBER_LENGTH:
            self.needed = SEQUENCE_NUMBER_LENGTH
            return 0, b""
        number = deserialize_sequence_number(data)
        if number == SEQUENCE_NUMBER_END:
            return self._final(data)
        if number != self.sequence_number:
            raise SerializationError(f"Frame {number} follows where frame {self.sequence_number} was expected")
        return self._single_regular(data)

    def _open_frames(self, data: memoryview) -> FrameOpener:
        """Make the opener, which expects of all frames what the first shows."""
        padding: bytes | None = None
        if not self._iv_in_message:
            padding = OLD_PADDING if deserialize_regular_iv(data).startswith(OLD_PADDING) else PADDING
        self._opener = FrameOpener(self._cipher, self._message_id, self._frame_length, padding)
        return self._opener

    def _single_regular(self, data: bytes | memoryview) -> tuple[int, Buffer]:
        """Deal with a regular frame that is not there as a whole, or has the wrong IV."""
        if len(data) >= REGULAR_PREFIX_LENGTH:
            iv = deserialize_regular_iv(data)
            self._check_iv(iv)
            if len(data) >= self._stride and not self._in_pieces:
                # It is there as a whole and has its number, but its IV is padded otherwise than that of the first frame.
                raise wrong_iv(self.sequence_number)
            if self._in_pieces:
                aad = serialize_body_aad(self._message_id, REGULAR_FRAME, self.sequence_number, self._frame_length)
                return self._open(data, REGULAR_PREFIX_LENGTH, self._frame_length, iv, aad, False)
        self.needed = REGULAR_PREFIX_LENGTH if self._in_pieces else self._stride
        return 0, b""

    def _final(self, data: bytes | memoryview) -> tuple[int, Buffer]:
        if len(data) < FINAL_PREFIX_LENGTH:
            self.needed = FINAL_PREFIX_LENGTH
            return 0, b""
        number, iv, length = deserialize_final_prefix(data, self._frame_length)
        if number != self.sequence_number:
            raise SerializationError(f"Final frame {number} follows where frame {self.sequence_number} was expected")
        if iv != sequence_iv(number):
            self._check_iv(iv)
        aad = serialize_body_aad(self._message_id, FINAL_FRAME, number, length)
        return self._open(data, FINAL_PREFIX_LENGTH, length, iv, aad, True)

    def _request(self, data: bytes | memoryview, wanted: int) -> int:
        # Runs once a frame where nothing may be read ahead, so it is kept short.
        stride, length = self._stride, len(data)
        if self._enough_for[0] != wanted:
            self._enough_for = wanted, min(-(-wanted // self._frame_length), batch_capacity(self._frame_length))
        enough = self._enough_for[1]
        start = self._scanned * stride
        while self._scanned < enough and length - start >= stride and not self._in_pieces:
            if deserialize_sequence_number(data, start) == SEQUENCE_NUMBER_END:
                break
            self._scanned += 1
            start += stride
        if self._scanned >= enough:
            return 0
        known = length - start
        if known < SEQUENCE_NUMBER_LENGTH:
            # It may be the final frame, which may be empty; or a regular one, which may be shorter than that.
            return min(stride, _SHORTEST_FRAME) - known
        if deserialize_sequence_number(data, start) == SEQUENCE_NUMBER_END:
            return max(0, self._final_length(data[start:]) - known)
        if self._in_pieces:
            return max(0, REGULAR_PREFIX_LENGTH - known)
        # After a regular frame there is at least one more; its beginning is read along where it is needed as well.
        return stride - known + (min(stride, _SHORTEST_FRAME) if self._scanned + 1 < enough else 0)

    def _final_length(self, data: bytes | memoryview) -> int:
        """Return how many bytes of a final frame may be asked for: all, unless it is long or not known yet."""
        if len(data) < FINAL_PREFIX_LENGTH:
            return _SHORTEST_FRAME
        try:
            length = deserialize_final_prefix(data, self._frame_length)[2]
        except SerializationError:
            return 0  # The next call of process says what is wrong.
        return _SHORTEST_FRAME + length if length <= PIECEWISE_BYTES else FINAL_PREFIX_LENGTH


def wrong_iv(number: int) -> SerializationError:
    """Return the error for frame ``number``."""
    return SerializationError(f"The IV of frame {number} is not its sequence number")
