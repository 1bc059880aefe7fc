"""Answers of KMS that are not what was asked for are refused, and no secret is in any error."""

from __future__ import annotations

import base64
import os
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk.exceptions import (
    AWSEncryptionSDKClientError,
    DecryptKeyError,
    EncryptKeyError,
    GenerateKeyError,
)
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsDiscoveryKeyring,
    AwsKmsKeyring,
    AwsKmsMultiKeyring,
    AwsKmsStrictKeyring,
)
from test.emulation.clients import EmulationClientSupplier
from test.emulation.faults import Fault, changed, delayed, garbled, refused
from test.emulation.server import EmulationServer
from test.emulation.settings import REGION
from test.functional.aws_kms.failing import NO_RETRIES, SECRET_TEXT, decrypt, encrypt
from test.functional.aws_kms.kinds import UNSIGNED
from test.functional.aws_kms.shared_keys import SharedKeys

pytestmark = [
    pytest.mark.specification("framework/aws-kms/aws-kms-keyring.md", "OnEncrypt", "OnDecrypt"),
    pytest.mark.specification("framework/aws-kms/aws-kms-discovery-keyring.md", "OnDecrypt"),
]


def other_key(answer: dict[str, Any]) -> None:
    """Let the answer come from another key."""
    answer["KeyId"] = answer["KeyId"][:-1] + ("0" if answer["KeyId"][-1] != "0" else "1")


def alias_for_key(answer: dict[str, Any]) -> None:
    """Let the answer name an alias."""
    answer["KeyId"] = answer["KeyId"].split(":key/")[0] + ":alias/name"


def shorter(answer: dict[str, Any]) -> None:
    """Let the plaintext lack a byte."""
    answer["Plaintext"] = base64.b64encode(base64.b64decode(answer["Plaintext"])[:-1]).decode()


def longer(answer: dict[str, Any]) -> None:
    """Let the plaintext have another byte."""
    answer["Plaintext"] = base64.b64encode(base64.b64decode(answer["Plaintext"]) + b"0").decode()


def without(field: str) -> Callable[[dict[str, Any]], None]:
    """Let the answer lack a field."""

    def change(answer: dict[str, Any]) -> None:
        del answer[field]

    return change


class TestWrongAnswers:
    """Answers that are not what was asked for are refused."""

    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(changed(alias_for_key), id="key id that is no key ARN"),
            pytest.param(changed(shorter), id="short data key"),
            pytest.param(changed(longer), id="long data key"),
            pytest.param(changed(without("Plaintext")), id="no plaintext"),
            pytest.param(changed(without("CiphertextBlob")), id="no ciphertext"),
            pytest.param(changed(without("KeyId")), id="no key id"),
            pytest.param(garbled(), id="no JSON"),
            pytest.param(garbled(b"{}"), id="empty"),
        ],
    )
    def test_to_generate_data_key(
        self, fault: Fault, emulation: EmulationServer, shared: SharedKeys, hasty: EmulationClientSupplier
    ) -> None:
        keyring = AwsKmsStrictKeyring(shared.key, hasty(REGION))
        with emulation.faults.plan(fault, operation="GenerateDataKey"), pytest.raises(GenerateKeyError) as caught:
            encrypt(keyring)
        assert shared.key in str(caught.value)

    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(changed(alias_for_key), id="key id that is no key ARN"),
            pytest.param(changed(without("CiphertextBlob")), id="no ciphertext"),
            pytest.param(changed(without("KeyId")), id="no key id"),
            pytest.param(garbled(), id="no JSON"),
        ],
    )
    def test_to_encrypt(
        self, fault: Fault, emulation: EmulationServer, shared: SharedKeys, hasty: EmulationClientSupplier
    ) -> None:
        keyring = AwsKmsMultiKeyring(shared.key, [shared.further], hasty)
        with emulation.faults.plan(fault, operation="Encrypt"), pytest.raises(EncryptKeyError) as caught:
            encrypt(keyring)
        assert shared.further in str(caught.value)

    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(changed(other_key), id="another key"),
            pytest.param(changed(alias_for_key), id="key id that is no key ARN"),
            pytest.param(changed(shorter), id="short data key"),
            pytest.param(changed(longer), id="long data key"),
            pytest.param(changed(without("Plaintext")), id="no plaintext"),
            pytest.param(changed(without("KeyId")), id="no key id"),
            pytest.param(garbled(), id="no JSON"),
        ],
    )
    def test_to_decrypt(
        self, fault: Fault, emulation: EmulationServer, shared: SharedKeys, hasty: EmulationClientSupplier
    ) -> None:
        keyring = AwsKmsStrictKeyring(shared.key, hasty(REGION))
        message = encrypt(keyring)
        for reader in (keyring, AwsKmsDiscoveryKeyring(hasty(REGION)), AwsKmsKeyring(hasty, is_discovery=True)):
            with emulation.faults.plan(fault, operation="Decrypt"), pytest.raises(DecryptKeyError) as caught:
                decrypt(message, reader)
            assert shared.key in str(caught.value)

    def test_a_wrong_answer_does_not_keep_the_next_key_from_being_tried(
        self, three: list[str], emulation: EmulationServer, hasty: EmulationClientSupplier
    ) -> None:
        message = encrypt(AwsKmsMultiKeyring(three[0], three[1:], hasty))
        with emulation.faults.plan(changed(shorter), operation="Decrypt", key_id=three[0]) as fault:
            assert decrypt(message, AwsKmsKeyring(hasty, is_discovery=True)) == SECRET_TEXT
        assert fault.hits == 1


