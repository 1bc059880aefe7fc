"""When KMS fails: nothing is half-written, the error is the right one and has its cause, and no secret is in it."""

from __future__ import annotations

import io

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import (
    DecryptKeyError,
    EncryptKeyError,
    GenerateKeyError,
    KmsRequestError,
)
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsKeyring,
    AwsKmsMultiKeyring,
    AwsKmsStrictKeyring,
)
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import KMSClient
from test.emulation.clients import EmulationClientSupplier, kms_client
from test.emulation.faults import delayed, refused
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.server import EmulationServer
from test.emulation.settings import OTHER_REGION, REGION
from test.functional.aws_kms.failing import NO_RETRIES, SECRET_TEXT, cause_of, causes_of, decrypt, encrypt
from test.functional.aws_kms.shared_keys import SharedKeys


class TestThrottling:
    """Retries are botocore's."""

    @pytest.mark.parametrize("operation", ["GenerateDataKey", "Encrypt", "Decrypt"])
    def test_throttled_twice_and_then_answered(
        self, operation: str, emulation: EmulationServer, shared: SharedKeys, sent: list[SentRequest]
    ) -> None:
        patient = EmulationClientSupplier(emulation.endpoint, {"retries": {"mode": "standard", "total_max_attempts": 3}})
        keyring = AwsKmsMultiKeyring(shared.key, [shared.further], patient)
        with emulation.faults.plan(refused("ThrottlingException"), operation=operation, times=2) as fault:
            message = encrypt(keyring)
            assert decrypt(message, keyring) == SECRET_TEXT
        assert fault.hits == 2
        assert [request.operation for request in sent].count(operation) == 3
        assert len(sent) == 5

    def test_throttled_for_good(
        self, emulation: EmulationServer, shared: SharedKeys, hasty: EmulationClientSupplier
    ) -> None:
        keyring = AwsKmsStrictKeyring(shared.key, hasty(REGION))
        message = encrypt(keyring)
        with emulation.faults.plan(refused("ThrottlingException")):
            with pytest.raises(GenerateKeyError, match="throttled") as on_encrypt:
                encrypt(keyring)
            with pytest.raises(DecryptKeyError, match="throttled") as on_decrypt:
                decrypt(message, keyring)
        for caught, operation in ((on_encrypt, "GenerateDataKey"), (on_decrypt, "Decrypt")):
            failure = cause_of(caught.value, KmsRequestError)
            assert (failure.operation, failure.key_id) == (operation, shared.key)
            assert (failure.region_name, failure.code) == (REGION, "ThrottlingException")
            assert cause_of(caught.value, ClientError).response["Error"]["Code"] == "ThrottlingException"


