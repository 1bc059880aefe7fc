"""The message header, versions 1 and 2 (data-format/message-header.md)."""

from __future__ import annotations

import struct
from collections.abc import Callable

import attrs
import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._message import header as module
from aws_encryption_sdk._message.encrypted_data_keys import serialize_encrypted_data_keys
from aws_encryption_sdk._message.encryption_context import serialize_encryption_context
from aws_encryption_sdk._message.header import MessageHeaderAuthentication, ParsedHeader
from aws_encryption_sdk.identifiers import AlgorithmSuite, ContentType, ObjectType, SerializationVersion
from aws_encryption_sdk.structures import EncryptedDataKey, EncryptedDataKeys, MasterKeyInfo, MessageHeader

from .operation_materials import SUITES

pytestmark = pytest.mark.specification(
    "data-format/message-header.md",
    "Structure",
    "Header Body Version 1.0",
    "Header Body Version 2.0",
    "Header Body > Version",
    "Supported Versions",
    "Type",
    "Supported Types",
    "Algorithm Suite ID",
    "AAD",
    "Key Value Pairs Length",
    "Key Value Pairs",
    "Encrypted Data Keys",
    "Encrypted Data Key Count",
    "Encrypted Data Key Entries",
    "Key Provider ID Length",
    "Key Provider ID",
    "Key Provider Information Length",
    "Key Provider Information",
    "Encrypted Data Key Length",
    "Encrypted Data Key",
    "Content Type",
    "Supported Content Types",
    "Algorithm Suite Data",
    "Reserved",
    "IV Length",
    "Frame Length",
    "Header Authentication",
    "Header Authentication Version 1.0",
    "Header Authentication Version 2.0",
    "IV",
    "Authentication Tag",
)

V1 = AlgorithmSuite.AES_128_GCM_IV12_TAG16_HKDF_SHA256
V2 = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"purpose": "test", "é": "ü"}
KEYS = EncryptedDataKeys(
    EncryptedDataKey(MasterKeyInfo(provider, info), ciphertext)
    for provider, info, ciphertext in [("provider", b"info", b"one"), ("", b"", b""), ("ü", b"\xff", bytes(300))]
)
IV, TAG, COMMITMENT = bytes(range(50, 62)), bytes(range(100, 116)), bytes(range(200, 232))


def header_of(
    suite: AlgorithmSuite,
    context: dict[str, str] | None = None,
    keys: EncryptedDataKeys = KEYS,
    content_type: ContentType = ContentType.FRAMED_DATA,
    frame_length: int = 4096,
) -> MessageHeader:
    message_id = bytes(range(suite.message_id_length()))
    context = CONTEXT if context is None else context
    return module.build_header(suite, message_id, dict(context), keys, content_type, frame_length, COMMITMENT)


def body_of(header: MessageHeader) -> bytes:
    """Write a header body field by field, as the tables of the specification have them."""
    suite, context = header.algorithm, serialize_encryption_context(header.encryption_context)
    body = bytearray(b"\x01\x80" if suite.message_format_version == 1 else b"\x02")
    body += suite.algorithm_id.to_bytes(2, "big") + header.message_id + len(context).to_bytes(2, "big") + context
    body += len(header.encrypted_data_keys).to_bytes(2, "big")
    for key in header.encrypted_data_keys:
        for field in (key.key_provider.provider_id.encode(), key.key_provider.key_info, key.encrypted_data_key):
            body += len(field).to_bytes(2, "big") + field
    body.append(header.content_type.value)
    if suite.message_format_version == 1:
        body += bytes(4) + b"\x0c"
    body += header.frame_length.to_bytes(4, "big")
    return bytes(body + (COMMITMENT if suite.message_format_version == 2 else b""))


def written(header: MessageHeader) -> bytes:
    keys = serialize_encrypted_data_keys(header.encrypted_data_keys)
    body = module.serialize_header_body(header, serialize_encryption_context(header.encryption_context), keys)
    return body + module.serialize_header_authentication(header.algorithm, IV, TAG)


def read(data: bytes, limit: int | None = None, step: Callable[[int], int] = lambda needed: needed) -> ParsedHeader:
    """Hand ``data`` over as it is asked for; stop where more is needed than there is."""
    reader = module.header_reader(b"", limit)
    needed = next(reader)
    arrived = 0
    while isinstance(needed, int):
        if needed > len(data):
            raise EOFError(needed)
        arrived = max(arrived, step(needed))
        needed = reader.send(memoryview(data)[:arrived])
    return needed


HEADERS = [
    *(header_of(suite) for suite in SUITES),
    *(header_of(suite, {}, EncryptedDataKeys(KEYS[:1]), ContentType.NO_FRAMING, 0) for suite in (V1, V2)),
    *(header_of(suite, {}, EncryptedDataKeys(KEYS[1:2]), frame_length=2**32 - 1) for suite in (V1, V2)),
]


