"""Items of a branch key store and their encryption contexts (framework/branch-key-store.md, record format)."""

from __future__ import annotations

import re

import pytest

from aws_encryption_sdk.branch_keys.items import KeyDescription, first_version
from aws_encryption_sdk.exceptions import BranchKeyTamperedError

from .fake_kms import KEY

pytestmark = pytest.mark.specification(
    "framework/branch-key-store.md",
    "Encryption Context",
    "ACTIVE Encryption Context",
    "DECRYPT_ONLY Encryption Context",
    "Beacon Key Encryption Context",
    "Custom Encryption Context",
    "Record Format",
    "Branch Key Materials From Authenticated Encryption Context",
    "Custom Encryption Context From Authenticated Encryption Context",
)

VERSION = "83eec007-5659-4554-bf11-699b90f41ac6"
NEXT = "0b6f3a0f-17ee-4b67-9bd5-b1b5a6a5e2c1"
FIRST = first_version("an id", VERSION, KEY, {"department": "admin", "": "empty", "aws-crypto-ec:x": "y"})
PLAIN = {
    "branch-key-id": "an id",
    "type": f"branch:version:{VERSION}",
    "kms-arn": KEY,
    "create-time": "2023-06-03T19:03:29.358Z",
    "hierarchy-version": "1",
}
ACTIVE = {**PLAIN, "type": "branch:ACTIVE", "version": f"branch:version:{VERSION}"}


def without(attributes: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in attributes.items() if key != name}


def test_the_decrypt_only_encryption_context() -> None:
    context = FIRST.encryption_context("logical name")
    time = context.pop("create-time")
    assert context == {
        "branch-key-id": "an id",
        "type": f"branch:version:{VERSION}",
        "kms-arn": KEY,
        "hierarchy-version": "1",
        "tablename": "logical name",
        "aws-crypto-ec:department": "admin",
        "aws-crypto-ec:": "empty",
        "aws-crypto-ec:aws-crypto-ec:x": "y",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", time)


def test_the_active_encryption_context() -> None:
    decrypt_only = FIRST.encryption_context("n")
    assert FIRST.active().encryption_context("n") == {
        **decrypt_only,
        "type": "branch:ACTIVE",
        "version": f"branch:version:{VERSION}",
    }


def test_the_beacon_encryption_context() -> None:
    assert FIRST.beacon().encryption_context("n") == {**FIRST.encryption_context("n"), "type": "beacon:ACTIVE"}


def test_a_new_version_keeps_all_but_version_and_time() -> None:
    active = KeyDescription({**ACTIVE, "aws-crypto-ec:a": "b"})
    following = active.next_version(NEXT)
    assert following.version == NEXT
    assert without(dict(following.attributes), "create-time") == without(
        {**PLAIN, "type": f"branch:version:{NEXT}", "aws-crypto-ec:a": "b"}, "create-time"
    )
    assert following.attributes["create-time"] > ACTIVE["create-time"]


def test_what_is_read_from_an_item() -> None:
    assert KeyDescription(PLAIN).version == KeyDescription(ACTIVE).version == VERSION
    assert FIRST.custom_encryption_context == {"department": "admin", "": "empty", "aws-crypto-ec:x": "y"}
    assert FIRST.active().custom_encryption_context == FIRST.custom_encryption_context
    assert str(FIRST.kms_arn) == KEY
    assert FIRST.branch_key_id == "an id"


def test_any_other_attribute_is_authenticated_too() -> None:
    assert KeyDescription({**PLAIN, "added": "by somebody"}).encryption_context("n")["added"] == "by somebody"


@pytest.mark.parametrize("name", PLAIN)
def test_required_attributes(name: str) -> None:
    with pytest.raises(BranchKeyTamperedError, match=f"it lacks {name}"):
        KeyDescription(without(PLAIN, name))


@pytest.mark.parametrize("name", ["branch-key-id", "type"])
def test_attributes_that_must_not_be_empty(name: str) -> None:
    with pytest.raises(BranchKeyTamperedError, match=f"it lacks {name}"):
        KeyDescription({**PLAIN, name: ""})


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({**PLAIN, "enc": "x"}, "attribute enc"),
        ({**PLAIN, "tablename": "x"}, "attribute tablename"),
        ({**PLAIN, "version": f"branch:version:{VERSION}"}, "must not have version"),
        ({**PLAIN, "type": "beacon:ACTIVE", "version": "x"}, "must not have version"),
        (without(ACTIVE, "version"), "lacks version"),
        ({**PLAIN, "hierarchy-version": "2"}, "its hierarchy-version is '2', not 1"),
    ],
)
def test_malformed_items(attributes: dict[str, str], reason: str) -> None:
    with pytest.raises(BranchKeyTamperedError, match=reason):
        KeyDescription(attributes)


@pytest.mark.parametrize(
    "version", ["", VERSION, "branch:version:", f"branch:version:{VERSION.upper()}", "branch:version:1", "beacon:ACTIVE"]
)
def test_malformed_versions(version: str) -> None:
    with pytest.raises(BranchKeyTamperedError):
        assert KeyDescription({**ACTIVE, "version": version}).version


@pytest.mark.parametrize("arn", ["", "alias/a", KEY.rpartition(":")[0] + ":alias/a", "x"])
def test_malformed_arns(arn: str) -> None:
    with pytest.raises(BranchKeyTamperedError, match="its kms-arn is not that of a key"):
        assert KeyDescription({**PLAIN, "kms-arn": arn}).kms_arn
