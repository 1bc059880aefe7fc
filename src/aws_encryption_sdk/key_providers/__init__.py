"""Master key providers: where data keys came from in versions 1 to 4. New programs use keyrings.

``kms`` loads botocore; it and ``raw`` are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from .._loaded_when_used import loaded_when_used
from . import base

if TYPE_CHECKING:
    from . import kms, raw
else:
    __getattr__, __dir__ = loaded_when_used(__name__, {"kms": ".kms", "raw": ".raw"})

__all__ = ["base", "kms", "raw"]
