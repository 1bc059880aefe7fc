"""The mark of what is deprecated."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["deprecated"]

_Marked = TypeVar("_Marked", bound=type)


def deprecated(reason: str) -> Callable[[_Marked], _Marked]:
    """Return a decorator for a class, whose construction then gives a ``DeprecationWarning``.

    :param reason: Why, and what to use
    """

    def mark(cls: _Marked) -> _Marked:
        construct = cls.__init__  # type: ignore[misc]  # of this very class

        @functools.wraps(construct)
        def warn_and_construct(self: object, *args: Any, **kwargs: Any) -> None:
            warnings.warn(f"{cls.__name__} is deprecated: {reason}", category=DeprecationWarning, stacklevel=2)
            construct(self, *args, **kwargs)

        cls.__init__ = warn_and_construct  # type: ignore[misc]  # a decorator of classes does that
        return cls

    return mark
