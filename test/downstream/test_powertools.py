"""Data masking of AWS Lambda Powertools, with keys in KMS."""

from __future__ import annotations

import base64
from decimal import Decimal
from importlib import import_module, metadata
from typing import Any

import pytest

import aws_encryption_sdk
from test.downstream.environment import HOW_TO_RUN, is_set_up
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest

if not is_set_up():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

_MASKING = "aws_lambda_powertools.utilities.data_masking"
data_masking: Any = import_module(_MASKING)
kms: Any = import_module(f"{_MASKING}.provider.kms.aws_encryption_sdk")
failures: Any = import_module(f"{_MASKING}.exceptions")

NESTED = {
    "name": "größe",
    "orders": [{"id": 1, "card": {"number": "4242", "valid": True}}, {"id": 2, "card": None}],
    "address": {"street": {"number": 7.5, "lines": ["a", "b"]}},
}


@pytest.fixture
def key(keys: KeyMaker) -> str:
    return keys.symmetric()


@pytest.fixture
def masker(key: str) -> Any:
    return data_masking.DataMasking(provider=kms.AWSEncryptionSDKProvider(keys=[key]))


def test_the_program_is_the_released_one_and_runs_on_this_package() -> None:
    assert metadata.version("aws-lambda-powertools") == "3.37.0"
    assert kms.EncryptionSDKClient is aws_encryption_sdk.EncryptionSDKClient


@pytest.mark.parametrize(
    "data", [NESTED, [NESTED, 1], 7, "text", None, {}], ids=["nested", "list", "number", "text", "null", "empty"]
)
def test_masked_and_unmasked(masker: Any, data: Any) -> None:
    masked = masker.encrypt(data)
    assert base64.b64decode(masked, validate=True)[:1] == b"\x02"
    assert masker.decrypt(masked) == data


def test_part_of_nested_data(masker: Any) -> None:
    person: dict[str, Any] = {"name": "größe", "card": {"number": "4242", "codes": [1, 2]}}
    masked = {**person, "card": masker.encrypt(person["card"])}
    assert "4242" not in str(masked)
    assert {**masked, "card": masker.decrypt(masked["card"])} == person
    assert masker.erase(person, fields=["card.number"])["card"] == {"number": "*****", "codes": [1, 2]}


def test_encryption_context_has_to_be_the_same(masker: Any) -> None:
    context = {"tenant": "one", "purpose": "test"}
    masked = masker.encrypt(NESTED, **context)
    assert masker.decrypt(masked, **context) == NESTED
    for other in ({}, {"tenant": "one"}, {**context, "tenant": "two"}):
        with pytest.raises(failures.DataMaskingContextMismatchError):
            masker.decrypt(masked, **other)
    with pytest.raises(failures.DataMaskingUnsupportedTypeError):
        masker.encrypt(NESTED, tenant=1)


def test_options_reach_the_client(masker: Any) -> None:
    suite = aws_encryption_sdk.Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    masked = masker.encrypt(NESTED, provider_options={"algorithm": suite, "frame_length": 128})
    assert base64.b64decode(masked)[1:3] == suite.id_as_bytes()
    assert masker.decrypt(masked, provider_options={"max_body_length": 128}) == NESTED


def test_data_keys_are_cached(key: str, sent: list[SentRequest]) -> None:
    provider = kms.AWSEncryptionSDKProvider(keys=[key], max_messages_encrypted=3)
    masker = data_masking.DataMasking(provider=provider)
    masked = [masker.encrypt({"number": number}) for number in range(6)]
    assert [request.operation for request in sent] == ["GenerateDataKey"] * 2
    assert [masker.decrypt(one)["number"] for one in masked] == list(range(6))
    assert all("data-masking" in request.user_agent.lower() for request in sent)


def test_own_serializer(key: str) -> None:
    provider = kms.AWSEncryptionSDKProvider(keys=[key], json_serializer=str, json_deserializer=Decimal)
    masker = data_masking.DataMasking(provider=provider)
    assert masker.decrypt(masker.encrypt(Decimal("1.10"))) == Decimal("1.10")


def test_failures_are_told_apart(masker: Any, keys: KeyMaker) -> None:
    with pytest.raises(failures.DataMaskingDecryptValueError):
        masker.decrypt("no base64!")
    with pytest.raises(failures.DataMaskingDecryptValueError):
        masker.decrypt(base64.b64encode(b"nothing that was encrypted").decode())
    with pytest.raises(failures.DataMaskingDecryptValueError):
        masker.decrypt(base64.b64encode(masker.encrypt(NESTED).encode()).decode())
    other = data_masking.DataMasking(provider=kms.AWSEncryptionSDKProvider(keys=[keys.symmetric()]))
    with pytest.raises(failures.DataMaskingDecryptKeyError):
        other.decrypt(masker.encrypt(NESTED))
    nothing = keys.symmetric()[:-12] + "000000000000"
    missing = data_masking.DataMasking(provider=kms.AWSEncryptionSDKProvider(keys=[nothing]))
    with pytest.raises(failures.DataMaskingEncryptKeyError):
        missing.encrypt(NESTED)
