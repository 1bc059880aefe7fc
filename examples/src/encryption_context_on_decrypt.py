"""Bind every record to its owner, and notice when two records were swapped."""

from __future__ import annotations

import os

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import EncryptionContextMismatchError
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring


def run(source_plaintext: bytes) -> bytes:
    """Store a record for each of two customers, and let an intruder overwrite the first with the second.

    :param source_plaintext: Record of the first customer
    :returns: The record of the first customer, decrypted before the intrusion
    """
    keyring = RawAESKeyring(key_namespace="examples", key_name="records", wrapping_key=os.urandom(32))
    table = {
        "4711": encrypt_record(source_plaintext, "4711", keyring),
        "0815": encrypt_record(b"Another customer's record", "0815", keyring),
    }
    record = decrypt_record(table["4711"], "4711", keyring)

    # The intruder has no key, but can move rows, and each of them is a genuine message under the right key.
    table["4711"] = table["0815"]
    try:
        decrypt_record(table["4711"], "4711", keyring)
    except EncryptionContextMismatchError:
        return record
    raise RuntimeError("A record of another customer was accepted")


def encrypt_record(record: bytes, customer: str, keyring: Keyring) -> bytes:
    """Encrypt a record, bound to the customer that it belongs to."""
    encryption_context = {"customer": customer, "table": "records"}
    message, _ = EncryptionSDKClient().encrypt(source=record, keyring=keyring, encryption_context=encryption_context)
    return message


def decrypt_record(message: bytes, customer: str, keyring: Keyring) -> bytes:
    """Decrypt a record, if it belongs to this customer.

    The pairs given here may be a part of what the message holds. A pair that the message stores with another value is refused
    before any data key is unwrapped. A pair that the message does not store has to be one with which it was
    authenticated, or decryption fails.
    """
    plaintext, _ = EncryptionSDKClient().decrypt(source=message, keyring=keyring, encryption_context={"customer": customer})
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
