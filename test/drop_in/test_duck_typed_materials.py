"""Programs for versions 1 to 4 whose materials managers return objects of their own with the attributes of materials."""

from __future__ import annotations

from collections import namedtuple
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import attr
import pytest

from aws_encryption_sdk import Algorithm, EncryptionSDKClient
from aws_encryption_sdk.caches.local import LocalCryptoMaterialsCache
from aws_encryption_sdk.exceptions import ActionNotAllowedError, InvalidCryptographicMaterialsError, InvalidDataKeyError
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider, WrappingKey
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.structures import DataKey, MasterKeyInfo

CLIENT = EncryptionSDKClient()
SIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
TO_ENCRYPT = ("algorithm", "data_encryption_key", "encrypted_data_keys", "encryption_context", "signing_key")
TO_DECRYPT = ("data_key", "verification_key")


class Provider(RawMasterKeyProvider):
    """A provider of a key that is in the program."""

    provider_id = "program"

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        return WrappingKey(WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING, bytes(32), EncryptionKeyType.SYMMETRIC)


def provider() -> Provider:
    made = Provider()
    made.add_master_key("one")
    return made


class Manager(CryptoMaterialsManager):
    """Returns what ``kind`` makes of the attributes of materials."""

    def __init__(self, kind: Any, **changes: Any) -> None:
        self.inner, self.kind, self.changes = DefaultCryptoMaterialsManager(provider()), kind, changes

    def get_encryption_materials(self, request: Any) -> Any:
        return self._made(self.inner.get_encryption_materials(request), TO_ENCRYPT)

    def decrypt_materials(self, request: Any) -> Any:
        return self._made(self.inner.decrypt_materials(request), TO_DECRYPT)

    def _made(self, materials: Any, names: tuple[str, ...]) -> Any:
        fields = {name: getattr(materials, name) for name in names}
        return self.kind({**fields, **{name: value for name, value in self.changes.items() if name in names}})


def as_namedtuple(fields: dict[str, Any]) -> Any:
    return namedtuple("Materials", fields)(**fields)


def as_own_class(fields: dict[str, Any]) -> Any:
    return attr.make_class("Materials", list(fields))(**fields)


def as_namespace(fields: dict[str, Any]) -> Any:
    # Unsigned suites need no keys.
    return SimpleNamespace(**{name: value for name, value in fields.items() if value is not None})


@pytest.mark.parametrize("kind", [as_namedtuple, as_own_class, as_namespace])
@pytest.mark.parametrize("suite", [SIGNED, UNSIGNED])
def test_are_taken(suite: Algorithm, kind: Any) -> None:
    manager = Manager(kind)
    caching = CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(10), 60.0, backing_materials_manager=manager)
    for source in (manager, caching):
        ciphertext, _ = CLIENT.encrypt(source=b"x", materials_manager=source, algorithm=suite, encryption_context={"a": "b"})
        for reader in ({"key_provider": provider()}, {"materials_manager": source}):
            plaintext, header = CLIENT.decrypt(source=ciphertext, **reader)
            assert (plaintext, header.encryption_context["a"]) == (b"x", "b")
        message = CLIENT.stream(mode="e", source=b"y", materials_manager=source, algorithm=suite).read()
        assert CLIENT.stream(mode="d", source=message, materials_manager=source).read() == b"y"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"algorithm": "AES"}, InvalidCryptographicMaterialsError),
        ({"algorithm": Algorithm.AES_256_GCM_IV12_TAG16, "signing_key": None}, ActionNotAllowedError),
        ({"algorithm": UNSIGNED, "signing_key": b"key"}, InvalidCryptographicMaterialsError),
        ({"data_encryption_key": None}, InvalidCryptographicMaterialsError),
        ({"data_encryption_key": b"key"}, InvalidCryptographicMaterialsError),
        ({"data_encryption_key": DataKey(MasterKeyInfo("p", b"k"), b"short", b"e")}, InvalidDataKeyError),
        ({"encrypted_data_keys": set()}, InvalidCryptographicMaterialsError),
        ({"encrypted_data_keys": [b"key"]}, InvalidCryptographicMaterialsError),
        ({"encryption_context": None}, InvalidCryptographicMaterialsError),
        ({"encryption_context": {"a": 1}}, InvalidCryptographicMaterialsError),
    ],
)
def test_are_checked_to_encrypt(changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        CLIENT.encrypt(source=b"x", materials_manager=Manager(as_own_class, **changes), algorithm=SIGNED)


@pytest.mark.parametrize(
    "changes",
    [{"data_key": None}, {"data_key": b"key"}, {"data_key": DataKey(MasterKeyInfo("p", b"k"), b"short", b"e")}],
)
def test_are_checked_to_decrypt(changes: dict[str, Any]) -> None:
    ciphertext, _ = CLIENT.encrypt(source=b"x", key_provider=provider())
    with pytest.raises((InvalidCryptographicMaterialsError, InvalidDataKeyError)):
        CLIENT.decrypt(source=ciphertext, materials_manager=Manager(as_own_class, **changes))


@pytest.mark.parametrize("returned", [None, "materials", object(), {"algorithm": SIGNED}, MagicMock(), MagicMock])
def test_anything_else_is_refused(returned: Any) -> None:
    manager = Manager(lambda _: returned)
    with pytest.raises(InvalidCryptographicMaterialsError, match="The CMM returned"):
        CLIENT.encrypt(source=b"x", materials_manager=manager)
    ciphertext, _ = CLIENT.encrypt(source=b"x", key_provider=provider())
    with pytest.raises(InvalidCryptographicMaterialsError, match="The CMM returned"):
        CLIENT.decrypt(source=ciphertext, materials_manager=manager)


def test_required_keys_of_such_objects_hold() -> None:
    """What is required is not stored: an attribute that versions 1 to 4 do not know must not be lost on the way."""

    class Requiring(Manager):
        def get_encryption_materials(self, request: Any) -> Any:
            made = super().get_encryption_materials(request)
            made.required_encryption_context_keys = {"tenant"}
            return made

    context = {"tenant": "not to be stored", "public": "stored"}
    manager = Requiring(as_namespace)
    message = CLIENT.encrypt(
        source=b"text", materials_manager=manager, encryption_context=context, algorithm=UNSIGNED
    ).result

    assert b"not to be stored" not in message
    assert b"public" in message
    read = CLIENT.decrypt(source=message, key_provider=provider(), encryption_context={"tenant": "not to be stored"})
    assert read.result == b"text"
