"""What the operations check of the materials that they are handed, and take from their required pairs."""

from __future__ import annotations

from collections.abc import Mapping

from .._materials import DecryptionMaterials, EncryptionMaterials
from .._message.encryption_context import serialize_encryption_context
from .._policies import check_decrypt_suite, check_encrypt_suite
from ..exceptions import EncryptionContextMismatchError, InvalidCryptographicMaterialsError, MaxEncryptedDataKeysExceeded
from ..identifiers import AlgorithmSuite, CommitmentPolicy


def check_encryption_materials(
    materials: EncryptionMaterials, policy: CommitmentPolicy | None, max_encrypted_data_keys: int | None
) -> AlgorithmSuite:
    """Check that encryption can begin with these materials; return their suite (client-apis/encrypt.md, get the encryption materials).

    :param policy: Commitment policy that the suite has to obey; None for none
    :param max_encrypted_data_keys: Most encrypted data keys; None for the format's own limit
    :raises InvalidCryptographicMaterialsError: if they are incomplete, or no encryption materials
    :raises ActionNotAllowedError: if the policy forbids the suite
    :raises MaxEncryptedDataKeysExceeded: if there are too many encrypted data keys
    """
    if not isinstance(materials, EncryptionMaterials):
        raise InvalidCryptographicMaterialsError(
            f"The CMM returned {type(materials).__name__}, which are not encryption materials"
        )
    suite = materials.algorithm
    if not isinstance(suite, AlgorithmSuite) or not materials.is_complete:
        raise InvalidCryptographicMaterialsError(
            "The CMM returned incomplete encryption materials: they need an algorithm suite, a data key, an encrypted data key "
            "and, if and only if the suite signs, a signing key"
        )
    check_encrypt_suite(policy, suite)
    if max_encrypted_data_keys is not None and len(materials.encrypted_data_keys) > max_encrypted_data_keys:
        raise MaxEncryptedDataKeysExceeded(len(materials.encrypted_data_keys), max_encrypted_data_keys)
    return suite


def check_decryption_materials(
    materials: DecryptionMaterials, suite: AlgorithmSuite, policy: CommitmentPolicy | None
) -> None:
    """Check that a message of ``suite`` can be decrypted with these materials (client-apis/decrypt.md, get the decryption materials).

    :param policy: Commitment policy that the suite of the materials has to obey; None for none
    :raises InvalidCryptographicMaterialsError: if they are for another suite, or no decryption materials
    :raises ActionNotAllowedError: if the policy forbids their suite
    """
    if not isinstance(materials, DecryptionMaterials):
        raise InvalidCryptographicMaterialsError(
            f"The CMM returned {type(materials).__name__}, which are not decryption materials"
        )
    if materials.algorithm is not suite and materials.algorithm is not None:
        check_decrypt_suite(policy, materials.algorithm)
        raise InvalidCryptographicMaterialsError(
            f"The CMM returned materials for {materials.algorithm.name}; the message has {suite.name}"
        )


def split_context(materials: EncryptionMaterials) -> tuple[bytes, bytes]:
    """Return the pairs that the message stores, and those that are only authenticated, both serialized."""
    required = materials.required_pairs()
    stored = {key: value for key, value in materials.encryption_context.items() if key not in required}
    return serialize_encryption_context(stored), serialize_encryption_context(required)


def add_required_pairs(pairs: dict[str, str], materials: DecryptionMaterials, stored: Mapping[str, str]) -> None:
    """Add to ``pairs`` what the CMM names as authenticated and not stored."""
    for key, value in materials.required_pairs().items():
        if pairs.get(key, value) != value or stored.get(key, value) != value:
            raise EncryptionContextMismatchError(f"The CMM returned another value for the encryption context key {key!r}")
        pairs[key] = value
