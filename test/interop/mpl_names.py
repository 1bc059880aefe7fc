"""The names of the Material Providers Library, dumped by the Python that has it.

This script prints one JSON object: for each module, its public classes with the parameters of their constructors, their methods
with theirs, and their constants. The test run imports it too, to look at the names of this package in the same way.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from typing import Any

MODULES = (
    "mpl",
    "mpl.client",
    "mpl.config",
    "mpl.errors",
    "mpl.models",
    "mpl.references",
    "keystore",
    "keystore.client",
    "keystore.config",
    "keystore.errors",
    "keystore.models",
)
ROOT = "aws_cryptographic_material_providers"
ROOTS = (ROOT, "aws_cryptography_primitives", "aws_encryption_sdk")


def names_of(root: str, module: str) -> dict[str, dict[str, Any]]:
    """Return the public classes of a module and what can be told of each."""
    return {
        name: _described(value)
        for name, value in vars(importlib.import_module(f"{root}.{module}")).items()
        if inspect.isclass(value)
        and not name.startswith(("_", "Dafny"))
        and value.__module__.split(".")[0] in ROOTS
        and "internaldafny" not in value.__module__
        and not value.__module__.endswith(("dafnyImplInterface", "dafny_protocol"))
    }


def _described(kind: Any) -> dict[str, Any]:
    members = {name: inspect.getattr_static(kind, name) for name in dir(kind) if not name.startswith("_")}
    return {
        "parameters": _parameters(kind.__init__)[1:] if inspect.isfunction(kind.__init__) else [],
        "methods": {name: _parameters(member)[1:] for name, member in members.items() if inspect.isfunction(member)},
        "constants": {name: member for name, member in members.items() if isinstance(member, str)},
        "values": sorted(members["values"]) if isinstance(members.get("values"), frozenset) else None,
        "bases": [base.__name__ for base in kind.__mro__[1:]],
    }


def _parameters(function: Any) -> list[list[str]]:
    return [
        [each.name, each.kind.name, "" if each.default is each.empty else repr(each.default)]
        for each in inspect.signature(function).parameters.values()
    ]


if __name__ == "__main__":
    json.dump({module: names_of(ROOT, module) for module in MODULES}, sys.stdout)
