"""A materials manager of your own over a master key provider: it refuses every suite but those without a signature."""

from __future__ import annotations

import os

from aws_encryption_sdk import Algorithm, EncryptionSDKClient
from aws_encryption_sdk.exceptions import ActionNotAllowedError
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.base import MasterKeyProvider
from aws_encryption_sdk.key_providers.raw import RawMasterKey, WrappingKey
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager

ENCRYPTION_CONTEXT = {"purpose": "example", "signed": "never"}


class UnsignedManager(CryptoMaterialsManager):
    """Writes and reads unsigned messages only.

    :param master_key_provider: Where the data keys come from
    """

    def __init__(self, master_key_provider: MasterKeyProvider) -> None:
        self._manager = DefaultCryptoMaterialsManager(master_key_provider)

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        """Return materials for a new message.

        :raises ActionNotAllowedError: if the caller names a suite that signs
        """
        if request.algorithm is None:
            request.algorithm = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
        self._check(request.algorithm)
        return self._manager.get_encryption_materials(request)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        """Return materials for a message that exists.

        :raises ActionNotAllowedError: if the message is signed; no data key is unwrapped then
        """
        self._check(request.algorithm)
        return self._manager.decrypt_materials(request)

    def _check(self, algorithm: Algorithm) -> None:
        if algorithm.is_signing():
            raise ActionNotAllowedError(f"{algorithm.name} signs; only unsigned messages are allowed here")


def run(source_plaintext: bytes) -> bytes:
    """Encrypt and decrypt without a signature, and see a signed message refused.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the unsigned message
    """
    key = RawMasterKey(
        provider_id="examples",
        key_id="managers",
        wrapping_key=WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=os.urandom(32),
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        ),
    )
    client, manager = EncryptionSDKClient(), UnsignedManager(key)
    message, header = client.encrypt(
        source=source_plaintext, materials_manager=manager, encryption_context=ENCRYPTION_CONTEXT
    )
    if header.algorithm.is_signing():
        raise RuntimeError("A signed message was written")
    plaintext, _ = client.decrypt(source=message, materials_manager=manager, encryption_context=ENCRYPTION_CONTEXT)

    signed, _ = client.encrypt(source=source_plaintext, key_provider=key)
    try:
        client.decrypt(source=signed, materials_manager=manager)
    except ActionNotAllowedError:
        return plaintext
    raise RuntimeError("A signed message was read")


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
