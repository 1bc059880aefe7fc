"""Materials made of whatever has the attributes of materials of versions 1 to 4, where a CMM returned that."""

from __future__ import annotations

from typing import Any, Final

from ..exceptions import ArgumentTypeError, InvalidCryptographicMaterialsError
from .decryption import DecryptionMaterials
from .encryption import EncryptionMaterials

_NEEDED_TO_ENCRYPT: Final = ("algorithm", "data_encryption_key", "encrypted_data_keys", "encryption_context")


def encryption_materials_from(value: Any) -> EncryptionMaterials:
    """Return encryption materials for what a CMM returned: itself, if it has not the attributes that are needed.

    :raises InvalidCryptographicMaterialsError: if it has them, and one has a wrong type
    """
    if isinstance(value, EncryptionMaterials) or not all(hasattr(value, name) for name in _NEEDED_TO_ENCRYPT):
        unchanged: EncryptionMaterials = value
        return unchanged
    try:
        return EncryptionMaterials(
            value.algorithm,
            value.data_encryption_key,
            value.encrypted_data_keys,
            value.encryption_context,
            getattr(value, "signing_key", None),
            getattr(value, "required_encryption_context_keys", None) or (),
        )
    except ArgumentTypeError as error:
        raise _is_no_materials(value, "encryption", error) from error


def decryption_materials_from(value: Any) -> DecryptionMaterials:
    """Return decryption materials for what a CMM returned: itself, if it has no ``data_key``.

    :raises InvalidCryptographicMaterialsError: if it has one, which is no data key
    """
    if isinstance(value, DecryptionMaterials) or not hasattr(value, "data_key"):
        unchanged: DecryptionMaterials = value
        return unchanged
    try:
        return DecryptionMaterials(value.data_key, getattr(value, "verification_key", None))
    except ArgumentTypeError as error:
        raise _is_no_materials(value, "decryption", error) from error


def _is_no_materials(value: object, kind: str, error: Exception) -> InvalidCryptographicMaterialsError:
    return InvalidCryptographicMaterialsError(
        f"The CMM returned {type(value).__name__}, of which no {kind} materials can be made: {error}"
    )
