"""What programs write for the interfaces of the library, and it answers nonsense or fails: always an error of this package."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.branch_keys import BranchKeyStore, KmsKeyArn
from aws_encryption_sdk.branch_keys.items import KeyItem
from aws_encryption_sdk.branch_keys.storage import BranchKeyStorage
from aws_encryption_sdk.caches.entry import CryptoMaterialsCacheEntry, CryptoMaterialsCacheEntryHints
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, CacheError
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsDiscoveryMultiKeyring, AwsKmsMultiKeyring
from aws_encryption_sdk.keyrings.aws_kms.hierarchical import AwsKmsHierarchicalKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.material_providers.mpl import models
from aws_encryption_sdk.material_providers.mpl._caches import CacheFromMPL
from aws_encryption_sdk.material_providers.mpl.references import (
    IBranchKeyIdSupplier,
    IClientSupplier,
    ICryptographicMaterialsManager,
    IKeyring,
)
from aws_encryption_sdk.materials_managers import EncryptionMaterials
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager

from .branch_key_stores import CONTEXT, CountingStore, Parts
from .fake_kms import KEY, FakeKms
from .test_material_providers_caches import Written

OWN: Final = RawAESKeyring("namespace", "name", bytes(32))
CLIENT: Final = EncryptionSDKClient()
MESSAGE: Final = CLIENT.encrypt(source=b"text", keyring=OWN).result


class Peculiar:
    """An answer whose attributes cannot even be looked at."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("not to be looked at")


def raises(error: Exception) -> Callable[..., Any]:
    def method(*_: Any, **__: Any) -> Any:
        raise error

    return method


def answers(value: Any) -> Callable[..., Any]:
    return lambda *_, **__: value


#: What a method does in place of what it should.
_VALUES: Final[list[Any]] = [None, 3, 1.5, "x", b"x", [], {}, True, object, models.NoCache(), models.OnEncryptOutput]
NONSENSE: Final[dict[str, Callable[..., Any]]] = {
    **{repr(value): answers(value) for value in _VALUES},
    "object": answers(object()),
    "peculiar": answers(Peculiar()),
    "empty output": answers(models.OnEncryptOutput(materials=None)),  # type: ignore[arg-type]
    "peculiar output": answers(models.OnEncryptOutput(materials=Peculiar())),  # type: ignore[arg-type]
    "input": lambda *arguments, **_: arguments[-1],
    **{
        type(error).__name__: raises(error)
        for error in (
            AttributeError("own"),
            KeyError("own"),
            LookupError("own"),
            MemoryError(),
            NotImplementedError(),
            OSError("own"),
            RecursionError("own"),
            RuntimeError("own"),
            StopIteration("own"),
            TypeError("own"),
            ValueError("own"),
        )
    },
}


def derived(interface: type, *bases: type, **methods: Callable[..., Any]) -> Any:
    """Return an instance of a class that a program derived."""
    return type("Program" + interface.__name__, (*bases, interface), methods)()


def fails(work: Callable[[], Any]) -> AWSEncryptionSDKClientError:
    with pytest.raises(AWSEncryptionSDKClientError) as caught:
        work()
    return caught.value


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_keyrings_and_cmms(nonsense: str) -> None:
    act = NONSENSE[nonsense]
    keyring = derived(IKeyring, on_encrypt=act, on_decrypt=act)
    manager = derived(ICryptographicMaterialsManager, get_encryption_materials=act, decrypt_materials=act)
    for sources in ({"keyring": keyring}, {"materials_manager": manager}):
        fails(lambda sources=sources: CLIENT.encrypt(source=b"text", **sources))  # type: ignore[misc]
        fails(lambda sources=sources: CLIENT.decrypt(source=MESSAGE, **sources))  # type: ignore[misc]


@pytest.mark.parametrize("what", ["None", "3", "object", "peculiar", "empty output"])
def test_who_answered_nonsense_is_named(what: str) -> None:
    act = NONSENSE[what]
    keyring = derived(IKeyring, on_encrypt=act, on_decrypt=act)
    manager = derived(ICryptographicMaterialsManager, get_encryption_materials=act, decrypt_materials=act)
    for name, sources in (
        ("ProgramIKeyring", {"keyring": keyring}),
        ("ProgramICryptographicMaterialsManager", {"materials_manager": manager}),
    ):
        assert name in str(fails(lambda sources=sources: CLIENT.encrypt(source=b"text", **sources)))  # type: ignore[misc]
        assert name in str(fails(lambda sources=sources: CLIENT.decrypt(source=MESSAGE, **sources)))  # type: ignore[misc]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_client_suppliers(nonsense: str) -> None:
    supplier = derived(IClientSupplier, get_client=NONSENSE[nonsense])

    def strict() -> Any:
        return AwsKmsMultiKeyring(generator=KEY, client_supplier=supplier)

    def discovery() -> Any:
        return AwsKmsDiscoveryMultiKeyring(regions=["us-west-2"], client_supplier=supplier)

    fails(lambda: CLIENT.encrypt(source=b"text", keyring=strict()))
    fails(lambda: CLIENT.decrypt(source=KMS_MESSAGE, keyring=strict()))
    fails(lambda: CLIENT.decrypt(source=KMS_MESSAGE, keyring=discovery()))


