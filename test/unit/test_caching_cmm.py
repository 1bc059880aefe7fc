"""The caching CMM (framework/caching-cmm.md)."""

from __future__ import annotations

import math
from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.caches import (
    CryptoMaterialsCache,
    LocalCryptoMaterialsCache,
    NullCryptoMaterialsCache,
)
from aws_encryption_sdk.caches.identifiers import CacheIdentifiers
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider, WrappingKey
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager

from .cache_materials import SIGNED, UNSIGNED, WITHOUT_KDF, Clocks
from .counting_manager import CountingManager
from .operation_materials import SUITES, data_key_for

pytestmark = pytest.mark.specification(
    "framework/caching-cmm.md",
    "Initialization",
    "Underlying Cryptographic Materials Cache",
    "Underlying Cryptographic Materials Manager",
    "Cache Limit TTL",
    "Initialization > Partition ID",
    "Limit Bytes",
    "Limit Messages",
    "Usage Stats",
    "Messages Encrypted",
    "Bytes Encrypted",
    "Get Encryption Materials",
    "Decrypt Materials",
)

STRICT = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
LENIENT = CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT
FORBIDDING = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
KEYRING = RawAESKeyring("namespace", "name", bytes(32))


class Provider(RawMasterKeyProvider):
    """A master key provider that is never asked for a key."""

    provider_id = "namespace"

    def _get_raw_key(self, key_id: Any) -> WrappingKey:
        raise NotImplementedError


SAFE_SUITES = [suite for suite in SUITES if suite.safe_to_cache()]


def caching(backing: CountingManager | None = None, **options: Any) -> tuple[CachingCryptoMaterialsManager, CountingManager]:
    backing = backing or CountingManager()
    options = {"cache": LocalCryptoMaterialsCache(100), "max_age": 60, **options}
    return CachingCryptoMaterialsManager(backing_materials_manager=backing, **options), backing


def policy_for(suite: AlgorithmSuite | None) -> CommitmentPolicy:
    return STRICT if suite is None or suite.is_committing() else FORBIDDING


def encrypt(
    suite: AlgorithmSuite | None = UNSIGNED, length: int | None = 10, context: dict[str, str] | None = None, **fields: Any
) -> EncryptionMaterialsRequest:
    policy = fields.pop("policy", policy_for(suite))
    return EncryptionMaterialsRequest(
        {"a": "1"} if context is None else context, 4096, policy, algorithm=suite, plaintext_length=length, **fields
    )


def decrypt(
    made: EncryptionMaterials, reproduced: dict[str, str] | None = None, policy: CommitmentPolicy | None = None
) -> DecryptionMaterialsRequest:
    stored = {
        key: value for key, value in made.encryption_context.items() if key not in made.required_encryption_context_keys
    }
    return DecryptionMaterialsRequest(
        made.algorithm, made.encrypted_data_keys, stored, reproduced, policy or policy_for(made.algorithm)
    )


# --- initialization ----------------------------------------------------------------------------------------------------


def test_defaults() -> None:
    cache = LocalCryptoMaterialsCache(1)
    manager = CachingCryptoMaterialsManager(cache, 60.0, keyring=KEYRING)

    assert (manager.cache, manager.max_age) == (cache, 60.0)
    assert (manager.max_messages_encrypted, manager.max_bytes_encrypted) == (2**32, 2**63 - 1)
    assert isinstance(manager.backing_materials_manager, DefaultCryptoMaterialsManager)
    assert manager.backing_materials_manager.keyring is KEYRING
    assert "CachingCryptoMaterialsManager" in repr(manager)


def test_a_partition_is_unique_unless_it_is_given() -> None:
    made = {
        CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(1), 60, keyring=KEYRING).partition_name for _ in range(50)
    }
    assert len(made) == 50
    assert all(isinstance(name, bytes) and len(name) == 36 for name in made)
    for given in ("Größe", "Größe".encode(), bytearray("Größe".encode())):
        manager, _ = caching(partition_name=given)
        assert manager.partition_name == "Größe".encode()


def test_the_partition_cannot_be_changed() -> None:
    manager, _ = caching(partition_name="p")
    with pytest.raises(exceptions.NotSupportedError):
        manager.partition_name = b"q"
    assert manager.partition_name == b"p"


@pytest.mark.parametrize(
    "options",
    [
        {"max_age": 1},
        {"max_age": 0.001},
        {"max_age": math.inf},
        {"max_messages_encrypted": 1},
        {"max_messages_encrypted": 2**32},
        {"max_bytes_encrypted": 0},
        {"max_bytes_encrypted": 2**63 - 1},
    ],
)
def test_legal_limits(options: dict[str, Any]) -> None:
    manager, _ = caching(**options)
    for name, value in options.items():
        assert getattr(manager, name) == value


