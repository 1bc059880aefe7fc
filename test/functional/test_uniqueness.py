"""Every message has a data key and a message id of its own, over calls, threads, processes and keyrings."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from aws_encryption_sdk.identifiers import Algorithm, WrappingAlgorithm
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring, RawRSAKeyring
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager

from .material_sources import V1_SIGNED, V2, V2_SIGNED, SpyKeyring, aes_keyring, client_for

pytestmark = pytest.mark.specification("data-format/message-header.md", "Message ID")

Mark = tuple[str, str, str]
fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this operating system has no fork")
#: A process with threads of other tests may fork here: the child only computes, and leaves by _exit.
fork_in_peace = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def marks_of(keyring: Keyring, suite: Algorithm, count: int) -> list[Mark]:
    """Encrypt ``count`` messages; return of each the message id, a digest of the data key, and the first EDK."""
    spy = SpyKeyring(keyring)
    client = client_for(suite)
    cmm = DefaultCryptoMaterialsManager(keyring=spy)
    found: list[Mark] = []
    for _ in range(count):
        header = client.encrypt(source=b"", materials_manager=cmm, algorithm=suite).header
        data_key = spy.encrypt_results[-1].data_encryption_key
        assert data_key is not None
        assert len(data_key.data_key) == suite.data_key_len
        edk = header.encrypted_data_keys[0].encrypted_data_key
        found.append((header.message_id.hex(), sha256(data_key.data_key).hexdigest(), edk.hex()))
    return found


def check_all_different(found: list[Mark], expected: int) -> None:
    """Check that no id, no data key and no EDK occurs twice, and that none is all zero."""
    assert len(found) == expected
    for column in zip(*found, strict=True):
        assert len(set(column)) == expected
    assert not any(set(message_id) == {"0"} for message_id, _, _ in found)


def _rsa(padding: WrappingAlgorithm) -> Callable[[rsa.RSAPrivateKey], Keyring]:
    return lambda key: RawRSAKeyring("tests", "rsa", padding, public_wrapping_key=key.public_key())


KEYRINGS: dict[str, Callable[[rsa.RSAPrivateKey], Keyring]] = {
    "AES-128": lambda key: RawAESKeyring("tests", "aes", bytes(16)),
    "AES-192": lambda key: RawAESKeyring("tests", "aes", bytes(24)),
    "AES-256": lambda key: RawAESKeyring("tests", "aes", bytes(32)),
    "multi": lambda key: MultiKeyring(generator=aes_keyring(), children=[aes_keyring("child")]),
    **{member.name: _rsa(member) for member in WrappingAlgorithm if member.name.startswith("RSA")},
}


@pytest.mark.specification("client-apis/encrypt.md", "Construct the header")
@pytest.mark.specification("framework/structures.md", "Structure > Plaintext Data Key", "Signing Key")
@pytest.mark.parametrize("name", KEYRINGS)
@pytest.mark.parametrize("suite", [Algorithm.AES_128_GCM_IV12_TAG16, V1_SIGNED, V2, V2_SIGNED], ids=lambda suite: suite.name)
def test_every_keyring_makes_a_new_data_key_for_every_message(
    suite: Algorithm, name: str, rsa_private_key: rsa.RSAPrivateKey
) -> None:
    check_all_different(marks_of(KEYRINGS[name](rsa_private_key), suite, 25), 25)


def test_equal_keyrings_share_nothing() -> None:
    found = [mark for _ in range(20) for mark in marks_of(aes_keyring(), V2, 5)]
    check_all_different(found, 100)


@pytest.mark.specification("framework/structures.md", "Structure > Plaintext Data Key", "Signing Key")
def test_the_signing_keys_differ(keyring: Keyring) -> None:
    found = set()
    for _ in range(20):
        header = client_for(V2_SIGNED).encrypt(source=b"", keyring=keyring).header
        found.add(header.encryption_context["aws-crypto-public-key"])
    assert len(found) == 20


@pytest.mark.specification("client-apis/encrypt.md", "Construct the header")
def test_threads(keyring: Keyring) -> None:
    start = threading.Barrier(8)

    def work() -> list[Mark]:
        start.wait(timeout=30)
        return marks_of(keyring, V2, 50)

    with ThreadPoolExecutor(8) as pool:
        results = [pool.submit(work) for _ in range(8)]
        found = [mark for result in results for mark in result.result(timeout=60)]
    check_all_different(found, 400)


def _forked(keyring: Keyring, count: int) -> list[Mark]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "w") as report:
                report.writelines(" ".join(mark) + "\n" for mark in marks_of(keyring, V2, count))
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as report:
        lines = report.read().splitlines()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return [(message_id, data_key, edk) for message_id, data_key, edk in map(str.split, lines)]


@pytest.mark.specification("client-apis/encrypt.md", "Construct the header")
@fork
@fork_in_peace
def test_forked_processes(keyring: Keyring) -> None:
    found = marks_of(keyring, V2, 10)  # whatever state there is exists before the fork
    for _ in range(3):
        found += _forked(keyring, 10)
        found += marks_of(keyring, V2, 10)
    check_all_different(found, 70)


shared_keyring = aes_keyring()


def _pooled(_: int) -> list[Mark]:
    return marks_of(shared_keyring, V2_SIGNED, 10)


@fork
@fork_in_peace
def test_a_pool_of_processes() -> None:
    found = _pooled(0)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for marks in pool.map(_pooled, range(4), chunksize=1):
            found += marks
    check_all_different(found, 50)


@fork
@fork_in_peace
def test_a_stream_continues_in_a_forked_process(keyring: Keyring) -> None:
    message = client_for(V2_SIGNED).encrypt(source=bytes(1000), keyring=keyring, frame_length=10).result
    stream = client_for(V2_SIGNED).stream(mode="d", source=message, keyring=keyring)
    assert stream.read(100) == bytes(100)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = int(stream.read() != bytes(900))
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert stream.read() == bytes(900)


@pytest.mark.parametrize("suite", [V1_SIGNED, V2, V2_SIGNED], ids=lambda suite: suite.name)
def test_one_client_keyring_and_manager_serve_eight_threads(suite: Algorithm, rsa_keyring: RawRSAKeyring) -> None:
    client = client_for(suite)
    keyring = MultiKeyring(generator=aes_keyring(), children=[rsa_keyring])
    shared = ({"keyring": keyring}, {"materials_manager": DefaultCryptoMaterialsManager(keyring=keyring)})
    start = threading.Barrier(8)

    def work(number: int) -> int:
        start.wait(timeout=30)
        for turn in range(15):
            plaintext = bytes([number, turn]) * (200 * turn)
            context = {"thread": str(number), "turn": str(turn)}
            source = shared[turn % 2]
            message = client.encrypt(
                source=plaintext, algorithm=suite, frame_length=1 + turn * 64, encryption_context=context, **source
            ).result
            with client.stream(mode="d", source=message, encryption_context=context, **source) as stream:
                assert b"".join(stream) == plaintext
                assert context.items() <= stream.header.encryption_context.items()
        return number

    with ThreadPoolExecutor(8) as pool:
        results = [pool.submit(work, number) for number in range(8)]
        assert [result.result(timeout=120) for result in results] == list(range(8))
