"""Identifiers of the message format (framework/algorithm-suites.md and the pages of the data format)."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from aws_encryption_sdk import exceptions, identifiers
from aws_encryption_sdk.identifiers import (
    Algorithm,
    AlgorithmSuite,
    AuthenticationSuite,
    CommitmentPolicy,
    EncryptionSuite,
    KDFSuite,
    WrappingAlgorithm,
)

#: Columns: id, message format version, key bits, hash of the key derivation, curve and hash of the signature.
TABLE: dict[str, tuple[int, int, int, Any, Any, Any]] = {
    "AES_128_GCM_IV12_TAG16": (0x0014, 1, 128, None, None, None),
    "AES_192_GCM_IV12_TAG16": (0x0046, 1, 192, None, None, None),
    "AES_256_GCM_IV12_TAG16": (0x0078, 1, 256, None, None, None),
    "AES_128_GCM_IV12_TAG16_HKDF_SHA256": (0x0114, 1, 128, hashes.SHA256, None, None),
    "AES_192_GCM_IV12_TAG16_HKDF_SHA256": (0x0146, 1, 192, hashes.SHA256, None, None),
    "AES_256_GCM_IV12_TAG16_HKDF_SHA256": (0x0178, 1, 256, hashes.SHA256, None, None),
    "AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256": (0x0214, 1, 128, hashes.SHA256, ec.SECP256R1, hashes.SHA256),
    "AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384": (0x0346, 1, 192, hashes.SHA384, ec.SECP384R1, hashes.SHA384),
    "AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384": (0x0378, 1, 256, hashes.SHA384, ec.SECP384R1, hashes.SHA384),
    "AES_256_GCM_HKDF_SHA512_COMMIT_KEY": (0x0478, 2, 256, hashes.SHA512, None, None),
    "AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384": (0x0578, 2, 256, hashes.SHA512, ec.SECP384R1, hashes.SHA384),
}


@pytest.mark.specification("client-apis/encrypt.md", "Input > Algorithm Suite", "Output > Algorithm Suite")
@pytest.mark.specification("framework/algorithm-suites.md", "Supported Format Algorithm Suites ENUM")
def test_there_are_eleven_suites_and_nothing_else_to_be_seen() -> None:
    assert [suite.name for suite in Algorithm] == list(TABLE)
    assert {name for name in dir(Algorithm) if not name.startswith("__")} == set(TABLE)
    assert Algorithm is AlgorithmSuite


@pytest.mark.specification(
    "framework/algorithm-suites.md",
    "Supported Algorithm Suites",
    "Algorithm Suites Encryption Key Derivation Settings",
    "Algorithm Suites Encryption Settings",
    "Algorithm Suites Commit Key Derivation Settings",
    "Algorithm Suites Signature Settings",
    "Structure",
    "Algorithm Suite ENUM",
    "Algorithm Suite ID",
    "Supported Encryption Algorithms",
    "Supported Encryption Algorithm Modes",
    "Encryption Key Length",
    "IV Length",
    "Authentication Tag Length",
    "Supported Encryption Key Derivation Algorithms",
    "Key Derivation Input Length",
    "Key Commitment",
    "Supported Key Commitment Values",
    "Commit Key Length",
    "Supported Asymmetric Signature Algorithms",
    "Supported Message Format Version",
    "Algorithm Suite Data Length",
    "Supported Algorithm Suite Data Lengths",
)
@pytest.mark.parametrize("name", TABLE)
def test_each_column_of_a_suite(name: str) -> None:
    number, version, bits, kdf_hash, curve, signature_hash = TABLE[name]
    suite = AlgorithmSuite[name]
    committing = version == 2

    assert (suite.algorithm_id, suite.message_format_version, suite.allowed) == (number, version, True)
    assert (suite.encryption_algorithm, suite.encryption_mode) == (algorithms.AES, modes.GCM)
    assert (suite.data_key_len, suite.kdf_input_len) == (bits // 8, bits // 8)
    assert (suite.iv_len, suite.tag_len, suite.auth_len, suite.auth_key_len) == (12, 16, 16, 0)
    assert (suite.kdf_type, suite.kdf_hash_type) == (HKDF if kdf_hash else None, kdf_hash)
    assert (suite.signing_algorithm_info, suite.signing_hash_type) == (curve, signature_hash)
    assert suite.signature_len == {None: 0, ec.SECP256R1: 71, ec.SECP384R1: 103}[curve]
    assert suite.is_signing() is (curve is not None)
    assert suite.is_committing() is committing
    assert suite.safe_to_cache() is (kdf_hash is not None)
    assert suite.message_id_length() == (32 if committing else 16)
    assert suite.algorithm_suite_data_length() == (32 if committing else 0)
    assert suite.header_auth_iv == bytes(12)
    assert suite.encryption is EncryptionSuite[f"AES_{bits}_GCM_IV12_TAG16"]
    assert suite.kdf.hash_algorithm is kdf_hash
    assert suite.authentication.algorithm is curve
    assert suite.id_as_bytes() == number.to_bytes(2, "big")
    assert AlgorithmSuite.get_by_id(number) is suite


@pytest.mark.specification("framework/algorithm-suites.md", "Supported Algorithm Suites")
@pytest.mark.parametrize("number", [-1, 0, 0x0015, 0x0378 + 1, 0x0678, 0xFFFF, 2**32])
def test_an_unknown_suite(number: int) -> None:
    with pytest.raises(exceptions.UnknownIdentityError, match="Unknown algorithm suite"):
        AlgorithmSuite.get_by_id(number)


def test_parts_of_suites() -> None:
    assert [suite.data_key_length for suite in EncryptionSuite] == [16, 24, 32]
    assert {(suite.iv_length, suite.auth_length, suite.tag_length, suite.auth_key_length) for suite in EncryptionSuite} == {
        (12, 16, 16, 0)
    }
    assert [suite.name for suite in KDFSuite] == ["NONE", "HKDF_SHA256", "HKDF_SHA384", "HKDF_SHA512"]
    assert [suite.name for suite in AuthenticationSuite] == ["NONE", "SHA256_ECDSA_P256", "SHA256_ECDSA_P384"]
    for encryption in EncryptionSuite:
        for kdf in KDFSuite:
            assert kdf.input_length(encryption) == encryption.data_key_length
            assert encryption.valid_kdf(kdf)


@pytest.mark.specification("framework/raw-rsa-keyring.md", "Padding Scheme", "Supported Padding Schemes")
def test_wrapping_algorithms() -> None:
    symmetric = [f"AES_{bits}_GCM_IV12_TAG16_NO_PADDING" for bits in (128, 192, 256)]
    oaep = {f"RSA_OAEP_SHA{bits}_MGF1": bits for bits in (1, 256, 384, 512)}
    assert [member.name for member in WrappingAlgorithm] == [*symmetric, "RSA_PKCS1", *oaep]

    for name in symmetric:
        algorithm = WrappingAlgorithm[name]
        assert algorithm.encryption_type is identifiers.EncryptionType.SYMMETRIC
        assert algorithm.algorithm is AlgorithmSuite[name.removesuffix("_NO_PADDING")]
        assert algorithm.padding is None
        with pytest.raises(exceptions.InvalidAlgorithmError, match=name):
            algorithm.rsa_padding()
    assert isinstance(WrappingAlgorithm.RSA_PKCS1.rsa_padding(), padding.PKCS1v15)
    for name, bits in oaep.items():
        made = WrappingAlgorithm[name].rsa_padding()
        assert WrappingAlgorithm[name].encryption_type is identifiers.EncryptionType.ASYMMETRIC
        assert isinstance(made, padding.OAEP)
        # The hash of MGF1 is that of OAEP (framework/raw-rsa-keyring.md, padding scheme).
        assert made.algorithm.name == made.mgf._algorithm.name == f"sha{bits}"


@pytest.mark.specification("framework/commitment-policy.md", "Supported Format Commitment Policy ENUM")
@pytest.mark.parametrize(
    ("enumeration", "members"),
    [
        (
            "CommitmentPolicy",
            {
                "FORBID_ENCRYPT_ALLOW_DECRYPT": 0,
                "REQUIRE_ENCRYPT_ALLOW_DECRYPT": 1,
                "REQUIRE_ENCRYPT_REQUIRE_DECRYPT": 2,
            },
        ),
        ("SignaturePolicy", {"ALLOW_ENCRYPT_ALLOW_DECRYPT": 0, "ALLOW_ENCRYPT_FORBID_DECRYPT": 1}),
        ("EncryptionType", {"SYMMETRIC": 0, "ASYMMETRIC": 1}),
        ("EncryptionKeyType", {"SYMMETRIC": 0, "PUBLIC": 1, "PRIVATE": 2}),
        ("ObjectType", {"CUSTOMER_AE_DATA": 0x80}),
        ("SequenceIdentifier", {"SEQUENCE_NUMBER_END": 0xFFFFFFFF}),
        ("SerializationVersion", {"V1": 1, "V2": 2}),
        ("ContentType", {"NO_FRAMING": 1, "FRAMED_DATA": 2}),
        (
            "ContentAADString",
            {
                "FRAME_STRING_ID": b"AWSKMSEncryptionClient Frame",
                "FINAL_FRAME_STRING_ID": b"AWSKMSEncryptionClient Final Frame",
                "NON_FRAMED_STRING_ID": b"AWSKMSEncryptionClient Single Block",
            },
        ),
    ],
)
def test_numbers_and_names(enumeration: str, members: dict[str, object]) -> None:
    assert {member.name: member.value for member in getattr(identifiers, enumeration)} == members


def test_versions_agree() -> None:
    package = importlib.import_module("aws_encryption_sdk")

    assert package.__version__ == identifiers.__version__
    assert f"AwsEncryptionSdkPython/{identifiers.__version__}" == identifiers.USER_AGENT_SUFFIX
    assert package.CommitmentPolicy is CommitmentPolicy
