"""What keyrings ask of decryption materials before they unwrap a data key."""

from __future__ import annotations

from .._materials import DecryptionMaterials
from ..exceptions import UnwrapDataKeyError
from .base import Keyring


def refuse_data_key(keyring: Keyring, materials: DecryptionMaterials) -> None:
    """Check that there is no data key yet (framework/keyring-interface.md, OnDecrypt).

    :raises UnwrapDataKeyError: if there is one
    """
    if materials.data_encryption_key is not None:
        raise UnwrapDataKeyError(f"{keyring!r} was handed decryption materials that have a data key already")


def data_key_length(materials: DecryptionMaterials) -> int:
    """Return the length in bytes that a data key for ``materials`` must have.

    :raises UnwrapDataKeyError: if the materials have no algorithm suite
    """
    if materials.algorithm is None:
        raise UnwrapDataKeyError("The decryption materials have no algorithm suite")
    return materials.algorithm.kdf_input_len
