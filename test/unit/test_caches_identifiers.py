"""Cache identifiers (framework/caching-cmm.md, appendix A): here the formulas are written out once more, field by field."""

from __future__ import annotations

import hashlib
import itertools
import struct
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.caches import build_decryption_materials_cache_key, build_encryption_materials_cache_key, identifiers
from aws_encryption_sdk.caches.identifiers import CacheIdentifiers
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy
from aws_encryption_sdk.materials_managers import DecryptionMaterialsRequest, EncryptionMaterialsRequest
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .cache_materials import SIGNED, UNSIGNED

pytestmark = pytest.mark.specification(
    "framework/caching-cmm.md",
    "Appendix A: Cache Entry Identifier Formulas",
    "Preliminaries",
    "Resource Identifier",
    "Scope Identifier",
    "Preliminaries > Partition ID",
    "Resource Suffix",
    "Encryption Materials, Without Algorithm Suite",
    "Encryption Materials, With Algorithm Suite",
    "Decryption Materials",
)

DEFAULT = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
PARTITION = "Abteilung für Schlüssel".encode()
CONTEXTS: list[dict[str, str]] = [{}, {"a": "1"}, {"b": "2", "a": "1"}, {"größe": "groß", "A": ""}]
KEYS = [
    EncryptedDataKey(MasterKeyInfo("provider", b"info 2"), b"ciphertext 2"),
    EncryptedDataKey(MasterKeyInfo("provider", b"info 1"), b"ciphertext 1"),
    EncryptedDataKey(MasterKeyInfo("another provider", b"info"), b"longer ciphertext"),
]
by_context = pytest.mark.parametrize("context", CONTEXTS, ids=len)


def joined(*fields: bytes) -> bytes:
    return hashlib.sha384(b"\0".join(fields)).digest()


def block(content: bytes) -> bytes:
    return struct.pack(">H", len(content)) + content


def serialized(context: Mapping[str, str]) -> bytes:
    pairs = sorted((key.encode(), value.encode()) for key, value in context.items())
    return struct.pack(">H", len(pairs)) + b"".join(block(key) + block(value) for key, value in pairs) if pairs else b""


def serialized_keys(keys: Iterable[EncryptedDataKey]) -> bytes:
    return b"".join(
        sorted(
            block(key.key_provider.provider_id.encode()) + block(key.key_provider.key_info) + block(key.encrypted_data_key)
            for key in keys
        )
    )


def encrypt(context: Any, suite: AlgorithmSuite | None = None, **fields: Any) -> EncryptionMaterialsRequest:
    return EncryptionMaterialsRequest(context, 4096, fields.pop("policy", DEFAULT), algorithm=suite, **fields)


def decrypt(
    context: Any, suite: AlgorithmSuite = UNSIGNED, keys: Iterable[EncryptedDataKey] = (), **fields: Any
) -> DecryptionMaterialsRequest:
    return DecryptionMaterialsRequest(suite, keys or KEYS, context, fields.get("reproduced"), fields.get("policy", DEFAULT))


@by_context
def test_encrypt_without_a_suite(context: dict[str, str]) -> None:
    expected = joined(b"\x01", b"\x01", PARTITION, b"\x00", serialized(context))
    assert CacheIdentifiers(PARTITION).for_encryption(encrypt(context)) == expected


@by_context
@pytest.mark.parametrize("suite", AlgorithmSuite)
def test_encrypt_with_a_suite(suite: AlgorithmSuite, context: dict[str, str]) -> None:
    suite_id = suite.algorithm_id.to_bytes(2, "big")
    expected = joined(b"\x01", b"\x01", PARTITION, b"\x01", suite_id, serialized(context))
    assert CacheIdentifiers(PARTITION).for_encryption(encrypt(context, suite)) == expected


@by_context
@pytest.mark.parametrize("suite", AlgorithmSuite)
def test_decrypt(suite: AlgorithmSuite, context: dict[str, str]) -> None:
    suite_id = suite.algorithm_id.to_bytes(2, "big")
    expected = joined(b"\x01", b"\x02", PARTITION, suite_id, serialized_keys(KEYS), serialized(context))
    made = CacheIdentifiers(PARTITION)
    for keys in itertools.permutations(KEYS):
        assert made.for_decryption(decrypt(context, suite, keys)) == expected
    assert made.for_decryption(decrypt(context, suite, KEYS[:1])) == joined(
        b"\x01", b"\x02", PARTITION, suite_id, serialized_keys(KEYS[:1]), serialized(context)
    )


def test_what_is_asked_again_has_the_same_identifier() -> None:
    made = CacheIdentifiers(PARTITION)
    context = {"a": "1", "b": "2"}
    again = {"b": "2", "a": "1"}
    assert len({made.for_encryption(encrypt(asked, SIGNED)) for asked in (context, again, dict(context))}) == 1
    assert len({made.for_decryption(decrypt(asked)) for asked in (context, again, dict(context))}) == 1
    context["a"] = "changed"
    assert made.for_encryption(encrypt(context, SIGNED)) != made.for_encryption(encrypt(again, SIGNED))


