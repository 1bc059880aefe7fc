"""Master key providers, to derive from (framework/master-key-provider-interface.md)."""

from __future__ import annotations

import threading
from typing import Any
from unittest.mock import MagicMock

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.key_providers.base import MasterKey, MasterKeyConfig, MasterKeyProvider
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo, RawDataKey

from .master_key_doubles import (
    CONTEXT,
    SUITE,
    OtherKey,
    StrictTableProvider,
    TableKey,
    TableProvider,
    edk,
    wrapped_by,
)

pytestmark = pytest.mark.specification(
    "framework/master-key-provider-interface.md", "Get Master Key", "Get Master Keys For Encryption", "Decrypt Data Key"
)


def provider_with(*key_ids: str, kind: type[TableProvider] = TableProvider) -> TableProvider:
    provider = kind()
    provider.add_master_keys_from_list(key_ids)
    return provider


def test_master_keys_are_selected_by_key_id_and_made_once() -> None:
    provider = TableProvider()
    one = provider.master_key("one")
    assert one.key_id == b"one"
    assert provider.master_key_for_encrypt(b"one") is one
    provider.add_master_key("one")
    provider.add_master_keys_from_list(["two", b"one"])
    assert provider.made == [b"one", b"two"]
    assert provider.master_key_for_decrypt("one") is one
    assert provider.made == [b"one", b"two"]


def test_master_keys_for_decryption_are_made_once_and_do_not_encrypt() -> None:
    provider = provider_with("one")
    vended = provider.master_key_for_decrypt("two")
    assert vended.key_id == b"two"
    assert provider.master_key_for_decrypt(b"two") is vended
    primary, keys = provider.master_keys_for_encryption(CONTEXT, None)
    assert primary is provider.master_key("one")
    assert keys == [primary]


def test_a_provider_that_cannot_locate_a_key_raises() -> None:
    class Picky(TableProvider):
        def _new_master_key(self, key_id: bytes) -> MasterKey:
            raise exceptions.InvalidKeyIdError(f"no {key_id!r}")

    for locate in (Picky().master_key, Picky().master_key_for_decrypt, Picky().add_master_key):
        with pytest.raises(exceptions.InvalidKeyIdError, match="no b'one'"):
            locate("one")
        with pytest.raises(exceptions.ArgumentTypeError, match="must be str or bytes"):
            locate(1)  # type: ignore[arg-type]


def test_names_from_messages_are_remembered_within_bounds() -> None:
    provider = TableProvider()
    for number in range(2000):
        provider.master_key_for_decrypt(f"made up {number}")
    assert len(provider._decrypt_key_index) <= 256


def test_all_master_keys_for_encryption_in_order_with_the_first_as_primary() -> None:
    outer, inner, single = provider_with("one"), provider_with("two", "three"), OtherKey(key_id="four")
    outer.add_master_key_providers_from_list([inner, single])
    outer.add_master_key("five")
    primary, keys = outer.master_keys_for_encryption(encryption_context=CONTEXT, plaintext_rostream=None, plaintext_length=5)
    assert [key.key_id for key in keys] == [b"one", b"two", b"three", b"four", b"five"]
    assert primary is keys[0]


def test_members_are_told_what_is_known_of_the_plaintext() -> None:
    told: list[tuple[Any, ...]] = []

    class Curious(TableKey):
        def master_keys_for_encryption(self, *args: Any) -> Any:
            told.append(args)
            return super().master_keys_for_encryption(*args)

    provider, stream = TableProvider(), object()
    provider.add_master_key_provider(Curious(key_id="one"))
    provider.master_keys_for_encryption(CONTEXT, stream, 7)
    assert told == [(CONTEXT, stream, 7)]


def test_no_master_keys() -> None:
    with pytest.raises(exceptions.MasterKeyProviderError, match="No Master Keys available from Master Key Provider"):
        TableProvider().master_keys_for_encryption(CONTEXT, None)


@pytest.mark.parametrize("wrong", [None, "one", object()])
def test_only_providers_are_added(wrong: Any) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="must be a MasterKeyProvider"):
        TableProvider().add_master_key_provider(wrong)


def test_no_provider_contains_itself() -> None:
    outer, middle, inner = TableProvider(), TableProvider(), TableProvider()
    outer.add_master_key_provider(middle)
    middle.add_master_key_provider(inner)
    for provider in (outer, middle, inner):
        with pytest.raises(exceptions.ArgumentValueError, match="cannot be added"):
            inner.add_master_key_provider(provider)


def test_decrypts_with_the_key_that_is_named() -> None:
    provider = provider_with("one", "two", kind=StrictTableProvider)
    data_key, wrapped = wrapped_by(provider.master_key("two"))
    opened = provider.decrypt_data_key(wrapped, SUITE, CONTEXT)
    assert opened.data_key == data_key
    assert opened.key_provider == MasterKeyInfo("table", b"two")
    assert provider.master_key("one").asked == []  # type: ignore[attr-defined]
    assert provider.master_key("two").asked[-1] == (  # type: ignore[attr-defined]
        "decrypt",
        {"encrypted_data_key": wrapped, "algorithm": SUITE, "encryption_context": CONTEXT},
    )


