"""Client suppliers."""

from __future__ import annotations

import functools
import pickle
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from botocore.config import Config
from botocore.session import Session

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import USER_AGENT_SUFFIX
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsStrictKeyring
from aws_encryption_sdk.keyrings.aws_kms._client_cache import ClientCache
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import (
    AllowRegionsClientSupplier,
    CachingClientSupplier,
    ClientSupplier,
    DefaultClientSupplier,
    DenyRegionsClientSupplier,
    GetClientInput,
    client_supplier_from,
)

from .fake_kms import KEY, FakeKms, FakeSupplier


class FailingSupplier(ClientSupplier):
    """Fails."""

    def __call__(self, region_name: str | None) -> Any:
        raise RuntimeError("failed")


class MplSupplier:
    """A client supplier with the method of the Material Providers Library, and no other."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []

    def get_client(self, input: Any) -> FakeKms:
        self.asked.append(input.region)
        return FakeKms(input.region)


def made_by(supplier: Callable[[str | None], Any], region: str | None) -> Any:
    """Return the client that a client supplier gives."""
    return supplier(region)


def test_the_base_gives_no_client() -> None:
    with pytest.raises(NotImplementedError, match="ClientSupplier does not implement __call__"):
        ClientSupplier()("us-west-2")


def test_the_default_makes_one_client_for_each_region() -> None:
    supplier = DefaultClientSupplier()
    client = made_by(supplier, "us-west-2")
    assert made_by(supplier, "us-west-2") is client
    assert client.meta.region_name == "us-west-2"
    assert client.meta.config.user_agent.endswith(USER_AGENT_SUFFIX)
    assert supplier("us-east-1") is not client


def test_the_default_takes_a_session_and_a_configuration() -> None:
    session = Session()
    session.set_config_variable("region", "eu-west-3")
    supplier = DefaultClientSupplier(session, Config(read_timeout=7))
    client = made_by(supplier, None)
    assert (client.meta.region_name, client.meta.config.read_timeout) == ("eu-west-3", 7)
    assert supplier.botocore_session is session


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"botocore_session": "profile"}, "botocore_session must be a botocore.session.Session, not builtins.str"),
        ({"botocore_session": Config()}, "not botocore.config.Config"),
        ({"client_config": {"read_timeout": 7}}, "client_config must be a botocore.config.Config, not dict"),
    ],
)
def test_slips_of_the_default(arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match=reason):
        DefaultClientSupplier(**arguments)


def test_allowed_regions() -> None:
    inner = FakeSupplier()
    supplier = AllowRegionsClientSupplier(["us-west-2", "us-east-1"], inner)
    assert supplier("us-west-2") is inner.clients["us-west-2"]
    for region in ("eu-central-1", None, "us-west"):
        with pytest.raises(exceptions.UnknownRegionError, match=f"{region!r} is not one of the allowed regions: us-west-2"):
            supplier(region)
    assert inner.asked == ["us-west-2"]


def test_denied_regions() -> None:
    inner = FakeSupplier()
    supplier = DenyRegionsClientSupplier(["us-west-2", "us-east-1"], inner)
    assert supplier("eu-central-1") is inner.clients["eu-central-1"]
    with pytest.raises(
        exceptions.UnknownRegionError, match="'us-west-2' is one of the denied regions: us-west-2, us-east-1"
    ):
        supplier("us-west-2")
    assert inner.asked == ["eu-central-1"]


@pytest.mark.parametrize("kind", [AllowRegionsClientSupplier, DenyRegionsClientSupplier])
def test_regions_are_a_list_and_the_default_is_behind_them(kind: Any) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="put a single one into a list"):
        kind("us-west-2")
    assert isinstance(kind(["us-west-2"]).client_supplier, DefaultClientSupplier)


def test_they_can_be_nested() -> None:
    supplier = AllowRegionsClientSupplier(["a", "b"], DenyRegionsClientSupplier(["b"], FakeSupplier(["a", "b", "c"])))
    assert isinstance(supplier("a"), FakeKms)
    for region in "bc":
        with pytest.raises(exceptions.UnknownRegionError):
            supplier(region)


def test_caching_asks_once_for_each_region() -> None:
    inner = FakeSupplier()
    supplier = CachingClientSupplier(inner)
    for region in ("us-west-2", "us-east-1", "us-west-2"):
        assert supplier(region) is inner.clients[region]
    assert inner.asked == ["us-west-2", "us-east-1"]


def test_caching_keeps_no_failure() -> None:
    with pytest.raises(exceptions.ClientSupplierError, match="RuntimeError: failed"):
        CachingClientSupplier(FailingSupplier())("us-west-2")


@pytest.mark.parametrize("value", [None, "us-west-2", FakeKms(), DefaultClientSupplier, 5])
def test_what_is_no_client_supplier(value: Any) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="client supplier must be a callable"):
        CachingClientSupplier(value)


def test_a_client_in_the_place_of_a_supplier_gets_a_hint() -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="a ready client goes into kms_client"):
        AllowRegionsClientSupplier(["us-west-2"], FakeKms())  # type: ignore[arg-type]


def test_a_plain_callable_and_an_object_with_get_client_are_asked_once() -> None:
    for inner in (FakeSupplier(), MplSupplier()):
        supplier = client_supplier_from(inner)
        client = made_by(supplier, "us-west-2")
        assert made_by(supplier, "us-west-2") is client
        assert client.meta.region_name == "us-west-2"
        assert inner.asked == ["us-west-2"]


def test_own_client_suppliers_are_taken_as_they_are() -> None:
    supplier = AllowRegionsClientSupplier(["us-west-2"], FakeSupplier())
    assert client_supplier_from(supplier) is supplier
    assert isinstance(client_supplier_from(None), DefaultClientSupplier)


def test_client_suppliers_can_be_asked_as_those_of_the_material_providers_library() -> None:
    inner = FakeSupplier()
    assert CachingClientSupplier(inner).get_client(GetClientInput(region="us-west-2")) is inner.clients["us-west-2"]
    assert GetClientInput(region="us-west-2").region == "us-west-2"


def test_doubles_are_taken() -> None:
    double = MagicMock()
    assert client_supplier_from(double)("us-west-2") is double.return_value
    double.assert_called_once_with("us-west-2")


@pytest.mark.parametrize(
    "supplier",
    [
        DefaultClientSupplier(),
        AllowRegionsClientSupplier(["us-west-2"]),
        DenyRegionsClientSupplier(["us-east-1"]),
        CachingClientSupplier(DefaultClientSupplier()),
        DefaultClientSupplier(client_config=Config(read_timeout=7)),
    ],
    ids=repr,
)
def test_pickled_copies_make_clients_of_their_own(supplier: ClientSupplier) -> None:
    first = made_by(supplier, "us-west-2")
    pickled = pickle.dumps(supplier)
    for word in (b"socket", b"Lock", b"botocore.client", b"botocore.session"):
        assert word not in pickled
    second = made_by(pickle.loads(pickled), "us-west-2")
    assert second is not first
    assert second.meta.config.read_timeout == first.meta.config.read_timeout


def test_what_cannot_be_pickled_says_so() -> None:
    with pytest.raises(exceptions.CannotBePickledError, match="leave it out"):
        pickle.dumps(DefaultClientSupplier(Session()))
    keyring = AwsKmsStrictKeyring(KEY, FakeKms())
    with pytest.raises(exceptions.CannotBePickledError, match="give the keyring a client_supplier") as caught:
        pickle.dumps(keyring)
    assert isinstance(caught.value, TypeError)


def test_the_client_cache_keeps_a_client_for_each_region() -> None:
    cache = ClientCache(Session(), Config(read_timeout=7))
    client = cache.client("us-west-2", "kms")
    assert cache.client("us-west-2", "kms") is client
    assert client.meta.config.read_timeout == 7
    assert list(cache._cache) == ["us-west-2"]
    cache._cache.pop("us-west-2")
    assert cache.client("us-west-2", "kms") is not client
    assert cache.client("us-west-2", "dynamodb").meta.service_model.service_name == "dynamodb"


def test_repr_shows_no_more_than_the_settings() -> None:
    supplier = DenyRegionsClientSupplier(["a"], CachingClientSupplier(DefaultClientSupplier()))
    assert repr(supplier) == "DenyRegionsClientSupplier(['a'], CachingClientSupplier(DefaultClientSupplier()))"


def fail(_: str | None, secret: str) -> None:
    raise KeyError


@pytest.mark.parametrize(
    ("supplier", "name"),
    [
        (functools.partial(fail, secret="of the caller"), "partial"),
        (SimpleNamespace(get_client=fail, secret="of the caller"), "SimpleNamespace"),
        (fail, "fail"),
    ],
    ids=["partial", "object", "function"],
)
def test_what_a_client_supplier_of_the_caller_holds_is_not_told(supplier: Any, name: str) -> None:
    caching = CachingClientSupplier(supplier)
    assert repr(caching) == f"CachingClientSupplier({name})"
    with pytest.raises(exceptions.ClientSupplierError, match=f"^The client supplier {name} failed") as caught:
        caching("us-west-2")
    assert "of the caller" not in str(caught.value) + repr(AllowRegionsClientSupplier(["us-west-2"], supplier))
