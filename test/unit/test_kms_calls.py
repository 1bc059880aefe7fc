"""Calls of AWS KMS: the request, and the check of the answer."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._kms import calls

from .fake_kms import KEY, OTHER_KEY, FakeClientError, FakeKms, raiser

CONTEXT = {"purpose": "test"}
TOKENS = ("first token", "second token")


def test_generate_data_key() -> None:
    client = FakeKms()
    made = calls.generate_data_key(client, KEY, 32, CONTEXT, TOKENS)
    request = {"KeyId": KEY, "NumberOfBytes": 32, "EncryptionContext": CONTEXT, "GrantTokens": list(TOKENS)}

    assert client.calls == [("generate_data_key", request)]
    assert (len(made.plaintext), made.key_arn) == (32, KEY)
    assert calls.decrypt(client, KEY, made.ciphertext, 32, CONTEXT) == made.plaintext
    assert repr(made.plaintext)[2:-1] not in repr(made)


def test_encrypt() -> None:
    client = FakeKms(key_ids={"alias/a": KEY, KEY: KEY})
    made = calls.encrypt(client, "alias/a", b"data key", CONTEXT, TOKENS)
    request = {"KeyId": "alias/a", "Plaintext": b"data key", "EncryptionContext": CONTEXT, "GrantTokens": list(TOKENS)}

    assert client.calls == [("encrypt", request)]
    assert (made.plaintext, made.key_arn) == (b"data key", KEY)
    assert calls.decrypt(client, KEY, made.ciphertext, 8, CONTEXT) == b"data key"


def test_decrypt() -> None:
    client = FakeKms()
    ciphertext = calls.encrypt(client, KEY, b"data key", CONTEXT).ciphertext
    client.calls.clear()

    assert calls.decrypt(client, KEY, ciphertext, 8, CONTEXT, TOKENS) == b"data key"
    request = {"KeyId": KEY, "CiphertextBlob": ciphertext, "EncryptionContext": CONTEXT, "GrantTokens": list(TOKENS)}
    assert client.calls == [("decrypt", request)]


def test_an_asymmetric_key_decrypts_with_an_algorithm_and_without_a_context() -> None:
    client = FakeKms()
    ciphertext = calls.encrypt(client, KEY, b"data key", {}).ciphertext
    calls.decrypt(client, KEY, ciphertext, 8, None, encryption_algorithm="RSAES_OAEP_SHA_256")
    assert client.calls[-1] == (
        "decrypt",
        {"KeyId": KEY, "CiphertextBlob": ciphertext, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"},
    )


def test_an_empty_context_and_no_grant_tokens_are_not_sent() -> None:
    client = FakeKms()
    made = calls.generate_data_key(client, KEY, 16, {})
    calls.encrypt(client, KEY, b"x", {}, ())
    calls.decrypt(client, KEY, made.ciphertext, 16, {})
    for _, request in client.calls:
        assert not {"EncryptionContext", "GrantTokens"} & request.keys()


Call = Callable[[Any], object]
GENERATE: Call = lambda client: calls.generate_data_key(client, KEY, 32, CONTEXT)  # noqa: E731
ENCRYPT: Call = lambda client: calls.encrypt(client, KEY, b"data key", CONTEXT)  # noqa: E731
DECRYPT: Call = lambda client: calls.decrypt(  # noqa: E731
    client, KEY, calls.encrypt(FakeKms(), KEY, b"data key", CONTEXT).ciphertext, 8, CONTEXT
)
WITHOUT_PLAINTEXT: Call = lambda client: calls.generate_data_key_without_plaintext(client, KEY, 32, CONTEXT)  # noqa: E731
RE_ENCRYPT: Call = lambda client: calls.re_encrypt(  # noqa: E731
    client, KEY, calls.encrypt(FakeKms(), KEY, b"data key", CONTEXT).ciphertext, CONTEXT, {"other": "context"}
)
OPERATIONS = [
    pytest.param("generate_data_key", GENERATE, exceptions.KmsGenerateKeyError, id="generate"),
    pytest.param("encrypt", ENCRYPT, exceptions.KmsEncryptKeyError, id="encrypt"),
    pytest.param("decrypt", DECRYPT, exceptions.KmsDecryptKeyError, id="decrypt"),
    pytest.param(
        "generate_data_key_without_plaintext", WITHOUT_PLAINTEXT, exceptions.KmsGenerateKeyError, id="without plaintext"
    ),
    pytest.param("re_encrypt", RE_ENCRYPT, exceptions.KmsReEncryptError, id="re-encrypt"),
]


@pytest.mark.parametrize(("operation", "call", "kind"), OPERATIONS)
def test_what_kms_refuses(operation: str, call: Call, kind: type[exceptions.KmsRequestError]) -> None:
    with pytest.raises(kind, match="access denied") as caught:
        call(FakeKms().fails(operation))
    assert isinstance(caught.value.__cause__, FakeClientError)
    assert (caught.value.code, caught.value.key_id) == ("AccessDeniedException", KEY)
    assert caught.value.region_name == "us-west-2"


@pytest.mark.parametrize(("operation", "call", "kind"), OPERATIONS)
@pytest.mark.parametrize("answer", [None, [], "text", b"bytes", {}])
def test_answers_that_are_none(operation: str, call: Call, kind: type[Exception], answer: object) -> None:
    client = FakeKms()
    client.changes[operation] = lambda _: answer
    with pytest.raises(kind, match="the answer is not usable"):
        call(client)


@pytest.mark.parametrize(
    ("call", "operation", "fields", "reason"),
    [
        (GENERATE, "generate_data_key", {"Plaintext": bytes(31)}, "has 31 bytes, where 32 are needed"),
        (GENERATE, "generate_data_key", {"Plaintext": bytes(33)}, "has 33 bytes, where 32 are needed"),
        (GENERATE, "generate_data_key", {"Plaintext": None}, "no bytes as Plaintext"),
        (GENERATE, "generate_data_key", {"Plaintext": "x" * 32}, "no bytes as Plaintext"),
        (GENERATE, "generate_data_key", {"CiphertextBlob": b""}, "no bytes as CiphertextBlob"),
        (GENERATE, "generate_data_key", {"KeyId": "alias/a"}, "not the ARN of a key"),
        (GENERATE, "generate_data_key", {"KeyId": KEY.replace("key/", "alias/")}, "not the ARN of a key"),
        (GENERATE, "generate_data_key", {"KeyId": None}, "no KeyId"),
        (ENCRYPT, "encrypt", {"CiphertextBlob": None}, "no bytes as CiphertextBlob"),
        (ENCRYPT, "encrypt", {"KeyId": "1234"}, "not the ARN of a key"),
        (DECRYPT, "decrypt", {"KeyId": OTHER_KEY}, "another one was asked"),
        (DECRYPT, "decrypt", {"KeyId": KEY.upper()}, "another one was asked"),
        (DECRYPT, "decrypt", {"KeyId": None}, "another one was asked"),
        (DECRYPT, "decrypt", {"Plaintext": b"too long!"}, "has 9 bytes, where 8 are needed"),
        (DECRYPT, "decrypt", {"Plaintext": b""}, "no bytes as Plaintext"),
        (WITHOUT_PLAINTEXT, "generate_data_key_without_plaintext", {"KeyId": OTHER_KEY}, "another one was asked"),
        (WITHOUT_PLAINTEXT, "generate_data_key_without_plaintext", {"CiphertextBlob": b""}, "no bytes as CiphertextBlob"),
        (RE_ENCRYPT, "re_encrypt", {"KeyId": OTHER_KEY}, "another one was asked"),
        (RE_ENCRYPT, "re_encrypt", {"SourceKeyId": OTHER_KEY}, "another one was asked"),
        (RE_ENCRYPT, "re_encrypt", {"SourceKeyId": None}, "another one was asked"),
        (RE_ENCRYPT, "re_encrypt", {"CiphertextBlob": None}, "no bytes as CiphertextBlob"),
    ],
)
def test_answers_that_are_not_what_was_asked_for(call: Call, operation: str, fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(exceptions.KmsRequestError, match=reason) as caught:
        call(FakeKms().answers(operation, **fields))
    assert caught.value.code is None


def test_a_client_without_the_operation() -> None:
    with pytest.raises(exceptions.KmsGenerateKeyError, match="SimpleNamespace has no generate_data_key"):
        GENERATE(SimpleNamespace())


def test_what_is_no_error_passes_through() -> None:
    client = FakeKms()
    client.changes["encrypt"] = raiser(KeyboardInterrupt())  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        ENCRYPT(client)


def test_no_error_shows_the_data_key() -> None:
    secret = b"S%E$C#R@E!T k^e&y"
    client = FakeKms().answers("decrypt", Plaintext=secret)
    with pytest.raises(exceptions.KmsDecryptKeyError) as caught:
        DECRYPT(client)
    assert "E$C#R@E!T" not in repr(caught.value) + str(caught.value) + str(caught.value.__dict__)


def test_generate_data_key_without_plaintext() -> None:
    client = FakeKms()
    wrapped = calls.generate_data_key_without_plaintext(client, KEY, 32, CONTEXT, TOKENS)
    request = {"KeyId": KEY, "NumberOfBytes": 32, "EncryptionContext": CONTEXT, "GrantTokens": list(TOKENS)}
    assert client.calls == [("generate_data_key_without_plaintext", request)]
    assert len(calls.decrypt(client, KEY, wrapped, 32, CONTEXT)) == 32


def test_re_encrypt() -> None:
    client, other = FakeKms(), {"other": "context"}
    wrapped = calls.encrypt(FakeKms(), KEY, b"data key", CONTEXT).ciphertext
    again = calls.re_encrypt(client, KEY, wrapped, CONTEXT, other, TOKENS)
    request = {
        "SourceKeyId": KEY,
        "SourceEncryptionContext": CONTEXT,
        "DestinationKeyId": KEY,
        "DestinationEncryptionContext": other,
        "CiphertextBlob": wrapped,
        "GrantTokens": list(TOKENS),
    }
    assert client.calls == [("re_encrypt", request)]
    assert calls.decrypt(client, KEY, again, 8, other) == b"data key"


class AsymmetricKms(SimpleNamespace):
    """A client with the operations of asymmetric keys."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(calls=[], answer=answer)

    def get_public_key(self, **request: Any) -> Any:
        self.calls.append(request)
        return self.answer

    derive_shared_secret = get_public_key


