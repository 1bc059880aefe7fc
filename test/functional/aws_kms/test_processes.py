"""Keyrings and client suppliers in forked and in spawned processes."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsKeyring,
    AwsKmsStrictKeyring,
)
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import (
    CachingClientSupplier,
    KMSClient,
)
from aws_encryption_sdk.keyrings.base import Keyring
from test.emulation.clients import READS_ENDPOINT_FROM_ENVIRONMENT, EmulationClientSupplier
from test.emulation.settings import REGION
from test.functional.aws_kms.portable import CountingSupplier, keyrings, round_trip
from test.functional.aws_kms.shared_keys import SharedKeys

WAIT = 60
# Python 3.12 and newer warn of every fork where there are threads; the emulation's server is one.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


@dataclass
class BlockingSupplier:
    """A client supplier that keeps the first process waiting."""

    supplier: EmulationClientSupplier
    first_process: int
    entered: threading.Event
    released: threading.Event

    def __call__(self, region_name: str | None) -> KMSClient:
        if os.getpid() == self.first_process:
            self.entered.set()
            self.released.wait(WAIT)
        return self.supplier(region_name)


def in_child(method: str, work: Callable[..., Any], *arguments: Any) -> Any:
    """Return what ``work`` returns in a process of its own."""
    context: Any = multiprocessing.get_context(method)
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(sending, work, arguments))
    process.start()
    sending.close()
    try:
        assert receiving.poll(WAIT), "the child gave no answer"
        answer = receiving.recv()
    finally:
        process.join(WAIT)
        if process.is_alive():
            process.kill()
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _report(connection: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        answer = work(*arguments)
    except BaseException as error:
        answer = error
    connection.send(answer)


class TestChildren:
    """The same keyring in a forked process, and in a spawned one."""

    @pytest.mark.parametrize("method", ["fork", "spawn"])
    def test_every_keyring(self, method: str, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
        pairs = list(keyrings(shared, supplier).values())
        letters = [round_trip(pair) for pair in pairs]
        answers = in_child(method, _round_trips, pairs, letters)
        for pair, answer in zip(pairs, answers, strict=True):
            round_trip(pair, answer)

    def test_forked_child_makes_clients_of_its_own(self, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
        counting = CachingClientSupplier(CountingSupplier(supplier))
        keyring = AwsKmsKeyring(counting, generator_key_id=shared.key)
        round_trip((keyring, keyring), round_trip((keyring, keyring)))
        asked_by = in_child("fork", _who_asked, keyring, counting)
        assert asked_by[0] == os.getpid()
        assert len(asked_by) == 2
        assert asked_by[1] != os.getpid()

    def test_forked_while_another_thread_makes_a_client(self, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
        """A lock that is held at that moment stays locked in the child for ever."""
        entered, released = threading.Event(), threading.Event()
        blocking = BlockingSupplier(supplier, os.getpid(), entered, released)
        keyring = AwsKmsKeyring(blocking, is_discovery=True)
        letter = round_trip((AwsKmsStrictKeyring(shared.key, supplier(REGION)),) * 2)
        thread = threading.Thread(target=_open, args=(keyring, letter))
        thread.start()
        try:
            assert entered.wait(WAIT)
            assert in_child("fork", _open, keyring, letter) == b"letter"
        finally:
            released.set()
            thread.join(WAIT)

    @pytest.mark.skipif(not READS_ENDPOINT_FROM_ENVIRONMENT, reason="this boto3 does not know AWS_ENDPOINT_URL_KMS")
    @pytest.mark.parametrize("method", ["fork", "spawn"])
    def test_default_client_supplier(self, method: str, shared: SharedKeys) -> None:
        keyring = AwsKmsKeyring(generator_key_id=shared.key)
        letter = round_trip((keyring, keyring))
        (answer,) = in_child(method, _round_trips, [(keyring, keyring)], [letter])
        round_trip((keyring, keyring), answer)


def _round_trips(pairs: list[tuple[Keyring, Keyring]], letters: list[bytes]) -> list[bytes]:
    return [round_trip(pair, letter) for pair, letter in zip(pairs, letters, strict=True)]


def _who_asked(keyring: Keyring, counting: CachingClientSupplier) -> list[int]:
    round_trip((keyring, keyring), round_trip((keyring, keyring)))
    supplier: Any = counting.client_supplier
    asked_by: list[int] = supplier.asked_by
    return asked_by


def _open(keyring: Keyring, letter: bytes) -> bytes:
    plaintext: bytes = EncryptionSDKClient().decrypt(source=letter, keyring=keyring).result
    return plaintext
