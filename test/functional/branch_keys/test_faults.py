"""What becomes of altered tables, of lost access, and of answers that a working service would not give."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.caches import LocalCryptoMaterialsCache
from aws_encryption_sdk.exceptions import (
    AWSEncryptionSDKClientError,
    BranchKeyTamperedError,
    BranchKeyVersionConflictError,
    DynamoDbRequestError,
    KmsDecryptKeyError,
    KmsRequestError,
    UnwrapDataKeyError,
    WrapDataKeyError,
)
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsHierarchicalKeyring
from test.emulation.faults import AMZ_JSON, Answer, Fault, garbled, refused
from test.emulation.requests import SentRequest
from test.functional.aws_kms.failing import causes_of
from test.functional.branch_keys.tables import Table
from test.unit.cache_materials import Clocks

CONTEXT = {"department": "admin"}
TTL = 600


def cancelled(*codes: str) -> Fault:
    """Cancel a transaction for these reasons."""
    reasons = [{"Code": code} for code in codes]
    body = {"__type": "TransactionCanceledException", "Message": f"cancelled {codes}", "CancellationReasons": reasons}

    def fault(answer: Callable[[], Answer]) -> Answer:
        return 400, AMZ_JSON, json.dumps(body).encode()

    return fault


@pytest.fixture
def mine(table: Table) -> Table:
    """Return a table with one branch key."""
    table.store().create_key("mine", CONTEXT)
    return table


def keyring_over(table: Table, **arguments: Any) -> AwsKmsHierarchicalKeyring:
    return AwsKmsHierarchicalKeyring(table.store(), branch_key_id="mine", **{"ttl_seconds": TTL, **arguments})


def cause_of(error: BaseException, kind: type[BaseException]) -> BaseException:
    """Return the cause of a kind; there has to be one."""
    [found, *_] = [cause for cause in causes_of(error) if isinstance(cause, kind)]
    return found


ALTERATIONS: dict[str, Callable[[dict[str, Any]], object]] = {
    "time": lambda item: item.update({"create-time": {"S": "2023-06-03T19:03:29.358Z"}}),
    "context": lambda item: item.update({"aws-crypto-ec:department": {"S": "other"}}),
    "added": lambda item: item.update(more={"S": "x"}),
    "removed": lambda item: item.pop("aws-crypto-ec:department"),
    "key": lambda item: item.update(enc={"B": item["enc"]["B"][:-1] + b"\0\0"}),
    "no key": lambda item: item.pop("enc"),
}


@pytest.mark.specification("framework/branch-key-store.md", "AWS KMS Branch Key Decryption")
@pytest.mark.parametrize("alter", ALTERATIONS.values(), ids=ALTERATIONS)
def test_altered_items(mine: Table, alter: Callable[[dict[str, Any]], object]) -> None:
    client, keyring = EncryptionSDKClient(), keyring_over(mine)
    message = client.encrypt(source=b"text", keyring=keyring).result
    [version] = mine.versions("mine")
    for item_type in ("branch:ACTIVE", f"branch:version:{version}", "beacon:ACTIVE"):
        item = mine.item("mine", item_type)
        alter(item)
        mine.write(item)
    store = mine.store()
    for call in (store.get_active_branch_key, store.get_beacon_key, store.version_key):
        with pytest.raises(BranchKeyTamperedError):
            call("mine")
    with pytest.raises(UnwrapDataKeyError) as unwrapping:
        client.decrypt(source=message, keyring=keyring)
    assert cause_of(unwrapping.value, BranchKeyTamperedError)
    with pytest.raises(WrapDataKeyError) as wrapping:
        client.encrypt(source=b"text", keyring=keyring_over(mine))
    assert cause_of(wrapping.value, BranchKeyTamperedError)


def test_another_logical_name(mine: Table) -> None:
    other = mine.store("another name")
    for call in (other.get_active_branch_key, other.get_beacon_key, other.version_key):
        with pytest.raises(BranchKeyTamperedError, match="another logical name"):
            call("mine")
    assert len(mine.versions("mine")) == 1


def test_a_table_restored_under_another_name(mine: Table, keys: Any) -> None:
    restored = Table(mine.emulation, mine.key_arn)
    for item_type in ("branch:ACTIVE", "beacon:ACTIVE"):
        restored.write(mine.item("mine", item_type))
    assert restored.store().get_active_branch_key("mine").branch_key == mine.store().get_active_branch_key("mine").branch_key


class TestTransactions:
    @pytest.mark.parametrize(
        ("fault", "kind"),
        [
            (cancelled("None", "ConditionalCheckFailed"), BranchKeyVersionConflictError),
            (cancelled("None", "TransactionConflict"), BranchKeyVersionConflictError),
            (cancelled("ThrottlingError", "None"), DynamoDbRequestError),
            (refused("TransactionInProgressException"), DynamoDbRequestError),
            (refused("ProvisionedThroughputExceededException"), DynamoDbRequestError),
            (refused("InternalServerError", status=500), DynamoDbRequestError),
            (garbled(status=503), DynamoDbRequestError),
        ],
        ids=["condition", "conflict", "throttled", "in progress", "capacity", "internal", "garbled"],
    )
    def test_nothing_is_written(self, mine: Table, fault: Fault, kind: type[Exception]) -> None:
        before = mine.item("mine", "branch:ACTIVE")
        with mine.emulation.faults.plan(fault, operation="TransactWriteItems"):
            with pytest.raises(kind):
                mine.store().version_key("mine")
            with pytest.raises(AWSEncryptionSDKClientError):
                mine.store().create_key()
        assert mine.item("mine", "branch:ACTIVE") == before
        assert len(mine.versions("mine")) == 1
        mine.store().version_key("mine")
        assert len(mine.versions("mine")) == 2


class TestLostAccess:
    def test_inside_and_after_the_grace_period(self, mine: Table, clocks: Clocks) -> None:
        client, keyring = EncryptionSDKClient(), keyring_over(mine)
        message = client.encrypt(source=b"text", keyring=keyring).result
        client.decrypt(source=message, keyring=keyring)
        with mine.emulation.faults.plan(refused("AccessDeniedException"), operation="Decrypt") as denied:
            clocks.advance(TTL - 60)
            assert client.decrypt(source=message, keyring=keyring).result == b"text"
            assert denied.hits == 0
            clocks.advance(55)
            for _ in range(3):
                client.encrypt(source=b"text", keyring=keyring)
                assert client.decrypt(source=message, keyring=keyring).result == b"text"
            assert denied.hits == 2
            clocks.advance(6)
            with pytest.raises(WrapDataKeyError, match="allow kms:Decrypt") as wrapping:
                client.encrypt(source=b"text", keyring=keyring)
            assert cause_of(wrapping.value, KmsDecryptKeyError)
            with pytest.raises(UnwrapDataKeyError, match="allow kms:Decrypt"):
                client.decrypt(source=message, keyring=keyring)
        clocks.advance(1)
        client.encrypt(source=b"text", keyring=keyring)
        assert client.decrypt(source=message, keyring=keyring).result == b"text"

    @pytest.mark.parametrize(
        ("operation", "code", "kind"),
        [
            ("Decrypt", "ThrottlingException", KmsRequestError),
            ("Decrypt", "DisabledException", KmsRequestError),
            ("Decrypt", "KMSInternalException", KmsRequestError),
            ("GetItem", "ProvisionedThroughputExceededException", DynamoDbRequestError),
            ("GetItem", "ThrottlingException", DynamoDbRequestError),
            ("GetItem", "ResourceNotFoundException", DynamoDbRequestError),
        ],
    )
    def test_refusals_and_throttling(self, mine: Table, operation: str, code: str, kind: type[Exception]) -> None:
        client, keyring = EncryptionSDKClient(), keyring_over(mine, cache=LocalCryptoMaterialsCache(10))
        plan = mine.emulation.faults.plan
        with plan(refused(code), operation=operation, times=1), pytest.raises(WrapDataKeyError, match=code) as wrapping:
            client.encrypt(source=b"text", keyring=keyring)
        assert cause_of(wrapping.value, kind)
        message = client.encrypt(source=b"text", keyring=keyring).result
        with plan(refused(code), operation=operation, times=1), pytest.raises(UnwrapDataKeyError, match=code) as unwrapping:
            client.decrypt(source=message, keyring=keyring)
        assert cause_of(unwrapping.value, kind)
        assert client.decrypt(source=message, keyring=keyring).result == b"text"

    def test_throttling_that_retries_get_over(self, mine: Table, sent: list[SentRequest]) -> None:
        kms = mine.client("kms", retries={"total_max_attempts": 2, "mode": "standard"})
        with mine.emulation.faults.plan(refused("ThrottlingException"), operation="Decrypt", times=1) as throttled:
            assert mine.store(kms=kms).get_active_branch_key("mine")
        assert throttled.hits == 1
        assert [request.operation for request in sent if request.service == "kms"] == ["Decrypt", "Decrypt"]
