"""The texts that a branch key goes by: its id, its version, the logical name of its store."""

from __future__ import annotations

import uuid

from .._arguments import builtin_name, bytes_from
from ..exceptions import ArgumentTypeError, ArgumentValueError

_UUID_VERSION = 4


def check_identifier(value: object, name: str) -> str:
    """Return ``value``, if it can be a field of a cache identifier: fields are joined by a zero byte.

    :param name: How the caller knows it
    :raises ArgumentTypeError: if it is no str
    :raises ArgumentValueError: if it is empty or has a zero byte
    :raises SerializationError: if it has no UTF-8 form
    """
    if not isinstance(value, str):
        raise ArgumentTypeError(f"{name} must be a str, not {builtin_name(value)}")
    if not value:
        raise ArgumentValueError(f"{name} must not be empty")
    if "\0" in value:
        raise ArgumentValueError(f"{name} must not contain a zero byte, which separates fields; {value[:80]!r} does")
    bytes_from(value, name)
    return value


def check_version(value: object) -> str:
    """Return the version of a branch key, if it is written as a UUID of version 4 is.

    :raises ArgumentTypeError: if it is no str
    :raises ArgumentValueError: if it is something else
    """
    if not isinstance(value, str):
        raise ArgumentTypeError(f"The version of a branch key must be a str, not {builtin_name(value)}")
    try:
        parsed = uuid.UUID(value)
    except ValueError:
        parsed = None
    if parsed is None or str(parsed) != value or parsed.version != _UUID_VERSION:
        raise ArgumentValueError(
            f"The version of a branch key must be a UUID of version 4, written as {uuid.UUID(int=0)}, not {value[:80]!r}"
        )
    return value


def new_uuid() -> str:
    """Return a new random UUID of version 4."""
    return str(uuid.uuid4())
