"""The default cryptographic materials manager, over a keyring or a master key provider (framework/default-cmm.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import attrs
from cryptography.hazmat.primitives.asymmetric import ec

from .._arguments import builtin_name, check_encryption_context
from .._crypto import elliptic_curve
from .._loaded_when_used import loaded_when_used
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
from ..key_providers._as_keyring import ProviderKeyring, provider_keyring
from ..key_providers.base import MasterKeyProvider
from ..keyrings.base import Keyring
from ..keyrings.mpl import AnyKeyring, keyring_from
from .base import CryptoMaterialsManager
from .reproduced_context import merge_reproduced_context

__all__ = ["DefaultCryptoMaterialsManager"]

if not TYPE_CHECKING:
    # Names of another module that programs of versions 1 to 4 import from here.
    __getattr__, __dir__ = loaded_when_used(
        __name__, dict.fromkeys(("ALGORITHM", "ALGORITHM_COMMIT_KEY", "ENCODED_SIGNER_KEY"), "...internal.defaults")
    )

_NO_KEYS: Final[frozenset[str]] = frozenset()


class DefaultCryptoMaterialsManager(CryptoMaterialsManager):
    """Gets data keys from a keyring, and makes a fresh signing key for each message. May be shared by threads.

    :param master_key_provider: Master key provider
    :param keyring: Keyring
    :raises ArgumentTypeError: unless exactly one is given
    """

    #: Algorithm suite where commitment is forbidden and none is named.
    algorithm: AlgorithmSuite = AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384

    #: Master key provider, if the data keys come from one; it may be replaced.
    master_key_provider: MasterKeyProvider | None = None
    #: Keyring, if the data keys come from one.
    keyring: Keyring | None = None

    def __init__(self, master_key_provider: MasterKeyProvider | None = None, keyring: AnyKeyring | None = None) -> None:
        self.master_key_provider = master_key_provider
        self.keyring = keyring  # type: ignore[assignment]  # below, a keyring is made of what is none
        if master_key_provider is not None or not isinstance(keyring, Keyring):
            self.__attrs_post_init__()

    def __attrs_post_init__(self) -> None:
        """Check the arguments; the ``__init__`` that ``attrs`` makes for a derived class comes here, too."""
        if self.master_key_provider is None:
            if self.keyring is None:
                raise ArgumentTypeError("Exactly one of master_key_provider and keyring must be given")
            self.keyring = keyring_from(self.keyring)
        elif self.keyring is not None:
            raise ArgumentTypeError("Only one of master_key_provider and keyring may be given")
        else:
            self._provider_keyring()

    def _provider_keyring(self) -> ProviderKeyring:
        provider = self.master_key_provider
        if not isinstance(provider, MasterKeyProvider):
            raise ArgumentTypeError(f"master_key_provider must be a MasterKeyProvider, not {builtin_name(provider)}")
        return provider_keyring(provider)

    def __repr__(self) -> str:
        if self.master_key_provider is None:
            return f"DefaultCryptoMaterialsManager(keyring={self.keyring!r})"
        return f"DefaultCryptoMaterialsManager(master_key_provider={self.master_key_provider!r})"

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
        keyring = self.keyring
        if self.master_key_provider is None and keyring is not None:
            materials = keyring.on_encrypt(begun)
        else:
            keyring = provider = self._provider_keyring()
            # Master key providers may choose their keys by what is known of the plaintext.
            materials = provider.on_encrypt(begun, request.plaintext_rostream, request.plaintext_length)
        if (
            not isinstance(materials, EncryptionMaterials)
            or materials.data_encryption_key is None
            or not materials.encrypted_data_keys
        ):
            raise InvalidCryptographicMaterialsError(
                f"{keyring!r} returned encryption materials without a data key or an encrypted data key"
            )
        if materials.algorithm is not suite or (
            materials.encryption_context != context and not self._may_have_changed(context, materials.encryption_context)
        ):
            raise InvalidCryptographicMaterialsError(
                f"{keyring!r} returned materials with another algorithm suite, encryption context or verification "
                "key than it was handed"
            )
        required = materials.required_encryption_context_keys
        if required is not begun.required_encryption_context_keys and required != begun.required_encryption_context_keys:
            raise InvalidCryptographicMaterialsError(
                f"{keyring!r} returned materials with other required encryption context keys than it was handed"
            )
        return materials if self.master_key_provider is None else materials.settable()

    def _may_have_changed(self, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
        """Tell whether it is a master key provider that changed the encryption context: it may, but for the verification key."""
        name = PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY
        return self.master_key_provider is not None and before.get(name) == after.get(name)

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
        keyring = self.keyring
        if keyring is None or self.master_key_provider is not None:
            keyring = self._provider_keyring()
        materials = keyring.on_decrypt(
            DecryptionMaterials.begun(suite, context, verification_key, required), request.encrypted_data_keys
        )
        if not isinstance(materials, DecryptionMaterials) or materials.data_encryption_key is None:
            raise UnwrapDataKeyError(f"Unable to decrypt any data key: {keyring!r} opened none of the encrypted data keys")
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


# Derived classes of attrs may have fields without a default, so the first has none; the second is by name for them only.
_FIELDS: Final = {"master_key_provider": attrs.field(), "keyring": attrs.field(default=None, kw_only=True)}
attrs.define(
    DefaultCryptoMaterialsManager,
    these=_FIELDS,
    init=False,
    slots=False,
    unsafe_hash=False,
    repr=False,
    on_setattr=attrs.setters.NO_OP,
)
