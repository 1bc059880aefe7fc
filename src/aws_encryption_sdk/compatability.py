"""The attic's check of the Python that runs; the module's name is spelt as it was."""

from __future__ import annotations

from typing import Final

__all__ = ["DEPRECATION_DATE_MAP"]

#: When the support of former major versions ended.
DEPRECATION_DATE_MAP: Final = {"1.x": "2022-06-30", "2.x": "2022-07-01"}


def _warn_deprecated_python() -> None:
    """Do nothing: a Python that is too old cannot install this package."""
