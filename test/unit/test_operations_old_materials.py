"""The operations with materials that a CMM of versions 1 to 4 made and changed: whatever it did, the failure is named."""

from __future__ import annotations

from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._materials import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk._operations.decrypt import DecryptOperation
from aws_encryption_sdk._operations.encrypt import EncryptOperation
from aws_encryption_sdk.identifiers import AlgorithmSuite, SignaturePolicy

from .operation_materials import data_key_for, encryption_materials, message_of, wrapped_keys

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY


def old_encryption() -> EncryptionMaterials:
    return EncryptionMaterials(SUITE, data_key_for(SUITE), set(wrapped_keys(2)), {"a": "1"})


def decrypt(materials: DecryptionMaterials) -> None:
    operation = DecryptOperation(
        lambda header: materials, policy=None, signature_policy=SignaturePolicy.ALLOW_ENCRYPT_ALLOW_DECRYPT
    )
    operation.process(memoryview(message_of(encryption_materials(SUITE), b"", 10)), at_end=True)


@pytest.mark.parametrize("keys", [[], ["a"]])
def test_required_keys_may_be_assigned(keys: list[str]) -> None:
    materials = old_encryption()
    materials.required_encryption_context_keys = keys  # type: ignore[assignment]

    assert EncryptOperation(lambda: materials, policy=None, frame_length=10).start()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("required_encryption_context_keys", ["missing"]),
        ("encryption_context", {}),
        ("encryption_context", {"a": "\ud800"}),
        ("encrypted_data_keys", set()),
        ("data_encryption_key", None),
        ("algorithm", None),
        ("algorithm", "suite"),
        ("signing_key", b"unexpected"),
    ],
)
def test_encryption_materials_that_became_wrong(name: str, value: Any) -> None:
    materials = old_encryption()
    materials.required_encryption_context_keys = ["a"]  # type: ignore[assignment]
    with pytest.raises(exceptions.AWSEncryptionSDKClientError):  # noqa: PT012 - it may fail when it is assigned, or used
        setattr(materials, name, value)
        EncryptOperation(lambda: materials, policy=None, frame_length=10).start()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("required_encryption_context_keys", ["missing"]),
        ("data_key", None),
        ("algorithm", "suite"),
        ("algorithm", AlgorithmSuite.AES_128_GCM_IV12_TAG16),
    ],
)
def test_decryption_materials_that_became_wrong(name: str, value: Any) -> None:
    decrypt(DecryptionMaterials(data_key_for(SUITE)))
    materials = DecryptionMaterials(data_key_for(SUITE))
    with pytest.raises(exceptions.AWSEncryptionSDKClientError):  # noqa: PT012 - it may fail when it is assigned, or used
        setattr(materials, name, value)
        decrypt(materials)
