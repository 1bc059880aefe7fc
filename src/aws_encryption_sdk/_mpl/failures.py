"""What a keyring or CMM of the Material Providers Library raised, as errors of this package."""

from __future__ import annotations

from ..exceptions import UnwrapDataKeyError, WrapDataKeyError


def encrypt_failure(partner: object, error: Exception) -> WrapDataKeyError:
    """Return the error to raise where ``partner`` raised ``error`` on encrypt."""
    return WrapDataKeyError(f"{partner!r} gave no materials to encrypt with: {_told(error)}")


def decrypt_failure(partner: object, error: Exception) -> UnwrapDataKeyError:
    """Return the error to raise where ``partner`` raised ``error`` on decrypt; its reasons are those that the library collected."""
    attempts = getattr(error, "list", None)
    reasons = [attempt for attempt in attempts if isinstance(attempt, Exception)] if isinstance(attempts, list) else []
    return UnwrapDataKeyError(f"{partner!r} gave no materials to decrypt with: {_told(error)}", reasons)


def _told(error: Exception) -> str:
    """Return what an error says; the library puts errors that it does not know into ``obj``."""
    wrapped = getattr(error, "obj", None)
    said = str(error) or (str(wrapped) if isinstance(wrapped, Exception) else "")
    name = type(wrapped if isinstance(wrapped, Exception) and not str(error) else error).__name__
    return f"{name}: {said}" if said else name
