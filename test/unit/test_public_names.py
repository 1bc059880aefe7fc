"""The public names are those of the inventory: who imports and calls them finds them tomorrow as today."""

from __future__ import annotations

import json
from typing import Any

from test.unit.public_names import INVENTORY, describe_package, describe_reached

REVIEW = "if that is wanted, run `python -m test.unit.public_names` and review the difference"


def inventory() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads(INVENTORY.read_text("ascii"))
    return loaded


def lines(description: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {f"{module}: {name}": described for module, names in description.items() for name, described in names.items()}


def test_nothing_that_programs_use_is_gone_or_changed() -> None:
    frozen, found = lines(inventory()), lines(describe_package() | describe_reached())
    for name, described in frozen.items():
        assert name in found, f"{name} is gone; {REVIEW}"
        assert found[name] == described, f"{name} has changed; {REVIEW}"


def test_new_names_are_in_the_inventory() -> None:
    new = lines(describe_package() | describe_reached()).keys() - lines(inventory()).keys()
    assert not new, f"new public names; {REVIEW}"


def test_all_is_sorted_and_without_duplicates() -> None:
    import aws_encryption_sdk

    names = aws_encryption_sdk.__all__
    assert names == sorted(set(names))
