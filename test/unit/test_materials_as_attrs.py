"""Materials as programs for versions 1 to 4 treat them: as plain classes of ``attrs`` with a dict in them."""

from __future__ import annotations

import copy
from typing import Any

import attr
import pytest

from aws_encryption_sdk._materials import CryptographicMaterials
from aws_encryption_sdk._message.encryption_context import serialize_encryption_context
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import RawDataKey

from .operation_materials import wrapped_keys
from .test_materials import BOTH, CONTEXT, KEY, OLD_KEY, SIGNING, UNSIGNED

#: Nothing of what is used of it here is known to a type checker.
attributes: Any = attr


@pytest.mark.parametrize("make", BOTH)
def test_what_is_changed_in_the_encryption_context_counts(make: Any) -> None:
    """CMMs of versions 1 to 4 add pairs to the dict that they find in materials."""
    materials: Any = make()
    before = materials.serialized_encryption_context()
    materials.encryption_context["c"] = "3"

    assert materials.encryption_context == {**CONTEXT, "c": "3"}
    assert materials.serialized_encryption_context() == serialize_encryption_context({**CONTEXT, "c": "3"}) != before
    assert materials.has_encryption_context({**CONTEXT, "c": "3"})
    for copied in (materials.unshared(), copy.deepcopy(materials)):
        copied.encryption_context["d"] = "4"
        assert copied.serialized_encryption_context() != materials.serialized_encryption_context()
    assert "d" not in materials.encryption_context


@pytest.mark.parametrize("make", BOTH)
def test_programs_may_set_further_attributes(make: Any) -> None:
    materials: Any = make()
    materials.tenant = "t"

    assert materials.tenant == copy.copy(materials).tenant == materials.with_encryption_context({}).tenant == "t"
    with pytest.raises(AttributeError, match="immutable"):
        materials.tenant = "u"


@pytest.mark.parametrize("make", BOTH)
def test_attrs_knows_materials(make: Any) -> None:
    """Programs for versions 1 to 4 treat them as the classes of attrs that they were."""
    materials: Any = make()
    evolved = attributes.evolve(materials, encryption_context={"evolved": "1"})

    assert type(evolved) is type(materials)
    assert evolved.encryption_context == {"evolved": "1"} != materials.encryption_context
    assert attributes.evolve(evolved, encryption_context=materials.encryption_context) == materials != evolved
    names = {field.name for field in attributes.fields(type(materials))}
    assert names == set(attributes.asdict(materials, recurse=False)) > {"algorithm", "encryption_context"}


def test_materials_are_equal_if_all_of_them_is() -> None:
    made = EncryptionMaterials(SIGNING, KEY, wrapped_keys(1), CONTEXT, b"signing key")

    assert made == copy.deepcopy(made)
    assert hash(made) != hash(copy.deepcopy(made))
    other_key = RawDataKey(KEY.key_provider, bytes(len(KEY.data_key)))
    for name, other in {
        "algorithm": AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384,
        "data_encryption_key": other_key,
        "encrypted_data_keys": wrapped_keys(2),
        "encryption_context": {},
        "signing_key": b"another key",
        "required_encryption_context_keys": ["a"],
    }.items():
        assert attributes.evolve(made, **{name: other}) != made
    assert made != "materials"


def test_classes_of_attrs_derive_from_materials() -> None:
    @attributes.s(hash=False)
    class Mine(EncryptionMaterials):
        note = attributes.ib(default="none")

    @attributes.s(hash=False)
    class MineToo(DecryptionMaterials):
        note = attributes.ib(default="none")

    mine: Any = Mine
    made = mine(
        algorithm=UNSIGNED,
        data_encryption_key=OLD_KEY,
        encrypted_data_keys=set(wrapped_keys(1)),
        encryption_context={},
        note="n",
    )
    assert (made.algorithm, made.encrypted_data_keys, made.is_complete, made.note) == (
        UNSIGNED,
        tuple(wrapped_keys(1)),
        True,
        "n",
    )
    made.signing_key = b"key"
    assert made.signing_key == b"key"
    mine_too: Any = MineToo
    read = mine_too(verification_key=b"key", note="n")
    assert (read.verification_key, read.note) == (b"key", "n")
    key: Any = OLD_KEY
    assert mine_too(key, b"key", note="n").data_key is attributes.evolve(read, data_key=key).data_encryption_key is key
    assert mine(UNSIGNED, OLD_KEY, set(wrapped_keys(1)), {"a": "b"}, b"key").signing_key == b"key"


def test_fields_have_the_names_and_the_order_of_version_4() -> None:
    """Programs give them by position to the classes of attrs that they derive."""
    encryption = [field.name for field in attributes.fields(EncryptionMaterials)]
    decryption = [field.name for field in attributes.fields(DecryptionMaterials)]

    assert encryption[:5] == [
        *("algorithm", "data_encryption_key", "encrypted_data_keys"),
        *("encryption_context", "signing_key"),
    ]
    assert decryption[:2] == ["data_key", "verification_key"]
    assert attributes.astuple(DecryptionMaterials(OLD_KEY, b"v"), recurse=False)[:2] == (OLD_KEY, b"v")


def test_what_they_have_in_common_is_compared() -> None:
    one, other = (CryptographicMaterials(UNSIGNED, CONTEXT, KEY) for _ in range(2))

    assert one == other != CryptographicMaterials(UNSIGNED, CONTEXT)
    assert one != CryptographicMaterials(UNSIGNED, {}, KEY)


def test_derived_classes_may_have_slots() -> None:
    @attributes.define
    class Slotted(EncryptionMaterials):
        note: str = "none"

    slotted: Any = Slotted
    made = slotted(UNSIGNED, OLD_KEY, set(wrapped_keys(1)), {}, note="n")
    assert [made.note, made.with_encryption_context({"a": "1"}).note, made.unshared().note] == ["n"] * 3
    with pytest.raises(AttributeError, match="no attribute other"):
        made.other  # noqa: B018 - reading it is the test
