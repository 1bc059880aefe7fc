"""Configuration of the Material Providers Library, which has no settings."""

from __future__ import annotations

import attrs

from ..._mpl.model import model

__all__ = ["MaterialProvidersConfig"]


@model
@attrs.define
class MaterialProvidersConfig:
    """Configuration of :class:`~aws_encryption_sdk.material_providers.mpl.AwsCryptographicMaterialProviders`."""
