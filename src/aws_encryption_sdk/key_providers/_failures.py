"""Why no data key could be decrypted, said with the reason of each attempt."""

from __future__ import annotations

from collections.abc import Sequence

from .._wrapping.reasons import shown_data_key
from ..exceptions import DecryptKeyError, ExcludedDataKeyError, MasterKeyProviderError, UnwrapDataKeyError
from ..structures import EncryptedDataKey


def reason_of(number: int, key: EncryptedDataKey, error: Exception) -> DecryptKeyError:
    """Return why the encrypted data key with this number, counted from 1, could not be decrypted."""
    text = f"encrypted data key {number} ({shown_data_key(key)}): {error}"
    reason = ExcludedDataKeyError(text) if isinstance(error, MasterKeyProviderError) else DecryptKeyError(text)
    reason.__cause__ = error
    return reason


def unwrap_failure(summary: str, reasons: Sequence[Exception]) -> UnwrapDataKeyError:
    """Return the error that says all ``reasons``; one that names an exclusion if one of them does."""
    excluded = any(isinstance(reason, MasterKeyProviderError) for reason in reasons)
    return (ExcludedDataKeyError if excluded else UnwrapDataKeyError)(summary, reasons)