@pytest.mark.specification("client-apis/encrypt.md", "Construct the header")
@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.algorithm.name)
def test_the_fields_are_laid_out_as_the_tables_say(header: MessageHeader) -> None:
    iv = IV if header.algorithm.message_format_version == 1 else b""

    assert written(header) == body_of(header) + iv + TAG


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.algorithm.name)
@pytest.mark.parametrize("trailing", [b"", b"trailing bytes"], ids=["whole", "with trailing bytes"])
@pytest.mark.parametrize("way", ["at once", "as asked for", "byte by byte"])
def test_round_trip(header: MessageHeader, trailing: bytes, way: str) -> None:
    data = written(header) + trailing
    if way == "byte by byte":
        arrivals = iter(range(len(data) + 1))
        parsed = read(data, step=lambda _: next(arrivals))
    else:
        parsed = read(data, step=(lambda _: len(data)) if way == "at once" else lambda needed: needed)

    assert parsed.header == header
    assert parsed.body == body_of(header)
    assert parsed.length == len(data) - len(trailing)
    version_1 = header.algorithm.message_format_version == 1
    assert parsed.authentication == MessageHeaderAuthentication(IV if version_1 else bytes(12), TAG)


@pytest.mark.specification("framework/algorithm-suites.md", "Message Format Version")
@pytest.mark.parametrize("suite", SUITES)
def test_what_only_one_version_has_follows_from_the_suite(suite: AlgorithmSuite) -> None:
    header = read(written(header_of(suite))).header

    if suite.message_format_version == 1:
        assert header.version is SerializationVersion.V1
        assert (header.type, header.content_aad_length, header.header_iv_length) == (ObjectType.CUSTOMER_AE_DATA, 0, 12)
        assert header.commitment_key is None
    else:
        assert header.version is SerializationVersion.V2
        assert (header.type, header.content_aad_length, header.header_iv_length) == (None, None, None)
        assert header.commitment_key == COMMITMENT


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.algorithm.name)
def test_truncated_at_every_byte_it_asks_for_a_byte_that_the_header_has(header: MessageHeader) -> None:
    data = written(header)

    for length in range(len(data)):
        with pytest.raises(EOFError) as caught:
            read(data[:length])
        assert length < caught.value.args[0] <= len(data)


def test_the_parsed_values_do_not_keep_the_buffer_alive() -> None:
    header = header_of(V2)
    buffer = bytearray(written(header))
    parsed = next(module.header_reader(memoryview(buffer), None))
    buffer[:] = bytes(len(buffer))

    assert isinstance(parsed, ParsedHeader)
    assert (parsed.header, parsed.body, parsed.authentication.tag) == (header, body_of(header), TAG)


@pytest.mark.specification("framework/algorithm-suites.md", "Message Format Version")
@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_belongs_to_one_version(suite: AlgorithmSuite) -> None:
    data = written(header_of(suite))
    other = b"\x02" + data[2:] if suite.message_format_version == 1 else b"\x01\x80" + data[1:]

    with pytest.raises(exceptions.SerializationError, match=f"cannot have the algorithm suite {suite.name}"):
        read(other)


@pytest.mark.parametrize("version", [0, 3, 66, 255])
def test_an_unknown_version(version: int) -> None:
    with pytest.raises(exceptions.NotSupportedError, match=f"Unsupported version {version}"):
        read(bytes((version,)) + written(header_of(V2))[1:])


@pytest.mark.parametrize("kind", [0, 0x7F, 0x81, 255])
def test_an_unknown_type(kind: int) -> None:
    data = written(header_of(V1))

    with pytest.raises(exceptions.NotSupportedError, match=f"Unsupported type {kind}"):
        read(data[:1] + bytes((kind,)) + data[2:])


@pytest.mark.specification("client-apis/decrypt.md", "Algorithm Suite")
@pytest.mark.parametrize(("suite", "at"), [(V1, 2), (V2, 1)])
@pytest.mark.parametrize("number", [0, 0x0015, 0x0479, 0x6700, 0x6701, 0xFFFF])
def test_an_unknown_suite(suite: AlgorithmSuite, at: int, number: int) -> None:
    data = written(header_of(suite))

    with pytest.raises(exceptions.UnknownIdentityError, match=f"0x{number:04x}"):
        read(data[:at] + number.to_bytes(2, "big") + data[at + 2 :])


@pytest.mark.specification("client-apis/decrypt.md", "Encrypted Message Format")
@pytest.mark.parametrize("start", [b"AYAD", b"AgV4"])
def test_base64_is_recognised(start: bytes) -> None:
    with pytest.raises(exceptions.Base64MessageError, match="base64"):
        read(start + bytes(100))


