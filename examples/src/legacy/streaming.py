"""Encrypt and decrypt by streams with a master key, as programs for versions 1 to 4 do."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKey, WrappingKey

ENCRYPTION_CONTEXT = {"purpose": "example", "content": "a file"}


def run(source_plaintext: bytes) -> bytes:
    """Encrypt one file to a second, and that to a third, with little memory.

    :param source_plaintext: Content of the first file
    :returns: Content of the third file
    """
    # A master key is a provider of itself.
    key = RawMasterKey(
        provider_id="examples",
        key_id="files",
        wrapping_key=WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=os.urandom(32),
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        ),
    )
    client = EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
    with TemporaryDirectory() as folder:
        original, encrypted, decrypted = (Path(folder, name) for name in ("original", "encrypted", "decrypted"))
        original.write_bytes(source_plaintext)

        with (
            original.open("rb") as source,
            encrypted.open("wb") as target,
            client.stream(mode="e", source=source, key_provider=key, encryption_context=ENCRYPTION_CONTEXT) as encryptor,
        ):
            for chunk in encryptor:
                target.write(chunk)

        # What is written here is final only when the stream was read to its end without an error: until then the signature has
        # not been seen. src/file_streaming.py shows how to leave no unfinished file behind.
        with (
            encrypted.open("rb") as message,
            decrypted.open("wb") as plaintext,
            client.stream(mode="d", source=message, key_provider=key) as decryptor,
        ):
            if not decryptor.header.encryption_context.items() >= ENCRYPTION_CONTEXT.items():
                raise ValueError("This is another message")
            shutil.copyfileobj(decryptor, plaintext)
        return decrypted.read_bytes()


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
