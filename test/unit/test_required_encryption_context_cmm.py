"""The required encryption context CMM (framework/required-encryption-context-cmm.md)."""

from __future__ import annotations

from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.caches import LocalCryptoMaterialsCache
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.required_encryption_context import (
    RequiredEncryptionContextCryptoMaterialsManager as RequiredManager,
)

from .counting_manager import CountingManager

pytestmark = pytest.mark.specification(
    "framework/required-encryption-context-cmm.md",
    "Overview",
    "Initialization",
    "Underlying Cryptographic Materials Manager",
    "Required Encryption Context Keys",
    "Get Encryption Materials",
    "Decrypt Materials",
)

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
POLICY = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
KEYRING = RawAESKeyring("namespace", "name", bytes(range(32)))
CONTEXT = {"tenant": "t", "user": "u", "purpose": "p"}


def encrypt(context: dict[str, str] | None = None, **fields: Any) -> EncryptionMaterialsRequest:
    given = CONTEXT if context is None else context
    return EncryptionMaterialsRequest(given, 4096, POLICY, algorithm=SUITE, plaintext_length=10, **fields)


def decrypt(made: EncryptionMaterials, reproduced: dict[str, str] | None) -> DecryptionMaterialsRequest:
    """Return the request for a message with these materials."""
    stored = {k: v for k, v in made.encryption_context.items() if k not in made.required_encryption_context_keys}
    return DecryptionMaterialsRequest(made.algorithm, made.encrypted_data_keys, stored, reproduced, POLICY)


# --- initialization ----------------------------------------------------------------------------------------------------


def test_over_a_keyring_the_underlying_cmm_is_a_default_one() -> None:
    manager = RequiredManager(["tenant"], keyring=KEYRING)
    assert type(manager.underlying_cmm) is DefaultCryptoMaterialsManager
    assert manager.underlying_cmm.keyring is KEYRING
    assert manager.required_encryption_context_keys == {"tenant"}
    assert repr(manager).startswith("RequiredEncryptionContextCryptoMaterialsManager(['tenant'], underlying_cmm=Default")


@pytest.mark.parametrize(
    "sources", [{}, {"underlying_cmm": CountingManager(), "keyring": KEYRING}, {"keyring": "a"}, {"underlying_cmm": KEYRING}]
)
def test_there_is_one_source_of_the_right_kind(sources: dict[str, Any]) -> None:
    with pytest.raises(exceptions.ArgumentTypeError):
        RequiredManager(["tenant"], **sources)


@pytest.mark.parametrize("keys", ["tenant", None, 1, [1], ["a", b"b"]])
def test_keys_are_a_collection_of_text(keys: Any) -> None:
    with pytest.raises(
        (exceptions.ArgumentTypeError, exceptions.ArgumentValueError), match="required_encryption_context_keys"
    ):
        RequiredManager(keys, keyring=KEYRING)


@pytest.mark.parametrize("keys", [[], set(), ()])
def test_there_are_keys(keys: Any) -> None:
    with pytest.raises(exceptions.ArgumentValueError, match="at least one key"):
        RequiredManager(keys, keyring=KEYRING)


def test_what_no_caller_can_give_cannot_be_required() -> None:
    with pytest.raises(exceptions.ReservedEncryptionContextKeyError, match="aws-crypto-public-key"):
        RequiredManager(["tenant", "aws-crypto-public-key"], keyring=KEYRING)


# --- get encryption materials ------------------------------------------------------------------------------------------


def test_the_request_has_a_value_for_every_key() -> None:
    backing = CountingManager()
    manager = RequiredManager(["tenant", "user", "zone", "area"], backing)
    with pytest.raises(
        exceptions.MissingEncryptionContextError, match=r"given to encrypt lacks .*: 'area', 'zone'$"
    ) as caught:
        manager.get_encryption_materials(encrypt())
    assert isinstance(caught.value, ValueError)
    assert backing.calls == (0, 0)


def test_an_empty_value_is_a_value() -> None:
    RequiredManager(["tenant"], keyring=KEYRING).get_encryption_materials(encrypt({"tenant": ""}))


def test_the_request_names_the_keys_besides_those_it_had() -> None:
    backing = CountingManager()
    asked = encrypt(required_encryption_context_keys={"purpose"}, plaintext_rostream="as it was")
    made = RequiredManager({"tenant", "user"}, backing).get_encryption_materials(asked)
    (handed_on,) = backing.encrypts
    assert handed_on.required_encryption_context_keys == {"tenant", "user", "purpose"}
    assert asked.required_encryption_context_keys == {"purpose"}
    for name in (
        "encryption_context",
        "frame_length",
        "commitment_policy",
        "plaintext_rostream",
        "algorithm",
        "plaintext_length",
    ):
        assert getattr(handed_on, name) == getattr(asked, name)
    assert made.required_encryption_context_keys == {"tenant", "user", "purpose"}
    assert made.encryption_context == CONTEXT


@pytest.mark.parametrize("kept", [{"tenant"}, {"user", "purpose"}, set()])
def test_materials_that_would_store_a_pair_are_refused(kept: set[str]) -> None:
    backing = CountingManager(lambda made: made.with_encryption_context(made.encryption_context, kept))
    with pytest.raises(exceptions.InvalidCryptographicMaterialsError, match="leave the required pairs out of the message"):
        RequiredManager(["tenant", "user"], backing).get_encryption_materials(encrypt())


def test_no_materials_are_refused() -> None:
    manager = RequiredManager(["tenant"], CountingManager(lambda made: None))
    with pytest.raises(exceptions.InvalidCryptographicMaterialsError):
        manager.get_encryption_materials(encrypt())


