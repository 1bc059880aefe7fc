"""What the methods of the library's interfaces have in common, where this package implements them: one model, and its errors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from .conventions import is_model
from .errors import AwsCryptographicMaterialProvidersException, raising_service_errors

_Self = TypeVar("_Self")
_Result = TypeVar("_Result")


def takes_model(name: str) -> Callable[[Callable[[_Self, Any], _Result]], Callable[[_Self, Any], _Result]]:
    """Let a method refuse everything but the model with this name, and raise errors of the library in place of those of this package.

    :param name: Name of the model, of either convention
    """

    def decorate(method: Callable[[_Self, Any], _Result]) -> Callable[[_Self, Any], _Result]:
        raising = raising_service_errors(method)

        @functools.wraps(method)
        def call(self: _Self, param: Any) -> _Result:
            if not is_model(param, name):
                raise AwsCryptographicMaterialProvidersException(
                    f"{method.__name__} takes {name}(...), not {type(param).__module__}.{type(param).__name__}"
                )
            return raising(self, param)

        return call

    return decorate
