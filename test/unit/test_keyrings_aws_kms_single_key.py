"""The AWS KMS keyring and the MRK keyring (framework/aws-kms/aws-kms-keyring.md, framework/aws-kms/aws-kms-mrk-keyring.md)."""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsMrkKeyring, AwsKmsStrictKeyring
from aws_encryption_sdk.structures import MasterKeyInfo

from .fake_kms import KEY, MRK_EAST, MRK_WEST, OTHER_KEY, FakeClientError, FakeKms, FakeSupplier
from .kms_materials import CONTEXT, SUITE, empty, keyed, made_by, plaintext, under, unread
from .operation_materials import SUITES, data_key_for

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


# --- on_decrypt --------------------------------------------------------------------------------------------------------


@BOTH
def test_the_request_names_the_key_the_context_and_the_grant_tokens(kind: Kind) -> None:
    client = FakeKms()
    data_key, keys = made_by(kind(KEY, client))
    client.calls.clear()
    read = kind(KEY, client, ["token"]).on_decrypt(unread(), keys)

    request = {
        "KeyId": KEY,
        "CiphertextBlob": keys[0].encrypted_data_key,
        "EncryptionContext": CONTEXT,
        "GrantTokens": ["token"],
    }
    assert client.calls == [("decrypt", request)]
    assert plaintext(read) == data_key


@BOTH
def test_materials_with_a_data_key_are_refused(kind: Kind) -> None:
    client = FakeKms()
    _, keys = made_by(kind(KEY, client))
    client.calls.clear()
    given = unread().with_data_encryption_key(data_key_for(SUITE))

    with pytest.raises(exceptions.UnwrapDataKeyError, match="have a data key already"):
        kind(KEY, client).on_decrypt(given, keys)
    assert client.calls == []
    assert given.data_encryption_key == data_key_for(SUITE)


@BOTH
@pytest.mark.parametrize(
    ("provider_id", "reason"),
    [
        ("aws-kms-rsa", "not 'aws-kms'"),
        ("AWS-KMS", "not 'aws-kms'"),
        ("aws-kms ", "not 'aws-kms'"),
        ("raw", "not 'aws-kms'"),
    ],
)
def test_encrypted_data_keys_of_other_providers_are_passed_over(kind: Kind, provider_id: str, reason: str) -> None:
    client = FakeKms()
    data_key, (key,) = made_by(kind(KEY, client))
    client.calls.clear()
    with pytest.raises(exceptions.UnwrapDataKeyError, match=reason):
        kind(KEY, client).on_decrypt(unread(), [under(KEY, key, provider_id)])
    assert client.calls == []
    # What other providers write as key provider information is no concern of this keyring.
    keys = [under("not an ARN", key, provider_id), key]
    assert plaintext(kind(KEY, client).on_decrypt(unread(), keys)) == data_key


@BOTH
@pytest.mark.parametrize("info", ["", "1234", "alias/a", ALIAS_ARN, KEY.replace(":kms:", ":s3:")])
def test_a_malformed_arn_fails_before_a_request_is_sent(kind: Kind, info: str) -> None:
    client = FakeKms()
    _, (key,) = made_by(kind(KEY, client))
    client.calls.clear()
    with pytest.raises(exceptions.UnwrapDataKeyError, match="encrypted data key 2") as caught:
        kind(KEY, client).on_decrypt(unread(), [key, under(info, key)])
    assert isinstance(caught.value.errors[0].__cause__, exceptions.MalformedArnError)
    assert client.calls == []


