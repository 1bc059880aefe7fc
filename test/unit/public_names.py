"""Describes the public names of this package: what programs import, and how they call it.

``python -m test.unit.public_names`` writes the description into the inventory that ``test_public_names.py`` holds the package to.
What changes in it changes for users: review the difference.

The module needs nothing but Python, so that an environment with the released package runs it, too, and prints a description of that.
"""

from __future__ import annotations

import enum
import functools
import importlib
import inspect
import json
import pkgutil
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGE = "aws_encryption_sdk"
INVENTORY = Path(__file__).with_name("public_names.json")

#: What a default says that is made anew for each call.
MADE = "(made for each call)"

#: How the kinds of parameters are written.
_KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "{} (by position)",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "{}",
    inspect.Parameter.VAR_POSITIONAL: "*{}",
    inspect.Parameter.KEYWORD_ONLY: "{} (by name)",
    inspect.Parameter.VAR_KEYWORD: "**{}",
}

#: Names that begin with an underscore, and that programs or their tests reach all the same.
REACHED = (
    "compatability._warn_deprecated_python",
    "internal.crypto.elliptic_curve._ecc_decode_compressed_point",
    "internal.crypto.elliptic_curve._ecc_encode_compressed_point",
    "internal.crypto.elliptic_curve._ecc_public_numbers_from_compressed_point",
    "internal.crypto.elliptic_curve._ecc_static_length_signature",
    "key_providers.base.MasterKey._decrypt_data_key",
    "key_providers.base.MasterKey._encrypt_data_key",
    "key_providers.base.MasterKey._generate_data_key",
    "key_providers.base.MasterKey._key_check",
    "key_providers.base.MasterKeyProvider._new_master_key",
    "key_providers.kms.BaseKMSMasterKeyProvider._client",
    "key_providers.kms.BaseKMSMasterKeyProvider._new_master_key_impl",
    "key_providers.kms.BaseKMSMasterKeyProvider._process_config",
    "key_providers.kms.BaseKMSMasterKeyProvider._regional_clients",
    "key_providers.kms.KMSMasterKey._build_decrypt_request",
    "key_providers.kms.KMSMasterKey._build_encrypt_request",
    "key_providers.kms.KMSMasterKey._build_generate_data_key_request",
    "key_providers.kms.KMSMasterKey._validate_allowed_to_decrypt",
    "key_providers.kms._PROVIDER_ID",
    "key_providers.kms._check_mrk_arns_equal",
    "key_providers.kms._key_resource_match",
    "key_providers.kms._region_from_key_id",
    "key_providers.raw.RawMasterKey._config_class",
    "key_providers.raw.RawMasterKeyProvider._config_class",
    "key_providers.raw.RawMasterKeyProvider._get_raw_key",
    "key_providers.raw.RawMasterKeyProvider._master_key_class",
    "keyrings.aws_kms._AwsKmsDiscoveryKeyring",
    "keyrings.aws_kms._AwsKmsSingleCmkKeyring",
    "keyrings.aws_kms._client_cache.ClientCache",
    "streaming_client._ClientConfig",
    "streaming_client._EncryptionStream",
)


def describe_package() -> dict[str, dict[str, Any]]:
    """Return a description of each public name of each public module."""
    modules = {name: importlib.import_module(name) for name in public_modules()}
    # The package itself comes last: what it has is described where it comes from.
    names = {place: names_of(module) for place, module in [*modules.items()][1:] + [*modules.items()][:1]}
    described: dict[str, dict[str, Any]] = {place: {} for place in names}
    for place, found in names.items():
        for name in found:
            value = getattr(modules[place], name)
            home = next((other for other in names if getattr(value, "__module__", None) == other), None)
            home = home or next(other for other in names if getattr(modules[other], name, None) is value)
            elsewhere = home != place and name in names[home] and callable(value)
            described[place][name] = f"{home}.{name}" if elsewhere else describe(value)
    return described


def describe_reached() -> dict[str, dict[str, Any]]:
    """Return a description of the names with an underscore that programs reach."""
    return {"reached in spite of their underscore": {name: describe(reach(name)) for name in REACHED}}


def reach(name: str) -> Any:
    """Return what has this name in the package: ``module.name``, or ``module.Class.name``."""
    places = name.split(".")
    for count in range(len(places), -1, -1):
        try:
            value: Any = importlib.import_module(".".join([PACKAGE, *places[:count]]))
        except ModuleNotFoundError:
            continue
        for place in places[count:]:
            value = getattr(value, place)
        return value
    raise LookupError(name)


def public_modules() -> list[str]:
    """Return the names of all modules without an underscore."""
    package = importlib.import_module(PACKAGE)
    names = [found.name for found in pkgutil.walk_packages(package.__path__, f"{PACKAGE}.")]
    return [PACKAGE, *sorted(name for name in names if "._" not in name and _can_be_imported(name))]


