"""Every keyring encrypts, and decrypts what was encrypted."""

from __future__ import annotations

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import DecryptKeyError
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy
from test.emulation.clients import EmulationClientSupplier
from test.functional.aws_kms.kinds import KINDS, Kind
from test.functional.aws_kms.shared_keys import SharedKeys

CONTEXT = {"purpose": "test", "größe": "groß", "鍵": ""}
PLAINTEXT = bytes(range(256)) * 40


@pytest.mark.specification("framework/structures.md", "Ciphertext")
def test_round_trip(kind: Kind, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
    encrypting, decrypting = kind.encrypting(shared, supplier), kind.decrypting(shared, supplier)
    client = EncryptionSDKClient()
    message = client.encrypt(source=PLAINTEXT, keyring=encrypting, algorithm=kind.suite, encryption_context=CONTEXT)
    opened = client.decrypt(source=message.result, keyring=decrypting, encryption_context=CONTEXT)
    assert opened.result == PLAINTEXT
    assert opened.header.algorithm is kind.suite
    changed = message.result.replace(b"purpose", b"purpoze", 1)
    with pytest.raises(DecryptKeyError):
        client.decrypt(source=changed, keyring=decrypting)


@pytest.mark.parametrize("suite", AlgorithmSuite, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_every_suite(suite: AlgorithmSuite, shared: SharedKeys, supplier: EmulationClientSupplier) -> None:
    """Data keys of 16, 24 and 32 bytes, with and without a signature."""
    kind = next(kind for kind in KINDS if kind.name == "multi")
    client = EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
    if suite.is_committing():
        client = EncryptionSDKClient()
    message = client.encrypt(
        source=PLAINTEXT, keyring=kind.encrypting(shared, supplier), algorithm=suite, encryption_context=CONTEXT
    )
    assert len(message.header.encrypted_data_keys) == 2
    assert client.decrypt(source=message.result, keyring=kind.decrypting(shared, supplier)).result == PLAINTEXT
