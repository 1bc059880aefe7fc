"""The discovery filter."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._kms.arn import parse_arn
from aws_encryption_sdk._kms.discovery_filter import DiscoveryFilter

ARN = parse_arn("arn:aws:kms:us-west-2:111122223333:key/1")


def test_both_parts_may_be_left_out_or_given_by_position() -> None:
    assert DiscoveryFilter() == DiscoveryFilter((), None) == DiscoveryFilter(account_ids=[], partition=None)
    made = DiscoveryFilter(["1", "2"], "aws")
    assert (made.account_ids, made.partition) == (("1", "2"), "aws")
    assert hash(made) == hash(DiscoveryFilter(("1", "2"), "aws"))
    assert pickle.loads(pickle.dumps(made)) == made


def test_it_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        DiscoveryFilter().partition = "aws"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"account_ids": "111122223333"}, "put a single one into a list"),
        ({"account_ids": b"111122223333"}, "put a single one into a list"),
        ({"account_ids": 111122223333}, "must be a list of str"),
        ({"account_ids": [111122223333]}, "A member of account_ids must be a str, not int"),
        ({"partition": 1}, "partition must be a str, not int"),
    ],
)
def test_slips(arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match=reason) as caught:
        DiscoveryFilter(**arguments)
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize(
    ("account_ids", "partition"), [((), None), (("1",), None), ((), "aws"), (("1",), ""), (("1", ""), "aws")]
)
def test_it_is_whole_or_not(account_ids: tuple[str, ...], partition: str | None) -> None:
    with pytest.raises(exceptions.ConfigMismatchError, match="needs a partition"):
        DiscoveryFilter(account_ids, partition).check_whole()
    DiscoveryFilter(("1", "2"), "aws").check_whole()


def test_what_it_allows() -> None:
    assert DiscoveryFilter(("444455556666", "111122223333"), "aws").refusal_of(ARN) is None


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (
            DiscoveryFilter(("111122223333",), "aws-cn"),
            "its partition 'aws' is not the one of the discovery filter, 'aws-cn'",
        ),
        (
            DiscoveryFilter(("444455556666",), "aws"),
            "its account '111122223333' is not one of the discovery filter's: 444455556666",
        ),
        (DiscoveryFilter(("1111222233334",), "aws"), "account"),
    ],
)
def test_what_it_refuses(made: DiscoveryFilter, reason: str) -> None:
    refusal = made.refusal_of(ARN)
    assert refusal is not None
    assert reason in refusal
