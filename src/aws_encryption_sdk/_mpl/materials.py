"""What keyrings and CMMs of the Material Providers Library take and return."""

from __future__ import annotations

import attrs

from .model import model
from .suites import AlgorithmSuiteIdESDK, AlgorithmSuiteInfo, CommitmentPolicyESDK

Bytes = bytes | bytearray


@model
@attrs.define(kw_only=True)
class EncryptedDataKey:
    """An encrypted data key (framework/structures.md, encrypted data key).

    :param key_provider_id: Key provider id
    :param key_provider_info: Key provider information
    :param ciphertext: Ciphertext
    """

    key_provider_id: str
    key_provider_info: Bytes
    ciphertext: Bytes


@model
@attrs.define(kw_only=True)
class EncryptionMaterials:
    """Encryption materials (framework/structures.md, encryption materials).

    :param algorithm_suite: Algorithm suite
    :param encryption_context: Encryption context
    :param encrypted_data_keys: Encrypted data keys
    :param required_encryption_context_keys: Keys of pairs that are authenticated and not stored
    :param plaintext_data_key: Plaintext data key; kept out of ``repr``
    :param signing_key: Signing key, PEM of PKCS #8; kept out of ``repr``
    :param symmetric_signing_keys: Not used in the AWS Encryption SDK
    """

    algorithm_suite: AlgorithmSuiteInfo
    encryption_context: dict[str, str]
    encrypted_data_keys: list[EncryptedDataKey]
    required_encryption_context_keys: list[str]
    plaintext_data_key: Bytes | None = attrs.field(default=None, repr=False)
    signing_key: Bytes | None = attrs.field(default=None, repr=False)
    symmetric_signing_keys: list[Bytes] | None = attrs.field(default=None, repr=False)


@model
@attrs.define(kw_only=True)
class DecryptionMaterials:
    """Decryption materials (framework/structures.md, decryption materials).

    :param algorithm_suite: Algorithm suite
    :param encryption_context: Encryption context
    :param required_encryption_context_keys: Keys of pairs that are authenticated and not stored
    :param plaintext_data_key: Plaintext data key; kept out of ``repr``
    :param verification_key: Verification key, a compressed point
    :param symmetric_signing_key: Not used in the AWS Encryption SDK
    """

    algorithm_suite: AlgorithmSuiteInfo
    encryption_context: dict[str, str]
    required_encryption_context_keys: list[str]
    plaintext_data_key: Bytes | None = attrs.field(default=None, repr=False)
    verification_key: Bytes | None = None
    symmetric_signing_key: Bytes | None = attrs.field(default=None, repr=False)


@model
@attrs.define(kw_only=True)
class OnEncryptInput:
    """What ``on_encrypt`` of a keyring takes (framework/keyring-interface.md, OnEncrypt)."""

    materials: EncryptionMaterials


@model
@attrs.define(kw_only=True)
class OnEncryptOutput:
    """What ``on_encrypt`` of a keyring returns."""

    materials: EncryptionMaterials


@model
@attrs.define(kw_only=True)
class OnDecryptInput:
    """What ``on_decrypt`` of a keyring takes (framework/keyring-interface.md, OnDecrypt)."""

    materials: DecryptionMaterials
    encrypted_data_keys: list[EncryptedDataKey]


@model
@attrs.define(kw_only=True)
class OnDecryptOutput:
    """What ``on_decrypt`` of a keyring returns."""

    materials: DecryptionMaterials


@model
@attrs.define(kw_only=True)
class GetEncryptionMaterialsInput:
    """What ``get_encryption_materials`` of a CMM takes (framework/cmm-interface.md).

    :param encryption_context: Encryption context of the caller
    :param commitment_policy: Policy that the suite has to obey
    :param algorithm_suite_id: Suite that the caller named, if any
    :param max_plaintext_length: Length of the plaintext in bytes, or a bound of it, if known
    :param required_encryption_context_keys: Keys of pairs that are to be authenticated and not stored
    """

    encryption_context: dict[str, str]
    commitment_policy: CommitmentPolicyESDK
    algorithm_suite_id: AlgorithmSuiteIdESDK | None = None
    max_plaintext_length: int | None = None
    required_encryption_context_keys: list[str] | None = None


@model
@attrs.define(kw_only=True)
class GetEncryptionMaterialsOutput:
    """What ``get_encryption_materials`` of a CMM returns."""

    encryption_materials: EncryptionMaterials


@model
@attrs.define(kw_only=True)
class DecryptMaterialsInput:
    """What ``decrypt_materials`` of a CMM takes (framework/cmm-interface.md).

    :param algorithm_suite_id: Suite of the message
    :param commitment_policy: Policy that the suite has to obey
    :param encrypted_data_keys: Encrypted data keys of the message
    :param encryption_context: Encryption context that the message stores
    :param reproduced_encryption_context: Encryption context that the caller gave, if any
    """

    algorithm_suite_id: AlgorithmSuiteIdESDK
    commitment_policy: CommitmentPolicyESDK
    encrypted_data_keys: list[EncryptedDataKey]
    encryption_context: dict[str, str]
    reproduced_encryption_context: dict[str, str] | None = None


@model
@attrs.define(kw_only=True)
class DecryptMaterialsOutput:
    """What ``decrypt_materials`` of a CMM returns."""

    decryption_materials: DecryptionMaterials
