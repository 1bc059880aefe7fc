"""The attic's check of the Python that runs; the module's name is spelt as it was."""

from __future__ import annotations

__all__ = ["_warn_deprecated_python"]


def _warn_deprecated_python() -> None:
    """Do nothing: a Python that is too old cannot install this package."""
