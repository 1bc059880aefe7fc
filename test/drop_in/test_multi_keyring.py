"""Programs with the multi-keyring."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

import aws_encryption_sdk
from aws_encryption_sdk.exceptions import (
    DecryptKeyError,
    EncryptKeyError,
    GenerateKeyError,
    InvalidCryptographicMaterialsError,
)
from aws_encryption_sdk.identifiers import WrappingAlgorithm
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring, RawRSAKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey

ONE = RawAESKeyring("ns", "one", b"1" * 32)
TWO = RawAESKeyring("ns", "two", b"2" * 24)
THREE = RawAESKeyring("ns", "three", b"3" * 16)


class IdleKeyring(Keyring):
    """Neither makes nor wraps nor unwraps anything."""

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        return encryption_materials

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Iterable[EncryptedDataKey]
    ) -> DecryptionMaterials:
        return decryption_materials


class BrokenKeyring(IdleKeyring):
    """Fails when it is asked to decrypt."""

    def __init__(self) -> None:
        self.calls = 0

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Iterable[EncryptedDataKey]
    ) -> NoReturn:
        self.calls += 1
        raise DecryptKeyError("the key store is down")


def key_names(result: Any) -> list[bytes]:
    """Return the names of the keys that can open the message, in its order."""
    return [bytes(key.key_provider.key_info).split(b"\0")[0] for key in result.header.encrypted_data_keys]


def test_escrow(private_key: rsa.RSAPrivateKey) -> None:
    escrow_encrypt = RawRSAKeyring(
        key_namespace="some managed raw keys",
        key_name="my RSA wrapping key",
        wrapping_algorithm=WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
        public_wrapping_key=private_key.public_key(),
    )
    escrow_decrypt = RawRSAKeyring(
        key_namespace="some managed raw keys",
        key_name="my RSA wrapping key",
        wrapping_algorithm=WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
        private_wrapping_key=private_key,
    )
    keyring = MultiKeyring(generator=ONE, children=[escrow_encrypt])
    encrypted = aws_encryption_sdk.encrypt(source=b"secret", encryption_context={"a": "b"}, keyring=keyring)
    assert len(encrypted.header.encrypted_data_keys) == 2
    assert aws_encryption_sdk.decrypt(source=encrypted.result, keyring=ONE).result == b"secret"
    assert aws_encryption_sdk.decrypt(source=encrypted.result, keyring=escrow_decrypt).result == b"secret"
    assert aws_encryption_sdk.decrypt(source=encrypted.result, keyring=keyring).result == b"secret"


def test_order_is_generator_first_then_children() -> None:
    encrypted = aws_encryption_sdk.encrypt(source=b"x", keyring=MultiKeyring(TWO, [THREE, ONE]))
    assert key_names(encrypted) == [b"two", b"three", b"one"]
    decrypted = aws_encryption_sdk.decrypt(source=encrypted.result, keyring=ONE)
    assert key_names(decrypted) == [b"two", b"three", b"one"]


def test_the_same_keyring_twice_wraps_twice() -> None:
    encrypted = aws_encryption_sdk.encrypt(source=b"x", keyring=MultiKeyring(generator=ONE, children=(ONE,)))
    assert key_names(encrypted) == [b"one", b"one"]
    assert aws_encryption_sdk.decrypt(source=encrypted.result, keyring=ONE).result == b"x"


def test_members_can_be_read_back() -> None:
    keyring = MultiKeyring(generator=ONE, children=[TWO, THREE])
    assert keyring.generator is ONE
    assert list(keyring.children) == [TWO, THREE]


def test_generator_alone_and_nested() -> None:
    inner = MultiKeyring(children=[TWO, THREE])
    encrypted = aws_encryption_sdk.encrypt(source=b"x", keyring=MultiKeyring(MultiKeyring(generator=ONE), [inner]))
    assert key_names(encrypted) == [b"one", b"two", b"three"]
    assert aws_encryption_sdk.decrypt(source=encrypted.result, keyring=inner).result == b"x"


def test_children_alone_decrypt_and_do_not_encrypt() -> None:
    encrypted = aws_encryption_sdk.encrypt(source=b"x", keyring=TWO)
    children = MultiKeyring(children=[ONE, TWO])
    assert aws_encryption_sdk.decrypt(source=encrypted.result, keyring=children).result == b"x"
    with pytest.raises(EncryptKeyError):
        aws_encryption_sdk.encrypt(source=b"x", keyring=children)


def test_generator_that_makes_no_key() -> None:
    with pytest.raises(GenerateKeyError):
        aws_encryption_sdk.encrypt(source=b"x", keyring=MultiKeyring(generator=IdleKeyring(), children=[ONE]))


def test_neither_generator_nor_children() -> None:
    with pytest.raises(TypeError):
        MultiKeyring()
    with pytest.raises(TypeError):
        MultiKeyring(generator=None, children=())
    with pytest.raises(TypeError):
        MultiKeyring(children=[])


def test_members_of_another_type() -> None:
    with pytest.raises(TypeError):
        MultiKeyring(generator=b"key")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        MultiKeyring(generator=ONE, children=["key"])  # type: ignore[list-item]


def test_an_error_of_one_member_does_not_stop_the_next() -> None:
    ciphertext = aws_encryption_sdk.encrypt(source=b"x", keyring=ONE).result
    broken = BrokenKeyring()
    assert aws_encryption_sdk.decrypt(source=ciphertext, keyring=MultiKeyring(broken, [ONE])).result == b"x"
    assert broken.calls == 1


def test_members_after_the_first_that_succeeds_are_not_asked() -> None:
    ciphertext = aws_encryption_sdk.encrypt(source=b"x", keyring=ONE).result
    broken = BrokenKeyring()
    assert aws_encryption_sdk.decrypt(source=ciphertext, keyring=MultiKeyring(ONE, [broken])).result == b"x"
    assert broken.calls == 0


def test_no_member_succeeds() -> None:
    ciphertext = aws_encryption_sdk.encrypt(source=b"x", keyring=ONE).result
    with pytest.raises(InvalidCryptographicMaterialsError, match="the key store is down") as caught:
        aws_encryption_sdk.decrypt(source=ciphertext, keyring=MultiKeyring(TWO, [BrokenKeyring(), IdleKeyring()]))
    assert isinstance(caught.value, DecryptKeyError)
