"""Errors of botocore, and wrong answers, as errors of this package."""

from __future__ import annotations

import pickle

import pytest
from botocore import exceptions as botocore_exceptions
from botocore.exceptions import ClientError

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._kms import failures
from aws_encryption_sdk._kms.failures import KmsRequest

REQUEST = KmsRequest("Decrypt", "the key", "us-west-2", exceptions.KmsDecryptKeyError)


def client_error(code: str, message: str = "said by\nKMS") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Decrypt")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("AccessDeniedException", "access denied; the key policy, an IAM policy or a grant has to allow kms:Decrypt"),
        ("NotFoundException", "not found in this region"),
        ("DisabledException", "the key is disabled; enable it"),
        ("KMSInvalidStateException", "pending deletion"),
        ("InvalidCiphertextException", "wrong context"),
        ("InvalidCiphertextException", "encryption algorithm"),
        ("IncorrectKeyException", "another key"),
        ("InvalidKeyUsageException", "key usage"),
        ("ThrottlingException", "throttled"),
        ("ExpiredTokenException", "expired"),
    ],
)
def test_what_kms_said_in_plain_words(code: str, words: str) -> None:
    error = REQUEST.failed(client_error(code))
    assert isinstance(error, exceptions.KmsDecryptKeyError)
    assert isinstance(error, exceptions.DecryptKeyError)
    assert words in str(error)
    assert str(error).startswith("AWS KMS Decrypt with key the key in region us-west-2: ")
    assert str(error).endswith(f"({code}: said by KMS)")
    assert (error.operation, error.key_id, error.region_name, error.code) == ("Decrypt", "the key", "us-west-2", code)


def test_every_meaning_can_be_told() -> None:
    for code in failures._MEANINGS:
        assert "{" not in str(REQUEST.failed(client_error(code)))


def test_a_code_that_is_not_known_is_passed_on() -> None:
    assert "AWS KMS refused (BrandNewException: said by KMS)" in str(REQUEST.failed(client_error("BrandNewException")))
    assert str(REQUEST.failed(client_error("BrandNewException", ""))).endswith("AWS KMS refused (BrandNewException)")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (botocore_exceptions.NoCredentialsError(), "there are no AWS credentials"),
        (botocore_exceptions.PartialCredentialsError(provider="p", cred_var="v"), "incomplete"),
        (botocore_exceptions.ConnectTimeoutError(endpoint_url="u"), "no connection within the time-out, after all retries"),
        (botocore_exceptions.ReadTimeoutError(endpoint_url="u"), "no answer within the time-out, after all retries"),
        (botocore_exceptions.EndpointConnectionError(endpoint_url="u"), "the endpoint could not be reached"),
        (botocore_exceptions.ConnectionClosedError(endpoint_url="u"), "the connection failed"),
        (botocore_exceptions.SSLError(endpoint_url="u", error=OSError("e")), "TLS"),
        (botocore_exceptions.ProxyConnectionError(proxy_url="u"), "proxy"),
        (botocore_exceptions.SSOTokenLoadError(error_msg="m"), "log in again"),
        (RuntimeError("of a test double"), "the client failed (RuntimeError: of a test double)"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_where_no_answer_came(error: Exception, words: str) -> None:
    failure = REQUEST.failed(error)
    assert words in str(failure)
    assert type(error).__name__ in str(failure)
    assert failure.code is None


@pytest.mark.parametrize("response", [None, {}, {"Error": None}, {"Error": {}}, {"Error": {"Code": 5}}, "text"])
def test_exceptions_that_only_look_like_those_of_kms(response: object) -> None:
    error = RuntimeError("odd")
    error.response = response  # type: ignore[attr-defined]
    assert "the client failed (RuntimeError: odd)" in str(REQUEST.failed(error))


def test_long_texts_are_cut() -> None:
    error = KmsRequest("Decrypt", "k" * 9000, None, exceptions.KmsDecryptKeyError).failed(client_error("X", "m" * 9000))
    assert len(str(error)) < 1000


def test_what_is_not_printable_is_escaped() -> None:
    request = KmsRequest("Decrypt", "a\x1b[2Jb\x00\u202e\nc", None, exceptions.KmsDecryptKeyError)
    assert "with key a\\x1b[2Jb\\x00\\u202e c: " in str(request.failed(client_error("X", "m\x1b")))
    assert str(request.failed(client_error("X\x1b", "m\x1b"))).isprintable()


def test_the_region_is_left_out_where_it_is_not_known() -> None:
    request = KmsRequest("Encrypt", "the key", None, exceptions.KmsEncryptKeyError)
    assert str(request.answered_wrongly("odd")) == "AWS KMS Encrypt with key the key: the answer is not usable: odd"
    assert str(request.impossible("odd")) == "AWS KMS Encrypt with key the key: odd"


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        (exceptions.KmsGenerateKeyError, exceptions.GenerateKeyError),
        (exceptions.KmsEncryptKeyError, exceptions.EncryptKeyError),
        (exceptions.KmsDecryptKeyError, exceptions.DecryptKeyError),
    ],
)
def test_the_class_tells_the_step_that_failed(kind: type[exceptions.KmsRequestError], step: type[Exception]) -> None:
    error = KmsRequest("Operation", "key", "region", kind).failed(client_error("X"))
    steps = (exceptions.GenerateKeyError, exceptions.EncryptKeyError, exceptions.DecryptKeyError)
    assert [isinstance(error, other) for other in steps] == [other is step for other in steps]


def test_errors_can_be_pickled() -> None:
    error = REQUEST.failed(client_error("NotFoundException"))
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.__dict__) == (type(error), str(error), error.__dict__)
