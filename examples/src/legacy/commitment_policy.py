"""Move from messages without key commitment, as version 1 wrote them, to messages with it, by commitment policies."""

from __future__ import annotations

import os

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.exceptions import ActionNotAllowedError
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKey, WrappingKey

ENCRYPTION_CONTEXT = {"purpose": "example", "migration": "key commitment"}


def run(source_plaintext: bytes) -> bytes:
    """Write with and without key commitment, and read both on the way from one to the other.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the message with key commitment
    """
    key = RawMasterKey(
        provider_id="examples",
        key_id="commitment",
        wrapping_key=WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=os.urandom(32),
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        ),
    )
    # First, while programs of version 1.6 and older read your messages: they know nothing of key commitment.
    before = EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
    # Then, when all readers understand key commitment, but old messages are still around.
    between = EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)
    # At last, when all messages have it. This is the default.
    after = EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)

    old, _ = before.encrypt(source=source_plaintext, key_provider=key, encryption_context=ENCRYPTION_CONTEXT)
    new, _ = between.encrypt(source=source_plaintext, key_provider=key, encryption_context=ENCRYPTION_CONTEXT)
    for client in (before, between):
        for message in (old, new):
            if client.decrypt(source=message, key_provider=key).result != source_plaintext:
                raise RuntimeError("Another message was read")
    try:
        after.decrypt(source=old, key_provider=key)
    except ActionNotAllowedError:
        return after.decrypt(source=new, key_provider=key, encryption_context=ENCRYPTION_CONTEXT).result
    raise RuntimeError("A message without key commitment was read")


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