def all_different() -> list[bytes]:
    """Return the identifiers of requests of which no two may share an entry."""
    partitions = [b"p", b"q", b"", b"p\0", b"\0p", b"p\0\x01\0\x05\x78"]
    contexts: list[dict[str, str]] = [{}, {"a": "b"}, {"a": "b", "c": "d"}, {"ab": ""}, {"": "ab"}]
    policies = list(CommitmentPolicy)
    made = []
    for partition, context, policy in itertools.product(partitions, contexts, policies):
        ids = CacheIdentifiers(partition)
        for suite, required in itertools.product((None, SIGNED, UNSIGNED), ((), ("a",), ("a", "b"), ("ab",), ("",))):
            made.append(
                ids.for_encryption(encrypt(context, suite, policy=policy, required_encryption_context_keys=required))
            )
        for suite, keys, reproduced in itertools.product(
            (SIGNED, UNSIGNED), (KEYS, KEYS[:1], KEYS[1:]), (None, {"a": "b"}, {"a": "c"}, {"a": "b", "c": "d"})
        ):
            made.append(ids.for_decryption(decrypt(context, suite, keys, policy=policy, reproduced=reproduced)))
    return made


def test_requests_that_differ_in_anything_have_different_identifiers() -> None:
    made = all_different()
    assert len(set(made)) == len(made) == 6 * 5 * 3 * (3 * 5 + 2 * 3 * 4)
    # Also when they are remembered, and asked for one after the other.
    ids = CacheIdentifiers(b"p")
    requests = [encrypt({"a": "b"}, suite, policy=policy) for suite in (None, SIGNED) for policy in CommitmentPolicy]
    first, second = ([ids.for_encryption(request) for request in requests] for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first)


def test_a_partition_with_a_zero_byte_does_not_reach_into_the_next_field() -> None:
    """Without care, a partition could be made up so that its entries are those of another."""
    context = {"key": "value\0\x01\0\x05x\0"}
    suffix = b"\0\x01\0\x05x\0"
    assert suffix == b"\0" + b"\x01" + b"\0" + SIGNED.id_as_bytes() + b"\0"
    victim = CacheIdentifiers(b"p").for_encryption(encrypt(context))
    made_up = b"p\0\0\0" + serialized(context).removesuffix(suffix)
    assert joined(b"\x01", b"\x01", made_up, b"\x01", SIGNED.id_as_bytes(), b"") == victim
    assert CacheIdentifiers(made_up).for_encryption(encrypt({}, SIGNED)) != victim


def test_no_reproduced_context_is_an_empty_one() -> None:
    ids = CacheIdentifiers(b"p")
    assert ids.for_decryption(decrypt({"a": "b"}, reproduced={})) == ids.for_decryption(decrypt({"a": "b"}))


def test_the_order_of_what_is_added_does_not_matter() -> None:
    ids = CacheIdentifiers(b"p")
    assert (
        len({ids.for_encryption(encrypt({}, required_encryption_context_keys=keys)) for keys in (["a", "b"], ["b", "a"])})
        == 1
    )
    assert (
        len({ids.for_decryption(decrypt({}, reproduced=pairs)) for pairs in ({"a": "", "b": ""}, {"b": "", "a": ""})}) == 1
    )


def test_few_requests_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identifiers, "_MOST_REMEMBERED", 10)
    ids = CacheIdentifiers(b"p")
    for number in range(100):
        ids.for_encryption(encrypt({"number": str(number)}))
        assert len(ids._remembered) <= 10
    ids.for_encryption(encrypt({"long": "x" * 5000}))
    assert not [asked for asked in ids._remembered if ("long", "x" * 5000) in asked]


@pytest.mark.parametrize("context", [None, [], {"a": 1}, {1: "a"}, {"a": ["list"]}, {"a": None}])
def test_a_context_that_is_not_text(context: Any) -> None:
    ids = CacheIdentifiers(b"p")
    with pytest.raises(exceptions.ArgumentTypeError, match="encryption_context"):
        ids.for_encryption(encrypt(context))
    with pytest.raises(exceptions.ArgumentTypeError, match="encryption_context"):
        ids.for_decryption(decrypt(context))
    if context:
        with pytest.raises(exceptions.ArgumentTypeError, match="encryption_context"):
            build_encryption_materials_cache_key(b"p", encrypt(context))
        with pytest.raises(exceptions.ArgumentTypeError, match="encryption_context"):
            build_decryption_materials_cache_key(b"p", decrypt(context))


def test_a_context_of_bytes_is_taken_as_text() -> None:
    ids = CacheIdentifiers(b"p")
    assert ids.for_encryption(encrypt({b"a": b"1"})) == ids.for_encryption(encrypt({"a": "1"}))


def test_a_context_that_cannot_be_serialized() -> None:
    ids = CacheIdentifiers(b"p")
    for context in ({"a": "\ud800"}, {"a": "x" * 70_000}):
        with pytest.raises(exceptions.SerializationError):
            ids.for_encryption(encrypt(context))
        with pytest.raises(exceptions.SerializationError):
            ids.for_decryption(decrypt({}, reproduced=context))


@by_context
def test_the_published_formulas_depend_on_nothing_else(context: dict[str, str]) -> None:
    plain = build_encryption_materials_cache_key(PARTITION, EncryptionMaterialsRequest(context, 4096, algorithm=SIGNED))
    other = encrypt(context, SIGNED, required_encryption_context_keys=list(context), plaintext_length=5)
    assert build_encryption_materials_cache_key(PARTITION, other) == plain
    plain = build_decryption_materials_cache_key(PARTITION, DecryptionMaterialsRequest(SIGNED, KEYS, context))
    assert build_decryption_materials_cache_key(PARTITION, decrypt(context, SIGNED, reproduced={"a": "1"})) == plain
    assert len(plain) == 64