@pytest.mark.parametrize("suite", [V1, V2])
def test_no_data_keys(suite: AlgorithmSuite) -> None:
    header = attrs.evolve(header_of(suite), encrypted_data_keys=EncryptedDataKeys())

    with pytest.raises(exceptions.SerializationError, match="no encrypted data keys"):
        read(body_of(header) + bytes(100))
    with pytest.raises(exceptions.SerializationError, match="not 0"):
        written(header)


@pytest.mark.parametrize("suite", [V1, V2])
def test_the_limit_of_data_keys_holds_before_any_of_them_is_there(suite: AlgorithmSuite) -> None:
    data = written(header_of(suite))
    count_at = data.index(b"\x00\x03\x00\x08provider")

    assert len(read(data, limit=3).header.encrypted_data_keys) == 3
    with pytest.raises(exceptions.MaxEncryptedDataKeysExceeded) as caught:
        read(data[: count_at + 2], limit=2)
    assert (caught.value.num_keys, caught.value.max_keys) == (3, 2)


def test_a_provider_id_is_utf8() -> None:
    with pytest.raises(exceptions.SerializationError, match="UTF-8"):
        read(written(header_of(V2)).replace("ü".encode() + b"\x00\x01\xff", b"\xff\xfe\x00\x01\xff"))


@pytest.mark.parametrize("suite", [V1, V2])
def test_the_encryption_context_has_to_be_well_formed(suite: AlgorithmSuite) -> None:
    with pytest.raises(exceptions.SerializationError, match="encryption context"):
        read(written(header_of(suite)).replace(b"purpose", b"\xffurpose"))


@pytest.mark.parametrize(
    ("suite", "content_type", "frame_length", "reason"),
    [
        (suite, content_type, frame_length, reason)
        for suite in (V1, V2)
        for content_type, frame_length, reason in [
            (0, 4096, "unknown content type 0"),
            (3, 4096, "unknown content type 3"),
            (1, 4096, "NO_FRAMING cannot have frame length 4096"),
            (1, 1, "NO_FRAMING cannot have frame length 1"),
            (2, 0, "FRAMED_DATA cannot have frame length 0"),
        ]
    ],
)
def test_content_type_and_frame_length(suite: AlgorithmSuite, content_type: int, frame_length: int, reason: str) -> None:
    data = written(header_of(suite))
    good = b"\x02" + (bytes(4) + b"\x0c" if suite is V1 else b"") + struct.pack(">I", 4096)
    bad = bytes((content_type,)) + good[1:-4] + struct.pack(">I", frame_length)
    start, end = data.rsplit(good, 1)

    with pytest.raises(exceptions.SerializationError, match=reason):
        read(start + bad + end)


@pytest.mark.parametrize("place", range(1, 6))
def test_reserved_field_and_iv_length(place: int) -> None:
    data = written(header_of(V1))
    good = b"\x02\x00\x00\x00\x00\x0c\x00\x00\x10\x00"
    start, end = data.rsplit(good, 1)
    bad = good[:place] + bytes((good[place] ^ 1,)) + good[place + 1 :]

    with pytest.raises(exceptions.SerializationError, match="IVs of 13 bytes" if place == 5 else "reserved field"):
        read(start + bad + end)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (EncryptedDataKey(MasterKeyInfo("p" * 0x10000, b""), b""), "longer than 65535"),
        (EncryptedDataKey(MasterKeyInfo("", b"i" * 0x10000), b""), "longer than 65535"),
        (EncryptedDataKey(MasterKeyInfo("", b""), b"c" * 0x10000), "longer than 65535"),
        (EncryptedDataKey(MasterKeyInfo("\ud800", b""), b""), "UTF-8"),
    ],
    ids=["provider id", "provider information", "ciphertext", "surrogate"],
)
def test_a_data_key_that_does_not_fit(key: EncryptedDataKey, reason: str) -> None:
    with pytest.raises(exceptions.SerializationError, match=reason):
        serialize_encrypted_data_keys(EncryptedDataKeys((key,)))


def test_at_most_65535_data_keys_fit_and_keep_their_order() -> None:
    keys = [EncryptedDataKey(MasterKeyInfo("", b""), struct.pack(">I", number ^ 0x5555)) for number in range(0xFFFF)]
    header = header_of(V2, {}, EncryptedDataKeys(keys))

    assert list(read(written(header)).header.encrypted_data_keys) == keys
    with pytest.raises(exceptions.SerializationError, match="not 65536"):
        serialize_encrypted_data_keys(EncryptedDataKeys([*keys, keys[0]]))
