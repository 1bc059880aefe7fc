"""What the methods of the library's interfaces have in common, where this package implements them: one model, and its errors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from .conventions import is_model
from .errors import AwsCryptographicMaterialProvidersException, raising_service_errors

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def takes_model(name: str) -> Callable[[Callable[_Arguments, _Result]], Callable[_Arguments, _Result]]:
    """Let a method refuse everything but the model with this name, and raise errors of the library in place of those of this package.

    :param name: Name of the model, of either convention
    """

    def decorate(method: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
        raising = raising_service_errors(method)

        @functools.wraps(method)
        def call(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
            for given in (*args[1:], *kwargs.values()):
                if not is_model(given, name):
                    raise AwsCryptographicMaterialProvidersException(
                        f"{method.__name__} takes {name}(...), not {type(given).__module__}.{type(given).__name__}"
                    )
            return raising(*args, **kwargs)

        return call

    return decorate