KMS_MESSAGE: Final = CLIENT.encrypt(
    source=b"text", keyring=AwsKmsMultiKeyring(generator=KEY, client_supplier=lambda _: FakeKms())
).result


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_branch_key_id_suppliers(nonsense: str) -> None:
    supplier = derived(IBranchKeyIdSupplier, get_branch_key_id=NONSENSE[nonsense])
    keyring = AwsKmsHierarchicalKeyring(CountingStore(), branch_key_id_supplier=supplier, ttl_seconds=60)
    fails(lambda: CLIENT.encrypt(source=b"text", keyring=keyring))
    fails(lambda: CLIENT.decrypt(source=MESSAGE, keyring=keyring))


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_key_stores(nonsense: str) -> None:
    store, good = CountingStore(), CountingStore()
    store.get_active_branch_key = NONSENSE[nonsense]  # type: ignore[method-assign]
    store.get_branch_key_version = NONSENSE[nonsense]  # type: ignore[method-assign]
    keyring = AwsKmsHierarchicalKeyring(store, branch_key_id="branch key", ttl_seconds=60)
    writer = AwsKmsHierarchicalKeyring(good, branch_key_id="branch key", ttl_seconds=60)
    message = CLIENT.encrypt(source=b"text", keyring=writer).result
    fails(lambda: CLIENT.encrypt(source=b"text", keyring=keyring))
    fails(lambda: CLIENT.decrypt(source=message, keyring=keyring))


@pytest.mark.parametrize("name", ["text", None, 3, "raising"])
def test_the_name_of_a_key_store(name: Any) -> None:
    class Store(CountingStore):
        @property
        def logical_key_store_name(self) -> Any:
            if name == "raising":
                raise RuntimeError("own")
            return name

        @logical_key_store_name.setter
        def logical_key_store_name(self, value: Any) -> None: ...

    def make() -> Any:
        return AwsKmsHierarchicalKeyring(Store(), branch_key_id="branch key", ttl_seconds=60)

    if name == "text":
        make()
    else:
        fails(make)


# --- what keeps branch keys --------------------------------------------------------------------------------------------


