"""Identifiers of the message format: algorithm suites, their parts, policies and content types.

An algorithm suite is one row of :class:`AlgorithmSuite`; the code branches on its columns, never on its id.
"""

from __future__ import annotations

import struct
from enum import Enum
from types import ModuleType
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .exceptions import InvalidAlgorithmError, NotSupportedError, UnknownIdentityError

__version__: Final = "4.1.0"
#: Added to the user agent of every AWS client that this package makes.
USER_AGENT_SUFFIX: Final = f"AwsEncryptionSdkPython/{__version__}"

#: Encryption context keys that begin so are reserved (client-apis/encrypt.md, encryption context).
RESERVED_ENCRYPTION_CONTEXT_PREFIX: Final = "aws-crypto-"
#: Encryption context key of the signature verification key (framework/default-cmm.md).
PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY: Final = "aws-crypto-public-key"

HashType = type[hashes.SHA1] | type[hashes.SHA256] | type[hashes.SHA384] | type[hashes.SHA512]
CurveType = type[ec.SECP256R1] | type[ec.SECP384R1]
PaddingType = type[padding.PKCS1v15] | type[padding.OAEP]
_Mgf1Type = type[padding.MGF1]


class EncryptionSuite(Enum):
    """Authenticated encryption: cipher, mode and lengths in bytes (framework/algorithm-suites.md, encryption settings)."""

    AES_128_GCM_IV12_TAG16 = (algorithms.AES, modes.GCM, 16, 12, 16)
    AES_192_GCM_IV12_TAG16 = (algorithms.AES, modes.GCM, 24, 12, 16)
    AES_256_GCM_IV12_TAG16 = (algorithms.AES, modes.GCM, 32, 12, 16)

    def __init__(
        self,
        algorithm: type[algorithms.AES],
        mode: type[modes.GCM],
        data_key_length: int,
        iv_length: int,
        auth_length: int,
    ) -> None:
        self.algorithm = algorithm
        self.mode = mode
        self.data_key_length = data_key_length
        self.iv_length = iv_length
        self.auth_length = self.tag_length = self.tag_len = auth_length
        self.auth_key_length = 0

    def valid_kdf(self, kdf: KDFSuite) -> bool:
        """Tell whether ``kdf`` can derive keys for this suite."""
        return kdf.input_length(self) >= self.data_key_length


class KDFSuite(Enum):
    """Key derivation (framework/algorithm-suites.md, encryption key derivation settings)."""

    NONE = (None, None, None)
    HKDF_SHA256 = (HKDF, None, hashes.SHA256)
    HKDF_SHA384 = (HKDF, None, hashes.SHA384)
    HKDF_SHA512 = (HKDF, None, hashes.SHA512)

    def __init__(self, algorithm: type[HKDF] | None, input_length: int | None, hash_algorithm: HashType | None) -> None:
        self.algorithm = algorithm
        self._input_length = input_length
        self.hash_algorithm = hash_algorithm

    def input_length(self, encryption: EncryptionSuite) -> int:
        """Return the length in bytes of the key that goes in: that of the cipher's key, unless the row says otherwise."""
        return encryption.data_key_length if self._input_length is None else self._input_length


class AuthenticationSuite(Enum):
    """Message signature: curve, hash and length in bytes (framework/algorithm-suites.md, signature settings)."""

    NONE = (None, None, 0)
    SHA256_ECDSA_P256 = (ec.SECP256R1, hashes.SHA256, 71)
    SHA256_ECDSA_P384 = (ec.SECP384R1, hashes.SHA384, 103)

    def __init__(self, algorithm: CurveType | None, hash_algorithm: HashType | None, signature_length: int) -> None:
        self.algorithm = algorithm
        self.hash_algorithm = hash_algorithm
        self.signature_length = signature_length


