"""Sixteen threads share one keyring of each kind."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from test.emulation.clients import EmulationClientSupplier
from test.emulation.server import EmulationServer
from test.functional.aws_kms.kinds import KINDS, UNSIGNED, Kind
from test.functional.aws_kms.shared_keys import SharedKeys

THREADS = 16
MESSAGES = 1_000
#: One of each class and schema; other keys or curves make no difference to threads.
LEFT_OUT = re.compile("strict, alias|multi, further key|RSAES_OAEP_SHA_1|ECDH P384|ECDH P521")


def a_thousand_messages(kind: Kind, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
    """Encrypt and decrypt, all threads at once, and check every plaintext."""
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


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not LEFT_OUT.match(kind.name)], ids=str, indirect=True)
def test_in_process(kind: Kind, shared: SharedKeys, emulation: EmulationServer) -> None:
    """Without sockets, which keeps thousands of requests to a few seconds."""
    a_thousand_messages(kind, shared, EmulationClientSupplier(emulation.endpoint, before_send=emulation.answer_in_process))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name == "AwsKmsKeyring"], ids=str)
def test_over_http(kind: Kind, shared: SharedKeys, emulation: EmulationServer) -> None:
    a_thousand_messages(kind, shared, EmulationClientSupplier(emulation.endpoint, {"max_pool_connections": THREADS}))
