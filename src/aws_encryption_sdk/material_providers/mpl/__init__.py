"""Keyrings, CMMs and caches under the names of the Material Providers Library."""

from .client import AwsCryptographicMaterialProviders

__all__ = ["AwsCryptographicMaterialProviders"]
