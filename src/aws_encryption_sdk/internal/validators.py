"""Validators of attributes of classes made with attrs."""

from __future__ import annotations

import attrs

from ..exceptions import ArgumentTypeError

__all__ = ["value_is_not_a_string"]


def value_is_not_a_string(instance: object, attribute: attrs.Attribute[object], value: object) -> None:
    """Refuse text where a collection is wanted: it would be taken letter by letter.

    :raises ArgumentTypeError: if ``value`` is text
    """
    if isinstance(value, str):
        raise ArgumentTypeError(f"{attribute.name} must not be a str; put a single one into a list")
