"""Caching CMMs over CMMs of a program's own that require pairs below: a shared cache neither stores nor skips such a pair."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Final

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.caches import LocalCryptoMaterialsCache, StormTrackingCryptoMaterialsCache, TimeUnits
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, MissingEncryptionContextError
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.material_providers.mpl import models
from aws_encryption_sdk.material_providers.mpl.references import (
    CryptographicMaterialsManager,
    ICryptographicMaterialsManager,
)
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.required_encryption_context import (
    RequiredEncryptionContextCryptoMaterialsManager as RequiredManager,
)

from ..unit.test_caching_cmm_sharing import FourMethods

CLIENT: Final = EncryptionSDKClient()
KEYRING: Final = RawAESKeyring("namespace", "name", bytes(32))
CONTEXT: Final = {"tenant": "secret tenant", "purpose": "known"}


class Foreign(CryptoMaterialsManager):
    """A CMM of a program's own, which hands everything on."""

    def __init__(self, inner: CryptoMaterialsManager) -> None:
        self.inner = inner

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        return self.inner.get_encryption_materials(request)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        return self.inner.decrypt_materials(request)


class ForeignMPL(ICryptographicMaterialsManager):
    """The same, written for the Material Providers Library."""

    def __init__(self, inner: CryptoMaterialsManager) -> None:
        self.inner = CryptographicMaterialsManager(inner)

    def get_encryption_materials(self, param: models.GetEncryptionMaterialsInput) -> models.GetEncryptionMaterialsOutput:
        return self.inner.get_encryption_materials(param)

    def decrypt_materials(self, param: models.DecryptMaterialsInput) -> models.DecryptMaterialsOutput:
        return self.inner.decrypt_materials(param)


class DerivedDefault(DefaultCryptoMaterialsManager):
    """A CMM that derives from one of this package, and does something else."""

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        return hidden(KEYRING).get_encryption_materials(request)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        return hidden(KEYRING).decrypt_materials(request)


class DerivedRequired(RequiredManager):
    """The same, from one that tells what it requires; it requires more."""

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        return hidden(KEYRING).get_encryption_materials(request)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        return hidden(KEYRING).decrypt_materials(request)


def hidden(keyring: Keyring) -> CryptoMaterialsManager:
    return RequiredManager(["tenant"], keyring=keyring)


def patched(keyring: Keyring) -> CryptoMaterialsManager:
    """A default CMM whose methods were replaced, as test doubles do it."""
    manager: Any = DefaultCryptoMaterialsManager(keyring=keyring)
    manager.get_encryption_materials = Foreign(hidden(keyring)).get_encryption_materials
    manager.decrypt_materials = Foreign(hidden(keyring)).decrypt_materials
    return manager  # type: ignore[no-any-return]


def caching(backing: Any, cache: Any, **options: Any) -> CachingCryptoMaterialsManager:
    return CachingCryptoMaterialsManager(
        cache, max_age=600, backing_materials_manager=backing, **{"partition_name": "shared", **options}
    )


HIDING: Final[dict[str, Callable[[], Any]]] = {
    "foreign": lambda: Foreign(hidden(KEYRING)),
    "foreign over foreign": lambda: Foreign(Foreign(hidden(KEYRING))),
    "foreign over caching": lambda: Foreign(caching(hidden(KEYRING), LocalCryptoMaterialsCache(10))),
    "caching over foreign": lambda: caching(Foreign(hidden(KEYRING)), LocalCryptoMaterialsCache(10), partition_name=None),
    "required over foreign": lambda: RequiredManager(["purpose"], Foreign(hidden(KEYRING))),
    "MPL": lambda: ForeignMPL(hidden(KEYRING)),
    "foreign over MPL": lambda: Foreign(caching(ForeignMPL(hidden(KEYRING)), LocalCryptoMaterialsCache(10))),
    "derived default": lambda: DerivedDefault(keyring=KEYRING),
    "derived required": lambda: DerivedRequired(["purpose"], keyring=KEYRING),
    "patched": lambda: patched(KEYRING),
}
PLAIN: Final[dict[str, Callable[[], Any]]] = {
    "default": lambda: DefaultCryptoMaterialsManager(keyring=KEYRING),
    "foreign": lambda: Foreign(DefaultCryptoMaterialsManager(keyring=KEYRING)),
    "MPL": lambda: ForeignMPL(DefaultCryptoMaterialsManager(keyring=KEYRING)),
    "requires another": lambda: RequiredManager(["purpose"], keyring=KEYRING),
}
CACHES: Final[dict[str, Callable[[], Any]]] = {
    "local": lambda: LocalCryptoMaterialsCache(10),
    "storm tracking": lambda: StormTrackingCryptoMaterialsCache(10, time_units=TimeUnits.MILLISECONDS),
    "four methods": FourMethods,
}


def stored_in(message: bytes) -> set[str]:
    return {key for key in CONTEXT if key.encode() in message}


def encrypted(manager: Any) -> bytes:
    return CLIENT.encrypt(source=b"text", materials_manager=manager, encryption_context=CONTEXT).result


def decrypted(manager: Any, message: bytes, context: dict[str, str] | None) -> bytes:
    return CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=context).result


