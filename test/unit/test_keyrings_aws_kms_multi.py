"""The multi-keyrings (framework/aws-kms/aws-kms-multi-keyrings.md and aws-kms-mrk-multi-keyrings.md)."""

from __future__ import annotations

from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsDiscoveryKeyring,
    AwsKmsDiscoveryMultiKeyring,
    AwsKmsMrkDiscoveryKeyring,
    AwsKmsMrkDiscoveryMultiKeyring,
    AwsKmsMrkKeyring,
    AwsKmsMrkMultiKeyring,
    AwsKmsMultiKeyring,
    AwsKmsStrictKeyring,
    DiscoveryFilter,
    client_suppliers,
)
from aws_encryption_sdk.keyrings.multi import MultiKeyring

from .fake_kms import KEY, MRK_EAST, MRK_WEST, OTHER_KEY, FakeKms, FakeSupplier
from .kms_materials import SUITE, empty, keyed, made_by, plaintext, unread
from .operation_materials import data_key_for

pytestmark = [
    pytest.mark.specification(
        "framework/aws-kms/aws-kms-multi-keyrings.md", "AWS KMS Multi-Keyring", "AWS KMS Discovery Multi-Keyring"
    ),
    pytest.mark.specification(
        "framework/aws-kms/aws-kms-mrk-multi-keyrings.md", "AWS KMS MRK Multi-Keyring", "AWS KMS MRK Discovery Multi-Keyring"
    ),
]

THIRD_KEY = OTHER_KEY.replace("eu-central-1", "us-east-1")
ALIAS_ARN = KEY.split("key/")[0] + "alias/a"
KEYS = pytest.mark.parametrize(
    ("kind", "member"), [(AwsKmsMultiKeyring, AwsKmsStrictKeyring), (AwsKmsMrkMultiKeyring, AwsKmsMrkKeyring)]
)
REGIONS = pytest.mark.parametrize(
    ("kind", "member"),
    [
        (AwsKmsDiscoveryMultiKeyring, AwsKmsDiscoveryKeyring),
        (AwsKmsMrkDiscoveryMultiKeyring, AwsKmsMrkDiscoveryKeyring),
    ],
)


# --- several keys ------------------------------------------------------------------------------------------------------


@KEYS
def test_a_member_for_each_key_with_a_client_for_its_region(kind: Any, member: Any) -> None:
    supplier = FakeSupplier()
    keyring = kind(KEY, [OTHER_KEY, THIRD_KEY], supplier, ["token"])

    assert issubclass(kind, MultiKeyring)
    assert type(keyring.generator) is member
    assert [type(child) for child in keyring.children] == [member, member]
    assert [child.kms_key_id for child in (keyring.generator, *keyring.children)] == [KEY, OTHER_KEY, THIRD_KEY]
    assert supplier.asked == ["us-west-2", "eu-central-1", "us-east-1"]

    data_key, keys = made_by(keyring)
    assert [key.key_provider.key_info.decode() for key in keys] == [KEY, OTHER_KEY, THIRD_KEY]
    calls = [(region, name) for region, client in supplier.clients.items() for name, _ in client.calls]
    assert calls == [("us-west-2", "generate_data_key"), ("us-east-1", "encrypt"), ("eu-central-1", "encrypt")]
    for client in supplier.clients.values():
        assert all(request["GrantTokens"] == ["token"] for _, request in client.calls)
    for key_id in (KEY, OTHER_KEY, THIRD_KEY):
        assert plaintext(kind(None, [key_id], supplier).on_decrypt(unread(), keys)) == data_key


@KEYS
def test_keyword_arguments(kind: Any, member: Any) -> None:
    keyring = kind(generator=KEY, kms_key_ids=iter([OTHER_KEY]), client_supplier=FakeSupplier(), grant_tokens=None)
    assert len(made_by(keyring)[1]) == 2


@KEYS
def test_further_keys_alone_do_not_generate(kind: Any, member: Any) -> None:
    keyring = kind(kms_key_ids=[KEY], client_supplier=FakeSupplier())
    with pytest.raises(exceptions.EncryptKeyError, match="no generator"):
        keyring.on_encrypt(empty())
    assert len(keyring.on_encrypt(keyed()).encrypted_data_keys) == 1


@KEYS
def test_at_least_one_key(kind: Any, member: Any) -> None:
    several: list[dict[str, Any]] = [{}, {"kms_key_ids": []}, {"generator": None, "kms_key_ids": None}]
    for arguments in several:
        with pytest.raises(exceptions.ArgumentTypeError, match="At least one of generator and kms_key_ids"):
            kind(**arguments)


