"""Keyrings in the calling convention of the Material Providers Library."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk._mpl import models
from aws_encryption_sdk._mpl.errors import CollectionOfErrors, InvalidEncryptionMaterialsTransition, ServiceError
from aws_encryption_sdk._mpl.references import IKeyring
from aws_encryption_sdk.exceptions import (
    ArgumentTypeError,
    ArgumentValueError,
    AWSEncryptionSDKClientError,
    EncryptKeyError,
    InvalidCryptographicMaterialsError,
    InvalidDataKeyError,
    UnwrapDataKeyError,
    WrapDataKeyError,
)
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.mpl import KeyringFromMPL, MPLKeyring, keyring_from
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo, RawDataKey

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"purpose": "test"}
OWN = RawAESKeyring("namespace", "name", bytes(32))


class Written(IKeyring):
    """A keyring that a program wrote: it has another one do the work, and changes the answer.

    :param change: Changes the answer's materials
    """

    def __init__(self, change: Callable[[Any], Any] = lambda materials: None) -> None:
        self._inner, self._change = MPLKeyring(OWN), change

    def on_encrypt(self, param: models.OnEncryptInput) -> models.OnEncryptOutput:
        answer = self._inner.on_encrypt(param)
        self._change(answer.materials)
        return answer

    def on_decrypt(self, param: models.OnDecryptInput) -> models.OnDecryptOutput:
        answer = self._inner.on_decrypt(param)
        self._change(answer.materials)
        return answer


def to_encrypt(suite: AlgorithmSuite = SUITE) -> EncryptionMaterials:
    return EncryptionMaterials(suite, encryption_context=CONTEXT)


def to_decrypt() -> DecryptionMaterials:
    return DecryptionMaterials(algorithm=SUITE, encryption_context=CONTEXT)


def setting(**fields: Any) -> Callable[[Any], None]:
    """Return what sets these fields of materials."""

    def change(materials: Any) -> None:
        for name, value in fields.items():
            setattr(materials, name, value)

    return change


# --- one of theirs as one of ours --------------------------------------------------------------------------------------


@pytest.mark.parametrize("suite", AlgorithmSuite)
def test_adds_a_data_key_and_its_encrypted_form(suite: AlgorithmSuite) -> None:
    keyring = DefaultCryptoMaterialsManager(keyring=Written()).keyring
    assert keyring is not None
    made = keyring.on_encrypt(to_encrypt_signed(suite))
    assert made.is_complete
    assert len(made.encrypted_data_keys) == 1
    read = OWN.on_decrypt(DecryptionMaterials(algorithm=suite, encryption_context=CONTEXT), made.encrypted_data_keys)
    assert read.plaintext_data_key() == made.plaintext_data_key()


def to_encrypt_signed(suite: AlgorithmSuite) -> EncryptionMaterials:
    if not suite.is_signing():
        return to_encrypt(suite)
    from aws_encryption_sdk._crypto import elliptic_curve

    return to_encrypt(suite).with_signing_key(elliptic_curve.generate_signing_key(suite))


def test_wraps_a_data_key_that_there_is() -> None:
    start = OWN.on_encrypt(to_encrypt())
    made = keyring_from(Written()).on_encrypt(start)
    assert made.plaintext_data_key() == start.plaintext_data_key()
    assert made.encrypted_data_keys[0] == start.encrypted_data_keys[0]
    assert len(made.encrypted_data_keys) == 2


def test_an_encrypted_data_key_that_was_put_first_is_found() -> None:
    start = OWN.on_encrypt(to_encrypt())
    made = keyring_from(Written(lambda materials: materials.encrypted_data_keys.reverse())).on_encrypt(start)
    assert made.encrypted_data_keys[0] == start.encrypted_data_keys[0]
    assert len(set(made.encrypted_data_keys)) == 2


def test_what_it_is_handed_may_be_changed_in_place() -> None:
    class InPlace(IKeyring):
        def on_encrypt(self, param: models.OnEncryptInput) -> models.OnEncryptOutput:
            param.materials.plaintext_data_key = bytearray(32)
            param.materials.encrypted_data_keys.append(
                models.EncryptedDataKey(key_provider_id="p", key_provider_info=bytearray(b"i"), ciphertext=bytearray(b"c"))
            )
            return models.OnEncryptOutput(materials=param.materials)

        def on_decrypt(self, param: models.OnDecryptInput) -> models.OnDecryptOutput:
            param.materials.plaintext_data_key = bytearray(32)
            return models.OnDecryptOutput(materials=param.materials)

    start = to_encrypt()
    made = keyring_from(InPlace()).on_encrypt(start)
    assert start.data_encryption_key is None
    assert made.data_encryption_key == RawDataKey(MasterKeyInfo("p", b"i"), bytes(32))
    assert made.encrypted_data_keys == [EncryptedDataKey(MasterKeyInfo("p", b"i"), b"c")]
    assert keyring_from(InPlace()).on_decrypt(to_decrypt(), made.encrypted_data_keys).plaintext_data_key() == bytes(32)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda materials: materials.encryption_context.update(more="pairs"), "encryption context"),
        (setting(required_encryption_context_keys=["purpose"]), "required"),
        (setting(plaintext_data_key=None, encrypted_data_keys=[]), "no data key"),
        (setting(plaintext_data_key=None), "data_encryption_key"),
        (setting(plaintext_data_key=b"short"), "5 bytes"),
        (setting(encrypted_data_keys=["none"]), "encrypted data key"),
        (setting(encrypted_data_keys=None), "encrypted data key"),
        (setting(plaintext_data_key="text"), "cannot be used"),
        (setting(algorithm_suite=None), "cannot be used"),
        (
            lambda materials: setattr(materials.algorithm_suite, "id", models.AlgorithmSuiteIdESDK("0x0178")),
            "algorithm suite",
        ),
        (
            lambda materials: setattr(materials.algorithm_suite, "id", models.AlgorithmSuiteIdESDK("0x6700")),
            "0x6700",
        ),
        (lambda materials: setattr(materials.algorithm_suite, "id", "text"), "AlgorithmSuiteIdESDK"),
    ],
)
def test_anything_else_that_changes_on_encrypt_is_refused(change: Callable[[Any], Any], said: str) -> None:
    with pytest.raises(AWSEncryptionSDKClientError, match=said):
        keyring_from(Written(change)).on_encrypt(to_encrypt())


def test_a_data_key_that_there_is_stays() -> None:
    start = OWN.on_encrypt(to_encrypt())
    for change in (setting(plaintext_data_key=bytes(32)), lambda materials: materials.encrypted_data_keys.pop(0)):
        with pytest.raises(InvalidEncryptionMaterialsTransition):
            keyring_from(Written(change)).on_encrypt(start)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda materials: materials.encryption_context.clear(), InvalidCryptographicMaterialsError),
        (setting(required_encryption_context_keys=["purpose"]), InvalidCryptographicMaterialsError),
        (setting(plaintext_data_key=b"short"), InvalidDataKeyError),
        (setting(verification_key=b"none"), AWSEncryptionSDKClientError),
    ],
)
def test_anything_else_that_changes_on_decrypt_is_refused(change: Callable[[Any], Any], kind: type[Exception]) -> None:
    keys = OWN.on_encrypt(to_encrypt()).encrypted_data_keys
    with pytest.raises(kind):
        keyring_from(Written(change)).on_decrypt(to_decrypt(), keys)


def test_no_data_key_says_that_none_was_decrypted() -> None:
    keys = OWN.on_encrypt(to_encrypt()).encrypted_data_keys
    start, keyring = to_decrypt(), Written(setting(plaintext_data_key=None))
    assert keyring_from(keyring).on_decrypt(start, keys) is start
    message = EncryptionSDKClient().encrypt(source=b"", keyring=OWN).result
    with pytest.raises(UnwrapDataKeyError):
        EncryptionSDKClient().decrypt(source=message, keyring=keyring)
    assert EncryptionSDKClient().decrypt(source=message, keyring=MultiKeyring(keyring, [OWN])).result == b""


def test_its_exceptions_become_ours() -> None:
    class Failing(Written):
        def on_encrypt(self, param: models.OnEncryptInput) -> models.OnEncryptOutput:
            raise KeyError("my own")

        on_decrypt = on_encrypt  # type: ignore[assignment]

    with pytest.raises(WrapDataKeyError, match="KeyError: 'my own'") as encrypting:
        keyring_from(Failing()).on_encrypt(to_encrypt())
    with pytest.raises(UnwrapDataKeyError, match="KeyError: 'my own'") as decrypting:
        keyring_from(Failing()).on_decrypt(to_decrypt(), [])
    for caught in (encrypting, decrypting):
        assert isinstance(caught.value.__cause__, KeyError)


def test_exceptions_of_this_package_stay() -> None:
    mine = EncryptKeyError("mine")

    class Failing(Written):
        def on_encrypt(self, param: models.OnEncryptInput) -> models.OnEncryptOutput:
            raise mine

        on_decrypt = on_encrypt  # type: ignore[assignment]

    for method in (
        lambda: keyring_from(Failing()).on_encrypt(to_encrypt()),
        lambda: keyring_from(Failing()).on_decrypt(to_decrypt(), []),
    ):
        with pytest.raises(EncryptKeyError) as caught:
            method()
        assert caught.value is mine


def test_an_answer_that_is_none_is_refused() -> None:
    class Nothing(IKeyring):
        def on_encrypt(self, param: models.OnEncryptInput) -> models.OnEncryptOutput:
            return None  # type: ignore[return-value]

        def on_decrypt(self, param: models.OnDecryptInput) -> models.OnDecryptOutput:
            return None  # type: ignore[return-value]

    with pytest.raises(InvalidCryptographicMaterialsError, match="must answer with EncryptionMaterials, and gave None"):
        keyring_from(Nothing()).on_encrypt(to_encrypt())
    with pytest.raises(InvalidCryptographicMaterialsError, match="must answer with DecryptionMaterials, and gave None"):
        keyring_from(Nothing()).on_decrypt(to_decrypt(), [])


# --- one of ours as one of theirs --------------------------------------------------------------------------------------


def test_ours_is_called_as_theirs() -> None:
    keyring = MPLKeyring(OWN)
    start = Spy.handed(to_encrypt())
    made = keyring.on_encrypt(models.OnEncryptInput(materials=start)).materials
    assert start.plaintext_data_key is None
    assert made.encryption_context == CONTEXT
    asked = models.DecryptionMaterials(
        algorithm_suite=made.algorithm_suite, encryption_context=CONTEXT, required_encryption_context_keys=[]
    )
    read = keyring.on_decrypt(models.OnDecryptInput(materials=asked, encrypted_data_keys=made.encrypted_data_keys))
    assert read.materials.plaintext_data_key == made.plaintext_data_key
    assert isinstance(keyring, IKeyring)
    assert repr(keyring) == repr(OWN)


class Spy(IKeyring):
    """Keeps what it is handed."""

    @classmethod
    def handed(cls, materials: EncryptionMaterials) -> Any:
        spy = cls()
        with pytest.raises(AWSEncryptionSDKClientError):
            keyring_from(spy).on_encrypt(materials)
        return spy.materials

    def on_encrypt(self, param: models.OnEncryptInput) -> models.OnEncryptOutput:
        self.materials = copy.deepcopy(param.materials)
        return models.OnEncryptOutput(materials=param.materials)

    def on_decrypt(self, param: models.OnDecryptInput) -> models.OnDecryptOutput:
        raise NotImplementedError


def test_failures_of_ours_are_theirs() -> None:
    suite = Spy.handed(to_encrypt()).algorithm_suite
    asked = models.DecryptionMaterials(
        algorithm_suite=suite, encryption_context=CONTEXT, required_encryption_context_keys=[]
    )
    keys = [models.EncryptedDataKey(key_provider_id="namespace", key_provider_info=b"x", ciphertext=b"y")] * 2
    with pytest.raises(CollectionOfErrors) as caught:
        MPLKeyring(OWN).on_decrypt(models.OnDecryptInput(materials=asked, encrypted_data_keys=keys))
    assert len(caught.value.list) == 2
    assert isinstance(caught.value.__cause__, UnwrapDataKeyError)
    for wrong in (None, 3, models.OnEncryptInput(materials=asked)):  # type: ignore[arg-type]
        with pytest.raises(ServiceError):
            MPLKeyring(OWN).on_encrypt(wrong)  # type: ignore[arg-type]
    for keys in ([None], 3):  # type: ignore[assignment]
        with pytest.raises(ServiceError):
            MPLKeyring(OWN).on_decrypt(models.OnDecryptInput(materials=asked, encrypted_data_keys=keys))


# --- recognition -------------------------------------------------------------------------------------------------------


def test_ours_are_taken_as_they_are() -> None:
    assert keyring_from(OWN) is OWN
    assert keyring_from(MPLKeyring(OWN)) is OWN
    assert MultiKeyring(MPLKeyring(OWN), [OWN, Written()]).children[0] is OWN
    assert DefaultCryptoMaterialsManager(keyring=MPLKeyring(OWN)).keyring is OWN


def test_a_keyring_with_the_attribute_of_ours_is_not_taken_for_it() -> None:
    class Audited(Written):
        _impl = OWN

    assert isinstance(keyring_from(Audited()), KeyringFromMPL)


def test_nothing_else_is_taken() -> None:
    class LooksLikeIt:
        def on_encrypt(self, param: object) -> object:
            return param

        on_decrypt = on_encrypt

    for wrong in (None, 3, Written, RawAESKeyring, LooksLikeIt(), "keyring"):
        with pytest.raises(ArgumentTypeError, match="must be a Keyring"):
            keyring_from(wrong)
        with pytest.raises(ArgumentValueError):
            KeyringFromMPL(wrong)


def test_repr() -> None:
    assert "Written" in repr(KeyringFromMPL(Written()))
