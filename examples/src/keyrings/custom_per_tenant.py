"""A keyring of your own: it wraps data keys under the key of the tenant that the encryption context names."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import DecryptKeyError, EncryptKeyError
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo, RawDataKey

NAMESPACE = "examples.tenants"
TENANT_FIELD = "tenant"
NONCE_LENGTH = 12


class TenantKeyring(Keyring):
    """Keeps one AES wrapping key for each tenant, chosen by the pair ``tenant`` of the encryption context.

    It has no state that changes, so threads may share it.

    :param wrapping_keys: Wrapping key (16, 24 or 32 bytes) of each tenant
    """

    def __init__(self, wrapping_keys: Mapping[str, bytes]) -> None:
        self._ciphers = {tenant: AESGCM(key) for tenant, key in wrapping_keys.items()}

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        """Wrap the data key, after making one if no other keyring has done so.

        :raises EncryptKeyError: if the encryption context names no tenant, or one that has no key here
        """
        context = encryption_materials.encryption_context
        tenant = context.get(TENANT_FIELD)
        if tenant is None:
            raise EncryptKeyError(f"The encryption context has no field {TENANT_FIELD!r}, so there is no key to choose")
        if tenant not in self._ciphers:
            raise EncryptKeyError(f"There is no wrapping key for the tenant {tenant!r}")

        identity = MasterKeyInfo(provider_id=NAMESPACE, key_info=tenant)
        data_key = encryption_materials.data_encryption_key
        if data_key is None:
            # The algorithm suite says how long a data key has to be.
            data_key = RawDataKey(identity, os.urandom(encryption_materials.algorithm.kdf_input_len))
            encryption_materials = encryption_materials.with_data_encryption_key(data_key)

        # Random nonces of 96 bits are good for 2^32 data keys under one wrapping key. Wrap under a new key before that.
        nonce = os.urandom(NONCE_LENGTH)
        wrapped = nonce + self._ciphers[tenant].encrypt(nonce, data_key.data_key, associated_data(context))
        # Materials are immutable: every `with_` method returns the next ones.
        return encryption_materials.with_encrypted_data_key(EncryptedDataKey(identity, wrapped))

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Iterable[EncryptedDataKey]
    ) -> DecryptionMaterials:
        """Unwrap the first data key that belongs to the tenant.

        :raises DecryptKeyError: if the tenant has no key here, or one of its data keys does not unwrap
        """
        # In a multi-keyring, another keyring may have been faster.
        if decryption_materials.data_encryption_key is not None:
            return decryption_materials
        context = decryption_materials.encryption_context
        identity = MasterKeyInfo(provider_id=NAMESPACE, key_info=context.get(TENANT_FIELD, ""))
        # Messages hold the data keys of other keyrings too; those are none of our business.
        own = [key.encrypted_data_key for key in encrypted_data_keys if key.key_provider == identity]
        if not own:
            # Materials that come back as they were say: nothing here for this keyring.
            return decryption_materials
        cipher = self._ciphers.get(context[TENANT_FIELD])
        if cipher is None:
            raise DecryptKeyError(f"There is no wrapping key for the tenant {context[TENANT_FIELD]!r}")

        failure: Exception | None = None
        for wrapped in own:
            try:
                unwrapped = cipher.decrypt(wrapped[:NONCE_LENGTH], wrapped[NONCE_LENGTH:], associated_data(context))
            except (InvalidTag, ValueError) as error:
                failure = error
                continue
            return decryption_materials.with_data_encryption_key(RawDataKey(identity, unwrapped))
        raise DecryptKeyError(
            f"No data key of the tenant {context[TENANT_FIELD]!r} could be unwrapped: wrong key or context"
        ) from failure


def associated_data(encryption_context: Mapping[str, str]) -> bytes:
    """Return the encryption context as bytes, the same for every order of its pairs.

    The data key is bound to it, so that it unwraps in no other context.
    """
    return json.dumps(encryption_context, sort_keys=True).encode("ascii")


def run(source_plaintext: bytes) -> bytes:
    """Encrypt for one of two tenants, and decrypt with a keyring that has only that tenant's key.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the message
    """
    keys = {"red": os.urandom(32), "blue": os.urandom(32)}
    encryption_context = {TENANT_FIELD: "red", "purpose": "example"}
    client = EncryptionSDKClient()
    message, _ = client.encrypt(source=source_plaintext, keyring=TenantKeyring(keys), encryption_context=encryption_context)
    plaintext, _ = client.decrypt(
        source=message, keyring=TenantKeyring({"red": keys["red"]}), encryption_context=encryption_context
    )
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