@KEYS
@pytest.mark.parametrize("key_id", ["", "1234", "mrk-1", "alias/a", "arn:aws:kms:us-west-2:1:key"])
def test_all_identifiers_are_arns(kind: Any, member: Any, key_id: str) -> None:
    supplier = FakeSupplier()
    for generator, further in ((key_id, []), (KEY, [key_id]), (None, [KEY, key_id])):
        with pytest.raises(exceptions.MalformedArnError, match="AwsKmsStrictKeyring"):
            kind(generator, further, supplier)
    assert supplier.asked == []


@KEYS
def test_slips(kind: Any, member: Any) -> None:
    for arguments in (
        {"kms_key_ids": KEY},
        {"generator": 5},
        {"kms_key_ids": [None]},
        {"generator": KEY, "grant_tokens": "token"},
        {"generator": KEY, "client_supplier": FakeKms()},
        {"generator": KEY, "parallel_wraps": "2"},
    ):
        with pytest.raises(exceptions.ArgumentTypeError):
            kind(**{"client_supplier": FakeSupplier(), **arguments})
    with pytest.raises(exceptions.ArgumentValueError, match="parallel_wraps must be at least 1"):
        kind(KEY, client_supplier=FakeSupplier(), parallel_wraps=0)


@KEYS
def test_without_a_client_supplier_there_is_the_default(kind: Any, member: Any) -> None:
    supplier = kind(KEY, [OTHER_KEY]).generator._client_supplier
    assert type(supplier) is client_suppliers.DefaultClientSupplier
    assert set(supplier._clients.kept.here()) == {"eu-central-1", "us-west-2"}


@KEYS
def test_a_region_that_the_client_supplier_refuses_is_found_at_once(kind: Any, member: Any) -> None:
    supplier = client_suppliers.DenyRegionsClientSupplier(["eu-central-1"], FakeSupplier())
    with pytest.raises(exceptions.UnknownRegionError, match="denied regions"):
        kind(KEY, [OTHER_KEY], supplier)


@KEYS
@pytest.mark.parametrize("parallel_wraps", [1, 2, 8])
def test_a_key_that_is_refused_fails_the_whole(kind: Any, member: Any, parallel_wraps: int) -> None:
    supplier = FakeSupplier()
    supplier.clients["us-east-1"].fails("encrypt")
    keyring = kind(KEY, [OTHER_KEY, THIRD_KEY], supplier, parallel_wraps=parallel_wraps)
    given = empty()
    with pytest.raises(exceptions.WrapDataKeyError, match=f"{THIRD_KEY} in region us-east-1: access denied"):
        keyring.on_encrypt(given)
    assert (given.data_encryption_key, len(given.encrypted_data_keys)) == (None, 0)


@KEYS
def test_wrapping_in_parallel_keeps_the_order(kind: Any, member: Any) -> None:
    keyring = kind(KEY, [OTHER_KEY, THIRD_KEY], FakeSupplier(), parallel_wraps=4)
    assert [key.key_provider.key_info.decode() for key in made_by(keyring)[1]] == [KEY, OTHER_KEY, THIRD_KEY]


@KEYS
def test_the_error_of_each_member_is_kept(kind: Any, member: Any) -> None:
    supplier = FakeSupplier()
    _, keys = made_by(kind(KEY, [OTHER_KEY], supplier))
    for client in supplier.clients.values():
        client.fails("decrypt", "DisabledException")
    with pytest.raises(exceptions.UnwrapDataKeyError) as caught:
        kind(KEY, [OTHER_KEY], supplier).on_decrypt(unread(), keys)
    for key_id, region in ((KEY, "us-west-2"), (OTHER_KEY, "eu-central-1")):
        assert f"AWS KMS Decrypt with key {key_id} in region {region}: the key is disabled" in str(caught.value)
    assert [type(error) for error in caught.value.errors] == [exceptions.UnwrapDataKeyError] * 2


def test_related_multi_region_keys_are_refused_and_all_are_named() -> None:
    supplier = FakeSupplier()
    with pytest.raises(exceptions.ConfigMismatchError) as caught:
        AwsKmsMrkMultiKeyring(MRK_WEST, [KEY, MRK_EAST, MRK_WEST], supplier)
    assert str(caught.value).endswith(f": {MRK_WEST}, {MRK_EAST}, {MRK_WEST}")
    assert supplier.asked == []
    AwsKmsMultiKeyring(MRK_WEST, [KEY, MRK_EAST], supplier)
    AwsKmsMrkMultiKeyring(KEY, [KEY], supplier)


