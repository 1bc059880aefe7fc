"""The wrapping key of a raw master key, at its former place."""

from ...key_providers.raw import WrappingKey

__all__ = ["WrappingKey"]
