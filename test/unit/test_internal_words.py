"""The attic: ARNs, text, numbers, policies and marks under their former names."""

from __future__ import annotations

import warnings

import attrs
import pytest

from aws_encryption_sdk import compatability
from aws_encryption_sdk.exceptions import (
    ActionNotAllowedError,
    ArgumentTypeError,
    MalformedArnError,
    SerializationError,
)
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy, SignaturePolicy
from aws_encryption_sdk.internal import defaults
from aws_encryption_sdk.internal.arn import Arn, arn_from_str, is_valid_mrk_arn_str, is_valid_mrk_identifier
from aws_encryption_sdk.internal.deprecation import deprecated
from aws_encryption_sdk.internal.str_ops import to_bytes, to_str
from aws_encryption_sdk.internal.utils import commitment, signature
from aws_encryption_sdk.internal.validators import value_is_not_a_string

COMMITTING = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
NOT_COMMITTING = AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA256
KEY = "arn:aws:kms:us-west-2:123456789012:key/mrk-1234"


def test_arn_in_its_parts() -> None:
    arn = arn_from_str(KEY)
    assert arn == Arn("aws", "kms", "us-west-2", "123456789012", "key", "mrk-1234")
    assert (arn.to_string(), arn.indicates_multi_region_key()) == (KEY, True)
    arn.region = "eu-central-1"
    assert arn.to_string() == KEY.replace("us-west-2", "eu-central-1")
    assert not Arn("aws", "kms", "us-west-2", "123456789012", "alias", "mrk-1234").indicates_multi_region_key()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mrk-1234",
        "arn:aws:s3:us-west-2:123456789012:key/1",
        "arn:aws:kms::123456789012:key/1",
        "arn:aws:kms:us-west-2:1:key:1",
    ],
)
def test_text_that_is_no_arn(text: str) -> None:
    for function in (arn_from_str, is_valid_mrk_arn_str):
        with pytest.raises(MalformedArnError):
            function(text)
    if text.startswith("arn:"):
        with pytest.raises(MalformedArnError):
            is_valid_mrk_identifier(text)
    else:
        assert is_valid_mrk_identifier(text) is (text == "mrk-1234")


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        (KEY, True),
        (KEY.replace("mrk-", ""), False),
        (KEY.replace("key/", "alias/"), False),
        ("alias/mrk-1", False),
        ("key/mrk-1", False),
    ],
)
def test_multi_region_identifiers(identifier: str, expected: bool) -> None:
    assert is_valid_mrk_identifier(identifier) is expected
    if identifier.startswith("arn:"):
        assert is_valid_mrk_arn_str(identifier) is expected


def test_text_and_bytes() -> None:
    assert (to_bytes("größe"), to_bytes(b"\xff"), to_str("größe".encode()), to_str("text")) == (
        "größe".encode(),
        b"\xff",
        "größe",
        "text",
    )
    assert (to_bytes(None), to_str(None), to_bytes(3), to_str(3)) == (None, None, 3, 3)
    with pytest.raises(SerializationError):
        to_str(b"\xff")


def test_numbers() -> None:
    assert defaults.ALGORITHM.algorithm_id == 0x0378
    assert defaults.ALGORITHM_COMMIT_KEY.algorithm_id == 0x0578
    assert (defaults.FRAME_LENGTH, defaults.LINE_LENGTH, defaults.MESSAGE_ID_LENGTH) == (4096, 8192, 16)
    assert (defaults.MAX_FRAME_SIZE, defaults.MAX_FRAME_COUNT) == (2**31 - 1, 2**32 - 1)
    assert (defaults.MAX_MESSAGES_PER_KEY, defaults.MAX_BYTES_PER_KEY) == (2**32, 2**63 - 1)
    assert (defaults.MAX_NON_FRAMED_SIZE, defaults.MAX_BYTE_ARRAY_SIZE) == (2**36 - 32, 2**16 - 1)
    assert (defaults.ENCODED_SIGNER_KEY, defaults.ENCODING) == ("aws-crypto-public-key", "utf-8")


@pytest.mark.parametrize("policy", CommitmentPolicy)
def test_commitment_policy(policy: CommitmentPolicy) -> None:
    commitment.validate_commitment_policy_on_encrypt(policy, None)
    forbids = policy is CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    allowed, refused = (NOT_COMMITTING, COMMITTING) if forbids else (COMMITTING, NOT_COMMITTING)
    commitment.validate_commitment_policy_on_encrypt(policy, allowed)
    with pytest.raises(ActionNotAllowedError):
        commitment.validate_commitment_policy_on_encrypt(policy, refused)
    commitment.validate_commitment_policy_on_decrypt(policy, COMMITTING)
    if policy is CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT:
        with pytest.raises(ActionNotAllowedError):
            commitment.validate_commitment_policy_on_decrypt(policy, NOT_COMMITTING)
    else:
        commitment.validate_commitment_policy_on_decrypt(policy, NOT_COMMITTING)


def test_signature_policy() -> None:
    assert signature.SignaturePolicy is SignaturePolicy
    signature.validate_signature_policy_on_decrypt(SignaturePolicy.ALLOW_ENCRYPT_ALLOW_DECRYPT, COMMITTING)
    signature.validate_signature_policy_on_decrypt(SignaturePolicy.ALLOW_ENCRYPT_FORBID_DECRYPT, NOT_COMMITTING)
    with pytest.raises(ActionNotAllowedError):
        signature.validate_signature_policy_on_decrypt(SignaturePolicy.ALLOW_ENCRYPT_FORBID_DECRYPT, COMMITTING)


def test_mark_of_what_is_deprecated() -> None:
    @deprecated("Use another")
    class Old:
        def __init__(self, value: int) -> None:
            self.value = value

    with pytest.warns(DeprecationWarning, match="^Old is deprecated: Use another$") as caught:
        assert Old(3).value == 3
    assert caught[0].filename == __file__


def test_text_where_a_collection_is_wanted() -> None:
    @attrs.define
    class Keys:
        ids: object = attrs.field(validator=value_is_not_a_string)

    assert Keys(["a"]).ids == ["a"]
    with pytest.raises(ArgumentTypeError, match="ids must not be a str"):
        Keys("a")


def test_python_is_new_enough() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compatability._warn_deprecated_python()
