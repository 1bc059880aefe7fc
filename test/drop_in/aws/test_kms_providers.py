"""Programs with the master key providers of AWS KMS, as written for versions 1 to 4."""

from __future__ import annotations

import functools
import io
from typing import Any

import boto3
import botocore.session
import pytest

import aws_encryption_sdk
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.exceptions import (
    AWSEncryptionSDKClientError,
    ConfigMismatchError,
    DecryptKeyError,
    GenerateKeyError,
    MasterKeyProviderError,
)
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.base import MasterKeyProviderConfig
from aws_encryption_sdk.key_providers.kms import (
    BaseKMSMasterKeyProvider,
    DiscoveryAwsKmsMasterKeyProvider,
    DiscoveryFilter,
    KMSMasterKey,
    KMSMasterKeyConfig,
    KMSMasterKeyProvider,
    MRKAwareDiscoveryAwsKmsMasterKeyProvider,
    MRKAwareStrictAwsKmsMasterKeyProvider,
    StrictAwsKmsMasterKeyProvider,
)
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider, WrappingKey
from test.emulation.faults import refused
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.server import EmulationServer
from test.emulation.settings import ACCOUNT, OTHER_REGION, REGION

CLIENT = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)


def test_basic(keys: KeyMaker) -> None:
    key_arn = keys.symmetric()
    kwargs: dict[str, Any] = {"key_ids": [key_arn], "botocore_session": botocore.session.Session()}
    master_key_provider = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(**kwargs)
    ciphertext, encryptor_header = CLIENT.encrypt(source=b"text", key_provider=master_key_provider)
    cycled_plaintext, decrypted_header = CLIENT.decrypt(source=ciphertext, key_provider=master_key_provider)
    assert cycled_plaintext == b"text"
    assert all(pair in decrypted_header.encryption_context.items() for pair in encryptor_header.encryption_context.items())


def test_streams(keys: KeyMaker) -> None:
    provider = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[keys.symmetric()])
    plaintext = b"0123456789" * 5000
    with CLIENT.stream(mode="e", source=io.BytesIO(plaintext), key_provider=provider) as encryptor:
        ciphertext = b"".join(encryptor)
    with CLIENT.stream(mode="d", source=io.BytesIO(ciphertext), key_provider=provider) as decryptor:
        assert b"".join(decryptor) == plaintext


def test_a_static_provider_beside_one_of_kms(keys: KeyMaker) -> None:
    class StaticProvider(RawMasterKeyProvider):
        """Has one key for everything."""

        provider_id = "static-random"

        def _get_raw_key(self, key_id: bytes) -> WrappingKey:
            return WrappingKey(WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING, b"s" * 32, EncryptionKeyType.SYMMETRIC)

    kms_provider = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[keys.symmetric()])
    static_provider = StaticProvider()
    static_provider.add_master_key(b"id")
    kms_provider.add_master_key_provider(static_provider)
    ciphertext, header = CLIENT.encrypt(source=b"text", key_provider=kms_provider)
    assert len(header.encrypted_data_keys) == 2
    for provider in (kms_provider, static_provider):
        assert CLIENT.decrypt(source=ciphertext, key_provider=provider)[0] == b"text"
    # The static key opens the message where AWS KMS has no part in it.
    other = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[keys.symmetric()])
    other.add_master_key_provider(static_provider)
    assert CLIENT.decrypt(source=ciphertext, key_provider=other)[0] == b"text"


def test_discovery_with_a_filter(keys: KeyMaker) -> None:
    writer = StrictAwsKmsMasterKeyProvider(key_ids=[keys.symmetric()])
    ciphertext, _ = CLIENT.encrypt(source=b"text", key_provider=writer)
    right = DiscoveryFilter(account_ids=[ACCOUNT], partition="aws")
    wrong = DiscoveryFilter(account_ids=["111122223333"], partition="aws")
    assert CLIENT.decrypt(source=ciphertext, key_provider=DiscoveryAwsKmsMasterKeyProvider(discovery_filter=right))[0]
    for kind in (DiscoveryAwsKmsMasterKeyProvider, MRKAwareDiscoveryAwsKmsMasterKeyProvider):
        with pytest.raises(MasterKeyProviderError) as caught:
            CLIENT.decrypt(source=ciphertext, key_provider=kind(discovery_filter=wrong))
        assert "not allowed by this Master Key Provider" in caught.value.args[0]
    with pytest.raises(MasterKeyProviderError):
        CLIENT.encrypt(source=b"text", key_provider=DiscoveryAwsKmsMasterKeyProvider())


