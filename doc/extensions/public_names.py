"""A Sphinx extension that warns of every public name without an entry in the reference."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

PACKAGE: Final = "aws_encryption_sdk"
#: What other modules of the package use, and programs do not import; what is public of it, the package lists.
WORKINGS: Final = tuple(
    f"{PACKAGE}.{name}"
    for name in (
        "branch_keys.dynamodb_failures",
        "branch_keys.identity",
        "branch_keys.items",
        "branch_keys.kms_wrapping",
        "caches.access",
        "caches.branch_key_identifiers",
        "caches.entry",
        "caches.identifiers",
        "caches.in_flight",
        "caches.statistics",
        "keyrings.raw.aes",
        "keyrings.raw.ecdh",
        "keyrings.raw.rsa",
        "materials_managers.reproduced_context",
        "materials_managers.required_pairs",
    )
)
#: Old import paths: the page of migration tells what became of them, and nobody should find them here.
ATTIC: Final = (f"{PACKAGE}.internal", f"{PACKAGE}.compatability", f"{PACKAGE}.mpl")


def setup(app: Sphinx) -> dict[str, bool]:
    """Note what the pages describe, and have it compared with the package once all of them have been read."""
    app.connect("autodoc-process-docstring", note)
    app.connect("env-purge-doc", forget)
    app.connect("env-check-consistency", check)
    return {"parallel_read_safe": False}


def note(app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]) -> None:
    """Note a name that a page describes. The environment keeps it for builds that read only what has changed."""
    described(app.env).setdefault(app.env.docname, set()).add(name)


def forget(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    """Forget what a page described, before it is read again."""
    described(env).pop(page, None)


def check(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of every public name that no page describes, by this name or as the same object under another."""
    from sphinx.util import logging  # noqa: PLC0415

    for name in undescribed(set().union(*described(env).values())):
        logging.getLogger(__name__).warning("%s is public, and has no entry in doc/reference", name)


def described(env: BuildEnvironment) -> dict[str, set[str]]:
    """Return the names that each page describes."""
    names: dict[str, set[str]] = env.__dict__.setdefault("described_public_names", {})
    return names


def undescribed(described: Iterable[str]) -> list[str]:
    """Return the public names that are not described.

    :param described: Names that are
    """
    names = set(described)
    objects = {id(found) for name in names if (found := _object(name)) is not None}
    return [
        name
        for module in public_modules()
        for name, value in public_names(module)
        if name not in names and (id(value) not in objects or isinstance(value, (str, int)))
    ]


def public_modules() -> Iterator[ModuleType]:
    """Yield the modules that programs import."""
    package = importlib.import_module(PACKAGE)
    yield package
    for found in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."):
        hidden = any(part.startswith("_") for part in found.name.split("."))
        if not hidden and not found.name.startswith((*ATTIC, *WORKINGS)):
            yield importlib.import_module(found.name)


def public_names(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield what a module makes public: what it lists, or else what it defines."""
    listed = getattr(module, "__all__", None)
    for name in listed if listed is not None else vars(module):
        value = getattr(module, name)
        is_its_own = listed is not None or getattr(value, "__module__", None) == module.__name__
        if not name.startswith("_") and is_its_own and not inspect.ismodule(value):
            yield f"{module.__name__}.{name}", value


def _object(name: str) -> Any:
    """Return what a dotted name stands for."""
    parts = name.split(".")
    for split in range(len(parts), 0, -1):
        try:
            value: Any = importlib.import_module(".".join(parts[:split]))
        except ImportError:
            continue
        for attribute in parts[split:]:
            value = getattr(value, attribute, None)
        return value
    return None
