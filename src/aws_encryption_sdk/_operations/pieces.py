"""Content that is decrypted as it arrives, and handed out when its tag was verified."""

from __future__ import annotations

from .._crypto.aead import PIECE_BYTES, TAG_LENGTH, InvalidTag, PieceDecryptor
from ..exceptions import BodyAuthenticationError


class ContentInPieces:
    """One content of a body.

    :param decryptor: Decryptor of this content
    :param length: Length of the content in bytes
    :param number: Sequence number of its frame
    :param last: Whether it ends the body
    """

    def __init__(self, decryptor: PieceDecryptor, length: int, number: int, last: bool) -> None:
        self.last = last
        self.needed = 1
        self._decryptor = decryptor
        self._remaining = length
        self._number = number
        self._content = bytearray()

    @property
    def to_come(self) -> int:
        """Bytes of content and tag that were not consumed yet."""
        return self._remaining + TAG_LENGTH

    def process(self, data: memoryview) -> tuple[int, bytearray | None]:
        """Decrypt what there is; return how much was consumed and, when the tag was verified, the plaintext."""
        usable = min(len(data), self._remaining)
        for start in range(0, usable, PIECE_BYTES):
            self._content += self._decryptor.update(data[start : min(start + PIECE_BYTES, usable)])
        self._remaining -= usable
        if self._remaining:
            self.needed = 1
            return usable, None
        if len(data) - usable < TAG_LENGTH:
            self.needed = TAG_LENGTH
            return usable, None
        try:
            self._decryptor.finalize(data[usable : usable + TAG_LENGTH])
        except InvalidTag as error:
            self._content.clear()
            raise wrong_tag(self._number) from error
        return usable + TAG_LENGTH, self._content


def wrong_tag(number: int) -> BodyAuthenticationError:
    """Return the error for frame ``number``."""
    return BodyAuthenticationError(
        f"The authentication tag of frame {number} is wrong: the message was altered after it was encrypted"
    )
