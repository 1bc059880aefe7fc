"""What a keyring or CMM of the Material Providers Library raised, as errors of this package."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..exceptions import AWSEncryptionSDKClientError, UnwrapDataKeyError, WrapDataKeyError
from .errors import ServiceError


@contextmanager
def encrypting_with(partner: object) -> Iterator[None]:
    """Let what ``partner`` raises on encrypt be an error of this package; one that is already, and not the library's, stays.

    :raises WrapDataKeyError: in place of any other
    """
    try:
        yield
    except Exception as error:
        if _is_ours(error):
            raise
        raise WrapDataKeyError(f"{partner!r} gave no materials to encrypt with: {_told(error)}") from error


@contextmanager
def decrypting_with(partner: object) -> Iterator[None]:
    """Let what ``partner`` raises on decrypt be an error of this package; one that is already, and not the library's, stays.

    :raises UnwrapDataKeyError: in place of any other; ``errors`` has those that the library collected
    """
    try:
        yield
    except Exception as error:
        if _is_ours(error):
            raise
        collected = getattr(error, "list", None)
        reasons = [reason for reason in collected if isinstance(reason, Exception)] if isinstance(collected, list) else []
        raise UnwrapDataKeyError(f"{partner!r} gave no materials to decrypt with: {_told(error)}", reasons) from error


def _is_ours(error: Exception) -> bool:
    return isinstance(error, AWSEncryptionSDKClientError) and not isinstance(error, ServiceError)


def _told(error: Exception) -> str:
    """Return what an error says; the library has those that it does not know in ``obj``, and says nothing itself."""
    known = getattr(error, "obj", None)
    speaker = known if isinstance(known, Exception) and not str(error) else error
    return f"{type(speaker).__name__}: {speaker}" if str(speaker) else type(speaker).__name__
