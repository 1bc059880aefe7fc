"""Attributes of a package that are loaded when they are first used."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from aws_encryption_sdk._loaded_when_used import loaded_when_used

PACKAGE = "aws_encryption_sdk"
#: What a program with keys of its own has no use for.
UNUSED = (
    "boto3",
    "botocore",
    "concurrent.futures",
    "logging",
    "pathlib",
    f"{PACKAGE}._kms",
    f"{PACKAGE}.caches",
    f"{PACKAGE}.compatability",
    f"{PACKAGE}.internal",
    f"{PACKAGE}.key_providers.raw",
    f"{PACKAGE}.keyrings.aws_kms",
    f"{PACKAGE}.materials_managers.caching",
)


def test_name_in_a_module_and_module_itself() -> None:
    load, names = loaded_when_used(PACKAGE, {"Keyring": ".keyrings.base", "base": ".keyrings.base"})
    from aws_encryption_sdk.keyrings import base

    assert load("base") is base
    assert load("Keyring") is base.Keyring
    assert {"Keyring", "base", "encrypt"} <= set(names())


def test_unknown_name() -> None:
    load, _ = loaded_when_used(PACKAGE, {})
    with pytest.raises(AttributeError, match=f"module '{PACKAGE}' has no attribute 'nothing'"):
        load("nothing")


def test_what_the_import_leaves_out() -> None:
    program = (
        "import json, sys\nbefore = set(sys.modules)\nimport aws_encryption_sdk\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    loaded = json.loads(printed)
    assert f"{PACKAGE}.client" in loaded
    assert [name for name in UNUSED if name in loaded] == []
