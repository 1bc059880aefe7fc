"""The parts of a message, read from a stream one by one."""

from __future__ import annotations

import io
import struct
from typing import Any, Final, Protocol

from ..._arguments import bytes_from
from ..._crypto.aead import TAG_LENGTH, InvalidTag, aes_gcm
from ..._crypto.key_derivation import derive_message_keys
from ..._crypto.nonces import IV_LENGTH
from ..._message import body, footer
from ..._message.encrypted_data_keys import deserialize_encrypted_data_keys as read_encrypted_data_keys
from ..._message.header import header_reader
from ..._wrapping.aes_gcm import iv_from_key_info
from ...exceptions import (
    HeaderAuthenticationError,
    MaxEncryptedDataKeysExceeded,
    NotSupportedError,
    SerializationError,
)
from ...identifiers import AlgorithmSuite, EncryptionType, SerializationVersion, WrappingAlgorithm
from ...structures import EncryptedDataKey, MessageHeader
from ..structures import EncryptedData, MessageFooter, MessageFrameBody, MessageHeaderAuthentication

__all__ = [
    "deserialize_encrypted_data_keys",
    "deserialize_footer",
    "deserialize_frame",
    "deserialize_header",
    "deserialize_header_auth",
    "deserialize_non_framed_values",
    "deserialize_tag",
    "deserialize_wrapped_key",
    "unpack_values",
    "validate_header",
]

#: Length in bytes of the header authentication.
_AUTHENTICATION_LENGTHS: Final = {
    SerializationVersion.V1.value: IV_LENGTH + TAG_LENGTH,
    SerializationVersion.V2.value: TAG_LENGTH,
}


class _Updated(Protocol):
    def update(self, data: bytes, /) -> object: ...


def deserialize_header(stream: Any, max_encrypted_data_keys: int | None = None) -> tuple[MessageHeader, bytes]:
    """Read the header body from a stream, which then stands before the header authentication.

    :param stream: File object that can be repositioned
    :param max_encrypted_data_keys: Most encrypted data keys to accept; None for the format's own limit
    :returns: the header, which nobody has authenticated, and the bytes of its body
    :raises SerializationError: if the header is malformed or truncated
    :raises NotSupportedError: if the version or type is not known, or the stream cannot be repositioned
    :raises UnknownIdentityError: if the algorithm suite is not known
    :raises MaxEncryptedDataKeysExceeded: if there are more encrypted data keys
    """
    if not stream.seekable():
        raise NotSupportedError("A header is read from a stream that can be repositioned, such as io.BytesIO")
    data = b""
    reader = header_reader(data, max_encrypted_data_keys)
    step = next(reader)
    while isinstance(step, int):
        while len(data) < step and (piece := stream.read(max(step - len(data), len(data)))):
            data += piece
        missing = max(0, step - len(data))
        # A stream may hold the header body alone: the reader asks for the authentication, too, and only passes it on. Where it
        # was in the middle of the body, it asks for more, and then more is missing.
        if missing and missing != _AUTHENTICATION_LENGTHS.get(data[0] if data else 0):
            raise _truncated()
        step = reader.send(data + bytes(missing))
    stream.seek(len(step.body) - len(data), io.SEEK_CUR)
    return step.header, step.body


def deserialize_header_auth(
    version: SerializationVersion, stream: Any, algorithm: AlgorithmSuite, verifier: _Updated | None = None
) -> MessageHeaderAuthentication:
    """Read the header authentication.

    :param version: Version of the message format
    :param algorithm: Algorithm suite of the message
    :param verifier: What is given the bytes, too
    :raises SerializationError: if the stream ends before
    """
    iv = _read(stream, IV_LENGTH, verifier) if version is SerializationVersion.V1 else algorithm.header_auth_iv
    return MessageHeaderAuthentication(iv, _read(stream, TAG_LENGTH, verifier))


def validate_header(
    header: MessageHeader, header_auth: MessageHeaderAuthentication, raw_header: bytes, data_key: bytes
) -> None:
    """Verify the authentication tag of a header.

    :param raw_header: Header body, and behind it what is authenticated but not stored
    :param data_key: Plaintext data key
    :raises HeaderAuthenticationError: if it is wrong
    """
    key = derive_message_keys(header.algorithm, data_key, header.message_id).encryption_key
    try:
        aes_gcm(key).decrypt(header_auth.iv, header_auth.tag, raw_header)
    except InvalidTag as error:
        raise HeaderAuthenticationError("Header authorization failed: its authentication tag is wrong") from error