def _can_be_imported(module: str) -> bool:
    """Tell whether there is all that a module needs: some of the released package need more than it installs."""
    try:
        importlib.import_module(module)
    except ModuleNotFoundError:
        return False
    return True


@functools.cache
def public_classes() -> frozenset[type[Any]]:
    """Return all classes that have a public name."""
    modules = [importlib.import_module(name) for name in public_modules()]
    values = [getattr(module, name) for module in modules for name in names_of(module)]
    return frozenset(value for value in values if isinstance(value, type))


def names_of(module: ModuleType) -> list[str]:
    """Return the public names of a module: those in ``__all__``, or those that it defines."""
    names = getattr(module, "__all__", None)
    if names is None:
        names = [name for name, value in vars(module).items() if not name.startswith("_") and _belongs(value, module)]
    return sorted(names)


def describe(value: Any) -> Any:
    """Return a description of a value."""
    if inspect.ismodule(value):
        return "module"
    if type(value).__module__ in ("types", "typing", "collections.abc") and not inspect.isroutine(value):
        return "type"
    if inspect.isclass(value):
        return _describe_class(value)
    if inspect.isroutine(value):
        return {"call": _parameters(value)}
    return {"value": _shown(value)}


def _belongs(value: Any, module: ModuleType) -> bool:
    if inspect.isclass(value) or inspect.isfunction(value):
        return bool(value.__module__ == module.__name__)
    # Constants tell nobody where they come from.
    return isinstance(value, (int, str, bytes)) or type(value).__module__ == module.__name__


def _describe_class(cls: type[Any]) -> dict[str, Any]:
    bases = [base.__name__ for base in cls.__mro__[1:-1] if base in public_classes() or not _is_of_package(base)]
    described: dict[str, Any] = {"bases": bases}
    if issubclass(cls, enum.Enum):
        described["members"] = [member.name for member in cls]
        described["attributes"] = sorted(name for name in vars(next(iter(cls))) if not name.startswith("_"))
    else:
        if _is_constructed_here(cls):
            described["call"] = _parameters(cls)
        fields = getattr(cls, "__attrs_attrs__", None)
        if fields is not None:
            described["fields"] = [field.name for field in fields]
    described["has"] = {
        name: _describe_member(inspect.getattr_static(cls, name)) for name in sorted(dir(cls)) if _is_own(cls, name)
    }
    return described


def _is_constructed_here(cls: type[Any]) -> bool:
    """Tell whether a class says itself how it is called; how others are called differs between versions of Python."""
    own = any(inspect.isfunction(getattr(cls, name)) for name in ("__init__", "__new__"))
    return own and not getattr(cls, "_is_protocol", False)


def _is_own(cls: type[Any], name: str) -> bool:
    """Tell whether a class has a public name from this package, and not from Python."""
    if name.startswith("_") or (issubclass(cls, enum.Enum) and name in cls.__members__):
        return False
    definer = next((base for base in cls.__mro__ if name in vars(base)), None)
    return definer is not None and _is_of_package(definer)


def _is_of_package(cls: type[Any]) -> bool:
    return cls.__module__.partition(".")[0] == PACKAGE


def _describe_member(member: Any) -> Any:
    function = getattr(member, "__func__", member)
    if inspect.isfunction(function):
        return {"call": _parameters(function)}
    return "attribute"


def _parameters(call: Any) -> list[str]:
    return [
        _described_parameter(parameter) for parameter in inspect.signature(call, follow_wrapped=False).parameters.values()
    ]


def _described_parameter(parameter: inspect.Parameter) -> str:
    default = "" if parameter.default is inspect.Parameter.empty else f" = {_shown(parameter.default)}"
    return _KINDS[parameter.kind].format(parameter.name + default)


def _shown(value: Any) -> str:
    if isinstance(value, enum.Enum) and _is_of_package(type(value)):
        return f"{type(value).__name__}.{value.name}"
    if value is None or isinstance(value, (bool, int, float, str, bytes, tuple)):
        return repr(value)
    if repr(value) == "NOTHING":
        return MADE
    return f"a {type(value).__name__}"


def as_text(description: dict[str, dict[str, Any]]) -> str:
    """Return the inventory's text: JSON, with a line for each name."""
    modules = []
    for module, names in description.items():
        lines = [f"  {json.dumps(name)}: {json.dumps(described)}" for name, described in names.items()]
        modules.append(f" {json.dumps(module)}: {{\n" + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(modules) + "\n}\n"


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1:] == ["--print"]:
        print(as_text(describe_package()))
    else:
        INVENTORY.write_text(as_text(describe_package() | describe_reached()), encoding="ascii")
