"""Checks of what callers hand in; the messages name the slip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from .exceptions import ArgumentTypeError, ArgumentValueError, SerializationError

_LONGEST_SHOWN: Final = 128


def text_from(value: object, name: str) -> str:
    """Return ``value`` as text; bytes are decoded as UTF-8.

    :raises SerializationError: if the bytes are not UTF-8
    :raises ArgumentTypeError: if it is neither text nor bytes
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        try:
            return str(value, "utf-8")
        except UnicodeDecodeError as error:
            raise SerializationError(f"{name} is not valid UTF-8") from error
    raise ArgumentTypeError(f"{name} must be str or bytes, not {type(value).__name__}")


def bytes_from(value: object, name: str) -> bytes:
    """Return ``value`` as bytes; text is encoded as UTF-8.

    :raises SerializationError: if the text has no UTF-8 form
    :raises ArgumentTypeError: if it is neither text nor bytes
    """
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        try:
            return value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise SerializationError(
                f"{name} cannot be encoded as UTF-8: there is a lone surrogate at index {error.start}; text that was decoded with "
                "surrogateescape has such, for one"
            ) from error
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    raise ArgumentTypeError(f"{name} must be str or bytes, not {type(value).__name__}")


def check_encryption_context(encryption_context: Mapping[str, str], name: str = "encryption_context") -> dict[str, str]:
    """Return a dict of ``encryption_context``, of which every key and value is text.

    :raises ArgumentTypeError: if it is not a mapping of str to str
    """
    if type(encryption_context) is not dict and not isinstance(encryption_context, Mapping):
        raise ArgumentTypeError(
            f"{name} must be a dict of str to str, not {builtin_name(encryption_context)}; leave it out where there is none"
        )
    checked: dict[str, str] = {}
    for key, value in encryption_context.items():
        text_key = key if isinstance(key, str) else _context_text(key, name, "key")
        if text_key in checked:
            raise ArgumentValueError(f"{name} has the key {text_key!r} twice, as text and as bytes")
        checked[text_key] = value if isinstance(value, str) else _context_text(value, name, "value")
    return checked


def strings_from(values: Iterable[str] | None, name: str) -> tuple[str, ...]:
    """Return a list of str as a tuple; None stands for an empty one.

    :raises ArgumentTypeError: if it is one str, which would be taken letter by letter, or a member is no str
    """
    if values is None:
        return ()
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise ArgumentTypeError(f"{name} must be a list of str, not {builtin_name(values)}; put a single one into a list")
    strings = tuple(values)
    for string in strings:
        if not isinstance(string, str):
            raise ArgumentTypeError(f"A member of {name} must be a str, not {builtin_name(string)}")
    return strings


def builtin_name(value: object) -> str:
    """Return how to call ``value``'s type in a message."""
    return "None" if value is None else value.__class__.__name__


def _context_text(value: object, name: str, part: str) -> str:
    # Old programs hand in bytes here; every other type is a slip such as a number that was not turned into text.
    if isinstance(value, bytes):
        return text_from(value, f"A {part} in {name}")
    raise ArgumentTypeError(f"A {part} in {name} must be a str, not {builtin_name(value)}; convert it with str()")


def check_member(value: object, enumeration: type, name: str) -> None:
    """Check that ``value`` is a member of ``enumeration``.

    :raises ArgumentTypeError: if it is not
    """
    if not isinstance(value, enumeration):
        raise ArgumentTypeError(f"{name} must be a {enumeration.__name__}, not {builtin_name(value)}")


def check_max_encrypted_data_keys(value: int) -> None:
    """Check a limit of encrypted data keys.

    :raises ArgumentTypeError: if it is not a number
    :raises ArgumentValueError: if it is below 1
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise ArgumentTypeError(f"max_encrypted_data_keys must be an int, not {builtin_name(value)}")
    if value < 1:
        raise ArgumentValueError("max_encrypted_data_keys cannot be less than 1")


def check_integer(value: int, name: str, least: int, most: int | None = None) -> None:
    """Check a number, and that it is in range, both ends included.

    :raises ArgumentTypeError: if it is no int
    :raises ArgumentValueError: if it is out of range
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise ArgumentTypeError(f"{name} must be an int, not {builtin_name(value)}")
    if value < least:
        raise ArgumentValueError(f"{name} must be at least {least}, not {_shown(value)}")
    if most is not None and value > most:
        raise ArgumentValueError(f"{name} cannot exceed {most}, and is {_shown(value)}")


def _shown(number: int) -> str:
    # Python refuses to write down very long ones.
    bits = number.bit_length()
    return str(number) if bits <= _LONGEST_SHOWN else f"a{' negative' if number < 0 else ''} number of {bits} bits"