def test_a_message_of_two_accounts_is_opened_with_the_one_that_the_filter_allows(keys: KeyMaker) -> None:
    arns = [keys.symmetric(account="111122223333"), keys.symmetric()]
    ciphertext, _ = CLIENT.encrypt(source=b"text", key_provider=StrictAwsKmsMasterKeyProvider(key_ids=arns))
    for account in (ACCOUNT, "111122223333"):
        reader = DiscoveryAwsKmsMasterKeyProvider(discovery_filter=DiscoveryFilter(account_ids=[account], partition="aws"))
        assert CLIENT.decrypt(source=ciphertext, key_provider=reader)[0] == b"text"


def test_multi_region_keys(keys: KeyMaker, sent: list[SentRequest]) -> None:
    here, there = keys.multi_region(REGION, OTHER_REGION)
    writer = MRKAwareStrictAwsKmsMasterKeyProvider(key_ids=[here])
    ciphertext, _ = CLIENT.encrypt(source=b"text", key_provider=writer)
    sent.clear()
    for reader in (
        MRKAwareStrictAwsKmsMasterKeyProvider(key_ids=[there]),
        MRKAwareDiscoveryAwsKmsMasterKeyProvider(discovery_region=OTHER_REGION),
        MRKAwareDiscoveryAwsKmsMasterKeyProvider(region_names=[OTHER_REGION]),
    ):
        assert CLIENT.decrypt(source=ciphertext, key_provider=reader)[0] == b"text"
    assert {(request.operation, request.region) for request in sent} == {("Decrypt", OTHER_REGION)}
    with pytest.raises(DecryptKeyError):
        CLIENT.decrypt(source=ciphertext, key_provider=StrictAwsKmsMasterKeyProvider(key_ids=[there]))


def test_the_command_line_interface_way(keys: KeyMaker, sent: list[SentRequest]) -> None:
    """A session with a user agent and a region of its own, keys, and further providers that are added to the first."""
    providers = []
    for arn in (keys.symmetric(), keys.symmetric(OTHER_REGION)):
        session = botocore.session.Session()
        session.set_config_variable("region", REGION)
        session.user_agent_extra = "aws-encryption-sdk-cli/x"
        kwargs: dict[str, Any] = {"key_ids": (arn,), "botocore_session": session, "region_names": ["us-east-1"]}
        providers.append(MRKAwareStrictAwsKmsMasterKeyProvider(**kwargs))
    for provider in providers[1:]:
        providers[0].add_master_key_provider(provider)
    ciphertext, header = CLIENT.encrypt(source=b"text", key_provider=providers[0], encryption_context={"a": "b"})
    assert len(header.encrypted_data_keys) == 2
    assert CLIENT.decrypt(source=ciphertext, key_provider=providers[1])[0] == b"text"
    used = [request for request in sent if request.encryption_context is not None]
    assert all("aws-encryption-sdk-cli/x" in request.user_agent for request in used)


def test_configuration_objects(keys: KeyMaker) -> None:
    config = aws_encryption_sdk.KMSMasterKeyProviderConfig(key_ids=[keys.symmetric()], grant_tokens=["a", "b"])
    provider = StrictAwsKmsMasterKeyProvider(config=config)
    assert provider.config is config
    ciphertext, _ = CLIENT.encrypt(source=b"text", key_provider=provider)
    assert CLIENT.decrypt(source=ciphertext, key_provider=provider)[0] == b"text"
    assert (config.grant_tokens, config.region_names, config.discovery_filter) == (("a", "b"), (), None)


def test_a_master_key_with_a_client(keys: KeyMaker) -> None:
    arn = keys.symmetric()
    client = boto3.client("kms", region_name=REGION)
    for key in (
        KMSMasterKey(key_id=arn, client=client, grant_tokens=[]),
        KMSMasterKey(config=KMSMasterKeyConfig(key_id=arn, client=client)),
        KMSMasterKey(key_id=arn),
    ):
        ciphertext, _ = CLIENT.encrypt(source=b"text", key_provider=key)
        assert CLIENT.decrypt(source=ciphertext, key_provider=key)[0] == b"text"
        provider = StrictAwsKmsMasterKeyProvider(key_ids=[keys.symmetric()])
        provider.add_master_key_provider(key)
        assert CLIENT.decrypt(source=ciphertext, key_provider=provider)[0] == b"text"


