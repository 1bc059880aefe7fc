"""What raw keyrings share: the walk over the encrypted data keys, and the reason that each failed for."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Sequence
from typing import Final, NoReturn

from ..._arguments import bytes_from, text_from
from ..._crypto.aead import InvalidTag
from ..._materials import DecryptionMaterials, EncryptionMaterials
from ..._wrapping.reasons import NOT_OPENED, shown_data_key
from ...exceptions import ArgumentValueError, CannotBePickledError, DecryptKeyError, InvalidDataKeyError, UnwrapDataKeyError
from ...structures import EncryptedDataKey, MasterKeyInfo, RawDataKey
from ..base import Keyring

#: The namespace, and the beginning of it, that the keyrings of AWS KMS have for themselves.
_AWS_KMS_NAMESPACE: Final = "aws-kms"


class RawKeyring(Keyring):
    """A keyring whose wrapping key is in this process.

    :param key_namespace: Key namespace: the key provider id of the encrypted data keys
    :param key_name: Key name within the namespace
    """

    def __init__(self, key_namespace: str | bytes, key_name: str | bytes) -> None:
        self.key_namespace: Final = text_from(key_namespace, "key_namespace")
        self.key_name: Final = text_from(key_name, "key_name")
        if self.key_namespace.startswith(_AWS_KMS_NAMESPACE):
            raise ArgumentValueError(
                f'key_namespace must not begin with "{_AWS_KMS_NAMESPACE}", which belongs to the keyrings of AWS KMS'
            )
        self._key_name_bytes = bytes_from(self.key_name, "key_name")
        self._key_provider = MasterKeyInfo(self.key_namespace, self._key_name_bytes)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key_namespace={self.key_namespace!r}, key_name={self.key_name!r})"

    def __copy__(self) -> RawKeyring:
        return self

    def __deepcopy__(self, _memo: dict[int, object]) -> RawKeyring:
        return self

    def __reduce__(self) -> NoReturn:
        raise CannotBePickledError(f"{self!r} holds a secret key and cannot be pickled; make it anew where it is needed")

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        """Generate a data key, if there is none yet, and wrap it."""
        materials = encryption_materials
        data_key = materials.data_encryption_key
        if data_key is None:
            generated, wrapped = self._generate(materials)
            return materials.with_generated_data_key(RawDataKey(self._key_provider, generated), wrapped)
        return materials.with_encrypted_data_key(self._wrap(data_key.data_key, materials))

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        """Unwrap the first encrypted data key of this keyring's that can be unwrapped.

        :raises UnwrapDataKeyError: if there is none; ``errors`` has the reason of each encrypted data key
        """
        if decryption_materials.data_encryption_key is not None:
            return decryption_materials
        reasons: list[Exception] = []
        for key in encrypted_data_keys:
            cause: Exception | None = None
            if key.key_provider.provider_id != self.key_namespace:
                reason = "it belongs to another namespace"
            else:
                try:
                    data_key, reason = self._unwrap(key, decryption_materials)
                    if data_key is not None:
                        return decryption_materials.with_data_encryption_key(RawDataKey(self._key_provider, data_key))
                except (InvalidTag, ValueError, InvalidDataKeyError) as error:
                    reason = NOT_OPENED
                    cause = error if isinstance(error, InvalidTag) else None
            failure = DecryptKeyError(f"encrypted data key {len(reasons) + 1} ({shown_data_key(key)}): {reason}")
            failure.__cause__ = cause
            reasons.append(failure)
        raise UnwrapDataKeyError(f"Unable to decrypt any data key with {self!r}", reasons)

    def _generate(self, materials: EncryptionMaterials) -> tuple[bytes, EncryptedDataKey]:
        """Return a new plaintext data key, and the encrypted form of it."""
        data_key = os.urandom(materials.algorithm.kdf_input_len)
        return data_key, self._wrap(data_key, materials)

    @abstractmethod
    def _wrap(self, data_key: bytes, materials: EncryptionMaterials) -> EncryptedDataKey:
        """Return the encrypted form of ``data_key``."""

    @abstractmethod
    def _unwrap(self, key: EncryptedDataKey, materials: DecryptionMaterials) -> tuple[bytes | None, str]:
        """Return the plaintext data key, or None and why the key was not tried.

        :raises InvalidTag: if the key does not open
        :raises ValueError: likewise
        """
