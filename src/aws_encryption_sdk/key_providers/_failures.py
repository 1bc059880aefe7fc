"""Why no data key could be decrypted, said with the reason of each attempt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .._wrapping.reasons import shown_data_key
from ..exceptions import (
    AWSEncryptionSDKClientError,
    DecryptKeyError,
    ExcludedDataKeyError,
    MasterKeyProviderError,
    UnwrapDataKeyError,
)
from ..structures import EncryptedDataKey

#: Longest reason of one encrypted data key: it may quote from a message that nobody vouched for yet.
_SHOWN: Final = 2000


def reason_of_attempt(error: Exception) -> AWSEncryptionSDKClientError:
    """Return why one master key could not decrypt: the exception itself, or one of this package that names it."""
    if isinstance(error, AWSEncryptionSDKClientError) and str(error):
        return error
    reason = DecryptKeyError(f"{type(error).__name__}: {error}")
    reason.__cause__ = error
    return reason


def reason_of_key(number: int, key: EncryptedDataKey, error: Exception) -> DecryptKeyError:
    """Return why the encrypted data key with this number, counted from 1, could not be decrypted."""
    said = str(reason_of_attempt(error))
    text = f"encrypted data key {number} ({shown_data_key(key)}): {said if len(said) <= _SHOWN else said[:_SHOWN] + '...'}"
    reason = ExcludedDataKeyError(text) if isinstance(error, MasterKeyProviderError) else DecryptKeyError(text)
    reason.__cause__ = error
    return reason


def unwrap_failure(summary: str, reasons: Sequence[Exception]) -> UnwrapDataKeyError:
    """Return the error that says all ``reasons``; one that names an exclusion if one of them does."""
    excluded = any(isinstance(reason, MasterKeyProviderError) for reason in reasons)
    return (ExcludedDataKeyError if excluded else UnwrapDataKeyError)(summary, reasons)
