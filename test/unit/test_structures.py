"""Values that everybody passes around."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable

import attr
import attrs
import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import Algorithm, ContentType, SerializationVersion
from aws_encryption_sdk.structures import (
    CryptoResult,
    DataKey,
    EncryptedDataKey,
    EncryptedDataKeys,
    MasterKeyInfo,
    MessageHeader,
    RawDataKey,
    copy_header,
    ordered_encrypted_data_keys,
)

pytestmark = pytest.mark.specification(
    "framework/structures.md", "Overview", "Encrypted Data Key > Structure", "Key Provider ID", "Key Provider Information"
)

INFO = MasterKeyInfo("provider", b"info")
DATA_KEY = DataKey(INFO, b"plaintext key", b"wrapped")


def keys_of(*ciphertexts: bytes) -> list[EncryptedDataKey]:
    return [EncryptedDataKey(INFO, ciphertext) for ciphertext in ciphertexts]


def header_of(**fields: object) -> MessageHeader:
    values: dict[str, object] = {
        "version": SerializationVersion.V2,
        "algorithm": Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
        "message_id": bytes(32),
        "encryption_context": {"a": "1"},
        "encrypted_data_keys": keys_of(b"2", b"1"),
        "content_type": ContentType.FRAMED_DATA,
        "frame_length": 4096,
    }
    return MessageHeader(**{**values, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("provider", "info"), [("ü", "é"), ("ü".encode(), "é".encode()), (b"\xc3\xbc", bytearray(b"\xc3\xa9"))]
)
def test_a_key_identity_is_text_and_bytes(provider: str | bytes, info: str | bytes) -> None:
    made = MasterKeyInfo(provider, info)

    assert (made.provider_id, made.key_info) == ("ü", b"\xc3\xa9")
    assert (made.key_namespace, made.key_name) == ("ü", b"\xc3\xa9")
    assert made == MasterKeyInfo("ü", b"\xc3\xa9")
    assert hash(made) == hash(MasterKeyInfo("ü", b"\xc3\xa9"))


def test_the_key_name_is_no_field_and_not_compared() -> None:
    assert MasterKeyInfo("p", b"i", b"name") == MasterKeyInfo("p", b"i", key_name="other") == MasterKeyInfo("p", b"i")
    assert [field.name for field in attrs.fields(MasterKeyInfo)] == ["provider_id", "key_info"]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: MasterKeyInfo(1, b""), exceptions.ArgumentTypeError),  # type: ignore[arg-type]
        (lambda: MasterKeyInfo("", None), exceptions.ArgumentTypeError),  # type: ignore[arg-type]
        (lambda: MasterKeyInfo("", b"", 5), exceptions.ArgumentTypeError),  # type: ignore[arg-type]
        (lambda: MasterKeyInfo(b"\xff", b""), exceptions.SerializationError),
        (lambda: MasterKeyInfo("", "\ud800"), exceptions.SerializationError),
        (lambda: RawDataKey(INFO, "key"), exceptions.ArgumentTypeError),  # type: ignore[arg-type]
        (lambda: RawDataKey("provider", b"key"), exceptions.ArgumentTypeError),  # type: ignore[arg-type]
        (lambda: DataKey(INFO, b"key", None), exceptions.ArgumentTypeError),  # type: ignore[arg-type]
        (lambda: DataKey(INFO, None, b""), exceptions.ArgumentTypeError),  # type: ignore[arg-type]
        (lambda: EncryptedDataKey(INFO, "key"), exceptions.ArgumentTypeError),  # type: ignore[arg-type]
        (lambda: EncryptedDataKey(b"provider", b""), exceptions.ArgumentTypeError),  # type: ignore[arg-type]
        (lambda: EncryptedDataKey.from_data_key(b"key"), exceptions.ArgumentTypeError),  # type: ignore[arg-type]
        (lambda: RawDataKey.from_data_key(RawDataKey(INFO, b"")), exceptions.ArgumentTypeError),  # type: ignore[arg-type]
        (lambda: ordered_encrypted_data_keys([b"key"]), exceptions.ArgumentTypeError),  # type: ignore[list-item]
        (lambda: header_of(encrypted_data_keys=[INFO]), exceptions.ArgumentTypeError),
    ],
)
def test_an_illegal_value_cannot_be_made(make: Callable[[], object], error: type[Exception]) -> None:
    with pytest.raises(error):
        make()


def test_data_keys_are_converted() -> None:
    assert RawDataKey.from_data_key(DATA_KEY) == RawDataKey(INFO, b"plaintext key")
    assert EncryptedDataKey.from_data_key(DATA_KEY) == EncryptedDataKey(INFO, b"wrapped")
    assert ordered_encrypted_data_keys([DATA_KEY]) == keys_of(b"wrapped")


@pytest.mark.parametrize("value", [INFO, DATA_KEY, RawDataKey(INFO, b"plaintext key"), *keys_of(b"wrapped")], ids=repr)
def test_values_are_frozen_hashable_copied_and_pickled(value: object) -> None:
    for twin in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert twin == value
        assert hash(twin) == hash(value)
    with pytest.raises(AttributeError):
        setattr(value, attrs.fields(type(value))[0].name, "other")  # type: ignore[arg-type]
    assert "plaintext" not in repr(value)


def test_encrypted_data_keys_keep_their_order_and_duplicates() -> None:
    members = keys_of(b"2", b"1", b"2")
    keys = ordered_encrypted_data_keys(members)

    assert list(keys) == members
    assert keys == members == list(keys)
    assert keys == tuple(members)
    assert keys == {*members}
    assert {*members} == keys
    assert keys != {*members[:1]}
    assert keys != members[:2]
    assert keys != tuple(reversed(keys_of(b"1", b"2")))
    assert hash(keys) == hash(tuple(members))
    assert ordered_encrypted_data_keys(keys) is keys
    assert isinstance(pickle.loads(pickle.dumps(keys)), EncryptedDataKeys)


@pytest.mark.parametrize("kind", [set, frozenset])
def test_a_set_is_put_into_a_fixed_order(kind: Callable[[list[EncryptedDataKey]], set[EncryptedDataKey]]) -> None:
    expected = [
        EncryptedDataKey(MasterKeyInfo(provider, info), ciphertext)
        for provider in ("", "a", "b")
        for info in (b"", b"x")
        for ciphertext in (b"0", b"1")
    ]

    assert list(ordered_encrypted_data_keys(kind(expected[::-1]))) == expected


def test_the_fields_of_a_header() -> None:
    names = [field.name for field in attrs.fields(MessageHeader)]

    assert names == [
        "version",
        "algorithm",
        "message_id",
        "encryption_context",
        "encrypted_data_keys",
        "content_type",
        "frame_length",
        "type",
        "content_aad_length",
        "header_iv_length",
        "commitment_key",
    ]
    assert header_of() == header_of()
    assert hash(header_of()) == hash(header_of())
    assert header_of() != header_of(frame_length=1)
    assert isinstance(header_of(encrypted_data_keys=set(keys_of(b"1"))).encrypted_data_keys, EncryptedDataKeys)


def test_a_header_becomes_a_dict_that_json_takes() -> None:
    fields = attr.asdict(header_of())

    assert json.loads(json.dumps(fields, default=repr))["encryption_context"] == {"a": "1"}
    assert set(fields["encrypted_data_keys"][0]["key_provider"]) == {"provider_id", "key_info"}


def test_the_context_of_a_copied_header_is_its_own() -> None:
    header = header_of()
    twin = copy_header(header)
    twin.encryption_context.pop("a")

    assert header.encryption_context == {"a": "1"}
    assert twin != header


def test_a_result_is_a_pair_with_names() -> None:
    header = header_of()
    result = CryptoResult(b"plaintext", header)
    content, copied = result

    assert (len(result), result.result, result[0], content) == (2, b"plaintext", b"plaintext", b"plaintext")
    assert result.header is result[1] is copied
    assert isinstance(result, tuple)
    assert result == (b"plaintext", header)
    assert copied is not header
    assert copied.encryption_context is not header.encryption_context
    assert CryptoResult.of_own(b"", header).header is header
    assert CryptoResult(result=b"", header=header).result == b""
    twin = pickle.loads(pickle.dumps(result))
    assert (type(twin), twin) == (CryptoResult, result)
    assert "plaintext" not in repr(result)
    with pytest.raises(AttributeError):
        result.result = b""  # type: ignore[misc]
