"""CMMs in the calling convention of the Material Providers Library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk._mpl import models
from aws_encryption_sdk._mpl.errors import AwsCryptographicMaterialProvidersException, CollectionOfErrors, ServiceError
from aws_encryption_sdk._mpl.references import ICryptographicMaterialsManager
from aws_encryption_sdk.caches.local import LocalCryptoMaterialsCache
from aws_encryption_sdk.exceptions import (
    ActionNotAllowedError,
    ArgumentTypeError,
    ArgumentValueError,
    AWSEncryptionSDKClientError,
    InvalidCryptographicMaterialsError,
    UnwrapDataKeyError,
    WrapDataKeyError,
)
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterialsRequest, EncryptionMaterialsRequest
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.mpl.cmm import (
    CryptographicMaterialsManager,
    CryptoMaterialsManagerFromMPL,
    materials_manager_from,
)
from aws_encryption_sdk.materials_managers.mpl.materials import DecryptionMaterialsFromMPL, EncryptionMaterialsFromMPL
from aws_encryption_sdk.materials_managers.required_encryption_context import RequiredEncryptionContextCryptoMaterialsManager

OWN = DefaultCryptoMaterialsManager(keyring=RawAESKeyring("namespace", "name", bytes(32)))
POLICY = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
CONTEXT = {"purpose": "test", "tenant": "a"}
SIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384


class Written(ICryptographicMaterialsManager):
    """A CMM that a program wrote: it has another one do the work, and changes the answer.

    :param change: Changes the answer's materials
    """

    def __init__(self, change: Callable[[Any], Any] = lambda materials: None) -> None:
        self._inner, self._change = CryptographicMaterialsManager(OWN), change
        self.asked: list[Any] = []

    def get_encryption_materials(self, param: models.GetEncryptionMaterialsInput) -> models.GetEncryptionMaterialsOutput:
        self.asked.append(param)
        answer = self._inner.get_encryption_materials(param)
        self._change(answer.encryption_materials)
        return answer

    def decrypt_materials(self, param: models.DecryptMaterialsInput) -> models.DecryptMaterialsOutput:
        self.asked.append(param)
        answer = self._inner.decrypt_materials(param)
        self._change(answer.decryption_materials)
        return answer


def test_what_it_is_asked() -> None:
    written = Written()
    manager = CryptoMaterialsManagerFromMPL(written)
    made = manager.get_encryption_materials(
        EncryptionMaterialsRequest(
            dict(CONTEXT), 4096, POLICY, None, SIGNED, 7, required_encryption_context_keys=frozenset({"tenant"})
        )
    )
    manager.get_encryption_materials(EncryptionMaterialsRequest({}, 4096, POLICY))
    stored = {key: value for key, value in made.encryption_context.items() if key != "tenant"}
    read = manager.decrypt_materials(
        DecryptionMaterialsRequest(SIGNED, made.encrypted_data_keys, stored, {"tenant": "a"}, POLICY)
    )
    full, least, decrypt = written.asked
    assert full == models.GetEncryptionMaterialsInput(
        encryption_context=CONTEXT,
        commitment_policy=models.CommitmentPolicyESDK(models.ESDKCommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT),
        algorithm_suite_id=models.AlgorithmSuiteIdESDK("0x0578"),
        max_plaintext_length=7,
        required_encryption_context_keys=["tenant"],
    )
    assert (least.algorithm_suite_id, least.max_plaintext_length, least.required_encryption_context_keys) == (None,) * 3
    assert decrypt.algorithm_suite_id.value == "0x0578"
    assert decrypt.encryption_context == stored
    assert decrypt.reproduced_encryption_context == {"tenant": "a"}
    assert isinstance(made, EncryptionMaterialsFromMPL)
    assert isinstance(read, DecryptionMaterialsFromMPL)
    assert made.required_encryption_context_keys == {"tenant"}
    assert made.signing_key_object().public_key() == read.verification_key_object(SIGNED)
    assert read.plaintext_data_key() == made.plaintext_data_key()
    assert read.verification_key is not None
    assert read.verification_key.startswith(b"0"), "verification keys are handed out in DER"


@pytest.mark.parametrize("suite", AlgorithmSuite)
def test_messages(suite: AlgorithmSuite) -> None:
    policy = POLICY if suite.is_committing() else CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    client = EncryptionSDKClient(commitment_policy=policy)
    for writer, reader in ((Written(), OWN), (OWN, Written()), (CryptographicMaterialsManager(OWN), Written())):
        message, _ = client.encrypt(
            source=b"plaintext", algorithm=suite, materials_manager=writer, encryption_context=CONTEXT
        )
        plaintext, header = client.decrypt(source=message, materials_manager=reader)
        assert plaintext == b"plaintext"
        assert header.encryption_context.items() >= CONTEXT.items()


def test_below_other_managers() -> None:
    client = EncryptionSDKClient()
    required = RequiredEncryptionContextCryptoMaterialsManager(["tenant"], underlying_cmm=Written())
    message, _ = client.encrypt(source=b"", materials_manager=required, encryption_context=CONTEXT)
    assert b"tenant" not in message
    client.decrypt(source=message, materials_manager=required, encryption_context={"tenant": "a"})
    written = Written()
    cached = CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(10), 60, backing_materials_manager=written)
    for _ in range(3):
        client.encrypt(source=b"", materials_manager=cached)
    assert len(written.asked) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda materials: setattr(materials, "plaintext_data_key", None),
        lambda materials: setattr(materials, "plaintext_data_key", b"short"),
        lambda materials: setattr(materials, "encryption_context", None),
        lambda materials: setattr(materials, "algorithm_suite", 3),
        lambda materials: materials.required_encryption_context_keys.append("missing"),
    ],
)
def test_unusable_materials(change: Callable[[Any], Any]) -> None:
    client, manager = EncryptionSDKClient(), Written(change)
    message = client.encrypt(source=b"", materials_manager=OWN).result
    with pytest.raises(AWSEncryptionSDKClientError):
        client.encrypt(source=b"", materials_manager=manager)
    with pytest.raises(AWSEncryptionSDKClientError):
        client.decrypt(source=message, materials_manager=manager)


def test_its_exceptions_become_ours() -> None:
    class Failing(Written):
        def get_encryption_materials(self, param: Any) -> models.GetEncryptionMaterialsOutput:
            raise OSError("my own")

        def decrypt_materials(self, param: Any) -> models.DecryptMaterialsOutput:
            raise CollectionOfErrors(message="both failed", list=[ValueError("one"), ValueError("two")])

    message = EncryptionSDKClient().encrypt(source=b"", materials_manager=OWN).result
    with pytest.raises(WrapDataKeyError, match="OSError: my own") as encrypting:
        EncryptionSDKClient().encrypt(source=b"", materials_manager=Failing())
    assert isinstance(encrypting.value.__cause__, OSError)
    with pytest.raises(UnwrapDataKeyError, match="both failed") as decrypting:
        EncryptionSDKClient().decrypt(source=message, materials_manager=Failing())
    assert [str(error) for error in decrypting.value.errors] == ["one", "two"]
    assert isinstance(decrypting.value.__cause__, CollectionOfErrors)


def test_ours_raises_their_errors() -> None:
    manager = CryptographicMaterialsManager(OWN)
    asked = models.GetEncryptionMaterialsInput(
        encryption_context={},
        commitment_policy=models.CommitmentPolicyESDK("REQUIRE_ENCRYPT_REQUIRE_DECRYPT"),
        algorithm_suite_id=models.AlgorithmSuiteIdESDK("0x0178"),
    )
    with pytest.raises(AwsCryptographicMaterialProvidersException) as caught:
        manager.get_encryption_materials(asked)
    assert isinstance(caught.value.__cause__, ActionNotAllowedError)
    for change in (
        {"commitment_policy": "REQUIRE_ENCRYPT_REQUIRE_DECRYPT"},
        {"commitment_policy": models.CommitmentPolicyESDK("none")},
        {"algorithm_suite_id": models.AlgorithmSuiteIdESDK("none")},
        {"encryption_context": 3},
    ):
        fields: dict[str, Any] = {"encryption_context": {}, "commitment_policy": asked.commitment_policy, **change}
        with pytest.raises(ServiceError):
            manager.get_encryption_materials(models.GetEncryptionMaterialsInput(**fields))
    for wrong in (None, 3, asked):
        with pytest.raises(ServiceError):
            manager.decrypt_materials(wrong)  # type: ignore[arg-type]


def test_recognition() -> None:
    assert materials_manager_from(OWN) is OWN
    assert materials_manager_from(CryptographicMaterialsManager(OWN)) is OWN
    assert "Written" in repr(materials_manager_from(Written()))
    assert repr(CryptographicMaterialsManager(OWN)) == repr(OWN)
    for wrong in (None, Written, OWN.keyring, 3):
        with pytest.raises(ArgumentTypeError, match="backing_materials_manager must be"):
            materials_manager_from(wrong, "backing_materials_manager")
        with pytest.raises(ArgumentValueError):
            CryptoMaterialsManagerFromMPL(wrong)
    with pytest.raises(ArgumentTypeError, match="materials_manager must be a CryptoMaterialsManager, not int"):
        EncryptionSDKClient().encrypt(source=b"", materials_manager=3)


def test_materials_that_contradict_themselves() -> None:
    made = (
        Written()
        .get_encryption_materials(
            models.GetEncryptionMaterialsInput(
                encryption_context={}, commitment_policy=models.CommitmentPolicyESDK("REQUIRE_ENCRYPT_REQUIRE_DECRYPT")
            )
        )
        .encryption_materials
    )
    taken = EncryptionMaterialsFromMPL(made)
    assert taken.mpl_materials is made
    assert taken.with_encrypted_data_key(taken.encrypted_data_keys[0]).encrypted_data_keys != taken.encrypted_data_keys
    secret = made.plaintext_data_key
    assert secret is not None
    assert repr(bytes(secret)) not in repr(made) + repr(taken)
    assert "PRIVATE KEY" not in repr(made) + repr(taken)
    made.plaintext_data_key = None
    with pytest.raises(InvalidCryptographicMaterialsError):
        EncryptionMaterialsFromMPL(made)