class TestNoAnswer:
    """Time-outs, and an endpoint that is gone."""

    def test_timed_out(self, emulation: EmulationServer, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
        patient = AwsKmsStrictKeyring(shared.key, supplier(REGION))
        impatient = AwsKmsStrictKeyring(shared.key, kms_client(emulation.endpoint, REGION, read_timeout=0.2, **NO_RETRIES))
        message = encrypt(patient)
        with emulation.faults.plan(delayed(0.5)):
            with pytest.raises(GenerateKeyError, match="time-out") as on_encrypt:
                encrypt(impatient)
            with pytest.raises(DecryptKeyError, match="time-out") as on_decrypt:
                decrypt(message, impatient)
            assert decrypt(message, patient) == SECRET_TEXT
        for caught in (on_encrypt, on_decrypt):
            assert shared.key in str(caught.value)
            cause_of(caught.value, ReadTimeoutError)

    def test_endpoint_gone(self) -> None:
        with EmulationServer() as server:
            maker = KeyMaker(server.endpoint)
            arn = maker.symmetric()
            supplier = EmulationClientSupplier(server.endpoint, {"connect_timeout": 2, **NO_RETRIES})
            keyring = AwsKmsKeyring(supplier, generator_key_id=arn)
            message = encrypt(keyring)
            assert decrypt(message, keyring) == SECRET_TEXT
            endpoint = server.endpoint
        with pytest.raises(GenerateKeyError, match="could not be reached") as on_encrypt:
            encrypt(keyring)
        with pytest.raises(DecryptKeyError, match="could not be reached") as on_decrypt:
            decrypt(message, keyring)
        for caught in (on_encrypt, on_decrypt):
            assert arn in str(caught.value)
            assert endpoint in str(cause_of(caught.value, EndpointConnectionError))

    def test_first_region_gone_and_second_answers(self, emulation: EmulationServer, shared: SharedKeys) -> None:
        message = encrypt(AwsKmsMultiKeyring(shared.key, [shared.further], EmulationClientSupplier(emulation.endpoint)))

        def half_gone(region: str | None) -> KMSClient:
            endpoint = "http://127.0.0.1:9" if region == REGION else emulation.endpoint
            return kms_client(endpoint, str(region), connect_timeout=1, **NO_RETRIES)

        assert decrypt(message, AwsKmsMultiKeyring(shared.key, [shared.further], half_gone)) == SECRET_TEXT
        assert decrypt(message, AwsKmsKeyring(half_gone, is_discovery=True)) == SECRET_TEXT

    def test_no_credentials(self, emulation: EmulationServer, shared: SharedKeys, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            monkeypatch.delenv(name)
        client = kms_client(emulation.endpoint, REGION)
        with pytest.raises(GenerateKeyError, match="no AWS credentials"):
            encrypt(AwsKmsStrictKeyring(shared.key, client))


class TestOneOfThreeKeys:
    """One of three keys cannot be used."""

    @pytest.mark.parametrize("denied", [0, 1, 2])
    @pytest.mark.parametrize("parallel_wraps", [1, 3])
    def test_nothing_is_encrypted(
        self,
        denied: int,
        parallel_wraps: int,
        three: list[str],
        emulation: EmulationServer,
        hasty: EmulationClientSupplier,
    ) -> None:
        keyring = AwsKmsMultiKeyring(three[0], three[1:], hasty, parallel_wraps=parallel_wraps)
        expected = GenerateKeyError if denied == 0 else EncryptKeyError
        with emulation.faults.plan(refused("AccessDeniedException"), key_id=three[denied]):
            with pytest.raises(expected, match="access denied") as caught:
                encrypt(keyring)
            assert three[denied] in str(caught.value)
            assert cause_of(caught.value, ClientError).response["Error"]["Code"] == "AccessDeniedException"

            target = io.BytesIO()
            with (
                pytest.raises(expected),
                EncryptionSDKClient().stream(mode="e", source=io.BytesIO(SECRET_TEXT), keyring=keyring) as stream,
            ):
                target.writelines(stream)
            assert target.getvalue() == b""
        assert decrypt(encrypt(keyring), keyring) == SECRET_TEXT

    @pytest.mark.parametrize("denied", [0, 1, 2])
    def test_the_others_decrypt(
        self, denied: int, three: list[str], emulation: EmulationServer, hasty: EmulationClientSupplier
    ) -> None:
        keyring = AwsKmsMultiKeyring(three[0], three[1:], hasty)
        message = encrypt(keyring)
        with emulation.faults.plan(refused("AccessDeniedException"), key_id=three[denied]) as fault:
            assert decrypt(message, keyring) == SECRET_TEXT
            assert decrypt(message, AwsKmsKeyring(hasty, is_discovery=True)) == SECRET_TEXT
            assert fault.hits == (2 if denied == 0 else 0)

    def test_the_error_says_for_each_what_kms_answered(
        self, three: list[str], emulation: EmulationServer, hasty: EmulationClientSupplier, keys: KeyMaker
    ) -> None:
        message = encrypt(AwsKmsMultiKeyring(three[0], three[1:], hasty))
        keys.client(OTHER_REGION).disable_key(KeyId=three[1])
        with (
            emulation.faults.plan(refused("AccessDeniedException"), key_id=three[0]),
            emulation.faults.plan(refused("NotFoundException"), key_id=three[2]),
            pytest.raises(DecryptKeyError) as caught,
        ):
            decrypt(message, AwsKmsKeyring(hasty, is_discovery=True))
        said = str(caught.value)
        for arn, region, answer in (
            (three[0], REGION, "AccessDeniedException"),
            (three[1], OTHER_REGION, "DisabledException"),
            (three[2], REGION, "NotFoundException"),
        ):
            assert arn in said
            assert region in said
            assert answer in said
        reported = [cause for cause in causes_of(caught.value) if isinstance(cause, KmsRequestError)]
        assert [(error.key_id, error.region_name, error.code) for error in reported] == [
            (three[0], REGION, "AccessDeniedException"),
            (three[1], OTHER_REGION, "DisabledException"),
            (three[2], REGION, "NotFoundException"),
        ]
        # Programs that print errors look at the arguments.
        assert any("DisabledException" in str(argument) for argument in caught.value.args)


class TestKeyState:
    """What happens to a key between encrypt and decrypt."""

    def test_disabled(self, keys: KeyMaker, supplier: EmulationClientSupplier) -> None:
        arn = keys.symmetric()
        keyring = AwsKmsStrictKeyring(arn, supplier(REGION))
        message = encrypt(keyring)
        keys.client().disable_key(KeyId=arn)
        with pytest.raises(DecryptKeyError, match=r"(?s)disabled.*DisabledException") as on_decrypt:
            decrypt(message, keyring)
        with pytest.raises(GenerateKeyError, match="DisabledException"):
            encrypt(keyring)
        assert arn in str(on_decrypt.value)
        stream = EncryptionSDKClient().stream(mode="d", source=io.BytesIO(message.result), keyring=keyring)
        with pytest.raises(DecryptKeyError):
            stream.read()
        keys.client().enable_key(KeyId=arn)
        assert decrypt(message, keyring) == SECRET_TEXT

    def test_pending_deletion(self, keys: KeyMaker, supplier: EmulationClientSupplier) -> None:
        arn = keys.symmetric()
        keyring = AwsKmsStrictKeyring(arn, supplier(REGION))
        message = encrypt(keyring)
        keys.client().schedule_key_deletion(KeyId=arn)
        with pytest.raises(DecryptKeyError, match="pending deletion"):
            decrypt(message, keyring)

    def test_never_there(self, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
        missing = shared.key[:-12] + "0" * 12
        with pytest.raises(GenerateKeyError, match="not found") as caught:
            encrypt(AwsKmsStrictKeyring(missing, supplier(REGION)))
        assert missing in str(caught.value)
