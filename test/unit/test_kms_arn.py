"""AWS KMS identifiers (framework/aws-kms/aws-kms-key-arn.md)."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._kms.arn import (
    KmsArn,
    KmsName,
    is_multi_region_arn,
    is_multi_region_identifier,
    parse_arn,
    parse_identifier,
    parse_key_arn,
)

pytestmark = pytest.mark.specification(
    "framework/aws-kms/aws-kms-key-arn.md",
    "A valid AWS KMS ARN",
    "A valid AWS KMS identifier",
    "AWS KMS multi-Region keys",
    "Identifying an an AWS KMS multi-Region ARN",
    "Identifying an an AWS KMS multi-Region identifier",
)

KEY_ARN = "arn:aws:kms:us-east-1:2222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"
MRK_ARN = "arn:aws:kms:us-east-1:2222222222222:key/mrk-4321abcd12ab34cd56ef1234567890ab"
ALIAS_ARN = "arn:aws:kms:us-west-2:111122223333:alias/test-key"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (KEY_ARN, ("aws", "us-east-1", "2222222222222", "key", "1234abcd-12ab-34cd-56ef-1234567890ab")),
        (MRK_ARN, ("aws", "us-east-1", "2222222222222", "key", "mrk-4321abcd12ab34cd56ef1234567890ab")),
        (ALIAS_ARN, ("aws", "us-west-2", "111122223333", "alias", "test-key")),
        ("arn:aws-cn:kms:cn-north-1:1:alias/a/b/c", ("aws-cn", "cn-north-1", "1", "alias", "a/b/c")),
        ("arn:aws:kms:us-east-1:1:key//x", ("aws", "us-east-1", "1", "key", "/x")),
    ],
)
def test_the_parts_of_an_arn(text: str, parts: tuple[str, ...]) -> None:
    for form in (text, text.encode()):
        arn = parse_arn(form)
        assert (arn.partition, arn.region, arn.account_id, arn.resource_type, arn.resource_id) == parts
        assert str(arn) == text
        assert pickle.loads(pickle.dumps(arn)) == arn


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "1 parts"),
        ("arn", "1 parts"),
        ("arn:aws:kms:us-east-1:1", "5 parts"),
        ("arn:aws:kms:us-east-1:1:key/x:y", "7 parts"),
        ("arn:aws:kms:us-east-1:1:key:x", "7 parts"),
        ("nra:aws:kms:us-east-1:1:key/x", 'does not begin with "arn"'),
        (":aws:kms:us-east-1:1:key/x", 'does not begin with "arn"'),
        ("ARN:aws:kms:us-east-1:1:key/x", 'does not begin with "arn"'),
        ("arn::kms:us-east-1:1:key/x", "partition is empty"),
        ("arn:aws:sns:us-east-1:1:key/x", "service is 'sns'"),
        ("arn:aws::us-east-1:1:key/x", "service is ''"),
        ("arn:aws:kms::1:key/x", "region is empty"),
        ("arn:aws:kms:us-east-1::key/x", "account is empty"),
        ("arn:aws:kms:us-east-1:1:", 'does not begin with "key/" or "alias/"'),
        ("arn:aws:kms:us-east-1:1:key", 'does not begin with "key/" or "alias/"'),
        ("arn:aws:kms:us-east-1:1:keys/x", 'does not begin with "key/" or "alias/"'),
        ("arn:aws:kms:us-east-1:1:/x", 'does not begin with "key/" or "alias/"'),
        ("arn:aws:kms:us-east-1:1:key/", "resource id is empty"),
        ("arn:aws:kms:us-east-1:1:alias/", "resource id is empty"),
    ],
)
def test_what_is_no_arn_is_refused_and_the_message_says_why(text: str, reason: str) -> None:
    with pytest.raises(exceptions.MalformedArnError) as caught:
        parse_arn(text)
    assert reason in str(caught.value)
    assert "arn:PARTITION:kms:REGION:ACCOUNT:key/KEY_ID" in str(caught.value)
    with pytest.raises(exceptions.MalformedArnError):
        is_multi_region_arn(text)


def test_an_alias_is_not_the_arn_of_a_key() -> None:
    assert parse_key_arn(KEY_ARN) == parse_arn(KEY_ARN)
    with pytest.raises(exceptions.MalformedArnError, match="ARN of an alias"):
        parse_key_arn(ALIAS_ARN)


@pytest.mark.parametrize("text", [KEY_ARN, MRK_ARN, ALIAS_ARN])
def test_an_arn_is_an_identifier(text: str) -> None:
    assert parse_identifier(text) == parse_arn(text)
    assert parse_identifier(text).region == parse_arn(text).region


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1234abcd-12ab-34cd-56ef-1234567890ab", KmsName("key", "1234abcd-12ab-34cd-56ef-1234567890ab")),
        ("mrk-4321abcd12ab34cd56ef1234567890ab", KmsName("key", "mrk-4321abcd12ab34cd56ef1234567890ab")),
        ("alias/test-key", KmsName("alias", "test-key")),
        ("alias/mrk-1", KmsName("alias", "mrk-1")),
        ("alias", KmsName("key", "alias")),
    ],
)
def test_names_are_identifiers(text: str, name: KmsName) -> None:
    assert parse_identifier(text) == name
    assert str(name) == text
    assert name.region is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "must not be empty"),
        ("arn:aws:kms:us-east-1:1:key", "does not begin"),
        ("arn:", "2 parts"),
        ("aws:kms:us-east-1:1:key/x", "begins with arn:"),
        ("alias/", "name of the alias is missing"),
        ("key/1234", 'without "key/"'),
    ],
)
def test_what_is_no_identifier_is_refused_and_the_message_says_why(text: str, reason: str) -> None:
    with pytest.raises(exceptions.MalformedArnError) as caught:
        parse_identifier(text)
    assert reason in str(caught.value)


@pytest.mark.parametrize("value", [None, 5, ["arn"]])
def test_an_identifier_is_text(value: object) -> None:
    for parse in (parse_arn, parse_key_arn, parse_identifier):
        with pytest.raises(exceptions.ArgumentTypeError, match="must be str or bytes"):
            parse(value)  # type: ignore[arg-type]


def test_bytes_that_are_no_text_are_no_arn() -> None:
    with pytest.raises(exceptions.MalformedArnError, match="not UTF-8"):
        parse_arn(b"arn:aws:kms:us-east-1:1:key/\xff")


def test_long_text_is_not_shown_whole() -> None:
    with pytest.raises(exceptions.MalformedArnError) as caught:
        parse_arn("x" * 60000)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MRK_ARN, True),
        (KEY_ARN, False),
        (ALIAS_ARN, False),
        ("arn:aws:kms:us-east-1:1:alias/mrk-1", False),
        ("arn:aws:kms:us-east-1:1:key/x-mrk-1", False),
        ("arn:aws:kms:us-east-1:1:key/MRK-1", False),
    ],
)
def test_multi_region_arns(text: str, expected: bool) -> None:
    assert is_multi_region_arn(text) is expected
    assert is_multi_region_identifier(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("mrk-1", True), ("1234", False), ("alias/mrk-1", False), ("x-mrk-1", False), ("mrk", False)]
)
def test_multi_region_identifiers(text: str, expected: bool) -> None:
    assert is_multi_region_identifier(text) is expected


def test_an_identifier_that_begins_like_an_arn_must_be_one() -> None:
    with pytest.raises(exceptions.MalformedArnError):
        is_multi_region_identifier("arn:aws:dynamodb:us-east-1:1:key/mrk-1")


def test_the_same_key_in_another_region() -> None:
    arn = parse_arn(MRK_ARN)
    assert str(arn.in_region("eu-west-1")) == MRK_ARN.replace("us-east-1", "eu-west-1")
    assert arn.region == "us-east-1"


def test_values_are_frozen() -> None:
    for value in (KmsArn("aws", "r", "1", "key", "x"), KmsName("key", "x")):
        with pytest.raises(AttributeError):
            value.resource_id = "y"  # type: ignore[misc]


PIECES = st.sampled_from(
    ["arn", "aws", "kms", "us-east-1", "1", "key/1", "key/mrk-1", "alias/a", "alias/", "key", "", ":", "/"]
)
ODD_TEXT = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=8).map(":".join))


@given(ODD_TEXT)
def test_any_text_is_parsed_to_what_it_was_or_refused(text: str) -> None:
    for parse in (parse_arn, parse_key_arn, parse_identifier):
        try:
            parsed = parse(text)
        except exceptions.MalformedArnError:
            continue
        assert str(parsed) == text
        assert parsed.resource_id
        assert parse_identifier(text) == parsed


@given(st.binary(max_size=60))
def test_any_bytes_are_an_arn_or_refused(text: bytes) -> None:
    with pytest.raises(exceptions.MalformedArnError):
        parse_arn(text)
