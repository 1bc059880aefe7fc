"""Programs with a materials manager of their own, written for the keyring interface."""

from __future__ import annotations

import attrs
import pytest

import aws_encryption_sdk
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, InvalidCryptographicMaterialsError
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager

UNSIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
SIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384


class UnapprovedAlgorithmSuiteError(Exception):
    """An algorithm suite was named that is not approved."""


class RequireApprovedAlgorithmSuites(CryptoMaterialsManager):
    """Refuses algorithm suites that are not approved."""

    def __init__(self, keyring: Keyring) -> None:
        self._allowed_algorithm_suites = {None, SIGNED}
        self._cmm = DefaultCryptoMaterialsManager(keyring=keyring)

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        if request.algorithm not in self._allowed_algorithm_suites:
            raise UnapprovedAlgorithmSuiteError("Unapproved algorithm suite requested!")
        return self._cmm.get_encryption_materials(request)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        if request.algorithm not in self._allowed_algorithm_suites:
            raise UnapprovedAlgorithmSuiteError("Unapproved algorithm suite requested!")
        return self._cmm.decrypt_materials(request)


class MissingClassificationError(Exception):
    """The encryption context has no classification."""


class ClassificationRequiringCryptoMaterialsManager(CryptoMaterialsManager):
    """Refuses messages without a classification in the encryption context."""

    def __init__(self, keyring: Keyring) -> None:
        self._classification_field = "classification"
        self._cmm = DefaultCryptoMaterialsManager(keyring=keyring)

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        if self._classification_field not in request.encryption_context:
            raise MissingClassificationError("Encryption context does not contain classification!")
        return self._cmm.get_encryption_materials(request)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        if self._classification_field not in request.encryption_context:
            raise MissingClassificationError("Encryption context does not contain classification!")
        return self._cmm.decrypt_materials(request)


