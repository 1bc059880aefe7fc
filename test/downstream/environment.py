"""Whether this is the environment with the programs of others, and which they are."""

from __future__ import annotations

import os
from typing import Final

VARIABLE: Final = "AWS_ENCRYPTION_SDK_DOWNSTREAM"
HOW_TO_RUN: Final = f"programs of others: {VARIABLE} is not set, so they are not here; `tox -e downstream` installs them"


def is_set_up() -> bool:
    """Tell whether the programs are installed."""
    return bool(os.environ.get(VARIABLE))
