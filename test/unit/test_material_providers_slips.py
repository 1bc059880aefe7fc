"""Whatever a model of the front holds in place of what it should: an error of the front, which is one of this package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs
import pytest

from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.material_providers.keystore import KeyStore
from aws_encryption_sdk.material_providers.keystore import errors as store_errors
from aws_encryption_sdk.material_providers.keystore import models as stores
from aws_encryption_sdk.material_providers.keystore.config import KeyStoreConfig
from aws_encryption_sdk.material_providers.mpl import AwsCryptographicMaterialProviders, errors, models

from .front_calls import PROVIDERS, all_calls, key_store_config

CALLS: Final = all_calls()
OF_THE_STORE: Final = {name for name, value in vars(KeyStore).items() if callable(value) and name[0] != "_"} | {"KeyStore"}
MODELS: Final = [
    value
    for value in (
        *(getattr(namespace, name) for namespace in (models, stores) for name in namespace.__all__),
        KeyStoreConfig,
    )
    if isinstance(value, type) and attrs.has(value)
]
WRONG: Final[dict[str, Any]] = {
    "None": None,
    "int": 3,
    "negative": -1,
    "float": 1.5,
    "nan": float("nan"),
    "huge": 10**400,
    "bool": True,
    "empty text": "",
    "text": "x",
    "surrogate": "\ud800",
    "zero byte": "\0",
    "bytes": b"x",
    "list": [],
    "list of text": ["x"],
    "list of None": [None],
    "dict": {},
    "dict of int": {"x": 1},
    "dict of surrogates": {"\ud800": "\udfff"},
    "object": object(),
    "class": models.NoCache,
    "model": models.NoCache(),
    "union": models.CacheTypeDefault(models.NoCache()),  # type: ignore[arg-type]
}


def with_slip(model: Any, wrong: Any) -> Iterator[tuple[str, Any]]:
    """Yield a model once for each field of it, and of those in it, that has something wrong in place of its value."""
    for field in attrs.fields(type(model)):
        value = getattr(model, field.name)
        yield field.name, made(model, field.name, wrong)
        if attrs.has(type(value)):
            for name, slipped in with_slip(value, wrong):
                if slipped is not None:
                    yield f"{field.name}.{name}", made(model, field.name, slipped)


def made(model: Any, name: str, value: Any) -> Any:
    """Return the model with another field; None where it cannot be made, which it has to say in the right way."""
    fields = {field.name: getattr(model, field.name) for field in attrs.fields(type(model))}
    try:
        return type(model)(**{**fields, name: value})
    except errors.ServiceError as caught:
        error = caught
    assert isinstance(error, (TypeError, ValueError)), error
    assert type(model).__name__ in str(error)
    return None


def test_every_method_is_here() -> None:
    public = {name for name in dir(AwsCryptographicMaterialProviders) if name[0] != "_"}
    assert public | OF_THE_STORE - {"get_key_store_info"} <= CALLS.keys()
    taken = {type(call.valid) for call in CALLS.values()}
    assert {model for model in MODELS if model.__name__.startswith("Create") and model.__name__.endswith("Input")} <= taken


@pytest.mark.parametrize("name", CALLS)
def test_what_is_right_is_taken(name: str) -> None:
    CALLS[name].method(CALLS[name].valid)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", [name for name in CALLS if name != "get_algorithm_suite_info"])
def test_a_wrong_field(name: str, wrong: str) -> None:
    call = CALLS[name]
    for _field, slipped in with_slip(call.valid, WRONG[wrong]):
        if slipped is not None:
            returns_or_fails_as_the_front_does(name, slipped)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", CALLS)
def test_something_else_in_place_of_the_input(name: str, wrong: str) -> None:
    with pytest.raises(errors.ServiceError) as caught:
        CALLS[name].method(WRONG[wrong])
    assert isinstance(caught.value, store_errors.KeyStoreException) == (name in OF_THE_STORE)


def returns_or_fails_as_the_front_does(name: str, given: Any) -> None:
    try:
        CALLS[name].method(given)
        return
    except errors.ServiceError as caught:
        error = caught
    assert isinstance(error, AWSEncryptionSDKClientError)
    assert str(error)
    if name in OF_THE_STORE:
        assert type(error).__name__ in store_errors.__all__


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_fields_that_are_missing_or_unknown(model: Any) -> None:
    fields = attrs.fields(model)
    with pytest.raises(errors.ServiceError, match=f"^{model.__name__}\\(") as caught:
        model(no_such_field=1)
    assert isinstance(caught.value, TypeError)
    assert all(field.name in str(caught.value) for field in fields)
    needed = [field.name for field in fields if field.default is attrs.NOTHING]
    for missing in needed:
        with pytest.raises(errors.ServiceError, match=missing) as caught:
            model(**{name: None for name in needed if name != missing})
        assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_numbers_that_are_none(model: Any) -> None:
    numbers = [field.name for field in attrs.fields(model) if field.default in (0, 1)]
    for number in numbers:
        fields = {field.name: 1 if field.name in numbers else None for field in attrs.fields(model)}
        model(**fields)
        for wrong in (None, "1", 1.0, object()):
            with pytest.raises(errors.ServiceError, match=number) as caught:
                model(**{**fields, number: wrong})
            assert isinstance(caught.value, TypeError)
        with pytest.raises(errors.ServiceError, match=number) as caught:
            model(**{**fields, number: -1})
        assert isinstance(caught.value, ValueError)


def test_a_model_that_was_changed_later() -> None:
    """Only the making of a model is checked by the model."""
    for name in ("expiry_time", "bytes_used", "messages_used", "identifier", "materials"):
        for wrong in WRONG.values():
            entry = attrs.evolve(CALLS["put_cache_entry"].valid)
            setattr(entry, name, wrong)
            returns_or_fails_as_the_front_does("put_cache_entry", entry)


def test_without_an_input() -> None:
    with pytest.raises(store_errors.KeyStoreException, match="KeyStoreConfig"):
        KeyStore()
    assert KeyStore(key_store_config()).get_key_store_info(object()).grant_tokens == ["token"]
    for wrong in WRONG.values():
        with pytest.raises(errors.ServiceError):
            PROVIDERS.create_multi_keyring(wrong)


def test_errors_of_the_key_store_are_those_of_the_library() -> None:
    """The library lets failures of AWS KMS and DynamoDB through, and so tells a key that exists and an item that was altered."""
    config = key_store_config()
    store = KeyStore(config)
    key = stores.CreateKeyInput(branch_key_identifier="own", encryption_context={"team": "a"})
    store.create_key(key)
    rotate = stores.VersionKeyInput(branch_key_identifier="own")

    with pytest.raises(store_errors.ComAmazonawsDynamodb, match="already"):
        store.create_key(key)
    other = KeyStore(attrs.evolve(config, logical_key_store_name="other"))
    with pytest.raises(store_errors.ComAmazonawsKms, match="another logical name"):
        other.version_key(rotate)
    with pytest.raises(store_errors.ComAmazonawsKms, match="another logical name"):
        other.get_active_branch_key(stores.GetActiveBranchKeyInput(branch_key_identifier="own"))
    config.ddb_client.before_writing = config.ddb_client.items.clear
    with pytest.raises(store_errors.ComAmazonawsDynamodb, match="another version"):
        store.version_key(rotate)
    with pytest.raises(store_errors.KeyStoreException, match="has no item"):
        store.version_key(rotate)


@pytest.mark.parametrize("name", ["ab", "a" * 256])
def test_a_table_name_of_a_wrong_length(name: str) -> None:
    with pytest.raises(ValueError, match="3 to 255 characters") as caught:
        attrs.evolve(key_store_config(), ddb_table_name=name)
    assert isinstance(caught.value, store_errors.ServiceError)
