"""Keyrings: they generate, wrap and unwrap data keys (framework/keyring-interface.md)."""

from . import aws_kms, base, multi, raw

__all__ = ["aws_kms", "base", "multi", "raw"]
