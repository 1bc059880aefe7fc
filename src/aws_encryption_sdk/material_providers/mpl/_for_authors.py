"""What authors of keyrings and CMMs ask for: first materials, descriptions of algorithm suites, and checks."""

from __future__ import annotations

import base64
from typing import Final

from ..._arguments import check_encryption_context
from ..._mpl import models
from ..._mpl.conversion import policy_from, suite_from, suite_info
from ..._mpl.errors import (
    AwsCryptographicMaterialProvidersException,
    InvalidAlgorithmSuiteInfo,
    InvalidAlgorithmSuiteInfoOnDecrypt,
    InvalidAlgorithmSuiteInfoOnEncrypt,
    InvalidDecryptionMaterials,
    InvalidEncryptionMaterials,
    raising_service_errors,
)
from ..._mpl.materials_from_models import DecryptionMaterialsFromMPL, EncryptionMaterialsFromMPL
from ..._mpl.transitions import added_encrypted_data_keys, check_decryption
from ..._policies import check_decrypt_suite, check_encrypt_suite
from ...exceptions import ActionNotAllowedError, AWSEncryptionSDKClientError
from ...identifiers import PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY, AlgorithmSuite
from .._method import takes
from ._other_inputs import (
    InitializeDecryptionMaterialsInput,
    InitializeEncryptionMaterialsInput,
    ValidateCommitmentPolicyOnDecryptInput,
    ValidateCommitmentPolicyOnEncryptInput,
    ValidDecryptionMaterialsTransitionInput,
    ValidEncryptionMaterialsTransitionInput,
)

_ID_LENGTH: Final = 2