def deserialize_encrypted_data_keys(stream: Any, max_encrypted_data_keys: int | None = None) -> set[EncryptedDataKey]:
    """Read the encrypted data keys of a header.

    :raises SerializationError: if there are none, or the stream ends before
    :raises MaxEncryptedDataKeysExceeded: if there are more than ``max_encrypted_data_keys``
    """
    (count,) = unpack_values(">H", stream)
    if count == 0:
        raise SerializationError("The message has no encrypted data keys")
    if max_encrypted_data_keys is not None and count > max_encrypted_data_keys:
        raise MaxEncryptedDataKeysExceeded(count, max_encrypted_data_keys)
    keys: list[EncryptedDataKey] = []
    data = b""
    start, needed = read_encrypted_data_keys(data, 0, count, keys)
    while needed:
        data = data[start:] + _read(stream, needed - len(data))
        start, needed = read_encrypted_data_keys(data, 0, count, keys)
    return set(keys)


def deserialize_non_framed_values(stream: Any, header: MessageHeader, verifier: _Updated | None = None) -> tuple[bytes, int]:
    """Read what stands before a non-framed content.

    :returns: IV, and length in bytes of the content
    :raises SerializationError: if the stream ends before, or the content is longer than the format allows
    """
    prefix = body.deserialize_non_framed_prefix(_read(stream, body.NON_FRAMED_PREFIX_LENGTH, verifier))
    return prefix.iv, prefix.content_length


def deserialize_tag(stream: Any, header: MessageHeader, verifier: _Updated | None = None) -> bytes:
    """Read the authentication tag that follows a non-framed content.

    :raises SerializationError: if the stream ends before
    """
    return _read(stream, TAG_LENGTH, verifier)


def deserialize_frame(stream: Any, header: MessageHeader, verifier: _Updated | None = None) -> tuple[MessageFrameBody, bool]:
    """Read a frame.

    :returns: the frame, and whether it is the final one
    :raises SerializationError: if the stream ends before, or the frame is longer than the header allows
    """
    start = _read(stream, body.SEQUENCE_NUMBER_LENGTH, verifier)
    number = body.deserialize_sequence_number(start)
    final = number == body.SEQUENCE_NUMBER_END
    length = body.FINAL_PREFIX_LENGTH if final else body.REGULAR_PREFIX_LENGTH
    prefix = start + _read(stream, length - len(start), verifier)
    if final:
        number, iv, content_length = body.deserialize_final_prefix(prefix, header.frame_length)
    else:
        iv, content_length = body.deserialize_regular_iv(prefix), header.frame_length
    ciphertext = _read(stream, content_length, verifier)
    return MessageFrameBody(iv, ciphertext, _read(stream, TAG_LENGTH, verifier), number, final), final


def deserialize_footer(stream: Any, verifier: Any = None) -> MessageFooter:
    """Read the footer, and verify its signature.

    :param verifier: Verifier that was given all before; None to read an empty footer, as unsigned messages have it
    :raises SerializationError: if the stream ends before
    :raises SignatureVerificationError: if the signature is wrong
    """
    if verifier is None:
        return MessageFooter(b"")
    data = b""
    found, needed = footer.deserialize_footer(data)
    while found is None:
        data += _read(stream, needed - len(data))
        found, needed = footer.deserialize_footer(data)
    verifier.verify(found.signature)
    return found


def deserialize_wrapped_key(
    wrapping_algorithm: WrappingAlgorithm, wrapping_key_id: bytes | str, wrapped_encrypted_key: EncryptedDataKey
) -> EncryptedData:
    """Return the parts of an encrypted data key, as a ``WrappingKey`` takes them.

    :raises SerializationError: if it was not wrapped with a key of this name, or is too short
    """
    key_info, ciphertext = wrapped_encrypted_key.key_provider.key_info, wrapped_encrypted_key.encrypted_data_key
    key_id = bytes_from(wrapping_key_id, "wrapping_key_id")
    if wrapping_algorithm.encryption_type is EncryptionType.ASYMMETRIC:
        if key_info != key_id:
            raise SerializationError("Master Key mismatch for wrapped data key: it names another wrapping key")
        return EncryptedData(None, ciphertext, None)
    iv = iv_from_key_info(key_info, key_id)
    if iv is None:
        raise SerializationError(
            "Malformed key info for wrapped data key: it names another wrapping key, or has another layout"
        )
    if len(ciphertext) <= TAG_LENGTH:
        raise SerializationError("Malformed wrapped data key: no ciphertext stands before the authentication tag")
    return EncryptedData(iv, ciphertext[:-TAG_LENGTH], ciphertext[-TAG_LENGTH:])


def unpack_values(format_string: str, stream: Any, verifier: _Updated | None = None) -> tuple[Any, ...]:
    """Read values as :mod:`struct` describes them.

    :raises SerializationError: if the stream ends before
    """
    return struct.unpack(format_string, _read(stream, struct.calcsize(format_string), verifier))


def _read(stream: Any, length: int, verifier: _Updated | None = None) -> bytes:
    data: bytes = stream.read(length)
    if len(data) < length:
        raise _truncated()
    if verifier is not None:
        verifier.update(data)
    return data


def _truncated() -> SerializationError:
    return SerializationError("Unexpected deserialization error: the stream ends in the middle of a message")
