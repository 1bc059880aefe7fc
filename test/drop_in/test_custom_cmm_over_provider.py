"""Programs with a materials manager of their own over a master key provider, written for versions 1 to 4."""

from __future__ import annotations

import copy
import os
from typing import Any

import attr
import pytest

import aws_encryption_sdk
from aws_encryption_sdk import Algorithm, CommitmentPolicy
from aws_encryption_sdk.exceptions import ActionNotAllowedError, MasterKeyProviderError
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.base import MasterKeyProvider
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider, WrappingKey
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey

CLIENT = aws_encryption_sdk.EncryptionSDKClient()
SIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY


class Provider(RawMasterKeyProvider):
    """Has random keys."""

    provider_id = "tests"

    def __init__(self, *_: Any) -> None:
        self.keys: dict[bytes, bytes] = {}

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        return WrappingKey(
            WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            self.keys.setdefault(key_id, os.urandom(32)),
            EncryptionKeyType.SYMMETRIC,
        )


@pytest.fixture
def provider() -> Provider:
    """A provider of two keys."""
    made = Provider()
    made.add_master_keys_from_list(["one", "two"])
    return made


class UnsignedOnly(CryptoMaterialsManager):
    """Takes a provider or a materials manager, and refuses signed suites."""

    def __init__(
        self, master_key_provider: MasterKeyProvider | None = None, materials_manager: CryptoMaterialsManager | None = None
    ) -> None:
        if (master_key_provider is not None) == (materials_manager is not None):
            raise ValueError("Must provide exactly one")
        self.cmm = materials_manager or DefaultCryptoMaterialsManager(master_key_provider=master_key_provider)

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        if request.algorithm is None or request.algorithm.is_signing():
            raise ValueError("Algorithm provided to UnsignedOnly must be unsigned")
        return self.cmm.get_encryption_materials(request)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        if request.algorithm.is_signing():
            raise ValueError("The message is signed")
        return self.cmm.decrypt_materials(request)


def test_a_manager_that_narrows(provider: Provider) -> None:
    for manager in (UnsignedOnly(provider), UnsignedOnly(materials_manager=DefaultCryptoMaterialsManager(provider))):
        message, _ = CLIENT.encrypt(source=b"text", materials_manager=manager, algorithm=UNSIGNED)
        assert CLIENT.decrypt(source=message, materials_manager=manager)[0] == b"text"
        with pytest.raises(ValueError, match="must be unsigned"):
            CLIENT.encrypt(source=b"text", materials_manager=manager)
        signed, _ = CLIENT.encrypt(source=b"text", key_provider=provider)
        with pytest.raises(ValueError, match="is signed"):
            CLIENT.decrypt(source=signed, materials_manager=manager)


class ByHand(CryptoMaterialsManager):
    """Does by hand what the default manager of version 4 does, with the provider's own methods."""

    def __init__(self, master_key_provider: MasterKeyProvider) -> None:
        self.master_key_provider = master_key_provider

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        algorithm = request.algorithm or UNSIGNED
        context = request.encryption_context.copy()
        context["added"] = "by the manager"
        primary, master_keys = self.master_key_provider.master_keys_for_encryption(
            encryption_context=context,
            plaintext_rostream=request.plaintext_rostream,
            plaintext_length=request.plaintext_length,
        )
        if primary is None:
            raise MasterKeyProviderError("No Master Keys available")
        data_key = primary.generate_data_key(algorithm, context)
        wrapped = {EncryptedDataKey(data_key.key_provider, data_key.encrypted_data_key)}
        for key in master_keys:
            if key is not primary:
                wrapped.add(key.encrypt_data_key(data_key=data_key, algorithm=algorithm, encryption_context=context))
        return EncryptionMaterials(
            algorithm=algorithm,
            data_encryption_key=data_key,
            encrypted_data_keys=wrapped,
            encryption_context=context,
            signing_key=None,
        )

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        data_key = self.master_key_provider.decrypt_data_key_from_list(
            encrypted_data_keys=request.encrypted_data_keys,
            algorithm=request.algorithm,
            encryption_context=request.encryption_context,
        )
        assert isinstance(data_key, DataKey)
        return DecryptionMaterials(data_key=data_key, verification_key=None)


