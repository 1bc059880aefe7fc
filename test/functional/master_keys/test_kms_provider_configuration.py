"""Configurations of the KMS providers (framework/aws-kms/aws-kms-mrk-aware-master-key-provider.md, initialization)."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from botocore.session import Session

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.key_providers.kms import (
    DiscoveryAwsKmsMasterKeyProvider,
    DiscoveryFilter,
    KMSMasterKeyProvider,
    KMSMasterKeyProviderConfig,
    MRKAwareDiscoveryAwsKmsMasterKeyProvider,
    MRKAwareStrictAwsKmsMasterKeyProvider,
    StrictAwsKmsMasterKeyProvider,
)
from test.emulation.clients import EmulationSession
from test.emulation.server import EmulationServer
from test.emulation.settings import ACCOUNT, OTHER_REGION, REGION

from .kms_providers import ALL, ARN, DISCOVERY, FILTER, STRICT, Make

pytestmark = [
    pytest.mark.filterwarnings("ignore:KMSMasterKeyProvider decrypts:DeprecationWarning"),
    pytest.mark.specification("framework/aws-kms/aws-kms-mrk-aware-master-key-provider.md", "Interface", "Initialization"),
]


@pytest.mark.parametrize("kind", STRICT)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "must provide key ids"),
        ({"key_ids": []}, "must provide key ids"),
        ({"key_ids": [ARN, ""]}, "Key ids must be valid AWS KMS ARNs"),
        ({"key_ids": [None]}, "Key ids must be valid AWS KMS ARNs"),
        ({"key_ids": [ARN], "discovery_filter": FILTER}, "use a DiscoveryAwsKmsMasterKeyProvider"),
        ({"key_ids": [ARN], "discovery_region": REGION}, "use a MRKAwareDiscoveryAwsKmsMasterKeyProvider"),
    ],
)
def test_strict_providers_need_keys_and_take_no_discovery(kind: Any, arguments: Any, message: str, make: Make) -> None:
    with pytest.raises(exceptions.ConfigMismatchError, match=message):
        make(kind, **arguments)


@pytest.mark.parametrize("kind", DISCOVERY)
@pytest.mark.parametrize(
    "arguments",
    [
        {"key_ids": [ARN]},
        {"discovery_filter": DiscoveryFilter()},
        {"discovery_filter": DiscoveryFilter(account_ids=[ACCOUNT])},
        {"discovery_filter": DiscoveryFilter(partition="aws")},
        {"discovery_filter": DiscoveryFilter(account_ids=[], partition="aws")},
        {"discovery_filter": DiscoveryFilter(account_ids=[ACCOUNT, ""], partition="aws")},
        {"discovery_filter": DiscoveryFilter(account_ids=[ACCOUNT], partition="")},
    ],
)
def test_discovery_providers_take_no_keys_and_whole_filters(kind: Any, arguments: Any, make: Make) -> None:
    with pytest.raises(exceptions.ConfigMismatchError):
        make(kind, **arguments)
    make(kind, discovery_filter=FILTER)


def test_only_multi_region_aware_discovery_takes_a_region(make: Make) -> None:
    for kind in (DiscoveryAwsKmsMasterKeyProvider, KMSMasterKeyProvider):
        with pytest.raises(exceptions.ConfigMismatchError, match="MRKAwareDiscoveryAwsKmsMasterKeyProvider"):
            make(kind, discovery_region=REGION)
    with pytest.raises(exceptions.ConfigMismatchError, match="DiscoveryAwsKmsMasterKeyProvider"):
        make(KMSMasterKeyProvider, discovery_filter=FILTER)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(
    "arguments",
    [
        {"key_ids": ARN},
        {"key_ids": ARN.encode()},
        {"key_ids": 1},
        {"region_names": REGION},
        {"grant_tokens": "token"},
        {"discovery_filter": "aws"},
        {"discovery_region": 1},
        {"botocore_session": "session"},
        {"botocore_session": None},
        {"config": "config"},
        {"unknown": 1},
    ],
    ids=str,
)
def test_arguments_of_the_wrong_type(kind: Any, arguments: Any) -> None:
    with pytest.raises(exceptions.ArgumentTypeError):
        kind(**arguments)


def test_related_multi_region_keys_in_one_configuration(make: Make) -> None:
    key, other = "mrk-1234abcd12ab34cd56ef1234567890ab", "mrk-00000000000000000000000000000000"
    here, there = (f"arn:aws:kms:{region}:{ACCOUNT}:key/{key}" for region in (REGION, OTHER_REGION))
    unrelated = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{other}"
    for ids in ([here, there], [here, unrelated, there], [here, here], [key, there]):
        with pytest.raises(exceptions.ConfigMismatchError, match="Related multi-Region keys") as caught:
            make(MRKAwareStrictAwsKmsMasterKeyProvider, key_ids=ids)
        for related in set(ids) - {unrelated}:
            assert related in str(caught.value)
        assert unrelated not in str(caught.value)
        make(StrictAwsKmsMasterKeyProvider, key_ids=ids)
    single = [ARN, ARN, ARN.replace(REGION, OTHER_REGION), unrelated, here]
    make(MRKAwareStrictAwsKmsMasterKeyProvider, key_ids=single)
    alias = [f"arn:aws:kms:{region}:{ACCOUNT}:alias/mrk-x" for region in (REGION, OTHER_REGION)]
    make(MRKAwareStrictAwsKmsMasterKeyProvider, key_ids=[*alias, "alias/mrk-x"])
    with pytest.raises(exceptions.MalformedArnError):
        make(MRKAwareStrictAwsKmsMasterKeyProvider, key_ids=["arn:aws:kms:x"])


def test_the_default_region(
    session: Session, make: Make, emulation: EmulationServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert make(DiscoveryAwsKmsMasterKeyProvider).default_region == REGION
    assert make(DiscoveryAwsKmsMasterKeyProvider, region_names=[OTHER_REGION, REGION]).default_region == OTHER_REGION
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    nowhere = EmulationSession(emulation.endpoint)
    assert make(DiscoveryAwsKmsMasterKeyProvider, botocore_session=nowhere).default_region is None
    with pytest.raises(exceptions.UnknownRegionError, match="alias/x"):
        make(StrictAwsKmsMasterKeyProvider, botocore_session=nowhere, key_ids=["alias/x"])
    with pytest.raises(exceptions.ConfigMismatchError, match="default discovery region"):
        make(MRKAwareDiscoveryAwsKmsMasterKeyProvider, botocore_session=nowhere)
    for arguments in ({"discovery_region": OTHER_REGION}, {"region_names": [OTHER_REGION]}):
        provider = make(MRKAwareDiscoveryAwsKmsMasterKeyProvider, botocore_session=nowhere, **arguments)
        assert provider.config.discovery_region == OTHER_REGION


def test_one_configuration_serves_several_providers(session: Session) -> None:
    config = KMSMasterKeyProviderConfig(botocore_session=session, discovery_filter=FILTER)
    assert MRKAwareDiscoveryAwsKmsMasterKeyProvider(config=config).config.discovery_region == REGION
    assert DiscoveryAwsKmsMasterKeyProvider(config=config).config is config


def test_the_provider_of_version_1_warns_its_caller(session: Session) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        KMSMasterKeyProvider(botocore_session=session)
        StrictAwsKmsMasterKeyProvider(botocore_session=session, key_ids=[ARN])
    assert [(warning.category, warning.filename) for warning in caught] == [(DeprecationWarning, __file__)]
