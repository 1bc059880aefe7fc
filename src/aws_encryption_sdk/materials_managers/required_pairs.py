"""Pairs of the encryption context that a CMM requires: authenticated, not stored, and to be given again on decrypt.

The required encryption context CMM asks for them, and so does a caching CMM above it: what a cache answers has to be as good.
Of a CMM that a program wrote itself, nobody knows what it requires: it may hide a required encryption context CMM. What such a CMM
returns is kept apart in a cache.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from .._materials import DecryptionMaterialsRequest, EncryptionMaterialsRequest
from ..exceptions import MissingEncryptionContextError
from .base import CryptoMaterialsManager
from .mpl.cmm import CryptoMaterialsManagerFromMPL

_NO_KEYS: Final[frozenset[str]] = frozenset()
_NO_PAIRS: Final[Mapping[str, str]] = {}
_PACKAGE: Final = __name__.partition(".")[0]


class RequiresPairs:
    """Base of the CMMs that require pairs of their own, or hand on what the CMM below them requires."""

    #: Keys of the pairs that are required here, or by a CMM below.
    required_encryption_context_keys: frozenset[str]
    #: The CMM below that may require more than anybody knows; None where all of them are known.
    foreign_manager: object | None


def keys_required_by(manager: object) -> frozenset[str]:
    """Return the keys of the pairs that a CMM, or one below it, requires."""
    return manager.required_encryption_context_keys if isinstance(manager, RequiresPairs) else _NO_KEYS


def foreign_manager_in(manager: CryptoMaterialsManager) -> object | None:
    """Return the CMM, of ``manager`` and those below it, that may require more than anybody knows; None where all are known."""
    if isinstance(manager, CryptoMaterialsManagerFromMPL):
        return manager.mpl_cmm  # type: ignore[no-any-return]  # whatever it is, it is an object
    if not (_is_of_this_package(manager.get_encryption_materials) and _is_of_this_package(manager.decrypt_materials)):
        return manager
    return manager.foreign_manager if isinstance(manager, RequiresPairs) else None


def _is_of_this_package(method: object) -> bool:
    return str(getattr(method, "__module__", None)).partition(".")[0] == _PACKAGE


def with_required_pairs(request: EncryptionMaterialsRequest, keys: frozenset[str]) -> EncryptionMaterialsRequest:
    """Return the request for materials that do not store the pairs with these keys.

    :raises MissingEncryptionContextError: if the encryption context has no value for one of them
    """
    _check_present(keys, request.encryption_context, "to encrypt")
    if keys <= request.required_encryption_context_keys:
        return request
    return attrs.evolve(request, required_encryption_context_keys=request.required_encryption_context_keys | keys)


def check_reproduced_pairs(request: DecryptionMaterialsRequest, keys: frozenset[str]) -> None:
    """Check that the caller gave a value for each of these keys.

    :raises MissingEncryptionContextError: if there is none for one of them
    """
    _check_present(keys, request.reproduced_encryption_context or _NO_PAIRS, "to decrypt")


def _check_present(keys: frozenset[str], context: Mapping[str, str], action: str) -> None:
    missing = keys - context.keys()
    if missing:
        names = ", ".join(repr(key) for key in sorted(missing))
        raise MissingEncryptionContextError(f"The encryption context given {action} lacks what this CMM requires: {names}")
