"""Programs with master keys and providers of their own, as written for versions 1 to 4."""

from __future__ import annotations

import os
from typing import Any

import attr
import pytest

import aws_encryption_sdk
from aws_encryption_sdk.exceptions import DecryptKeyError, InvalidKeyIdError, MasterKeyProviderError
from aws_encryption_sdk.key_providers.base import MasterKey, MasterKeyConfig, MasterKeyProvider, MasterKeyProviderConfig
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo

CLIENT = aws_encryption_sdk.EncryptionSDKClient()


class VaultKeyConfig(MasterKeyConfig):
    """Never calls its parent, and has more in it."""

    provider_id = "vault"

    def __init__(self, **kwargs: Any) -> None:
        self.key_id = kwargs.pop("key_id")
        self.vault = kwargs.pop("vault", {})
        if kwargs:
            raise TypeError(f"unexpected: {kwargs}")


class VaultKey(MasterKey):
    """Keeps the data keys in a vault."""

    provider_id = "vault"
    _config_class = VaultKeyConfig

    def __init__(self, **kwargs: Any) -> None:
        self.uses = 0

    def _generate_data_key(self, algorithm: Any, encryption_context: Any) -> DataKey:
        data_key = os.urandom(algorithm.kdf_input_len)
        ticket = self._keep(data_key, encryption_context)
        # Text is taken as key information, too.
        return DataKey(MasterKeyInfo(self.provider_id, self.key_id), data_key, ticket)

    def _encrypt_data_key(self, data_key: Any, algorithm: Any, encryption_context: Any) -> EncryptedDataKey:
        ticket = self._keep(data_key.data_key, encryption_context)
        return EncryptedDataKey(key_provider=self.key_provider, encrypted_data_key=ticket)

    def _decrypt_data_key(self, encrypted_data_key: Any, algorithm: Any, encryption_context: Any) -> DataKey:
        self.uses += 1
        try:
            data_key, context = self.config.vault[encrypted_data_key.encrypted_data_key]
        except KeyError as error:
            raise DecryptKeyError("Master Key unable to decrypt data key") from error
        if context != encryption_context:
            raise DecryptKeyError("Wrong context")
        return DataKey(
            key_provider=self.key_provider, data_key=data_key, encrypted_data_key=encrypted_data_key.encrypted_data_key
        )

    def _keep(self, data_key: bytes, encryption_context: dict[str, str]) -> bytes:
        ticket = os.urandom(16)
        self.config.vault[ticket] = data_key, dict(encryption_context)
        return ticket


@attr.s(hash=True)
class VaultProviderConfig(MasterKeyProviderConfig):
    """A configuration by attrs, in its old spelling."""

    allowed: Any = attr.ib(default=attr.Factory(tuple), converter=tuple, hash=True)


class VaultProvider(MasterKeyProvider):
    """Has keys in one vault, and a provider id that is a property."""

    _config_class = VaultProviderConfig

    def __init__(self, **kwargs: Any) -> None:
        self.vault: dict[bytes, Any] = {}

    @property
    def provider_id(self) -> str:
        """Name of the provider."""
        return "vault"

    def _new_master_key(self, key_id: bytes) -> VaultKey:
        if self.config.allowed and key_id not in self.config.allowed:
            raise InvalidKeyIdError(f"{key_id!r} is not allowed")
        return VaultKey(key_id=key_id, vault=self.vault)


def test_cycle_with_several_keys() -> None:
    provider = VaultProvider(allowed=[b"one", b"two"])
    provider.add_master_keys_from_list(["one", "two"])
    message, header = CLIENT.encrypt(source=b"text", key_provider=provider, encryption_context={"a": "b"})
    assert {key.key_provider.key_info for key in header.encrypted_data_keys} == {b"one", b"two"}
    assert CLIENT.decrypt(source=message, key_provider=provider)[0] == b"text"
    assert len(provider.vault) == 2


def test_keys_are_vended_for_what_the_message_names() -> None:
    writer, reader = VaultProvider(), VaultProvider()
    writer.add_master_key("one")
    reader.vault = writer.vault
    message, _ = CLIENT.encrypt(source=b"text", key_provider=writer)
    assert CLIENT.decrypt(source=message, key_provider=reader)[0] == b"text"
    with pytest.raises(MasterKeyProviderError):
        CLIENT.encrypt(source=b"text", key_provider=reader)
    picky = VaultProvider(allowed=["two"])
    picky.vault = writer.vault
    with pytest.raises(DecryptKeyError, match="is not allowed"):
        CLIENT.decrypt(source=message, key_provider=picky)


def test_a_key_with_an_id_that_is_text() -> None:
    key = VaultKey(key_id="text")
    key_id: Any = key.key_id
    assert key_id == "text"
    assert key.key_provider == MasterKeyInfo("vault", b"text")
    message, _ = CLIENT.encrypt(source=b"text", key_provider=key)
    assert CLIENT.decrypt(source=message, key_provider=key)[0] == b"text"
    assert key.uses == 1
    assert key.master_key("text") is key


def test_wrong_arguments_are_type_errors() -> None:
    for arguments in ({"key_id": "x", "more": 1}, {"config": "x"}):
        with pytest.raises(TypeError):
            VaultKey(**arguments)
    with pytest.raises(TypeError):
        VaultProvider("one")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        VaultProvider(more=1)


def test_overridden_choice_of_keys_is_told_of_the_plaintext() -> None:
    class BySize(VaultProvider):
        """Takes another key for large plaintexts."""

        def master_keys_for_encryption(
            self, encryption_context: Any, plaintext_rostream: Any, plaintext_length: int | None = None
        ) -> Any:
            key = self.master_key("large" if plaintext_length is None or plaintext_length > 10 else "small")
            return key, [key]

    provider = BySize()
    for source, name in ((b"text", b"small"), (b"a longer text", b"large")):
        message, header = CLIENT.encrypt(source=source, key_provider=provider)
        assert next(iter(header.encrypted_data_keys)).key_provider.key_info == name
        assert CLIENT.decrypt(source=message, key_provider=provider)[0] == source


def test_overridden_decryption() -> None:
    class Patient(VaultProvider):
        """Counts what it is asked for."""

        def decrypt_data_key(self, encrypted_data_key: Any, algorithm: Any, encryption_context: Any) -> Any:
            asked.append(encrypted_data_key.key_provider.key_info)
            return super().decrypt_data_key(encrypted_data_key, algorithm, encryption_context)

    asked: list[bytes] = []
    provider = Patient()
    provider.add_master_key("one")
    message, _ = CLIENT.encrypt(source=b"text", key_provider=provider)
    assert CLIENT.decrypt(source=message, key_provider=provider)[0] == b"text"
    assert asked == [b"one"]


def test_members_that_tests_of_programs_look_at() -> None:
    provider = VaultProvider()
    provider.add_master_key("one")
    provider.master_key_for_decrypt("two")
    (member,) = provider._members
    assert provider._encrypt_key_index == {b"one": member}
    assert list(provider._decrypt_key_index) == [b"two"]
    assert provider.config == VaultProviderConfig()
