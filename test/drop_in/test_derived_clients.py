"""Classes that programs of versions 1 to 4 derive from the client, and what their tests replace in one."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import attr
import pytest

from aws_encryption_sdk import EncryptionSDKClient, EncryptionSDKClientConfig
from aws_encryption_sdk.exceptions import MaxEncryptedDataKeysExceeded

from .test_derived_classes import provider


def test_a_client_with_a_configuration_of_its_own() -> None:
    @attr.s(hash=True)
    class Config(EncryptionSDKClientConfig):
        label: str = attr.ib(default="none")

    class Client(EncryptionSDKClient):
        _config_class = Config

    made: Any = Config
    client: Any = Client(label="mine", max_encrypted_data_keys=2)
    assert (client.config.label, client.config.max_encrypted_data_keys) == ("mine", 2)
    assert Client(config=made(label="given")).config == made(label="given")
    ciphertext, _ = client.encrypt(source=b"x", key_provider=provider())
    client.config = made(max_encrypted_data_keys=1)
    with pytest.raises(MaxEncryptedDataKeysExceeded):
        client.decrypt(source=ciphertext, key_provider=provider())


def test_a_client_that_changes_what_calls_are_given() -> None:
    class Client(EncryptionSDKClient):
        def _set_config_kwargs(self, callee_name: str, kwargs_dict: dict[str, Any]) -> None:
            super()._set_config_kwargs(callee_name, kwargs_dict)
            asked.append(callee_name)
            kwargs_dict.setdefault("key_provider", provider())

    asked: list[str] = []
    client = Client()
    ciphertext, _ = client.encrypt(source=b"x")
    assert client.decrypt(source=ciphertext)[0] == b"x"
    assert client.stream(mode="d", source=ciphertext).read() == b"x"
    assert asked == ["encrypt", "decrypt", "stream"]


def test_methods_of_one_client_are_replaced() -> None:
    client: Any = EncryptionSDKClient()
    with patch.object(client, "encrypt", return_value=(b"ciphertext", "header")):
        assert client.encrypt(source=b"x") == (b"ciphertext", "header")
    client.tenant = "t"
    assert len(client.encrypt(source=b"x", key_provider=provider())) == 2
