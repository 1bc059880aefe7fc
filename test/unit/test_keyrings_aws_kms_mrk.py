"""Multi-Region keys in the AWS KMS keyring and the MRK keyring (framework/aws-kms/aws-kms-mrk-keyring.md)."""

from __future__ import annotations

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsMrkKeyring, AwsKmsStrictKeyring

from .fake_kms import KEY, MRK_EAST, MRK_WEST, FakeKms
from .kms_materials import made_by, plaintext, under, unread

pytestmark = pytest.mark.specification("framework/aws-kms/aws-kms-mrk-keyring.md", "OnDecrypt")


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
