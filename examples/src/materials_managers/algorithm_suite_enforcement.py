"""A materials manager of your own: it allows only certain algorithm suites."""

from __future__ import annotations

import os
from collections.abc import Sequence

import attrs

from aws_encryption_sdk import Algorithm, EncryptionSDKClient
from aws_encryption_sdk.exceptions import ActionNotAllowedError
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

ENCRYPTION_CONTEXT = {"purpose": "example", "materials-manager": "suite enforcement"}


class AllowedSuitesManager(CryptoMaterialsManager):
    """Refuses every algorithm suite that is not on a list, when encrypting and when decrypting.

    A commitment policy tells suites apart by one property. This manager is for rules that are stricter, such as "signed
    messages only".

    :param keyring: Keyring that makes and wraps the data keys
    :param allowed: Suites that may be used; the first one is used where the caller names none
    """

    def __init__(self, keyring: Keyring, allowed: Sequence[Algorithm]) -> None:
        if not allowed:
            raise ValueError("No algorithm suite is allowed")
        self._allowed = tuple(allowed)
        # All else is left to the manager that is used when a program hands in a bare keyring.
        self._manager = DefaultCryptoMaterialsManager(keyring=keyring)

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        """Return materials for a new message.

        :raises ActionNotAllowedError: if the caller names a suite that is not allowed
        """
        algorithm = self._allowed[0] if request.algorithm is None else request.algorithm
        self._check(algorithm)
        return self._manager.get_encryption_materials(attrs.evolve(request, algorithm=algorithm))

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        """Return materials for a message that exists.

        :raises ActionNotAllowedError: if the message uses a suite that is not allowed; no data key is unwrapped then
        """
        self._check(request.algorithm)
        return self._manager.decrypt_materials(request)

    def _check(self, algorithm: Algorithm) -> None:
        if algorithm not in self._allowed:
            names = ", ".join(suite.name for suite in self._allowed)
            raise ActionNotAllowedError(f"The algorithm suite {algorithm.name} is not allowed here; allowed: {names}")


def run(source_plaintext: bytes) -> bytes:
    """Encrypt and decrypt with signed messages only, and see an unsigned one refused.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the signed message
    """
    keyring = RawAESKeyring(key_namespace="examples", key_name="suites", wrapping_key=os.urandom(32))
    manager = AllowedSuitesManager(keyring, [Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384])
    client = EncryptionSDKClient()
    message, _ = client.encrypt(source=source_plaintext, materials_manager=manager, encryption_context=ENCRYPTION_CONTEXT)
    plaintext, _ = client.decrypt(source=message, materials_manager=manager, encryption_context=ENCRYPTION_CONTEXT)

    try:
        client.encrypt(
            source=source_plaintext,
            materials_manager=manager,
            encryption_context=ENCRYPTION_CONTEXT,
            algorithm=Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
        )
    except ActionNotAllowedError:
        return plaintext
    raise RuntimeError("An unsigned message was written")


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
