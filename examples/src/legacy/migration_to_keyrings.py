"""Move a program from master key providers to keyrings, one step at a time."""

from __future__ import annotations

import os

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKey, WrappingKey
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "migration": "keyrings"}


def run(source_plaintext: bytes) -> bytes:
    """Encrypt with what the program has at each step, and decrypt that with what it has at every other.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the last message
    """
    wrapping_key = os.urandom(32)
    provider = RawMasterKey(
        provider_id="examples",
        key_id="migration",
        wrapping_key=WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=wrapping_key,
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        ),
    )
    # The same key as a keyring: the provider id is the namespace, and the key id is the name.
    keyring = RawAESKeyring(key_namespace="examples", key_name="migration", wrapping_key=wrapping_key)
    another = RawAESKeyring(key_namespace="examples", key_name="another", wrapping_key=os.urandom(32))

    # A provider may be handed in as a keyring, and stand beside keyrings. So nothing has to change on one day.
    steps = (
        {"key_provider": provider},
        {"keyring": provider},
        {"keyring": MultiKeyring(generator=provider, children=[another])},
        {"keyring": MultiKeyring(generator=keyring, children=[another])},
        {"keyring": keyring},
    )
    client, plaintext = EncryptionSDKClient(), b""
    for writer in steps:
        message, _ = client.encrypt(source=source_plaintext, encryption_context=ENCRYPTION_CONTEXT, **writer)
        for reader in steps:
            plaintext, _ = client.decrypt(source=message, encryption_context=ENCRYPTION_CONTEXT, **reader)
            if plaintext != source_plaintext:
                raise RuntimeError("Another message was read")
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
