"""The default CMM (framework/default-cmm.md, framework/cmm-interface.md)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._policies import check_decrypt_suite, check_encrypt_suite
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.reproduced_context import merge_reproduced_context
from aws_encryption_sdk.structures import EncryptedDataKey

from .operation_materials import SIGNING_SUITES, SUITES, data_key_for, wrapped_keys

pytestmark = [
    pytest.mark.specification(
        "framework/default-cmm.md",
        "Default Cryptographic Materials Manager > Initialization",
        "Keyring",
        "Get Encryption Materials",
        "Decrypt Materials",
    ),
    pytest.mark.specification("framework/cmm-interface.md", "Behaviors", "Get Encryption Materials", "Decrypt Materials"),
]

PUBLIC_KEY = "aws-crypto-public-key"
SIGNING = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"a": "1", "b": "2"}


class RecordingKeyring(Keyring):
    """Keeps what it was handed, and fills it with a fixed data key."""

    def __init__(self, change: Callable[[Any], Any] = lambda materials: materials) -> None:
        self.encrypts: list[EncryptionMaterials] = []
        self.decrypts: list[tuple[DecryptionMaterials, list[EncryptedDataKey]]] = []
        self.change = change

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        self.encrypts.append(encryption_materials)
        materials = encryption_materials.with_data_encryption_key(data_key_for(encryption_materials.algorithm))
        for key in wrapped_keys(2):
            materials = materials.with_encrypted_data_key(key)
        changed: EncryptionMaterials = self.change(materials)
        return changed

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        self.decrypts.append((decryption_materials, list(encrypted_data_keys)))
        assert decryption_materials.algorithm is not None
        materials = decryption_materials.with_data_encryption_key(data_key_for(decryption_materials.algorithm))
        changed: DecryptionMaterials = self.change(materials)
        return changed


def manager(
    change: Callable[[Any], Any] = lambda materials: materials,
) -> tuple[DefaultCryptoMaterialsManager, RecordingKeyring]:
    keyring = RecordingKeyring(change)
    return DefaultCryptoMaterialsManager(keyring=keyring), keyring


def policy_for(suite: AlgorithmSuite) -> CommitmentPolicy:
    if suite.is_committing():
        return CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    return CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT


def asked(
    suite: AlgorithmSuite | None = SIGNING, context: dict[str, str] | None = None, **fields: Any
) -> EncryptionMaterialsRequest:
    policy = fields.pop("policy", policy_for(suite or SIGNING))
    return EncryptionMaterialsRequest(CONTEXT if context is None else context, 4096, policy, algorithm=suite, **fields)


def read(
    suite: AlgorithmSuite,
    context: dict[str, str],
    given: dict[str, str] | None = None,
    policy: CommitmentPolicy | None = None,
) -> DecryptionMaterialsRequest:
    return DecryptionMaterialsRequest(suite, wrapped_keys(3), context, given, policy or policy_for(suite))


@pytest.mark.specification("framework/structures.md", "Signing Key", "Verification Key")
@pytest.mark.parametrize("suite", SUITES)
def test_encryption_materials_are_complete(suite: AlgorithmSuite) -> None:
    cmm, keyring = manager()
    context = dict(CONTEXT)
    made = cmm.get_encryption_materials(asked(suite, context))

    assert (made.algorithm, made.data_encryption_key) == (suite, data_key_for(suite))
    assert list(made.encrypted_data_keys) == wrapped_keys(2)
    assert made.is_complete
    assert context == CONTEXT
    assert len(keyring.encrypts) == 1
    assert keyring.encrypts[0].encryption_context == made.encryption_context
    assert keyring.encrypts[0].data_encryption_key is None
    if not suite.is_signing():
        assert (made.signing_key, made.encryption_context) == (None, CONTEXT)
        return
    public_key = made.signing_key_object().public_key()
    point = public_key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    assert made.encryption_context == {**CONTEXT, PUBLIC_KEY: base64.b64encode(point).decode()}


@pytest.mark.parametrize("suite", SIGNING_SUITES)
def test_every_message_has_a_signing_key_of_its_own(suite: AlgorithmSuite) -> None:
    cmm, _ = manager()

    assert len({cmm.get_encryption_materials(asked(suite)).signing_key for _ in range(20)}) == 20


@pytest.mark.parametrize("policy", CommitmentPolicy)
def test_the_default_suite_is_that_of_the_policy(policy: CommitmentPolicy) -> None:
    cmm, _ = manager()
    expected = 0x0378 if policy is CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT else 0x0578

    assert cmm.get_encryption_materials(asked(None, policy=policy)).algorithm.algorithm_id == expected


@pytest.mark.parametrize("policy", CommitmentPolicy)
@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_that_the_policy_forbids_fails_before_the_keyring_is_asked(
    policy: CommitmentPolicy, suite: AlgorithmSuite
) -> None:
    cmm, keyring = manager()
    context = cmm.get_encryption_materials(asked(suite)).encryption_context
    keyring.encrypts.clear()
    for check, run, calls in (
        (check_encrypt_suite, lambda: cmm.get_encryption_materials(asked(suite, policy=policy)), keyring.encrypts),
        (check_decrypt_suite, lambda: cmm.decrypt_materials(read(suite, context, policy=policy)), keyring.decrypts),
    ):
        try:
            check(policy, suite)
        except exceptions.ActionNotAllowedError:
            with pytest.raises(exceptions.ActionNotAllowedError):
                run()
            assert not calls
        else:
            assert run()
            assert len(calls) == 1


@pytest.mark.parametrize("suite", [SIGNING, UNSIGNED])
def test_a_context_with_the_name_of_the_verification_key_is_refused(suite: AlgorithmSuite) -> None:
    cmm, keyring = manager()

    with pytest.raises(exceptions.ReservedEncryptionContextKeyError, match=PUBLIC_KEY):
        cmm.get_encryption_materials(asked(suite, {PUBLIC_KEY: "value"}))
    assert not keyring.encrypts


def test_required_keys_reach_the_keyring_and_the_materials() -> None:
    cmm, keyring = manager()
    made = cmm.get_encryption_materials(asked(required_encryption_context_keys=["a"]))

    assert made.required_encryption_context_keys == keyring.encrypts[0].required_encryption_context_keys == {"a"}
    with pytest.raises(exceptions.InvalidCryptographicMaterialsError, match="missing"):
        cmm.get_encryption_materials(asked(required_encryption_context_keys=["missing"]))


@pytest.mark.parametrize(
    "returned",
    [
        lambda materials: None,
        lambda materials: EncryptionMaterials(SIGNING, encryption_context=CONTEXT),
        lambda materials: EncryptionMaterials(SIGNING, data_key_for(SIGNING), [], CONTEXT, materials.signing_key),
        lambda materials: EncryptionMaterials(SIGNING, data_key_for(SIGNING), wrapped_keys(1), CONTEXT),
    ],
    ids=["nothing", "no data key", "no encrypted data key", "no signing key"],
)
def test_incomplete_materials_of_the_keyring_are_refused(returned: Callable[[Any], Any]) -> None:
    with pytest.raises(exceptions.InvalidCryptographicMaterialsError):
        manager(returned)[0].get_encryption_materials(asked())


def test_the_keyring_may_not_change_what_is_required_or_bound() -> None:
    """A required pair would not be stored, without anybody knowing; a pair that is added in place is not what keys are bound to."""

    def in_place(materials: EncryptionMaterials) -> EncryptionMaterials:
        materials.encryption_context["added"] = "1"
        return materials

    def required(materials: EncryptionMaterials) -> EncryptionMaterials:
        return materials.with_encryption_context(materials.encryption_context, ["a"])

    for change in (in_place, required, lambda materials: materials.with_encryption_context({})):
        with pytest.raises(exceptions.InvalidCryptographicMaterialsError, match="than it was handed"):
            manager(change)[0].get_encryption_materials(asked(UNSIGNED, {"a": "1"}))


def test_the_keyring_may_not_change_the_suite_that_was_asked_for() -> None:
    """default-cmm.md: the materials returned contain the same algorithm suite as the request."""
    cmm, _ = manager(lambda _: EncryptionMaterials(UNSIGNED, data_key_for(UNSIGNED), wrapped_keys(1), CONTEXT))

    with pytest.raises(exceptions.InvalidCryptographicMaterialsError):
        cmm.get_encryption_materials(asked(SIGNING))


@pytest.mark.specification("framework/structures.md", "Signing Key", "Verification Key")
@pytest.mark.parametrize("suite", SUITES)
def test_decryption_materials(suite: AlgorithmSuite) -> None:
    cmm, keyring = manager()
    made = cmm.get_encryption_materials(asked(suite))
    stored = made.encryption_context
    materials = cmm.decrypt_materials(read(suite, stored))

    assert (materials.algorithm, materials.data_encryption_key) == (suite, data_key_for(suite))
    assert materials.encryption_context == stored == made.encryption_context
    assert materials.is_complete
    ((handed, keys),) = keyring.decrypts
    assert (handed.encryption_context, keys) == (stored, wrapped_keys(3))
    if suite.is_signing():
        assert materials.verification_key is not None
        public_key = load_der_public_key(materials.verification_key)
        assert isinstance(public_key, ec.EllipticCurvePublicKey)
        assert public_key.public_numbers() == made.signing_key_object().public_key().public_numbers()
    else:
        assert materials.verification_key is None


@pytest.mark.parametrize("suite", SUITES)
def test_a_verification_key_that_is_missing_or_unexpected(suite: AlgorithmSuite) -> None:
    cmm, keyring = manager()
    stored = {} if suite.is_signing() else cmm.get_encryption_materials(asked(SIGNING)).encryption_context
    for given in (None, {PUBLIC_KEY: stored.get(PUBLIC_KEY, "AAAA")}):
        with pytest.raises(exceptions.SerializationError, match="verification key"):
            cmm.decrypt_materials(read(suite, stored, given))
    assert not keyring.decrypts


@pytest.mark.parametrize("text", ["", "AAAA", "not base64", "Ag=="])
def test_a_malformed_verification_key(text: str) -> None:
    cmm, keyring = manager()

    with pytest.raises(exceptions.SignatureKeyError):
        cmm.decrypt_materials(read(SIGNING, {PUBLIC_KEY: text}))
    assert not keyring.decrypts


def test_the_context_of_the_caller() -> None:
    cmm, keyring = manager()
    materials = cmm.decrypt_materials(read(UNSIGNED, CONTEXT, {"a": "1", "c": "3"}))

    assert materials.encryption_context == {**CONTEXT, "c": "3"}
    assert materials.required_encryption_context_keys == {"c"}
    assert keyring.decrypts[0][0].encryption_context == {**CONTEXT, "c": "3"}
    keyring.decrypts.clear()
    with pytest.raises(exceptions.EncryptionContextMismatchError, match="'b'"):
        cmm.decrypt_materials(read(UNSIGNED, CONTEXT, {"a": "1", "b": "1"}))
    assert not keyring.decrypts


def test_merging_leaves_what_it_was_given_alone() -> None:
    stored, given = {"a": "1"}, {"b": "2"}
    merged, required = merge_reproduced_context(stored, given)

    assert (merged, required) == ({"a": "1", "b": "2"}, frozenset({"b"}))
    assert (stored, given) == ({"a": "1"}, {"b": "2"})
    nothings: list[dict[str, str] | None] = [None, {}]
    for nothing in nothings:
        merged, required = merge_reproduced_context(stored, nothing)
        assert (merged, required, merged is stored) == (stored, frozenset(), False)


@pytest.mark.parametrize("returned", [None, DecryptionMaterials(algorithm=UNSIGNED, encryption_context={})])
def test_a_keyring_that_opened_nothing(returned: DecryptionMaterials | None) -> None:
    with pytest.raises(exceptions.UnwrapDataKeyError, match="Unable to decrypt any data key"):
        manager(lambda _: returned)[0].decrypt_materials(read(UNSIGNED, CONTEXT))


def test_exactly_one_source_of_data_keys() -> None:
    keyring = RecordingKeyring()
    with pytest.raises(exceptions.ArgumentTypeError, match="Exactly one"):
        DefaultCryptoMaterialsManager()
    with pytest.raises(exceptions.ArgumentTypeError, match="Only one"):
        DefaultCryptoMaterialsManager(object(), keyring)  # type: ignore[arg-type]
    with pytest.raises(exceptions.ArgumentTypeError, match="must be a Keyring, not str"):
        DefaultCryptoMaterialsManager(keyring="keyring")  # type: ignore[arg-type]
    assert DefaultCryptoMaterialsManager.algorithm.algorithm_id == 0x0378
    assert DefaultCryptoMaterialsManager(keyring=keyring).keyring is keyring


@pytest.mark.specification("framework/cmm-interface.md", "Overview")
def test_the_base_has_to_be_completed() -> None:
    with pytest.raises(TypeError, match="abstract"):
        CryptoMaterialsManager()  # type: ignore[abstract]
