"""Authenticate pairs of the encryption context that the message does not store: the reader has to know them."""

from __future__ import annotations

import os

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, MissingEncryptionContextError
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers.required_encryption_context import (
    RequiredEncryptionContextCryptoMaterialsManager,
)


def run(source_plaintext: bytes) -> bytes:
    """Encrypt and decrypt for a customer whose number is not in the message, and see decryption for another refused.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the message
    """
    keyring = RawAESKeyring(key_namespace="examples", key_name="required context", wrapping_key=os.urandom(32))
    # It is made over a keyring, or by underlying_cmm=... over another materials manager, such as a caching one.
    manager = RequiredEncryptionContextCryptoMaterialsManager(["customer"], keyring=keyring)
    client = EncryptionSDKClient()

    # All pairs are bound to the message. The purpose is stored in it, for everybody to read; the customer is not.
    message, _ = client.encrypt(
        source=source_plaintext,
        materials_manager=manager,
        encryption_context={"customer": "customer number 4711", "purpose": "invoice"},
    )
    if b"4711" in message:
        raise RuntimeError("The message stores what it must not")

    # Who decrypts gives what the message lacks, and gets the whole encryption context in the header.
    plaintext, header = client.decrypt(
        source=message, materials_manager=manager, encryption_context={"customer": "customer number 4711"}
    )
    if header.encryption_context["purpose"] != "invoice" or header.encryption_context["customer"] != "customer number 4711":
        raise RuntimeError("The header lacks a part of the encryption context")

    # To forget it is refused at once, by this manager. A wrong one fails with every reader, because it does not fit the keys.
    try:
        client.decrypt(source=message, materials_manager=manager)
    except MissingEncryptionContextError:
        pass
    else:
        raise RuntimeError("A message was decrypted without the customer")
    try:
        client.decrypt(source=message, keyring=keyring, encryption_context={"customer": "customer number 42"})
    except AWSEncryptionSDKClientError:
        return plaintext
    raise RuntimeError("A message was decrypted for another customer")


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
