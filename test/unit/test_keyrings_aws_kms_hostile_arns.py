"""ARNs in messages that nobody vouched for yet: what is said of them is short and printable."""

from __future__ import annotations

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsDiscoveryKeyring,
    AwsKmsKeyring,
    AwsKmsMrkDiscoveryKeyring,
    AwsKmsMrkKeyring,
    AwsKmsStrictKeyring,
)
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import AllowRegionsClientSupplier
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .fake_kms import ACCOUNT, KEY, MRK_EAST, MRK_WEST, FakeKms, FakeSupplier
from .kms_materials import unread

HOSTILE = ("\x1b[2Jred", "a\x00b", "a\u202eb", "x" * 60_000)


def keyrings() -> list[Keyring]:
    refusing = FakeKms().fails("decrypt")
    return [
        AwsKmsStrictKeyring(MRK_EAST, FakeKms()),
        AwsKmsMrkKeyring(MRK_EAST, refusing),
        AwsKmsDiscoveryKeyring(refusing),
        AwsKmsMrkDiscoveryKeyring(refusing, "us-west-2"),
        AwsKmsKeyring(FakeSupplier(), is_discovery=True),
        AwsKmsKeyring(AllowRegionsClientSupplier(["us-west-2"], lambda _: refusing), is_discovery=True),
        AwsKmsKeyring(lambda _: refusing, is_discovery=True),
    ]


@pytest.mark.parametrize("hostile", HOSTILE, ids=["escape", "NUL", "right to left", "long"])
@pytest.mark.parametrize("arn", [KEY, MRK_WEST], ids=["single-Region", "multi-Region"])
@pytest.mark.parametrize("part", ["aws", "us-west-2", ACCOUNT, "1234abcd"])
def test_errors_are_short_and_printable(arn: str, part: str, hostile: str) -> None:
    key = EncryptedDataKey(MasterKeyInfo("aws-kms", arn.replace(part, hostile, 1)), b"wrapped")
    for keyring in keyrings():
        with pytest.raises(exceptions.UnwrapDataKeyError) as caught:
            keyring.on_decrypt(unread(), [key])
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 2_000