class AlgorithmSuite(Enum):
    """The algorithm suites of the AWS Encryption SDK (framework/algorithm-suites.md, supported algorithm suites).

    A row is: id, encryption, message format version, key derivation, signature. Suites of message format version 2 commit
    to their data key.
    """

    AES_128_GCM_IV12_TAG16 = (0x0014, EncryptionSuite.AES_128_GCM_IV12_TAG16, 1)
    AES_192_GCM_IV12_TAG16 = (0x0046, EncryptionSuite.AES_192_GCM_IV12_TAG16, 1)
    AES_256_GCM_IV12_TAG16 = (0x0078, EncryptionSuite.AES_256_GCM_IV12_TAG16, 1)
    AES_128_GCM_IV12_TAG16_HKDF_SHA256 = (0x0114, EncryptionSuite.AES_128_GCM_IV12_TAG16, 1, KDFSuite.HKDF_SHA256)
    AES_192_GCM_IV12_TAG16_HKDF_SHA256 = (0x0146, EncryptionSuite.AES_192_GCM_IV12_TAG16, 1, KDFSuite.HKDF_SHA256)
    AES_256_GCM_IV12_TAG16_HKDF_SHA256 = (0x0178, EncryptionSuite.AES_256_GCM_IV12_TAG16, 1, KDFSuite.HKDF_SHA256)
    AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256 = (
        0x0214,
        EncryptionSuite.AES_128_GCM_IV12_TAG16,
        1,
        KDFSuite.HKDF_SHA256,
        AuthenticationSuite.SHA256_ECDSA_P256,
    )
    AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384 = (
        0x0346,
        EncryptionSuite.AES_192_GCM_IV12_TAG16,
        1,
        KDFSuite.HKDF_SHA384,
        AuthenticationSuite.SHA256_ECDSA_P384,
    )
    AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384 = (
        0x0378,
        EncryptionSuite.AES_256_GCM_IV12_TAG16,
        1,
        KDFSuite.HKDF_SHA384,
        AuthenticationSuite.SHA256_ECDSA_P384,
    )
    AES_256_GCM_HKDF_SHA512_COMMIT_KEY = (0x0478, EncryptionSuite.AES_256_GCM_IV12_TAG16, 2, KDFSuite.HKDF_SHA512)
    AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384 = (
        0x0578,
        EncryptionSuite.AES_256_GCM_IV12_TAG16,
        2,
        KDFSuite.HKDF_SHA512,
        AuthenticationSuite.SHA256_ECDSA_P384,
    )

    def __init__(
        self,
        algorithm_id: int,
        encryption: EncryptionSuite,
        message_format_version: int,
        kdf: KDFSuite = KDFSuite.NONE,
        authentication: AuthenticationSuite = AuthenticationSuite.NONE,
        allowed: bool = True,
    ) -> None:
        self.algorithm_id = algorithm_id
        self.encryption = encryption
        self.message_format_version = message_format_version
        self.kdf = kdf
        self.authentication = authentication
        self.allowed = allowed

        self.encryption_algorithm = encryption.algorithm
        self.encryption_mode = encryption.mode
        self.data_key_len = encryption.data_key_length
        self.iv_len = encryption.iv_length
        self.auth_key_len = encryption.auth_key_length
        self.auth_len = self.tag_len = encryption.auth_length
        self.kdf_type = kdf.algorithm
        self.kdf_hash_type = kdf.hash_algorithm
        self.kdf_input_len = kdf.input_length(encryption)
        self.signing_algorithm_info = authentication.algorithm
        self.signing_hash_type = authentication.hash_algorithm
        self.signature_len = authentication.signature_length
        #: IV of the header's authentication tag in what this package writes: all zero.
        self.header_auth_iv = bytes(encryption.iv_length)
        #: What this package asks for many times in each message; the methods below are the published interface.
        self.commits = message_format_version == 2
        self.signs = authentication.algorithm is not None
        self.message_id_len = 32 if self.commits else 16
        self._id_bytes = struct.pack(">H", algorithm_id)

    @classmethod
    def get_by_id(cls, algorithm_id: int) -> AlgorithmSuite:
        """Return the suite with the number ``algorithm_id``.

        :raises UnknownIdentityError: if there is none
        """
        try:
            return _SUITES_BY_ID[algorithm_id]
        except (KeyError, TypeError):
            shown = f"0x{algorithm_id:04x}" if isinstance(algorithm_id, int) else type(algorithm_id).__name__
            raise UnknownIdentityError(f"Unknown algorithm suite id {shown}") from None

    def id_as_bytes(self) -> bytes:
        """Return the suite's id as 2 bytes, big-endian."""
        return self._id_bytes

    def safe_to_cache(self) -> bool:
        """Tell whether data keys of this suite may be used for several messages: it derives a key for each."""
        return self.kdf is not KDFSuite.NONE

    def is_committing(self) -> bool:
        """Tell whether messages of this suite commit to their data key."""
        return self.commits

    def is_signing(self) -> bool:
        """Tell whether messages of this suite are signed."""
        return self.signs

    def message_id_length(self) -> int:
        """Return the length in bytes of the message id: 16 in message format version 1, 32 in version 2."""
        return self.message_id_len

    def algorithm_suite_data_length(self) -> int:
        """Return the length in bytes of the header's algorithm suite data: 32 (the commitment) or 0."""
        return 32 if self.commits else 0


