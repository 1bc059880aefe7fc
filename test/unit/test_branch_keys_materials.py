"""Branch keys and beacon keys in the clear (framework/structures.md)."""

from __future__ import annotations

import uuid
from typing import Any

import attrs
import pytest

from aws_encryption_sdk.branch_keys import BeaconKeyMaterials, BranchKeyMaterials
from aws_encryption_sdk.caches import CacheableMaterials
from aws_encryption_sdk.exceptions import ArgumentTypeError, ArgumentValueError, InvalidDataKeyError, SerializationError

pytestmark = pytest.mark.specification(
    "framework/structures.md",
    "Branch Key Materials > Structure",
    "Branch Key",
    "Branch Key Id",
    "Branch Key Version",
    "Branch Key Materials > Structure > Encryption Context",
)

VERSION = "1fef0e1c-ee57-4c44-bc17-e8519996e5f5"
SECRET = b"S%E$C#R@E!T k^e&y of 32 bytes ,;"


def test_what_they_hold() -> None:
    branch_key = BranchKeyMaterials("id", VERSION, SECRET, {"a": "b"})
    assert (branch_key.branch_key_identifier, branch_key.branch_key_version) == ("id", VERSION)
    assert (branch_key.branch_key, branch_key.encryption_context) == (SECRET, {"a": "b"})
    beacon_key = BeaconKeyMaterials("id", SECRET, {"a": "b"})
    assert (beacon_key.beacon_key_identifier, beacon_key.beacon_key) == ("id", SECRET)
    assert beacon_key.encryption_context == {"a": "b"}


@pytest.mark.parametrize("materials", [BranchKeyMaterials("id", VERSION, SECRET), BeaconKeyMaterials("id", SECRET)])
def test_a_cache_can_hold_them(materials: Any) -> None:
    assert issubclass(type(materials), CacheableMaterials)
    assert "S%E" not in repr(materials)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        materials.encryption_context = {}
    with pytest.raises(TypeError):
        materials.encryption_context["a"] = "b"


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_keys_have_32_bytes(length: int) -> None:
    with pytest.raises(InvalidDataKeyError, match=f"32 bytes, not {length}"):
        BranchKeyMaterials("id", VERSION, bytes(length))
    with pytest.raises(InvalidDataKeyError):
        BeaconKeyMaterials("id", bytes(length))


@pytest.mark.parametrize(
    "version",
    [
        "",
        VERSION.upper().replace("-", "A", 1),
        VERSION.replace("-", ""),
        "{" + VERSION + "}",
        "1197a3f6-e854-11f1-9ef9-02fc00000001",
        str(uuid.UUID(int=0)),
        "branch:version:" + VERSION,
    ],
)
def test_the_version_is_a_uuid_of_version_4(version: str) -> None:
    with pytest.raises(ArgumentValueError, match="UUID of version 4"):
        BranchKeyMaterials("id", version, SECRET)


@pytest.mark.parametrize(
    ("branch_key_id", "error"),
    [(b"id", ArgumentTypeError), (None, ArgumentTypeError), ("", ArgumentValueError), ("a\0b", ArgumentValueError)],
)
def test_the_id(branch_key_id: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        BranchKeyMaterials(branch_key_id, VERSION, SECRET)
    with pytest.raises(error):
        BeaconKeyMaterials(branch_key_id, SECRET)


def test_an_id_that_has_no_utf8_form() -> None:
    with pytest.raises(SerializationError):
        BranchKeyMaterials("\ud800", VERSION, SECRET)


@pytest.mark.parametrize("arguments", [(1, SECRET), (VERSION, "text"), (VERSION, None)])
def test_other_types(arguments: tuple[Any, Any]) -> None:
    with pytest.raises(ArgumentTypeError):
        BranchKeyMaterials("id", *arguments)