def test_related_keys_decrypt() -> None:
    data_key, keys = made_by(AwsKmsMrkMultiKeyring(MRK_WEST, [KEY], FakeSupplier()))
    supplier = FakeSupplier()
    read = AwsKmsMrkMultiKeyring(kms_key_ids=[OTHER_KEY, MRK_EAST], client_supplier=supplier).on_decrypt(unread(), keys)
    assert plaintext(read) == data_key
    assert [request["KeyId"] for _, request in supplier.clients["us-east-1"].calls] == [MRK_EAST]


def test_an_alias_arn_encrypts() -> None:
    supplier = FakeSupplier()
    supplier.clients["us-west-2"].key_ids = {ALIAS_ARN: KEY}
    _, (key,) = made_by(AwsKmsMultiKeyring(ALIAS_ARN, client_supplier=supplier))
    assert key.key_provider.key_info == KEY.encode()


# --- several regions ---------------------------------------------------------------------------------------------------


@REGIONS
def test_a_member_for_each_region(kind: Any, member: Any) -> None:
    supplier = FakeSupplier()
    only = DiscoveryFilter(["111122223333"], "aws")
    keyring = kind(["us-west-2", "us-east-1", "us-west-2"], only, supplier, ["token"])

    assert issubclass(kind, MultiKeyring)
    assert keyring.generator is None
    assert [(type(child), child.region) for child in keyring.children] == [(member, "us-west-2"), (member, "us-east-1")]
    assert [child.discovery_filter for child in keyring.children] == [only, only]
    assert supplier.asked == ["us-west-2", "us-east-1"]
    data_key, keys = made_by(AwsKmsStrictKeyring(THIRD_KEY, FakeKms()))
    assert plaintext(keyring.on_decrypt(unread(), keys)) == data_key
    requests = [request for client in supplier.clients.values() for _, request in client.calls]
    assert all(request["GrantTokens"] == ["token"] for request in requests)


@REGIONS
def test_encryption_fails(kind: Any, member: Any) -> None:
    keyring = kind(["us-west-2"], client_supplier=FakeSupplier())
    with pytest.raises(exceptions.EncryptKeyError):
        keyring.on_encrypt(empty())
    with pytest.raises(exceptions.WrapDataKeyError, match="decrypts only"):
        keyring.on_encrypt(keyed())


@REGIONS
@pytest.mark.parametrize("regions", [None, [], [""], ["us-west-2", ""]])
def test_regions_are_needed(kind: Any, member: Any, regions: Any) -> None:
    with pytest.raises(exceptions.ArgumentValueError, match="regions must be names of regions"):
        kind(regions, client_supplier=FakeSupplier())


@REGIONS
@pytest.mark.parametrize("regions", ["us-west-2", [None], ["us-west-2", None], 5])
def test_regions_are_a_list_of_text(kind: Any, member: Any, regions: Any) -> None:
    with pytest.raises(exceptions.ArgumentTypeError, match="regions"):
        kind(regions, client_supplier=FakeSupplier())


@REGIONS
def test_an_incomplete_filter_is_refused(kind: Any, member: Any) -> None:
    with pytest.raises(exceptions.ConfigMismatchError):
        kind(["us-west-2"], DiscoveryFilter(["1"]), FakeSupplier())


@REGIONS
def test_a_client_supplier_that_gives_clients_for_other_regions(kind: Any, member: Any) -> None:
    with pytest.raises(exceptions.ConfigMismatchError, match="one for region us-east-1, and the region given is us-west-2"):
        kind(["us-west-2"], client_supplier=lambda _: FakeKms("us-east-1"))


@REGIONS
def test_without_a_client_supplier_there_is_the_default_for_regions(kind: Any, member: Any) -> None:
    assert type(kind(["us-west-2"]).children[0]._client_supplier) is client_suppliers.DefaultClientSupplier


@pytest.mark.parametrize(
    "keyring",
    [
        AwsKmsMultiKeyring(KEY, client_supplier=FakeSupplier()),
        AwsKmsMrkMultiKeyring(KEY, client_supplier=FakeSupplier()),
        AwsKmsDiscoveryMultiKeyring(["us-west-2"], client_supplier=FakeSupplier()),
        AwsKmsMrkDiscoveryMultiKeyring(["us-west-2"], client_supplier=FakeSupplier()),
    ],
    ids=lambda keyring: type(keyring).__name__,
)
def test_materials_with_a_data_key_are_refused_on_decrypt(keyring: Any) -> None:
    with pytest.raises(exceptions.UnwrapDataKeyError, match="have a data key already"):
        keyring.on_decrypt(unread().with_data_encryption_key(data_key_for(SUITE)), [])
