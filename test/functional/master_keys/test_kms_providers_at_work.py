"""Encryption and decryption with the KMS providers (framework/aws-kms/aws-kms-mrk-aware-master-key-provider.md)."""

from __future__ import annotations

from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import USER_AGENT_SUFFIX
from aws_encryption_sdk.key_providers.kms import (
    DiscoveryAwsKmsMasterKeyProvider,
    DiscoveryFilter,
    KMSMasterKey,
    KMSMasterKeyProvider,
    MRKAwareDiscoveryAwsKmsMasterKeyProvider,
    MRKAwareKMSMasterKey,
    MRKAwareStrictAwsKmsMasterKeyProvider,
    StrictAwsKmsMasterKeyProvider,
)
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo
from test.emulation.faults import refused
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.server import EmulationServer
from test.emulation.settings import ACCOUNT, OTHER_REGION, REGION

from .kms_providers import ARN, CLIENT, CONTEXT, DISCOVERY, FILTER, STRICT, SUITE, Make, as_if_under, made_under

pytestmark = [
    pytest.mark.filterwarnings("ignore:KMSMasterKeyProvider decrypts:DeprecationWarning"),
    pytest.mark.specification(
        "framework/aws-kms/aws-kms-mrk-aware-master-key-provider.md",
        "Get Master Key",
        "Get Master Keys For Encryption",
        "Decrypt Data Key",
    ),
]


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


def test_it_is_said_how_a_strict_provider_could_decrypt(make: Make, keys: KeyMaker) -> None:
    here, there = keys.multi_region(REGION, OTHER_REGION)
    alias = keys.alias(here)
    _, wrapped = made_under(make(StrictAwsKmsMasterKeyProvider, key_ids=[here]))
    for key_id, kind, advice in (
        (alias, StrictAwsKmsMasterKeyProvider, "does for encryption only; to decrypt, name the key by its ARN"),
        (here.split("/")[1], MRKAwareStrictAwsKmsMasterKeyProvider, "to decrypt, name the key by its ARN"),
        (there, StrictAwsKmsMasterKeyProvider, "a provider that is MRK-aware would decrypt it"),
    ):
        with pytest.raises(exceptions.DecryptKeyError, match=advice):
            make(kind, key_ids=[key_id]).decrypt_data_key_from_list([wrapped], SUITE, CONTEXT)
    with pytest.raises(exceptions.DecryptKeyError, match="is not an ARN of AWS KMS"):
        make(StrictAwsKmsMasterKeyProvider, key_ids=[here]).decrypt_data_key(as_if_under("x", wrapped), SUITE, CONTEXT)


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
