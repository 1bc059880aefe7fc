"""The message header, versions 1 and 2 (data-format/message-header.md).

====================  ===========  ===========  ==========================================
field                 version 1    version 2    interpreted as
====================  ===========  ===========  ==========================================
version               1            1            01 or 02
type                  1            --           80
algorithm suite id    2            2            UInt16
message id            16           32           bytes
context length        2            2            UInt16, then that many bytes
data key count        2            2            UInt16, above 0
data keys             n            n            3 times UInt16 and bytes, for each
content type          1            1            01 or 02
reserved              4            --           0
IV length             1            --           12
frame length          4            4            UInt32; 0 for a non-framed body
suite data            --           32           key commitment
(authentication) IV   12           --           bytes
(authentication) tag  16           16           bytes
====================  ===========  ===========  ==========================================
"""

from __future__ import annotations

import struct
from collections.abc import Generator
from typing import Final

import attrs

from ..exceptions import Base64MessageError, MaxEncryptedDataKeysExceeded, NotSupportedError, SerializationError
from ..identifiers import AlgorithmSuite, ContentType, ObjectType, SerializationVersion
from ..structures import EncryptedDataKey, EncryptedDataKeys, MessageHeader
from .encrypted_data_keys import deserialize_encrypted_data_keys
from .encryption_context import deserialize_encryption_context

_UINT16: Final = struct.Struct(">H")
#: From the content type to the last byte of the body; and to the last byte of the authentication.
_BODY_END_V1: Final = struct.Struct(">B4sBI")
_BODY_END_V2: Final = struct.Struct(">BI32s")
_END_V1: Final = struct.Struct(_BODY_END_V1.format + "12s16s")
_END_V2: Final = struct.Struct(_BODY_END_V2.format + "16s")
_VERSIONS: Final = {version.value: version for version in SerializationVersion}
#: The first bytes of a message, up to the algorithm suite id.
_STARTS: Final = {
    bytes((suite.message_format_version,))
    + (bytes((ObjectType.CUSTOMER_AE_DATA.value,)) if suite.message_format_version == 1 else b"")
    + suite.id_as_bytes(): suite
    for suite in AlgorithmSuite
}
_STARTS_BY_ID: Final = {suite.algorithm_id: start for start, suite in _STARTS.items()}
_FRAMED: Final = ContentType.FRAMED_DATA
_FRAMED_NUMBER: Final[int] = _FRAMED.value
_CONTENT_TYPE_NUMBERS: Final = (ContentType.NO_FRAMING.value, ContentType.FRAMED_DATA.value)
_CONTENT_TYPES: Final = {content_type.value: content_type for content_type in ContentType}
#: The first two bytes of a message are few, and so are the first two characters of their base64 form.
_BASE64_STARTS: Final = (b"AY", b"Ag")


@attrs.frozen(slots=True)
class MessageHeaderAuthentication:
    """What authenticates a header.

    :param iv: IV, 12 bytes
    :param tag: Authentication tag, 16 bytes
    """

    iv: bytes
    tag: bytes


@attrs.define(slots=True, eq=False, on_setattr=attrs.setters.NO_OP)
class ParsedHeader:
    """A header as read from a message, not yet authenticated.

    :param header: Its fields
    :param body: Bytes of the header body: what the tag covers
    :param iv: IV of the header authentication, 12 bytes
    :param tag: Authentication tag, 16 bytes
    :param length: Length in bytes of the whole header
    """

    header: MessageHeader
    body: bytes
    iv: bytes
    tag: bytes
    length: int

    @property
    def authentication(self) -> MessageHeaderAuthentication:
        """What authenticates the header."""
        return MessageHeaderAuthentication(self.iv, self.tag)


def serialize_header_body(header: MessageHeader, stored_context: bytes, encrypted_data_keys: bytes) -> bytes:
    """Return the header body.

    :param header: Fields of the header
    :param stored_context: The serialized encryption context that the message stores
    :param encrypted_data_keys: The serialized encrypted data keys
    """
    suite = header.algorithm
    content_type = _CONTENT_TYPE_NUMBERS[header.content_type is _FRAMED]
    if suite.message_format_version == 1:
        end = _BODY_END_V1.pack(content_type, bytes(4), suite.iv_len, header.frame_length)
    else:
        end = _BODY_END_V2.pack(content_type, header.frame_length, header.commitment_key or b"")
    return b"".join(
        (
            _STARTS_BY_ID[suite.algorithm_id],
            header.message_id,
            _UINT16.pack(len(stored_context)),
            stored_context,
            encrypted_data_keys,
            end,
        )
    )


def serialize_header_authentication(suite: AlgorithmSuite, iv: bytes, tag: bytes) -> bytes:
    """Return the header authentication: IV and tag in version 1, the tag alone in version 2."""
    return iv + tag if suite.message_format_version == 1 else tag


