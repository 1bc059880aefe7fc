"""Requests and materials, as programs build them for the keyring interface and for versions 1 to 4."""

from __future__ import annotations

from typing import Any

import pytest

from aws_encryption_sdk.exceptions import InvalidDataKeyError, SignatureKeyError
from aws_encryption_sdk.identifiers import Algorithm, CommitmentPolicy
from aws_encryption_sdk.materials_managers import (
    CryptographicMaterials,
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo, RawDataKey

SIGNED = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384
UNSIGNED = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA256
PROVIDER = MasterKeyInfo("provider", b"info")
RAW_DATA_KEY = RawDataKey(PROVIDER, b"k" * 32)
DATA_KEY = DataKey(PROVIDER, b"k" * 32, b"wrapped")
ENCRYPTED = EncryptedDataKey(PROVIDER, b"wrapped")
CONTEXT = {"a": "b"}


def test_encryption_request_in_the_order_of_version_4() -> None:
    forbid = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    request = EncryptionMaterialsRequest(CONTEXT, 4096, forbid, None, SIGNED, 17)
    assert request.encryption_context == CONTEXT
    assert request.frame_length == 4096
    assert request.commitment_policy is forbid
    assert request.plaintext_rostream is None
    assert request.algorithm is SIGNED
    assert request.plaintext_length == 17


def test_encryption_request_of_the_keyring_interface() -> None:
    request = EncryptionMaterialsRequest(encryption_context={}, frame_length=5)
    assert request.commitment_policy is CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    assert (request.algorithm, request.plaintext_length) == (None, None)


@pytest.mark.parametrize("keys", [{ENCRYPTED}, [ENCRYPTED], (ENCRYPTED,)], ids=["set", "list", "tuple"])
def test_decryption_request(keys: Any) -> None:
    request = DecryptionMaterialsRequest(SIGNED, keys, CONTEXT)
    assert request.algorithm is SIGNED
    assert request.encrypted_data_keys == {ENCRYPTED}
    assert list(request.encrypted_data_keys) == [ENCRYPTED]
    assert request.encryption_context == CONTEXT
    assert request.reproduced_encryption_context is None
    assert request.commitment_policy is CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    whole = DecryptionMaterialsRequest(SIGNED, keys, CONTEXT, {"c": "d"}, CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)
    assert whole.reproduced_encryption_context == {"c": "d"}


def test_encryption_materials_step_by_step() -> None:
    empty = EncryptionMaterials(algorithm=SIGNED, encryption_context=CONTEXT)
    assert isinstance(empty, CryptographicMaterials)
    assert not empty.is_complete
    assert empty.data_encryption_key is None
    assert empty.encrypted_data_keys == ()
    with_key = empty.with_data_encryption_key(RAW_DATA_KEY)
    wrapped = with_key.with_encrypted_data_key(ENCRYPTED)
    complete = wrapped.with_signing_key(b"a signing key")
    # Each step is a new object, and the ones before stay what they were.
    assert empty.data_encryption_key is None
    assert with_key.encrypted_data_keys == ()
    assert not wrapped.is_complete
    assert complete.is_complete
    assert complete.data_encryption_key == RAW_DATA_KEY
    assert complete.encrypted_data_keys == (ENCRYPTED,)
    assert isinstance(complete.encrypted_data_keys, tuple)
    assert complete.signing_key == b"a signing key"


def test_materials_of_an_unsigned_suite_are_complete_without_a_signing_key() -> None:
    materials = EncryptionMaterials(algorithm=UNSIGNED, encryption_context={}).with_data_encryption_key(RAW_DATA_KEY)
    assert materials.with_encrypted_data_key(ENCRYPTED).is_complete


def test_encryption_materials_at_once_as_version_4_has_them() -> None:
    materials = EncryptionMaterials(SIGNED, DATA_KEY, {ENCRYPTED}, CONTEXT, b"a signing key")
    assert materials.algorithm is SIGNED
    assert materials.data_encryption_key is not None
    assert materials.data_encryption_key.data_key == b"k" * 32
    assert materials.encrypted_data_keys == {ENCRYPTED}
    assert materials.encryption_context == CONTEXT
    assert materials.signing_key == b"a signing key"


def test_a_manager_of_version_4_assigns_to_what_it_has_built() -> None:
    materials = EncryptionMaterials(
        algorithm=UNSIGNED, data_encryption_key=DATA_KEY, encrypted_data_keys={ENCRYPTED}, encryption_context=CONTEXT
    )
    other = EncryptedDataKey(PROVIDER, b"wrapped again")
    materials.encryption_context = {"changed": "later"}
    materials.encrypted_data_keys = {other, ENCRYPTED}  # type: ignore[assignment]
    assert materials.encryption_context == {"changed": "later"}
    assert materials.encrypted_data_keys == {ENCRYPTED, other}


def test_other_materials_are_immutable() -> None:
    encryption = EncryptionMaterials(algorithm=SIGNED, encryption_context=CONTEXT)
    decryption = DecryptionMaterials(algorithm=SIGNED, encryption_context=CONTEXT)
    for materials in (encryption, decryption):
        for name in ("algorithm", "encryption_context", "data_encryption_key"):
            with pytest.raises(AttributeError):
                setattr(materials, name, getattr(materials, name))
    with pytest.raises(AttributeError):
        encryption.signing_key = b"x"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        decryption.verification_key = b"x"  # type: ignore[misc]


def test_a_set_gets_a_fixed_order() -> None:
    keys = [EncryptedDataKey(MasterKeyInfo("p", bytes([number])), b"w") for number in range(20)]
    one = EncryptionMaterials(UNSIGNED, DATA_KEY, set(keys), {})
    two = EncryptionMaterials(UNSIGNED, DATA_KEY, {*keys[10:], *keys[:10]}, {})
    assert list(one.encrypted_data_keys) == list(two.encrypted_data_keys)


def test_errors_of_encryption_materials() -> None:
    empty = EncryptionMaterials(algorithm=SIGNED, encryption_context=CONTEXT)
    with_key = empty.with_data_encryption_key(RAW_DATA_KEY)
    with pytest.raises(AttributeError):
        with_key.with_data_encryption_key(RAW_DATA_KEY)
    with pytest.raises(AttributeError):
        empty.with_encrypted_data_key(ENCRYPTED)
    with pytest.raises(AttributeError):
        empty.with_signing_key(b"one").with_signing_key(b"two")
    with pytest.raises(InvalidDataKeyError):
        empty.with_data_encryption_key(RawDataKey(PROVIDER, b"short"))
    with pytest.raises(SignatureKeyError):
        EncryptionMaterials(algorithm=UNSIGNED, encryption_context={}).with_signing_key(b"key")


def test_constructor_errors() -> None:
    incomplete: list[dict[str, Any]] = [
        {"encryption_context": {}},
        {"algorithm": SIGNED},
        {"algorithm": SIGNED, "encryption_context": {}, "encrypted_data_keys": [ENCRYPTED]},
    ]
    for arguments in incomplete:
        with pytest.raises(TypeError):
            EncryptionMaterials(**arguments)
    with pytest.raises(TypeError):
        DecryptionMaterials(data_key=DATA_KEY, data_encryption_key=RAW_DATA_KEY, algorithm=SIGNED, encryption_context={})
    with pytest.raises(TypeError):
        CryptographicMaterials(algorithm=None, encryption_context={})
    with pytest.raises(TypeError):
        CryptographicMaterials(algorithm=SIGNED, encryption_context=None)


def test_decryption_materials_of_version_4() -> None:
    for materials in (
        DecryptionMaterials(DATA_KEY, b"a key"),
        DecryptionMaterials(data_key=DATA_KEY, verification_key=b"a key"),
    ):
        assert materials.data_key is not None
        assert materials.data_key.data_key == b"k" * 32
        assert materials.verification_key == b"a key"
    assert DecryptionMaterials(data_key=DATA_KEY).verification_key is None


def test_decryption_materials_step_by_step() -> None:
    empty = DecryptionMaterials(algorithm=SIGNED, encryption_context=CONTEXT)
    assert (empty.data_key, empty.data_encryption_key, empty.is_complete) == (None, None, False)
    with_key = empty.with_data_encryption_key(RAW_DATA_KEY)
    complete = with_key.with_verification_key(b"a verification key")
    assert empty.data_encryption_key is None
    assert not with_key.is_complete
    assert complete.is_complete
    assert complete.data_key == complete.data_encryption_key == RAW_DATA_KEY
    assert complete.verification_key == b"a verification key"
    with pytest.raises(AttributeError):
        complete.with_data_encryption_key(RAW_DATA_KEY)
    with pytest.raises(AttributeError):
        complete.with_verification_key(b"another")
    with pytest.raises(InvalidDataKeyError):
        empty.with_data_encryption_key(RawDataKey(PROVIDER, b"short"))


def test_errors_of_decryption_materials() -> None:
    with pytest.raises(SignatureKeyError):
        DecryptionMaterials(algorithm=UNSIGNED, encryption_context={}).with_verification_key(b"key")
    with pytest.raises(AttributeError):
        # There is no suite that would tell how long the key has to be.
        DecryptionMaterials(data_key=DATA_KEY).with_data_encryption_key(RAW_DATA_KEY)


def test_the_data_key_does_not_show() -> None:
    secret = RawDataKey(PROVIDER, b"do not show this" * 2)
    shown = (
        secret,
        DataKey(PROVIDER, b"do not show this" * 2, b"wrapped"),
        EncryptionMaterials(algorithm=SIGNED, encryption_context=CONTEXT).with_data_encryption_key(secret),
        DecryptionMaterials(algorithm=SIGNED, encryption_context=CONTEXT).with_data_encryption_key(secret),
    )
    for value in shown:
        assert "do not show" not in repr(value)
        assert "do not show" not in str(value)
