"""Programs that hand a configuration object to calls and classes, instead of keywords."""

from __future__ import annotations

import io

import pytest

import aws_encryption_sdk
from aws_encryption_sdk import (
    CommitmentPolicy,
    DecryptorConfig,
    EncryptorConfig,
    SignaturePolicy,
    StreamDecryptor,
    StreamEncryptor,
)
from aws_encryption_sdk.exceptions import ActionNotAllowedError, MaxEncryptedDataKeysExceeded
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager

POLICY = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
CLIENT = aws_encryption_sdk.EncryptionSDKClient()


def test_streams(keyring: RawAESKeyring) -> None:
    config = EncryptorConfig(
        source=io.BytesIO(b"secret" * 1000),
        commitment_policy=POLICY,
        keyring=keyring,
        encryption_context={"a": "b"},
        algorithm=Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
        frame_length=512,
    )
    encryptor = StreamEncryptor(config=config)
    assert encryptor.config.frame_length == 512
    message = encryptor.read()
    assert encryptor.header.algorithm is Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    decryptor = StreamDecryptor(config=DecryptorConfig(source=message, commitment_policy=POLICY, keyring=keyring))
    assert decryptor.read() == b"secret" * 1000
    assert decryptor.header.encryption_context == {"a": "b"}


def test_functions_of_the_package(keyring: RawAESKeyring) -> None:
    # The keyring interface knows no policies.
    encrypted = aws_encryption_sdk.encrypt(config=EncryptorConfig(source=b"secret", keyring=keyring))
    decrypted = aws_encryption_sdk.decrypt(config=DecryptorConfig(source=encrypted.result, keyring=keyring))
    assert decrypted.result == b"secret"
    stream = aws_encryption_sdk.stream(mode="d", config=DecryptorConfig(source=encrypted.result, keyring=keyring))
    assert stream.read() == b"secret"


def test_client(keyring: RawAESKeyring) -> None:
    message, _ = CLIENT.encrypt(config=EncryptorConfig(source=b"secret", commitment_policy=POLICY, keyring=keyring))
    plaintext, _ = CLIENT.decrypt(config=DecryptorConfig(source=message, commitment_policy=POLICY, keyring=keyring))
    assert plaintext == b"secret"
    with CLIENT.stream(
        mode="d", config=DecryptorConfig(source=message, commitment_policy=POLICY, keyring=keyring)
    ) as stream:
        assert stream.read() == b"secret"


def test_order_of_version_4(keyring: RawAESKeyring) -> None:
    allow = SignaturePolicy.ALLOW_ENCRYPT_ALLOW_DECRYPT
    cmm = DefaultCryptoMaterialsManager(keyring=keyring)
    first = (b"secret", POLICY, allow, 5, cmm, None, None, 6, 100)
    encryptor_config = EncryptorConfig(*first, {"a": "b"}, Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY, 256)
    assert encryptor_config.commitment_policy is POLICY
    assert encryptor_config.signature_policy is allow
    assert encryptor_config.max_encrypted_data_keys == 5
    assert encryptor_config.materials_manager is cmm
    assert encryptor_config.source_length == 6
    assert encryptor_config.line_length == 100
    assert encryptor_config.encryption_context == {"a": "b"}
    assert encryptor_config.algorithm is Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    assert encryptor_config.frame_length == 256
    message = StreamEncryptor(config=encryptor_config).read()

    decryptor_config = DecryptorConfig(message, POLICY, allow, 5, cmm, None, None, None, 100, 1000, {"a": "b"})
    assert decryptor_config.max_body_length == 1000
    assert decryptor_config.encryption_context == {"a": "b"}
    assert StreamDecryptor(config=decryptor_config).read() == b"secret"


def test_defaults(keyring: RawAESKeyring) -> None:
    config = EncryptorConfig(source=b"x", keyring=keyring)
    assert config.signature_policy is SignaturePolicy.ALLOW_ENCRYPT_ALLOW_DECRYPT
    assert config.max_encrypted_data_keys is None
    assert config.source_length is None
    assert config.line_length == 8192
    assert config.encryption_context == {}
    assert config.algorithm is None
    assert config.frame_length == 4096
    assert DecryptorConfig(source=b"x", keyring=keyring).max_body_length is None
    assert DecryptorConfig(source=b"x", keyring=keyring).encryption_context is None


def test_default_encryption_contexts_are_not_shared(keyring: RawAESKeyring) -> None:
    one, two = (EncryptorConfig(source=b"x", keyring=keyring) for _ in range(2))
    assert one.encryption_context is not two.encryption_context


def test_exactly_one_source_of_materials(keyring: RawAESKeyring) -> None:
    cmm = DefaultCryptoMaterialsManager(keyring=keyring)
    for build in (EncryptorConfig, DecryptorConfig):
        with pytest.raises(TypeError):
            build(source=b"x", commitment_policy=POLICY)
        with pytest.raises(TypeError):
            build(source=b"x", commitment_policy=POLICY, keyring=keyring, materials_manager=cmm)


def test_settings_of_the_client_hold_where_the_configuration_has_none(keyring: RawAESKeyring) -> None:
    old = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384
    allowing = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
    message, _ = allowing.encrypt(config=EncryptorConfig(source=b"x", keyring=keyring))
    assert allowing.decrypt(source=message, keyring=keyring).header.algorithm is old
    strict = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=POLICY, max_encrypted_data_keys=1)
    with pytest.raises(ActionNotAllowedError):
        strict.decrypt(config=DecryptorConfig(source=message, keyring=keyring))
    with pytest.raises(ActionNotAllowedError):
        strict.encrypt(config=EncryptorConfig(source=b"x", keyring=keyring, algorithm=old))
    with pytest.raises(MaxEncryptedDataKeysExceeded):
        strict.encrypt(config=EncryptorConfig(source=b"x", keyring=MultiKeyring(keyring, [keyring])))


def test_policies_of_the_configuration_hold(keyring: RawAESKeyring) -> None:
    old = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384
    config = EncryptorConfig(source=b"x", commitment_policy=POLICY, keyring=keyring, algorithm=old)
    with pytest.raises(ActionNotAllowedError):
        StreamEncryptor(config=config).read()
    signed, _ = CLIENT.encrypt(source=b"x", keyring=keyring)
    unsigned_only = DecryptorConfig(
        source=signed,
        commitment_policy=POLICY,
        signature_policy=SignaturePolicy.ALLOW_ENCRYPT_FORBID_DECRYPT,
        keyring=keyring,
    )
    with pytest.raises(ActionNotAllowedError):
        StreamDecryptor(config=unsigned_only).read()


def test_configurations_are_equal_by_value_and_hashed_by_identity() -> None:
    keyring = RawAESKeyring("namespace", "name", bytes(32))
    made = [aws_encryption_sdk.EncryptorConfig(source=b"x", keyring=keyring, frame_length=128) for _ in range(2)]
    assert made[0] == made[1] != aws_encryption_sdk.EncryptorConfig(source=b"x", keyring=keyring)
    assert len({*made}) == 2
    read = [aws_encryption_sdk.DecryptorConfig(source=b"x", keyring=keyring) for _ in range(2)]
    assert read[0] == read[1] != aws_encryption_sdk.DecryptorConfig(source=b"y", keyring=keyring)
