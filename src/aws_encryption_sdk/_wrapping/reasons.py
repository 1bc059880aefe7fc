"""Why an encrypted data key could not be unwrapped: words that all who try it use."""

from __future__ import annotations

from typing import Final

from ..structures import EncryptedDataKey
from .aes_gcm import shown_key_info

#: Said of every key that does not open. A wrong RSA padding must not be told from a wrong length.
NOT_OPENED: Final = "it was not made with this wrapping key, or it or the encryption context was altered"

#: Longest part of a provider id, and of a key information, that is shown: they come from a message that nobody vouched for yet.
#: The ARN of a key fits.
_SHOWN_PROVIDER_ID: Final = 60
_SHOWN_KEY_INFO: Final = 88


def shown_data_key(key: EncryptedDataKey) -> str:
    """Return which provider and which key an encrypted data key names, in printable characters."""
    info = shown_key_info(key.key_provider.key_info)[:_SHOWN_KEY_INFO].decode("ascii", "backslashreplace")
    return f"provider {key.key_provider.provider_id[:_SHOWN_PROVIDER_ID]!r}, key {info[:_SHOWN_KEY_INFO]!r}"
