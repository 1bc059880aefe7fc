"""Wrapping under branch keys: the layout of the ciphertext, and what is authenticated."""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aws_encryption_sdk._crypto import counter_mode_kdf
from aws_encryption_sdk._crypto.prepared_derivation import PreparedDerivation
from aws_encryption_sdk._wrapping.branch_key import BranchKeyWrapping, version_in
from aws_encryption_sdk.exceptions import DataKeyAuthenticationError, SerializationError

pytestmark = pytest.mark.specification(
    "framework/aws-kms/aws-kms-hierarchical-keyring.md",
    "Ciphertext",
    "Authentication Tag",
    "Branch Key Wrapping",
    "Branch Key Unwrapping",
    "Branch Key Wrapping and Unwrapping AAD",
)

KEY, VERSION, ID, CONTEXT = bytes(range(32)), bytes(range(100, 116)), "schlüssel".encode(), b"serialized context"
WRAPPING = BranchKeyWrapping(KEY, ID, VERSION)


@pytest.mark.parametrize("length", [16, 24, 32])
def test_the_ciphertext_is_what_the_specification_says(length: int) -> None:
    data_key = os.urandom(length)
    ciphertext = WRAPPING.wrap(data_key, CONTEXT)
    salt, iv, version, wrapped = ciphertext[:16], ciphertext[16:28], ciphertext[28:44], ciphertext[44:]
    assert version == VERSION == version_in(ciphertext, length)
    assert len(wrapped) == length + 16
    wrapping_key = counter_mode_kdf.derive("sha256", KEY, b"aws-kms-hierarchy", salt, 32)
    assert AESGCM(wrapping_key).decrypt(iv, wrapped, b"aws-kms-hierarchy" + ID + VERSION + CONTEXT) == data_key
    assert WRAPPING.unwrap(ciphertext, CONTEXT) == data_key


def test_salt_and_iv_are_fresh() -> None:
    ciphertexts = [WRAPPING.wrap(bytes(32), CONTEXT) for _ in range(50)]
    assert len({ciphertext[:16] for ciphertext in ciphertexts}) == 50
    assert len({ciphertext[16:28] for ciphertext in ciphertexts}) == 50


@pytest.mark.parametrize("position", [0, 15, 16, 27, 44, 75, 76, 91])
def test_every_byte_counts(position: int) -> None:
    altered = bytearray(WRAPPING.wrap(bytes(32), CONTEXT))
    altered[position] ^= 1
    with pytest.raises(DataKeyAuthenticationError, match="not made with this branch key"):
        WRAPPING.unwrap(bytes(altered), CONTEXT)


@pytest.mark.parametrize(
    "other",
    [
        BranchKeyWrapping(bytes(32), ID, VERSION),
        BranchKeyWrapping(KEY, b"other", VERSION),
        BranchKeyWrapping(KEY, ID, bytes(16)),
    ],
    ids=["key", "id", "version"],
)
def test_key_id_and_version_count(other: BranchKeyWrapping) -> None:
    with pytest.raises(DataKeyAuthenticationError):
        other.unwrap(WRAPPING.wrap(bytes(32), CONTEXT), CONTEXT)


def test_the_encryption_context_counts() -> None:
    with pytest.raises(DataKeyAuthenticationError):
        WRAPPING.unwrap(WRAPPING.wrap(bytes(32), CONTEXT), CONTEXT + b"\0")


@pytest.mark.parametrize("length", [0, 43, 44, 60, 91, 93, 1000])
def test_another_length(length: int) -> None:
    with pytest.raises(SerializationError, match=f"has {length} bytes; that of a data key of 32 bytes has 92"):
        version_in(bytes(length), 32)


@pytest.mark.parametrize("context", [b"", b"salt", bytes(16), os.urandom(200)])
def test_a_prepared_derivation_gives_the_same(context: bytes) -> None:
    prepared = PreparedDerivation(KEY, b"label")
    expected = counter_mode_kdf.derive("sha256", KEY, b"label", context, 32)
    assert prepared.derive(context) == expected == prepared.derive(context)
