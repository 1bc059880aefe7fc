"""The caller's encryption context on decrypt, held against that of the message (framework/cmm-interface.md, decrypt materials)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .._arguments import check_encryption_context
from ..exceptions import EncryptionContextMismatchError

_NO_KEYS: Final[frozenset[str]] = frozenset()


def merge_reproduced_context(
    stored: Mapping[str, str], reproduced: Mapping[str, str] | None
) -> tuple[dict[str, str], frozenset[str]]:
    """Return the whole encryption context, and the keys of the pairs that the message does not store.

    :param stored: Encryption context that the message stores
    :param reproduced: Encryption context that the caller gave
    :raises EncryptionContextMismatchError: if a key has different values in the two
    """
    context = dict(stored)
    if not reproduced:
        return context, _NO_KEYS
    required = []
    for key, value in check_encryption_context(reproduced).items():
        if key not in context:
            context[key] = value
            required.append(key)
        elif context[key] != value:
            raise EncryptionContextMismatchError(
                f"The encryption context given for the key {key!r} differs from the value that the message stores"
            )
    return context, frozenset(required)
