"""The default cryptographic materials manager, over a keyring or a master key provider (framework/default-cmm.md)."""

from __future__ import annotations

from typing import Final

from .._arguments import builtin_name, check_encryption_context
from .._crypto import elliptic_curve
from .._materials import DecryptionMaterials, DecryptionMaterialsRequest, EncryptionMaterials, EncryptionMaterialsRequest
from .._policies import check_decrypt_suite, check_encrypt_suite, default_suite
from ..exceptions import (
    ArgumentTypeError,
    InvalidCryptographicMaterialsError,
    ReservedEncryptionContextKeyError,
    SerializationError,
    UnwrapDataKeyError,
)
from ..identifiers import PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY, AlgorithmSuite
from ..key_providers.base import MasterKeyProvider
from ..keyrings.base import Keyring
from ..keyrings.mpl import AnyKeyring, keyring_from
from .base import CryptoMaterialsManager
from .reproduced_context import merge_reproduced_context

__all__ = ["DefaultCryptoMaterialsManager"]


class DefaultCryptoMaterialsManager(CryptoMaterialsManager):
    """Gets data keys from a keyring, and makes a fresh signing key for each message. May be shared by threads.

    :param master_key_provider: Master key provider
    :param keyring: Keyring
    :raises ArgumentTypeError: unless exactly one is given
    """

    #: Algorithm suite where commitment is forbidden and none is named.
    algorithm: AlgorithmSuite = AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384

    def __init__(self, master_key_provider: MasterKeyProvider | None = None, keyring: AnyKeyring | None = None) -> None:
        if (master_key_provider is None) == (keyring is None):
            raise ArgumentTypeError("Exactly one of master_key_provider and keyring must be given")
        if master_key_provider is not None:
            if not isinstance(master_key_provider, MasterKeyProvider):
                raise ArgumentTypeError(
                    f"master_key_provider must be a MasterKeyProvider, not {builtin_name(master_key_provider)}"
                )
            keyring = master_key_provider
        self.master_key_provider: Final = master_key_provider
        #: Where the data keys come from: a master key provider is a keyring, too.
        self.keyring: Final[Keyring] = keyring_from(keyring)

    def __repr__(self) -> str:
        return f"DefaultCryptoMaterialsManager(keyring={self.keyring!r})"

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        """Return materials with a data key of the keyring's and, for a signing suite, a new signing key.

        :raises ActionNotAllowedError: if the policy of the request forbids its suite
        :raises ReservedEncryptionContextKeyError: if the encryption context has the verification key's name already
        :raises InvalidCryptographicMaterialsError: if the keyring returned incomplete materials
        """
        suite = request.algorithm
        if suite is None:
            suite = default_suite(request.commitment_policy)
        else:
            check_encrypt_suite(request.commitment_policy, suite)
        context = check_encryption_context(request.encryption_context)
        if PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY in context:
            raise ReservedEncryptionContextKeyError(
                f'The encryption context has the reserved key "{PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY}"; remove it'
            )
        signing_key = None
        if suite.signs:
            signing_key = elliptic_curve.generate_signing_key(suite)
            context[PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY] = elliptic_curve.public_key_text(signing_key.public_key())
        materials = self._wrap_data_key(
            request,
            EncryptionMaterials(
                suite,
                encryption_context=context,
                signing_key=signing_key,
                required_encryption_context_keys=request.required_encryption_context_keys,
            ),
        )
        if not isinstance(materials, EncryptionMaterials) or not materials.is_complete:
            raise InvalidCryptographicMaterialsError(
                f"{self.keyring!r} returned encryption materials without a data key or an encrypted data key"
            )
        if materials.algorithm is not suite or not materials.has_encryption_context(context):
            raise InvalidCryptographicMaterialsError(
                f"{self.keyring!r} returned materials with another algorithm suite or encryption context than it was handed"
            )
        return materials

    def _wrap_data_key(self, request: EncryptionMaterialsRequest, materials: EncryptionMaterials) -> EncryptionMaterials:
        provider = self.master_key_provider
        if provider is None:
            return self.keyring.on_encrypt(materials)
        # Master key providers may choose their keys by what is known of the plaintext.
        return provider.on_encrypt(materials, request.plaintext_rostream, request.plaintext_length)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        """Return materials with the data key that the keyring unwrapped.

        :raises ActionNotAllowedError: if the policy of the request forbids its suite
        :raises EncryptionContextMismatchError: if the caller's encryption context contradicts that of the message
        :raises SerializationError: if the verification key is missing or unexpected
        :raises SignatureKeyError: if the verification key is malformed
        :raises UnwrapDataKeyError: if the keyring unwrapped no data key
        """
        suite = request.algorithm
        check_decrypt_suite(request.commitment_policy, suite)
        context, required = merge_reproduced_context(request.encryption_context, request.reproduced_encryption_context)
        verification_key = None
        key_text = request.encryption_context.get(PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY)
        if suite.signs:
            if key_text is None:
                raise SerializationError(f"The message of {suite.name} has no verification key in its encryption context")
            verification_key = elliptic_curve.public_key_from_text(suite, key_text)
        elif key_text is not None:
            raise SerializationError(f"The message of {suite.name}, which does not sign, has a verification key")
        materials = self.keyring.on_decrypt(
            DecryptionMaterials(
                verification_key=verification_key,
                algorithm=suite,
                encryption_context=context,
                required_encryption_context_keys=required,
            ),
            request.encrypted_data_keys,
        )
        if not isinstance(materials, DecryptionMaterials) or materials.data_encryption_key is None:
            raise UnwrapDataKeyError(
                f"Unable to decrypt any data key: {self.keyring!r} opened none of the encrypted data keys"
            )
        return materials
