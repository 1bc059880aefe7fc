"""Rotation under load, and races between rotations."""

from __future__ import annotations

import random
import uuid
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Semaphore
from typing import Any

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.branch_keys import BranchKeyStore
from aws_encryption_sdk.caches import EntryCache, StormTrackingCryptoMaterialsCache, SynchronizedLocalCryptoMaterialsCache
from aws_encryption_sdk.exceptions import BranchKeyVersionConflictError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsHierarchicalKeyring
from test.emulation.requests import SentRequest
from test.functional.branch_keys.tables import Table
from test.unit.cache_materials import Clocks

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"tenant": "one"}
TTL = 600
THREADS = 8
ROTATIONS = 20
CACHES = {"storm tracking": StormTrackingCryptoMaterialsCache, "multi-threaded": SynchronizedLocalCryptoMaterialsCache}


class Load:
    """Threads that encrypt and decrypt through keyrings over one cache, until they are told to stop."""

    def __init__(self, store: BranchKeyStore, cache: EntryCache) -> None:
        self._client = EncryptionSDKClient()
        self._keyrings = [
            AwsKmsHierarchicalKeyring(store, branch_key_id="mine", ttl_seconds=TTL, cache=cache, partition_id="shared")
            for _ in range(THREADS)
        ]
        self._recent: deque[bytes] = deque(maxlen=50)
        #: Held once by each thread that works.
        self._working = Semaphore(THREADS)
        self.stopped = Event()

    def version_now(self) -> str:
        """Return the version that a message is encrypted under."""
        message = self._encrypt(self._keyrings[0])
        [key] = message.header.encrypted_data_keys
        return str(uuid.UUID(bytes=key.encrypted_data_key[28:44]))

    def work(self, thread: int) -> int:
        """Encrypt and decrypt; return how many messages were decrypted."""
        keyring, opened = self._keyrings[thread], 0
        # The pause leaves the processor to the rotations.
        while not self.stopped.wait(0.002):
            with self._working:
                self._encrypt(keyring)
                message = random.choice(list(self._recent))
                assert self._client.decrypt(source=message, keyring=keyring).result == b"text"
            opened += 1
        return opened

    def advance(self, clocks: Clocks) -> None:
        """Let a time-to-live elapse while no thread waits: it would take itself for one that has waited for so long."""
        for _ in range(THREADS):
            self._working.acquire()
        clocks.advance(TTL)
        self._working.release(THREADS)

    def _encrypt(self, keyring: AwsKmsHierarchicalKeyring) -> Any:
        message = self._client.encrypt(source=b"text", keyring=keyring, encryption_context=CONTEXT, algorithm=SUITE)
        self._recent.append(message.result)
        return message


@pytest.mark.parametrize("make", CACHES.values(), ids=CACHES)
def test_rotation_under_load(make: Any, table: Table, clocks: Clocks, sent: list[SentRequest]) -> None:
    store = table.store()
    store.create_key("mine", CONTEXT)
    load = Load(store, make(100))
    assert load.version_now() == table.versions("mine")[0]
    sent.clear()
    with ThreadPoolExecutor(THREADS) as threads:
        workers = [threads.submit(load.work, thread) for thread in range(THREADS)]
        try:
            for number in range(1, ROTATIONS + 1):
                before = table.versions("mine")[-1]
                store.version_key("mine")
                assert load.version_now() == before
                load.advance(clocks)
                assert load.version_now() == table.versions("mine")[number]
        finally:
            load.stopped.set()
        assert all(worker.result(60) > 0 for worker in workers)
    assert len(table.versions("mine")) == ROTATIONS + 1
    check_requests(sent)


def check_requests(sent: list[SentRequest]) -> None:
    """Each entry is asked for once in its time-to-live; once more where that ended in the middle of a request."""
    read = Counter(request.parameters["Key"]["type"]["S"] for request in sent if request.operation == "GetItem")
    periods = ROTATIONS + 1
    assert read.pop("branch:ACTIVE") <= ROTATIONS + 2 * periods
    assert len(read) <= periods
    assert all(count <= 2 * periods for count in read.values())
    operations = Counter(request.operation for request in sent if request.service == "kms")
    assert operations["Decrypt"] <= 2 * periods + read.total()
    # Authenticating the active key, and making the next one.
    assert operations["ReEncrypt"] == 2 * ROTATIONS
    assert operations["GenerateDataKeyWithoutPlaintext"] == ROTATIONS


def meeting(table: Table, barrier: Barrier) -> BranchKeyStore:
    """Return a store that waits for others before it writes."""

    def wait(**_event: object) -> None:
        barrier.wait(30)

    ddb = table.client("dynamodb")
    ddb.meta.events.register("before-call.dynamodb.TransactWriteItems", wait)
    return table.store(ddb=ddb)


@pytest.mark.specification("framework/branch-key-store.md", "Writing Branch Key and Beacon Key to Keystore", "VersionKey")
@pytest.mark.parametrize("number", [2, 5])
def test_of_rotations_at_the_same_time_one_wins(number: int, table: Table) -> None:
    table.store().create_key("mine", CONTEXT)
    first = table.store().get_active_branch_key("mine")
    barrier = Barrier(number)
    stores = [meeting(table, barrier) for _ in range(number)]
    with ThreadPoolExecutor(number) as threads:
        futures = [threads.submit(store.version_key, "mine") for store in stores]
        outcomes = [future.exception(60) for future in futures]
    assert outcomes.count(None) == 1
    lost = [outcome for outcome in outcomes if outcome is not None]
    assert {type(outcome) for outcome in lost} == {BranchKeyVersionConflictError}
    assert all("nothing was written. Call version_key again" in str(outcome) for outcome in lost)
    assert all(outcome.__cause__ is not None for outcome in lost)
    assert len(table.versions("mine")) == 2
    active = table.store().get_active_branch_key("mine")
    assert active.branch_key_version == table.versions("mine")[1]
    assert table.store().get_branch_key_version("mine", first.branch_key_version).branch_key == first.branch_key


@pytest.mark.specification("framework/branch-key-store.md", "Writing Branch Key and Beacon Key to Keystore", "VersionKey")
def test_of_two_that_make_the_same_branch_key_one_wins(table: Table) -> None:
    barrier = Barrier(2)
    stores = [meeting(table, barrier) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        futures = [threads.submit(store.create_key, "mine", CONTEXT) for store in stores]
        outcomes = [type(future.exception(60)).__name__ for future in futures]
    assert sorted(outcomes) == ["BranchKeyExistsError", "NoneType"]
    assert len(table.versions("mine")) == 1