def header_reader(
    data: bytes | memoryview, max_encrypted_data_keys: int | None
) -> Generator[int | ParsedHeader, bytes | memoryview, None]:
    """Read a header as its bytes arrive.

    A generator that yields how many bytes, counted from the first of the message, it needs to go on, and is sent all bytes from
    the first on that there are. It asks for no byte that a valid message might not have, and yields the header in the end.

    :param data: The first bytes of the message
    :param max_encrypted_data_keys: Most encrypted data keys to accept; None for the format's own limit
    :raises SerializationError: if the header is malformed
    :raises NotSupportedError: if the version or type is not known
    :raises UnknownIdentityError: if the algorithm suite is not known
    :raises MaxEncryptedDataKeysExceeded: as soon as the count is read, if it is too high
    """
    unpack = _UINT16.unpack_from
    while len(data) < 4:
        data = yield 4
    suite = _STARTS.get(bytes(data[:3]))
    position = 3
    if suite is None:
        suite, position = _read_start_of_version_1(bytes(data[:4])), 4

    context_start = position + suite.message_id_len + 2
    while len(data) < context_start:
        data = yield context_start
    message_id = bytes(data[position : context_start - 2])
    position = context_start + unpack(data, context_start - 2)[0]
    while len(data) < position + 2:
        data = yield position + 2
    encryption_context = (
        deserialize_encryption_context(bytes(data[context_start:position])) if position != context_start else {}
    )

    count = unpack(data, position)[0]
    if count == 0:
        raise SerializationError("The message has no encrypted data keys")
    if max_encrypted_data_keys is not None and count > max_encrypted_data_keys:
        raise MaxEncryptedDataKeysExceeded(count, max_encrypted_data_keys)
    keys: list[EncryptedDataKey] = []
    position, needed = deserialize_encrypted_data_keys(data, position + 2, count, keys)
    while needed:
        data = yield needed
        position, needed = deserialize_encrypted_data_keys(data, position, count, keys)

    length = position + (_END_V2.size if suite.commits else _END_V1.size)
    while len(data) < length:
        data = yield length
    commitment_key = None
    if suite.commits:
        content_type, frame_length, commitment_key, tag = _END_V2.unpack_from(data, position)
        iv, body_end = suite.header_auth_iv, position + _BODY_END_V2.size
    else:
        content_type, reserved, iv_length, frame_length, iv, tag = _END_V1.unpack_from(data, position)
        body_end = position + _BODY_END_V1.size
        _check_fields_of_version_1(suite, reserved, iv_length)
    if content_type != _FRAMED_NUMBER or frame_length == 0:
        _check_content_type(content_type, frame_length)
    header = build_header(
        suite,
        message_id,
        encryption_context,
        EncryptedDataKeys(keys),
        _CONTENT_TYPES[content_type],
        frame_length,
        commitment_key,
    )
    yield ParsedHeader(header, bytes(data[:body_end]), iv, tag, length)


def build_header(
    suite: AlgorithmSuite,
    message_id: bytes,
    encryption_context: dict[str, str],
    encrypted_data_keys: EncryptedDataKeys,
    content_type: ContentType,
    frame_length: int,
    commitment_key: bytes | None,
) -> MessageHeader:
    """Return the header of these fields; those that only one version of the format has follow from the suite."""
    if suite.message_format_version == 1:
        return MessageHeader(
            SerializationVersion.V1,
            suite,
            message_id,
            encryption_context,
            encrypted_data_keys,
            content_type,
            frame_length,
            ObjectType.CUSTOMER_AE_DATA,
            0,
            suite.iv_len,
        )
    # All by position: keywords take time in every message.
    return MessageHeader(
        SerializationVersion.V2,
        suite,
        message_id,
        encryption_context,
        encrypted_data_keys,
        content_type,
        frame_length,
        None,
        None,
        None,
        commitment_key,
    )


def _read_start_of_version_1(start: bytes) -> AlgorithmSuite:
    """Return the algorithm suite that the first 4 bytes state, which are not those of version 2."""
    suite = _STARTS.get(start)
    if suite is not None:
        return suite
    if start.lstrip()[:2] in _BASE64_STARTS:
        raise Base64MessageError(
            "The message is base64 text, not the binary message; decode it first, for example with base64.b64decode()"
        )
    version = _VERSIONS.get(start[0])
    if version is None:
        raise NotSupportedError(
            f"Unsupported version {start[0]}: this is not a message of the AWS Encryption SDK. A path has to be opened first, and "
            "encoded text decoded"
        )
    if version is SerializationVersion.V1 and start[1] != ObjectType.CUSTOMER_AE_DATA.value:
        raise NotSupportedError(f"Unsupported type {start[1]} of a version 1 message; only 128 is defined")
    suite = AlgorithmSuite.get_by_id(_UINT16.unpack_from(start, 2 if version is SerializationVersion.V1 else 1)[0])
    raise SerializationError(f"A message of version {version.value} cannot have the algorithm suite {suite.name}")


def _check_fields_of_version_1(suite: AlgorithmSuite, reserved: bytes, iv_length: int) -> None:
    if reserved != bytes(4):
        raise SerializationError("The reserved field of the message header is not zero")
    if iv_length != suite.iv_len:
        raise SerializationError(f"The message header states IVs of {iv_length} bytes; {suite.name} has {suite.iv_len}")


def _check_content_type(number: int, frame_length: int) -> None:
    content_type = _CONTENT_TYPES.get(number)
    if content_type is None:
        raise SerializationError(f"The message header states the unknown content type {number}")
    if (content_type is _FRAMED) != (frame_length > 0):
        raise SerializationError(f"A message with content type {content_type.name} cannot have frame length {frame_length}")
