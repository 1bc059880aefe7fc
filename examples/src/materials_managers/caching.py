"""Use a data key for several messages, within limits that you set."""

from __future__ import annotations

import os

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.caches.local import LocalCryptoMaterialsCache
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager

MOST_MESSAGES = 10


def run(source_plaintext: bytes) -> bytes:
    """Encrypt and decrypt a plaintext several times, with two data keys.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the last message
    """
    # Caching pays where the keyring asks a key service over the network. A raw keyring does not; it keeps this example short.
    keyring = RawAESKeyring(key_namespace="examples", key_name="caching", wrapping_key=os.urandom(32))
    manager = caching_manager(keyring)
    client = EncryptionSDKClient()

    # Messages share a data key only if their encryption contexts are the same. So use what many messages have in common, such
    # as the table, and not what each has for itself, such as the number of a row.
    encryption_context = {"purpose": "example", "table": "customers"}
    messages = [
        client.encrypt(source=source_plaintext, materials_manager=manager, encryption_context=encryption_context).result
        for _ in range(MOST_MESSAGES + 1)
    ]

    # The last message was one too many for the first data key, and has the second.
    if manager.stats().misses != 2:
        raise RuntimeError("The limit of messages was not kept")

    plaintext = b""
    for message in messages:
        # Every message is derived a key of its own from the data key, and is authenticated by itself. What you expect of its
        # encryption context is compared every time, also when the data key comes from the cache.
        plaintext, _ = client.decrypt(source=message, materials_manager=manager, encryption_context=encryption_context)
    return plaintext


def caching_manager(keyring: Keyring) -> CachingCryptoMaterialsManager:
    """Make a materials manager with a cache of its own. Make it once, and share it: also between threads."""
    return CachingCryptoMaterialsManager(
        # The cache is in memory. It keeps at most so many data keys, and drops the one that was not used for the longest time.
        cache=LocalCryptoMaterialsCache(capacity=100),
        # A data key that became known opens all its messages. These limits say how many that may be; set them as low as the cost
        # of the calls that you save allows. The age is in seconds, and is the one limit that has no default.
        max_age=60,
        max_messages_encrypted=MOST_MESSAGES,
        max_bytes_encrypted=100 * 1024 * 1024,
        keyring=keyring,
    )


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
