"""Every request that is sent is the one that is expected: operation, Region, key, encryption context, grant tokens."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.session import Session

from aws_encryption_sdk import CryptoResult, EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, DecryptKeyError
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsDiscoveryKeyring,
    AwsKmsDiscoveryMultiKeyring,
    AwsKmsKeyring,
    AwsKmsMrkDiscoveryKeyring,
    AwsKmsMrkDiscoveryMultiKeyring,
    AwsKmsMrkKeyring,
    AwsKmsMultiKeyring,
    AwsKmsStrictKeyring,
    DiscoveryFilter,
)
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import (
    AllowRegionsClientSupplier,
    DefaultClientSupplier,
    DenyRegionsClientSupplier,
)
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo
from test.emulation.clients import EmulationClientSupplier
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.server import EmulationServer
from test.emulation.settings import ACCOUNT, OTHER_REGION, REGION
from test.functional.aws_kms.kinds import GRANT_TOKENS, UNSIGNED, Asked, Kind
from test.functional.aws_kms.shared_keys import SharedKeys

pytestmark = [
    pytest.mark.specification("framework/aws-kms/aws-kms-keyring.md", "OnEncrypt", "OnDecrypt"),
    pytest.mark.specification("framework/aws-kms/aws-kms-mrk-keyring.md", "OnEncrypt", "OnDecrypt"),
    pytest.mark.specification("framework/aws-kms/aws-kms-discovery-keyring.md", "OnDecrypt"),
    pytest.mark.specification("framework/aws-kms/aws-kms-mrk-discovery-keyring.md", "OnDecrypt"),
]

CONTEXT = {"purpose": "test"}
OTHER_ACCOUNT = "210987654321"


def asked(sent: list[SentRequest]) -> list[Asked]:
    """Return what was asked, and forget it."""
    requests = [Asked(request.operation, request.region, request.key_id or "") for request in sent]
    sent.clear()
    return requests


def encrypt(keyring: Keyring, **arguments: object) -> CryptoResult:
    """Return a message."""
    message: CryptoResult = EncryptionSDKClient().encrypt(
        source=b"text", keyring=keyring, encryption_context=CONTEXT, **arguments
    )
    return message


def decrypt(message: CryptoResult, keyring: Keyring) -> bytes:
    """Return the plaintext of a message."""
    plaintext: bytes = EncryptionSDKClient().decrypt(source=message.result, keyring=keyring).result
    return plaintext


class TestWhatIsSent:
    """Requests of every kind of keyring."""

    def test_all_that_counts(
        self, kind: Kind, shared: SharedKeys, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        encrypting, decrypting = kind.encrypting(shared, supplier), kind.decrypting(shared, supplier)
        sent.clear()
        message = encrypt(encrypting, algorithm=kind.suite)
        decrypt(message, decrypting)
        requests = list(sent)
        assert asked(sent) == kind.asked_to_encrypt(shared) + kind.asked_to_decrypt(shared)
        # What is bound to the data key is the whole context of the message: the caller's pairs, and the signature's key.
        expected_context = message.header.encryption_context if kind.sends_context else None
        for request in requests:
            assert request.service == "kms"
            assert request.grant_tokens == GRANT_TOKENS
            assert request.encryption_context == expected_context

    def test_no_request_without_a_message(
        self, kind: Kind, shared: SharedKeys, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        """A symmetric keyring is made without asking anybody."""
        keyrings = [make(shared, supplier) for make in (kind.encrypting, kind.decrypting)]
        assert all(repr(keyring) for keyring in keyrings)
        if kind.sends_context:
            assert sent == []

    def test_absent_is_not_sent(
        self, shared: SharedKeys, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        keyring = AwsKmsStrictKeyring(shared.key, supplier(REGION))
        message = EncryptionSDKClient().encrypt(source=b"", keyring=keyring, algorithm=UNSIGNED)
        decrypt(message, keyring)
        assert [sorted(request.parameters) for request in sent] == [
            ["KeyId", "NumberOfBytes"],
            ["CiphertextBlob", "KeyId"],
        ]

    @pytest.mark.parametrize(
        ("name", "length"), [("AES_128_GCM_IV12_TAG16", 16), ("AES_192_GCM_IV12_TAG16_HKDF_SHA256", 24)]
    )
    def test_length_of_the_data_key(
        self, name: str, length: int, shared: SharedKeys, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        client = EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
        client.encrypt(source=b"", keyring=AwsKmsStrictKeyring(shared.key, supplier(REGION)), algorithm=AlgorithmSuite[name])
        (request,) = sent
        assert request.parameters["NumberOfBytes"] == length

    def test_the_same_data_key_is_wrapped_by_all_in_the_configured_order(
        self, keys: KeyMaker, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        arns = [keys.symmetric(region) for region in (REGION, OTHER_REGION, REGION, OTHER_REGION, REGION)]
        sent.clear()
        keyring = AwsKmsMultiKeyring(arns[0], arns[1:], supplier, parallel_wraps=4)
        message = encrypt(keyring)
        assert [edk.key_provider.key_info.decode() for edk in message.header.encrypted_data_keys] == arns
        assert {edk.key_provider.provider_id for edk in message.header.encrypted_data_keys} == {"aws-kms"}
        generated, *wrapped = sent
        assert generated.key_id == arns[0]
        assert sorted(request.key_id or "" for request in wrapped) == sorted(arns[1:])
        assert len({request.blob("Plaintext") for request in wrapped}) == 1
        for arn in arns:
            assert decrypt(message, AwsKmsStrictKeyring(arn, supplier(arn.split(":")[3]))) == b"text"


class TestWhatIsNotAsked:
    """A message whose encrypted data keys are not this keyring's makes no call at all."""

    @pytest.fixture
    def message(self, shared: SharedKeys, supplier: EmulationClientSupplier) -> CryptoResult:
        return encrypt(AwsKmsMultiKeyring(shared.key, [shared.primary], supplier))

    @pytest.mark.parametrize(
        ("accounts", "partition"),
        [([OTHER_ACCOUNT], "aws"), ([ACCOUNT], "aws-cn"), ([OTHER_ACCOUNT, "111111111111"], "aws-us-gov")],
    )
    def test_outside_the_discovery_filter(
        self,
        accounts: list[str],
        partition: str,
        message: CryptoResult,
        supplier: EmulationClientSupplier,
        sent: list[SentRequest],
    ) -> None:
        other = DiscoveryFilter(account_ids=accounts, partition=partition)
        sent.clear()
        for keyring in (
            AwsKmsDiscoveryKeyring(supplier(REGION), other),
            AwsKmsDiscoveryMultiKeyring([REGION, OTHER_REGION], other, supplier),
            AwsKmsMrkDiscoveryKeyring(supplier(REGION), REGION, other),
            AwsKmsMrkDiscoveryKeyring(supplier(OTHER_REGION), OTHER_REGION, other),
        ):
            with pytest.raises(DecryptKeyError, match="discovery filter"):
                decrypt(message, keyring)
        assert sent == []

    def test_another_key(
        self, message: CryptoResult, shared: SharedKeys, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        sent.clear()
        for keyring in (
            AwsKmsStrictKeyring(shared.further, supplier(OTHER_REGION)),
            AwsKmsStrictKeyring(shared.alias, supplier(REGION)),
            AwsKmsStrictKeyring(shared.key.rpartition("/")[2], supplier(REGION)),
            AwsKmsMrkKeyring(shared.further, supplier(OTHER_REGION)),
            AwsKmsMultiKeyring(shared.further, [shared.further], supplier),
            AwsKmsKeyring(supplier, generator_key_id=shared.further),
        ):
            with pytest.raises(DecryptKeyError):
                decrypt(message, keyring)
        assert sent == []

    def test_single_region_key_of_another_region(
        self, shared: SharedKeys, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        message = encrypt(AwsKmsStrictKeyring(shared.key, supplier(REGION)))
        sent.clear()
        with pytest.raises(DecryptKeyError, match="region"):
            decrypt(message, AwsKmsMrkDiscoveryKeyring(supplier(OTHER_REGION), OTHER_REGION))
        assert sent == []

    def test_multi_region_key_in_a_plain_keyring_for_another_region(
        self, shared: SharedKeys, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        """It is legal, and the message says which keyring would have worked."""
        message = encrypt(AwsKmsStrictKeyring(shared.primary, supplier(REGION)))
        sent.clear()
        with pytest.raises(DecryptKeyError, match="AwsKmsMrkKeyring"):
            decrypt(message, AwsKmsStrictKeyring(shared.replica, supplier(OTHER_REGION)))
        assert sent == []

    def test_regions_that_the_supplier_refuses(
        self, message: CryptoResult, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        sent.clear()
        for refusing in (
            AllowRegionsClientSupplier([OTHER_REGION], supplier),
            DenyRegionsClientSupplier([REGION, "eu-west-1"], supplier),
        ):
            with pytest.raises(DecryptKeyError, match=REGION):
                decrypt(message, AwsKmsKeyring(refusing, is_discovery=True))
        assert sent == []

    @pytest.mark.parametrize("offset", [0, 4, 8, 40])
    def test_provider_info_that_is_no_key_arn(
        self, offset: int, message: CryptoResult, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        first, *others = message.header.encrypted_data_keys
        info = first.key_provider.key_info
        broken = info[:offset] + b":" + info[offset + 1 :]
        changed = message.result.replace(info, broken, 1)
        assert changed != message.result
        assert others
        sent.clear()
        for keyring in (AwsKmsDiscoveryKeyring(supplier(REGION)), AwsKmsMrkDiscoveryKeyring(supplier(REGION), REGION)):
            with pytest.raises(AWSEncryptionSDKClientError):
                EncryptionSDKClient().decrypt(source=changed, keyring=keyring)
        assert sent == []


class TestRegionsFromMessages:
    """Nobody has authenticated the Region in a message when a client is made for it.

    Whatever stands there, the signed request goes to no host but those of AWS, or the endpoint that the caller configured.
    """

    @pytest.mark.parametrize(
        "region",
        [
            "evil.example",
            "us-west-2.evil",
            "evil/",
            "evil#",
            "evil?",
            "u@evil",
            "evil\\",
            "-",
            "us west",
            "größe",
            "a" * 64,
            "\n",
            "us-west-2\n",
            "us-west-2\r\nx",
        ],
    )
    def test_what_is_no_name_of_a_region(self, region: str, emulation: EmulationServer, sent: list[SentRequest]) -> None:
        hosts: list[str] = []
        session: Any = Session()
        session.register("before-send", lambda request, **_: hosts.append(request.url))
        keyring = AwsKmsKeyring(DefaultClientSupplier(session), is_discovery=True)
        info = MasterKeyInfo("aws-kms", f"arn:aws:kms:{region}:{ACCOUNT}:key/1234abcd")
        materials = DecryptionMaterials(algorithm=UNSIGNED, encryption_context={})
        with pytest.raises(DecryptKeyError, match="is not the name of an AWS region"):
            keyring.on_decrypt(materials, [EncryptedDataKey(info, b"blob")])
        assert hosts == []
        assert sent == []


class TestOrder:
    """Encrypted data keys are tried one after the other, until one opens."""

    def test_first_that_opens_ends_it(
        self, keys: KeyMaker, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        arns = [keys.symmetric() for _ in range(3)]
        message = encrypt(AwsKmsMultiKeyring(arns[0], arns[1:], supplier))
        keys.client().disable_key(KeyId=arns[0])
        sent.clear()
        assert decrypt(message, AwsKmsDiscoveryKeyring(supplier(REGION))) == b"text"
        assert asked(sent) == [Asked("Decrypt", REGION, arns[0]), Asked("Decrypt", REGION, arns[1])]

    def test_regions_in_the_order_given(
        self, shared: SharedKeys, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        message = encrypt(AwsKmsMrkKeyring(shared.primary, supplier(REGION)))
        sent.clear()
        for regions in ([REGION, OTHER_REGION], [OTHER_REGION, REGION]):
            decrypt(message, AwsKmsMrkDiscoveryMultiKeyring(regions, None, supplier))
            ((_, region, _),) = asked(sent)
            assert region == regions[0]


class TestAccounts:
    """Keys of another account."""

    def test_filter_lets_the_named_account_through(
        self, keys: KeyMaker, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        own, foreign = keys.symmetric(), keys.symmetric(account=OTHER_ACCOUNT)
        message = encrypt(AwsKmsMultiKeyring(own, [foreign], supplier))
        sent.clear()
        keyring = AwsKmsDiscoveryKeyring(supplier(REGION), DiscoveryFilter(account_ids=[OTHER_ACCOUNT], partition="aws"))
        assert decrypt(message, keyring) == b"text"
        assert asked(sent) == [Asked("Decrypt", REGION, foreign)]
