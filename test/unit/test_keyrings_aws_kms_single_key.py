"""The AWS KMS keyring and the MRK keyring (framework/aws-kms/aws-kms-keyring.md, framework/aws-kms/aws-kms-mrk-keyring.md)."""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsMrkKeyring, AwsKmsStrictKeyring
from aws_encryption_sdk.structures import MasterKeyInfo

from .fake_kms import KEY, MRK_WEST, OTHER_KEY, FakeClientError, FakeKms, FakeSupplier
from .kms_materials import CONTEXT, empty, keyed, made_by, plaintext, under, unread
from .operation_materials import SUITES

pytestmark = [
    pytest.mark.specification("framework/aws-kms/aws-kms-keyring.md", "Interface", "Initialization", "OnEncrypt"),
    pytest.mark.specification("framework/aws-kms/aws-kms-mrk-keyring.md", "Interface", "Initialization", "OnEncrypt"),
]

BOTH = pytest.mark.parametrize("kind", [AwsKmsStrictKeyring, AwsKmsMrkKeyring])
Kind = Any
ALIAS_ARN = KEY.split("key/")[0] + "alias/a"


# --- initialization ----------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("key_id", [KEY, MRK_WEST, ALIAS_ARN, "alias/a", "1234", "mrk-1"])
def test_every_valid_identifier_is_taken(kind: Kind, key_id: str) -> None:
    assert kind(key_id, FakeKms()).kms_key_id == key_id
    assert repr(kind(kms_key_id=key_id, kms_client=FakeKms())) == f"{kind.__name__}(kms_key_id={key_id!r})"


@BOTH
@pytest.mark.parametrize("key_id", ["", "arn:aws:kms:us-west-2:1:key", "arn:aws:s3:us-west-2:1:key/1", "alias/"])
def test_what_is_no_identifier(kind: Kind, key_id: str) -> None:
    with pytest.raises(exceptions.MalformedArnError):
        kind(key_id, FakeKms())


@BOTH
def test_identifier_and_client_are_needed(kind: Kind) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="must be str or bytes"):
        kind(None, FakeKms())
    with pytest.raises(exceptions.ArgumentTypeError, match="Exactly one of kms_client and client_supplier"):
        kind(KEY, None)
    with pytest.raises(exceptions.ArgumentTypeError, match="Exactly one of kms_client and client_supplier"):
        kind(KEY, FakeKms(), client_supplier=FakeSupplier())


@BOTH
def test_the_client_is_one_of_kms(kind: Kind) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="not str, which lacks generate_data_key, encrypt, decrypt"):
        kind(KEY, "us-west-2")
    with pytest.raises(exceptions.ArgumentTypeError, match="A client supplier must be"):
        kind(KEY, client_supplier="us-west-2")


@BOTH
@pytest.mark.parametrize("tokens", ["one token", b"one token", 5, ["a", 5]])
def test_grant_tokens_are_a_list_of_text(kind: Kind, tokens: Any) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="grant_tokens") as caught:
        kind(KEY, FakeKms(), tokens)
    assert isinstance(caught.value, TypeError)


# --- on_encrypt --------------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("suite", SUITES)
def test_a_data_key_is_generated_where_there_is_none(kind: Kind, suite: AlgorithmSuite) -> None:
    client, given = FakeKms(), empty(suite)
    made = kind(KEY, client, ["first", "second"]).on_encrypt(given)

    assert client.calls == [
        (
            "generate_data_key",
            {
                "KeyId": KEY,
                "NumberOfBytes": suite.kdf_input_len,
                "EncryptionContext": CONTEXT,
                "GrantTokens": ["first", "second"],
            },
        )
    ]
    assert len(plaintext(made)) == suite.kdf_input_len
    (key,) = made.encrypted_data_keys
    assert key.key_provider == MasterKeyInfo("aws-kms", KEY)
    assert plaintext(kind(KEY, client).on_decrypt(unread(suite), [key])) == plaintext(made)
    assert (given.data_encryption_key, len(given.encrypted_data_keys)) == (None, 0)


@BOTH
def test_a_data_key_that_there_is_is_encrypted(kind: Kind) -> None:
    client, given = FakeKms(), keyed()
    made = kind(KEY, client, ["token"]).on_encrypt(given)

    request = {"KeyId": KEY, "Plaintext": plaintext(given), "EncryptionContext": CONTEXT, "GrantTokens": ["token"]}
    assert client.calls == [("encrypt", request)]
    assert made.data_encryption_key is given.data_encryption_key
    (key,) = made.encrypted_data_keys
    assert key.key_provider == MasterKeyInfo("aws-kms", KEY)
    assert plaintext(kind(KEY, client).on_decrypt(unread(), [key])) == plaintext(given)
    assert len(given.encrypted_data_keys) == 0


