"""AWS KMS for programs that make clients the default way: moto, in this process."""

from __future__ import annotations

import os
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

REGION = "us-west-2"
OTHER_REGION = "eu-central-1"


@pytest.fixture
def aws_kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let botocore talk to moto."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_KMS", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    settings = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield


def new_key(region: str = REGION) -> str:
    """Make a key; return its ARN."""
    arn: str = boto3.session.Session().client("kms", region_name=region).create_key()["KeyMetadata"]["Arn"]
    return arn


def new_alias(arn: str, name: str) -> None:
    """Give a key an alias."""
    boto3.session.Session().client("kms", region_name=arn.split(":")[3]).create_alias(AliasName=name, TargetKeyId=arn)
