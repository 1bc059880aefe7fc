"""The four AWS KMS configurations of a branch key store (framework/branch-key-store.md)."""

from __future__ import annotations

from typing import Any

import pytest

from aws_encryption_sdk._kms.arn import parse_arn
from aws_encryption_sdk.branch_keys import Discovery, KmsConfiguration, KmsKeyArn, KmsMRKeyArn, MRDiscovery
from aws_encryption_sdk.exceptions import (
    ArgumentTypeError,
    ArgumentValueError,
    ConfigMismatchError,
    MalformedArnError,
    NotSupportedError,
)

from .fake_kms import KEY, MRK_EAST, MRK_WEST, OTHER_KEY

pytestmark = pytest.mark.specification(
    "framework/branch-key-store.md", "AWS KMS Configuration", "AWS Key ARN Compatibility", "Discovery", "MRDiscovery"
)

ALIAS = KEY.rpartition(":")[0] + ":alias/a"
FOREIGN_MRK = MRK_WEST.replace("111122223333", "444455556666")


@pytest.mark.parametrize(
    ("configuration", "found", "asked"),
    [
        (KmsKeyArn(KEY), KEY, KEY),
        (KmsKeyArn(MRK_WEST), MRK_WEST, MRK_WEST),
        (KmsMRKeyArn(KEY), KEY, KEY),
        (KmsMRKeyArn(MRK_WEST), MRK_WEST, MRK_WEST),
        (KmsMRKeyArn(MRK_WEST), MRK_EAST, MRK_WEST),
        (Discovery(), OTHER_KEY, OTHER_KEY),
        (Discovery(), MRK_EAST, MRK_EAST),
        (MRDiscovery("us-east-1"), MRK_WEST, MRK_EAST),
        (MRDiscovery("us-east-1"), KEY, KEY),
    ],
)
def test_the_key_that_is_asked(configuration: KmsConfiguration, found: str, asked: str) -> None:
    assert str(configuration.key_for(parse_arn(found))) == asked


@pytest.mark.parametrize(
    ("configuration", "found"),
    [
        (KmsKeyArn(KEY), OTHER_KEY),
        (KmsKeyArn(MRK_WEST), MRK_EAST),
        (KmsMRKeyArn(KEY), KEY.replace("us-west-2", "us-east-1")),
        (KmsMRKeyArn(MRK_WEST), FOREIGN_MRK),
        (KmsMRKeyArn(MRK_WEST), KEY),
    ],
)
def test_keys_that_are_not_compatible(configuration: KmsConfiguration, found: str) -> None:
    with pytest.raises(ConfigMismatchError, match=f"wrapped by {found}, and the branch key store is configured for"):
        configuration.key_for(parse_arn(found))


def test_the_key_of_new_branch_keys() -> None:
    assert str(KmsKeyArn(KEY).key_for_new()) == KEY
    assert str(KmsMRKeyArn(MRK_EAST).key_for_new()) == MRK_EAST
    for configuration in (Discovery(), MRDiscovery("us-west-2")):
        with pytest.raises(NotSupportedError, match="reads branch keys, and makes none"):
            configuration.key_for_new()


def test_the_region_of_clients() -> None:
    configurations = KmsKeyArn(KEY), KmsMRKeyArn(MRK_EAST), Discovery(), MRDiscovery("eu-west-1")
    assert [configuration.region for configuration in configurations] == ["us-west-2", "us-east-1", None, "eu-west-1"]


@pytest.mark.parametrize("configuration", [KmsKeyArn, KmsMRKeyArn])
@pytest.mark.parametrize("arn", [ALIAS, "alias/a", "1234abcd-12ab-34cd-56ef-1234567890ab", "", "arn:aws:s3:::bucket"])
def test_what_is_no_key_arn(configuration: Any, arn: str) -> None:
    with pytest.raises(MalformedArnError):
        configuration(arn)


@pytest.mark.parametrize("configuration", [KmsKeyArn, KmsMRKeyArn, MRDiscovery])
@pytest.mark.parametrize("argument", [None, 1, b"arn"])
def test_what_is_no_text(configuration: Any, argument: object) -> None:
    with pytest.raises(ArgumentTypeError):
        configuration(argument)


def test_a_region_is_not_empty() -> None:
    with pytest.raises(ArgumentValueError):
        MRDiscovery("")


def test_configurations_are_values() -> None:
    assert KmsKeyArn(KEY) == KmsKeyArn(KEY) != KmsKeyArn(OTHER_KEY)
    other: KmsConfiguration = KmsMRKeyArn(KEY)
    assert KmsKeyArn(KEY) != other
    assert Discovery() == Discovery()
    assert repr(KmsKeyArn(KEY)) == f"KmsKeyArn('{KEY}')"
    assert repr(MRDiscovery("us-east-1")) == "MRDiscovery(region='us-east-1')"
