"""The required encryption context CMM (framework/required-encryption-context-cmm.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .._arguments import strings_from
from .._materials import DecryptionMaterials, DecryptionMaterialsRequest, EncryptionMaterials, EncryptionMaterialsRequest
from ..exceptions import (
    ArgumentTypeError,
    ArgumentValueError,
    InvalidCryptographicMaterialsError,
    ReservedEncryptionContextKeyError,
)
from ..identifiers import RESERVED_ENCRYPTION_CONTEXT_PREFIX
from ..keyrings.mpl import AnyKeyring
from .base import CryptoMaterialsManager
from .default import DefaultCryptoMaterialsManager
from .mpl.cmm import AnyMaterialsManager, materials_manager_from
from .required_pairs import RequiresPairs, check_reproduced_pairs, foreign_manager_in, keys_required_by, with_required_pairs

__all__ = ["RequiredEncryptionContextCryptoMaterialsManager"]


class RequiredEncryptionContextCryptoMaterialsManager(CryptoMaterialsManager, RequiresPairs):
    """Requires pairs of the encryption context that messages do not store. May be shared by threads.

    Every encryption context has to have a value for each of the keys. These pairs are authenticated with the message and its data
    keys, but are not in it: whoever decrypts the message has to know and to give them.

    :param required_encryption_context_keys: Keys of the pairs, at least one: a list or a set of str
    :param underlying_cmm: CMM to get materials from
    :param keyring: Keyring to get data keys from instead, by way of a default CMM; a master key provider will do
    :raises ArgumentTypeError: unless exactly one of the two is given, or if an argument has the wrong type
    :raises ArgumentValueError: if there are no keys
    :raises ReservedEncryptionContextKeyError: if a key begins with ``aws-crypto-``, which no caller can give a value for

    >>> import os
    >>> from aws_encryption_sdk import EncryptionSDKClient
    >>> from aws_encryption_sdk.keyrings.raw import RawAESKeyring
    >>> keyring = RawAESKeyring("example", "key", os.urandom(32))
    >>> manager = RequiredEncryptionContextCryptoMaterialsManager(["tenant"], keyring=keyring)
    >>> client = EncryptionSDKClient()
    >>> context = {"tenant": "example", "purpose": "test"}
    >>> message, _ = client.encrypt(source=b"plaintext", materials_manager=manager, encryption_context=context)
    >>> b"tenant" in message, b"purpose" in message
    (False, True)
    >>> client.decrypt(source=message, materials_manager=manager, encryption_context={"tenant": "example"}).result
    b'plaintext'
    """

    def __init__(
        self,
        required_encryption_context_keys: Iterable[str],
        underlying_cmm: AnyMaterialsManager | None = None,
        keyring: AnyKeyring | None = None,
    ) -> None:
        keys = frozenset(strings_from(required_encryption_context_keys, "required_encryption_context_keys"))
        if not keys:
            raise ArgumentValueError("required_encryption_context_keys must have at least one key")
        for key in sorted(keys):
            if key.startswith(RESERVED_ENCRYPTION_CONTEXT_PREFIX):
                raise ReservedEncryptionContextKeyError(
                    f"The key {key!r} cannot be required: no caller's encryption context has keys that begin with "
                    f'"{RESERVED_ENCRYPTION_CONTEXT_PREFIX}"'
                )
        if (underlying_cmm is None) == (keyring is None):
            raise ArgumentTypeError("Exactly one of underlying_cmm and keyring must be given")
        self.underlying_cmm: Final = (
            DefaultCryptoMaterialsManager(keyring=keyring)
            if underlying_cmm is None
            else materials_manager_from(underlying_cmm, "underlying_cmm")
        )
        self._keys: Final = keys
        self.required_encryption_context_keys = keys | keys_required_by(self.underlying_cmm)
        self.foreign_manager = foreign_manager_in(self.underlying_cmm)

    def __repr__(self) -> str:
        return f"RequiredEncryptionContextCryptoMaterialsManager({sorted(self._keys)!r}, underlying_cmm={self.underlying_cmm!r})"

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        """Return materials of the underlying CMM that do not store the required pairs (get encryption materials).

        :raises MissingEncryptionContextError: if the encryption context lacks a required key
        :raises InvalidCryptographicMaterialsError: if the underlying CMM returned materials that would store a required pair
        :raises AWSEncryptionSDKClientError: if the underlying CMM fails
        """
        materials = self.underlying_cmm.get_encryption_materials(with_required_pairs(request, self._keys))
        if not isinstance(materials, EncryptionMaterials) or not self._keys <= materials.required_encryption_context_keys:
            raise InvalidCryptographicMaterialsError(
                f"{self.underlying_cmm!r} returned no encryption materials that leave the required pairs out of the message: their "
                "required_encryption_context_keys have to be those of the request, at least"
            )
        return materials

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        """Return materials of the underlying CMM that are bound to the required pairs (decrypt materials).

        :raises MissingEncryptionContextError: if the caller's encryption context lacks a required key
        :raises InvalidCryptographicMaterialsError: if the underlying CMM returned materials without a required pair
        :raises AWSEncryptionSDKClientError: if the underlying CMM fails
        """
        check_reproduced_pairs(request, self._keys)
        materials = self.underlying_cmm.decrypt_materials(request)
        if not isinstance(materials, DecryptionMaterials) or not self._keys <= materials.encryption_context.keys():
            raise InvalidCryptographicMaterialsError(
                f"{self.underlying_cmm!r} returned no decryption materials with the required pairs in their encryption context: it "
                "has to hand on the reproduced encryption context of the request"
            )
        return materials
