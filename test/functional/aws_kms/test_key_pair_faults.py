"""KMS that is slow, throttles or answers wrongly when it is asked for RSA and ECC keys."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from aws_encryption_sdk import CryptoResult, EncryptionSDKClient
from aws_encryption_sdk.exceptions import ArgumentTypeError, AWSEncryptionSDKClientError, DecryptKeyError, EncryptKeyError
from aws_encryption_sdk.identifiers import ECDHCurveSpec
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsEcdhKeyring,
    AwsKmsRsaKeyring,
    KmsPrivateKeyToStaticPublicKey,
    KmsPublicKeyDiscovery,
)
from aws_encryption_sdk.keyrings.base import Keyring
from test.emulation.clients import HAS_DERIVE_SHARED_SECRET, EmulationClientSupplier, kms_client
from test.emulation.faults import Fault, changed, delayed, garbled, refused
from test.emulation.keys import KeyMaker
from test.emulation.server import EmulationServer
from test.emulation.settings import REGION
from test.functional.aws_kms.failing import NO_RETRIES, SECRET_TEXT, cause_of
from test.functional.aws_kms.kinds import NO_DERIVE_SHARED_SECRET, UNSIGNED

CURVE = ECDHCurveSpec.ECC_NIST_P256
needs_derive_shared_secret = pytest.mark.skipif(bool(NO_DERIVE_SHARED_SECRET), reason=NO_DERIVE_SHARED_SECRET)


def encrypt(keyring: Keyring) -> CryptoResult:
    """Return a message without a signature, which RSA keyrings need."""
    message: CryptoResult = EncryptionSDKClient().encrypt(source=SECRET_TEXT, keyring=keyring, algorithm=UNSIGNED)
    return message


def decrypt(message: CryptoResult, keyring: Keyring) -> bytes:
    """Return the plaintext of a message."""
    plaintext: bytes = EncryptionSDKClient().decrypt(source=message.result, keyring=keyring).result
    return plaintext


def other_key(answer: dict[str, Any]) -> None:
    """Let the answer come from another key."""
    answer["KeyId"] = answer["KeyId"][:-1] + ("0" if answer["KeyId"][-1] != "0" else "1")


def cut(field: str) -> Any:
    """Let a field lack its last byte."""

    def change(answer: dict[str, Any]) -> None:
        answer[field] = base64.b64encode(base64.b64decode(answer[field])[:-1]).decode()

    return change


@pytest.fixture(scope="module")
def arn(keys: KeyMaker) -> str:
    """Return the ARN of an RSA key."""
    return keys.rsa()


@pytest.fixture(scope="module")
def arns(keys: KeyMaker) -> tuple[str, str]:
    """Return the ARNs of two ECC keys."""
    return keys.ecc(), keys.ecc()


class TestRsa:
    """RSA: the request is Decrypt."""

    @pytest.fixture(params=["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"])
    def keyring(
        self, request: pytest.FixtureRequest, arn: str, keys: KeyMaker, hasty: EmulationClientSupplier
    ) -> AwsKmsRsaKeyring:
        return AwsKmsRsaKeyring(arn, request.param, keys.public_key(arn), hasty(REGION))

    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(changed(other_key), id="another key"),
            pytest.param(changed(cut("Plaintext")), id="short"),
            pytest.param(garbled(), id="no JSON"),
        ],
    )
    def test_wrong_answers(self, fault: Fault, keyring: AwsKmsRsaKeyring, arn: str, emulation: EmulationServer) -> None:
        message = encrypt(keyring)
        with emulation.faults.plan(fault), pytest.raises(DecryptKeyError, match=arn):
            decrypt(message, keyring)
        assert decrypt(message, keyring) == SECRET_TEXT


@needs_derive_shared_secret
class TestEcdh:
    """ECDH: the request is DeriveSharedSecret, and GetPublicKey when the keyring is made."""

    @pytest.fixture
    def pair(
        self, arns: tuple[str, str], keys: KeyMaker, hasty: EmulationClientSupplier
    ) -> tuple[AwsKmsEcdhKeyring, AwsKmsEcdhKeyring]:
        sender, recipient = arns
        client = hasty(REGION)
        scheme = KmsPrivateKeyToStaticPublicKey(sender, keys.public_key(recipient))
        return (
            AwsKmsEcdhKeyring(scheme, CURVE, client),
            AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(recipient), CURVE, client),
        )

    def test_throttled_twice_and_then_answered(
        self, arns: tuple[str, str], keys: KeyMaker, emulation: EmulationServer
    ) -> None:
        client = kms_client(emulation.endpoint, REGION, retries={"mode": "standard", "total_max_attempts": 3})
        scheme = KmsPrivateKeyToStaticPublicKey(arns[0], keys.public_key(arns[1]))
        with emulation.faults.plan(refused("ThrottlingException"), operation="DeriveSharedSecret", times=2) as fault:
            keyring = AwsKmsEcdhKeyring(scheme, CURVE, client)
            assert decrypt(encrypt(keyring), keyring) == SECRET_TEXT
        assert fault.hits == 2

    def test_timed_out(self, arns: tuple[str, str], keys: KeyMaker, emulation: EmulationServer) -> None:
        client = kms_client(emulation.endpoint, REGION, read_timeout=0.2, **NO_RETRIES)
        sender, recipient = (keys.public_key(arn) for arn in arns)
        keyring = AwsKmsEcdhKeyring(KmsPrivateKeyToStaticPublicKey(arns[0], recipient, sender), CURVE, client)
        with emulation.faults.plan(delayed(0.5)), pytest.raises(EncryptKeyError, match="time-out") as caught:
            encrypt(keyring)
        cause_of(caught.value, ReadTimeoutError)

    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(changed(other_key), id="another key"),
            pytest.param(changed(cut("SharedSecret")), id="short"),
            pytest.param(garbled(), id="no JSON"),
        ],
    )
    def test_wrong_answers(
        self, fault: Fault, pair: tuple[AwsKmsEcdhKeyring, AwsKmsEcdhKeyring], emulation: EmulationServer
    ) -> None:
        encrypting, decrypting = pair
        message = encrypt(encrypting)
        with emulation.faults.plan(fault, operation="DeriveSharedSecret"):
            with pytest.raises(EncryptKeyError):
                encrypt(encrypting)
            with pytest.raises(DecryptKeyError):
                decrypt(message, decrypting)
        assert decrypt(message, decrypting) == SECRET_TEXT

    @pytest.mark.parametrize("field", ["PublicKey", "KeyId", "KeyUsage", "KeySpec"])
    def test_wrong_public_key(
        self, field: str, arns: tuple[str, str], emulation: EmulationServer, hasty: EmulationClientSupplier
    ) -> None:
        def wrong(answer: dict[str, Any]) -> None:
            answer[field] = "AAAA"

        with (
            emulation.faults.plan(changed(wrong), operation="GetPublicKey"),
            pytest.raises(AWSEncryptionSDKClientError, match=arns[0]),
        ):
            AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(arns[0]), CURVE, hasty(REGION))


@pytest.mark.skipif(HAS_DERIVE_SHARED_SECRET, reason="this version of botocore knows DeriveSharedSecret")
def test_boto3_that_is_too_old(keys: KeyMaker, supplier: EmulationClientSupplier) -> None:
    sender, recipient = keys.ecc(), keys.ecc()
    scheme = KmsPrivateKeyToStaticPublicKey(sender, keys.public_key(recipient))
    with pytest.raises(ArgumentTypeError, match="derive_shared_secret; a newer boto3 may have it"):
        AwsKmsEcdhKeyring(scheme, CURVE, supplier(REGION))
    with pytest.raises(EncryptKeyError, match="boto3 is too old"):
        encrypt(AwsKmsEcdhKeyring(scheme, CURVE, client_supplier=supplier))
