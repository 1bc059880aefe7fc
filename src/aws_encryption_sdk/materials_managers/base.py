"""The interface of cryptographic materials managers (framework/cmm-interface.md)."""

from __future__ import annotations

import abc

from .._materials import DecryptionMaterials, DecryptionMaterialsRequest, EncryptionMaterials, EncryptionMaterialsRequest

__all__ = ["CryptoMaterialsManager"]


class CryptoMaterialsManager(abc.ABC):
    """Base of all cryptographic materials managers (CMMs); derive from it to write your own.

    A CMM may be called by several threads at once. An exception of its own reaches the caller as it is. What it returns is
    checked: the algorithm suite against the commitment policy, the data key's length, the number of encrypted data keys, the
    signing or verification key, and that every required key is in the encryption context.
    """

    @abc.abstractmethod
    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        """Return materials to encrypt one message.

        :param request: What the caller wants. A CMM may change the encryption context and name keys of it that are
            authenticated and not stored
        :returns: materials with an algorithm suite, a data key, encrypted data keys and, for a signing suite, a signing key
        """

    @abc.abstractmethod
    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        """Return materials to decrypt one message.

        :param request: What the message's header says, none of it authenticated, and what the caller expects. A pair that the
            caller gave and the message does not store has to be in the materials' encryption context for a keyring to see it;
            it is authenticated with the header in any case
        :returns: materials with a data key and, for a signing suite, a verification key
        """
