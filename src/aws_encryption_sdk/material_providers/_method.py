"""What every method of the library has: one input of a known type, and errors of the library."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from .._mpl.errors import ApiError, AwsCryptographicMaterialProvidersException, raising_service_errors

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def takes(
    input_type: type, refusal: type[ApiError] = AwsCryptographicMaterialProvidersException
) -> Callable[[Callable[_Arguments, _Result]], Callable[_Arguments, _Result]]:
    """Let a method refuse an ``input`` of another type, and raise errors of the library in place of those of this package.

    :param refusal: What is raised for a wrong input, and where the library has no class for an error
    """

    def decorate(method: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
        raising = raising_service_errors(method, refusal)

        @functools.wraps(method)
        def call(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
            for given in (*args[1:], *kwargs.values()):
                if not isinstance(given, input_type):
                    raise refusal(
                        f"{method.__name__} takes input={input_type.__name__}(...) of {input_type.__module__}, not "
                        f"{type(given).__module__}.{type(given).__name__}"
                    )
            return raising(*args, **kwargs)

        return call

    return decorate