def test_the_failure_of_the_underlying_cmm_is_its_own() -> None:
    backing = CountingManager()
    backing.failures = [RuntimeError("first"), RuntimeError("second")]
    manager = RequiredManager(["tenant"], backing)
    with pytest.raises(RuntimeError, match="first"):
        manager.get_encryption_materials(encrypt())
    with pytest.raises(RuntimeError, match="second"):
        manager.decrypt_materials(decrypt(CountingManager().get_encryption_materials(encrypt()), CONTEXT))


# --- decrypt materials -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reproduced", [None, {}, {"user": "u", "purpose": "p"}])
def test_the_caller_gives_a_value_for_every_key(reproduced: dict[str, str] | None) -> None:
    backing = CountingManager()
    manager = RequiredManager(["tenant"], backing)
    made = manager.get_encryption_materials(encrypt())
    with pytest.raises(exceptions.MissingEncryptionContextError, match=r"given to decrypt lacks .*: 'tenant'$"):
        manager.decrypt_materials(decrypt(made, reproduced))
    assert backing.calls == (1, 0)


def test_it_is_not_enough_that_the_message_stores_the_pair() -> None:
    stored = CountingManager().get_encryption_materials(encrypt())
    manager = RequiredManager(["tenant"], CountingManager())
    with pytest.raises(exceptions.MissingEncryptionContextError):
        manager.decrypt_materials(decrypt(stored, {}))
    opened = manager.decrypt_materials(decrypt(stored, {"tenant": "t"}))
    assert opened.data_key is not None
    assert opened.data_key.data_key == stored.plaintext_data_key()


def test_the_request_is_handed_on_unchanged() -> None:
    backing = CountingManager()
    manager = RequiredManager(["tenant"], backing)
    asked = decrypt(manager.get_encryption_materials(encrypt()), {"tenant": "t"})
    opened = manager.decrypt_materials(asked)
    assert backing.decrypts[0] is asked
    assert opened.encryption_context == CONTEXT
    assert opened.required_encryption_context_keys == {"tenant"}


def test_materials_that_are_not_bound_to_a_pair_are_refused() -> None:
    def without_tenant(materials: Any) -> Any:
        if isinstance(materials, EncryptionMaterials):
            return materials
        return materials.with_encryption_context({"user": "u", "purpose": "p"}, ())

    manager = RequiredManager(["tenant"], CountingManager(without_tenant))
    made = manager.get_encryption_materials(encrypt())
    with pytest.raises(exceptions.InvalidCryptographicMaterialsError, match="hand on the reproduced encryption context"):
        manager.decrypt_materials(decrypt(made, {"tenant": "t"}))


def test_a_cmm_of_versions_1_to_4_that_drops_the_context_is_refused() -> None:
    manager = RequiredManager(
        ["tenant"],
        CountingManager(lambda made: DecryptionMaterials(made.data_key) if isinstance(made, DecryptionMaterials) else made),
    )
    made = manager.get_encryption_materials(encrypt())
    with pytest.raises(exceptions.InvalidCryptographicMaterialsError):
        manager.decrypt_materials(decrypt(made, {"tenant": "t"}))


# --- one over the other ------------------------------------------------------------------------------------------------


def test_one_over_the_other_requires_the_keys_of_both() -> None:
    backing = CountingManager()
    manager = RequiredManager(["tenant"], RequiredManager(["user"], backing))
    made = manager.get_encryption_materials(encrypt())
    assert made.required_encryption_context_keys == {"tenant", "user"}
    assert manager.required_encryption_context_keys == {"tenant", "user"}
    for missing in ("tenant", "user"):
        context = {key: value for key, value in CONTEXT.items() if key != missing}
        with pytest.raises(exceptions.MissingEncryptionContextError, match=repr(missing)):
            manager.get_encryption_materials(encrypt(context))
        with pytest.raises(exceptions.MissingEncryptionContextError, match=repr(missing)):
            manager.decrypt_materials(decrypt(made, context))


def test_a_caching_cmm_requires_what_the_one_below_requires() -> None:
    """In a shared partition a cache may hold what another CMM made, which requires nothing."""
    cache = LocalCryptoMaterialsCache(10)
    careless_backing, strict_backing = CountingManager(), CountingManager()
    careless = CachingCryptoMaterialsManager(
        cache, max_age=60, partition_name="p", backing_materials_manager=careless_backing
    )
    strict = CachingCryptoMaterialsManager(
        cache, max_age=60, partition_name="p", backing_materials_manager=RequiredManager(["tenant"], strict_backing)
    )
    assert strict.required_encryption_context_keys == {"tenant"}
    assert careless.required_encryption_context_keys == frozenset()

    stored = careless.get_encryption_materials(encrypt())
    made = strict.get_encryption_materials(encrypt())
    assert made.required_encryption_context_keys == {"tenant"}
    assert strict.get_encryption_materials(encrypt()) == made
    assert careless.get_encryption_materials(encrypt()) == stored

    careless.decrypt_materials(decrypt(stored, None))
    with pytest.raises(exceptions.MissingEncryptionContextError):
        strict.decrypt_materials(decrypt(stored, None))
    with pytest.raises(exceptions.MissingEncryptionContextError):
        strict.get_encryption_materials(encrypt({"user": "u"}))
    assert strict_backing.calls == (1, 0)


def test_what_is_required_is_known_through_several_layers() -> None:
    inner = CachingCryptoMaterialsManager(
        LocalCryptoMaterialsCache(10), max_age=60, backing_materials_manager=RequiredManager(["user"], keyring=KEYRING)
    )
    outer = CachingCryptoMaterialsManager(
        LocalCryptoMaterialsCache(10), max_age=60, backing_materials_manager=RequiredManager(["tenant"], inner)
    )
    assert outer.required_encryption_context_keys == {"tenant", "user"}