@pytest.mark.parametrize(
    "options",
    [
        {"max_age": 0},
        {"max_age": 0.0},
        {"max_age": -1},
        {"max_age": math.nan},
        {"max_messages_encrypted": 0},
        {"max_messages_encrypted": 2**32 + 1},
        {"max_bytes_encrypted": -1},
        {"max_bytes_encrypted": 2**63},
    ],
)
def test_limits_out_of_range(options: dict[str, Any]) -> None:
    (name,) = options
    with pytest.raises(exceptions.ArgumentValueError, match=name):
        caching(**options)


@pytest.mark.parametrize(
    "options",
    [
        {"cache": None},
        {"cache": {}},
        {"max_age": "60"},
        {"max_age": None},
        {"max_age": True},
        {"max_messages_encrypted": 1.0},
        {"max_messages_encrypted": "1"},
        {"max_bytes_encrypted": 1.0},
        {"max_bytes_encrypted": None},
        {"partition_name": 7},
    ],
)
def test_arguments_of_the_wrong_type(options: dict[str, Any]) -> None:
    (name,) = options
    with pytest.raises(exceptions.ArgumentTypeError, match=name):
        caching(**options)


def test_sources_of_materials() -> None:
    cache, backing = LocalCryptoMaterialsCache(1), CountingManager()
    make: Any = CachingCryptoMaterialsManager
    with pytest.raises(exceptions.ArgumentTypeError, match="must be given"):
        make(cache, 60)
    with pytest.raises(exceptions.ArgumentTypeError, match="keyring"):
        make(cache, 60, keyring=KEYRING, backing_materials_manager=backing)
    with pytest.raises(exceptions.ArgumentTypeError, match="keyring"):
        make(cache, 60, keyring=KEYRING, master_key_provider=object())
    with pytest.raises(exceptions.ArgumentTypeError, match="backing_materials_manager must be"):
        make(cache, 60, backing_materials_manager=KEYRING)
    with pytest.raises(exceptions.ArgumentTypeError, match="keyring must be"):
        make(cache, 60, keyring=backing)
    with pytest.raises(exceptions.ArgumentTypeError, match="master_key_provider must be"):
        make(cache, 60, backing_materials_manager=backing, master_key_provider=KEYRING)
    # As in versions 1 to 4, the CMM goes before the provider.
    both = make(cache, 60, master_key_provider=Provider(), backing_materials_manager=backing)
    assert both.backing_materials_manager is backing
    over_provider = make(cache, 60, master_key_provider=both.master_key_provider).backing_materials_manager
    assert over_provider.master_key_provider is both.master_key_provider


# --- hits and misses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suite", [None, *SAFE_SUITES])
def test_encryption_materials_are_used_again(suite: AlgorithmSuite | None) -> None:
    manager, backing = caching()
    first = manager.get_encryption_materials(encrypt(suite))
    again = [manager.get_encryption_materials(encrypt(suite, length)) for length in (0, 10, 10_000)]

    assert all(made == first for made in again)
    assert backing.calls == (1, 0)
    assert manager.stats() == (3, 1, 0)
    assert manager.cache.stats() == (3, 1, 0)  # type: ignore[attr-defined]


@pytest.mark.parametrize("suite", SAFE_SUITES)
def test_decryption_materials_are_used_again(suite: AlgorithmSuite) -> None:
    manager, backing = caching()
    made = manager.get_encryption_materials(encrypt(suite))
    first = manager.decrypt_materials(decrypt(made))
    assert manager.decrypt_materials(decrypt(made)) == first
    assert first.data_key is not None
    assert first.data_key.data_key == made.data_encryption_key.data_key  # type: ignore[union-attr]
    assert backing.calls == (1, 1)


@pytest.mark.parametrize("suite", [suite for suite in SUITES if not suite.safe_to_cache()])
def test_suites_without_key_derivation_stay_out_of_the_cache(suite: AlgorithmSuite) -> None:
    cache = LocalCryptoMaterialsCache(10)
    manager, backing = caching(cache=cache)
    made = [manager.get_encryption_materials(encrypt(suite)) for _ in range(3)]
    for _ in range(3):
        manager.decrypt_materials(decrypt(made[0]))

    assert len({materials.data_encryption_key.data_key for materials in made if materials.data_encryption_key}) == 3
    assert backing.calls == (3, 3)
    assert not cache._cache
    # Nothing was looked up either.
    assert cache.stats() == (0, 0, 0)
    assert manager.stats() == (0, 6, 0)