@BOTH
def test_encrypted_data_keys_are_added_to_those_that_there_are(kind: Kind) -> None:
    first = kind(KEY, FakeKms()).on_encrypt(empty())
    second = kind(OTHER_KEY, FakeKms()).on_encrypt(first)
    assert [key.key_provider.key_info for key in second.encrypted_data_keys] == [KEY.encode(), OTHER_KEY.encode()]


@BOTH
@pytest.mark.parametrize("key_id", [ALIAS_ARN, "alias/a", "1234"])
def test_the_arn_of_the_answer_is_what_the_message_gets(kind: Kind, key_id: str) -> None:
    client = FakeKms(key_ids={key_id: KEY})
    for materials in (empty(), keyed()):
        (key,) = kind(key_id, client).on_encrypt(materials).encrypted_data_keys
        assert key.key_provider.key_info == KEY.encode()
    assert [request["KeyId"] for _, request in client.calls] == [key_id, key_id]


@BOTH
@pytest.mark.parametrize("operation", ["generate_data_key", "encrypt"])
def test_what_kms_refuses_on_encrypt(kind: Kind, operation: str) -> None:
    given = empty() if operation == "generate_data_key" else keyed()
    with pytest.raises(exceptions.WrapDataKeyError, match="access denied") as caught:
        kind(KEY, FakeKms().fails(operation)).on_encrypt(given)

    assert isinstance(caught.value, exceptions.GenerateKeyError)
    assert isinstance(caught.value, exceptions.EncryptKeyError)
    assert isinstance(caught.value.__cause__, exceptions.KmsRequestError)
    assert isinstance(caught.value.__cause__.__cause__, FakeClientError)
    for part in (KEY, "us-west-2", "AccessDeniedException", kind.__name__):
        assert part in str(caught.value)
    assert len(given.encrypted_data_keys) == 0


@BOTH
@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("generate_data_key", {"Plaintext": bytes(31)}),
        ("generate_data_key", {"KeyId": "1234"}),
        ("generate_data_key", {"KeyId": ALIAS_ARN}),
        ("encrypt", {"KeyId": "1234"}),
        ("encrypt", {"KeyId": ALIAS_ARN}),
        ("encrypt", {"CiphertextBlob": b""}),
    ],
)
def test_wrong_answers_on_encrypt(kind: Kind, operation: str, fields: dict[str, Any]) -> None:
    given = empty() if operation == "generate_data_key" else keyed()
    with pytest.raises(exceptions.WrapDataKeyError, match="the answer is not usable"):
        kind(KEY, FakeKms().answers(operation, **fields)).on_encrypt(given)


# --- client suppliers, doubles, secrets --------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("key_id", "region"), [(KEY, "us-west-2"), (OTHER_KEY, "eu-central-1"), ("1234", None), ("alias/a", None)]
)
def test_a_client_supplier_is_asked_for_the_region_of_the_arn(kind: Kind, key_id: str, region: str | None) -> None:
    supplier = FakeSupplier()
    supplier.clients[None] = FakeKms(key_ids={"1234": KEY, "alias/a": KEY})
    keyring = kind(key_id, client_supplier=supplier)
    assert supplier.asked == []
    keyring.on_encrypt(empty())
    assert supplier.asked == [region]


@BOTH
def test_what_a_client_supplier_raises(kind: Kind) -> None:
    def refuse(_: str | None) -> None:
        raise exceptions.UnknownRegionError("refused")

    keyring = kind(KEY, client_supplier=refuse)
    with pytest.raises(exceptions.UnknownRegionError, match="refused"):
        keyring.on_encrypt(empty())
    _, keys = made_by(kind(KEY, FakeKms()))
    with pytest.raises(exceptions.UnwrapDataKeyError, match=r"encrypted data key 1 .*: refused") as caught:
        keyring.on_decrypt(unread(), keys)
    assert isinstance(caught.value.errors[0].__cause__, exceptions.UnknownRegionError)


def test_a_double_is_a_client() -> None:
    client = MagicMock()
    client.generate_data_key.return_value = {"Plaintext": bytes(32), "CiphertextBlob": b"wrapped", "KeyId": KEY}
    client.decrypt.return_value = {"Plaintext": bytes(32), "KeyId": KEY}
    data_key, keys = made_by(AwsKmsStrictKeyring(KEY, client))
    assert plaintext(AwsKmsStrictKeyring(KEY, client).on_decrypt(unread(), keys)) == data_key


def test_repr_has_no_grant_tokens() -> None:
    assert "secret" not in repr(AwsKmsStrictKeyring(KEY, FakeKms(), ["secret token"]))


def test_a_message_that_is_all_key_information_makes_no_long_error() -> None:
    info = KEY + "x" * 60000
    _, (key,) = made_by(AwsKmsStrictKeyring(KEY, FakeKms()))
    with pytest.raises(exceptions.UnwrapDataKeyError) as caught:
        AwsKmsStrictKeyring(KEY, FakeKms()).on_decrypt(unread(), [under(info, key)] * 20)
    assert len(str(caught.value)) < 10000
