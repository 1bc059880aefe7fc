"""How models refuse what they cannot hold."""

from __future__ import annotations

import functools
import inspect
from typing import Any, TypeVar

import attrs

from .errors import ModelTypeError, ModelValueError

_Model = TypeVar("_Model")


def model(made: type[_Model]) -> type[_Model]:
    """Let an ``attrs`` class raise errors of the library, which are those of Python as well, where it cannot be made.

    :returns: the class itself
    """
    initialize: Any = made.__init__
    names = ", ".join(field.name for field in attrs.fields(made))  # type: ignore[arg-type]  # it is a class of attrs

    @functools.wraps(initialize)
    def __init__(self: _Model, *args: Any, **fields: Any) -> None:
        try:
            initialize(self, *args, **fields)
        except TypeError as error:
            raise ModelTypeError(f"{made.__name__}({names}) cannot be made: {error}") from error
        except ValueError as error:
            raise ModelValueError(f"{made.__name__}({names}) cannot be made: {error}") from error

    # Who looks for the fields finds them, and not the pair of stars.
    __init__.__signature__ = inspect.signature(initialize)  # type: ignore[attr-defined]  # inspect looks for it
    made.__init__ = __init__  # type: ignore[method-assign, assignment]  # what this is for
    return made
