"""Encrypt and decrypt files of any size with little memory."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

# Large frames cost less time for each byte, small ones less memory. 4096 bytes is the default.
FRAME_LENGTH = 64 * 1024


def run(source_plaintext: bytes) -> bytes:
    """Write the plaintext to a file, encrypt that file to a second one, and the second one to a third.

    :param source_plaintext: Content of the file to encrypt
    :returns: The content of the decrypted file
    """
    keyring = RawAESKeyring(key_namespace="examples", key_name="files", wrapping_key=os.urandom(32))
    with TemporaryDirectory() as folder:
        original, encrypted, decrypted = (Path(folder, name) for name in ("report", "report.encrypted", "report.decrypted"))
        original.write_bytes(source_plaintext)
        encrypt_file(original, encrypted, keyring)
        decrypt_file(encrypted, decrypted, keyring, file_name=original.name)
        return decrypted.read_bytes()


def encrypt_file(original: Path, encrypted: Path, keyring: Keyring) -> None:
    """Encrypt one file to another, and record its name in the encryption context."""
    client = EncryptionSDKClient()
    with (
        original.open("rb") as plaintext,
        encrypted.open("wb") as message,
        client.stream(
            mode="encrypt",
            source=plaintext,
            keyring=keyring,
            encryption_context={"file-name": original.name},
            frame_length=FRAME_LENGTH,
        ) as encryptor,
    ):
        shutil.copyfileobj(encryptor, message)


def decrypt_file(encrypted: Path, decrypted: Path, keyring: Keyring, file_name: str) -> None:
    """Decrypt one file to another.

    Pieces of plaintext arrive before the end of the message was seen, and with it its signature. So they go to a file with a
    name of its own, which gets its final name when all of the message turned out to be genuine.

    :param file_name: Name that the file had when it was encrypted
    """
    client = EncryptionSDKClient()
    unverified = decrypted.with_name(decrypted.name + ".unverified")
    try:
        with (
            encrypted.open("rb") as message,
            unverified.open("wb") as plaintext,
            client.stream(
                mode="decrypt", source=message, keyring=keyring, encryption_context={"file-name": file_name}
            ) as decryptor,
        ):
            shutil.copyfileobj(decryptor, plaintext)
        unverified.replace(decrypted)
    finally:
        unverified.unlink(missing_ok=True)


if __name__ == "__main__":
    print(len(run(b"Hello, world! " * 100_000)), "bytes came back")