def test_get_public_key() -> None:
    client = AsymmetricKms({"KeyId": KEY, "PublicKey": b"DER", "KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"})
    assert calls.get_public_key(client, "alias/a", TOKENS) == calls.KmsPublicKey(
        b"DER", KEY, "ECC_NIST_P256", "KEY_AGREEMENT"
    )
    assert client.calls == [{"KeyId": "alias/a", "GrantTokens": list(TOKENS)}]
    with pytest.raises(exceptions.KmsRequestError, match="no bytes as PublicKey"):
        calls.get_public_key(AsymmetricKms({"KeyId": KEY}), KEY)


def test_derive_shared_secret() -> None:
    client = AsymmetricKms({"KeyId": KEY, "SharedSecret": b"secret"})
    assert calls.derive_shared_secret(client, KEY, b"DER", TOKENS) == b"secret"
    request = {"KeyId": KEY, "PublicKey": b"DER", "KeyAgreementAlgorithm": "ECDH", "GrantTokens": list(TOKENS)}
    assert client.calls == [request]
    with pytest.raises(exceptions.KmsRequestError, match="another one was asked"):
        calls.derive_shared_secret(AsymmetricKms({"KeyId": OTHER_KEY, "SharedSecret": b"s"}), KEY, b"DER")
    with pytest.raises(exceptions.KmsRequestError, match="boto3 is too old"):
        calls.derive_shared_secret(FakeKms(), KEY, b"DER")
