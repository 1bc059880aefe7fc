"""Keyrings: they generate, wrap and unwrap data keys (framework/keyring-interface.md).

All but ``base`` are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from .._loaded_when_used import loaded_when_used
from . import base

if TYPE_CHECKING:
    from . import aws_kms, multi, raw
else:
    __getattr__, __dir__ = loaded_when_used(__name__, {"aws_kms": ".aws_kms", "multi": ".multi", "raw": ".raw"})

__all__ = ["aws_kms", "base", "multi", "raw"]