Algorithm = AlgorithmSuite
_SUITES_BY_ID: Final = {suite.algorithm_id: suite for suite in AlgorithmSuite}


class CommitmentPolicy(Enum):
    """Which algorithm suites may be used, as far as key commitment goes (framework/commitment-policy.md)."""

    FORBID_ENCRYPT_ALLOW_DECRYPT = 0
    REQUIRE_ENCRYPT_ALLOW_DECRYPT = 1
    REQUIRE_ENCRYPT_REQUIRE_DECRYPT = 2


class SignaturePolicy(Enum):
    """Whether signed messages may be decrypted (client-apis/decrypt.md, behavior)."""

    ALLOW_ENCRYPT_ALLOW_DECRYPT = 0
    ALLOW_ENCRYPT_FORBID_DECRYPT = 1


class EncryptionType(Enum):
    """Kind of a wrapping algorithm."""

    SYMMETRIC = 0
    ASYMMETRIC = 1


class EncryptionKeyType(Enum):
    """Kind of a wrapping key."""

    SYMMETRIC = 0
    PUBLIC = 1
    PRIVATE = 2


class WrappingAlgorithm(Enum):
    """How a raw key wraps data keys (framework/raw-aes-keyring.md and framework/raw-rsa-keyring.md)."""

    AES_128_GCM_IV12_TAG16_NO_PADDING = (EncryptionType.SYMMETRIC, AlgorithmSuite.AES_128_GCM_IV12_TAG16, None, None, None)
    AES_192_GCM_IV12_TAG16_NO_PADDING = (EncryptionType.SYMMETRIC, AlgorithmSuite.AES_192_GCM_IV12_TAG16, None, None, None)
    AES_256_GCM_IV12_TAG16_NO_PADDING = (EncryptionType.SYMMETRIC, AlgorithmSuite.AES_256_GCM_IV12_TAG16, None, None, None)
    RSA_PKCS1 = (EncryptionType.ASYMMETRIC, rsa, padding.PKCS1v15, None, None)
    RSA_OAEP_SHA1_MGF1 = (EncryptionType.ASYMMETRIC, rsa, padding.OAEP, hashes.SHA1, padding.MGF1)
    RSA_OAEP_SHA256_MGF1 = (EncryptionType.ASYMMETRIC, rsa, padding.OAEP, hashes.SHA256, padding.MGF1)
    RSA_OAEP_SHA384_MGF1 = (EncryptionType.ASYMMETRIC, rsa, padding.OAEP, hashes.SHA384, padding.MGF1)
    RSA_OAEP_SHA512_MGF1 = (EncryptionType.ASYMMETRIC, rsa, padding.OAEP, hashes.SHA512, padding.MGF1)

    def __init__(
        self,
        encryption_type: EncryptionType,
        algorithm: AlgorithmSuite | ModuleType,
        padding_type: PaddingType | None,
        padding_algorithm: HashType | None,
        padding_mgf: _Mgf1Type | None,
    ) -> None:
        self.encryption_type = encryption_type
        self.algorithm = algorithm
        self.padding_type = padding_type
        self.padding_algorithm = padding_algorithm
        self.padding_mgf = padding_mgf
        self.padding = self._build_padding()

    def _build_padding(self) -> padding.PKCS1v15 | padding.OAEP | None:
        if self.padding_type is None:
            return None
        if self.padding_algorithm is None or self.padding_mgf is None:
            return padding.PKCS1v15()
        return padding.OAEP(
            mgf=self.padding_mgf(algorithm=self.padding_algorithm()), algorithm=self.padding_algorithm(), label=None
        )

    def rsa_padding(self) -> padding.PKCS1v15 | padding.OAEP:
        """Return the RSA padding.

        :raises InvalidAlgorithmError: if this is not an RSA wrapping algorithm
        """
        if self.padding is None:
            raise InvalidAlgorithmError(f"{self.name} is not an RSA wrapping algorithm; use one of RSA_*")
        return self.padding


