"""The multi-keyring: several keyrings as one (framework/multi-keyring.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from .._arguments import builtin_name
from .._materials import DecryptionMaterials, EncryptionMaterials
from ..exceptions import (
    ArgumentTypeError,
    EncryptKeyError,
    GenerateKeyError,
    InvalidCryptographicMaterialsError,
    UnwrapDataKeyError,
)
from ..structures import EncryptedDataKey
from .base import Keyring

__all__ = ["MultiKeyring"]


class MultiKeyring(Keyring):
    """Wraps a data key with several keyrings, any of which can unwrap it. May be shared by threads if its members may.

    :param generator: Keyring that generates the data key, and wraps it first
    :param children: Keyrings that wrap the data key, in this order
    :raises ArgumentTypeError: if there is neither, or a member is not a keyring
    """

    def __init__(self, generator: Keyring | None = None, children: Iterable[Keyring] = ()) -> None:
        self.generator: Final = generator
        try:
            self.children: Final = tuple(children)
        except TypeError as error:
            raise ArgumentTypeError(f"children must be a list of keyrings, not {type(children).__name__}") from error
        if generator is None and not self.children:
            raise ArgumentTypeError("At least one of generator and children is needed")
        self._decryption_keyrings: Final = ((generator,) if generator is not None else ()) + self.children
        for member in self._decryption_keyrings:
            if not isinstance(member, Keyring):
                raise ArgumentTypeError(f"A member of a MultiKeyring must be a Keyring, not {type(member).__name__}")

    def __repr__(self) -> str:
        return f"MultiKeyring(generator={self.generator!r}, children={self.children!r})"

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        """Let the generator generate a data key, and all members wrap it.

        :raises EncryptKeyError: if there is neither a data key nor a generator, or both
        :raises GenerateKeyError: if the generator made no data key
        """
        materials = encryption_materials
        if self.generator is None:
            if materials.data_encryption_key is None:
                raise EncryptKeyError("This MultiKeyring has no generator, and the materials have no data key yet")
        else:
            if materials.data_encryption_key is not None:
                raise EncryptKeyError("The materials have a data key already, and this MultiKeyring has a generator")
            materials = _materials_of(self.generator, self.generator.on_encrypt(materials))
            if materials.data_encryption_key is None:
                raise GenerateKeyError(f"The generator {self.generator!r} made no data key")
        for child in self.children:
            materials = _materials_of(child, child.on_encrypt(materials))
        return materials

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        """Let the members try, generator first, until one has unwrapped a data key.

        :raises UnwrapDataKeyError: if none has; ``errors`` has the exception of each member
        """
        if decryption_materials.data_encryption_key is not None:
            return decryption_materials
        errors: list[Exception] = []
        for keyring in self._decryption_keyrings:
            try:
                materials = keyring.on_decrypt(decryption_materials, encrypted_data_keys)
            except Exception as error:
                errors.append(error)
                continue
            if isinstance(materials, DecryptionMaterials) and materials.data_encryption_key is not None:
                return materials
            errors.append(UnwrapDataKeyError(f"{keyring!r} decrypted none of the encrypted data keys"))
        raise UnwrapDataKeyError("Unable to decrypt any data key with a member of the MultiKeyring", errors)


def _materials_of(keyring: Keyring, returned: object) -> EncryptionMaterials:
    if not isinstance(returned, EncryptionMaterials):
        raise InvalidCryptographicMaterialsError(
            f"{keyring!r} returned {builtin_name(returned)} and no encryption materials"
        )
    return returned
