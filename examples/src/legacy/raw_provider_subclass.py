"""A master key provider of your own, whose keys come from where you keep them."""

from __future__ import annotations

import os
from collections.abc import Mapping

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import InvalidKeyIdError
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider, WrappingKey

ENCRYPTION_CONTEXT = {"purpose": "example", "provider": "of one's own"}


class KeyCabinet(RawMasterKeyProvider):
    """Has AES keys by name.

    ``__new__`` of the base class builds all that a provider needs, so this ``__init__`` has nothing to call. Arguments that are
    not for the base class are kept from it by a ``__new__`` of one's own.
    """

    #: Stored in the message together with the name of the key: it says whose names these are.
    provider_id = "cabinet"

    def __new__(cls, keys: Mapping[str, bytes]) -> KeyCabinet:
        return super().__new__(cls)

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        """Return the key with this name; called once for each name that is added."""
        try:
            key = self._keys[key_id.decode()]
        except KeyError as error:
            raise InvalidKeyIdError(f"There is no key {key_id!r} in the cabinet") from error
        return WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=key,
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        )


def run(source_plaintext: bytes) -> bytes:
    """Encrypt under this year's key, and decrypt with a provider that has last year's as well.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the message
    """
    # A new program takes RawAESKeyring("cabinet", "2026", key); see src/keyrings/raw_aes.py. It opens the same messages.
    cabinet = KeyCabinet({"2025": os.urandom(32), "2026": os.urandom(32)})
    cabinet.add_master_key("2026")
    client = EncryptionSDKClient()
    message, _ = client.encrypt(source=source_plaintext, key_provider=cabinet, encryption_context=ENCRYPTION_CONTEXT)

    # Keys that are added later are used for decryption, and wrap the data keys of later messages too.
    cabinet.add_master_key("2025")
    plaintext, _ = client.decrypt(source=message, key_provider=cabinet, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
