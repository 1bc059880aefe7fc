"""Master keys in AWS KMS (framework/aws-kms/aws-kms-mrk-aware-master-key.md), over HTTP against the emulation."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import USER_AGENT_SUFFIX, AlgorithmSuite
from aws_encryption_sdk.key_providers.kms import (
    KMSMasterKey,
    KMSMasterKeyConfig,
    MRKAwareKMSMasterKey,
    MRKAwareKMSMasterKeyConfig,
)
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo, RawDataKey
from test.emulation.clients import READS_ENDPOINT_FROM_ENVIRONMENT, kms_client
from test.emulation.faults import changed, refused
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.server import EmulationServer
from test.emulation.settings import OTHER_REGION, REGION

pytestmark = pytest.mark.specification(
    "framework/aws-kms/aws-kms-mrk-aware-master-key.md",
    "Interface",
    "Initialization",
    "Get Master Key",
    "Get Master Keys For Encryption",
    "Decrypt Data Key",
    "Generate Data Key",
    "Encrypt Data Key",
)

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"a": "1", "ü": "2"}
GRANTS = ["grant one", "grant two"]
BOTH = [KMSMasterKey, MRKAwareKMSMasterKey]

Make = Callable[..., KMSMasterKey]

#: Clients are slow to make.
client_for = functools.cache(kms_client)


@pytest.fixture
def make(emulation: EmulationServer) -> Make:
    """Return what makes a master key with a client for a region."""

    def make_key(kind: type[KMSMasterKey], key_id: str | bytes, region: str = REGION, **more: Any) -> KMSMasterKey:
        return kind(key_id=key_id, client=client_for(emulation.endpoint, region), **more)

    return make_key


@pytest.mark.parametrize("suite", list(AlgorithmSuite))
@pytest.mark.parametrize("kind", BOTH)
def test_requests_and_answers(
    kind: type[KMSMasterKey], suite: AlgorithmSuite, make: Make, keys: KeyMaker, sent: list[SentRequest]
) -> None:
    arn, other_arn = keys.symmetric(), keys.symmetric()
    key, other = make(kind, arn, grant_tokens=GRANTS), make(kind, other_arn)
    sent.clear()
    made = key.generate_data_key(suite, CONTEXT)
    wrapped = EncryptedDataKey.from_data_key(made)
    assert isinstance(made, DataKey)
    assert len(made.data_key) == suite.kdf_input_len
    assert made.key_provider == MasterKeyInfo("aws-kms", arn)
    again = other.encrypt_data_key(made, suite, CONTEXT)
    assert again.key_provider == MasterKeyInfo("aws-kms", other_arn)
    opened = key.decrypt_data_key(wrapped, suite, CONTEXT)
    assert opened == made
    assert other.decrypt_data_key(again, suite, CONTEXT).data_key == made.data_key

    generate, encrypt, decrypt, _ = sent
    assert (generate.operation, generate.key_id) == ("GenerateDataKey", arn)
    assert generate.parameters["NumberOfBytes"] == suite.kdf_input_len
    assert (encrypt.operation, encrypt.key_id) == ("Encrypt", other_arn)
    assert encrypt.blob("Plaintext") == made.data_key
    assert (decrypt.operation, decrypt.key_id) == ("Decrypt", arn)
    assert decrypt.blob("CiphertextBlob") == made.encrypted_data_key
    assert [request.encryption_context for request in sent] == [CONTEXT] * 4
    assert [request.grant_tokens for request in sent] == [GRANTS, None, GRANTS, None]


@pytest.mark.parametrize("kind", BOTH)
def test_an_empty_context_and_no_grants(
    kind: type[KMSMasterKey], make: Make, keys: KeyMaker, sent: list[SentRequest]
) -> None:
    key = make(kind, keys.symmetric())
    sent.clear()
    made = key.generate_data_key(SUITE, {})
    key.encrypt_data_key(made, SUITE, {})
    key.decrypt_data_key(EncryptedDataKey.from_data_key(made), SUITE, {})
    assert [request.encryption_context for request in sent] == [{}] * 3
    assert {request.grant_tokens for request in sent} == {None}


@pytest.mark.parametrize("kind", BOTH)
def test_identifiers_to_encrypt_with_become_the_arn(kind: type[KMSMasterKey], make: Make, keys: KeyMaker) -> None:
    arn = keys.symmetric()
    alias = keys.alias(arn)
    for identifier in (arn, alias, alias.split(":", 5)[5], arn.split("/")[1], arn.encode()):
        key = make(kind, identifier)
        assert key.generate_data_key(SUITE, CONTEXT).key_provider.key_info == arn.encode()
        raw = RawDataKey(MasterKeyInfo("x", b""), bytes(32))
        assert key.encrypt_data_key(raw, SUITE, CONTEXT).key_provider.key_info == arn.encode()


@pytest.mark.parametrize("kind", BOTH)
def test_only_what_is_its_own_is_decrypted(
    kind: type[KMSMasterKey], make: Make, keys: KeyMaker, sent: list[SentRequest]
) -> None:
    arn = keys.symmetric()
    alias = keys.alias(arn)
    made = make(kind, arn).generate_data_key(SUITE, CONTEXT)
    sent.clear()

    def under(key_info: str | bytes, provider_id: str = "aws-kms") -> EncryptedDataKey:
        return EncryptedDataKey(MasterKeyInfo(provider_id, key_info), made.encrypted_data_key)

    foreign = [
        (arn, under(arn, "aws-kmsx")),
        (arn, under(arn + "x")),
        (arn, under(arn.replace(REGION, OTHER_REGION))),
        (arn, under(b"\xff" + arn.encode())),
        (arn, under(b"")),
        (alias, under(arn)),
        (arn.split("/")[1], under(arn)),
    ]
    for configured, key in foreign:
        with pytest.raises(exceptions.IncorrectMasterKeyError, match="does not belong"):
            make(kind, configured).decrypt_data_key(key, SUITE, CONTEXT)
    for configured, key in ((alias, under(alias)), ("alias/x", under("alias/x")), ("x", under("x"))):
        with pytest.raises((exceptions.IncorrectMasterKeyError, exceptions.DecryptKeyError)):
            make(kind, configured).decrypt_data_key(key, SUITE, CONTEXT)
    assert sent == []


def test_related_multi_region_keys(make: Make, keys: KeyMaker, sent: list[SentRequest]) -> None:
    here, there = keys.multi_region(REGION, OTHER_REGION)
    wrapped = EncryptedDataKey.from_data_key(made := make(KMSMasterKey, here).generate_data_key(SUITE, CONTEXT))
    with pytest.raises(exceptions.IncorrectMasterKeyError):
        make(KMSMasterKey, there, OTHER_REGION).decrypt_data_key(wrapped, SUITE, CONTEXT)
    sent.clear()
    opened = make(MRKAwareKMSMasterKey, there, OTHER_REGION).decrypt_data_key(wrapped, SUITE, CONTEXT)
    assert opened.data_key == made.data_key
    assert opened.key_provider == MasterKeyInfo("aws-kms", there)
    assert [(request.operation, request.key_id, request.region) for request in sent] == [("Decrypt", there, OTHER_REGION)]


@pytest.mark.parametrize("part", [1, 4, 5])
def test_other_parts_of_the_arn_have_to_be_equal(part: int, make: Make, keys: KeyMaker) -> None:
    here, there = keys.multi_region(REGION, OTHER_REGION)
    parts = here.split(":")
    parts[part] += "x"
    foreign = EncryptedDataKey(MasterKeyInfo("aws-kms", ":".join(parts)), b"x")
    assert not make(MRKAwareKMSMasterKey, there).owns_data_key(foreign)
    assert make(MRKAwareKMSMasterKey, there).owns_data_key(EncryptedDataKey(MasterKeyInfo("aws-kms", here), b"x"))
    single = keys.symmetric()
    elsewhere = EncryptedDataKey(MasterKeyInfo("aws-kms", single.replace(REGION, OTHER_REGION)), b"x")
    assert not make(MRKAwareKMSMasterKey, single).owns_data_key(elsewhere)


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ("GenerateDataKey", exceptions.GenerateKeyError),
        ("Encrypt", exceptions.EncryptKeyError),
        ("Decrypt", exceptions.DecryptKeyError),
    ],
)
def test_refusals_and_wrong_answers(
    kind: type[KMSMasterKey],
    operation: str,
    error: type[Exception],
    make: Make,
    keys: KeyMaker,
    emulation: EmulationServer,
) -> None:
    key = make(kind, arn := keys.symmetric())
    made = key.generate_data_key(SUITE, CONTEXT)
    calls: dict[str, Callable[[], object]] = {
        "GenerateDataKey": lambda: key.generate_data_key(SUITE, CONTEXT),
        "Encrypt": lambda: key.encrypt_data_key(made, SUITE, CONTEXT),
        "Decrypt": lambda: key.decrypt_data_key(EncryptedDataKey.from_data_key(made), SUITE, CONTEXT),
    }
    faults = [
        refused("AccessDeniedException"),
        refused("DisabledException"),
        changed(lambda answer: answer.pop("KeyId")),
        changed(lambda answer: answer.update(KeyId="not an ARN")),
    ]
    if operation != "Encrypt":
        faults += [
            changed(lambda answer: answer.pop("Plaintext")),
            changed(lambda answer: answer.update(Plaintext="AAAA")),
        ]
    if operation != "Decrypt":
        faults.append(changed(lambda answer: answer.pop("CiphertextBlob")))
    else:
        faults.append(changed(lambda answer: answer.update(KeyId=arn[:-1] + "x")))
    for fault in faults:
        with emulation.faults.plan(fault, operation=operation) as planned, pytest.raises(error) as caught:
            calls[operation]()
        assert planned.hits == 1
        assert isinstance(caught.value, exceptions.AWSEncryptionSDKClientError)
        assert arn in str(caught.value)
    calls[operation]()


@pytest.mark.parametrize("kind", BOTH)
def test_a_wrong_context_or_a_tampered_data_key(kind: type[KMSMasterKey], make: Make, keys: KeyMaker) -> None:
    key = make(kind, keys.symmetric())
    made = EncryptedDataKey.from_data_key(key.generate_data_key(SUITE, CONTEXT))
    flipped = bytes([made.encrypted_data_key[-1] ^ 1])
    tampered = EncryptedDataKey(made.key_provider, made.encrypted_data_key[:-1] + flipped)
    for wrapped, context in ((made, {}), (made, {"a": "2"}), (tampered, CONTEXT)):
        with pytest.raises(exceptions.DecryptKeyError, match="InvalidCiphertextException"):
            key.decrypt_data_key(wrapped, SUITE, context)


@pytest.mark.parametrize("config", [KMSMasterKeyConfig, MRKAwareKMSMasterKeyConfig])
def test_configurations(config: Any, keys: KeyMaker, emulation: EmulationServer) -> None:
    client, arn = kms_client(emulation.endpoint, REGION), keys.symmetric()
    made = config(key_id=arn, client=client, grant_tokens=GRANTS)
    assert (made.provider_id, made.key_id, made.client, made.grant_tokens) == (
        "aws-kms",
        arn.encode(),
        client,
        tuple(GRANTS),
    )
    assert config(arn, client).grant_tokens == ()
    assert "grant one" not in repr(made)
    for wrong in ({"client": None}, {"client": "kms"}, {"grant_tokens": "one token"}, {"grant_tokens": [1]}):
        with pytest.raises(exceptions.ArgumentTypeError):
            config(**{"key_id": arn, "client": client, **wrong})
    with pytest.raises(exceptions.ArgumentTypeError):
        config(key_id=None, client=client)


def test_a_client_is_needed_where_multi_region_keys_are_known(keys: KeyMaker) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="client"):
        MRKAwareKMSMasterKey(key_id=keys.symmetric())


@pytest.mark.skipif(not READS_ENDPOINT_FROM_ENVIRONMENT, reason="this boto3 does not read AWS_ENDPOINT_URL_KMS")
def test_a_client_is_made_for_the_region_of_the_key(
    keys: KeyMaker, sent: list[SentRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = keys.symmetric(OTHER_REGION)
    sent.clear()
    KMSMasterKey(key_id=arn).generate_data_key(SUITE, CONTEXT)
    (request,) = sent
    assert request.region == OTHER_REGION
    assert USER_AGENT_SUFFIX in request.user_agent
    assert KMSMasterKey(key_id="alias/x").config.client.meta.region_name == REGION
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(exceptions.UnknownRegionError):
        KMSMasterKey(key_id="alias/x")


@pytest.mark.parametrize("key_id", ["", "arn:aws:kms:us-west-2:1:key/", "arn:aws:s3:::bucket", "alias/", "key/x", "a:b"])
def test_identifiers_of_multi_region_aware_keys_are_checked(key_id: str, make: Make) -> None:
    with pytest.raises(exceptions.MalformedArnError):
        make(MRKAwareKMSMasterKey, key_id)
    with pytest.raises(exceptions.MalformedArnError):
        make(MRKAwareKMSMasterKey, key_id.encode())


@pytest.mark.parametrize("kind", BOTH)
def test_it_supplies_itself_and_nothing_else(kind: type[KMSMasterKey], make: Make, keys: KeyMaker) -> None:
    arn = keys.symmetric()
    key = make(kind, arn)
    assert key.master_keys_for_encryption(CONTEXT, None) == (key, [key])
    assert key.master_key_for_decrypt(arn) is key
    with pytest.raises(exceptions.InvalidKeyIdError):
        key.master_key_for_decrypt(keys.symmetric())
    with pytest.raises(exceptions.ConfigMismatchError):
        type("Renamed", (kind,), {"provider_id": "x"})(key_id=arn, client=key.config.client)


@pytest.mark.parametrize("kind", BOTH)
def test_of_several_encrypted_data_keys_one_is_asked_for_at_a_time_until_one_opens(
    kind: type[KMSMasterKey], make: Make, keys: KeyMaker, sent: list[SentRequest]
) -> None:
    key, other = make(kind, keys.symmetric()), make(kind, keys.symmetric())
    good = EncryptedDataKey.from_data_key(key.generate_data_key(SUITE, CONTEXT))
    bad = EncryptedDataKey(good.key_provider, b"not a ciphertext")
    foreign = EncryptedDataKey.from_data_key(other.generate_data_key(SUITE, CONTEXT))
    sent.clear()
    assert key.decrypt_data_key_from_list([foreign, bad, good, good], SUITE, CONTEXT).key_provider == good.key_provider
    assert [request.operation for request in sent] == ["Decrypt"] * 2
    with pytest.raises(exceptions.UnwrapDataKeyError) as caught:
        key.decrypt_data_key_from_list([foreign, bad, bad], SUITE, CONTEXT)
    assert len(caught.value.errors) == 3


class Auditing(KMSMasterKey):
    """Has requests of its own, as master keys of versions 1 to 4 do, and writes down what it is asked to decrypt."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.asked: list[str] = []

    def _build_generate_data_key_request(self, *arguments: Any) -> dict[str, Any]:
        request = super()._build_generate_data_key_request(*arguments)
        del request["NumberOfBytes"]
        return {**request, "KeySpec": "AES_256"}

    def _build_encrypt_request(self, *arguments: Any) -> dict[str, Any]:
        return {**super()._build_encrypt_request(*arguments), "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}

    def _build_decrypt_request(self, *arguments: Any) -> dict[str, Any]:
        return {**super()._build_decrypt_request(*arguments), "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}

    def _validate_allowed_to_decrypt(self, edk_key_id: str) -> None:
        self.asked.append(edk_key_id)
        super()._validate_allowed_to_decrypt(edk_key_id)


def test_requests_are_sent_as_a_derived_class_builds_them(make: Make, keys: KeyMaker, sent: list[SentRequest]) -> None:
    arn = keys.symmetric()
    key = make(Auditing, arn)
    assert isinstance(key, Auditing)
    sent.clear()
    made = key.generate_data_key(SUITE, CONTEXT)
    key.encrypt_data_key(made, SUITE, CONTEXT)
    assert key.decrypt_data_key(EncryptedDataKey.from_data_key(made), SUITE, CONTEXT) == made
    generate, *others = sent
    assert generate.parameters == {"KeyId": arn, "KeySpec": "AES_256", "EncryptionContext": CONTEXT}
    assert [request.parameters["EncryptionAlgorithm"] for request in others] == ["SYMMETRIC_DEFAULT"] * 2
    assert key.asked == [arn]


@pytest.mark.parametrize("kind", BOTH)
def test_what_is_asked_of_the_method_that_decrypts_is_compared_there_too(
    kind: type[KMSMasterKey], make: Make, keys: KeyMaker, sent: list[SentRequest]
) -> None:
    key, other = make(kind, keys.symmetric()), make(kind, keys.symmetric())
    wrapped = EncryptedDataKey.from_data_key(other.generate_data_key(SUITE, CONTEXT))
    sent.clear()
    with pytest.raises(exceptions.DecryptKeyError, match="Cannot decrypt EDK wrapped by key_id="):
        key._decrypt_data_key(wrapped, SUITE, CONTEXT)
    assert not sent
