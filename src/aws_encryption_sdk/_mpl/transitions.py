"""What a keyring may change in materials: it adds a data key and encrypted forms of it (framework/keyring-interface.md)."""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest

from .._materials import CryptographicMaterials, DecryptionMaterials, EncryptionMaterials
from ..structures import EncryptedDataKey
from .errors import InvalidDecryptionMaterialsTransition, InvalidEncryptionMaterialsTransition


def added_encrypted_data_keys(given: EncryptionMaterials, made: EncryptionMaterials) -> Sequence[EncryptedDataKey]:
    """Return the encrypted data keys that were added, after a check that nothing else was changed.

    :raises InvalidEncryptionMaterialsTransition: if something else was changed, or there is no data key now
    """
    changed = _changed(given, made)
    before, after = given.data_encryption_key, made.data_encryption_key
    if after is None:
        changed.append("there is no data key")
    elif before is not None and not compare_digest(before.data_key, after.data_key):
        changed.append("the data key is another one")
    added = list(made.encrypted_data_keys)
    for key in given.encrypted_data_keys:
        if key in added:
            added.remove(key)
        else:
            changed.append("an encrypted data key is missing")
    if changed:
        raise InvalidEncryptionMaterialsTransition(
            f"A keyring may only add a data key and encrypted data keys to encryption materials: {', '.join(changed)}"
        )
    return added


def check_decryption(given: DecryptionMaterials, made: DecryptionMaterials) -> None:
    """Check that nothing but a data key was added.

    :raises InvalidDecryptionMaterialsTransition: if something else was changed, or there was a data key already
    """
    changed = _changed(given, made)
    if given.data_encryption_key is not None:
        changed.append("there was a data key already")
    if changed:
        raise InvalidDecryptionMaterialsTransition(
            f"A keyring may only add a data key to decryption materials: {', '.join(changed)}"
        )


def _changed(given: CryptographicMaterials, made: CryptographicMaterials) -> list[str]:
    return [
        f"the {what} is another one"
        for what, same in (
            ("algorithm suite", given.algorithm is made.algorithm),
            ("encryption context", given.has_encryption_context(made.encryption_context)),
            (
                "set of required encryption context keys",
                given.required_encryption_context_keys == made.required_encryption_context_keys,
            ),
        )
        if not same
    ]
