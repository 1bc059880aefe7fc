"""Master key providers: where data keys came from in versions 1 to 4. New programs use keyrings.

``kms``, which loads botocore, is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from . import base, raw

if TYPE_CHECKING:
    from . import kms
else:

    def __getattr__(name):
        """Load ``kms``."""
        if name == "kms":
            return import_module(f"{__name__}.kms")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["base", "kms", "raw"]
