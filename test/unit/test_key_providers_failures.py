"""What master key providers do and say when decryption fails."""

from __future__ import annotations

from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.key_providers.base import MasterKey
from aws_encryption_sdk.structures import DataKey

from .master_key_doubles import (
    CONTEXT,
    SUITE,
    StrictTableProvider,
    TableKey,
    TableProvider,
    edk,
    wrapped_by,
)


@pytest.mark.parametrize(
    "failure",
    [
        exceptions.DecryptKeyError("failed so"),
        exceptions.IncorrectMasterKeyError("failed so"),
        exceptions.InvalidDataKeyError("failed so"),
        exceptions.MasterKeyProviderError("failed so"),
        exceptions.MalformedArnError("failed so"),
        ValueError("failed so"),
        ConnectionError("failed so"),
        KeyError("failed so"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_whatever_fails_the_next_is_tried_and_all_reasons_are_told(failure: Exception) -> None:
    provider = StrictTableProvider()
    provider.add_master_key_provider(TableKey(key_id="one", failure=failure))
    provider.add_master_key_provider(TableKey(key_id="one"))
    data_key, good = wrapped_by(TableKey(key_id="one"))
    assert provider.decrypt_data_key(good, SUITE, CONTEXT).data_key == data_key

    provider = StrictTableProvider()
    provider.add_master_key_provider(TableKey(key_id="one", failure=failure))
    provider.add_master_key("two")
    data_key, second = wrapped_by(provider.master_key("two"))
    assert provider.decrypt_data_key_from_list([edk("none"), good, second], SUITE, CONTEXT).data_key == data_key

    with pytest.raises(exceptions.UnwrapDataKeyError, match="Unable to decrypt any data key") as caught:
        provider.decrypt_data_key_from_list([good, edk("none")], SUITE, CONTEXT)
    assert isinstance(caught.value, exceptions.MasterKeyProviderError) == isinstance(
        failure, exceptions.MasterKeyProviderError
    )
    assert "encrypted data key 1 (provider 'table', key 'one')" in caught.value.args[0]
    assert "failed so" in caught.value.args[0]
    assert (f"{type(failure).__name__}: " in caught.value.args[0]) == (
        not isinstance(failure, exceptions.AWSEncryptionSDKClientError)
    )
    assert "encrypted data key 2 (provider 'table', key 'none')" in caught.value.args[0]
    first, last = caught.value.errors
    assert isinstance(first.__cause__, exceptions.UnwrapDataKeyError)
    reason = first.__cause__.errors[0]
    assert (reason.__cause__ if isinstance(failure, (ValueError, OSError, KeyError)) else reason) is failure
    assert isinstance(last.__cause__, exceptions.UnwrapDataKeyError)


def test_an_exclusion_is_passed_over_and_told() -> None:
    class Filtered(TableProvider):
        def _new_master_key(self, key_id: bytes) -> MasterKey:
            if key_id == b"excluded":
                raise exceptions.MasterKeyProviderError("Key excluded not allowed by this Master Key Provider")
            return super()._new_master_key(key_id)

    data_key, good = wrapped_by(TableKey(key_id="good"))
    assert Filtered().decrypt_data_key_from_list([edk("excluded"), good], SUITE, CONTEXT).data_key == data_key
    with pytest.raises(exceptions.ExcludedDataKeyError, match="not allowed by this Master Key Provider"):
        Filtered().decrypt_data_key(edk("excluded"), SUITE, CONTEXT)
    for keys in ([edk("excluded"), edk("x")], [edk("x"), edk("excluded")]):
        with pytest.raises(exceptions.ExcludedDataKeyError, match="not allowed by this Master Key Provider") as caught:
            Filtered().decrypt_data_key_from_list(keys, SUITE, CONTEXT)
        assert isinstance(caught.value, exceptions.MasterKeyProviderError)
        assert isinstance(caught.value, exceptions.DecryptKeyError)
    assert list(Filtered().master_keys_for_data_key(edk("excluded"))) == []


def test_what_a_message_makes_up_is_told_within_bounds() -> None:
    class Talkative(TableProvider):
        def _new_master_key(self, key_id: bytes) -> MasterKey:
            raise exceptions.MasterKeyProviderError(f"Key {key_id!r}\nnot allowed by this Master Key Provider")

    keys = [edk(b"\n%d" % number + b"x" * 60_000) for number in range(100)]
    with pytest.raises(exceptions.ExcludedDataKeyError) as caught:
        Talkative().decrypt_data_key_from_list(keys, SUITE, CONTEXT)
    assert len(caught.value.args[0]) < 40_000
    assert len(caught.value.args[0].splitlines()) == 1


def test_an_exception_that_says_nothing_is_named() -> None:
    with pytest.raises(exceptions.DecryptKeyError, match="TimeoutError"):
        TableKey(key_id="one", failure=TimeoutError()).decrypt_data_key_from_list([edk("one")], SUITE, CONTEXT)


def test_no_encrypted_data_keys() -> None:
    with pytest.raises(exceptions.DecryptKeyError, match="Unable to decrypt any data key"):
        TableProvider().decrypt_data_key_from_list([], SUITE, CONTEXT)


def test_interruptions_are_no_failures_of_a_key() -> None:
    class Interrupted(TableKey):
        def _decrypt_data_key(self, *args: Any, **kwargs: Any) -> DataKey:
            raise KeyboardInterrupt

    provider = StrictTableProvider()
    provider.add_master_key_provider(Interrupted(key_id="one"))
    with pytest.raises(KeyboardInterrupt):
        provider.decrypt_data_key_from_list([edk("one")], SUITE, CONTEXT)
