"""Encrypt a file, decrypt it again and compare: the first thing to run after cloning.

It works in a temporary folder, needs no network and no AWS account, and ends with an exit code other than 0 if anything
is not as it should be.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import aws_encryption_sdk
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.structures import MessageHeader

MIB = 1024 * 1024
ENCRYPTION_CONTEXT = {"department": "archive", "purpose": "demonstration"}
FRAME_LENGTH = 64 * 1024


class DemoError(Exception):
    """Something is not as it should be."""


def main() -> int:
    """Run every step and return the exit code."""
    print(f"aws-encryption-sdk {aws_encryption_sdk.__version__} on Python {sys.version.split()[0]}")
    try:
        with TemporaryDirectory(prefix="encryption-demo-") as folder:
            run(Path(folder))
    except (DemoError, AWSEncryptionSDKClientError) as error:
        print(f"FAILED: {type(error).__name__}: {error}")
        return 1
    print("Everything worked.")
    return 0


def run(folder: Path) -> None:
    """Go through all steps in ``folder``."""
    plaintext_file, encrypted_file, decrypted_file = (folder / name for name in ("report.txt", "report.esdk", "again.txt"))
    # A client without further settings writes and reads only messages that commit to their data key.
    client = aws_encryption_sdk.EncryptionSDKClient()
    # 256 random bits. Keep such a key where only your program can read it: whoever has it can decrypt.
    keyring = RawAESKeyring(key_namespace="demonstration", key_name="key 1", wrapping_key=os.urandom(32))

    write_report(plaintext_file)
    print(f"wrote      {describe(plaintext_file)}")

    encrypt_file(client, keyring, plaintext_file, encrypted_file)
    print(f"encrypted  {describe(encrypted_file)}")
    check(plaintext_file.read_bytes()[:64] not in encrypted_file.read_bytes(), "the plaintext shows in the message")

    header = decrypt_file(client, keyring, encrypted_file, decrypted_file)
    print(f"decrypted  {describe(decrypted_file)}")
    print(f"           suite {header.algorithm.name}, frames of {header.frame_length:,} bytes")
    check(
        header.encryption_context.items() >= ENCRYPTION_CONTEXT.items(),
        f"the encryption context is {header.encryption_context}, and not {ENCRYPTION_CONTEXT}",
    )
    print(f"           authenticated encryption context {ENCRYPTION_CONTEXT}")
    check(decrypted_file.read_bytes() == plaintext_file.read_bytes(), "the decrypted file differs from the original")
    print("compared   the decrypted file equals the original, byte for byte")

    refuse_tampered(client, keyring, encrypted_file)


def write_report(path: Path) -> None:
    """Write a file of a few MiB that is no multiple of the frame length."""
    lines = (f"{number:08d} All that is written here is confidential.\n".encode() for number in range(90_000))
    path.write_bytes(b"".join(lines))


def encrypt_file(
    client: aws_encryption_sdk.EncryptionSDKClient, keyring: RawAESKeyring, plaintext_file: Path, encrypted_file: Path
) -> None:
    """Encrypt file to file; no more than a few frames are in memory at a time."""
    with (
        plaintext_file.open("rb") as source,
        encrypted_file.open("wb") as target,
        client.stream(
            mode="encrypt",
            source=source,
            keyring=keyring,
            encryption_context=ENCRYPTION_CONTEXT,
            frame_length=FRAME_LENGTH,
        ) as encryptor,
    ):
        shutil.copyfileobj(encryptor, target)


def decrypt_file(
    client: aws_encryption_sdk.EncryptionSDKClient, keyring: RawAESKeyring, encrypted_file: Path, decrypted_file: Path
) -> MessageHeader:
    """Decrypt file to file and return the header, which is authenticated before the first byte of plaintext is released."""
    with (
        encrypted_file.open("rb") as source,
        decrypted_file.open("wb") as target,
        client.stream(mode="decrypt", source=source, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT) as decryptor,
    ):
        header = decryptor.header
        shutil.copyfileobj(decryptor, target)
    return header


def refuse_tampered(client: aws_encryption_sdk.EncryptionSDKClient, keyring: RawAESKeyring, encrypted_file: Path) -> None:
    """Show that a message of which one bit was changed, or an encryption context that is not its own, is refused."""
    message = bytearray(encrypted_file.read_bytes())
    message[len(message) // 2] ^= 1
    for what, source, context in (
        ("a message with one bit changed", bytes(message), ENCRYPTION_CONTEXT),
        ("another encryption context", encrypted_file.read_bytes(), {"department": "sales"}),
    ):
        try:
            client.decrypt(source=source, keyring=keyring, encryption_context=context)
        except AWSEncryptionSDKClientError as error:
            print(f"refused    {what}: {type(error).__name__}")
        else:
            raise DemoError(f"{what} was accepted")


def describe(path: Path) -> str:
    """Return size and fingerprint of a file."""
    content = path.read_bytes()
    fingerprint = hashlib.sha256(content).hexdigest()[:16]
    return f"{path.name:<11} {len(content):>9,} bytes ({len(content) / MIB:.1f} MiB)  SHA-256 {fingerprint}..."


def check(condition: bool, complaint: str) -> None:
    """Fail with ``complaint`` unless ``condition`` holds."""
    if not condition:
        raise DemoError(complaint)


if __name__ == "__main__":
    sys.exit(main())
