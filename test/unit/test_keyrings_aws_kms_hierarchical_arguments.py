"""The arguments of the hierarchical keyring, branch key id suppliers among them."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

import pytest

from aws_encryption_sdk.caches import LocalCryptoMaterialsCache, StormTrackingCryptoMaterialsCache
from aws_encryption_sdk.exceptions import (
    ArgumentTypeError,
    ArgumentValueError,
    BranchKeyIdSupplierError,
    CannotBePickledError,
    UnwrapDataKeyError,
    WrapDataKeyError,
)
from aws_encryption_sdk.keyrings.aws_kms.branch_key_id_suppliers import (
    BranchKeyIdSupplier,
    GetBranchKeyIdInput,
    GetBranchKeyIdOutput,
)

from .branch_key_stores import CountingStore
from .test_keyrings_aws_kms_hierarchical import CONTEXT, keyring_of, to_decrypt, to_encrypt


@pytest.fixture
def store() -> CountingStore:
    return CountingStore()


class Tenants(BranchKeyIdSupplier):
    """A branch key id for each tenant."""

    def __call__(self, encryption_context: Mapping[str, str]) -> str:
        return "branch key of " + encryption_context["tenant"]


class MplTenants:
    """The same in the manner of the Material Providers Library."""

    def get_branch_key_id(self, param: GetBranchKeyIdInput) -> GetBranchKeyIdOutput:
        """Return the branch key id."""
        return GetBranchKeyIdOutput(branch_key_id="branch key of " + param.encryption_context["tenant"])


SUPPLIERS: dict[str, Any] = {
    "class": Tenants(),
    "callable": lambda context: "branch key of " + context["tenant"],
    "MPL": MplTenants(),
}


@pytest.mark.specification(
    "framework/aws-kms/aws-kms-hierarchical-keyring.md", "Initialization", "OnEncrypt", "OnDecrypt", "Branch Key Supplier"
)
class TestSuppliers:
    @pytest.mark.parametrize("supplier", SUPPLIERS.values(), ids=SUPPLIERS)
    def test_the_context_tells_the_branch_key(self, store: CountingStore, supplier: Any) -> None:
        keyring = keyring_of(store, branch_key_id_supplier=supplier)
        for tenant in ("a", "b"):
            wrapped = keyring.on_encrypt(to_encrypt(context={"tenant": tenant}))
            [key] = wrapped.encrypted_data_keys
            assert key.key_provider.key_info == f"branch key of {tenant}".encode()
            opened = keyring.on_decrypt(to_decrypt(context={"tenant": tenant}), [key])
            assert opened.plaintext_data_key() == wrapped.plaintext_data_key()

    def test_one_tenant_does_not_read_what_is_anothers(self, store: CountingStore) -> None:
        keyring = keyring_of(store, branch_key_id_supplier=Tenants())
        wrapped = keyring.on_encrypt(to_encrypt(context={"tenant": "a"}))
        with pytest.raises(UnwrapDataKeyError, match="another branch key than 'branch key of b'"):
            keyring.on_decrypt(to_decrypt(context={"tenant": "b"}), wrapped.encrypted_data_keys)

    def test_it_cannot_change_the_encryption_context(self, store: CountingStore) -> None:
        def supplier(context: dict[str, str]) -> str:
            context["added"] = "x"
            return "mine"

        wrapped = keyring_of(store, branch_key_id_supplier=supplier).on_encrypt(to_encrypt())
        assert wrapped.encryption_context == CONTEXT

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            (None, "gave None"),
            (b"mine", "gave bytes"),
            ("", "must not be empty"),
            ("a\0b", "zero byte"),
            ("\ud800", "UTF-8"),
        ],
    )
    def test_answers_that_are_no_branch_key_id(self, store: CountingStore, answer: Any, said: str) -> None:
        keyring = keyring_of(store, branch_key_id_supplier=lambda _: answer)
        with pytest.raises(WrapDataKeyError, match=said):
            keyring.on_encrypt(to_encrypt())
        with pytest.raises(UnwrapDataKeyError, match=said):
            keyring.on_decrypt(to_decrypt(), [])
        assert not store.asked

    @pytest.mark.parametrize("supplier", SUPPLIERS.values(), ids=SUPPLIERS)
    def test_it_fails(self, store: CountingStore, supplier: Any) -> None:
        keyring = keyring_of(store, branch_key_id_supplier=supplier)
        with pytest.raises(WrapDataKeyError, match=r"supplier .* failed: KeyError: 'tenant'") as caught:
            keyring.on_encrypt(to_encrypt(context={}))
        assert isinstance(caught.value.__cause__, BranchKeyIdSupplierError)
        assert isinstance(caught.value.__cause__.__cause__, KeyError)
        with pytest.raises(UnwrapDataKeyError, match=r"supplier .* failed"):
            keyring.on_decrypt(to_decrypt(context={}), [])

    def test_the_base_class(self) -> None:
        assert (
            Tenants().get_branch_key_id(GetBranchKeyIdInput(encryption_context={"tenant": "a"})).branch_key_id
            == "branch key of a"
        )
        with pytest.raises(NotImplementedError, match="BranchKeyIdSupplier does not implement __call__"):
            BranchKeyIdSupplier()({})


def names(argument: Any) -> str | None:
    """Return the names of arguments: the id of a parameter."""
    return ", ".join(argument) if isinstance(argument, dict) else None


@pytest.mark.specification(
    "framework/aws-kms/aws-kms-hierarchical-keyring.md",
    "Initialization",
    "Cache Limit TTL",
    "Cache Type",
    "Initialization > Partition ID",
)
class TestArguments:
    @pytest.mark.parametrize(
        "arguments",
        [
            {"branch_key_id": None},
            {"branch_key_id": "a", "branch_key_id_supplier": Tenants()},
            {"branch_key_id": b"a"},
            {"branch_key_id_supplier": Tenants},
            {"branch_key_id_supplier": MplTenants},
            {"branch_key_id_supplier": 1},
            {"ttl_seconds": "1"},
            {"ttl_seconds": None},
            {"ttl_seconds": True},
            {"cache": 1000},
            {"cache": object()},
            {"partition_id": b"a"},
            {"key_store": None},
            {"key_store": object()},
        ],
        ids=names,
    )
    def test_of_another_type(self, store: CountingStore, arguments: dict[str, Any]) -> None:
        with pytest.raises(ArgumentTypeError):
            keyring_of(arguments.pop("key_store", store), **arguments)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ({"ttl_seconds": 0}, "above 0"),
            ({"ttl_seconds": -1}, "above 0"),
            ({"ttl_seconds": float("nan")}, "a number of seconds that"),
            ({"ttl_seconds": 10}, "above the cache's grace period of 10 seconds"),
            (
                {"ttl_seconds": 20, "cache": StormTrackingCryptoMaterialsCache(5, grace_period=20)},
                "grace period of 20 seconds",
            ),
            ({"branch_key_id": ""}, "must not be empty"),
            ({"branch_key_id": "a\0b"}, "zero byte"),
            ({"partition_id": ""}, "must not be empty"),
            ({"partition_id": "a\0b"}, "zero byte"),
        ],
        ids=names,
    )
    def test_of_another_value(self, store: CountingStore, arguments: dict[str, Any], said: str) -> None:
        with pytest.raises(ArgumentValueError, match=said):
            keyring_of(store, **arguments)

    def test_a_store_whose_name_has_a_zero_byte(self) -> None:
        with pytest.raises(ArgumentValueError, match="zero byte"):
            keyring_of(CountingStore("a\0b"))

    @pytest.mark.parametrize("cache", [None, LocalCryptoMaterialsCache(5)])
    def test_a_ttl_above_the_grace_period(self, store: CountingStore, cache: Any) -> None:
        assert keyring_of(store, ttl_seconds=10.5, cache=cache).ttl_seconds == 10.5
        assert keyring_of(store, ttl_seconds=0.5, cache=LocalCryptoMaterialsCache(5)).ttl_seconds == 0.5

    def test_the_default_cache(self, store: CountingStore) -> None:
        cache = keyring_of(store).cache
        assert isinstance(cache, StormTrackingCryptoMaterialsCache)
        assert (cache.capacity, cache.grace_period) == (1000, 10)
        assert keyring_of(store).cache is not cache

    def test_it_is_not_pickled(self, store: CountingStore) -> None:
        with pytest.raises(CannotBePickledError, match="cache of secret keys"):
            pickle.dumps(keyring_of(store))

    def test_nothing_secret_is_shown(self, store: CountingStore) -> None:
        keyring = keyring_of(store)
        wrapped = keyring.on_encrypt(to_encrypt())
        key = store.get_active_branch_key("mine").branch_key
        for shown in (repr(keyring), repr(wrapped), repr(keyring.cache), repr(keyring.__dict__)):
            assert repr(key) not in shown