def test_the_provider_of_version_1(keys: KeyMaker) -> None:
    arn, other = keys.symmetric(), keys.symmetric()
    with pytest.warns(DeprecationWarning, match="KMSMasterKeyProvider"):
        writer = aws_encryption_sdk.KMSMasterKeyProvider(key_ids=[arn])
    with pytest.warns(DeprecationWarning, match="KMSMasterKeyProvider"):
        reader = KMSMasterKeyProvider()
    with pytest.warns(DeprecationWarning, match="KMSMasterKeyProvider"):
        stranger = KMSMasterKeyProvider(key_ids=[other])
    ciphertext, _ = aws_encryption_sdk.encrypt(source=b"text", key_provider=writer)
    for provider in (writer, reader, stranger):
        assert aws_encryption_sdk.decrypt(source=ciphertext, key_provider=provider)[0] == b"text"
    reader.add_master_key(arn)
    reader.add_regional_client(OTHER_REGION)
    assert aws_encryption_sdk.encrypt(source=b"text", key_provider=reader)[0]


def test_failures(keys: KeyMaker, emulation: EmulationServer) -> None:
    provider = StrictAwsKmsMasterKeyProvider(key_ids=[keys.symmetric()])
    ciphertext, _ = CLIENT.encrypt(source=b"text", key_provider=provider)
    with emulation.faults.plan(refused("AccessDeniedException")):
        with pytest.raises(GenerateKeyError) as on_encrypt:
            CLIENT.encrypt(source=b"text", key_provider=provider)
        with pytest.raises(DecryptKeyError) as on_decrypt:
            CLIENT.decrypt(source=ciphertext, key_provider=provider)
    for caught in (on_encrypt, on_decrypt):
        assert isinstance(caught.value, AWSEncryptionSDKClientError)
        assert "AccessDeniedException" in caught.value.args[0]
    with pytest.raises(ConfigMismatchError):
        StrictAwsKmsMasterKeyProvider()
    with pytest.raises(ConfigMismatchError):
        DiscoveryAwsKmsMasterKeyProvider(key_ids=[keys.symmetric()])


def test_providers_of_ones_own(keys: KeyMaker) -> None:
    class Config(MasterKeyProviderConfig):
        """Never calls its parent."""

        def __init__(self, **kwargs: Any) -> None:
            self.botocore_session = botocore.session.Session()
            self.key_ids = tuple(kwargs.pop("key_ids", ()))
            self.region_names = ()
            self.grant_tokens = ()
            self.discovery_filter = None
            self.discovery_region = None

    class TracingKey(KMSMasterKey):
        """Counts what it sends."""

        sent = 0

        def _decrypt_data_key(self, encrypted_data_key: Any, algorithm: Any, encryption_context: Any = None) -> Any:
            TracingKey.sent += 1
            return super()._decrypt_data_key(encrypted_data_key, algorithm, encryption_context)

        def _generate_data_key(self, algorithm: Any, encryption_context: Any = None) -> Any:
            request = self._build_generate_data_key_request(algorithm, encryption_context)
            assert request["KeyId"] == self._key_id
            assert self.config.client.meta.region_name == REGION
            assert self.config.grant_tokens == ()
            return super()._generate_data_key(algorithm, encryption_context)

    class TracingProvider(BaseKMSMasterKeyProvider):
        """Has its own kind of key, and no rules."""

        _config_class = Config
        master_key_class = TracingKey

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.vend_masterkey_on_decrypt = True

        def validate_config(self) -> None:
            """Accept all."""

    arn = keys.symmetric()
    ciphertext, _ = CLIENT.encrypt(source=b"text", key_provider=TracingProvider(key_ids=[arn]))
    assert CLIENT.decrypt(source=ciphertext, key_provider=TracingProvider())[0] == b"text"
    assert TracingKey.sent == 1


def test_partial_application_of_a_provider(keys: KeyMaker) -> None:
    make = functools.partial(StrictAwsKmsMasterKeyProvider, key_ids=[keys.symmetric()])
    ciphertext, _ = CLIENT.encrypt(source=b"text", key_provider=make())
    assert CLIENT.decrypt(source=ciphertext, key_provider=make())[0] == b"text"
