"""Compares key derivation and cache identifiers with the published known answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

import pytest

from aws_encryption_sdk._crypto import counter_mode_kdf
from aws_encryption_sdk._crypto.key_derivation import derive_message_keys, hkdf_expand, hkdf_extract
from aws_encryption_sdk._crypto.keyed_hash import HASHES
from aws_encryption_sdk._message.encrypted_data_keys import serialize_encrypted_data_keys
from aws_encryption_sdk._message.encryption_context import serialize_encryption_context
from aws_encryption_sdk.caches import build_decryption_materials_cache_key, build_encryption_materials_cache_key
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.materials_managers import DecryptionMaterialsRequest, EncryptionMaterialsRequest
from aws_encryption_sdk.structures import EncryptedDataKey, EncryptedDataKeys, MasterKeyInfo

from .archives import Json, known_answers
from .selection import known_answer_parameters

#: The lists in the file of cache identifiers.
CACHE_ID_KINDS: Final = ("encryption-context-hash", "edk-hash", "encrypt", "decrypt")


def cache_identifiers(name: str) -> Iterator[Any]:
    answers = known_answers(name)
    return (entry for kind in CACHE_ID_KINDS for entry in answers[kind])


@pytest.mark.specification("framework/transitive-requirements.md", "HKDF Encryption Key", "HKDF Commit Key")
@pytest.mark.parametrize("answer", known_answer_parameters(["hkdf"], known_answers))
def test_hkdf(answer: Json) -> None:
    salt, material, info = (bytes.fromhex(answer[name]) for name in ("salt", "ikm", "info"))
    of = HASHES[answer["hash"]]
    assert hkdf_expand(of, hkdf_extract(of, salt, material), info, answer["length"]).hex() == answer["okm"]


@pytest.mark.specification("framework/transitive-requirements.md", "HKDF Encryption Key", "HKDF Commit Key")
@pytest.mark.parametrize("answer", known_answer_parameters(["commitment_kdf"], known_answers))
def test_commitment(answer: Json) -> None:
    suite = AlgorithmSuite.get_by_id(int(answer["suite"], 16))
    data_key, message_id = bytes.fromhex(answer["data-key"]), bytes.fromhex(answer["message-id"])
    keys = derive_message_keys(suite, data_key, message_id)
    assert keys.commitment_key is not None
    assert (keys.commitment_key.hex() == answer["commitment-in-header"]) is answer["valid"]
    # Some answers leave the encryption key out; the invalid ones may give that of another data key.
    if answer["valid"] and answer["content-key"] is not None:
        assert keys.encryption_key.hex() == answer["content-key"]


@pytest.mark.specification("framework/raw-ecdh-keyring.md", "Key Derivation Function Configuration")
@pytest.mark.parametrize("answer", known_answer_parameters(["kdf_ctr"], known_answers))
def test_counter_mode(answer: Json) -> None:
    key, info = bytes.fromhex(answer["ikm"]), bytes.fromhex(answer["info"])
    if answer["raw"]:
        derived = counter_mode_kdf.expand(answer["hash"], key, info, answer["length"])
    else:
        derived = counter_mode_kdf.derive(answer["hash"], key, bytes.fromhex(answer["purpose"]), info, answer["length"])
    assert derived.hex() == answer["okm"]


@pytest.mark.specification(
    "framework/caching-cmm.md",
    "Appendix A: Cache Entry Identifier Formulas",
    "Encryption Materials, Without Algorithm Suite",
    "Encryption Materials, With Algorithm Suite",
    "Decryption Materials",
)
@pytest.mark.parametrize("answer", known_answer_parameters(["cache_ids"], cache_identifiers))
def test_cache_identifiers(answer: Json) -> None:
    """The published SHA-512 identifiers, and the two hashes that they are made of."""
    if "id" not in answer:
        serialized = serialize_encryption_context(answer["context"]) if "context" in answer else _serialized(answer["edk"])
        assert hashlib.sha512(serialized).hexdigest() == answer["sha512"]
        return
    suite = None if answer["suite"] is None else AlgorithmSuite.get_by_id(int(answer["suite"], 16))
    partition, context = answer["partition"].encode(), answer["context"]
    if "edks" not in answer:
        encrypt = EncryptionMaterialsRequest(context, 4096, algorithm=suite)
        assert build_encryption_materials_cache_key(partition, encrypt).hex() == answer["id"]
        return
    assert suite is not None
    keys = [_encrypted_data_key(edk) for edk in answer["edks"]]
    for order in (keys, keys[::-1]):
        decrypt = DecryptionMaterialsRequest(suite, order, context)
        assert build_decryption_materials_cache_key(partition, decrypt).hex() == answer["id"]


def _encrypted_data_key(edk: Json) -> EncryptedDataKey:
    provider = MasterKeyInfo(edk["provider-id"], bytes.fromhex(edk["key-info"]))
    return EncryptedDataKey(provider, bytes.fromhex(edk["ciphertext"]))


def _serialized(edk: Json) -> bytes:
    """Return an encrypted data key without the count that stands before all of them."""
    return serialize_encrypted_data_keys(EncryptedDataKeys([_encrypted_data_key(edk)]))[2:]
