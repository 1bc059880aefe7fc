"""Wrapping of data keys under a key derived from a branch key (framework/aws-kms/aws-kms-hierarchical-keyring.md).

The ciphertext of such an encrypted data key:

===================  ==========  =====================================
field                bytes       interpreted as
===================  ==========  =====================================
salt                 16          bytes; the wrapping key is derived with it
IV                   12          bytes
version              16          version of the branch key, a UUID
encrypted data key   16, 24, 32  AES-256-GCM
authentication tag   16          bytes
===================  ==========  =====================================

Provider id, branch key id, version and encryption context are authenticated with the data key.
"""

from __future__ import annotations

import os
from typing import Final

from .._crypto.aead import TAG_LENGTH, InvalidTag, aes_gcm
from .._crypto.nonces import IV_LENGTH
from .._crypto.prepared_derivation import PreparedDerivation
from ..exceptions import DataKeyAuthenticationError, SerializationError

#: Key provider id of such encrypted data keys; also the label of the key derivation.
PROVIDER_ID: Final = "aws-kms-hierarchy"
BRANCH_KEY_LENGTH: Final = 32

_LABEL: Final = PROVIDER_ID.encode("ascii")
_SALT_LENGTH: Final = 16
_VERSION_LENGTH: Final = 16
_RANDOM_LENGTH: Final = _SALT_LENGTH + IV_LENGTH
_HEAD_LENGTH: Final = _RANDOM_LENGTH + _VERSION_LENGTH


class BranchKeyWrapping:
    """Wrapping under one version of one branch key; may be shared by threads.

    :param branch_key: Branch key, 32 bytes
    :param branch_key_id: Branch key id, UTF-8
    :param version: Version, the 16 bytes of its UUID
    """

    __slots__ = ("_associated_data", "_derivation", "_version")

    def __init__(self, branch_key: bytes, branch_key_id: bytes, version: bytes) -> None:
        self._derivation = PreparedDerivation(branch_key, _LABEL)
        self._version = version
        self._associated_data = b"".join((_LABEL, branch_key_id, version))

    def wrap(self, data_key: bytes, serialized_context: bytes) -> bytes:
        """Return the ciphertext of ``data_key``."""
        random = os.urandom(_RANDOM_LENGTH)
        cipher = aes_gcm(self._derivation.derive(random[:_SALT_LENGTH]))
        wrapped = cipher.encrypt(random[_SALT_LENGTH:], data_key, self._associated_data + serialized_context)
        return b"".join((random, self._version, wrapped))

    def unwrap(self, ciphertext: bytes, serialized_context: bytes) -> bytes:
        """Return the data key in a ciphertext that :func:`version_in` has found well-formed.

        :raises DataKeyAuthenticationError: if the tag is wrong
        """
        cipher = aes_gcm(self._derivation.derive(ciphertext[:_SALT_LENGTH]))
        associated_data = self._associated_data + serialized_context
        try:
            return cipher.decrypt(ciphertext[_SALT_LENGTH:_RANDOM_LENGTH], ciphertext[_HEAD_LENGTH:], associated_data)
        except InvalidTag as error:
            raise DataKeyAuthenticationError(
                "it was not made with this branch key, or it or the encryption context was altered"
            ) from error


def version_in(ciphertext: bytes, data_key_length: int) -> bytes:
    """Return the version of the branch key that a ciphertext names, 16 bytes.

    :param data_key_length: Length in bytes of the data key
    :raises SerializationError: if the ciphertext has another length than that of such a data key
    """
    expected = _HEAD_LENGTH + data_key_length + TAG_LENGTH
    if len(ciphertext) != expected:
        raise SerializationError(
            f"its ciphertext has {len(ciphertext)} bytes; that of a data key of {data_key_length} bytes has {expected}"
        )
    return ciphertext[_RANDOM_LENGTH:_HEAD_LENGTH]
