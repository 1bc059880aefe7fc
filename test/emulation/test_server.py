"""The server of the emulation: recordings, faults, DynamoDB, and the program."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from test.emulation.clients import READS_ENDPOINT_FROM_ENVIRONMENT, EmulationClientSupplier, kms_client
from test.emulation.faults import changed, delayed, garbled, refused
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.server import EmulationServer
from test.emulation.settings import OTHER_REGION, REGION

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not READS_ENDPOINT_FROM_ENVIRONMENT, reason="this version of boto3 does not know AWS_ENDPOINT_URL_KMS")
def test_clients_find_the_endpoint(emulation: EmulationServer) -> None:
    assert boto3.client("kms").meta.endpoint_url == emulation.endpoint
    assert boto3.client("dynamodb").meta.endpoint_url == emulation.endpoint


def test_what_a_recording_holds(keys: KeyMaker, supplier: EmulationClientSupplier, sent: list[SentRequest]) -> None:
    arn = keys.symmetric()
    client = supplier(REGION)
    blob = client.encrypt(KeyId=arn, Plaintext=b"text", EncryptionContext={"a": "b"}, GrantTokens=["one", "two"])
    client.decrypt(CiphertextBlob=blob["CiphertextBlob"], EncryptionContext={"a": "b"})
    made, sealed, opened = sent
    assert [(request.service, request.operation, request.region) for request in sent] == [
        ("kms", "CreateKey", REGION),
        ("kms", "Encrypt", REGION),
        ("kms", "Decrypt", REGION),
    ]
    assert (made.key_id, sealed.key_id, opened.key_id) == (None, arn, None)
    assert (sealed.encryption_context, sealed.grant_tokens) == ({"a": "b"}, ["one", "two"])
    assert (made.encryption_context, opened.grant_tokens) == (None, None)
    assert opened.blob("CiphertextBlob") == blob["CiphertextBlob"]
    assert sealed.user_agent == made.user_agent
    assert sealed.user_agent.startswith("Boto3/")
    assert "text" not in repr(sealed)


def test_recordings_end(emulation: EmulationServer, keys: KeyMaker, sent: list[SentRequest]) -> None:
    with emulation.recording() as first, emulation.recording() as second:
        keys.symmetric()
    assert first == second == sent
    keys.symmetric(OTHER_REGION)
    assert (len(first), len(second), len(sent)) == (1, 1, 2)


def test_a_fault_is_for_the_requests_it_names(emulation: EmulationServer, keys: KeyMaker) -> None:
    client, arn, other = keys.client(), keys.symmetric(), keys.symmetric()
    with emulation.faults.plan(refused("AccessDeniedException"), operation="Encrypt", key_id=arn) as fault:
        client.encrypt(KeyId=other, Plaintext=b"text")
        client.generate_data_key(KeyId=arn, NumberOfBytes=32)
        for _ in range(2):
            with pytest.raises(ClientError, match="AccessDeniedException"):
                client.encrypt(KeyId=arn, Plaintext=b"text")
    client.encrypt(KeyId=arn, Plaintext=b"text")
    assert fault.hits == 2


def test_throttled_twice_and_then_answered(emulation: EmulationServer, keys: KeyMaker, sent: list[SentRequest]) -> None:
    arn = keys.symmetric()
    client = kms_client(emulation.endpoint, REGION, retries={"mode": "standard", "max_attempts": 3})
    with emulation.faults.plan(refused("ThrottlingException"), operation="GenerateDataKey", times=2) as fault:
        assert client.generate_data_key(KeyId=arn, NumberOfBytes=32)["KeyId"] == arn
    assert fault.hits == 2
    assert [request.operation for request in sent] == ["CreateKey"] + ["GenerateDataKey"] * 3


def test_delayed_answers(emulation: EmulationServer, keys: KeyMaker) -> None:
    arn = keys.symmetric()
    impatient = kms_client(emulation.endpoint, REGION, read_timeout=0.2, retries={"total_max_attempts": 1})
    with emulation.faults.plan(delayed(0.6)):
        with pytest.raises(ReadTimeoutError):
            impatient.encrypt(KeyId=arn, Plaintext=b"text")
        start = time.monotonic()
        keys.client().encrypt(KeyId=arn, Plaintext=b"text")
        assert time.monotonic() - start >= 0.6


def test_changed_and_garbled_answers(emulation: EmulationServer, keys: KeyMaker) -> None:
    client, arn = keys.client(), keys.symmetric()

    def rename(answer: dict[str, Any]) -> None:
        answer["KeyId"] = "another key"

    with emulation.faults.plan(changed(rename)):
        answer = client.generate_data_key(KeyId=arn, NumberOfBytes=32)
    assert answer["KeyId"] == "another key"
    assert client.decrypt(KeyId=arn, CiphertextBlob=answer["CiphertextBlob"])["Plaintext"] == answer["Plaintext"]
    # botocore takes it for an answer without any of its fields.
    with emulation.faults.plan(garbled()):
        assert not client.generate_data_key(KeyId=arn, NumberOfBytes=32).keys() & {"KeyId", "Plaintext", "CiphertextBlob"}


def test_answers_in_process(emulation: EmulationServer, keys: KeyMaker, sent: list[SentRequest]) -> None:
    arn = keys.symmetric()
    client = kms_client("http://127.0.0.1:1", REGION, retries={"total_max_attempts": 1})
    client.meta.events.register("before-send.kms", emulation.answer_in_process)
    made = client.generate_data_key(KeyId=arn, NumberOfBytes=32, EncryptionContext={"ä": "ß"})
    opened = keys.client().decrypt(KeyId=arn, CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"ä": "ß"})
    assert opened["Plaintext"] == made["Plaintext"]
    with pytest.raises(ClientError, match="NotFoundException"):
        client.decrypt(KeyId="alias/missing", CiphertextBlob=b"blob")
    assert [request.operation for request in sent] == ["CreateKey", "GenerateDataKey", "Decrypt", "Decrypt"]


def test_dynamodb_answers_too(emulation: EmulationServer, sent: list[SentRequest]) -> None:
    client: Any = boto3.client("dynamodb", region_name=REGION, endpoint_url=emulation.endpoint)
    client.create_table(
        TableName="table",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"id": {"S": "1"}, "data": {"B": b"bytes"}}
    client.put_item(TableName="table", Item=item, ConditionExpression="attribute_not_exists(id)")
    with pytest.raises(ClientError, match="ConditionalCheckFailedException"):
        client.put_item(TableName="table", Item=item, ConditionExpression="attribute_not_exists(id)")
    assert client.get_item(TableName="table", Key={"id": {"S": "1"}})["Item"] == item
    assert {request.service for request in sent} == {"dynamodb"}


@pytest.mark.usefixtures("emulation")
def test_program() -> None:
    """It prints settings for a shell, answers, and ends when its standard input does."""
    with subprocess.Popen(
        [sys.executable, "-m", "test.emulation"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        printed: dict[str, str] = {}
        while "AWS_ENDPOINT_URL_KMS" not in printed:
            name, _, value = program.stdout.readline().removeprefix("export ").strip().partition("=")
            printed[name] = value
        assert printed["AWS_ENDPOINT_URL_KMS"].startswith("http://127.0.0.1:")
        assert printed["AWS_DEFAULT_REGION"] == REGION
        assert kms_client(printed["AWS_ENDPOINT_URL_KMS"], REGION).list_keys()["Keys"] == []
        program.communicate(timeout=60)
    assert program.returncode == 0
    assert os.environ["AWS_ACCESS_KEY_ID"] == printed["AWS_ACCESS_KEY_ID"]