@BOTH
@pytest.mark.parametrize(
    ("part", "other", "name"),
    [
        (":aws:", ":aws-cn:", "partition 'aws-cn' is not 'aws'"),
        ("us-west-2", "us-east-1", "region 'us-east-1' is not 'us-west-2'"),
        ("111122223333", "444455556666", "account '444455556666' is not '111122223333'"),
        (
            "1234abcd",
            "99999999",
            "key id '99999999-12ab-34cd-56ef-1234567890ab' is not '1234abcd-12ab-34cd-56ef-1234567890ab'",
        ),
    ],
)
def test_other_keys_are_not_asked_for_and_what_differs_is_told(kind: Kind, part: str, other: str, name: str) -> None:
    client = FakeKms()
    data_key, (key,) = made_by(kind(KEY, client))
    client.calls.clear()
    foreign = under(KEY.replace(part, other), key)
    with pytest.raises(exceptions.UnwrapDataKeyError) as caught:
        kind(KEY, client).on_decrypt(unread(), [foreign])
    assert f"not asked for: it is under another key: {name}" in str(caught.value)
    assert client.calls == []
    assert plaintext(kind(KEY, client).on_decrypt(unread(), [foreign, key])) == data_key
    assert len(client.calls) == 1


@BOTH
def test_they_are_tried_in_order_until_one_opens(kind: Kind) -> None:
    client = FakeKms()
    keyring = kind(KEY, client)
    broken = under(KEY, made_by(keyring)[1][0])
    broken = type(broken)(broken.key_provider, b"broken")
    (first, (one,)), (_, (other,)) = made_by(keyring), made_by(keyring)
    client.calls.clear()

    read = keyring.on_decrypt(unread(), [broken, one, other])
    assert plaintext(read) == first
    assert [request["CiphertextBlob"] for _, request in client.calls] == [b"broken", one.encrypted_data_key]


@BOTH
def test_the_error_has_the_reason_of_each(kind: Kind) -> None:
    client = FakeKms()
    keyring = kind(KEY, client)
    _, (key,) = made_by(keyring)
    keys = [under("info", key, "raw"), under(OTHER_KEY, key), key, type(key)(key.key_provider, b"broken")]
    client.fails("decrypt", "DisabledException")
    given = unread()
    with pytest.raises(exceptions.UnwrapDataKeyError) as caught:
        keyring.on_decrypt(given, keys)

    error = caught.value
    assert isinstance(error, exceptions.DecryptKeyError)
    assert isinstance(error, exceptions.InvalidCryptographicMaterialsError)
    assert all(isinstance(reason, exceptions.DecryptKeyError) for reason in error.errors)
    reasons = [str(reason) for reason in error.errors]
    assert [f"encrypted data key {number} " in reason for number, reason in enumerate(reasons, start=1)] == [True] * 4
    for words in ("not asked for: its key provider", "not asked for: it is under another key", "disabled", "wrong context"):
        assert [words in reason for reason in reasons].count(True) == 1
        assert words in error.args[0]
    cause = error.errors[2].__cause__
    assert isinstance(cause, exceptions.KmsDecryptKeyError)
    assert (cause.code, cause.region_name, cause.key_id) == ("DisabledException", "us-west-2", KEY)
    assert given.data_encryption_key is None


@BOTH
@pytest.mark.parametrize(
    "fields", [{"KeyId": OTHER_KEY}, {"KeyId": "1234"}, {"Plaintext": bytes(31)}, {"Plaintext": bytes(33)}]
)
def test_a_wrong_answer_lets_the_next_one_be_tried(kind: Kind, fields: dict[str, Any]) -> None:
    client = FakeKms()
    keyring = kind(KEY, client)
    data_key, keys = made_by(keyring)
    answers = [fields, {}]
    client.changes["decrypt"] = lambda answer: {**answer, **answers.pop(0)}

    assert plaintext(keyring.on_decrypt(unread(), keys * 2)) == data_key
    client.answers("decrypt", **fields)
    with pytest.raises(exceptions.UnwrapDataKeyError, match="the answer is not usable"):
        keyring.on_decrypt(unread(), keys)


@BOTH
def test_another_context_does_not_open(kind: Kind) -> None:
    client = FakeKms()
    _, keys = made_by(kind(KEY, client))
    with pytest.raises(exceptions.UnwrapDataKeyError, match="InvalidCiphertextException"):
        kind(KEY, client).on_decrypt(unread(context={"a": "1"}), keys)


@BOTH
def test_without_encrypted_data_keys(kind: Kind) -> None:
    with pytest.raises(exceptions.UnwrapDataKeyError, match="Unable to decrypt any data key"):
        kind(KEY, FakeKms()).on_decrypt(unread(), [])


