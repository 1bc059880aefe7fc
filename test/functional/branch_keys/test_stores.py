"""Branch key stores over tables and keys of every kind, and the clients that they make."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.branch_keys import BranchKeyStore, Discovery, KmsConfiguration, KmsKeyArn, KmsMRKeyArn, MRDiscovery
from aws_encryption_sdk.exceptions import BranchKeyStoreError, DynamoDbRequestError, KmsDecryptKeyError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsHierarchicalKeyring
from test.emulation.clients import READS_ENDPOINT_FROM_ENVIRONMENT
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.settings import OTHER_REGION, REGION
from test.functional.branch_keys.tables import NAME, Table

CONTEXT = {"department": "admin", "größe": "groß"}
#: The benchmark of branch keys has a hundred.
TENANTS = 15
SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY


@pytest.mark.specification("framework/branch-key-store.md", "CreateKeyStore", "KeySchema")
def test_the_table(table: Table) -> None:
    arn = table.store().create_key_store()
    described = table.ddb.describe_table(TableName=table.name)["Table"]
    assert arn == described["TableArn"]
    assert {key["AttributeName"]: key["KeyType"] for key in described["KeySchema"]} == {
        "branch-key-id": "HASH",
        "type": "RANGE",
    }
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_a_table_with_other_keys(table: Table) -> None:
    table.name += "-other"
    table.ddb.create_table(
        TableName=table.name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    with pytest.raises(BranchKeyStoreError, match="Use another table"):
        table.store().create_key_store()


def test_no_table(table: Table) -> None:
    table.name += "-missing"
    with pytest.raises(DynamoDbRequestError, match="there is no such table") as caught:
        table.store().get_active_branch_key("mine")
    assert caught.value.code == "ResourceNotFoundException"


@pytest.mark.specification(
    "framework/branch-key-store.md", "AWS Key ARN Compatibility", "MRDiscovery", "AWS KMS Branch Key Decryption"
)
def test_a_multi_region_key_in_every_configuration(table: Table, keys: KeyMaker) -> None:
    primary, replica = keys.multi_region(REGION, OTHER_REGION)
    table.key_arn = primary
    table.store().create_key("mine", CONTEXT)
    expected = table.store().get_active_branch_key("mine").branch_key
    far = table.client("kms", OTHER_REGION)
    readers: list[tuple[KmsConfiguration, object]] = [
        (KmsMRKeyArn(primary), table.kms),
        (KmsMRKeyArn(replica), far),
        (Discovery(), table.kms),
        (MRDiscovery(OTHER_REGION), far),
        (MRDiscovery(REGION), table.kms),
    ]
    for configuration, kms in readers:
        assert table.store(configuration=configuration, kms=kms).get_active_branch_key("mine").branch_key == expected
    with pytest.raises(KmsDecryptKeyError):
        table.store(configuration=Discovery(), kms=far).get_active_branch_key("mine")
    table.store(configuration=KmsMRKeyArn(replica), kms=far).version_key("mine")
    assert table.item("mine", "branch:ACTIVE")["kms-arn"] == {"S": primary}
    active = table.store().get_active_branch_key("mine")
    assert active.branch_key != expected
    assert active.encryption_context == CONTEXT


@pytest.mark.specification("framework/branch-key-store.md", "DynamoDb Client", "KMS Client")
@pytest.mark.skipif(not READS_ENDPOINT_FROM_ENVIRONMENT, reason="this boto3 knows no endpoint from the environment")
@pytest.mark.parametrize("configuration", ["key", "MRK", "discovery", "MRK discovery"])
def test_clients_of_its_own(configuration: str, keys: KeyMaker, sent: list[SentRequest]) -> None:
    key, primary, _ = keys.symmetric(OTHER_REGION), *keys.multi_region(REGION, OTHER_REGION)
    writing: KmsConfiguration = KmsKeyArn(key) if configuration != "MRK" else KmsMRKeyArn(primary)
    reading: KmsConfiguration = {
        "key": writing,
        "MRK": writing,
        "discovery": Discovery(),
        "MRK discovery": MRDiscovery(OTHER_REGION),
    }[configuration]
    region = {"key": OTHER_REGION, "MRK": REGION, "discovery": REGION, "MRK discovery": OTHER_REGION}[configuration]
    if configuration == "discovery":
        writing = KmsKeyArn(keys.symmetric())
    name = f"own-clients-{configuration.replace(' ', '-')}"
    made = BranchKeyStore(name, writing, NAME)
    made.create_key_store()
    made.create_key("mine", CONTEXT)
    sent.clear()
    BranchKeyStore(name, reading, NAME).get_active_branch_key("mine")
    assert [(request.operation, request.region) for request in sent] == [("GetItem", region), ("Decrypt", region)]
    assert all("aws-kms-hierarchy" in request.user_agent.split() for request in sent)


def test_many_messages_of_few_tenants(table: Table, sent: list[SentRequest]) -> None:
    store = table.store()
    ids = {str(tenant): store.create_key() for tenant in range(TENANTS)}
    keyring = AwsKmsHierarchicalKeyring(
        store, branch_key_id_supplier=lambda context: ids[context["tenant"]], ttl_seconds=600
    )
    client, plaintext = EncryptionSDKClient(), bytes(1024)
    sent.clear()
    messages = [
        client.encrypt(
            source=plaintext, keyring=keyring, encryption_context={"tenant": str(number % TENANTS)}, algorithm=SUITE
        ).result
        for number in range(100 * TENANTS)
    ]
    assert [request.operation for request in sent if request.service == "kms"] == ["Decrypt"] * TENANTS
    assert [request.operation for request in sent if request.service == "dynamodb"] == ["GetItem"] * TENANTS
    sent.clear()
    for message in messages:
        assert client.decrypt(source=message, keyring=keyring).result == plaintext
    assert len(sent) == 2 * TENANTS


def test_sixty_four_threads_and_a_cold_entry(table: Table, sent: list[SentRequest]) -> None:
    store = table.store()
    store.create_key("mine", CONTEXT)
    keyring = AwsKmsHierarchicalKeyring(store, branch_key_id="mine", ttl_seconds=600)
    client, together = EncryptionSDKClient(), Barrier(64)
    sent.clear()

    def encrypt() -> None:
        together.wait(60)
        client.encrypt(source=b"text", keyring=keyring, algorithm=SUITE)

    with ThreadPoolExecutor(64) as threads:
        for future in [threads.submit(encrypt) for _ in range(64)]:
            future.result(60)
    # One, unless a thread had to wait for the machine longer than the grace interval of a second.
    assert [request.operation for request in sent].count("Decrypt") <= 20