class AuthorMethods:
    """The methods for authors of keyrings and CMMs; those that check something return None, or raise."""

    @takes(InitializeEncryptionMaterialsInput)
    def initialize_encryption_materials(
        self,
        input: InitializeEncryptionMaterialsInput,
    ) -> models.EncryptionMaterials:
        """Return encryption materials without a data key.

        :raises ServiceError: if a required key is missing from the encryption context, or the keys for signatures do not fit
        """
        suite, context = suite_from(input.algorithm_suite_id), check_encryption_context(input.encryption_context)
        _check_required(input.required_encryption_context_keys, context)
        if PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY in context:
            raise AwsCryptographicMaterialProvidersException(
                f"The encryption context must not have the reserved key {PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY!r}"
            )
        for name, key in (("signing_key", input.signing_key), ("verification_key", input.verification_key)):
            if suite.signs != (key is not None):
                raise AwsCryptographicMaterialProvidersException(
                    f"A {name} {'is needed' if suite.signs else 'cannot be given'} for {suite.name}"
                )
        if input.verification_key is not None:
            context[PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY] = base64.b64encode(input.verification_key).decode("ascii")
        return models.EncryptionMaterials(
            algorithm_suite=suite_info(models, suite),
            encryption_context=context,
            encrypted_data_keys=[],
            required_encryption_context_keys=list(input.required_encryption_context_keys),
            signing_key=input.signing_key,
        )

    @takes(InitializeDecryptionMaterialsInput)
    def initialize_decryption_materials(
        self,
        input: InitializeDecryptionMaterialsInput,
    ) -> models.DecryptionMaterials:
        """Return decryption materials without a data key.

        :raises ServiceError: if a required key is missing from the encryption context, or the verification key does not fit
        """
        suite, context = suite_from(input.algorithm_suite_id), check_encryption_context(input.encryption_context)
        _check_required(input.required_encryption_context_keys, context)
        text = context.get(PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY)
        if suite.signs != (text is not None):
            raise AwsCryptographicMaterialProvidersException(
                f"The encryption context of {suite.name} {'lacks' if suite.signs else 'must not have'} the verification key, "
                f"{PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY!r}"
            )
        return models.DecryptionMaterials(
            algorithm_suite=suite_info(models, suite),
            encryption_context=context,
            required_encryption_context_keys=list(input.required_encryption_context_keys),
            verification_key=None if text is None else _decoded(text),
        )

    @takes(ValidEncryptionMaterialsTransitionInput)
    def valid_encryption_materials_transition(self, input: ValidEncryptionMaterialsTransitionInput) -> None:
        """Check that a keyring changed in encryption materials only what it may.

        :raises InvalidEncryptionMaterialsTransition: if it changed something else
        """
        added_encrypted_data_keys(EncryptionMaterialsFromMPL(input.start), EncryptionMaterialsFromMPL(input.stop))

    @takes(ValidDecryptionMaterialsTransitionInput)
    def valid_decryption_materials_transition(self, input: ValidDecryptionMaterialsTransitionInput) -> None:
        """Check that a keyring changed in decryption materials only what it may.

        :raises InvalidDecryptionMaterialsTransition: if it changed something else
        """
        check_decryption(DecryptionMaterialsFromMPL(input.start), DecryptionMaterialsFromMPL(input.stop))

    @takes(models.EncryptionMaterials)
    def encryption_materials_has_plaintext_data_key(self, input: models.EncryptionMaterials) -> None:
        """Check that there is all that encryption needs.

        :raises InvalidEncryptionMaterials: if something is missing or contradicts the rest
        """
        try:
            is_complete = EncryptionMaterialsFromMPL(input).is_complete
        except AWSEncryptionSDKClientError as error:
            raise InvalidEncryptionMaterials(str(error)) from error
        if not is_complete:
            raise InvalidEncryptionMaterials(
                "A data key, an encrypted data key or, for a signing suite, a signing key is missing"
            )

    @takes(models.DecryptionMaterials)
    def decryption_materials_with_plaintext_data_key(self, input: models.DecryptionMaterials) -> None:
        """Check that there is all that decryption needs.

        :raises InvalidDecryptionMaterials: if something is missing or contradicts the rest
        """
        try:
            is_complete = DecryptionMaterialsFromMPL(input).is_complete
        except AWSEncryptionSDKClientError as error:
            raise InvalidDecryptionMaterials(str(error)) from error
        if not is_complete:
            raise InvalidDecryptionMaterials("A data key or, for a signing suite, a verification key is missing")

    @raising_service_errors
    def get_algorithm_suite_info(self, input: bytes | bytearray) -> models.AlgorithmSuiteInfo:
        """Return the description of an algorithm suite.

        :param input: Its id in 2 bytes
        :raises AwsCryptographicMaterialProvidersException: if no suite of the AWS Encryption SDK has this id
        """
        if not isinstance(input, (bytes, bytearray)) or len(input) != _ID_LENGTH:
            found = f"{len(input)} bytes" if isinstance(input, (bytes, bytearray)) else type(input).__name__
            raise AwsCryptographicMaterialProvidersException(f"input must be {_ID_LENGTH} bytes, not {found}")
        info: models.AlgorithmSuiteInfo = suite_info(models, AlgorithmSuite.get_by_id(int.from_bytes(input, "big")))
        return info

    @takes(models.AlgorithmSuiteInfo)
    def valid_algorithm_suite_info(self, input: models.AlgorithmSuiteInfo) -> None:
        """Check that a description is that of a suite.

        :raises InvalidAlgorithmSuiteInfo: if it is not
        """
        if input != suite_info(models, suite_from(input.id)):
            raise InvalidAlgorithmSuiteInfo(f"The description of the algorithm suite {input.id.value} is not the right one")

    @takes(ValidateCommitmentPolicyOnEncryptInput)
    def validate_commitment_policy_on_encrypt(self, input: ValidateCommitmentPolicyOnEncryptInput) -> None:
        """Check that a commitment policy lets an algorithm suite encrypt.

        :raises InvalidAlgorithmSuiteInfoOnEncrypt: if it does not
        """
        try:
            check_encrypt_suite(policy_from(input.commitment_policy), suite_from(input.algorithm))
        except ActionNotAllowedError as error:
            raise InvalidAlgorithmSuiteInfoOnEncrypt(str(error)) from error

    @takes(ValidateCommitmentPolicyOnDecryptInput)
    def validate_commitment_policy_on_decrypt(self, input: ValidateCommitmentPolicyOnDecryptInput) -> None:
        """Check that a commitment policy lets messages of an algorithm suite be decrypted.

        :raises InvalidAlgorithmSuiteInfoOnDecrypt: if it does not
        """
        try:
            check_decrypt_suite(policy_from(input.commitment_policy), suite_from(input.algorithm))
        except ActionNotAllowedError as error:
            raise InvalidAlgorithmSuiteInfoOnDecrypt(str(error)) from error


def _check_required(keys: list[str], context: dict[str, str]) -> None:
    missing = [key for key in keys if key not in context]
    if missing:
        raise AwsCryptographicMaterialProvidersException(
            f"Required keys that are not in the encryption context: {', '.join(missing)}"
        )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError as error:
        raise AwsCryptographicMaterialProvidersException(
            "The verification key in the encryption context is not base64"
        ) from error
