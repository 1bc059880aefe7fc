"""Master key providers of AWS KMS (framework/aws-kms/aws-kms-mrk-aware-master-key-provider.md), over HTTP against the emulation."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError
from botocore.session import Session

import aws_encryption_sdk
from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import USER_AGENT_SUFFIX, AlgorithmSuite
from aws_encryption_sdk.key_providers.kms import (
    BaseKMSMasterKeyProvider,
    DiscoveryAwsKmsMasterKeyProvider,
    DiscoveryFilter,
    KMSMasterKey,
    KMSMasterKeyConfig,
    KMSMasterKeyProvider,
    KMSMasterKeyProviderConfig,
    MRKAwareDiscoveryAwsKmsMasterKeyProvider,
    MRKAwareKMSMasterKey,
    MRKAwareStrictAwsKmsMasterKeyProvider,
    StrictAwsKmsMasterKeyProvider,
)
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo
from test.emulation.clients import READS_ENDPOINT_FROM_ENVIRONMENT, EmulationSession
from test.emulation.faults import refused
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.server import EmulationServer
from test.emulation.settings import ACCOUNT, OTHER_REGION, REGION

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"a": "1"}
ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FILTER = DiscoveryFilter(account_ids=[ACCOUNT], partition="aws")
STRICT = [StrictAwsKmsMasterKeyProvider, MRKAwareStrictAwsKmsMasterKeyProvider]
DISCOVERY = [DiscoveryAwsKmsMasterKeyProvider, MRKAwareDiscoveryAwsKmsMasterKeyProvider]
ALL = [*STRICT, *DISCOVERY, KMSMasterKeyProvider]
CLIENT = aws_encryption_sdk.EncryptionSDKClient()

pytestmark = pytest.mark.filterwarnings("ignore:KMSMasterKeyProvider decrypts:DeprecationWarning")
Make = Callable[..., BaseKMSMasterKeyProvider]


@pytest.fixture(scope="module")
def session(emulation: EmulationServer) -> Session:
    """A session whose clients talk to the emulation; it is slow to make the first client."""
    return EmulationSession(emulation.endpoint)


@pytest.fixture
def make(session: Session) -> Make:
    """Return what makes a provider on the session."""
    return lambda kind, **arguments: kind(**{"botocore_session": session, **arguments})


def made_under(
    provider: BaseKMSMasterKeyProvider, context: dict[str, str] | None = None
) -> tuple[DataKey, EncryptedDataKey]:
    """Return a data key of the first key of a provider, and its encrypted form."""
    primary, _ = provider.master_keys_for_encryption(CONTEXT, None)
    assert primary is not None
    made = primary.generate_data_key(SUITE, CONTEXT if context is None else context)
    return made, EncryptedDataKey.from_data_key(made)


def as_if_under(arn: str | bytes, key: EncryptedDataKey, provider_id: str = "aws-kms") -> EncryptedDataKey:
    return EncryptedDataKey(MasterKeyInfo(provider_id, arn), key.encrypted_data_key)


# --- configuration -----------------------------------------------------------------------------------------------------


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
    for ids in ([here, there], [here, unrelated, there], [here, here], [key, there], [here.encode(), there]):
        with pytest.raises(exceptions.ConfigMismatchError, match="Related multi-Region keys") as caught:
            make(MRKAwareStrictAwsKmsMasterKeyProvider, key_ids=ids)
        for related in set(ids) - {unrelated}:
            assert (related if isinstance(related, str) else related.decode()) in str(caught.value)
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


# --- encryption --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "key_class"),
    [
        (StrictAwsKmsMasterKeyProvider, KMSMasterKey),
        (MRKAwareStrictAwsKmsMasterKeyProvider, MRKAwareKMSMasterKey),
        (KMSMasterKeyProvider, KMSMasterKey),
    ],
)
def test_all_keys_encrypt_the_first_generates_each_in_its_region(
    kind: Any, key_class: Any, make: Make, keys: KeyMaker, sent: list[SentRequest]
) -> None:
    arns = [keys.symmetric(OTHER_REGION), keys.symmetric(), keys.symmetric()]
    ids = [arns[0], keys.alias(arns[1]), arns[2].split("/")[1]]
    sent.clear()
    provider = make(kind, key_ids=ids, grant_tokens=["grant"])
    primary, master_keys = provider.master_keys_for_encryption(CONTEXT, None)
    assert primary is master_keys[0]
    assert [type(key) for key in master_keys] == [key_class] * 3
    message, header = CLIENT.encrypt(source=b"text", key_provider=provider, encryption_context=CONTEXT)
    assert [key.key_provider.key_info.decode() for key in header.encrypted_data_keys] == arns
    assert [(r.operation, r.region, r.key_id) for r in sent] == [
        ("GenerateDataKey", OTHER_REGION, ids[0]),
        ("Encrypt", REGION, ids[1]),
        ("Encrypt", REGION, ids[2]),
    ]
    assert {tuple(request.grant_tokens or ()) for request in sent} == {("grant",)}
    assert all(USER_AGENT_SUFFIX in request.user_agent for request in sent)
    assert CLIENT.decrypt(source=message, key_provider=provider).result == b"text"


@pytest.mark.parametrize("kind", DISCOVERY)
def test_discovery_does_not_encrypt(kind: Any, make: Make) -> None:
    provider = make(kind)
    assert provider.master_keys_for_encryption(CONTEXT, None) == (None, [])
    with pytest.raises(exceptions.MasterKeyProviderError, match="No Master Keys available from Master Key Provider"):
        CLIENT.encrypt(source=b"text", key_provider=provider)


@pytest.mark.parametrize("kind", DISCOVERY)
def test_a_discovering_member_leaves_encryption_to_the_others(kind: Any, make: Make, keys: KeyMaker) -> None:
    provider = make(StrictAwsKmsMasterKeyProvider, key_ids=[keys.symmetric()])
    provider.add_master_key_provider(make(kind))
    message, header = CLIENT.encrypt(source=b"text", key_provider=provider)
    assert len(header.encrypted_data_keys) == 1
    elsewhere = CLIENT.encrypt(
        source=b"text", key_provider=make(StrictAwsKmsMasterKeyProvider, key_ids=[keys.symmetric()])
    ).result
    for one in (message, elsewhere):
        assert CLIENT.decrypt(source=one, key_provider=provider).result == b"text"


@pytest.mark.parametrize(
    ("operation", "error"),
    [("GenerateDataKey", exceptions.GenerateKeyError), ("Encrypt", exceptions.EncryptKeyError)],
)
def test_a_key_that_fails_fails_the_encryption(
    operation: str, error: Any, make: Make, keys: KeyMaker, emulation: EmulationServer
) -> None:
    provider = make(StrictAwsKmsMasterKeyProvider, key_ids=[keys.symmetric(), keys.symmetric()])
    with emulation.faults.plan(refused("AccessDeniedException"), operation=operation), pytest.raises(error):
        CLIENT.encrypt(source=b"text", key_provider=provider)


# --- strict decryption -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", STRICT)
def test_strict_providers_decrypt_with_their_keys_and_no_others(
    kind: Any, make: Make, keys: KeyMaker, sent: list[SentRequest]
) -> None:
    arn, other = keys.symmetric(), keys.symmetric()
    provider, stranger = make(kind, key_ids=[arn]), make(kind, key_ids=[other])
    made, wrapped = made_under(provider)
    _, foreign = made_under(stranger)
    sent.clear()
    assert provider.decrypt_data_key_from_list([foreign, wrapped], SUITE, CONTEXT).data_key == made.data_key
    assert [(request.operation, request.key_id) for request in sent] == [("Decrypt", arn)]
    for keys_of_message in ([foreign], [as_if_under(arn, wrapped, "another")], [as_if_under(b"\xff", wrapped)]):
        with pytest.raises(exceptions.DecryptKeyError, match="Unable to decrypt any data key"):
            provider.decrypt_data_key_from_list(keys_of_message, SUITE, CONTEXT)
    assert len(sent) == 1


@pytest.mark.parametrize("kind", STRICT)
def test_the_master_key_of_a_strict_provider_has_to_match(kind: Any, make: Make, keys: KeyMaker) -> None:
    here, there = keys.multi_region(REGION, OTHER_REGION)
    provider = make(kind, key_ids=[here])
    assert provider.master_key_for_decrypt(here).key_id == here.encode()
    with pytest.raises(exceptions.InvalidKeyIdError):
        provider.master_key_for_decrypt(ARN)
    with pytest.raises(exceptions.InvalidKeyIdError):
        provider.master_key_for_decrypt("not an ARN")
    if kind is MRKAwareStrictAwsKmsMasterKeyProvider:
        found = provider.master_key_for_decrypt(there)
        assert found.key_id == here.encode()
        assert found.config.client.meta.region_name == REGION
    else:
        with pytest.raises(exceptions.InvalidKeyIdError):
            provider.master_key_for_decrypt(there)


def test_related_keys_decrypt_where_multi_region_keys_are_known(make: Make, keys: KeyMaker, sent: list[SentRequest]) -> None:
    here, there = keys.multi_region(REGION, OTHER_REGION)
    made, wrapped = made_under(make(StrictAwsKmsMasterKeyProvider, key_ids=[here]))
    with pytest.raises(exceptions.DecryptKeyError):
        make(StrictAwsKmsMasterKeyProvider, key_ids=[there]).decrypt_data_key(wrapped, SUITE, CONTEXT)
    aware = make(MRKAwareStrictAwsKmsMasterKeyProvider, key_ids=[keys.symmetric(), there], grant_tokens=["grant"])
    sent.clear()
    assert aware.decrypt_data_key(wrapped, SUITE, CONTEXT).data_key == made.data_key
    assert [(r.operation, r.region, r.key_id, r.grant_tokens) for r in sent] == [("Decrypt", OTHER_REGION, there, ["grant"])]


# --- discovery decryption ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*DISCOVERY, KMSMasterKeyProvider])
def test_discovery_asks_the_key_that_is_named_in_its_region(
    kind: Any, make: Make, keys: KeyMaker, sent: list[SentRequest]
) -> None:
    arn = keys.symmetric(OTHER_REGION)
    made, wrapped = made_under(make(StrictAwsKmsMasterKeyProvider, key_ids=[arn]))
    sent.clear()
    provider = make(kind, grant_tokens=["grant"])
    assert provider.decrypt_data_key(wrapped, SUITE, CONTEXT).data_key == made.data_key
    assert provider.decrypt_data_key(wrapped, SUITE, CONTEXT).key_provider == MasterKeyInfo("aws-kms", arn)
    assert [(r.operation, r.region, r.key_id, r.grant_tokens) for r in sent] == [
        ("Decrypt", OTHER_REGION, arn, ["grant"])
    ] * 2


@pytest.mark.parametrize("kind", DISCOVERY)
@pytest.mark.parametrize(
    "key_info",
    [
        b"",
        b"\xff\xfe",
        b"1234abcd-12ab-34cd-56ef-1234567890ab",
        b"alias/x",
        ARN.replace(":key/", ":alias/").encode(),
        ARN.replace(":kms:", ":s3:").encode(),
        ARN.replace("arn:", "xrn:").encode(),
        ARN.replace(REGION, "").encode(),
        ARN.replace(REGION, "not a region!").encode(),
        ARN.replace(ACCOUNT, "").encode(),
        b"arn:aws:kms:us-west-2:1:key/",
    ],
)
def test_discovery_asks_no_key_by_another_name_than_its_arn(
    kind: Any, key_info: bytes, make: Make, sent: list[SentRequest]
) -> None:
    provider = make(kind)
    with pytest.raises(exceptions.DecryptKeyError):
        provider.decrypt_data_key(as_if_under(key_info, EncryptedDataKey(MasterKeyInfo("x", b""), b"x")), SUITE, CONTEXT)
    with pytest.raises(exceptions.AWSEncryptionSDKClientError):
        provider.master_key_for_decrypt(key_info)
    assert sent == []


@pytest.mark.parametrize("kind", DISCOVERY)
def test_other_provider_ids_are_not_asked_for(kind: Any, make: Make, keys: KeyMaker, sent: list[SentRequest]) -> None:
    arn = keys.symmetric()
    _, wrapped = made_under(make(StrictAwsKmsMasterKeyProvider, key_ids=[arn]))
    sent.clear()
    for provider_id in ("aws-kmsx", "AWS-KMS", "aws-kms-hierarchy", ""):
        with pytest.raises(exceptions.DecryptKeyError):
            make(kind).decrypt_data_key(as_if_under(arn, wrapped, provider_id), SUITE, CONTEXT)
    assert sent == []


@pytest.mark.parametrize("kind", DISCOVERY)
def test_the_filter_is_kept_and_what_it_excludes_is_passed_over(
    kind: Any, make: Make, keys: KeyMaker, sent: list[SentRequest]
) -> None:
    made, wrapped = made_under(make(StrictAwsKmsMasterKeyProvider, key_ids=[keys.symmetric()]))
    _, of_another = made_under(make(StrictAwsKmsMasterKeyProvider, key_ids=[keys.symmetric(account="111122223333")]))
    provider = make(kind, discovery_filter=FILTER)
    elsewhere = as_if_under(wrapped.key_provider.key_info.replace(b"arn:aws:", b"arn:aws-cn:"), wrapped)
    sent.clear()
    assert provider.decrypt_data_key_from_list([of_another, elsewhere, wrapped], SUITE, CONTEXT).data_key == made.data_key
    assert len(sent) == 1
    for excluded in (of_another, elsewhere):
        with pytest.raises(exceptions.MasterKeyProviderError, match="not allowed by this Master Key Provider") as caught:
            provider.decrypt_data_key_from_list([excluded], SUITE, CONTEXT)
        assert isinstance(caught.value, exceptions.DecryptKeyError)
        assert "not allowed by this Master Key Provider" in caught.value.args[0]
        assert "Unable to decrypt any data key" in caught.value.args[0]
    assert len(sent) == 1
    wide = make(kind, discovery_filter=DiscoveryFilter(account_ids=[ACCOUNT, "111122223333"], partition="aws"))
    wide.decrypt_data_key(of_another, SUITE, CONTEXT)


def test_multi_region_keys_are_asked_in_the_discovery_region(make: Make, keys: KeyMaker, sent: list[SentRequest]) -> None:
    here, there = keys.multi_region(REGION, OTHER_REGION)
    made, wrapped = made_under(make(StrictAwsKmsMasterKeyProvider, key_ids=[here]))
    single = keys.symmetric()
    _, of_single = made_under(make(StrictAwsKmsMasterKeyProvider, key_ids=[single]))
    provider = make(MRKAwareDiscoveryAwsKmsMasterKeyProvider, discovery_region=OTHER_REGION, discovery_filter=FILTER)
    sent.clear()
    opened = provider.decrypt_data_key(wrapped, SUITE, CONTEXT)
    assert (opened.data_key, opened.key_provider.key_info) == (made.data_key, there.encode())
    provider.decrypt_data_key(of_single, SUITE, CONTEXT)
    plain = make(DiscoveryAwsKmsMasterKeyProvider)
    plain.decrypt_data_key(wrapped, SUITE, CONTEXT)
    assert [(r.region, r.key_id) for r in sent] == [(OTHER_REGION, there), (REGION, single), (REGION, here)]


def test_a_key_that_is_not_there_in_the_discovery_region(make: Make, keys: KeyMaker) -> None:
    (here,) = keys.multi_region(REGION)
    _, wrapped = made_under(make(StrictAwsKmsMasterKeyProvider, key_ids=[here]))
    provider = make(MRKAwareDiscoveryAwsKmsMasterKeyProvider, discovery_region=OTHER_REGION)
    with pytest.raises(exceptions.DecryptKeyError, match="NotFoundException"):
        provider.decrypt_data_key(wrapped, SUITE, CONTEXT)


@pytest.mark.parametrize("kind", [*STRICT, *DISCOVERY, KMSMasterKeyProvider])
def test_each_encrypted_data_key_is_asked_for_once_until_one_opens(
    kind: Any, make: Make, keys: KeyMaker, sent: list[SentRequest], emulation: EmulationServer
) -> None:
    first, second = keys.symmetric(), keys.symmetric()
    writer = make(StrictAwsKmsMasterKeyProvider, key_ids=[first, second])
    message = CLIENT.encrypt(source=b"text", key_provider=writer).result
    reader = make(kind) if kind in DISCOVERY else make(kind, key_ids=[first, second])
    sent.clear()
    with emulation.faults.plan(refused("DisabledException"), operation="Decrypt", key_id=first):
        assert CLIENT.decrypt(source=message, key_provider=reader).result == b"text"
    assert [request.key_id for request in sent] == [first, second]
    with (
        emulation.faults.plan(refused("DisabledException"), operation="Decrypt"),
        pytest.raises(exceptions.DecryptKeyError, match="DisabledException") as caught,
    ):
        CLIENT.decrypt(source=message, key_provider=reader)
    assert len(sent) == 4
    assert caught.value.args[0].count("DisabledException") >= 2


# --- clients -----------------------------------------------------------------------------------------------------------


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


# --- of one's own, and mixed -------------------------------------------------------------------------------------------


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


@pytest.fixture
def raw_keyring() -> Iterator[RawAESKeyring]:
    yield RawAESKeyring("namespace", "name", bytes(32))


def test_mixed_with_keyrings(make: Make, keys: KeyMaker, raw_keyring: RawAESKeyring) -> None:
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
