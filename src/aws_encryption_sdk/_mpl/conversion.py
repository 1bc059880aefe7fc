"""Materials and requests of this package, as models of the Material Providers Library.

``models`` is the namespace of the models: those here, or those of the library itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from .._crypto.key_agreement import compressed_point
from .._materials import DecryptionMaterials, DecryptionMaterialsRequest, EncryptionMaterials, EncryptionMaterialsRequest
from ..exceptions import InvalidCryptographicMaterialsError
from ..identifiers import AlgorithmSuite, CommitmentPolicy
from ..structures import EncryptedDataKey, EncryptedDataKeys, MasterKeyInfo

_HASHES: Final = {"sha256": "SHA_256", "sha384": "SHA_384", "sha512": "SHA_512"}
_CURVES: Final = {"secp256r1": "ECDSA_P256", "secp384r1": "ECDSA_P384"}
#: Salt of the suites that commit: their message id (framework/algorithm-suites.md, HKDF).
_COMMITTING_SALT_LENGTH: Final = 32


def encryption_materials_model(models: Any, materials: EncryptionMaterials) -> Any:
    """Return encryption materials as the model."""
    signing_key = None
    if materials.signing_key is not None:
        signing_key = materials.signing_key_object().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    data_key = materials.data_encryption_key
    return models.EncryptionMaterials(
        algorithm_suite=suite_info(models, materials.algorithm),
        encryption_context=dict(materials.encryption_context),
        encrypted_data_keys=encrypted_data_key_models(models, materials.encrypted_data_keys),
        required_encryption_context_keys=sorted(materials.required_encryption_context_keys),
        plaintext_data_key=None if data_key is None else data_key.data_key,
        signing_key=signing_key,
    )


def decryption_materials_model(models: Any, materials: DecryptionMaterials, suite: AlgorithmSuite) -> Any:
    """Return decryption materials as the model.

    :param suite: Algorithm suite of the message; decryption materials of versions 1 to 4 have none
    """
    verification_key = None
    if materials.verification_key is not None:
        verification_key = compressed_point(materials.verification_key_object(suite))
    data_key = materials.data_encryption_key
    return models.DecryptionMaterials(
        algorithm_suite=suite_info(models, suite),
        encryption_context=dict(materials.encryption_context),
        required_encryption_context_keys=sorted(materials.required_encryption_context_keys),
        plaintext_data_key=None if data_key is None else data_key.data_key,
        verification_key=verification_key,
    )


def encryption_request_model(models: Any, request: EncryptionMaterialsRequest) -> Any:
    """Return what a CMM is asked for on encrypt as the model."""
    return models.GetEncryptionMaterialsInput(
        encryption_context=dict(request.encryption_context),
        commitment_policy=models.CommitmentPolicyESDK(request.commitment_policy.name),
        algorithm_suite_id=None if request.algorithm is None else suite_id(models, request.algorithm),
        max_plaintext_length=request.plaintext_length,
        required_encryption_context_keys=sorted(request.required_encryption_context_keys) or None,
    )


def decryption_request_model(models: Any, request: DecryptionMaterialsRequest) -> Any:
    """Return what a CMM is asked for on decrypt as the model."""
    reproduced = request.reproduced_encryption_context
    return models.DecryptMaterialsInput(
        algorithm_suite_id=suite_id(models, request.algorithm),
        commitment_policy=models.CommitmentPolicyESDK(request.commitment_policy.name),
        encrypted_data_keys=encrypted_data_key_models(models, request.encrypted_data_keys),
        encryption_context=dict(request.encryption_context),
        reproduced_encryption_context=None if reproduced is None else dict(reproduced),
    )


def encrypted_data_key_models(models: Any, keys: Iterable[EncryptedDataKey]) -> list[Any]:
    """Return encrypted data keys as models."""
    return [
        models.EncryptedDataKey(
            key_provider_id=key.key_provider.provider_id,
            key_provider_info=key.key_provider.key_info,
            ciphertext=key.encrypted_data_key,
        )
        for key in keys
    ]


def encrypted_data_keys_from(keys: Iterable[Any]) -> EncryptedDataKeys:
    """Read what :func:`encrypted_data_key_models` returns.

    :raises InvalidCryptographicMaterialsError: if there is something else among them
    """
    try:
        return EncryptedDataKeys(
            EncryptedDataKey(MasterKeyInfo(key.key_provider_id, bytes(key.key_provider_info)), bytes(key.ciphertext))
            for key in keys
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCryptographicMaterialsError(f"An encrypted data key cannot be used: {error}") from error


def suite_id(models: Any, suite: AlgorithmSuite) -> Any:
    """Return the id of an algorithm suite as the model."""
    return models.AlgorithmSuiteIdESDK(f"0x{suite.algorithm_id:04x}")


def suite_from(identifier: Any) -> AlgorithmSuite:
    """Read what :func:`suite_id` returns.

    :raises UnknownIdentityError: if no suite of the AWS Encryption SDK has this id
    :raises InvalidCryptographicMaterialsError: if it is no id
    """
    text = getattr(identifier, "value", None)
    try:
        number = int(str(text), 16)
    except ValueError as error:
        raise InvalidCryptographicMaterialsError(
            f"The id of an algorithm suite must be an AlgorithmSuiteIdESDK, such as AlgorithmSuiteIdESDK('0x0578'), not "
            f"{identifier!r}"
        ) from error
    return AlgorithmSuite.get_by_id(number)


def policy_from(policy: Any) -> CommitmentPolicy:
    """Return the commitment policy of a model.

    :raises InvalidCryptographicMaterialsError: if it is none of the AWS Encryption SDK
    """
    try:
        return CommitmentPolicy[policy.value]
    except (KeyError, AttributeError, TypeError) as error:
        raise InvalidCryptographicMaterialsError(
            f"The commitment policy must be a CommitmentPolicyESDK of {', '.join(member.name for member in CommitmentPolicy)}, "
            f"not {policy!r}"
        ) from error


def suite_info(models: Any, suite: AlgorithmSuite) -> Any:
    """Return the description of an algorithm suite."""
    nothing = models.None_()
    commitment = models.DerivationAlgorithmNone(nothing)
    derivation = models.DerivationAlgorithmIDENTITY(models.IDENTITY())
    signature = models.SignatureAlgorithmNone(nothing)
    if suite.kdf_hash_type is not None:
        derivation = _hkdf(models, suite, suite.kdf_hash_type.name)
        if suite.commits:
            commitment = _hkdf(models, suite, suite.kdf_hash_type.name)
    if suite.signing_algorithm_info is not None:
        signature = models.SignatureAlgorithmECDSA(models.ECDSA(curve=_CURVES[suite.signing_algorithm_info.name]))
    return models.AlgorithmSuiteInfo(
        id=suite_id(models, suite),
        binary_id=suite.id_as_bytes(),
        message_version=suite.message_format_version,
        encrypt=models.EncryptAES_GCM(
            models.AES_GCM(key_length=suite.data_key_len, tag_length=suite.tag_len, iv_length=suite.iv_len)
        ),
        kdf=derivation,
        commitment=commitment,
        signature=signature,
        symmetric_signature=models.SymmetricSignatureAlgorithmNone(nothing),
        edk_wrapping=models.EdkWrappingAlgorithmDIRECT_KEY_WRAPPING(models.DIRECT_KEY_WRAPPING()),
    )


def _hkdf(models: Any, suite: AlgorithmSuite, hash_name: str) -> Any:
    return models.DerivationAlgorithmHKDF(
        models.HKDF(
            hmac=_HASHES[hash_name],
            salt_length=_COMMITTING_SALT_LENGTH if suite.commits else 0,
            input_key_length=suite.kdf_input_len,
            output_key_length=suite.data_key_len,
        )
    )