def test_a_suite_without_key_derivation_that_the_underlying_cmm_chose() -> None:
    made = EncryptionMaterials(WITHOUT_KDF, data_key_for(WITHOUT_KDF), encryption_context={})
    backing = CountingManager(lambda materials: made.with_encrypted_data_key(materials.encrypted_data_keys[0]))
    manager, _ = caching(backing)
    for _ in range(3):
        manager.get_encryption_materials(encrypt(None, policy=FORBIDDING))
    assert backing.calls == (3, 0)
    assert not manager.cache._cache  # type: ignore[attr-defined]


def test_plaintext_of_unknown_length_has_a_data_key_of_its_own() -> None:
    manager, backing = caching()
    cached = manager.get_encryption_materials(encrypt())
    unknown = [manager.get_encryption_materials(encrypt(length=None)) for _ in range(3)]
    assert manager.get_encryption_materials(encrypt()) == cached
    assert len({id(made.data_encryption_key) for made in [cached, *unknown]}) == 4
    assert backing.calls == (4, 0)


def test_the_underlying_cmm_hears_nothing_of_the_plaintext() -> None:
    """What it returns serves other plaintexts too."""
    manager, backing = caching()
    context = {"a": "1"}
    request = encrypt(SIGNED, 10, context, plaintext_rostream=object(), required_encryption_context_keys=["a"])
    manager.get_encryption_materials(request)
    (asked,) = backing.encrypts

    assert (asked.plaintext_length, asked.plaintext_rostream) == (None, None)
    assert (asked.algorithm, asked.frame_length, asked.commitment_policy) == (SIGNED, 4096, STRICT)
    assert asked.required_encryption_context_keys == {"a"}
    assert asked.encryption_context == context
    assert asked.encryption_context is not context


def test_what_is_asked_differently_is_asked_for() -> None:
    manager, backing = caching()
    requests = [
        encrypt(UNSIGNED),
        encrypt(SIGNED),
        encrypt(None),
        encrypt(None, policy=LENIENT),
        encrypt(None, policy=FORBIDDING),
        encrypt(context={}),
        encrypt(context={"a": "2"}),
        encrypt(required_encryption_context_keys=["a"]),
    ]
    for request in requests * 2:
        manager.get_encryption_materials(request)
    assert backing.calls == (len(requests), 0)


# --- the identifiers in the cache --------------------------------------------------------------------------------------


def test_entries_have_the_identifiers_of_the_specification() -> None:
    cache = LocalCryptoMaterialsCache(10)
    manager = CachingCryptoMaterialsManager(cache, 60, partition_name="partition", keyring=KEYRING)
    made = manager.get_encryption_materials(encrypt())
    manager.decrypt_materials(decrypt(made))
    ids = CacheIdentifiers(b"partition")
    assert list(cache._cache) == [ids.for_encryption(encrypt()), ids.for_decryption(decrypt(made))]


def test_cmms_share_entries_if_and_only_if_their_partition_is_the_same() -> None:
    cache = LocalCryptoMaterialsCache(10)
    managers = [
        CachingCryptoMaterialsManager(cache, 60, partition_name=name, keyring=KEYRING)
        for name in ("same", b"same", "other", None, None)
    ]
    made = [manager.get_encryption_materials(encrypt()) for manager in managers]

    assert made[0] == made[1]
    assert len({id(materials.data_encryption_key) for materials in made}) == 4
    assert [manager.stats().misses for manager in managers] == [1, 0, 1, 1, 1]


# --- limits ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_the_limit_of_messages_is_exact(limit: int) -> None:
    manager, backing = caching(max_messages_encrypted=limit)
    used = [id(manager.get_encryption_materials(encrypt()).data_encryption_key) for _ in range(5 * limit)]

    assert backing.calls == (5, 0)
    assert manager.stats()[:2] == (5 * (limit - 1), 5)
    assert [used[number : number + limit] for number in range(0, 5 * limit, limit)] == [
        [first] * limit for first in used[::limit]
    ]
    # What cannot be used again is not kept.
    assert bool(manager.cache._cache) is (limit > 1)  # type: ignore[attr-defined]


def test_the_limit_of_bytes_is_exact() -> None:
    manager, backing = caching(max_bytes_encrypted=100)
    for length, calls in ((60, 1), (40, 1), (0, 1), (1, 2), (99, 2), (0, 2), (1, 3)):
        manager.get_encryption_materials(encrypt(length=length))
        assert len(backing.encrypts) == calls, length
    assert manager.stats() == (4, 3, 2)


