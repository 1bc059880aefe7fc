"""The branch key store, under the names of the Material Providers Library."""

from .client import KeyStore

__all__ = ["KeyStore"]
