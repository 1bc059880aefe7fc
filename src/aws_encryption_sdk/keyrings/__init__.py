"""Keyrings: they generate, wrap and unwrap data keys (framework/keyring-interface.md)."""

from . import base, multi, raw

__all__ = ["base", "multi", "raw"]
