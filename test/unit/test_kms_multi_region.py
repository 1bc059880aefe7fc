"""Related multi-Region keys (framework/aws-kms/aws-kms-mrk-match-for-decrypt.md and -mrk-are-unique.md)."""

from __future__ import annotations

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._kms.arn import parse_identifier
from aws_encryption_sdk._kms.multi_region import are_related, check_unique, match_for_decrypt

MRK = "arn:aws:kms:us-west-2:111122223333:key/mrk-1"
RELATED = "arn:aws:kms:us-east-1:111122223333:key/mrk-1"
KEY = "arn:aws:kms:us-west-2:111122223333:key/1"


@pytest.mark.specification("framework/aws-kms/aws-kms-mrk-match-for-decrypt.md", "Implementation")
@pytest.mark.parametrize("identifier", [MRK, KEY, "mrk-1", "1", "alias/a", "arn:aws:kms:us-west-2:1:alias/a"])
def test_identical_identifiers_match(identifier: str) -> None:
    assert match_for_decrypt(parse_identifier(identifier), parse_identifier(identifier))


@pytest.mark.specification("framework/aws-kms/aws-kms-mrk-match-for-decrypt.md", "Implementation")
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (MRK, RELATED, True),
        (KEY, KEY.replace("us-west-2", "us-east-1"), False),
        (MRK, KEY, False),
        (MRK, RELATED.replace(":aws:", ":aws-cn:"), False),
        (MRK, RELATED.replace("111122223333", "444455556666"), False),
        (MRK, RELATED.replace("mrk-1", "mrk-2"), False),
        (MRK, MRK.replace("key/", "alias/"), False),
        (MRK.replace("key/", "alias/"), RELATED.replace("key/", "alias/"), False),
        (MRK, "mrk-1", False),
        ("mrk-1", "mrk-2", False),
        ("1", KEY, False),
    ],
)
def test_others_match_if_both_are_multi_region_and_all_but_the_region_is_the_same(
    first: str, second: str, expected: bool
) -> None:
    one, other = parse_identifier(first), parse_identifier(second)
    assert match_for_decrypt(one, other) is expected
    assert match_for_decrypt(other, one) is expected
    assert are_related(one, other) is expected


@pytest.mark.specification("framework/aws-kms/aws-kms-mrk-are-unique.md", "Implementation")
@pytest.mark.parametrize(
    "identifiers",
    [
        [],
        [KEY],
        [KEY, KEY],
        [KEY, KEY.replace("us-west-2", "us-east-1"), "alias/a", "alias/a"],
        ["alias/mrk-1", "alias/mrk-1"],
        [MRK],
        [MRK, MRK.replace("mrk-1", "mrk-2"), KEY],
        [MRK, KEY.replace("key/1", "key/x-mrk-1")],
    ],
)
def test_unique(identifiers: list[str]) -> None:
    check_unique(parse_identifier(identifier) for identifier in identifiers)


@pytest.mark.specification("framework/aws-kms/aws-kms-mrk-are-unique.md", "Implementation")
@pytest.mark.parametrize(
    ("identifiers", "duplicates"),
    [
        ([MRK, RELATED], [MRK, RELATED]),
        ([MRK, MRK], [MRK, MRK]),
        (["mrk-1", KEY, MRK], ["mrk-1", MRK]),
        ([MRK, RELATED.replace("111122223333", "4")], [MRK, RELATED.replace("111122223333", "4")]),
        ([MRK, "mrk-2", RELATED, "mrk-3", "mrk-2"], [MRK, RELATED, "mrk-2", "mrk-2"]),
    ],
)
def test_all_duplicates_are_named_and_nothing_else(identifiers: list[str], duplicates: list[str]) -> None:
    with pytest.raises(exceptions.ConfigMismatchError) as caught:
        check_unique(parse_identifier(identifier) for identifier in identifiers)
    assert str(caught.value).split(": ", 1)[1].split(", ") == duplicates
