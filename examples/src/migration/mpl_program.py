"""A program written with the Material Providers Library: only the root of its imports was changed.

Before, the imports began with ``aws_cryptographic_material_providers`` where they begin with ``aws_encryption_sdk.material_providers``
here. Nothing else is different: put the old name back, and the program runs with version 4 and the library.
"""

from __future__ import annotations

import os

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.material_providers.mpl import AwsCryptographicMaterialProviders
from aws_encryption_sdk.material_providers.mpl.config import MaterialProvidersConfig
from aws_encryption_sdk.material_providers.mpl.models import (
    AesWrappingAlg,
    CreateDefaultCryptographicMaterialsManagerInput,
    CreateMultiKeyringInput,
    CreateRawAesKeyringInput,
    CreateRequiredEncryptionContextCMMInput,
    OnDecryptInput,
    OnDecryptOutput,
    OnEncryptInput,
    OnEncryptOutput,
)
from aws_encryption_sdk.material_providers.mpl.references import IKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "tenant": "a"}


class AuditedKeyring(IKeyring):
    """A keyring of the program's own: it has another one do the work, and keeps a record."""

    def __init__(self, keyring: IKeyring) -> None:
        self.keyring = keyring
        self.record: list[str] = []

    def on_encrypt(self, param: OnEncryptInput) -> OnEncryptOutput:
        self.record.append("encrypt")
        return self.keyring.on_encrypt(param)

    def on_decrypt(self, param: OnDecryptInput) -> OnDecryptOutput:
        self.record.append("decrypt")
        return self.keyring.on_decrypt(param)


def run(source_plaintext: bytes) -> bytes:
    """Encrypt and decrypt with keyrings and a CMM that are made through the library's names.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out
    """
    mat_prov = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())
    primary, backup = (
        mat_prov.create_raw_aes_keyring(
            input=CreateRawAesKeyringInput(
                key_namespace="examples",
                key_name=name,
                wrapping_key=os.urandom(32),
                wrapping_alg=AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
            )
        )
        for name in ("primary", "backup")
    )
    audited = AuditedKeyring(primary)
    keyring = mat_prov.create_multi_keyring(input=CreateMultiKeyringInput(generator=audited, child_keyrings=[backup]))
    # The tenant is authenticated and not stored: whoever decrypts has to know it.
    manager = mat_prov.create_required_encryption_context_cmm(
        input=CreateRequiredEncryptionContextCMMInput(
            required_encryption_context_keys=["tenant"],
            underlying_cmm=mat_prov.create_default_cryptographic_materials_manager(
                input=CreateDefaultCryptographicMaterialsManagerInput(keyring=keyring)
            ),
        )
    )
    client = EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
    ciphertext, _ = client.encrypt(source=source_plaintext, materials_manager=manager, encryption_context=ENCRYPTION_CONTEXT)
    plaintext, header = client.decrypt(
        source=ciphertext, materials_manager=manager, encryption_context={"tenant": ENCRYPTION_CONTEXT["tenant"]}
    )
    if header.encryption_context["purpose"] != "example" or audited.record != ["encrypt", "decrypt"]:
        raise RuntimeError("Another message was read")
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
