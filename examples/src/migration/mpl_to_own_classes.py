"""Move a program from the names of the Material Providers Library to the classes of this package, one step at a time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.material_providers.mpl import AwsCryptographicMaterialProviders
from aws_encryption_sdk.material_providers.mpl.config import MaterialProvidersConfig
from aws_encryption_sdk.material_providers.mpl.models import (
    AesWrappingAlg,
    CreateDefaultCryptographicMaterialsManagerInput,
    CreateRawAesKeyringInput,
    CreateRequiredEncryptionContextCMMInput,
    OnDecryptInput,
    OnDecryptOutput,
    OnEncryptInput,
    OnEncryptOutput,
)
from aws_encryption_sdk.material_providers.mpl.references import IKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.materials_managers.required_encryption_context import RequiredEncryptionContextCryptoMaterialsManager
from aws_encryption_sdk.structures import EncryptedDataKey

ENCRYPTION_CONTEXT = {"purpose": "example", "tenant": "a"}


class AuditedBefore(IKeyring):
    """A keyring of the program's own, in the manner of the library: inputs and outputs."""

    def __init__(self, keyring: IKeyring) -> None:
        self.keyring = keyring

    def on_encrypt(self, param: OnEncryptInput) -> OnEncryptOutput:
        return self.keyring.on_encrypt(param)

    def on_decrypt(self, param: OnDecryptInput) -> OnDecryptOutput:
        return self.keyring.on_decrypt(param)


class AuditedAfter(Keyring):
    """The same in the manner of this package: materials, which are immutable."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        return self.keyring.on_encrypt(encryption_materials)

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        return self.keyring.on_decrypt(decryption_materials, encrypted_data_keys)


def run(source_plaintext: bytes) -> bytes:
    """Encrypt with what the program has at each step, and decrypt that with what it has at every other.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the last message
    """
    wrapping_key = os.urandom(32)

    # Before: an input, and a method that takes it.
    mat_prov = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())
    before = mat_prov.create_raw_aes_keyring(
        input=CreateRawAesKeyringInput(
            key_namespace="examples",
            key_name="migration",
            wrapping_key=wrapping_key,
            wrapping_alg=AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
        )
    )
    manager_before = mat_prov.create_required_encryption_context_cmm(
        input=CreateRequiredEncryptionContextCMMInput(
            required_encryption_context_keys=["tenant"],
            underlying_cmm=mat_prov.create_default_cryptographic_materials_manager(
                input=CreateDefaultCryptographicMaterialsManagerInput(keyring=before)
            ),
        )
    )

    # After: a class. The fields of the input are its arguments.
    after = RawAESKeyring(key_namespace="examples", key_name="migration", wrapping_key=wrapping_key)
    manager_after = RequiredEncryptionContextCryptoMaterialsManager(["tenant"], keyring=after)

    # Keyrings and CMMs of both manners stand beside each other. So nothing has to change on one day.
    steps: tuple[dict[str, Any], ...] = (
        {"materials_manager": manager_before},
        {"materials_manager": RequiredEncryptionContextCryptoMaterialsManager(["tenant"], keyring=AuditedBefore(before))},
        {"materials_manager": RequiredEncryptionContextCryptoMaterialsManager(["tenant"], keyring=MultiKeyring(before))},
        {"materials_manager": RequiredEncryptionContextCryptoMaterialsManager(["tenant"], keyring=AuditedAfter(after))},
        {"materials_manager": manager_after},
    )
    client, plaintext = EncryptionSDKClient(), b""
    for writer in steps:
        message, _ = client.encrypt(source=source_plaintext, encryption_context=ENCRYPTION_CONTEXT, **writer)
        for reader in steps:
            plaintext, _ = client.decrypt(source=message, encryption_context={"tenant": "a"}, **reader)
            if plaintext != source_plaintext:
                raise RuntimeError("Another message was read")
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
