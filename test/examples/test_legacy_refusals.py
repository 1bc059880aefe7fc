"""What the examples for versions 1 to 4 promise to refuse."""

from __future__ import annotations

import os

import pytest
from examples.src.legacy.custom_materials_manager import UnsignedManager
from examples.src.legacy.raw_provider_subclass import KeyCabinet

from aws_encryption_sdk import Algorithm, EncryptionSDKClient
from aws_encryption_sdk.exceptions import ActionNotAllowedError, DecryptKeyError, InvalidKeyIdError, MasterKeyProviderError

CLIENT = EncryptionSDKClient()
SIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384


def cabinet(*names: str) -> KeyCabinet:
    """Return a cabinet with new keys of these names, all of them added."""
    made = KeyCabinet({name: os.urandom(32) for name in names})
    made.add_master_keys_from_list(names)
    return made


def test_a_key_that_is_not_in_the_cabinet() -> None:
    with pytest.raises(InvalidKeyIdError, match="no key b'2024'"):
        cabinet("2025").add_master_key("2024")
    with pytest.raises(MasterKeyProviderError):
        CLIENT.encrypt(source=b"x", key_provider=cabinet())


def test_the_key_of_another_cabinet() -> None:
    message, _ = CLIENT.encrypt(source=b"x", key_provider=cabinet("2025"))
    for other in (cabinet("2025"), cabinet("2026"), cabinet()):
        with pytest.raises(DecryptKeyError):
            CLIENT.decrypt(source=message, key_provider=other)


def test_signed_suites() -> None:
    keys = cabinet("2025")
    with pytest.raises(ActionNotAllowedError, match="only unsigned"):
        CLIENT.encrypt(source=b"x", materials_manager=UnsignedManager(keys), algorithm=SIGNED)
    message, _ = CLIENT.encrypt(source=b"x", key_provider=keys)
    with pytest.raises(ActionNotAllowedError, match="only unsigned"):
        CLIENT.decrypt(source=message, materials_manager=UnsignedManager(keys))
