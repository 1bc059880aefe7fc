"""What programs with master key providers catch, cause by cause, and what they read from it."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag

import aws_encryption_sdk
from aws_encryption_sdk import Algorithm, AWSEncryptionSDKClientError, CommitmentPolicy
from aws_encryption_sdk.exceptions import (
    ActionNotAllowedError,
    ConfigMismatchError,
    CustomMaximumValueExceeded,
    DecryptKeyError,
    EncryptKeyError,
    GenerateKeyError,
    IncorrectMasterKeyError,
    InvalidDataKeyError,
    InvalidKeyIdError,
    MasterKeyProviderError,
    MaxEncryptedDataKeysExceeded,
    NotSupportedError,
    SerializationError,
    UnknownIdentityError,
)
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.base import MasterKeyProvider
from aws_encryption_sdk.key_providers.raw import RawMasterKey, WrappingKey
from aws_encryption_sdk.materials_managers import EncryptionMaterials
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.structures import DataKey

CLIENT = aws_encryption_sdk.EncryptionSDKClient()
UNSIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
OLD = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA256
AES = WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING


def key(name: str = "name", secret: bytes = bytes(32), kind: type[RawMasterKey] = RawMasterKey) -> RawMasterKey:
    """Return a master key."""
    return kind(key_id=name, provider_id="tests", wrapping_key=WrappingKey(AES, secret, EncryptionKeyType.SYMMETRIC))


KEY = key()


def encrypted(provider: MasterKeyProvider = KEY, **arguments: Any) -> bytearray:
    """Return a message."""
    return bytearray(CLIENT.encrypt(source=b"text", key_provider=provider, **arguments)[0])


def refusal(message: bytes | bytearray, provider: MasterKeyProvider = KEY, **arguments: Any) -> AWSEncryptionSDKClientError:
    """Return the exception of decrypting, which is the same in one call and by a stream."""
    with pytest.raises(AWSEncryptionSDKClientError) as streamed:
        CLIENT.stream(mode="d", source=bytes(message), key_provider=provider, **arguments).read()
    with pytest.raises(AWSEncryptionSDKClientError) as caught:
        CLIENT.decrypt(source=bytes(message), key_provider=provider, **arguments)
    assert type(streamed.value) is type(caught.value)
    return caught.value


def test_policies() -> None:
    with pytest.raises(ActionNotAllowedError):
        CLIENT.encrypt(source=b"text", key_provider=KEY, algorithm=OLD)
    forbidding = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
    with pytest.raises(ActionNotAllowedError):
        forbidding.encrypt(source=b"text", key_provider=KEY, algorithm=UNSIGNED)
    message, _ = forbidding.encrypt(source=b"text", key_provider=KEY, algorithm=OLD)
    assert isinstance(refusal(message), ActionNotAllowedError)
    with pytest.raises(ActionNotAllowedError, match="Cannot decrypt signed message in decrypt-unsigned mode"):
        CLIENT.stream(mode="decrypt-unsigned", source=bytes(encrypted()), key_provider=KEY).read()


def test_too_many_encrypted_data_keys() -> None:
    KEYS = [key(name) for name in ("one", "two", "three")]

    class Three(RawMasterKey):
        def master_keys_for_encryption(self, *_: Any, **__: Any) -> Any:
            return KEYS[0], KEYS

    several = key(kind=Three)
    message = encrypted(several)
    limited = aws_encryption_sdk.EncryptionSDKClient(max_encrypted_data_keys=2)
    for call, arguments in (
        (limited.encrypt, {"source": b"text", "key_provider": several}),
        (limited.decrypt, {"source": bytes(message), "key_provider": KEYS[0]}),
    ):
        with pytest.raises(MaxEncryptedDataKeysExceeded) as caught:
            call(**arguments)
        assert "Number of encrypted data keys found larger than configured value" in caught.value.args[0]
        assert isinstance(caught.value, CustomMaximumValueExceeded)
    with pytest.raises(ValueError, match="max_encrypted_data_keys cannot be less than 1"):
        aws_encryption_sdk.EncryptionSDKClient(max_encrypted_data_keys=0)


def test_damaged_messages() -> None:
    message = encrypted(algorithm=UNSIGNED)
    assert isinstance(refusal(message[:-5]), SerializationError)
    assert isinstance(refusal(b""), SerializationError)
    unknown_version = bytes([9]) + message[1:]
    assert isinstance(refusal(unknown_version), NotSupportedError)
    assert isinstance(refusal(base64.b64encode(message)), NotSupportedError)
    unknown_suite = message[:1] + struct.pack(">H", 0x1234) + message[3:]
    assert isinstance(refusal(unknown_suite), UnknownIdentityError)
    body_tag = message[:-1] + bytes([message[-1] ^ 1])
    assert isinstance(refusal(body_tag), InvalidTag)
    signed = encrypted()
    assert isinstance(refusal(signed[:-1] + bytes([signed[-1] ^ 1])), (InvalidSignature, SerializationError))


def test_the_commitment_does_not_match() -> None:
    class OtherDataKey(RawMasterKey):
        """Returns another data key than the one that was wrapped."""

        def _decrypt_data_key(self, encrypted_data_key: Any, algorithm: Any, encryption_context: Any) -> DataKey:
            return DataKey(encrypted_data_key.key_provider, bytes(32), encrypted_data_key.encrypted_data_key)

    assert isinstance(refusal(encrypted(), key(kind=OtherDataKey)), MasterKeyProviderError)


def test_no_data_key_can_be_decrypted() -> None:
    for reader in (key("another"), key(secret=b"x" * 32)):
        error = refusal(encrypted(), reader)
        assert isinstance(error, DecryptKeyError)
        # The command line interface prints the arguments.
        (said,) = error.args
        assert "Unable to decrypt any data key" in said
        assert "encrypted data key 1 (provider 'tests', key 'name')" in said
        assert not isinstance(error, MasterKeyProviderError)


def test_a_provider_without_keys_does_not_encrypt() -> None:
    class Empty(RawMasterKey):
        def master_keys_for_encryption(self, *_: Any, **__: Any) -> Any:
            return None, []

    with pytest.raises(MasterKeyProviderError, match="No Master Keys available from Master Key Provider"):
        encrypted(key(kind=Empty))


@pytest.mark.parametrize("error", [GenerateKeyError, EncryptKeyError, ConnectionError])
def test_keys_that_fail_to_encrypt(error: type[Exception]) -> None:
    class Failing(RawMasterKey):
        def _encrypt_data_key(self, *_: Any, **__: Any) -> Any:
            raise error("no")

    with pytest.raises(error, match="no"):
        CLIENT.encrypt(source=b"text", key_provider=key(kind=Failing))


def test_master_keys_called_by_hand() -> None:
    made = KEY.generate_data_key(UNSIGNED, {})
    wrapped = KEY.encrypt_data_key(made, UNSIGNED, {})
    with pytest.raises(IncorrectMasterKeyError):
        key("another").decrypt_data_key(wrapped, UNSIGNED, {})
    with pytest.raises(InvalidKeyIdError):
        KEY.master_key("another")
    with pytest.raises(DecryptKeyError, match="Unable to decrypt any data key"):
        KEY.decrypt_data_key_from_list([], UNSIGNED, {})

    class Short(RawMasterKey):
        def _generate_data_key(self, *_: Any, **__: Any) -> DataKey:
            return DataKey(self.key_provider, b"short", b"x")

    with pytest.raises(InvalidDataKeyError):
        key(kind=Short).generate_data_key(UNSIGNED, {})

    class Renamed(RawMasterKey):
        provider_id = "another"

    with pytest.raises(ConfigMismatchError):
        key(kind=Renamed)


def test_wrong_arguments() -> None:
    manager = DefaultCryptoMaterialsManager(KEY)
    for arguments in (
        {"key_provider": KEY, "materials_manager": manager},
        {"key_provider": "KEY"},
        {"key_provider": None},
        {"key_provider": manager},
        {"materials_manager": KEY},
    ):
        with pytest.raises(TypeError):
            CLIENT.encrypt(source=b"text", **arguments)
    for wrong in ("KEY", None, manager):
        with pytest.raises(TypeError):
            DefaultCryptoMaterialsManager(wrong)  # type: ignore[arg-type]


def test_a_materials_manager_that_is_wrong_about_the_provider() -> None:
    class Careless(CryptoMaterialsManager):
        """Hands out a data key without its encrypted form."""

        def get_encryption_materials(self, request: Any) -> EncryptionMaterials:
            made = KEY.generate_data_key(UNSIGNED, {})
            return EncryptionMaterials(UNSIGNED, made, set(), {})

        def decrypt_materials(self, request: Any) -> Any:
            return None

    with pytest.raises(AWSEncryptionSDKClientError):
        CLIENT.encrypt(source=b"text", materials_manager=Careless())
    with pytest.raises(AWSEncryptionSDKClientError):
        CLIENT.decrypt(source=bytes(encrypted()), materials_manager=Careless())
