"""Keyrings of the Material Providers Library, as those of this package, and the other way round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from .._arguments import builtin_name
from .._materials import DecryptionMaterials, EncryptionMaterials
from .._mpl import references
from .._mpl.conventions import models_for, our_models
from .._mpl.conversion import (
    decryption_materials_model,
    encrypted_data_key_models,
    encrypted_data_keys_from,
    encryption_materials_model,
)
from .._mpl.failures import decrypting_with, encrypting_with
from .._mpl.interface_methods import takes_model
from .._mpl.materials_from_models import DecryptionMaterialsFromMPL, EncryptionMaterialsFromMPL, check_answer
from .._mpl.transitions import added_encrypted_data_keys, check_decryption
from ..exceptions import ArgumentTypeError, ArgumentValueError, UnwrapDataKeyError
from ..structures import EncryptedDataKey, MasterKeyInfo, RawDataKey
from .base import Keyring

if TYPE_CHECKING:
    from .._mpl import models

__all__ = ["KeyringFromMPL"]

#: What is taken for a keyring; keyrings of the library itself are, too, and have no type here.
AnyKeyring = Keyring | references.IKeyring

_INTERFACE: Final = "IKeyring"
#: Whose key opened a data key, the library does not tell.
_UNKNOWN_PROVIDER: Final = MasterKeyInfo("", b"")


def keyring_from(value: object, name: str = "keyring") -> Keyring:
    """Return a keyring of this package for what was given in its place.

    :param name: Name of the argument, for the message
    :raises ArgumentTypeError: if it is no keyring
    """
    if isinstance(value, Keyring):
        return value
    if isinstance(value, MPLKeyring):
        return value._impl
    if models_for(value, _INTERFACE) is not None:
        return KeyringFromMPL(value)
    raise ArgumentTypeError(f"{name} must be a Keyring, not {builtin_name(value)}")


class KeyringFromMPL(Keyring):
    """A keyring that was written for the Material Providers Library, or comes from it. May be shared by threads if that one may.

    :param mpl_keyring: The keyring: one of the library, or one that derives from ``IKeyring`` of the library or of
        :mod:`aws_encryption_sdk.material_providers`
    :raises ArgumentValueError: if it is something else
    """

    def __init__(self, mpl_keyring: Any) -> None:
        models = models_for(mpl_keyring, _INTERFACE)
        if models is None:
            raise ArgumentValueError(
                f"mpl_keyring must be an {_INTERFACE} of the Material Providers Library, not {builtin_name(mpl_keyring)}"
            )
        self.mpl_keyring: Final = mpl_keyring
        self._models: Final = models

    def __repr__(self) -> str:
        return f"KeyringFromMPL(mpl_keyring={self.mpl_keyring!r})"

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        """Let the keyring generate a data key, if there is none yet, and wrap it.

        :raises WrapDataKeyError: if it fails otherwise than with an error of this package
        :raises InvalidCryptographicMaterialsError: if it returned something else than materials, or changed what it must not
        """
        materials = encryption_materials
        asked = self._models.OnEncryptInput(materials=encryption_materials_model(self._models, materials))
        with encrypting_with(self.mpl_keyring):
            answer = self.mpl_keyring.on_encrypt(asked)
            answered = getattr(answer, "materials", answer)
        check_answer(answered, "EncryptionMaterials", self.mpl_keyring)
        made = EncryptionMaterialsFromMPL(answered)
        added = added_encrypted_data_keys(materials, made)
        if materials.data_encryption_key is None:
            provider = added[0].key_provider if added else _UNKNOWN_PROVIDER
            materials = materials.with_data_encryption_key(RawDataKey(provider, made.plaintext_data_key()))
        for key in added:
            materials = materials.with_encrypted_data_key(key)
        return materials

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        """Let the keyring decrypt one of the encrypted data keys.

        :raises UnwrapDataKeyError: if it fails otherwise than with an error of this package, or there is no algorithm suite
        :raises InvalidCryptographicMaterialsError: if it returned something else than materials, or changed what it must not
        """
        materials, kinds = decryption_materials, self._models
        if materials.algorithm is None:
            raise UnwrapDataKeyError("The decryption materials have no algorithm suite")
        asked = kinds.OnDecryptInput(
            materials=decryption_materials_model(kinds, materials, materials.algorithm),
            encrypted_data_keys=encrypted_data_key_models(kinds, encrypted_data_keys),
        )
        with decrypting_with(self.mpl_keyring):
            answer = self.mpl_keyring.on_decrypt(asked)
            answered = getattr(answer, "materials", answer)
        check_answer(answered, "DecryptionMaterials", self.mpl_keyring)
        made = DecryptionMaterialsFromMPL(answered)
        check_decryption(materials, made)
        if made.data_encryption_key is None:
            return materials
        return materials.with_data_encryption_key(RawDataKey(_UNKNOWN_PROVIDER, made.plaintext_data_key()))


class MPLKeyring(references.IKeyring):
    """A keyring of this package that is called as the Material Providers Library calls its own. May be shared by threads.

    :param _impl: The keyring
    """

    def __init__(self, _impl: Keyring) -> None:
        self._impl: Final = _impl

    def __repr__(self) -> str:
        return repr(self._impl)

    @takes_model("OnEncryptInput")
    def on_encrypt(self, param: models.OnEncryptInput) -> models.OnEncryptOutput:
        """Generate a data key, if there is none yet, and wrap it.

        :raises ServiceError: if the keyring cannot
        """
        made, kinds = self._impl.on_encrypt(EncryptionMaterialsFromMPL(param.materials)), our_models()
        answer: models.OnEncryptOutput = kinds.OnEncryptOutput(materials=encryption_materials_model(kinds, made))
        return answer

    @takes_model("OnDecryptInput")
    def on_decrypt(self, param: models.OnDecryptInput) -> models.OnDecryptOutput:
        """Decrypt one of the encrypted data keys.

        :raises ServiceError: if the keyring cannot
        """
        given, kinds = DecryptionMaterialsFromMPL(param.materials), our_models()
        made = self._impl.on_decrypt(given, encrypted_data_keys_from(param.encrypted_data_keys))
        if given.algorithm is None or made.data_encryption_key is None:
            raise UnwrapDataKeyError(f"{self!r} decrypted none of the encrypted data keys")
        materials = decryption_materials_model(kinds, made, given.algorithm)
        answer: models.OnDecryptOutput = kinds.OnDecryptOutput(materials=materials)
        return answer
