"""How the Material Providers Library describes an algorithm suite (framework/algorithm-suites.md)."""

from __future__ import annotations

from typing import ClassVar, Final

import attrs

from .._arguments import check_integer
from ..exceptions import ArgumentValueError
from .model import model


class ESDKAlgorithmSuiteId:
    """Ids of the algorithm suites of the AWS Encryption SDK."""

    ALG_AES_128_GCM_IV12_TAG16_NO_KDF: Final = "0x0014"
    ALG_AES_192_GCM_IV12_TAG16_NO_KDF: Final = "0x0046"
    ALG_AES_256_GCM_IV12_TAG16_NO_KDF: Final = "0x0078"
    ALG_AES_128_GCM_IV12_TAG16_HKDF_SHA256: Final = "0x0114"
    ALG_AES_192_GCM_IV12_TAG16_HKDF_SHA256: Final = "0x0146"
    ALG_AES_256_GCM_IV12_TAG16_HKDF_SHA256: Final = "0x0178"
    ALG_AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256: Final = "0x0214"
    ALG_AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384: Final = "0x0346"
    ALG_AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384: Final = "0x0378"
    ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY: Final = "0x0478"
    ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384: Final = "0x0578"
    values: ClassVar[frozenset[str]] = frozenset(
        ["0x0014", "0x0046", "0x0078", "0x0114", "0x0146", "0x0178", "0x0214", "0x0346", "0x0378", "0x0478", "0x0578"]
    )


class ESDKCommitmentPolicy:
    """Commitment policies of the AWS Encryption SDK (framework/commitment-policy.md)."""

    FORBID_ENCRYPT_ALLOW_DECRYPT: Final = "FORBID_ENCRYPT_ALLOW_DECRYPT"
    REQUIRE_ENCRYPT_ALLOW_DECRYPT: Final = "REQUIRE_ENCRYPT_ALLOW_DECRYPT"
    REQUIRE_ENCRYPT_REQUIRE_DECRYPT: Final = "REQUIRE_ENCRYPT_REQUIRE_DECRYPT"
    values: ClassVar[frozenset[str]] = frozenset(
        {FORBID_ENCRYPT_ALLOW_DECRYPT, REQUIRE_ENCRYPT_ALLOW_DECRYPT, REQUIRE_ENCRYPT_REQUIRE_DECRYPT}
    )


@model
@attrs.define
class AlgorithmSuiteIdESDK:
    """Id of an algorithm suite of the AWS Encryption SDK: one of :class:`ESDKAlgorithmSuiteId`."""

    value: str


@model
@attrs.define
class CommitmentPolicyESDK:
    """Commitment policy of the AWS Encryption SDK: one of :class:`ESDKCommitmentPolicy`."""

    value: str


@model
@attrs.define
class Unit:
    """Nothing."""


@model
@attrs.define
class None_:
    """There is no such step."""


@model
@attrs.define
class IDENTITY:
    """What goes in comes out."""


@model
@attrs.define
class DIRECT_KEY_WRAPPING:
    """The wrapping key wraps the data key itself."""


@model
@attrs.define(kw_only=True)
class AES_GCM:
    """AES-GCM.

    :param key_length: Length of the key in bytes
    :param tag_length: Length of the tag in bytes
    :param iv_length: Length of the IV in bytes
    :raises ModelValueError: if a length is negative
    """

    key_length: int = 0
    tag_length: int = 0
    iv_length: int = 0

    def __attrs_post_init__(self) -> None:
        for name in ("key_length", "tag_length", "iv_length"):
            check_integer(getattr(self, name), name, 0)


@model
@attrs.define(kw_only=True)
class ECDSA:
    """Signatures with ECDSA.

    :param curve: ``ECDSA_P256`` or ``ECDSA_P384``
    """

    curve: str


@model
@attrs.define(kw_only=True)
class HKDF:
    """Derivation with HKDF.

    :param hmac: Hash, such as ``SHA_512``
    :param salt_length: Length of the salt in bytes
    :param input_key_length: Length of what goes in, 1 to 32 bytes
    :param output_key_length: Length of what comes out, 1 to 32 bytes
    :raises ArgumentValueError: if a length is out of range
    """

    hmac: str
    salt_length: int = 0
    input_key_length: int = 0
    output_key_length: int = 0

    def __attrs_post_init__(self) -> None:
        for name, least, most in (("salt_length", 0, None), ("input_key_length", 1, 32), ("output_key_length", 1, 32)):
            value = getattr(self, name)
            check_integer(value, name, least)
            if most is not None and value > most:
                raise ArgumentValueError(f"{name} must be {least} to {most} bytes, not {value}")


@model
@attrs.define
class EncryptAES_GCM:
    """Encryption with AES-GCM."""

    value: AES_GCM


@model
@attrs.define
class DerivationAlgorithmHKDF:
    """A key is derived with HKDF."""

    value: HKDF


@model
@attrs.define
class DerivationAlgorithmIDENTITY:
    """The data key is the key."""

    value: IDENTITY


@model
@attrs.define
class DerivationAlgorithmNone:
    """Nothing is derived."""

    value: None_


@model
@attrs.define
class SignatureAlgorithmECDSA:
    """Messages are signed with ECDSA."""

    value: ECDSA


@model
@attrs.define
class SignatureAlgorithmNone:
    """Messages are not signed."""

    value: None_


@model
@attrs.define
class SymmetricSignatureAlgorithmHMAC:
    """An HMAC is made with each data key; no suite of the AWS Encryption SDK does so."""

    value: str


@model
@attrs.define
class SymmetricSignatureAlgorithmNone:
    """No HMAC is made."""

    value: None_


@model
@attrs.define
class EdkWrappingAlgorithmDIRECT_KEY_WRAPPING:
    """The wrapping key wraps the data key itself."""

    value: DIRECT_KEY_WRAPPING


DerivationAlgorithm = DerivationAlgorithmHKDF | DerivationAlgorithmIDENTITY | DerivationAlgorithmNone


@model
@attrs.define(kw_only=True)
class AlgorithmSuiteInfo:
    """An algorithm suite.

    :param id: Its id
    :param binary_id: Its id in 2 bytes
    :param message_version: Version of the message format
    :param encrypt: How the body is encrypted
    :param kdf: How the key for that is derived
    :param commitment: How the key commitment is derived
    :param signature: How messages are signed
    :param symmetric_signature: How an HMAC is made
    :param edk_wrapping: How data keys are wrapped
    """

    id: AlgorithmSuiteIdESDK
    binary_id: bytes | bytearray
    message_version: int
    encrypt: EncryptAES_GCM
    kdf: DerivationAlgorithm
    commitment: DerivationAlgorithm
    signature: SignatureAlgorithmECDSA | SignatureAlgorithmNone
    symmetric_signature: SymmetricSignatureAlgorithmHMAC | SymmetricSignatureAlgorithmNone
    edk_wrapping: EdkWrappingAlgorithmDIRECT_KEY_WRAPPING
