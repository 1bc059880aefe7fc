"""Requests and materials (framework/structures.md, framework/cmm-interface.md)."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._materials import MaterialsStateError
from aws_encryption_sdk._message.encrypted_data_keys import serialize_encrypted_data_keys
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy
from aws_encryption_sdk.materials_managers import (
    CryptographicMaterials,
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, EncryptedDataKeys, MasterKeyInfo, RawDataKey

from .operation_materials import PROVIDER, SUITES, data_key_for, wrapped_keys

pytestmark = pytest.mark.specification(
    "framework/structures.md",
    "Overview",
    "Encryption Materials > Structure",
    "Structure > Algorithm Suite",
    "Encrypted Data Keys",
    "Encryption Materials > Structure > Encryption Context",
    "Structure > Plaintext Data Key",
    "Signing Key",
    "Structure > Required Encryption Context Keys",
    "Fields",
    "Fields > Algorithm Suite",
    "Fields > Encryption Context",
    "Fields > Plaintext Data Key",
    "Verification Key",
    "Fields > Required Encryption Context Keys",
)

SIGNING = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
KEY = data_key_for(SIGNING)
OLD_KEY = DataKey(PROVIDER, KEY.data_key, b"wrapped")
SIGNING_KEY = ec.generate_private_key(ec.SECP384R1())
CONTEXT = {"a": "1", "b": "2"}


def encryption(suite: AlgorithmSuite = SIGNING) -> EncryptionMaterials:
    return EncryptionMaterials(suite, encryption_context=CONTEXT)


def decryption(suite: AlgorithmSuite = SIGNING) -> DecryptionMaterials:
    return DecryptionMaterials(algorithm=suite, encryption_context=CONTEXT)


BOTH = [encryption, decryption]
MakeMaterials = Callable[[], EncryptionMaterials | DecryptionMaterials]


def test_the_constructors_of_the_keyring_interface() -> None:
    keys = wrapped_keys(2)
    made = EncryptionMaterials(SIGNING, KEY, keys, CONTEXT, SIGNING_KEY, ["a"])

    assert (made.algorithm, made.data_encryption_key, made.encrypted_data_keys) == (SIGNING, KEY, tuple(keys))
    assert (made.encryption_context, made.required_encryption_context_keys) == (CONTEXT, frozenset({"a"}))
    assert made.is_complete
    empty = EncryptionMaterials(SIGNING, encryption_context=CONTEXT)
    assert (empty.data_encryption_key, empty.encrypted_data_keys, empty.signing_key) == (None, (), None)
    read = DecryptionMaterials(algorithm=SIGNING, encryption_context=CONTEXT, data_encryption_key=KEY)
    assert (read.algorithm, read.encryption_context, read.data_key, read.data_encryption_key) == (SIGNING, CONTEXT, KEY, KEY)
    plain = CryptographicMaterials(SIGNING, CONTEXT, KEY)
    assert (plain.algorithm, plain.encryption_context, plain.data_encryption_key) == (SIGNING, CONTEXT, KEY)


def test_the_constructors_of_versions_1_to_4() -> None:
    keys = set(wrapped_keys(3))
    made = EncryptionMaterials(SIGNING, OLD_KEY, keys, CONTEXT, b"signing key")

    assert (made.data_encryption_key, made.signing_key, made.is_complete) == (OLD_KEY, b"signing key", True)
    assert made.encrypted_data_keys == keys
    assert list(made.encrypted_data_keys) == wrapped_keys(3)
    read = DecryptionMaterials(OLD_KEY, b"verification key")
    assert (read.data_key, read.verification_key, read.algorithm) == (OLD_KEY, b"verification key", None)
    assert DecryptionMaterials(data_key=OLD_KEY).encryption_context == {}


@pytest.mark.parametrize(
    "make",
    [
        lambda: EncryptionMaterials(encryption_context=CONTEXT),
        lambda: EncryptionMaterials("suite", encryption_context=CONTEXT),  # type: ignore[arg-type]
        lambda: EncryptionMaterials(SIGNING),
        lambda: EncryptionMaterials(SIGNING, encryption_context=["a"]),  # type: ignore[arg-type]
        lambda: EncryptionMaterials(SIGNING, encryption_context={"a": 1}),  # type: ignore[dict-item]
        lambda: EncryptionMaterials(SIGNING, None, wrapped_keys(1), CONTEXT),
        lambda: EncryptionMaterials(SIGNING, b"key", [], CONTEXT),  # type: ignore[arg-type]
        lambda: EncryptionMaterials(SIGNING, KEY, [b"key"], CONTEXT),  # type: ignore[list-item]
        DecryptionMaterials,
        lambda: DecryptionMaterials(algorithm=SIGNING),
        lambda: DecryptionMaterials(encryption_context=CONTEXT),
        lambda: DecryptionMaterials(KEY, data_encryption_key=KEY),
        lambda: CryptographicMaterials(None, CONTEXT),
        lambda: CryptographicMaterials(SIGNING, None),
    ],
)
def test_constructors_name_wrong_types(make: Callable[[], object]) -> None:
    with pytest.raises(exceptions.ArgumentTypeError) as caught:
        make()
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("suite", SUITES)
def test_a_data_key_has_the_length_that_the_suite_takes(suite: AlgorithmSuite) -> None:
    for length in {0, 16, 24, 32, 33} - {suite.kdf_input_len}:
        key = RawDataKey(PROVIDER, bytes(length))
        with pytest.raises(exceptions.InvalidDataKeyError, match=f"{length} bytes"):
            EncryptionMaterials(suite, key, [], {})
        with pytest.raises(exceptions.InvalidDataKeyError):
            DecryptionMaterials(algorithm=suite, encryption_context={}, data_encryption_key=key)
        with pytest.raises(exceptions.InvalidDataKeyError):
            encryption(suite).with_data_encryption_key(key)
        with pytest.raises(exceptions.InvalidDataKeyError):
            decryption(suite).with_data_encryption_key(key)
    assert decryption(suite).with_data_encryption_key(data_key_for(suite)).data_key == data_key_for(suite)


@pytest.mark.parametrize("make", BOTH)
@pytest.mark.parametrize(
    "name",
    ["algorithm", "encryption_context", "data_encryption_key", "required_encryption_context_keys", "is_complete"],
)
def test_materials_are_immutable(make: MakeMaterials, name: str) -> None:
    materials = make()

    with pytest.raises(AttributeError, match="immutable") as caught:
        setattr(materials, name, None)
    assert isinstance(caught.value, exceptions.AWSEncryptionSDKClientError)
    with pytest.raises(AttributeError, match="immutable"):
        delattr(materials, name)


def test_the_callers_values_are_copied() -> None:
    context, keys = dict(CONTEXT), wrapped_keys(1)
    made = EncryptionMaterials(SIGNING, KEY, keys, context)
    context.clear()
    keys.clear()

    assert (made.encryption_context, len(made.encrypted_data_keys)) == (CONTEXT, 1)


def test_each_step_returns_new_materials() -> None:
    first, second = wrapped_keys(2)
    empty = encryption()
    steps = [
        empty,
        empty.with_data_encryption_key(KEY),
        empty.with_data_encryption_key(KEY).with_encrypted_data_key(first),
        empty.with_data_encryption_key(KEY).with_encrypted_data_key(first).with_signing_key(SIGNING_KEY),
    ]

    assert [step.is_complete for step in steps] == [False, False, False, True]
    assert [len(step.encrypted_data_keys) for step in steps] == [0, 0, 1, 1]
    assert empty.data_encryption_key is None
    more = steps[-1].with_encrypted_data_key(second).with_encrypted_data_key(first)
    assert list(more.encrypted_data_keys) == [first, second, first]
    assert isinstance(more.encrypted_data_keys, EncryptedDataKeys)
    changed = more.with_encryption_context({"c": "3"}, frozenset({"c"}))
    assert (changed.encryption_context, changed.required_encryption_context_keys) == ({"c": "3"}, frozenset({"c"}))
    assert changed.serialized_encryption_context() != more.serialized_encryption_context()


@pytest.mark.parametrize("make", BOTH)
def test_steps_that_the_state_does_not_allow(make: MakeMaterials) -> None:
    with pytest.raises(MaterialsStateError, match="data key already"):
        make().with_data_encryption_key(KEY).with_data_encryption_key(KEY)
    with pytest.raises(exceptions.ArgumentTypeError):
        make().with_data_encryption_key(KEY.data_key)  # type: ignore[arg-type]
    with pytest.raises(exceptions.InvalidCryptographicMaterialsError, match="b"):
        make().with_encryption_context({"a": "1"}, ["b"])


def test_steps_of_one_kind_that_the_state_does_not_allow() -> None:
    public_key = SIGNING_KEY.public_key()
    with pytest.raises(MaterialsStateError, match="before there is a data key"):
        encryption().with_encrypted_data_key(wrapped_keys(1)[0])
    with pytest.raises(MaterialsStateError, match="no algorithm suite"):
        DecryptionMaterials(KEY).with_data_encryption_key(KEY)
    with pytest.raises(MaterialsStateError, match="signing key already"):
        encryption().with_signing_key(SIGNING_KEY).with_signing_key(SIGNING_KEY)
    with pytest.raises(MaterialsStateError, match="verification key already"):
        decryption().with_verification_key(public_key).with_verification_key(public_key)
    for suite in (suite for suite in SUITES if not suite.is_signing()):
        with pytest.raises(exceptions.SignatureKeyError, match="does not sign"):
            encryption(suite).with_signing_key(SIGNING_KEY)
        with pytest.raises(exceptions.SignatureKeyError, match="does not sign"):
            decryption(suite).with_verification_key(public_key)


def test_without_a_data_key_there_are_no_encrypted_data_keys() -> None:
    with pytest.raises(
        exceptions.ArgumentTypeError, match="encrypted_data_keys cannot be given without a data_encryption_key"
    ):
        EncryptionMaterials(SIGNING, encryption_context=CONTEXT, encrypted_data_keys=wrapped_keys(1))


def test_required_keys_are_in_the_context() -> None:
    with pytest.raises(exceptions.InvalidCryptographicMaterialsError, match="c, d"):
        EncryptionMaterials(SIGNING, encryption_context=CONTEXT, required_encryption_context_keys=["d", "a", "c"])
    with pytest.raises(exceptions.InvalidCryptographicMaterialsError, match="c"):
        DecryptionMaterials(algorithm=SIGNING, encryption_context=CONTEXT, required_encryption_context_keys=["c"])


def test_old_materials_may_be_assigned_to() -> None:
    """Only where a set was given: a CMM of versions 1 to 4 built them, and may change them."""
    made = EncryptionMaterials(UNSIGNED, OLD_KEY, set(wrapped_keys(1)), {})
    assignments = {
        "algorithm": SIGNING,
        "data_encryption_key": KEY,
        "encrypted_data_keys": wrapped_keys(2),
        "encryption_context": CONTEXT,
        "signing_key": b"signing key",
        "required_encryption_context_keys": {"a"},
    }
    for name, value in assignments.items():
        setattr(made, name, value)
        assert getattr(made, name) == (tuple(value) if isinstance(value, list) else value)
    with pytest.raises(exceptions.InvalidDataKeyError):
        made.data_encryption_key = data_key_for(AlgorithmSuite.AES_128_GCM_IV12_TAG16)
    with pytest.raises(AttributeError, match="immutable"):
        made.with_encrypted_data_key(wrapped_keys(1)[0]).algorithm = UNSIGNED

    read = DecryptionMaterials(OLD_KEY)
    read.data_key, read.verification_key = KEY, b"verification key"  # type: ignore[misc]
    assert (read.data_encryption_key, read.verification_key) == (KEY, b"verification key")
    with pytest.raises(AttributeError, match="immutable"):
        read.is_complete = True  # type: ignore[misc]


@pytest.mark.parametrize("keys", [[], (), wrapped_keys(1), EncryptedDataKeys(wrapped_keys(1)), None])
def test_no_others_may(keys: list[object] | None) -> None:
    made = EncryptionMaterials(UNSIGNED, KEY, keys, {})  # type: ignore[arg-type]

    with pytest.raises(AttributeError, match="immutable"):
        made.encryption_context = {}


def test_live_keys_are_handed_out_as_der() -> None:
    made, read = encryption().with_signing_key(SIGNING_KEY), decryption().with_verification_key(SIGNING_KEY.public_key())
    assert made.signing_key is not None
    assert read.verification_key is not None
    private, public = load_der_private_key(made.signing_key, None), load_der_public_key(read.verification_key)

    assert isinstance(private, ec.EllipticCurvePrivateKey)
    assert private.private_numbers() == SIGNING_KEY.private_numbers()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert public.public_numbers() == SIGNING_KEY.public_key().public_numbers()
    assert made.signing_key_object() is SIGNING_KEY
    encoded = encryption().with_signing_key(made.signing_key).signing_key_object()
    assert encoded.private_numbers() == SIGNING_KEY.private_numbers()
    with pytest.raises(exceptions.SignatureKeyError, match="no signing key"):
        encryption().signing_key_object()
    with pytest.raises(exceptions.SignatureKeyError, match="no verification key"):
        decryption().verification_key_object(SIGNING)


@pytest.mark.parametrize("make", BOTH)
def test_materials_are_not_pickled_and_do_not_show_secrets(make: MakeMaterials) -> None:
    materials = make().with_data_encryption_key(RawDataKey(PROVIDER, b"secret data key of 32 bytes: ....."[:32]))

    for shown in (repr(materials), str(materials), f"{materials}"):
        assert "secret" not in shown
        assert "data key set" in shown
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(materials)
    for copied in (copy.copy(materials), copy.deepcopy(materials)):
        assert copied is not materials
        assert copied.data_encryption_key == materials.data_encryption_key


@pytest.mark.specification(
    "framework/cmm-interface.md", "Inputs", "Encryption Materials Request", "Decrypt Materials Request"
)
def test_requests() -> None:
    request = EncryptionMaterialsRequest(CONTEXT, 4096)
    assert (request.commitment_policy, request.algorithm) == (CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT, None)
    assert (request.plaintext_rostream, request.plaintext_length) == (None, None)
    assert request.required_encryption_context_keys == frozenset()
    policy = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    assert EncryptionMaterialsRequest(CONTEXT, 0, policy, None, SIGNING, 9).plaintext_length == 9
    read = DecryptionMaterialsRequest(SIGNING, set(wrapped_keys(2)), CONTEXT)
    assert list(read.encrypted_data_keys) == wrapped_keys(2)
    assert (read.reproduced_encryption_context, read.commitment_policy.value) == (None, 0)


def test_encrypted_data_keys_are_serialized_once_and_anew_when_there_are_more() -> None:
    keys = [EncryptedDataKey(MasterKeyInfo("provider", bytes([number])), b"ciphertext") for number in range(3)]
    suite = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    data_key = RawDataKey(MasterKeyInfo("provider", b"info"), bytes(32))
    materials = EncryptionMaterials(suite, encryption_context={}).with_generated_data_key(data_key, keys[0])
    for more in keys[1:]:
        materials.serialize_once()
        serialized = materials.serialized_encrypted_data_keys()
        assert serialized is materials.serialized_encrypted_data_keys()
        assert serialized == serialize_encrypted_data_keys(materials.encrypted_data_keys)
        materials = materials.with_encrypted_data_key(more)
    assert materials.serialized_encrypted_data_keys() == serialize_encrypted_data_keys(EncryptedDataKeys(keys))
    legacy = EncryptionMaterials(suite, data_key, {keys[0]}, {})
    legacy.serialize_once()
    assert legacy.serialized_encrypted_data_keys() == serialize_encrypted_data_keys(EncryptedDataKeys(keys[:1]))
    legacy.encrypted_data_keys = {keys[1]}  # type: ignore[assignment]
    assert legacy.serialized_encrypted_data_keys() == serialize_encrypted_data_keys(EncryptedDataKeys(keys[1:2]))
