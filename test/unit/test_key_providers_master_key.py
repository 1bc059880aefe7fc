"""Master keys, to derive from (framework/master-key-interface.md)."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.key_providers.base import MasterKey, MasterKeyConfig, MasterKeyProvider, MasterKeyProviderConfig
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo, RawDataKey

from .master_key_doubles import (
    CONTEXT,
    SUITE,
    TableKey,
    TableKeyConfig,
    TableProvider,
    edk,
    wrapped_by,
)
from .operation_materials import SUITES, data_key_for

pytestmark = pytest.mark.specification(
    "framework/master-key-interface.md",
    "Get Master Key",
    "Get Master Keys For Encryption",
    "Decrypt Data Key",
    "Generate Data Key",
    "Encrypt Data Key",
)


@pytest.mark.parametrize("suite", SUITES)
def test_a_master_key_generates_encrypts_and_decrypts(suite: AlgorithmSuite) -> None:
    key, other = TableKey(key_id="one"), TableKey(key_id="two")
    made = key.generate_data_key(suite, CONTEXT)
    assert len(made.data_key) == suite.kdf_input_len
    assert made.key_provider == MasterKeyInfo("table", b"one")

    again = other.encrypt_data_key(made, suite, CONTEXT)
    assert again.key_provider == MasterKeyInfo("table", b"two")
    for master_key, wrapped in ((key, EncryptedDataKey.from_data_key(made)), (other, again)):
        opened = master_key.decrypt_data_key(wrapped, suite, CONTEXT)
        assert opened.data_key == made.data_key
        assert opened.key_provider == wrapped.key_provider


def test_a_master_key_supplies_itself_and_nothing_else() -> None:
    key = TableKey(key_id="one")
    assert key.master_keys_for_encryption(CONTEXT, None) == (key, [key])
    assert key.master_key("one") is key.master_key(b"one") is key.master_key_for_decrypt("one") is key
    for wrong in (key.master_key, key.master_key_for_decrypt, key.add_master_key):
        with pytest.raises(exceptions.InvalidKeyIdError, match="only provide themselves"):
            wrong("two")
    with pytest.raises(exceptions.MasterKeyError, match="only itself"):
        key.add_master_key_provider(TableKey(key_id="two"))
    assert list(key.master_keys_for_data_key(edk("one"))) == [key]
    assert list(key.master_keys_for_data_key(edk("two"))) == []


def test_a_master_key_decrypts_only_what_is_its_own() -> None:
    key, (_, wrapped) = TableKey(key_id="one"), wrapped_by(TableKey(key_id="two"))
    assert not key.owns_data_key(wrapped)
    for foreign in (wrapped, edk("one", provider_id="other table")):
        with pytest.raises(exceptions.IncorrectMasterKeyError, match="does not belong"):
            key.decrypt_data_key(foreign, SUITE, CONTEXT)
    assert key.asked == []
    with pytest.raises(exceptions.UnwrapDataKeyError):
        key.decrypt_data_key_from_list([wrapped], SUITE, CONTEXT)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_data_keys_of_another_length_are_refused(length: int) -> None:
    class Mistaken(TableKey):
        def _generate_data_key(self, *args: Any, **kwargs: Any) -> DataKey:
            return DataKey(self.key_provider, bytes(length), b"row")

        def _decrypt_data_key(self, *args: Any, **kwargs: Any) -> DataKey:
            return DataKey(self.key_provider, bytes(length), b"row")

    key = Mistaken(key_id="one")
    with pytest.raises(exceptions.InvalidDataKeyError, match=f"has {length} bytes"):
        key.generate_data_key(SUITE, CONTEXT)
    with pytest.raises(exceptions.InvalidDataKeyError, match=f"has {length} bytes"):
        key.decrypt_data_key(edk("one"), SUITE, CONTEXT)


def test_failures_of_a_master_key_reach_the_caller() -> None:
    failure = exceptions.GenerateKeyError("no randomness")
    key = TableKey(key_id="one", failure=failure)
    with pytest.raises(exceptions.GenerateKeyError) as caught:
        key.generate_data_key(SUITE, CONTEXT)
    assert caught.value is failure
    with pytest.raises(exceptions.GenerateKeyError):
        key.encrypt_data_key(data_key_for(SUITE), SUITE, CONTEXT)


def test_the_provider_id_of_the_configuration_has_to_be_the_same() -> None:
    class Renamed(TableKey):
        provider_id = "another"

    with pytest.raises(exceptions.ConfigMismatchError, match=r"'table'.*'another'"):
        Renamed(key_id="one")


def test_a_class_without_a_provider_id_takes_that_of_the_configuration() -> None:
    class AnyKey(TableKey):
        provider_id: str = None  # type: ignore[assignment]

    assert AnyKey(key_id="one").provider_id == "table"
    assert AnyKey(key_id="one").key_provider == MasterKeyInfo("table", b"one")


def test_configurations() -> None:
    assert MasterKeyProviderConfig() == MasterKeyProviderConfig()
    config = TableKeyConfig("schlüssel")
    assert config.key_id == "schlüssel".encode()
    assert TableKey(config=config).config is config
    assert hash(MasterKeyProviderConfig()) == hash(MasterKeyProviderConfig())
    config.key_id = b"another"  # neither frozen nor slotted
    vars(config)["note"] = "x"
    with pytest.raises(exceptions.ArgumentTypeError, match="provider_id"):
        MasterKeyConfig(key_id="one")
    with pytest.raises(exceptions.ArgumentTypeError, match="key_id must be str or bytes, not int"):
        TableKeyConfig(1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "arguments", [{}, {"key_id": "one", "more": 1}, {"config": MasterKeyProviderConfig()}, {"key_id": 1}]
)
def test_wrong_arguments(arguments: dict[str, Any]) -> None:
    with pytest.raises(exceptions.ArgumentTypeError):
        TableKey(**arguments)
    with pytest.raises(TypeError):
        TableKey(**arguments)


def test_what_has_to_be_implemented() -> None:
    for abstract in (MasterKey, MasterKeyProvider):
        with pytest.raises(TypeError, match="abstract"):
            abstract()  # type: ignore[abstract]


def test_repr_tells_the_identity_and_no_configuration() -> None:
    @attrs.define(slots=False)
    class SecretConfig(TableKeyConfig):
        secret: str = "s3cret"

    class SecretKey(TableKey):
        _config_class = SecretConfig

    assert repr(SecretKey(key_id="one")) == "SecretKey(provider_id='table', key_id=b'one')"
    assert repr(TableProvider()) == "TableProvider(provider_id='table')"


def test_the_check_whose_key_it_is_may_be_replaced() -> None:
    class Trusting(TableKey):
        def _key_check(self, data_key: DataKey | RawDataKey | EncryptedDataKey) -> None:
            """Take every key."""

    wrapped = edk("another", wrapped_by(TableKey(key_id="one"))[1].encrypted_data_key)
    assert Trusting(key_id="one").decrypt_data_key(wrapped, SUITE, CONTEXT).key_provider.key_info == b"another"
    with pytest.raises(exceptions.IncorrectMasterKeyError):
        TableKey(key_id="one").decrypt_data_key(wrapped, SUITE, CONTEXT)
