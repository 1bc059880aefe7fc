"""Headers, keys and results in the hands of programs."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import attr
import pytest

import aws_encryption_sdk
from aws_encryption_sdk.identifiers import Algorithm, ContentType, ObjectType, SerializationVersion
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo, MessageHeader, RawDataKey

PROVIDER = MasterKeyInfo("provider", b"info")
TWO = EncryptedDataKey(MasterKeyInfo("provider", b"two"), b"wrapped 2")
ONE = EncryptedDataKey(MasterKeyInfo("provider", b"one"), b"wrapped 1")


def header(**changes: Any) -> MessageHeader:
    """Build a header with the fields of version 4, by name."""
    fields: dict[str, Any] = {
        "version": SerializationVersion.V2,
        "algorithm": Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
        "message_id": b"m" * 32,
        "encryption_context": {"a": "b"},
        "encrypted_data_keys": {ONE},
        "content_type": ContentType.FRAMED_DATA,
        "frame_length": 4096,
    }
    return MessageHeader(**{**fields, **changes})


def test_header_goes_to_json_as_a_command_line_program_writes_it(keyring: RawAESKeyring) -> None:
    multi = MultiKeyring(keyring, [RawAESKeyring("ns", "second", bytes(16))])
    client = aws_encryption_sdk.EncryptionSDKClient()
    _, message_header = client.encrypt(source=b"x", keyring=multi, encryption_context={"a": "b"})

    fields = attr.asdict(message_header)
    del fields["content_aad_length"]
    fields["version"] = float(fields["version"].value)
    fields["algorithm"] = fields["algorithm"].name
    fields["content_type"] = fields["content_type"].value
    fields["type"] = fields["type"].value if fields["type"] is not None else None
    fields["message_id"] = base64.b64encode(fields["message_id"]).decode()
    if fields["commitment_key"]:
        fields["commitment_key"] = base64.b64encode(fields["commitment_key"]).decode()
    keys = []
    for key in list(fields["encrypted_data_keys"]):
        assert set(key["key_provider"]) == {"provider_id", "key_info"}
        key["key_provider"]["provider_id"] = str(key["key_provider"]["provider_id"])
        key["key_provider"]["key_info"] = base64.b64encode(key["key_provider"]["key_info"]).decode()
        key["encrypted_data_key"] = base64.b64encode(key["encrypted_data_key"]).decode()
        keys.append(key)
    fields["encrypted_data_keys"] = keys

    written = json.loads(json.dumps(fields))
    assert written["version"] == 2.0
    assert written["algorithm"] == "AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384"
    assert written["encryption_context"]["a"] == "b"
    assert [key["key_provider"]["provider_id"] for key in written["encrypted_data_keys"]] == ["my namespace", "ns"]
    assert base64.b64decode(written["message_id"]) == message_header.message_id


def test_public_key_is_taken_out_of_the_context_of_the_header(keyring: RawAESKeyring) -> None:
    client = aws_encryption_sdk.EncryptionSDKClient()
    expected = {"tenant": "acme"}
    ciphertext, _ = client.encrypt(source=b"x", keyring=keyring, encryption_context=expected)
    plaintext, message_header = client.decrypt(source=ciphertext, keyring=keyring)
    message_header.encryption_context.pop("aws-crypto-public-key")
    assert message_header.encryption_context == expected
    assert plaintext == b"x"
    # What one caller takes out is missing for nobody else.
    assert "aws-crypto-public-key" in client.decrypt(source=ciphertext, keyring=keyring).header.encryption_context


def test_context_of_the_caller_is_left_alone(keyring: RawAESKeyring) -> None:
    context = {"tenant": "acme"}
    client = aws_encryption_sdk.EncryptionSDKClient()
    _, message_header = client.encrypt(source=b"x", keyring=keyring, encryption_context=context)
    assert context == {"tenant": "acme"}
    message_header.encryption_context["tenant"] = "changed"
    assert context == {"tenant": "acme"}


def test_encrypted_data_keys_equal_a_set(keyring: RawAESKeyring) -> None:
    client = aws_encryption_sdk.EncryptionSDKClient()
    multi = MultiKeyring(keyring, [keyring])
    message_header = client.encrypt(source=b"x", keyring=multi).header
    keys = message_header.encrypted_data_keys
    assert keys == set(keys)
    assert set(keys) == keys
    assert keys != {ONE}
    assert next(iter(keys)) in keys
    assert len(keys) == 2


def test_header_takes_any_collection_of_encrypted_data_keys() -> None:
    for keys in ([TWO, ONE], (TWO, ONE)):
        assert list(header(encrypted_data_keys=keys).encrypted_data_keys) == [TWO, ONE]
    assert header(encrypted_data_keys={ONE, TWO}).encrypted_data_keys == {TWO, ONE}
    assert list(header(encrypted_data_keys=[ONE, ONE]).encrypted_data_keys) == [ONE, ONE]


def test_header_by_position_as_version_4_has_it() -> None:
    built = MessageHeader(
        SerializationVersion.V1,
        Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA256,
        b"m" * 16,
        {"a": "b"},
        {ONE},
        ContentType.NO_FRAMING,
        0,
        ObjectType.CUSTOMER_AE_DATA,
        0,
        12,
    )
    assert (built.type, built.content_aad_length, built.header_iv_length) == (ObjectType.CUSTOMER_AE_DATA, 0, 12)
    assert built.commitment_key is None
    # The keyring interface has the same fields in another order, and names them all.
    named = MessageHeader(
        version=SerializationVersion.V1,
        type=ObjectType.CUSTOMER_AE_DATA,
        algorithm=Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA256,
        message_id=b"m" * 16,
        encryption_context={"a": "b"},
        encrypted_data_keys=[ONE],
        content_type=ContentType.NO_FRAMING,
        content_aad_length=0,
        header_iv_length=12,
        frame_length=0,
    )
    assert named == built
    assert named != header()


def test_defaults_of_the_header() -> None:
    built = header()
    assert (built.type, built.content_aad_length, built.header_iv_length, built.commitment_key) == (None,) * 4


def test_everything_is_hashable() -> None:
    raw, data_key = RawDataKey(PROVIDER, b"k"), DataKey(PROVIDER, b"k", b"w")
    for value in (PROVIDER, raw, data_key, ONE, header()):
        assert len({value, copy.deepcopy(value)}) == 1


def test_master_key_info_converts() -> None:
    info = MasterKeyInfo(provider_id=b"prov\xc3\xadder", key_info="kéy")
    assert (info.provider_id, info.key_info) == ("províder", "kéy".encode())
    assert info == MasterKeyInfo("províder", "kéy".encode())
    assert info.key_namespace == info.provider_id


def test_key_name_is_no_part_of_a_comparison_or_of_the_fields() -> None:
    named = MasterKeyInfo(provider_id="p", key_info=b"name and iv", key_name=b"name")
    assert named == MasterKeyInfo(provider_id="p", key_info=b"name and iv")
    assert set(attr.asdict(named)) == {"provider_id", "key_info"}


def test_conversions_between_keys() -> None:
    data_key = DataKey(key_provider=PROVIDER, data_key=b"plain", encrypted_data_key=b"wrapped")
    assert RawDataKey.from_data_key(data_key=data_key) == RawDataKey(key_provider=PROVIDER, data_key=b"plain")
    assert EncryptedDataKey.from_data_key(data_key=data_key) == EncryptedDataKey(
        key_provider=PROVIDER, encrypted_data_key=b"wrapped"
    )
    for convert in (RawDataKey.from_data_key, EncryptedDataKey.from_data_key):
        with pytest.raises(TypeError):
            convert(data_key=ONE)  # type: ignore[arg-type]


def test_header_of_a_result_is_a_copy(keyring: RawAESKeyring) -> None:
    with aws_encryption_sdk.stream(mode="e", source=b"x", keyring=keyring, encryption_context={"a": "b"}) as encryptor:
        encryptor.read()
        first = encryptor.header
    result = aws_encryption_sdk.encrypt(source=b"x", keyring=keyring, encryption_context={"a": "b"})
    result.header.encryption_context.clear()
    assert first.encryption_context["a"] == "b"
    assert aws_encryption_sdk.decrypt(source=result.result, keyring=keyring).header.encryption_context["a"] == "b"
