"""Clients of the KMS providers, providers of one's own, and providers beside keyrings."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError
from botocore.session import Session

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import AlgorithmSuite
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
