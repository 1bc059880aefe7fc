"""The multi-keyring: several keyrings as one (framework/multi-keyring.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from .._arguments import check_integer
from .._materials import DecryptionMaterials, EncryptionMaterials
from ..exceptions import ArgumentTypeError, EncryptKeyError, GenerateKeyError, UnwrapDataKeyError
from ..structures import EncryptedDataKey
from ._parallel import materials_of, wrap_in_parallel
from .base import Keyring
from .mpl import AnyKeyring, keyring_from

__all__ = ["MultiKeyring"]

_MEMBER: Final = "A member of a MultiKeyring"


class MultiKeyring(Keyring):
    """Wraps a data key with several keyrings, any of which can unwrap it. May be shared by threads if its members may.

    :param generator: Keyring that generates the data key, and wraps it first
    :param children: Keyrings that wrap the data key, in this order
    :param parallel_wraps: How many of the children wrap at the same time, each in a thread of its own. Above 1, each child is
        handed the generator's materials, and not what the child before it returned; the order of the encrypted data keys stays
    :raises ArgumentTypeError: if there is neither, or a member is not a keyring
    :raises ArgumentValueError: if ``parallel_wraps`` is below 1
    """

    def __init__(
        self, generator: AnyKeyring | None = None, children: Iterable[AnyKeyring] = (), *, parallel_wraps: int = 1
    ) -> None:
        try:
            members = tuple(children)
        except TypeError as error:
            raise ArgumentTypeError(f"children must be a list of keyrings, not {type(children).__name__}") from error
        self.generator: Final = None if generator is None else keyring_from(generator, _MEMBER)
        self.children: Final = tuple(keyring_from(child, _MEMBER) for child in members)
        if generator is None and not self.children:
            raise ArgumentTypeError("At least one of generator and children is needed")
        self._decryption_keyrings: Final = ((self.generator,) if self.generator is not None else ()) + self.children
        check_integer(parallel_wraps, "parallel_wraps", 1)
        self._parallel_wraps: Final = parallel_wraps

    def __repr__(self) -> str:
        return f"{type(self).__name__}(generator={self.generator!r}, children={self.children!r})"

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
            materials = materials_of(self.generator, self.generator.on_encrypt(materials))
            if materials.data_encryption_key is None:
                raise GenerateKeyError(f"The generator {self.generator!r} made no data key")
        if self._parallel_wraps > 1 and len(self.children) > 1:
            return wrap_in_parallel(materials, self.children, self._parallel_wraps)
        for child in self.children:
            materials = materials_of(child, child.on_encrypt(materials))
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
