"""Clients of the KMS providers, providers of one's own, and providers beside keyrings."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError
from botocore.session import Session

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.key_providers import kms
from aws_encryption_sdk.key_providers.kms import (
    DiscoveryAwsKmsMasterKeyProvider,
    KMSMasterKey,
    KMSMasterKeyConfig,
    StrictAwsKmsMasterKeyProvider,
)
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from test.emulation.clients import READS_ENDPOINT_FROM_ENVIRONMENT, EmulationSession
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.settings import OTHER_REGION, REGION

from .kms_providers import ARN, CLIENT, CONTEXT, FILTER, SUITE, Make

pytestmark = pytest.mark.specification("framework/aws-kms/aws-kms-mrk-aware-master-key-provider.md", "Get Master Key")


def test_clients_are_made_once_for_each_region(make: Make) -> None:
    provider = make(DiscoveryAwsKmsMasterKeyProvider, region_names=[REGION, OTHER_REGION])
    clients = dict(provider._regional_clients)
    assert sorted(map(str, clients)) == sorted([REGION, OTHER_REGION])
    provider.add_regional_client(REGION)
    provider.add_regional_clients_from_list([OTHER_REGION, "us-east-1"])
    assert len(provider._regional_clients) == 3
    assert provider._regional_clients[REGION] is clients[REGION]
    assert provider.master_key_for_decrypt(ARN).config.client is clients[REGION]


def test_regions_that_messages_make_up_are_bounded(make: Make) -> None:
    provider = make(DiscoveryAwsKmsMasterKeyProvider)
    for number in range(70):
        provider.master_key_for_decrypt(ARN.replace(REGION, f"made-up-{number}"))
    assert len(provider._regional_clients) <= 64


def test_a_client_that_gets_no_answer_is_not_kept() -> None:
    session = EmulationSession("http://127.0.0.1:9", REGION)
    session.set_config_variable("max_attempts", 1)
    provider = StrictAwsKmsMasterKeyProvider(botocore_session=session, key_ids=[ARN])
    client = provider._regional_clients[REGION]
    with contextlib.suppress(BotoCoreError):
        client.list_keys()
    assert REGION not in provider._regional_clients


def test_the_session_keeps_its_region(session: Session, make: Make) -> None:
    make(DiscoveryAwsKmsMasterKeyProvider, region_names=["us-fakey-12"])
    assert session.get_config_variable("region") == REGION


def test_malformed_region_names(make: Make) -> None:
    with pytest.raises(exceptions.UnknownRegionError):
        make(DiscoveryAwsKmsMasterKeyProvider, region_names=["not a region!"])


@pytest.mark.skipif(not READS_ENDPOINT_FROM_ENVIRONMENT, reason="this boto3 does not read AWS_ENDPOINT_URL_KMS")
def test_without_a_session_one_is_made(keys: KeyMaker) -> None:
    provider = StrictAwsKmsMasterKeyProvider(key_ids=[keys.symmetric()])
    assert isinstance(provider.config.botocore_session, Session)
    message = CLIENT.encrypt(source=b"text", key_provider=provider).result
    assert CLIENT.decrypt(source=message, key_provider=DiscoveryAwsKmsMasterKeyProvider()).result == b"text"


def test_providers_and_keys_of_ones_own(session: Session, keys: KeyMaker) -> None:
    class OwnKeyConfig(KMSMasterKeyConfig):
        pass

    class OwnKey(KMSMasterKey):
        _config_class = OwnKeyConfig

    class OwnProvider(StrictAwsKmsMasterKeyProvider):
        master_key_class = OwnKey
        master_key_config_class = OwnKeyConfig

        def add_regional_client(self, region_name: str) -> None:
            if region_name not in self._regional_clients:
                asked.append(region_name)
                self._regional_clients[region_name] = session.create_client("kms", region_name=region_name)

    asked: list[str] = []
    provider = OwnProvider(botocore_session=session, key_ids=[keys.symmetric(), keys.symmetric()])
    (key, _) = provider.master_keys_for_encryption(CONTEXT, None)[1]
    assert type(key) is OwnKey
    assert type(key.config) is OwnKeyConfig
    assert asked == [REGION]
    assert key.config.client is provider._regional_clients[REGION]
    message = CLIENT.encrypt(source=b"text", key_provider=provider).result
    assert CLIENT.decrypt(source=message, key_provider=provider).result == b"text"


def test_mixed_with_keyrings(make: Make, keys: KeyMaker) -> None:
    raw_keyring = RawAESKeyring("namespace", "name", bytes(32))
    strict = make(StrictAwsKmsMasterKeyProvider, key_ids=[keys.symmetric()])
    message, header = CLIENT.encrypt(source=b"text", keyring=MultiKeyring(raw_keyring, [strict]), encryption_context=CONTEXT)
    assert len(header.encrypted_data_keys) == 2
    discovery = make(DiscoveryAwsKmsMasterKeyProvider, discovery_filter=FILTER)
    for arguments in (
        {"key_provider": strict},
        {"keyring": strict},
        {"keyring": raw_keyring},
        {"keyring": discovery},
        {"keyring": MultiKeyring(None, [RawAESKeyring("x", "y", bytes(32)), discovery])},
    ):
        assert CLIENT.decrypt(source=message, encryption_context=CONTEXT, **arguments).result == b"text"


def test_overridden_requests_and_the_published_parts(session: Session, keys: KeyMaker, sent: list[SentRequest]) -> None:
    class Tagging(KMSMasterKey):
        def _build_generate_data_key_request(self, algorithm: AlgorithmSuite, encryption_context: Any) -> dict[str, Any]:
            request = super()._build_generate_data_key_request(algorithm, encryption_context)
            return {**request, "EncryptionContext": {**request["EncryptionContext"], "tag": "x"}}

    key = Tagging(
        key_id=(arn := keys.symmetric()), client=session.create_client("kms", region_name=REGION), grant_tokens=["grant"]
    )
    assert key._key_id == arn
    assert key._build_generate_data_key_request(SUITE, CONTEXT) == {
        "KeyId": arn,
        "NumberOfBytes": 32,
        "EncryptionContext": {**CONTEXT, "tag": "x"},
        "GrantTokens": ("grant",),
    }
    sent.clear()
    key.generate_data_key(SUITE, CONTEXT)
    assert sent[0].encryption_context == {**CONTEXT, "tag": "x"}


def test_clients_may_be_put_in_place_of_those_that_are_there(make: Make) -> None:
    provider = make(DiscoveryAwsKmsMasterKeyProvider, region_names=[REGION, OTHER_REGION])
    client = provider._regional_clients[REGION]
    provider._regional_clients = {OTHER_REGION: client}
    assert provider._client(ARN.replace(REGION, OTHER_REGION)) is client
    assert dict(provider._regional_clients) == {OTHER_REGION: client}


def test_a_derived_class_sets_itself_up_in_the_method_of_old(make: Make) -> None:
    class Settled(StrictAwsKmsMasterKeyProvider):
        def _process_config(self) -> None:
            super()._process_config()
            self.settled = self.default_region

    assert make(Settled, key_ids=[ARN]).settled == REGION  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("key_id", "default", "region"),
    [(ARN, None, REGION), (ARN.encode(), OTHER_REGION, REGION), ("alias/name", OTHER_REGION, OTHER_REGION)],
)
def test_the_region_of_a_key_id(key_id: str, default: str | None, region: str) -> None:
    assert kms._region_from_key_id(key_id, default) == region


def test_a_key_id_without_a_region() -> None:
    with pytest.raises(exceptions.UnknownRegionError, match="No default region found"):
        kms._region_from_key_id("alias/name")


MRK = ARN.replace("key/", "key/mrk-")
OTHER_MRK = MRK.replace(REGION, OTHER_REGION)


@pytest.mark.parametrize(
    ("first", "second", "related", "same_resource"),
    [
        (ARN, ARN, True, True),
        (ARN, MRK, False, False),
        (MRK, OTHER_MRK, True, True),
        (ARN, ARN.replace(REGION, OTHER_REGION), False, True),
        ("name", "name", True, True),
        (ARN.replace("key/", "alias/"), ARN.replace("key/", "alias/"), True, False),
    ],
)
def test_key_ids_compared(first: str, second: str, related: bool, same_resource: bool) -> None:
    assert kms._check_mrk_arns_equal(first, second) is related
    assert kms._key_resource_match(first, second) is same_resource


def test_names_that_programs_reach() -> None:
    assert kms._key_resource_match(ARN, ARN.rpartition("/")[2])
    assert kms._PROVIDER_ID == "aws-kms"
    with pytest.raises(exceptions.MalformedArnError):
        kms._check_mrk_arns_equal("one", "another")
