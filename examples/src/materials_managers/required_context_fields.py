"""A materials manager of your own: every caller has to name certain fields of the encryption context."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager


class MissingFieldError(AWSEncryptionSDKClientError, ValueError):
    """The encryption context lacks a field that is required here."""


class RequiredFieldsManager(CryptoMaterialsManager):
    """Refuses to encrypt or decrypt when the caller's encryption context lacks certain fields.

    The values are stored in the message as usual. When decrypting, the caller repeats them, and they are compared: nobody
    decrypts without saying which message is expected.

    :param keyring: Keyring that makes and wraps the data keys
    :param fields: Keys that every encryption context has to have
    """

    def __init__(self, keyring: Keyring, fields: Iterable[str]) -> None:
        self._fields = frozenset(fields)
        self._manager = DefaultCryptoMaterialsManager(keyring=keyring)

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        """Return materials for a new message.

        :raises MissingFieldError: if the caller's encryption context lacks a field
        """
        self._check(request.encryption_context)
        return self._manager.get_encryption_materials(request)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        """Return materials for a message that exists.

        ``request.encryption_context`` is what the message claims, and not authenticated yet. What the caller expects stands in
        ``request.reproduced_encryption_context``; the default manager compares the two.

        :raises MissingFieldError: if the caller's encryption context lacks a field
        """
        self._check(request.reproduced_encryption_context or {})
        return self._manager.decrypt_materials(request)

    def _check(self, encryption_context: Mapping[str, str]) -> None:
        missing = self._fields - encryption_context.keys()
        if missing:
            raise MissingFieldError(f"The encryption context lacks {', '.join(sorted(missing))}")


def run(source_plaintext: bytes) -> bytes:
    """Encrypt and decrypt with the fields that are required, and see a decryption without them refused.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the message
    """
    keyring = RawAESKeyring(key_namespace="examples", key_name="fields", wrapping_key=os.urandom(32))
    manager = RequiredFieldsManager(keyring, ["classification", "owner"])
    encryption_context = {"classification": "confidential", "owner": "accounting", "year": "2026"}
    client = EncryptionSDKClient()
    message, _ = client.encrypt(source=source_plaintext, materials_manager=manager, encryption_context=encryption_context)
    plaintext, _ = client.decrypt(
        source=message,
        materials_manager=manager,
        encryption_context={"classification": "confidential", "owner": "accounting"},
    )

    try:
        client.decrypt(source=message, materials_manager=manager)
    except MissingFieldError:
        return plaintext
    raise RuntimeError("A message was decrypted without the required fields")


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
