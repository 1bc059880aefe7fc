"""The discovery keyrings (framework/aws-kms/aws-kms-discovery-keyring.md and aws-kms-mrk-discovery-keyring.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsDiscoveryKeyring,
    AwsKmsMrkDiscoveryKeyring,
    AwsKmsStrictKeyring,
    DiscoveryFilter,
)
from aws_encryption_sdk.structures import EncryptedDataKey

from .fake_kms import ACCOUNT, KEY, MRK_EAST, MRK_WEST, OTHER_KEY, FakeKms, FakeSupplier
from .kms_materials import CONTEXT, SUITE, empty, keyed, made_by, plaintext, under, unread
from .operation_materials import data_key_for

pytestmark = [
    pytest.mark.specification(
        "framework/aws-kms/aws-kms-discovery-keyring.md", "Interface", "Initialization", "OnEncrypt", "OnDecrypt"
    ),
    pytest.mark.specification(
        "framework/aws-kms/aws-kms-mrk-discovery-keyring.md", "Interface", "Initialization", "OnEncrypt", "OnDecrypt"
    ),
]

Make = Callable[..., Any]


def plain(client: Any = None, **arguments: Any) -> AwsKmsDiscoveryKeyring:
    return AwsKmsDiscoveryKeyring(FakeKms() if client is None else client, **arguments)


def multi_region(client: Any = None, region: str = "us-west-2", **arguments: Any) -> AwsKmsMrkDiscoveryKeyring:
    return AwsKmsMrkDiscoveryKeyring(FakeKms(region) if client is None else client, region, **arguments)


BOTH = pytest.mark.parametrize("make", [plain, multi_region])


def wrapped(key_id: str = KEY) -> tuple[bytes, EncryptedDataKey]:
    data_key, (key,) = made_by(AwsKmsStrictKeyring(key_id, FakeKms()))
    return data_key, key


# --- initialization ----------------------------------------------------------------------------------------------------


def test_a_client_is_needed() -> None:
    makes: list[Make] = [AwsKmsDiscoveryKeyring, lambda client: AwsKmsMrkDiscoveryKeyring(client, "us-west-2")]
    for make in makes:
        with pytest.raises(exceptions.ArgumentTypeError, match="Exactly one of kms_client and client_supplier"):
            make(None)
        with pytest.raises(exceptions.ArgumentTypeError, match="lacks decrypt"):
            make("us-west-2")


def test_the_mrk_discovery_keyring_needs_a_region() -> None:
    for region in (None, "", 5):
        with pytest.raises(exceptions.ArgumentTypeError, match="region"):
            AwsKmsMrkDiscoveryKeyring(FakeKms(), region)  # type: ignore[arg-type]


def test_the_region_is_that_of_the_client() -> None:
    with pytest.raises(exceptions.ConfigMismatchError, match="one for region us-west-2, and the region given is us-east-1"):
        AwsKmsMrkDiscoveryKeyring(FakeKms("us-west-2"), "us-east-1")
    assert AwsKmsMrkDiscoveryKeyring(FakeKms(None), "us-east-1").region == "us-east-1"


@BOTH
@pytest.mark.parametrize(
    ("discovery_filter", "error"),
    [
        (DiscoveryFilter(), exceptions.ConfigMismatchError),
        (DiscoveryFilter(("1",)), exceptions.ConfigMismatchError),
        (DiscoveryFilter((), "aws"), exceptions.ConfigMismatchError),
        ("aws", exceptions.ArgumentTypeError),
        ({"partition": "aws"}, exceptions.ArgumentTypeError),
    ],
)
def test_a_discovery_filter_is_whole(make: Make, discovery_filter: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        make(discovery_filter=discovery_filter)


@BOTH
def test_grant_tokens_are_a_list(make: Make) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="grant_tokens"):
        make(grant_tokens="token")


# --- on_encrypt --------------------------------------------------------------------------------------------------------


@BOTH
def test_encryption_fails(make: Make) -> None:
    client = FakeKms()
    for materials in (empty(), keyed()):
        with pytest.raises(exceptions.WrapDataKeyError, match="has no key and decrypts only; to encrypt, use a keyring"):
            make(client).on_encrypt(materials)
    assert client.calls == []


# --- on_decrypt --------------------------------------------------------------------------------------------------------


@BOTH
def test_the_key_of_the_message_is_asked(make: Make) -> None:
    client = FakeKms()
    data_key, key = wrapped()
    read = make(client, grant_tokens=["token"]).on_decrypt(unread(), [key])
    request = {
        "KeyId": KEY,
        "CiphertextBlob": key.encrypted_data_key,
        "EncryptionContext": CONTEXT,
        "GrantTokens": ["token"],
    }
    assert client.calls == [("decrypt", request)]
    assert plaintext(read) == data_key


@BOTH
def test_materials_with_a_data_key_are_refused(make: Make) -> None:
    client = FakeKms()
    given = unread().with_data_encryption_key(data_key_for(SUITE))
    with pytest.raises(exceptions.UnwrapDataKeyError, match="have a data key already"):
        make(client).on_decrypt(given, [wrapped()[1]])
    assert client.calls == []


@BOTH
@pytest.mark.parametrize("provider_id", ["aws-kms-rsa", "AWS-KMS", "raw", ""])
def test_encrypted_data_keys_of_other_providers_are_passed_over(make: Make, provider_id: str) -> None:
    client = FakeKms()
    data_key, key = wrapped()
    keyring = make(client)
    with pytest.raises(exceptions.UnwrapDataKeyError, match="its key provider is not 'aws-kms'"):
        keyring.on_decrypt(unread(), [under(KEY, key, provider_id)])
    assert client.calls == []
    assert plaintext(keyring.on_decrypt(unread(), [under("not an ARN", key, provider_id), key])) == data_key


@BOTH
@pytest.mark.parametrize("info", ["", "1234", "alias/a", KEY.replace("key/", "alias/"), KEY.replace(":kms:", ":s3:")])
def test_a_malformed_arn_fails_before_a_request_is_sent(make: Make, info: str) -> None:
    client = FakeKms()
    _, key = wrapped()
    with pytest.raises(exceptions.UnwrapDataKeyError, match="encrypted data key 2"):
        make(client).on_decrypt(unread(), [key, under(info, key)])
    assert client.calls == []


@BOTH
@pytest.mark.parametrize(
    ("discovery_filter", "reason"),
    [
        (DiscoveryFilter((ACCOUNT,), "aws-us-gov"), "its partition 'aws' is not the one of the discovery filter"),
        (DiscoveryFilter(("444455556666", "777788889999"), "aws"), "its account '111122223333' is not one of"),
    ],
)
@pytest.mark.parametrize("key_id", [KEY, MRK_WEST, MRK_EAST])
def test_no_call_is_made_for_what_is_outside_the_filter(
    make: Make, discovery_filter: DiscoveryFilter, reason: str, key_id: str
) -> None:
    client = FakeKms()
    with pytest.raises(exceptions.UnwrapDataKeyError, match=reason):
        make(client, discovery_filter=discovery_filter).on_decrypt(unread(), [wrapped(key_id)[1]])
    assert client.calls == []


@BOTH
def test_what_is_inside_the_filter_is_asked(make: Make) -> None:
    data_key, key = wrapped()
    foreign = under(KEY.replace(ACCOUNT, "444455556666"), key)
    client = FakeKms()
    keyring = make(client, discovery_filter=DiscoveryFilter(("777788889999", ACCOUNT), "aws"))
    assert plaintext(keyring.on_decrypt(unread(), [foreign, key])) == data_key
    assert len(client.calls) == 1


@BOTH
def test_they_are_tried_in_order_and_the_error_has_the_reason_of_each(make: Make) -> None:
    client = FakeKms()
    data_key, key = wrapped()
    broken = EncryptedDataKey(key.key_provider, b"broken")
    assert plaintext(make(client).on_decrypt(unread(), [broken, key, broken])) == data_key
    assert len(client.calls) == 2
    client.fails("decrypt")
    with pytest.raises(exceptions.UnwrapDataKeyError) as caught:
        make(client).on_decrypt(unread(), [broken, key])
    first, second = caught.value.errors
    assert "encrypted data key 1 " in str(first)
    assert "InvalidCiphertextException" in str(first)
    assert "encrypted data key 2 " in str(second)
    assert f"AWS KMS Decrypt with key {KEY} in region us-west-2: access denied" in str(second)


@BOTH
@pytest.mark.parametrize("fields", [{"KeyId": OTHER_KEY}, {"KeyId": None}, {"Plaintext": bytes(31)}])
def test_a_wrong_answer_lets_the_next_one_be_tried(make: Make, fields: dict[str, Any]) -> None:
    data_key, key = wrapped()
    client, answers = FakeKms(), [fields, {}]
    client.changes["decrypt"] = lambda answer: {**answer, **answers.pop(0)}
    assert plaintext(make(client).on_decrypt(unread(), [key, key])) == data_key
    with pytest.raises(exceptions.UnwrapDataKeyError, match="the answer is not usable"):
        make(FakeKms().answers("decrypt", **fields)).on_decrypt(unread(), [key])


# --- regions -----------------------------------------------------------------------------------------------------------


def test_the_discovery_keyring_asks_for_keys_of_every_region_as_they_are() -> None:
    client = FakeKms("us-west-2", key_ids={})
    for key_id in (OTHER_KEY, MRK_EAST):
        with pytest.raises(exceptions.UnwrapDataKeyError, match="the client is one for us-west-2"):
            plain(client).on_decrypt(unread(), [wrapped(key_id)[1]])
    assert [request["KeyId"] for _, request in client.calls] == [OTHER_KEY, MRK_EAST]


def test_where_a_multi_region_key_fails_in_another_region_the_right_keyring_is_named() -> None:
    with pytest.raises(exceptions.UnwrapDataKeyError, match="AwsKmsMrkDiscoveryKeyring, would ask the related key there"):
        plain(FakeKms("us-west-2", key_ids={})).on_decrypt(unread(), [wrapped(MRK_EAST)[1]])


def test_the_mrk_discovery_keyring_asks_for_the_related_key_of_its_region() -> None:
    data_key, key = wrapped(MRK_WEST)
    for region in ("us-east-1", "us-west-2", "eu-west-1"):
        client = FakeKms(region)
        assert plaintext(multi_region(client, region).on_decrypt(unread(), [key])) == data_key
        assert [request["KeyId"] for _, request in client.calls] == [MRK_WEST.replace("us-west-2", region)]


def test_the_mrk_discovery_keyring_does_not_ask_for_single_region_keys_of_other_regions() -> None:
    client = FakeKms()
    with pytest.raises(exceptions.UnwrapDataKeyError, match="encrypted in region eu-central-1 under a single-Region key"):
        multi_region(client).on_decrypt(unread(), [wrapped(OTHER_KEY)[1]])
    assert client.calls == []


def test_the_answer_is_compared_with_the_key_that_was_asked() -> None:
    client = FakeKms("us-east-1").answers("decrypt", KeyId=MRK_WEST)
    with pytest.raises(exceptions.UnwrapDataKeyError, match="another one was asked"):
        multi_region(client, "us-east-1").on_decrypt(unread(), [wrapped(MRK_WEST)[1]])


@pytest.mark.parametrize("region", ["us-west-2", "us-east-1"])
def test_a_client_supplier_is_asked_for_the_region(region: str) -> None:
    for keyring in (
        AwsKmsDiscoveryKeyring(client_supplier=(supplier := FakeSupplier()), region=region),
        AwsKmsMrkDiscoveryKeyring(client_supplier=(other := FakeSupplier()), region=region),
    ):
        keyring.on_decrypt(unread(), [wrapped(MRK_WEST.replace("us-west-2", region))[1]])
    assert supplier.asked == other.asked == [region]