def test_what_reaches_the_limit_of_bytes_alone_leaves_the_cache_as_it_is() -> None:
    manager, backing = caching(max_bytes_encrypted=100)
    cached = manager.get_encryption_materials(encrypt(length=10))
    for length in (100, 101, 10**12):
        assert manager.get_encryption_materials(encrypt(length=length)) != cached
    assert manager.get_encryption_materials(encrypt(length=90)) == cached
    assert backing.calls == (4, 0)


def test_without_bytes_nothing_is_shared() -> None:
    manager, backing = caching(max_bytes_encrypted=0)
    for _ in range(3):
        manager.get_encryption_materials(encrypt(length=0))
    assert backing.calls == (3, 0)


def test_a_length_below_zero_takes_nothing_from_a_limit() -> None:
    manager, backing = caching(max_bytes_encrypted=100)
    manager.get_encryption_materials(encrypt(length=90))
    manager.get_encryption_materials(encrypt(length=-90))
    assert backing.calls == (2, 0)
    assert [entry.bytes_encrypted for entry in manager.cache._cache.values()] == [90]  # type: ignore[attr-defined]


def test_the_age_is_limited_both_ways(clocks: Clocks) -> None:
    manager, backing = caching(max_age=60)
    made = manager.get_encryption_materials(encrypt())
    manager.decrypt_materials(decrypt(made))
    clocks.advance(59)
    manager.get_encryption_materials(encrypt())
    manager.decrypt_materials(decrypt(made))
    assert backing.calls == (1, 1)
    clocks.advance(1)
    assert manager.get_encryption_materials(encrypt()) is not made
    manager.decrypt_materials(decrypt(made))
    assert backing.calls == (2, 2)
    assert manager.stats()[:2] == (2, 4)
    assert manager.cache.stats() == (2, 4, 2)  # type: ignore[attr-defined]


def test_entries_carry_the_age_limit_as_their_time_to_live() -> None:
    manager, _ = caching(max_age=7)
    manager.decrypt_materials(decrypt(manager.get_encryption_materials(encrypt())))
    assert [entry.hints.lifetime for entry in manager.cache._cache.values()] == [7, 7]  # type: ignore[attr-defined]


def test_in_a_shared_partition_each_has_its_own_limits(clocks: Clocks) -> None:
    cache = LocalCryptoMaterialsCache(10)
    generous, backing = caching(cache=cache, partition_name="p", max_messages_encrypted=100)
    strict, _ = caching(backing, cache=cache, partition_name="p", max_messages_encrypted=3, max_age=5)
    made = generous.get_encryption_materials(encrypt())
    assert [strict.get_encryption_materials(encrypt()) == made for _ in range(3)] == [True, True, False]
    # What the strict one made does not live longer for the other.
    clocks.advance(5)
    made = generous.get_encryption_materials(encrypt())
    clocks.advance(5)
    assert generous.get_encryption_materials(encrypt()) == made
    assert strict.get_encryption_materials(encrypt()) is not made
    assert backing.calls == (4, 0)


# --- a hit gives nothing that a miss would refuse ----------------------------------------------------------------------


def test_the_policy_is_compared_on_every_hit() -> None:
    """Also where the identifier alone does not tell: here the underlying CMM chooses the suite."""
    complete = CountingManager().get_encryption_materials(encrypt(SIGNED))
    manager, _ = caching(CountingManager(lambda materials: complete))
    old = AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384
    manager.get_encryption_materials(encrypt(old, policy=FORBIDDING))
    with pytest.raises(exceptions.ActionNotAllowedError):
        manager.get_encryption_materials(encrypt(old, policy=FORBIDDING))


def test_no_policy_reads_what_it_forbids_from_the_cache() -> None:
    manager, backing = caching()
    suite = AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA256
    made = manager.get_encryption_materials(encrypt(suite))
    manager.decrypt_materials(decrypt(made, policy=FORBIDDING))
    manager.decrypt_materials(decrypt(made, policy=LENIENT))
    with pytest.raises(exceptions.ActionNotAllowedError):
        manager.decrypt_materials(decrypt(made, policy=STRICT))
    with pytest.raises(exceptions.ActionNotAllowedError):
        manager.get_encryption_materials(encrypt(suite, policy=STRICT))
    assert backing.calls == (2, 3)


def test_the_context_given_on_decrypt_is_compared_on_every_hit() -> None:
    manager, backing = caching()
    made = manager.get_encryption_materials(encrypt(context={"a": "1", "b": "2"}, required_encryption_context_keys=["b"]))
    for _ in range(2):
        materials = manager.decrypt_materials(decrypt(made, {"b": "2"}))
        assert materials.required_encryption_context_keys == {"b"}
    assert backing.calls == (1, 1)
    for wrong in (None, {}, {"b": "3"}, {"a": "1"}):
        with pytest.raises(exceptions.DecryptKeyError):
            manager.decrypt_materials(decrypt(made, wrong))
    with pytest.raises(exceptions.EncryptionContextMismatchError):
        manager.decrypt_materials(decrypt(made, {"a": "2", "b": "2"}))