class TestNoSecret:
    """Errors tell nothing that is secret."""

    @pytest.fixture(autouse=True)
    def credentials(self, emulation: EmulationServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-secret-access-key")
        monkeypatch.setenv("AWS_SESSION_TOKEN", "the-session-token")

    def test_in_any_error(self, emulation: EmulationServer, shared: SharedKeys) -> None:
        data_keys: list[bytes] = []

        def spied(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
            def spy(answer: dict[str, Any]) -> None:
                if "Plaintext" in answer:
                    data_keys.append(base64.b64decode(answer["Plaintext"]))
                change(answer)

            return spy

        def keyring_with(**config: Any) -> AwsKmsMultiKeyring:
            supplier = EmulationClientSupplier(emulation.endpoint, {**config, **NO_RETRIES})
            return AwsKmsMultiKeyring(shared.key, [shared.further], supplier)

        patient, impatient = keyring_with(), keyring_with(read_timeout=0.2)
        message = encrypt(patient, algorithm=UNSIGNED, encryption_context={"tenant": "7"})
        texts = []
        for keyring, fault in (
            (patient, refused("AccessDeniedException")),
            (patient, refused("KMSInternalException", status=500)),
            (impatient, delayed(0.5)),
            (patient, garbled()),
            *((patient, changed(spied(change))) for change in (other_key, alias_for_key, shorter, longer, without("KeyId"))),
        ):
            for operation in ("GenerateDataKey", "Encrypt", "Decrypt"):
                with emulation.faults.plan(fault, operation=operation):
                    try:
                        opened = decrypt(message, keyring) if operation == "Decrypt" else encrypt(keyring)
                    except AWSEncryptionSDKClientError as error:
                        texts += ["".join(traceback.format_exception(error)), repr(error), repr(error.args), repr(keyring)]
                    else:
                        # Encrypt answers with no plaintext, and to encrypt any key may answer: an alias may have been asked.
                        assert operation != "Decrypt"
                        assert opened
        assert data_keys
        assert len(texts) > 60
        secrets = [SECRET_TEXT.decode(), "the-secret-access-key", "the-session-token"]
        for data_key in data_keys:
            secrets += [base64.b64encode(data_key).decode(), data_key.hex(), repr(data_key), repr(data_key[:-1])]
        everything = "\n".join(texts)
        assert [secret for secret in secrets if secret in everything] == []
        assert os.environ["AWS_SECRET_ACCESS_KEY"] == "the-secret-access-key"
