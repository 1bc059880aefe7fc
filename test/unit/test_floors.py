"""The floors of the architecture: imports only point down, and never in a circle."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "aws_encryption_sdk"
ROOT = Path(__file__).parents[2] / "src" / PACKAGE

#: From the ground up. A module stands on the floor of the longest name here that it begins with.
FLOORS: list[set[str]] = [
    {"_exceptions"},
    {"exceptions", "_limits", "_loaded_when_used"},
    {"_arguments", "_tuple_as_set"},
    {"identifiers"},
    {"structures", "_policies"},
    {"_message", "_crypto"},
    {"_materials", "_wrapping", "_kms"},
    {"_mpl"},
    {"keyrings.base", "keyrings.mpl", "keyrings._decryption", "keyrings._ecdh", "keyrings._parallel", "caches"},
    {"branch_keys"},
    {
        "keyrings.raw",
        "keyrings.multi",
        "key_providers",
        "materials_managers.base",
        "materials_managers.mpl",
        "materials_managers.reproduced_context",
    },
    {"keyrings.aws_kms"},
    {"keyrings", "materials_managers.default"},
    {"materials_managers"},
    {"_operations"},
    {"_collected", "_hash_thread", "_sources", "_stream_configuration"},
    {"_configured_operations"},
    {"_stream"},
    {"streaming_client"},
    {"_one_call"},
    {"client"},
    {"material_providers"},
    {""},
    # The attic: nobody imports it.
    {"internal", "compatability"},
]
#: Pairs that never meet, though neither stands above the other.
APART = [("_message", "_crypto"), ("_crypto", "_message"), ("_message", "_wrapping"), ("_crypto", "_wrapping")]

#: The modules that may import botocore: nobody imports it before a client is needed, or only for its types.
BOTOCORE = {
    module: {"botocore"}
    for module in (
        "_kms.botocore_clients",
        "_kms.clients",
        "keyrings.aws_kms._client_cache",
        "key_providers.kms._configuration",
        "keyrings.aws_kms.client_suppliers",
    )
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = dict(modules())


def floor_of(module: str) -> int:
    best, found = -1, -1
    for number, names in enumerate(FLOORS):
        for name in names:
            stands_here = module == name or bool(name and module.startswith(name + "."))
            if stands_here and len(name) > best:
                best, found = len(name), number
    assert found >= 0, f"{module} stands on no floor: add it to FLOORS"
    return found


def imports_of(module: str, path: Path) -> Iterator[str]:
    """Yield the modules of the package that a module imports when it is loaded, or later."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            if node.level:
                base = package.split(".") if package else []
                base = base[: len(base) - (node.level - 1)] + (node.module.split(".") if node.module else [])
                target = ".".join(base)
            elif node.module and (node.module == PACKAGE or node.module.startswith(f"{PACKAGE}.")):
                target = node.module.removeprefix(PACKAGE).removeprefix(".")
            else:
                continue
            for alias in node.names:
                deeper = f"{target}.{alias.name}" if target else alias.name
                yield deeper if deeper in MODULES else target
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith(f"{PACKAGE}."):
                    yield alias.name.removeprefix(f"{PACKAGE}.")


def external_imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module: str) -> None:
    here = floor_of(module)
    for target in set(imports_of(module, MODULES[module])) - {module}:
        there = floor_of(target)
        same_room = module.split(".", maxsplit=1)[0] == target.split(".")[0]
        assert there < here or (there == here and same_room), f"{module} (floor {here}) imports {target} (floor {there})"


def test_no_circle() -> None:
    """A package's own ``__init__`` hands names on; the circle that counts is one of modules that do the work."""
    graph = {
        module: {target for target in imports_of(module, path) if MODULES[target].name != "__init__.py"} - {module}
        for module, path in MODULES.items()
    }
    done: set[str] = set()

    def walk(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " > ".join((*trail[trail.index(module) :], module))
        if module in done:
            return
        for target in graph[module]:
            walk(target, (*trail, module))
        done.add(module)

    for module in graph:
        walk(module, ())


@pytest.mark.parametrize(("above", "below"), APART)
def test_syntax_and_ciphers_never_meet(above: str, below: str) -> None:
    for module, path in MODULES.items():
        if module.split(".")[0] == above:
            assert not [t for t in imports_of(module, path) if t.split(".")[0] == below], module


def test_only_known_packages_are_imported() -> None:
    allowed = {"attrs", "cryptography", *sys.stdlib_module_names}
    for module, path in MODULES.items():
        assert set(external_imports_of(path)) <= allowed | BOTOCORE.get(module, set()), module


def test_the_operations_know_no_files_and_no_threads() -> None:
    forbidden = {"io", "socket", "threading", "concurrent", "subprocess", "pathlib"}
    for module, path in MODULES.items():
        if module.split(".")[0] in ("_operations", "_message", "_crypto"):
            assert not forbidden & set(external_imports_of(path)), module