def test_a_manager_that_uses_the_provider_itself(provider: Provider) -> None:
    manager = ByHand(provider)
    message, header = CLIENT.encrypt(source=b"text", materials_manager=manager, encryption_context={"a": "b"})
    assert header.encryption_context == {"a": "b", "added": "by the manager"}
    assert len(header.encrypted_data_keys) == 2
    assert CLIENT.decrypt(source=message, materials_manager=manager)[0] == b"text"
    assert CLIENT.decrypt(source=message, key_provider=provider)[0] == b"text"


def test_what_it_sets_on_its_materials_is_written(provider: Provider) -> None:
    class Changing(ByHand):
        """Assigns attributes of materials, as they could be in version 4."""

        def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
            materials = super().get_encryption_materials(request)
            kept = {key for key in materials.encrypted_data_keys if key.key_provider.key_info.startswith(b"one")}
            setattr(materials, "encrypted_data_keys", kept)  # noqa: B010 - its type says that it is read only
            return materials

    message, header = CLIENT.encrypt(source=b"text", materials_manager=Changing(provider))
    assert len(header.encrypted_data_keys) == 1
    assert CLIENT.decrypt(source=message, key_provider=provider)[0] == b"text"


def test_a_manager_with_a_context_of_its_own(provider: Provider) -> None:
    class Adding(CryptoMaterialsManager):
        """Adds to the context of the request, and asks the default manager."""

        def __init__(self) -> None:
            self.cmm = DefaultCryptoMaterialsManager(provider)

        def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
            inner = copy.copy(request)
            inner.encryption_context = {**request.encryption_context, "added": "x"}
            return self.cmm.get_encryption_materials(inner)

        def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
            if request.encryption_context.get("added") != "x":
                raise ValueError("Not from here")
            return self.cmm.decrypt_materials(request)

    message, header = CLIENT.encrypt(source=b"text", materials_manager=Adding(), encryption_context={"a": "b"})
    assert header.encryption_context.items() >= {"a": "b", "added": "x"}.items()
    assert header.algorithm is SIGNED
    assert CLIENT.decrypt(source=message, materials_manager=Adding())[0] == b"text"


def test_requests_in_the_old_shape(provider: Provider) -> None:
    manager = DefaultCryptoMaterialsManager(provider)
    encryption = EncryptionMaterialsRequest({"a": "b"}, 4096)
    assert encryption.commitment_policy is CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    materials = manager.get_encryption_materials(encryption)
    assert materials.algorithm is Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384
    assert isinstance(materials.data_encryption_key, DataKey)
    assert isinstance(materials.signing_key, bytes)
    request: Any = DecryptionMaterialsRequest(
        algorithm=materials.algorithm,
        encrypted_data_keys=set(materials.encrypted_data_keys),
        encryption_context=materials.encryption_context,
    )
    opened = manager.decrypt_materials(request)
    assert isinstance(opened.data_key, DataKey)
    assert opened.data_key.data_key == materials.data_encryption_key.data_key
    assert isinstance(opened.verification_key, bytes)
    assert attr.asdict(encryption, recurse=False)["frame_length"] == 4096


def test_the_policy_of_a_request(provider: Provider) -> None:
    manager = DefaultCryptoMaterialsManager(master_key_provider=provider)
    forbidding = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    requiring = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    old = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384
    for policy, algorithm in ((forbidding, SIGNED), (requiring, old)):
        with pytest.raises(ActionNotAllowedError):
            manager.get_encryption_materials(EncryptionMaterialsRequest({}, 4096, policy, None, algorithm))
    assert manager.get_encryption_materials(EncryptionMaterialsRequest({}, 4096, requiring)).algorithm is SIGNED


def test_a_class_derived_from_the_default_manager(provider: Provider) -> None:
    class Counting(DefaultCryptoMaterialsManager):
        """Counts the messages."""

        def __init__(self, master_key_provider: MasterKeyProvider) -> None:
            super().__init__(master_key_provider)
            self.count = 0

        def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
            self.count += 1
            return super().get_encryption_materials(request)

    manager = Counting(provider)
    message, _ = CLIENT.encrypt(source=b"text", materials_manager=manager)
    assert CLIENT.decrypt(source=message, materials_manager=manager)[0] == b"text"
    assert (manager.count, manager.master_key_provider) == (1, provider)
