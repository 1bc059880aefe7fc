"""Lengths of a message and of its parts."""

from __future__ import annotations

from ..._crypto.aead import TAG_LENGTH
from ..._message.body import FINAL_PREFIX_LENGTH, NON_FRAMED_PREFIX_LENGTH
from ..._message.footer import PREFIX_LENGTH as FOOTER_PREFIX_LENGTH
from ..._message.header import serialize_header_authentication
from ..._operations.framing import frame_stride
from ...identifiers import ContentType
from ...structures import MessageHeader
from . import deserialize, encryption_context, serialize

__all__ = [
    "body_length",
    "ciphertext_length",
    "deserialize",
    "encryption_context",
    "footer_length",
    "header_length",
    "serialize",
]


def header_length(header: MessageHeader) -> int:
    """Return the length in bytes of a header, its authentication included."""
    suite = header.algorithm
    authentication = serialize_header_authentication(suite, bytes(suite.iv_len), bytes(suite.tag_len))
    return len(serialize.serialize_header(header)) + len(authentication)


def body_length(header: MessageHeader, plaintext_length: int) -> int:
    """Return the length in bytes of the body of a plaintext of this length."""
    if header.content_type is ContentType.NO_FRAMING:
        return NON_FRAMED_PREFIX_LENGTH + plaintext_length + TAG_LENGTH
    frames, rest = divmod(plaintext_length, header.frame_length)
    return frames * frame_stride(header.frame_length) + FINAL_PREFIX_LENGTH + rest + TAG_LENGTH


def footer_length(header: MessageHeader) -> int:
    """Return the length in bytes of the footer; 0 where messages are not signed."""
    return FOOTER_PREFIX_LENGTH + header.algorithm.signature_len if header.algorithm.signs else 0


def ciphertext_length(header: MessageHeader, plaintext_length: int) -> int:
    """Return the length in bytes of the whole message of a plaintext of this length."""
    return header_length(header) + body_length(header, plaintext_length) + footer_length(header)