def test_keys_that_were_never_added_are_vended_only_where_the_class_says_so() -> None:
    data_key, wrapped = wrapped_by(TableKey(key_id="never added"))
    assert TableProvider().decrypt_data_key(wrapped, SUITE, CONTEXT).data_key == data_key
    with pytest.raises(exceptions.DecryptKeyError, match="no master key for it"):
        StrictTableProvider().decrypt_data_key(wrapped, SUITE, CONTEXT)
    foreign = EncryptedDataKey(MasterKeyInfo("other table", b"never added"), wrapped.encrypted_data_key)
    with pytest.raises(exceptions.DecryptKeyError, match="no master key for it"):
        TableProvider().decrypt_data_key(foreign, SUITE, CONTEXT)


def test_members_of_members_decrypt() -> None:
    outer, middle, inner = StrictTableProvider(), StrictTableProvider(), StrictTableProvider()
    outer.add_master_key_provider(middle)
    middle.add_master_key_provider(inner)
    inner.add_master_key_provider(key := OtherKey(key_id="deep"))
    data_key, wrapped = wrapped_by(key)
    assert outer.decrypt_data_key(wrapped, SUITE, CONTEXT).data_key == data_key
    assert list(outer.master_keys_for_data_key(wrapped)) == [key]
    assert list(outer.master_keys_for_data_key(RawDataKey(MasterKeyInfo("other table", b"deep"), b""))) == [key]
    assert list(outer.master_keys_for_data_key(edk("deep"))) == []


def test_a_strict_member_vends_nothing_to_a_provider_that_does() -> None:
    class OtherStrict(StrictTableProvider):
        provider_id = "other table"

        def _new_master_key(self, key_id: bytes) -> MasterKey:
            return OtherKey(key_id=key_id)

    outer = TableProvider()
    outer.add_master_key_provider(OtherStrict())
    _, wrapped = wrapped_by(OtherKey(key_id="one"))
    with pytest.raises(exceptions.DecryptKeyError):
        outer.decrypt_data_key(wrapped, SUITE, CONTEXT)


def test_the_key_that_is_named_is_tried_before_the_others() -> None:
    asked: list[Any] = []

    class Noting(TableKey):
        def owns_data_key(self, data_key: Any) -> bool:
            return True

        def _decrypt_data_key(self, *args: Any, **kwargs: Any) -> DataKey:
            asked.append(self.key_id)
            raise exceptions.DecryptKeyError("no")

    class Provider(TableProvider):
        def _new_master_key(self, key_id: bytes) -> MasterKey:
            return Noting(key_id=key_id)

    provider = Provider()
    provider.add_master_keys_from_list(["one", "two"])
    for key_id, order in (("two", [b"two", b"one"]), ("vended", [b"vended", b"one", b"two"])):
        asked.clear()
        with pytest.raises(exceptions.DecryptKeyError):
            provider.decrypt_data_key(edk(key_id), SUITE, CONTEXT)
        assert asked == order
    asked.clear()
    with pytest.raises(exceptions.DecryptKeyError):
        provider.decrypt_data_key(edk("one", provider_id="other table"), SUITE, CONTEXT)
    assert asked == []


def test_no_master_key_is_tried_twice() -> None:
    provider = provider_with("one")
    with pytest.raises(exceptions.DecryptKeyError):
        provider.decrypt_data_key(edk("one"), SUITE, CONTEXT)
    assert [operation for operation, _ in provider.master_key("one").asked] == ["decrypt"]  # type: ignore[attr-defined]


def test_threads_that_add_the_same_key_add_it_once() -> None:
    class Slow(TableProvider):
        def _new_master_key(self, key_id: bytes) -> MasterKey:
            all_are_here.wait(10)
            return super()._new_master_key(key_id)

    all_are_here = threading.Barrier(8)
    provider, keys = Slow(), []
    threads = [threading.Thread(target=lambda: keys.append(provider.master_key("one"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(key) for key in keys}) == 1
    assert provider.master_keys_for_encryption(CONTEXT, None) == (keys[0], [keys[0]])


def test_a_class_that_lacks_what_is_left_to_it() -> None:
    class WithoutConfig(MasterKeyProvider):
        provider_id = "p"

        def _new_master_key(self, key_id: bytes) -> MasterKey:
            raise NotImplementedError

    class WithoutMethods(MasterKey):
        provider_id = "p"
        _config_class = MasterKeyConfig

    with pytest.raises(exceptions.ArgumentTypeError, match=r"abstract class WithoutConfig.*_config_class"):
        WithoutConfig()  # type: ignore[abstract]
    with pytest.raises(exceptions.ArgumentTypeError, match="_decrypt_data_key, _encrypt_data_key, _generate_data_key"):
        WithoutMethods(key_id="k")  # type: ignore[abstract]


def test_a_double_of_a_provider_is_added_like_a_provider() -> None:
    double = MagicMock(__class__=MasterKeyProvider, provider_id="double")
    double.master_keys_for_encryption.return_value = (None, [])
    double.decrypt_data_key.return_value = DataKey(MasterKeyInfo("double", b"k"), bytes(32), b"row")
    provider = provider_with("one")
    provider.add_master_key_provider(double)
    assert provider.master_keys_for_encryption(CONTEXT, None)[1] == [provider.master_key("one")]
    assert provider.decrypt_data_key(edk("k", provider_id="double"), SUITE, CONTEXT).data_key == bytes(32)
