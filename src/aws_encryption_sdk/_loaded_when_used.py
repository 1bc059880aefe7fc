"""Attributes of a package that are loaded when they are first used.

A program that needs none of them does not pay for them at import: botocore, threads, caches. For it, they are attributes like all
others: ``dir`` lists them, and ``from ... import`` finds them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def loaded_when_used(package: str, places: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and the ``__dir__`` of a package.

    :param package: Name of the package
    :param places: For each attribute, the module that has it, as a relative import names it; or the module that it is
    """

    def load(name: str) -> Any:
        place = places.get(name)
        if place is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = import_module(place, package)
        return module if place.endswith(f".{name}") else getattr(module, name)

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *places})

    return load, names
