"""Master keys and providers for tests: they wrap by a table, and write down what they were asked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import attrs

from aws_encryption_sdk.exceptions import DecryptKeyError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.key_providers.base import MasterKey, MasterKeyConfig, MasterKeyProvider, MasterKeyProviderConfig
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo, RawDataKey

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"a": "1"}


@attrs.define(slots=False)
class TableKeyConfig(MasterKeyConfig):
    """Configuration of a table key."""

    provider_id = "table"
    failure: Exception | None = None


class TableKey(MasterKey):
    """A master key that keeps the data keys in a table, and puts the row's name into the message."""

    provider_id = "table"
    _config_class = TableKeyConfig

    table: dict[bytes, bytes] = {}  # noqa: RUF012 - one table for all, as one vault would be

    def __init__(self, **_: Any) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def _generate_data_key(self, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]) -> DataKey:
        self._note("generate", algorithm=algorithm, encryption_context=encryption_context)
        data_key = os.urandom(algorithm.kdf_input_len)
        return DataKey(self.key_provider, data_key, self._store(data_key))

    def _encrypt_data_key(
        self, data_key: RawDataKey | DataKey, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]
    ) -> EncryptedDataKey:
        self._note("encrypt", data_key=data_key, algorithm=algorithm, encryption_context=encryption_context)
        return EncryptedDataKey(self.key_provider, self._store(data_key.data_key))

    def _decrypt_data_key(
        self, encrypted_data_key: EncryptedDataKey, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str]
    ) -> DataKey:
        self._note(
            "decrypt", encrypted_data_key=encrypted_data_key, algorithm=algorithm, encryption_context=encryption_context
        )
        row = encrypted_data_key.encrypted_data_key
        if row not in self.table:
            raise DecryptKeyError("no such row")
        return DataKey(encrypted_data_key.key_provider, self.table[row], row)

    def _store(self, data_key: bytes) -> bytes:
        row = os.urandom(8)
        self.table[row] = data_key
        return row

    def _note(self, operation: str, **arguments: Any) -> None:
        self.asked.append((operation, arguments))
        if self.config.failure is not None:
            raise self.config.failure


class OtherKey(TableKey):
    """A table key of another provider id."""

    class Config(TableKeyConfig):
        """Configuration of such a key."""

        provider_id = "other table"

    provider_id = "other table"
    _config_class = Config


class TableProvider(MasterKeyProvider):
    """A provider of table keys; ids that begin with ``unknown`` are not."""

    provider_id = "table"
    _config_class = MasterKeyProviderConfig

    def __init__(self, **_: Any) -> None:
        self.made: list[bytes] = []

    def _new_master_key(self, key_id: bytes) -> MasterKey:
        self.made.append(key_id)
        return TableKey(key_id=key_id)


class StrictTableProvider(TableProvider):
    """A provider of those table keys only that were added."""

    vend_masterkey_on_decrypt = False


def edk(key_info: str | bytes, row: bytes = b"row", provider_id: str = "table") -> EncryptedDataKey:
    """Return an encrypted data key."""
    return EncryptedDataKey(MasterKeyInfo(provider_id, key_info), row)


def wrapped_by(key: MasterKey) -> tuple[bytes, EncryptedDataKey]:
    """Return a data key that ``key`` generated, and its encrypted form."""
    made = key.generate_data_key(SUITE, CONTEXT)
    return made.data_key, EncryptedDataKey.from_data_key(made)
