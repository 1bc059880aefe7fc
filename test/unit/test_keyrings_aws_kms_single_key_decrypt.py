"""Decryption with the AWS KMS keyring and the MRK keyring (framework/aws-kms/aws-kms-keyring.md and aws-kms-mrk-keyring.md)."""

from __future__ import annotations

from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsMrkKeyring, AwsKmsStrictKeyring

from .fake_kms import KEY, OTHER_KEY, FakeKms
from .kms_materials import CONTEXT, SUITE, made_by, plaintext, under, unread
from .operation_materials import data_key_for

pytestmark = [
    pytest.mark.specification("framework/aws-kms/aws-kms-keyring.md", "OnDecrypt"),
    pytest.mark.specification("framework/aws-kms/aws-kms-mrk-keyring.md", "OnDecrypt"),
]

BOTH = pytest.mark.parametrize("kind", [AwsKmsStrictKeyring, AwsKmsMrkKeyring])
Kind = Any
ALIAS_ARN = KEY.split("key/")[0] + "alias/a"


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