class AlwaysFinds(CryptoMaterialsCache):
    """A faulty cache: it returns the entry that was put last, whatever is asked for."""

    def __init__(self) -> None:
        self.inner = LocalCryptoMaterialsCache(1)
        self.last: Any = None

    def put_encryption_materials(
        self, cache_key: bytes, encryption_materials: Any, plaintext_length: int, entry_hints: Any = None
    ) -> Any:
        self.last = self.inner.put_encryption_materials(cache_key, encryption_materials, plaintext_length, entry_hints)
        return self.last

    def put_decryption_materials(self, cache_key: bytes, decryption_materials: Any) -> Any:
        self.last = self.inner.put_decryption_materials(cache_key, decryption_materials)
        return self.last

    def get_encryption_materials(self, cache_key: bytes, plaintext_length: int) -> Any:
        return self.get_decryption_materials(cache_key)

    def get_decryption_materials(self, cache_key: bytes) -> Any:
        if self.last is None:
            raise exceptions.CacheKeyError("nothing yet")
        return self.last


def test_a_cache_that_mixes_things_up_does_no_harm() -> None:
    manager, backing = caching(cache=AlwaysFinds())
    made = manager.get_encryption_materials(encrypt(context={"a": "1", "b": "2"}))
    # Materials of the other kind, materials without the required keys, of another suite, of another context.
    assert manager.decrypt_materials(decrypt(made)).algorithm is UNSIGNED
    manager.get_encryption_materials(encrypt())
    manager.get_encryption_materials(encrypt(required_encryption_context_keys=["a"]))
    assert backing.calls == (3, 1)
    manager.decrypt_materials(decrypt(made))
    other = CountingManager().get_encryption_materials(encrypt(SIGNED))
    assert manager.decrypt_materials(decrypt(other)).algorithm is SIGNED
    assert backing.calls == (3, 3)
    asked = decrypt(other, {"a": "2"})
    with pytest.raises(exceptions.EncryptionContextMismatchError):
        manager.decrypt_materials(asked)
    # Here the message does not contradict the caller; what the materials were made for does.
    del asked.encryption_context["a"]
    with pytest.raises(exceptions.EncryptionContextMismatchError):
        manager.decrypt_materials(asked)
    old = CountingManager().get_encryption_materials(encrypt(AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA256))
    manager.decrypt_materials(decrypt(old))
    with pytest.raises(exceptions.ActionNotAllowedError):
        manager.decrypt_materials(decrypt(old, policy=STRICT))
    assert backing.calls == (3, 4)


# --- failures, and what is not kept ------------------------------------------------------------------------------------


def test_a_failure_reaches_the_caller_and_is_not_kept() -> None:
    manager, backing = caching()
    made = CountingManager().get_encryption_materials(encrypt())
    backing.failures = [exceptions.GenerateKeyError("once"), exceptions.DecryptKeyError("once")]
    with pytest.raises(exceptions.GenerateKeyError, match="once"):
        manager.get_encryption_materials(encrypt())
    with pytest.raises(exceptions.DecryptKeyError, match="once"):
        manager.decrypt_materials(decrypt(made))
    manager.get_encryption_materials(encrypt())
    manager.decrypt_materials(decrypt(made))
    assert backing.calls == (2, 2)
    assert manager.stats() == (0, 4, 0)


@pytest.mark.parametrize("returned", [None, "materials", EncryptionMaterials(UNSIGNED, encryption_context={})])
def test_what_is_no_complete_materials_is_handed_on_and_not_kept(returned: object) -> None:
    """The operation is who refuses it."""
    manager, backing = caching(CountingManager(lambda _: returned))
    for _ in range(2):
        assert manager.get_encryption_materials(encrypt()) is returned
    made = CountingManager().get_encryption_materials(encrypt())
    for _ in range(2):
        assert manager.decrypt_materials(decrypt(made)) is returned
    assert backing.calls == (2, 2)


def test_the_null_cache() -> None:
    manager, backing = caching(cache=NullCryptoMaterialsCache())
    made = [manager.get_encryption_materials(encrypt()) for _ in range(3)]
    for _ in range(2):
        manager.decrypt_materials(decrypt(made[0]))
    assert backing.calls == (3, 2)
    assert manager.stats() == (0, 5, 0)
