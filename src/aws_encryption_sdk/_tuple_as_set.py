"""A tuple that is read as the set of its members, too: programs of versions 1 to 4 had a set in its place."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AnySet
from typing import Any, Final, NoReturn, TypeVar

from .exceptions import NotSupportedError

_Member = TypeVar("_Member")

_CHANGES: Final = frozenset(
    (
        *("add", "clear", "discard", "pop", "remove", "update"),
        *("difference_update", "intersection_update", "symmetric_difference_update"),
    )
)


class FixedMembersError(NotSupportedError, AttributeError):
    """A method was called that changes a set; ``hasattr`` tells beforehand that it is not there."""


class TupleAsSet(tuple[_Member, ...]):
    """A tuple that is equal to a set of the same members, and has what a ``set`` has, but for what changes it.

    The operators and methods of sets return new ``set`` objects; order and duplicates are lost in them. Beside sets and others
    of its kind it is compared as a set; beside other tuples as a tuple.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (set, frozenset)):
            return frozenset(self) == other
        if isinstance(other, list):
            return list(self) == other
        return tuple.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    def __getattr__(self, name: str) -> NoReturn:
        kind = type(self).__name__
        if name in _CHANGES:
            raise FixedMembersError(
                f"{kind} cannot be changed, so there is no {name}(); make a set of it, change that, and assign it to the "
                "attribute that this came from"
            )
        raise AttributeError(f"{kind!r} object has no attribute {name!r}")

    def __or__(self, other: Iterable[object]) -> set[Any]:
        return self.union(other) if _is_set(other) else NotImplemented

    def __and__(self, other: Iterable[object]) -> set[Any]:
        return self.intersection(other) if _is_set(other) else NotImplemented

    def __sub__(self, other: Iterable[object]) -> set[Any]:
        return self.difference(other) if _is_set(other) else NotImplemented

    def __xor__(self, other: Iterable[object]) -> set[Any]:
        return self.symmetric_difference(other) if _is_set(other) else NotImplemented

    __ror__, __rand__, __rxor__ = __or__, __and__, __xor__

    def __rsub__(self, other: Iterable[object]) -> set[Any]:
        return set(other).difference(self) if _is_set(other) else NotImplemented

    def __le__(self, other: Any) -> bool:
        return self.issubset(other) if _is_set(other) else tuple.__le__(self, other)

    def __lt__(self, other: Any) -> bool:
        return set(self) < set(other) if _is_set(other) else tuple.__lt__(self, other)

    def __ge__(self, other: Any) -> bool:
        return self.issuperset(other) if _is_set(other) else tuple.__ge__(self, other)

    def __gt__(self, other: Any) -> bool:
        return set(self) > set(other) if _is_set(other) else tuple.__gt__(self, other)

    def union(self, *others: Iterable[object]) -> set[Any]:
        """Return the members of this and of the others."""
        return set[Any](self).union(*others)

    def intersection(self, *others: Iterable[object]) -> set[_Member]:
        """Return the members that all of the others have, too."""
        return set(self).intersection(*others)

    def difference(self, *others: Iterable[object]) -> set[_Member]:
        """Return the members that none of the others has."""
        return set(self).difference(*others)

    def symmetric_difference(self, other: Iterable[object]) -> set[Any]:
        """Return the members that either this has or the other, and not both."""
        return set[Any](self).symmetric_difference(other)

    def issubset(self, other: Iterable[object]) -> bool:
        """Tell whether the other has all members of this."""
        return set(self).issubset(other)

    def issuperset(self, other: Iterable[object]) -> bool:
        """Tell whether this has all members of the other."""
        return set(self).issuperset(other)

    def isdisjoint(self, other: Iterable[object]) -> bool:
        """Tell whether this and the other have no member in common."""
        return set(self).isdisjoint(other)

    def copy(self) -> set[_Member]:
        """Return a set of the members, which may be changed."""
        return set(self)


def _is_set(value: object) -> bool:
    return isinstance(value, (AnySet, TupleAsSet))
