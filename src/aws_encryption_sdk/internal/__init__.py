"""The attic: import paths of versions 1 to 4 that other packages use, over the code that does the work now.

New code imports nothing from here, and this package neither. What is written here behaves as it was documented or seen to behave.
"""

from typing import TYPE_CHECKING

from .._loaded_when_used import loaded_when_used

if TYPE_CHECKING:
    from . import arn, crypto, defaults, deprecation, formatting, str_ops, structures, utils, validators
else:
    __getattr__, __dir__ = loaded_when_used(
        __name__,
        {
            "arn": ".arn",
            "crypto": ".crypto",
            "defaults": ".defaults",
            "deprecation": ".deprecation",
            "formatting": ".formatting",
            "str_ops": ".str_ops",
            "structures": ".structures",
            "utils": ".utils",
            "validators": ".validators",
        },
    )

__all__ = ["arn", "crypto", "defaults", "deprecation", "formatting", "str_ops", "structures", "utils", "validators"]
