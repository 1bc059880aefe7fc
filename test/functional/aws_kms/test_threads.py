"""Sixteen threads share one keyring of each kind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.keyrings.base import Keyring
from test.emulation.clients import EmulationClientSupplier
from test.emulation.server import EmulationServer
from test.functional.aws_kms.kinds import UNSIGNED, Kind, SharedKeys

THREADS = 16
MESSAGES = 1_000


@pytest.mark.parametrize("in_process", [True, False])
def test_a_thousand_messages(kind: Kind, shared: SharedKeys, emulation: EmulationServer, in_process: bool) -> None:
    supplier = EmulationClientSupplier(emulation.endpoint, {"max_pool_connections": THREADS})
    if in_process: supplier.before_send = emulation.answer_in_process
    encrypting, decrypting = kind.encrypting(shared, supplier), kind.decrypting(shared, supplier)
    client = EncryptionSDKClient()
    start = Barrier(THREADS)

    def work(thread: int) -> int:
        start.wait()
        opened = 0
        for number in range(thread, MESSAGES, THREADS):
            plaintext, context = f"message {number}".encode(), {"number": str(number)}
            message = client.encrypt(source=plaintext, keyring=encrypting, algorithm=UNSIGNED, encryption_context=context)
            result = client.decrypt(source=message.result, keyring=decrypting, encryption_context=context)
            assert result.result == plaintext
            opened += 1
        return opened

    with ThreadPoolExecutor(THREADS) as executor:
        assert sum(executor.map(work, range(THREADS))) == MESSAGES
