"""A master key provider where a keyring is wanted: as one, in a multi-keyring, and under the default CMM."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy
from aws_encryption_sdk.key_providers.base import MasterKey, MasterKeyProvider
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, RawDataKey

from .master_key_doubles import CONTEXT, SUITE, OtherKey, StrictTableProvider, TableKey, TableProvider, edk
from .operation_materials import SUITES, data_key_for

pytestmark = pytest.mark.specification(
    "framework/default-cmm.md",
    "Legacy Behavior : Master Key Providers",
    "Legacy",
    "Legacy Behavior : Master Key Providers > Initialization",
    "Get Encryption Materials (master key provider)",
    "Decrypt Materials (master key provider)",
)


def empty(suite: AlgorithmSuite = SUITE) -> EncryptionMaterials:
    return EncryptionMaterials(suite, encryption_context=CONTEXT)


def unread(suite: AlgorithmSuite = SUITE) -> DecryptionMaterials:
    return DecryptionMaterials(algorithm=suite, encryption_context=CONTEXT)


def three_keys() -> TableProvider:
    provider = StrictTableProvider()
    provider.add_master_keys_from_list(["one", "two"])
    provider.add_master_key_provider(OtherKey(key_id="three"))
    return provider


def operations(provider: MasterKeyProvider) -> list[list[str]]:
    keys: Any = provider.master_keys_for_encryption(CONTEXT, None)[1]
    return [[operation for operation, _ in key.asked] for key in keys]


def test_it_is_a_keyring() -> None:
    assert isinstance(TableProvider(), Keyring)
    assert isinstance(TableKey(key_id="one"), Keyring)


@pytest.mark.parametrize("suite", SUITES)
def test_the_primary_generates_and_all_wrap(suite: AlgorithmSuite) -> None:
    provider, given = three_keys(), empty(suite)
    made = provider.on_encrypt(given)
    assert operations(provider) == [["generate"], ["encrypt"], ["encrypt"]]
    assert [key.key_provider.key_info for key in made.encrypted_data_keys] == [b"one", b"two", b"three"]
    assert isinstance(made.data_encryption_key, DataKey)
    assert made.data_encryption_key.encrypted_data_key == made.encrypted_data_keys[0].encrypted_data_key
    assert given.data_encryption_key is None
    for key in made.encrypted_data_keys:
        read = three_keys().on_decrypt(unread(suite), [edk("x"), key])
        assert read.data_encryption_key is not None
        assert read.data_encryption_key.data_key == made.data_encryption_key.data_key


def test_a_data_key_that_is_there_is_wrapped_by_all_and_put_last() -> None:
    provider = three_keys()
    first, data_key = edk("first"), data_key_for(SUITE)
    made = provider.on_encrypt(EncryptionMaterials(SUITE, data_key, [first], CONTEXT))
    assert operations(provider) == [["encrypt"], ["encrypt"], ["encrypt"]]
    assert made.data_encryption_key is data_key
    assert made.encrypted_data_keys[0] is first
    assert len(made.encrypted_data_keys) == 4


def test_keys_are_handed_suite_and_context() -> None:
    provider = three_keys()
    provider.on_encrypt(empty())
    keys: Any = provider.master_keys_for_encryption(CONTEXT, None)[1]
    for key in keys:
        ((_, arguments),) = key.asked
        assert arguments["algorithm"] is SUITE
        assert arguments["encryption_context"] == CONTEXT


def test_materials_with_a_data_key_are_returned_unchanged_on_decrypt() -> None:
    given = unread().with_data_encryption_key(data_key_for(SUITE))
    assert three_keys().on_decrypt(given, [edk("one")]) is given


def test_materials_without_a_suite_cannot_be_filled() -> None:
    materials = DecryptionMaterials(data_key=data_key_for(SUITE))
    empty_old = materials._copy_with(data_encryption_key=None)
    with pytest.raises(exceptions.InvalidCryptographicMaterialsError, match="no algorithm suite"):
        three_keys().on_decrypt(empty_old, [edk("one")])


def test_nothing_opens() -> None:
    with pytest.raises(exceptions.UnwrapDataKeyError, match="Unable to decrypt any data key") as caught:
        three_keys().on_decrypt(unread(), [edk("one"), edk("x")])
    assert len(caught.value.errors) == 2


class Choosing(TableProvider):
    """Says which keys to use by a function."""

    def __init__(self, choose: Callable[..., Any]) -> None:
        super().__init__()
        self.choose = choose

    def __new__(cls, *_: Any) -> Choosing:
        return super().__new__(cls)

    def master_keys_for_encryption(
        self, encryption_context: Any, plaintext_rostream: Any, plaintext_length: int | None = None
    ) -> Any:
        return self.choose(encryption_context, plaintext_rostream, plaintext_length)


ONE, TWO = TableKey(key_id="one"), TableKey(key_id="two")


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ((None, []), "No Master Keys available from Master Key Provider"),
        ((ONE, []), "No Master Keys available from Master Key Provider"),
        ((None, [ONE]), "Primary Master Key not in provided Master Keys"),
        ((ONE, [TWO]), "Primary Master Key not in provided Master Keys"),
    ],
)
def test_master_keys_that_cannot_be_used(chosen: Any, message: str) -> None:
    with pytest.raises(exceptions.MasterKeyProviderError, match=message):
        Choosing(lambda *_: chosen).on_encrypt(empty())
    with pytest.raises(exceptions.MasterKeyProviderError, match=message):
        DefaultCryptoMaterialsManager(Choosing(lambda *_: chosen)).get_encryption_materials(
            EncryptionMaterialsRequest(CONTEXT, 4096)
        )


def test_the_primary_need_not_be_the_first_and_its_key_comes_first_all_the_same() -> None:
    made = Choosing(lambda *_: (TWO, [ONE, TWO])).on_encrypt(empty())
    assert [key.key_provider.key_info for key in made.encrypted_data_keys] == [b"two", b"one"]


def test_any_collection_of_master_keys_will_do() -> None:
    assert len(Choosing(lambda *_: (ONE, {ONE, TWO})).on_encrypt(empty()).encrypted_data_keys) == 2


def test_a_failure_of_a_master_key_reaches_the_caller() -> None:
    for failure in (exceptions.GenerateKeyError("x"), ConnectionError("x")):
        with pytest.raises(type(failure)) as caught:
            TableKey(key_id="one", failure=failure).on_encrypt(empty())
        assert caught.value is failure


def test_a_generated_data_key_of_another_length_is_refused_although_the_check_was_overridden() -> None:
    class Unchecked(TableKey):
        def generate_data_key(self, *args: Any, **kwargs: Any) -> DataKey:
            return DataKey(self.key_provider, bytes(5), b"row")

        def decrypt_data_key(self, *args: Any, **kwargs: Any) -> DataKey:
            return DataKey(self.key_provider, bytes(5), b"row")

    with pytest.raises(exceptions.InvalidDataKeyError, match="5 bytes"):
        Unchecked(key_id="one").on_encrypt(empty())
    with pytest.raises(exceptions.InvalidDataKeyError, match="5 bytes"):
        Unchecked(key_id="one").on_decrypt(unread(), [edk("one")])


# --- mixed with keyrings -----------------------------------------------------------------------------------------------

AES = RawAESKeyring("namespace", "name", bytes(range(32)))


@pytest.mark.parametrize("parallel_wraps", [1, 4])
@pytest.mark.parametrize("provider_first", [True, False])
def test_a_multi_keyring_takes_providers_and_keyrings(provider_first: bool, parallel_wraps: int) -> None:
    members: list[Keyring] = [three_keys(), AES, TableKey(key_id="lone")]
    if not provider_first:
        members.reverse()
        members = [members[1], members[0], members[2]]
    made = MultiKeyring(members[0], members[1:], parallel_wraps=parallel_wraps).on_encrypt(empty())
    assert len(made.encrypted_data_keys) == 5
    assert made.encrypted_data_keys[0].key_provider.provider_id == ("table" if provider_first else "namespace")
    for member in members:
        for reader in (member, MultiKeyring(None, [RawAESKeyring("x", "y", bytes(32)), TableProvider(), member])):
            read = reader.on_decrypt(unread(), made.encrypted_data_keys)
            assert read.data_encryption_key is not None
            assert made.data_encryption_key is not None
            assert read.data_encryption_key.data_key == made.data_encryption_key.data_key


def test_a_multi_keyring_may_stand_in_no_provider_but_a_provider_in_any_keyring() -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="must be a MasterKeyProvider, not RawAESKeyring"):
        TableProvider().add_master_key_provider(AES)  # type: ignore[arg-type]
    nested = MultiKeyring(MultiKeyring(TableKey(key_id="one")), [MultiKeyring(None, [AES])])
    assert len(nested.on_encrypt(empty()).encrypted_data_keys) == 2


# --- under the default CMM ---------------------------------------------------------------------------------------------


def test_the_default_cmm_asks_providers_with_what_the_request_has() -> None:
    asked: list[tuple[Any, ...]] = []

    def choose(*arguments: Any) -> Any:
        asked.append(arguments)
        return ONE, [ONE]

    stream = object()
    request = EncryptionMaterialsRequest(
        CONTEXT,
        4096,
        CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
        stream,
        AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
        17,
    )
    DefaultCryptoMaterialsManager(Choosing(choose)).get_encryption_materials(request)
    assert asked == [(CONTEXT, stream, 17)]


@pytest.mark.parametrize("by", ["master_key_provider", "keyring"])
def test_the_default_cmm_gives_the_same_over_a_provider_and_over_the_provider_as_a_keyring(by: str) -> None:
    manager = DefaultCryptoMaterialsManager(**{by: three_keys()})
    made = manager.get_encryption_materials(
        EncryptionMaterialsRequest(CONTEXT, 4096, CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
    )
    assert made.algorithm is AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
    assert made.is_complete
    read = manager.decrypt_materials(
        DecryptionMaterialsRequest(made.algorithm, made.encrypted_data_keys, made.encryption_context)
    )
    assert read.is_complete
    assert made.data_encryption_key is not None
    assert isinstance(read.data_key, (DataKey, RawDataKey))
    assert read.data_key.data_key == made.data_encryption_key.data_key


def test_arguments_of_the_default_cmm() -> None:
    provider = TableProvider()
    assert DefaultCryptoMaterialsManager(provider).master_key_provider is provider
    assert DefaultCryptoMaterialsManager(master_key_provider=provider).keyring is None
    assert DefaultCryptoMaterialsManager(keyring=provider).master_key_provider is None
    assert DefaultCryptoMaterialsManager(None, AES).keyring is AES
    for wrong in ((), (None, None), (provider, AES), (AES,), ("x",), (None, "x")):
        with pytest.raises(exceptions.ArgumentTypeError):
            DefaultCryptoMaterialsManager(*wrong)


def test_pairs_that_the_message_does_not_store_reach_the_master_keys() -> None:
    provider = three_keys()
    manager = DefaultCryptoMaterialsManager(provider)
    request = EncryptionMaterialsRequest(
        {"a": "1", "b": "2"},
        4096,
        CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
        algorithm=SUITE,
        required_encryption_context_keys=frozenset({"b"}),
    )
    made = manager.get_encryption_materials(request)
    manager.decrypt_materials(DecryptionMaterialsRequest(SUITE, made.encrypted_data_keys, {"a": "1"}, {"b": "2"}))
    keys: Any = provider.master_keys_for_encryption(CONTEXT, None)[1]
    assert [arguments["encryption_context"] for _, arguments in keys[0].asked] == [{"a": "1", "b": "2"}] * 2


def test_sets_of_encrypted_data_keys_are_read() -> None:
    provider: MasterKey = TableKey(key_id="one")
    made = provider.on_encrypt(empty())
    keys: set[EncryptedDataKey] = {*made.encrypted_data_keys, edk("x"), edk("y")}
    read = DefaultCryptoMaterialsManager(provider).decrypt_materials(DecryptionMaterialsRequest(SUITE, keys, CONTEXT))
    assert read.data_key is not None


def test_pairs_that_a_provider_adds_are_those_that_its_keys_are_handed_and_the_materials_have() -> None:
    class Adding(TableProvider):
        def master_keys_for_encryption(self, encryption_context: Any, *arguments: Any, **named: Any) -> Any:
            encryption_context["added"] = "pair"
            return super().master_keys_for_encryption(encryption_context, *arguments, **named)

    provider = Adding()
    provider.add_master_key("one")
    before = empty()
    made = provider.on_encrypt(before)
    assert before.encryption_context == CONTEXT
    assert made.encryption_context == {**CONTEXT, "added": "pair"}
    key: Any = provider.master_key("one")
    assert key.asked[0][1]["encryption_context"] == made.encryption_context