@BOTH
@pytest.mark.parametrize(
    ("key_id", "kind_of_id"),
    [(ALIAS_ARN, "an alias"), ("alias/a", "an alias"), (KEY.split("/")[1], "a key id without its ARN")],
)
def test_an_identifier_that_is_no_key_arn_does_not_decrypt_and_the_fix_is_named(
    kind: Kind, key_id: str, kind_of_id: str
) -> None:
    client = FakeKms(key_ids={key_id: KEY})
    keyring = kind(key_id, client)
    _, keys = made_by(keyring)
    client.calls.clear()
    with pytest.raises(exceptions.UnwrapDataKeyError) as caught:
        keyring.on_decrypt(unread(), keys)
    assert f"this keyring was given {kind_of_id}, {key_id}" in str(caught.value)
    assert "to decrypt, give it the ARN of the key" in str(caught.value)
    assert client.calls == []


# --- multi-Region keys -------------------------------------------------------------------------------------------------


def test_the_strict_keyring_takes_a_multi_region_key_and_asks_for_no_related_one() -> None:
    client = FakeKms()
    data_key, keys = made_by(AwsKmsStrictKeyring(MRK_WEST, client))
    assert plaintext(AwsKmsStrictKeyring(MRK_WEST, client).on_decrypt(unread(), keys)) == data_key
    client.calls.clear()
    with pytest.raises(exceptions.UnwrapDataKeyError) as caught:
        AwsKmsStrictKeyring(MRK_EAST, client).on_decrypt(unread(), keys)
    assert "encrypted in region us-west-2 under a multi-Region key that is related" in str(caught.value)
    assert "AwsKmsMrkKeyring with the same key would decrypt it" in str(caught.value)
    assert client.calls == []


def test_the_mrk_keyring_asks_for_its_own_key_where_a_related_one_encrypted() -> None:
    data_key, keys = made_by(AwsKmsMrkKeyring(MRK_WEST, FakeKms("us-west-2")))
    client = FakeKms("us-east-1")
    assert plaintext(AwsKmsMrkKeyring(MRK_EAST, client).on_decrypt(unread(), keys)) == data_key
    assert [request["KeyId"] for _, request in client.calls] == [MRK_EAST]


@pytest.mark.parametrize(
    ("part", "other"), [(":aws:", ":aws-cn:"), ("111122223333", "444455556666"), ("mrk-1", "mrk-2"), ("mrk-", "")]
)
def test_the_mrk_keyring_asks_for_no_key_that_differs_in_more_than_the_region(part: str, other: str) -> None:
    client = FakeKms()
    _, (key,) = made_by(AwsKmsMrkKeyring(MRK_WEST, client))
    client.calls.clear()
    with pytest.raises(exceptions.UnwrapDataKeyError, match="under another key"):
        AwsKmsMrkKeyring(MRK_EAST, client).on_decrypt(unread(), [under(MRK_WEST.replace(part, other), key)])
    assert client.calls == []


def test_the_answer_is_compared_with_the_key_that_was_asked_and_not_with_that_of_the_message() -> None:
    _, keys = made_by(AwsKmsMrkKeyring(MRK_WEST, FakeKms("us-west-2")))
    client = FakeKms("us-east-1").answers("decrypt", KeyId=MRK_WEST)
    with pytest.raises(exceptions.UnwrapDataKeyError, match="another one was asked"):
        AwsKmsMrkKeyring(MRK_EAST, client).on_decrypt(unread(), keys)


def test_a_client_for_another_region_is_told() -> None:
    client = FakeKms("us-east-1").fails("decrypt", "NotFoundException")
    for key_id, words in ((KEY, "the client is one for us-east-1"), (MRK_WEST, f"with the related key {MRK_EAST}")):
        _, keys = made_by(AwsKmsStrictKeyring(key_id, FakeKms()))
        with pytest.raises(exceptions.UnwrapDataKeyError) as caught:
            AwsKmsStrictKeyring(key_id, client).on_decrypt(unread(), keys)
        assert "the key is in region us-west-2, and the client is one for us-east-1" in str(caught.value)
        assert words in str(caught.value)


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