class StepByStepManager(CryptoMaterialsManager):
    """Builds immutable materials itself, one step after the other."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        materials = EncryptionMaterials(algorithm=UNSIGNED, encryption_context=request.encryption_context)
        return self.keyring.on_encrypt(encryption_materials=materials)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        materials = DecryptionMaterials(algorithm=request.algorithm, encryption_context=request.encryption_context)
        return self.keyring.on_decrypt(decryption_materials=materials, encrypted_data_keys=request.encrypted_data_keys)


def test_approved_suites(keyring: RawAESKeyring) -> None:
    cmm = RequireApprovedAlgorithmSuites(keyring=keyring)
    ciphertext = aws_encryption_sdk.encrypt(source=b"secret", materials_manager=cmm).result
    assert aws_encryption_sdk.decrypt(source=ciphertext, materials_manager=cmm).result == b"secret"
    with pytest.raises(UnapprovedAlgorithmSuiteError):
        aws_encryption_sdk.encrypt(source=b"secret", materials_manager=cmm, algorithm=UNSIGNED)
    unsigned = aws_encryption_sdk.encrypt(source=b"secret", keyring=keyring, algorithm=UNSIGNED).result
    with pytest.raises(UnapprovedAlgorithmSuiteError):
        aws_encryption_sdk.decrypt(source=unsigned, materials_manager=cmm)


def test_required_classification(keyring: RawAESKeyring) -> None:
    cmm = ClassificationRequiringCryptoMaterialsManager(keyring=keyring)
    ciphertext = aws_encryption_sdk.encrypt(
        source=b"secret", materials_manager=cmm, encryption_context={"classification": "public"}
    ).result
    assert aws_encryption_sdk.decrypt(source=ciphertext, materials_manager=cmm).result == b"secret"
    with pytest.raises(MissingClassificationError):
        aws_encryption_sdk.encrypt(source=b"secret", materials_manager=cmm)
    unclassified = aws_encryption_sdk.encrypt(source=b"secret", keyring=keyring).result
    with pytest.raises(MissingClassificationError):
        aws_encryption_sdk.decrypt(source=unclassified, materials_manager=cmm)


def test_step_by_step(keyring: RawAESKeyring) -> None:
    cmm = StepByStepManager(MultiKeyring(keyring, [RawAESKeyring("ns", "second", bytes(16))]))
    encrypted = aws_encryption_sdk.encrypt(source=b"secret", materials_manager=cmm, encryption_context={"a": "b"})
    assert encrypted.header.algorithm is UNSIGNED
    assert len(encrypted.header.encrypted_data_keys) == 2
    decrypted = aws_encryption_sdk.decrypt(source=encrypted.result, materials_manager=StepByStepManager(keyring))
    assert decrypted.result == b"secret"
    assert decrypted.header.encryption_context == {"a": "b"}


def test_manager_that_adds_to_the_encryption_context(keyring: RawAESKeyring) -> None:
    class Stamping(StepByStepManager):
        def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
            stamped = {**request.encryption_context, "stamp": "2026"}
            return super().get_encryption_materials(attrs.evolve(request, encryption_context=stamped))

    ciphertext, header = aws_encryption_sdk.encrypt(
        source=b"secret", materials_manager=Stamping(keyring), encryption_context={"a": "b"}
    )
    assert header.encryption_context == {"a": "b", "stamp": "2026"}
    assert aws_encryption_sdk.decrypt(source=ciphertext, keyring=keyring).header.encryption_context["stamp"] == "2026"


@pytest.mark.specification("client-apis/decrypt.md", "Keyring", "Cryptographic Materials Manager")
@pytest.mark.specification("client-apis/encrypt.md", "CMM", "Keyring")
def test_default_manager_is_interchangeable_with_its_keyring(keyring: RawAESKeyring) -> None:
    cmm = DefaultCryptoMaterialsManager(keyring=keyring)
    ciphertext = aws_encryption_sdk.encrypt(source=b"secret", materials_manager=cmm).result
    assert aws_encryption_sdk.decrypt(source=ciphertext, keyring=keyring).result == b"secret"
    ciphertext = aws_encryption_sdk.encrypt(source=b"secret", keyring=keyring).result
    assert aws_encryption_sdk.decrypt(source=ciphertext, materials_manager=cmm).result == b"secret"


def test_default_manager_needs_exactly_one_source() -> None:
    with pytest.raises(TypeError):
        DefaultCryptoMaterialsManager()


def test_default_manager_names_its_old_suite() -> None:
    expected = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384
    assert DefaultCryptoMaterialsManager.algorithm is expected


def test_default_manager_asked_directly(keyring: RawAESKeyring) -> None:
    cmm = DefaultCryptoMaterialsManager(keyring=keyring)
    materials = cmm.get_encryption_materials(
        EncryptionMaterialsRequest(
            encryption_context={"a": "b"},
            frame_length=4096,
            algorithm=Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384,
        )
    )
    assert materials.is_complete
    # Signing keys are handed out as DER, which begins with a SEQUENCE.
    assert isinstance(materials.signing_key, bytes)
    assert materials.signing_key[0] == 0x30
    assert materials.algorithm is not None
    assert materials.data_encryption_key is not None
    opened = cmm.decrypt_materials(
        DecryptionMaterialsRequest(
            algorithm=materials.algorithm,
            encrypted_data_keys=set(materials.encrypted_data_keys),
            encryption_context=materials.encryption_context,
        )
    )
    assert opened.is_complete
    assert opened.data_encryption_key is not None
    assert opened.data_encryption_key.data_key == materials.data_encryption_key.data_key
    assert isinstance(opened.verification_key, bytes)
    assert opened.verification_key[0] == 0x30


def test_incomplete_materials_are_refused() -> None:
    class Idle(Keyring):
        def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
            return encryption_materials

    with pytest.raises(InvalidCryptographicMaterialsError):
        aws_encryption_sdk.encrypt(source=b"x", keyring=Idle())
    with pytest.raises(AWSEncryptionSDKClientError):
        aws_encryption_sdk.encrypt(source=b"x", materials_manager=StepByStepManager(Idle()))