class ECDHCurveSpec(Enum):
    """Curve of a key agreement (framework/raw-ecdh-keyring.md, curve specification); AWS KMS calls it by the same name."""

    ECC_NIST_P256 = ("p256", ec.SECP256R1)
    ECC_NIST_P384 = ("p384", ec.SECP384R1)
    ECC_NIST_P521 = ("p521", ec.SECP521R1)
    SM2 = ("sm2", None)

    def __init__(self, label: str, curve_type: type[ec.EllipticCurve] | None) -> None:
        #: How the derivation of a wrapping key calls the curve.
        self.label = label
        self.curve_type = curve_type

    def curve(self) -> ec.EllipticCurve:
        """Return the curve.

        :raises NotSupportedError: if it is SM2
        """
        if self.curve_type is None:
            raise NotSupportedError(
                f"The curve {self.name} is not supported; use ECC_NIST_P256, ECC_NIST_P384 or ECC_NIST_P521"
            )
        return self.curve_type()

    def point_length(self) -> int:
        """Return the length in bytes of a compressed point: 33, 49 or 67."""
        return 1 + (self.curve().key_size + 7) // 8


class NetV400RetryPolicy(Enum):
    """Whether messages are read that version 4.0.0 of the AWS Encryption SDK for .NET wrote (its ``NetV4_0_0_RetryPolicy``).

    That version deviated from the message format. Where this is allowed, a message whose header tag is wrong is tried once more, as
    one of its messages. A message of format version 1 is then less bound to its header than the specification wants.
    """

    FORBID_RETRY = 0
    ALLOW_RETRY = 1


class ObjectType(Enum):
    """Type of a message of format version 1 (data-format/message-header.md, type)."""

    CUSTOMER_AE_DATA = 128


class SequenceIdentifier(Enum):
    """Sequence numbers with a meaning of their own (data-format/message-body.md, final frame)."""

    SEQUENCE_NUMBER_END = 0xFFFFFFFF


class SerializationVersion(Enum):
    """Version of the message format (data-format/message-header.md, supported versions)."""

    V1 = 1
    V2 = 2


class ContentType(Enum):
    """Type of a message body (data-format/message-header.md, content type)."""

    NO_FRAMING = 1
    FRAMED_DATA = 2


class ContentAADString(Enum):
    """Strings that bind a piece of body to its kind (data-format/message-body-aad.md, body AAD content)."""

    FRAME_STRING_ID = b"AWSKMSEncryptionClient Frame"
    FINAL_FRAME_STRING_ID = b"AWSKMSEncryptionClient Final Frame"
    NON_FRAMED_STRING_ID = b"AWSKMSEncryptionClient Single Block"
