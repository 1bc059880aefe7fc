"""The default cryptographic materials manager, over a keyring or a master key provider (framework/default-cmm.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

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

_NO_KEYS: Final[frozenset[str]] = frozenset()


class DefaultCryptoMaterialsManager(CryptoMaterialsManager):
    """Gets data keys from a keyring, and makes a fresh signing key for each message. May be shared by threads.

    :param master_key_provider: Master key provider
    :param keyring: Keyring
    :raises ArgumentTypeError: unless exactly one is given
    """

    #: Algorithm suite where commitment is forbidden and none is named.
    algorithm: AlgorithmSuite = AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384

    def __init__(self, master_key_provider: MasterKeyProvider | None = None, keyring: AnyKeyring | None = None) -> None:
        if master_key_provider is None and keyring is None:
            raise ArgumentTypeError("Exactly one of master_key_provider and keyring must be given")
        if master_key_provider is not None:
            if keyring is not None:
                raise ArgumentTypeError("Only one of master_key_provider and keyring may be given")
            if not isinstance(master_key_provider, MasterKeyProvider):
                raise ArgumentTypeError(
                    f"master_key_provider must be a MasterKeyProvider, not {builtin_name(master_key_provider)}"
                )
            keyring = master_key_provider
        self.master_key_provider: Final = master_key_provider
        #: Where the data keys come from: a master key provider is a keyring, too.
        self.keyring: Final[Keyring] = keyring if isinstance(keyring, Keyring) else keyring_from(keyring)

    def __repr__(self) -> str:
        return f"DefaultCryptoMaterialsManager(keyring={self.keyring!r})"

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        """Return materials with a data key of the keyring's and, for a signing suite, a new signing key.

        :raises ActionNotAllowedError: if the policy of the request forbids its suite
        :raises ReservedEncryptionContextKeyError: if the encryption context has the verification key's name already
        :raises InvalidCryptographicMaterialsError: if the keyring returned incomplete materials
        """
        suite, policy = request.algorithm, request.commitment_policy
        if suite is None:
            suite = default_suite(policy)
        else:
            check_encrypt_suite(policy, suite)
        context = check_encryption_context(request.encryption_context) if request.encryption_context else {}
        if PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY in context:
            raise ReservedEncryptionContextKeyError(
                f'The encryption context has the reserved key "{PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY}"; remove it'
            )
        signing_key = self._generate_signing_key_and_update_encryption_context(suite, context) if suite.signs else None
        # The context that is compared below is one that nobody else has.
        begun = EncryptionMaterials.begun(suite, context.copy(), signing_key, request.required_encryption_context_keys)
        provider = self.master_key_provider
        if provider is None:
            materials = self.keyring.on_encrypt(begun)
        else:
            # Master key providers may choose their keys by what is known of the plaintext.
            materials = provider.on_encrypt(begun, request.plaintext_rostream, request.plaintext_length)
        if (
            not isinstance(materials, EncryptionMaterials)
            or materials.data_encryption_key is None
            or not materials.encrypted_data_keys
        ):
            raise InvalidCryptographicMaterialsError(
                f"{self.keyring!r} returned encryption materials without a data key or an encrypted data key"
            )
        if materials.algorithm is not suite or materials.encryption_context != context:
            raise InvalidCryptographicMaterialsError(
                f"{self.keyring!r} returned materials with another algorithm suite or encryption context than it was handed"
            )
        return materials if provider is None else materials.settable()

    def _generate_signing_key_and_update_encryption_context(
        self, algorithm: AlgorithmSuite, encryption_context: dict[str, str]
    ) -> bytes | ec.EllipticCurvePrivateKey:
        """Return a new signing key, and put its verification key into the encryption context.

        Released versions have the same method, and classes that derive from them override it.
        """
        signing_key = elliptic_curve.generate_signing_key(algorithm)
        encryption_context[PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY] = elliptic_curve.public_key_text(signing_key.public_key())
        return signing_key

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        """Return materials with the data key that the keyring unwrapped.

        :raises ActionNotAllowedError: if the policy of the request forbids its suite
        :raises EncryptionContextMismatchError: if the caller's encryption context contradicts that of the message
        :raises SerializationError: if the verification key is missing or unexpected
        :raises SignatureKeyError: if the verification key is malformed
        :raises UnwrapDataKeyError: if the keyring unwrapped no data key
        """
        suite = request.algorithm
        if not suite.commits:
            check_decrypt_suite(request.commitment_policy, suite)
        stored = request.encryption_context
        reproduced = request.reproduced_encryption_context
        context, required = merge_reproduced_context(stored, reproduced) if reproduced else (dict(stored), _NO_KEYS)
        verification_key = None
        if suite.signs or PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY in stored:
            verification_key = self._load_verification_key_from_encryption_context(suite, stored)
        materials = self.keyring.on_decrypt(
            DecryptionMaterials.begun(suite, context, verification_key, required), request.encrypted_data_keys
        )
        if not isinstance(materials, DecryptionMaterials) or materials.data_encryption_key is None:
            raise UnwrapDataKeyError(
                f"Unable to decrypt any data key: {self.keyring!r} opened none of the encrypted data keys"
            )
        return materials if self.master_key_provider is None else materials.settable()

    def _load_verification_key_from_encryption_context(
        self, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]
    ) -> bytes | ec.EllipticCurvePublicKey | None:
        """Return the verification key that the encryption context holds, if the suite signs.

        Released versions have the same method, and classes that derive from them override it.
        """
        text = encryption_context.get(PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY)
        if not algorithm.signs:
            if text is None:
                return None
            raise SerializationError(f"The message of {algorithm.name}, which does not sign, has a verification key")
        if text is None:
            raise SerializationError(f"The message of {algorithm.name} has no verification key in its encryption context")
        return elliptic_curve.public_key_from_text(algorithm, text)
