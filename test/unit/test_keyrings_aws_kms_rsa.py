"""The AWS KMS RSA keyring (framework/aws-kms/aws-kms-rsa-keyring.md)."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._message.encryption_context import serialize_encryption_context
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsRsaKeyring
from aws_encryption_sdk.materials_managers import EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .kms_double import PADDINGS, PREFIX
from .kms_rsa_keyrings import (
    ARN,
    CONTEXT,
    KEY,
    MRK_ARN,
    OTHER_ARN,
    REPLICA_ARN,
    SHA_256,
    SUITE,
    TOKENS,
    UNSIGNED_SUITES,
    empty,
    keyring,
    kms,
    opened,
    refusal,
    unread,
    wrapped_by,
)
from .operation_materials import SIGNING_SUITES, data_key_for

pytestmark = pytest.mark.specification("framework/aws-kms/aws-kms-rsa-keyring.md", "OnEncrypt", "OnDecrypt")


@pytest.mark.parametrize("suite", UNSIGNED_SUITES)
@pytest.mark.parametrize("algorithm", PADDINGS)
def test_a_random_data_key_of_the_suites_length_is_made_wrapped_and_unwrapped(suite: AlgorithmSuite, algorithm: str) -> None:
    data_key, wrapped = wrapped_by(keyring(encryption_algorithm=algorithm), suite)

    assert len(data_key) == suite.kdf_input_len
    assert wrapped.key_provider == MasterKeyInfo("aws-kms-rsa", ARN.encode())
    assert opened(keyring(kms(), encryption_algorithm=algorithm), wrapped, suite=suite) == data_key
    decrypted = KEY.decrypt(wrapped.encrypted_data_key, PADDINGS[algorithm].rsa_padding())
    assert decrypted == hashlib.sha384(serialize_encryption_context(CONTEXT)).digest() + data_key


def test_every_data_key_is_new() -> None:
    assert len({wrapped_by(keyring())[0] for _ in range(20)}) == 20


def test_a_data_key_that_is_there_is_wrapped_and_put_last() -> None:
    first = EncryptedDataKey(MasterKeyInfo("first", b""), b"")
    made = keyring().on_encrypt(EncryptionMaterials(SUITE, data_key_for(SUITE), [first], CONTEXT))

    assert made.encrypted_data_keys[0] is first
    assert opened(keyring(kms()), *made.encrypted_data_keys[1:]) == data_key_for(SUITE).data_key


@pytest.mark.parametrize("algorithm", PADDINGS)
def test_what_kms_is_asked(algorithm: str) -> None:
    client = kms()
    both = keyring(client, encryption_algorithm=algorithm)
    _, wrapped = wrapped_by(both)
    assert client.asked == []
    opened(both, wrapped)
    asked = {"KeyId": ARN, "CiphertextBlob": wrapped.encrypted_data_key, "EncryptionAlgorithm": algorithm}
    assert client.asked == [("Decrypt", {**asked, "GrantTokens": TOKENS})]
    opened(keyring(client, encryption_algorithm=algorithm, grant_tokens=None), wrapped)
    assert client.asked[1:] == [("Decrypt", asked)]


def test_one_half_is_enough_for_one_direction() -> None:
    _, wrapped = wrapped_by(keyring())
    only_decrypts = AwsKmsRsaKeyring(ARN, SHA_256, kms_client=kms())

    with pytest.raises(exceptions.WrapDataKeyError, match="has no public key and cannot encrypt; give it public_key"):
        only_decrypts.on_encrypt(empty())
    with pytest.raises(exceptions.UnwrapDataKeyError, match="has no client and cannot decrypt; give it kms_client"):
        keyring().on_decrypt(unread(), [wrapped])
    with pytest.raises(exceptions.ArgumentTypeError, match=r"At least one of public_key .* and kms_client"):
        AwsKmsRsaKeyring(ARN, SHA_256)


@pytest.mark.specification("framework/aws-kms/aws-kms-rsa-keyring.md", "Security Considerations")
@pytest.mark.parametrize("suite", SIGNING_SUITES)
def test_suites_that_sign_are_refused(suite: AlgorithmSuite) -> None:
    client, given = kms(), empty(suite)
    with pytest.raises(exceptions.WrapDataKeyError, match=f"{suite.name}, which signs; name a suite that does not"):
        keyring(client).on_encrypt(given)
    assert given.data_encryption_key is None
    with pytest.raises(exceptions.UnwrapDataKeyError, match=f"no messages of {suite.name}, which signs"):
        keyring(client).on_decrypt(unread(suite), [wrapped_by(keyring())[1]])
    assert client.asked == []


def test_another_encryption_context_does_not_open() -> None:
    _, wrapped = wrapped_by(keyring())
    for context in ({}, {"a": "1"}, {"a": "1", "b": "3"}, {**CONTEXT, "c": ""}):
        assert "another encryption context" in refusal(keyring(kms()), wrapped, context=context)


@pytest.mark.parametrize("context", [{"\ud800": ""}, {"k": "v" * 0x10000}], ids=["surrogate", "long"])
def test_an_encryption_context_that_cannot_be_serialized_fails(context: dict[str, str]) -> None:
    client = kms()
    with pytest.raises(exceptions.SerializationError):
        keyring(client).on_encrypt(empty(context=context))
    with pytest.raises(exceptions.SerializationError):
        keyring(client).on_decrypt(unread(context=context), [wrapped_by(keyring())[1]])
    assert client.asked == []


def test_materials_with_a_data_key_are_refused_on_decrypt() -> None:
    client = kms()
    with pytest.raises(exceptions.UnwrapDataKeyError, match="have a data key already"):
        keyring(client).on_decrypt(unread().with_data_encryption_key(data_key_for(SUITE)), [wrapped_by(keyring())[1]])
    assert client.asked == []


def test_keys_of_others_make_no_call_and_the_rest_is_tried() -> None:
    client = kms()
    data_key, good = wrapped_by(keyring())
    others = {
        "its key provider is not 'aws-kms-rsa'": MasterKeyInfo("aws-kms", ARN),
        "not asked for: its key provider": MasterKeyInfo("aws-kms-rsa ", ARN),
        f"it is under another key than {ARN}": MasterKeyInfo("aws-kms-rsa", OTHER_ARN),
    }
    keys = [EncryptedDataKey(provider, good.encrypted_data_key) for provider in others.values()]
    shown = refusal(keyring(client), *keys)
    for number, reason in enumerate(others, start=1):
        assert f"encrypted data key {number} (provider " in shown
        assert reason in shown
    assert client.asked == []
    assert opened(keyring(client), *keys, good, good) == data_key
    assert len(client.asked) == 1


@pytest.mark.parametrize(
    ("key_info", "reason"),
    [
        (PREFIX + "alias/one", "is the ARN of an alias"),
        ("one", "'one' is not an ARN of AWS KMS"),
        ("", "'' is not an ARN of AWS KMS"),
        (b"\xff", "is not UTF-8"),
    ],
)
def test_a_malformed_arn_fails_without_a_call(key_info: str | bytes, reason: str) -> None:
    """As the specification demands: "or OnDecrypt MUST fail"."""
    client = kms()
    _, good = wrapped_by(keyring())
    bad = EncryptedDataKey(MasterKeyInfo("aws-kms-rsa", key_info), good.encrypted_data_key)
    with pytest.raises(exceptions.UnwrapDataKeyError, match=reason):
        keyring(client).on_decrypt(unread(), [good, bad])
    assert client.asked == []


def test_data_keys_that_kms_does_not_decrypt() -> None:
    client = kms()
    data_key, good = wrapped_by(keyring())
    content = good.encrypted_data_key
    bad = [
        content[:-1] + bytes((content[-1] ^ 1,)),
        content[:-1],
        b"",
        KEY.public_key().encrypt(b"short", PADDINGS[SHA_256].rsa_padding()),
        KEY.public_key().encrypt(bytes(48 + 16), PADDINGS[SHA_256].rsa_padding()),
        KEY.public_key().encrypt(bytes(48 + 32), PADDINGS[SHA_256].rsa_padding()),
    ]
    keys = [EncryptedDataKey(good.key_provider, ciphertext) for ciphertext in bad]
    shown = refusal(keyring(client), *keys)
    assert "5 bytes, where 80 are needed" in shown
    assert "64 bytes, where 80 are needed" in shown
    assert len(client.asked) == len(bad)
    assert opened(keyring(client), *keys, good) == data_key


@pytest.mark.parametrize(
    ("altered", "reason"),
    [
        ({"KeyId": OTHER_ARN}, "from the key '.*/two', and another one was asked"),
        ({"KeyId": "one"}, "from the key 'one'"),
        ({"Plaintext": b""}, "no bytes as Plaintext"),
    ],
)
def test_answers_that_kms_should_not_have_given(altered: dict[str, Any], reason: str) -> None:
    client = kms()
    client.altered = altered
    with pytest.raises(exceptions.UnwrapDataKeyError, match=reason):
        keyring(client).on_decrypt(unread(), [wrapped_by(keyring())[1]])


def test_a_request_that_fails() -> None:
    client = kms()
    client.failure = ConnectionError("no route")
    with pytest.raises(exceptions.UnwrapDataKeyError, match=r"Decrypt with key arn:.*no route") as caught:
        keyring(client).on_decrypt(unread(), [wrapped_by(keyring())[1]])
    assert isinstance(caught.value.errors[0].__cause__, exceptions.KmsDecryptKeyError)


def test_related_multi_region_keys() -> None:
    """A replica in another region wrapped it; the keyring asks for its own key."""
    client = kms()
    data_key, wrapped = wrapped_by(keyring(kms_key_id=REPLICA_ARN))

    assert wrapped.key_provider.key_info == REPLICA_ARN.encode()
    assert opened(keyring(client, kms_key_id=MRK_ARN), wrapped) == data_key
    assert client.asked[0][1]["KeyId"] == MRK_ARN
    refusal(keyring(client), wrapped)
    elsewhere = EncryptedDataKey(
        MasterKeyInfo("aws-kms-rsa", ARN.replace("us-west-2", "eu-west-1")), wrapped.encrypted_data_key
    )
    refusal(keyring(client), elsewhere)


def test_a_client_for_another_region_than_the_key() -> None:
    """The error says what would ask a related multi-Region key there."""
    client = kms()
    client.meta = type("Meta", (), {"region_name": "eu-west-1"})()
    client.failure = ConnectionError("no route")
    _, wrapped = wrapped_by(keyring(kms_key_id=MRK_ARN))
    with pytest.raises(
        exceptions.UnwrapDataKeyError, match=f"AwsKmsRsaKeyring with the related key {REPLICA_ARN} would ask"
    ):
        keyring(client, kms_key_id=MRK_ARN).on_decrypt(unread(), [wrapped])
