"""Cache identifiers of branch keys: the formulas of the specification, and that no two are the same."""

from __future__ import annotations

import itertools
import uuid
from hashlib import sha384

import pytest

from aws_encryption_sdk.caches.branch_key_identifiers import BranchKeyIdentifiers

pytestmark = pytest.mark.specification(
    "framework/aws-kms/aws-kms-hierarchical-keyring.md",
    "Appendix A: Cache Entry Identifier Formulas",
    "Preliminaries",
    "Resource Identifier",
    "Scope Identifier",
    "Preliminaries > Partition ID",
    "Resource Suffix",
    "Encryption Materials",
    "Decryption Materials",
)

VERSION = str(uuid.UUID("83eec007-5659-4554-bf11-699b90f41ac6"))


@pytest.mark.parametrize("partition", [b"a partition", uuid.UUID(VERSION).bytes, "größe".encode()])
def test_the_formulas(partition: bytes) -> None:
    identifiers = BranchKeyIdentifiers(partition, "störe")
    encrypt = b"\x02\x00\x01\x00" + partition + b"\x00" + "störe".encode() + b"\x00" + "schlüssel".encode()
    assert identifiers.of_active("schlüssel") == sha384(encrypt).digest()
    decrypt = b"\x02\x00\x02\x00" + partition + b"\x00" + "störe".encode() + b"\x00" + "schlüssel".encode()
    assert identifiers.of_version("schlüssel", VERSION) == sha384(decrypt + b"\x00" + VERSION.encode()).digest()


def test_an_identifier_worked_out_elsewhere() -> None:
    """By ``printf '\\002\\000\\001\\000p\\000s\\000k' | sha384sum``."""
    assert BranchKeyIdentifiers(b"p", "s").of_active("k").hex() == (
        "d168a6622fa006d4a524931c7b7332e263e379d7e284ba974c6ccef92ff4a0cc0b3f0d1461a16d9fbfa975a84f6afc3e"
    )


def test_no_two_are_the_same() -> None:
    texts = ("a", "b", "ab", "ba")
    found = set()
    count = 0
    for partition, store, key in itertools.product(texts, repeat=3):
        identifiers = BranchKeyIdentifiers(partition.encode(), store)
        for version in (VERSION, str(uuid.uuid4())):
            found.add(identifiers.of_version(key, version))
            count += 1
        found.add(identifiers.of_active(key))
        count += 1
    assert len(found) == count
