"""Parts of a message in their former forms."""

from __future__ import annotations

from typing import ClassVar

import attrs

from .._message.footer import MessageFooter
from .._message.header import MessageHeaderAuthentication
from ..key_providers._wrapping_key import EncryptedData

__all__ = ["EncryptedData", "MessageFooter", "MessageFrameBody", "MessageHeaderAuthentication", "MessageNoFrameBody"]


@attrs.frozen(slots=True)
class MessageFrameBody:
    """A frame.

    :param iv: IV, 12 bytes
    :param ciphertext: Ciphertext
    :param tag: Authentication tag, 16 bytes
    :param sequence_number: Sequence number
    :param final_frame: Whether it is the final one
    """

    iv: bytes
    ciphertext: bytes
    tag: bytes
    sequence_number: int
    final_frame: bool


@attrs.frozen(slots=True)
class MessageNoFrameBody:
    """A non-framed body.

    :param iv: IV, 12 bytes
    :param ciphertext: Ciphertext
    :param tag: Authentication tag, 16 bytes
    """

    sequence_number: ClassVar[int] = 1
    final_frame: ClassVar[bool] = True
    iv: bytes
    ciphertext: bytes
    tag: bytes