class Kept(BranchKeyStorage):
    """A storage of a program's own."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], KeyItem] = {}

    @property
    def name(self) -> str:
        return "kept"

    def create(self) -> str:
        return "here"

    def get(self, branch_key_id: str, item_type: str) -> KeyItem:
        return self.items[branch_key_id, item_type]

    def add(self, items: Sequence[KeyItem]) -> None:
        for item in items:
            self.items[item.description.branch_key_id, item.description.type] = item

    def add_version(self, version: KeyItem, active: KeyItem, replaced: KeyItem) -> None:
        self.add([version, active])


def store_over(storage: BranchKeyStorage) -> BranchKeyStore:
    return BranchKeyStore(None, KmsKeyArn(KEY), "logical", storage=storage, kms_client=Parts().kms)


def test_a_storage_of_a_program() -> None:
    store = store_over(Kept())
    assert store.create_key_store() == "here"
    made = store.create_key("branch key", CONTEXT)
    first = store.get_active_branch_key(made)
    store.version_key(made)
    assert store.get_active_branch_key(made).branch_key_version != first.branch_key_version
    assert store.get_branch_key_version(made, first.branch_key_version).branch_key == first.branch_key
    assert store.get_beacon_key(made).beacon_key_identifier == made


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_a_storage_that_gives_nonsense(nonsense: str) -> None:
    storage = Kept()
    store = store_over(storage)
    made = store.create_key("branch key", CONTEXT)
    version = store.get_active_branch_key(made).branch_key_version
    storage.get = NONSENSE[nonsense]  # type: ignore[method-assign]
    for work in (
        lambda: store.get_active_branch_key(made),
        lambda: store.get_branch_key_version(made, version),
        lambda: store.get_beacon_key(made),
        lambda: store.version_key(made),
    ):
        fails(work)


@pytest.mark.parametrize("nonsense", [name for name, act in NONSENSE.items() if name.endswith("Error")])
def test_a_storage_that_fails(nonsense: str) -> None:
    for name in ("add", "add_version", "create"):
        storage = Kept()
        store = store_over(storage)
        made = store.create_key("branch key", CONTEXT)
        setattr(storage, name, NONSENSE[nonsense])
        work: Callable[[], Any]
        if name == "add":
            work = partial(store.create_key, "another", CONTEXT)
        elif name == "add_version":
            work = partial(store.version_key, made)
        else:
            work = store.create_key_store
        error = fails(work)
        assert "kept" in str(error)
        assert type(error.__cause__).__name__ == nonsense


# --- caches ------------------------------------------------------------------------------------------------------------


def entry() -> CryptoMaterialsCacheEntry:
    materials = OWN.on_encrypt(EncryptionMaterials(CLIENT_SUITE, encryption_context={}))
    return CryptoMaterialsCacheEntry(b"key", materials, CryptoMaterialsCacheEntryHints(60))


CLIENT_SUITE: Final = CLIENT.encrypt(source=b"", keyring=OWN).header.algorithm
#: Nonsense where something is to come back.
OF_A_LOOK: Final[dict[str, Any]] = {
    **NONSENSE,
    **{
        f"{name}={value!r}": (name, value)
        for name, values in {
            "materials": (None, 3, models.MaterialsEncryption(None), models.MaterialsBranchKey(3), models.NoCache()),  # type: ignore[arg-type]
            "creation_time": (None, "1", 1.5, -1),
            "expiry_time": (None, "1", float("nan"), float("inf"), -1),
            "messages_used": (None, "1", -1, 1.5, float("nan")),
            "bytes_used": (None, "1", -1, 1.5),
        }.items()
        for value in values
    },
}


@pytest.mark.parametrize("nonsense", OF_A_LOOK)
def test_a_cache_that_finds_nonsense(nonsense: str) -> None:
    act = OF_A_LOOK[nonsense]
    written = Written()
    cache = CacheFromMPL(written)
    cache.put_entry(entry())
    if isinstance(act, tuple):
        setattr(written.entries[b"key"], *act)
    else:
        written.get_cache_entry = act  # type: ignore[method-assign]
    before = cache.stats()
    error = fails(lambda: cache.get_entry(b"key", 1))
    assert isinstance(error, CacheError)
    assert "Written" in str(error) or type(error) is not CacheError
    assert cache.stats().hits == before.hits


@pytest.mark.parametrize("name", ["put_cache_entry", "get_cache_entry", "update_usage_metadata", "delete_cache_entry"])
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_a_caching_cmm_over_such_a_cache(nonsense: str, name: str) -> None:
    """What a method returns of which nothing is expected does not count."""
    written = Written()
    setattr(written, name, NONSENSE[nonsense])
    manager = CachingCryptoMaterialsManager(CacheFromMPL(written), 60, keyring=OWN)
    for _ in range(3):
        try:
            assert CLIENT.encrypt(source=b"text", materials_manager=manager).header
            assert CLIENT.decrypt(source=MESSAGE, materials_manager=manager).result == b"text"
        except AWSEncryptionSDKClientError as caught:
            error = caught
        else:
            assert name != "get_cache_entry"
            continue
        assert isinstance(error, CacheError)


def test_the_keyring_of_a_shared_cache_that_gives_the_entry_of_another_branch_key() -> None:
    """A program's own cache may mix up its entries: then the message would belong to another tenant."""
    written = Written()
    cache = CacheFromMPL(written)
    store = CountingStore()
    for tenant in ("a", "b"):
        keyring = AwsKmsHierarchicalKeyring(store, branch_key_id=tenant, ttl_seconds=60, cache=cache, partition_id="p")
        CLIENT.encrypt(source=b"text", keyring=keyring)
    [one, other] = written.entries.values()
    one.materials, other.materials = other.materials, one.materials
    for tenant in ("a", "b"):
        keyring = AwsKmsHierarchicalKeyring(store, branch_key_id=tenant, ttl_seconds=60, cache=cache, partition_id="p")
        message = CLIENT.encrypt(source=b"text", keyring=keyring)
        assert [key.key_provider.key_info for key in message.header.encrypted_data_keys] == [tenant.encode()]


def test_the_time_of_an_entry_is_an_integer() -> None:
    """Or it might never expire."""
    written = Written()
    cache = CacheFromMPL(written)
    cache.put_entry(entry())
    found = cache.get_entry(b"key", 1)
    assert 0 < (found.hints.lifetime or 0) <= 61
    assert found.creation_time <= time.time()
    for name in ("creation_time", "expiry_time"):
        setattr(written.entries[b"key"], name, 10**400)
        assert cache.get_entry(b"key", 1).value.algorithm is CLIENT_SUITE
