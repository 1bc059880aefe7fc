"""Use a data key for several messages, with a master key provider and a stream."""

from __future__ import annotations

import io
import os

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.caches.local import LocalCryptoMaterialsCache
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider, WrappingKey
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager


class StaticKeyProvider(RawMasterKeyProvider):
    """A master key provider with one key that is made when the program starts.

    A program with keys in AWS KMS has a ``StrictAwsKmsMasterKeyProvider`` in its place; nothing else changes.
    """

    provider_id = "examples"

    def __init__(self, **kwargs: object) -> None:
        self._key = os.urandom(32)

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        return WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=self._key,
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        )


def run(source_plaintext: bytes) -> bytes:
    """Encrypt and decrypt through a cache, in one call and as a stream.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the last message
    """
    provider = StaticKeyProvider()
    provider.add_master_key("caching")
    manager = CachingCryptoMaterialsManager(
        master_key_provider=provider,
        cache=LocalCryptoMaterialsCache(capacity=100),
        max_age=60.0,
        max_messages_encrypted=10,
        # Managers that share a cache use each other's data keys if they have the same partition name. Leave it out where they
        # are not to: each then has a partition of its own.
        partition_name="examples",
    )
    client = EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
    client.encrypt(source=source_plaintext, materials_manager=manager)

    # A stream is encrypted under a cached data key only if its length is known, because the limit of bytes is kept by it. A file
    # tells its length by itself. For a pipe, give an upper bound; a source that turns out to be longer is refused.
    with client.stream(
        mode="encrypt",
        source=io.BufferedReader(io.BytesIO(source_plaintext)),
        source_length=len(source_plaintext),
        materials_manager=manager,
    ) as encryptor:
        message = encryptor.read()
    if manager.stats().misses != 1:
        raise RuntimeError("The stream was not encrypted under the cached data key")

    with client.stream(mode="decrypt", source=message, materials_manager=manager) as decryptor:
        return decryptor.read()


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
