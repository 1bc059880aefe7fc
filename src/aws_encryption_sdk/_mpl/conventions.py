"""Which calling convention an object is written for: that of this package, or that of the library where it is installed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

import attrs

from . import references

#: Where the library defines its classes; whoever has an object of one of them has loaded these modules.
_LIBRARY: Final = "aws_cryptographic_material_providers.smithygenerated.aws_cryptography_materialproviders"


def our_models() -> Any:
    """Return the namespace of the models here; they are many, and few programs need them."""
    from . import models  # noqa: PLC0415 - models are loaded when used

    return models


def _loaded(name: str) -> Any:
    return sys.modules.get(f"{_LIBRARY}.{name}")


@attrs.frozen
class _Convention:
    """The classes that one implementation of the calling convention is made of.

    :param interfaces: Returns the namespace of its interfaces, None where it is not loaded
    :param models: Returns the namespace of its models, likewise
    """

    interfaces: Callable[[], Any]
    models: Callable[[], Any]


_CONVENTIONS: Final = (
    _Convention(lambda: references, our_models),
    _Convention(lambda: _loaded("references"), lambda: _loaded("models")),
)


def models_for(value: object, interface: str) -> Any:
    """Return the models that an object is called with which implements ``interface`` (such as ``IKeyring``); None if none does."""
    for convention in _CONVENTIONS:
        if _is_a(value, convention.interfaces(), interface):
            return convention.models()
    return None


def is_model(value: object, name: str) -> bool:
    """Tell whether an object is the model with this name, of either convention."""
    return any(_is_a(value, convention.models(), name) for convention in _CONVENTIONS)


def _is_a(value: object, namespace: Any, name: str) -> bool:
    kind = getattr(namespace, name, None)
    return isinstance(kind, type) and isinstance(value, kind)
