"""The keyring interface (framework/keyring-interface.md)."""

from __future__ import annotations

from collections.abc import Sequence

from .._materials import DecryptionMaterials, EncryptionMaterials
from ..exceptions import KeyringMethodMissingError
from ..structures import EncryptedDataKey

__all__ = ["Keyring"]


class Keyring:
    """Base of all keyrings; derive from it to write your own.

    Both methods are handed immutable materials and return materials: what they were handed, or what a ``with_*`` method of
    it returned. They may be called by several threads at once. An exception of theirs reaches the caller as it is; in a
    :class:`~aws_encryption_sdk.keyrings.multi.MultiKeyring`, a failed ``on_decrypt`` lets the next keyring try.
    """

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        """Generate a data key, if there is none yet, and add encrypted forms of it.

        A new data key comes from a secure source of randomness, is as long as ``encryption_materials.algorithm.kdf_input_len``
        says, and is set by ``with_data_encryption_key``; each encrypted form is added by ``with_encrypted_data_key``.

        :param encryption_materials: Materials so far: algorithm suite, encryption context (all of its pairs, those that the
            message will not store included), perhaps a data key and encrypted data keys
        :returns: materials with a data key and one or more further encrypted data keys
        """
        raise KeyringMethodMissingError(f"{type(self).__name__} does not implement on_encrypt")

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        """Decrypt one of the encrypted data keys.

        Encrypted data keys of other providers are to be passed over. Nothing in the arguments is authenticated yet.

        :param decryption_materials: Materials so far: algorithm suite and encryption context
        :param encrypted_data_keys: Encrypted data keys in the order of the message
        :returns: materials with a data key, set by ``with_data_encryption_key``; unchanged materials, or an exception, say that
            none could be decrypted
        """
        raise KeyringMethodMissingError(f"{type(self).__name__} does not implement on_decrypt")
