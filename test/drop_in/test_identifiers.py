"""Identifiers and exceptions that programs name."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, MaxEncryptedDataKeysExceeded, UnknownIdentityError
from aws_encryption_sdk.identifiers import (
    Algorithm,
    AlgorithmSuite,
    AuthenticationSuite,
    CommitmentPolicy,
    ContentAADString,
    ContentType,
    EncryptionKeyType,
    EncryptionSuite,
    EncryptionType,
    KDFSuite,
    ObjectType,
    SequenceIdentifier,
    SerializationVersion,
    WrappingAlgorithm,
)

SUITES = {
    "AES_128_GCM_IV12_TAG16": 0x0014,
    "AES_192_GCM_IV12_TAG16": 0x0046,
    "AES_256_GCM_IV12_TAG16": 0x0078,
    "AES_128_GCM_IV12_TAG16_HKDF_SHA256": 0x0114,
    "AES_192_GCM_IV12_TAG16_HKDF_SHA256": 0x0146,
    "AES_256_GCM_IV12_TAG16_HKDF_SHA256": 0x0178,
    "AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256": 0x0214,
    "AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384": 0x0346,
    "AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384": 0x0378,
    "AES_256_GCM_HKDF_SHA512_COMMIT_KEY": 0x0478,
    "AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384": 0x0578,
}
ERRORS = (
    "ActionNotAllowedError",
    "CacheError",
    "CacheKeyError",
    "ConfigMismatchError",
    "CustomMaximumValueExceeded",
    "DecryptKeyError",
    "EncryptKeyError",
    "GenerateKeyError",
    "IncorrectMasterKeyError",
    "InvalidAlgorithmError",
    "InvalidCryptographicMaterialsError",
    "InvalidDataKeyError",
    "InvalidKeyIdError",
    "InvalidProviderIdError",
    "MalformedArnError",
    "MasterKeyError",
    "MasterKeyProviderError",
    "MaxEncryptedDataKeysExceeded",
    "NotSupportedError",
    "SerializationError",
    "SignatureKeyError",
    "UnknownIdentityError",
    "UnknownRegionError",
)


def test_algorithm_suites_by_name_and_number() -> None:
    assert {suite.name: suite.algorithm_id for suite in Algorithm} == SUITES
    for name, number in SUITES.items():
        assert Algorithm.get_by_id(number) is getattr(Algorithm, name) is AlgorithmSuite[name]
        assert AlgorithmSuite[name].id_as_bytes() == number.to_bytes(2, "big")
    with pytest.raises(UnknownIdentityError):
        Algorithm.get_by_id(0x1234)


def test_command_line_program_lists_the_suites_by_dir() -> None:
    assert {name for name in dir(Algorithm) if not name.startswith("_")} == set(SUITES)


def test_attributes_of_a_suite() -> None:
    suite = Algorithm.AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384
    assert (suite.data_key_len, suite.iv_len, suite.auth_len, suite.tag_len, suite.kdf_input_len) == (24, 12, 16, 16, 24)
    assert suite.auth_key_len == 0
    assert suite.encryption is EncryptionSuite.AES_192_GCM_IV12_TAG16
    assert suite.kdf is KDFSuite.HKDF_SHA384
    assert suite.authentication is AuthenticationSuite.SHA256_ECDSA_P384
    assert suite.signing_algorithm_info is ec.SECP384R1
    assert suite.signature_len == 103
    assert suite.allowed is True
    assert (suite.encryption_algorithm.name, suite.encryption_mode.name) == ("AES", "GCM")
    assert suite.kdf_hash_type is not None
    assert suite.kdf_hash_type.name == "sha384"
    assert suite.signing_hash_type is not None
    assert suite.signing_hash_type.name == "sha384"
    assert suite.message_format_version == 1
    assert (suite.is_committing(), suite.is_signing(), suite.safe_to_cache()) == (False, True, True)
    assert (suite.message_id_length(), suite.algorithm_suite_data_length()) == (16, 0)


def test_attributes_of_the_other_kinds_of_suite() -> None:
    committing = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    assert (committing.is_committing(), committing.is_signing()) == (True, False)
    assert (committing.message_id_length(), committing.algorithm_suite_data_length()) == (32, 32)
    assert committing.message_format_version == 2
    assert committing.header_auth_iv == bytes(12)
    assert Algorithm.AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256.signature_len == 71
    plain = Algorithm.AES_128_GCM_IV12_TAG16
    assert (plain.kdf, plain.kdf_type, plain.authentication) == (KDFSuite.NONE, None, AuthenticationSuite.NONE)
    assert not plain.safe_to_cache()


def test_parts_of_suites() -> None:
    for suite in Algorithm:
        assert suite.encryption.valid_kdf(suite.kdf)
        assert suite.kdf.input_length(suite.encryption) == suite.kdf_input_len


def test_values_of_the_small_enumerations() -> None:
    assert [policy.value for policy in CommitmentPolicy] == [0, 1, 2]
    assert (EncryptionType.SYMMETRIC.value, EncryptionType.ASYMMETRIC.value) == (0, 1)
    assert [kind.value for kind in EncryptionKeyType] == [0, 1, 2]
    assert (ContentType.NO_FRAMING.value, ContentType.FRAMED_DATA.value) == (1, 2)
    assert (SerializationVersion.V1.value, SerializationVersion.V2.value) == (1, 2)
    assert ObjectType.CUSTOMER_AE_DATA.value == 128
    assert SequenceIdentifier.SEQUENCE_NUMBER_END.value == 0xFFFFFFFF
    assert ContentAADString.FRAME_STRING_ID.value == b"AWSKMSEncryptionClient Frame"


def test_wrapping_algorithms() -> None:
    names = {algorithm.name for algorithm in WrappingAlgorithm}
    assert names == {
        "AES_128_GCM_IV12_TAG16_NO_PADDING",
        "AES_192_GCM_IV12_TAG16_NO_PADDING",
        "AES_256_GCM_IV12_TAG16_NO_PADDING",
        "RSA_PKCS1",
        "RSA_OAEP_SHA1_MGF1",
        "RSA_OAEP_SHA256_MGF1",
        "RSA_OAEP_SHA384_MGF1",
        "RSA_OAEP_SHA512_MGF1",
    }
    for algorithm in WrappingAlgorithm:
        symmetric = algorithm.name.startswith("AES")
        assert algorithm.encryption_type is (EncryptionType.SYMMETRIC if symmetric else EncryptionType.ASYMMETRIC)
        assert (algorithm.padding is None) == symmetric


@pytest.mark.parametrize("name", ERRORS)
def test_exceptions_are_all_of_one_family(name: str) -> None:
    error = getattr(exceptions, name)
    assert issubclass(error, AWSEncryptionSDKClientError)
    assert issubclass(AWSEncryptionSDKClientError, Exception)


def test_exceptions_that_are_kinds_of_others() -> None:
    assert issubclass(MaxEncryptedDataKeysExceeded, exceptions.CustomMaximumValueExceeded)
    assert issubclass(exceptions.CustomMaximumValueExceeded, exceptions.SerializationError)
    assert issubclass(exceptions.CacheKeyError, exceptions.CacheError)
    error = MaxEncryptedDataKeysExceeded(num_keys=7, max_keys=5)
    assert (error.num_keys, error.max_keys) == (7, 5)
    assert "7" in str(error)
    assert "5" in str(error)
