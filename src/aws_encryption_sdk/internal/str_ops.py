"""Text to bytes and back; what is neither stays as it is."""

from __future__ import annotations

from typing import Any

from .._arguments import bytes_from, text_from

__all__ = ["to_bytes", "to_str"]


def to_bytes(data: Any) -> Any:
    """Return text as UTF-8, and everything else as it is.

    :raises SerializationError: if the text has no UTF-8 form
    """
    return bytes_from(data, "data") if isinstance(data, str) else data


def to_str(data: Any) -> Any:
    """Return bytes as the text that they are in UTF-8, and everything else as it is.

    :raises SerializationError: if they are not UTF-8
    """
    return text_from(data, "data") if isinstance(data, bytes) else data