@pytest.mark.parametrize("cache", CACHES)
@pytest.mark.parametrize("plain", PLAIN)
@pytest.mark.parametrize("hiding", HIDING)
def test_no_pair_is_stored_and_none_is_skipped(hiding: str, plain: str, cache: str) -> None:
    shared = CACHES[cache]()
    careless, strict = caching(PLAIN[plain](), shared), caching(HIDING[hiding](), shared)
    for _ in range(3):
        assert "tenant" in stored_in(encrypted(careless))
        assert "tenant" not in stored_in(encrypted(strict))
    # A message that stores the pair, and is in the cache since somebody else decrypted it.
    message = encrypted(DefaultCryptoMaterialsManager(keyring=KEYRING))
    for context in (None, {"purpose": "known"}, CONTEXT):
        for _ in range(2):
            if plain != "requires another" or context:
                assert decrypted(careless, message, context) == b"text"
            if context is CONTEXT:
                assert decrypted(strict, message, context) == b"text"
            else:
                with pytest.raises(AWSEncryptionSDKClientError, match=r"tenant|purpose"):
                    decrypted(strict, message, context)
    # A message that does not store it.
    message = encrypted(strict)
    for _ in range(2):
        assert decrypted(strict, message, CONTEXT) == b"text"
        for context in (None, {"purpose": "known"}):
            with pytest.raises(AWSEncryptionSDKClientError):
                decrypted(strict, message, context)


@pytest.mark.parametrize("hiding", HIDING)
def test_under_the_required_cmm(hiding: str) -> None:
    """The nesting the other way round: what is required above is known, what is hidden below stays apart."""
    shared = LocalCryptoMaterialsCache(20)
    plain = RequiredManager(["purpose"], caching(DefaultCryptoMaterialsManager(keyring=KEYRING), shared))
    strict = RequiredManager(["purpose"], caching(HIDING[hiding](), shared))
    for _ in range(2):
        assert stored_in(encrypted(plain)) == {"tenant"}
        # Some of these CMMs do not keep what was required above, and are refused.
        try:
            message = encrypted(strict)
        except AWSEncryptionSDKClientError:
            assert hiding in ("derived required",)
            return
        assert stored_in(message) == set()
        assert decrypted(strict, message, CONTEXT) == b"text"
        with pytest.raises(MissingEncryptionContextError):
            decrypted(strict, message, {"tenant": "secret tenant"})


def test_over_one_and_the_same_foreign_cmm_entries_are_shared() -> None:
    shared, backing = LocalCryptoMaterialsCache(10), Foreign(hidden(KEYRING))
    first, second = caching(backing, shared), caching(backing, shared)
    message = encrypted(first)
    assert encrypted(second) != message
    assert (first.stats(), second.stats()) == ((0, 1, 0), (1, 0, 0))
    for manager in (first, second):
        assert decrypted(manager, message, CONTEXT) == b"text"
    assert (first.stats(), second.stats()) == ((0, 2, 0), (2, 0, 0))
    assert shared.stats() == (2, 2, 0)
    # In another partition, or with another object, nothing is.
    for other in (caching(backing, shared, partition_name="other"), caching(copy.copy(backing), shared)):
        encrypted(other)
        assert other.stats() == (0, 1, 0)


def test_over_one_and_the_same_cmm_of_the_library_entries_are_shared() -> None:
    shared, backing = LocalCryptoMaterialsCache(10), ForeignMPL(hidden(KEYRING))
    managers = [caching(backing, shared) for _ in range(2)]
    for manager in managers:
        encrypted(manager)
    assert [manager.stats() for manager in managers] == [(0, 1, 0), (1, 0, 0)]


def test_over_cmms_that_are_known_entries_are_shared_as_ever() -> None:
    shared = LocalCryptoMaterialsCache(10)
    managers = [
        caching(backing, shared)
        for backing in (
            DefaultCryptoMaterialsManager(keyring=KEYRING),
            DefaultCryptoMaterialsManager(keyring=RawAESKeyring("namespace", "name", bytes(32))),
            CryptographicMaterialsManager(DefaultCryptoMaterialsManager(keyring=KEYRING)),
        )
    ]
    for manager in managers:
        encrypted(manager)
    assert [manager.stats() for manager in managers] == [(0, 1, 0), (1, 0, 0), (1, 0, 0)]


def test_materials_of_a_foreign_cmm_that_is_gone_are_nobodys() -> None:
    """Its place in memory may be taken by another one."""
    shared = LocalCryptoMaterialsCache(1000)
    for number in range(50):
        keys = ["tenant"] if number % 2 else ["purpose"]
        manager = caching(Foreign(RequiredManager(keys, keyring=KEYRING)), shared)
        assert stored_in(encrypted(manager)) == CONTEXT.keys() - set(keys)
        assert manager.stats() == (0, 1, 0)
        del manager


def test_a_cmm_that_moves_to_another_cache_keeps_its_entries_apart() -> None:
    first, second = LocalCryptoMaterialsCache(10), LocalCryptoMaterialsCache(10)
    backing = Foreign(hidden(KEYRING))
    strict, careless = caching(backing, first), caching(DefaultCryptoMaterialsManager(keyring=KEYRING), second)
    encrypted(careless)
    strict.cache = second
    assert stored_in(encrypted(strict)) == {"purpose"}
    other = caching(backing, second)
    encrypted(other)
    assert other.stats() == (1, 0, 0)
