"""Exceptions of the message format, and of what authenticates a message."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, InvalidTag

from .general import AWSEncryptionSDKClientError


class SerializationError(AWSEncryptionSDKClientError):
    """A message is truncated or malformed, or something cannot be written in the message format."""


class TrailingBytesError(SerializationError):
    """Bytes follow the end of a complete message."""


class CustomMaximumValueExceeded(SerializationError):
    """A limit that the caller set was exceeded."""


class MaxEncryptedDataKeysExceeded(CustomMaximumValueExceeded):
    """There are more encrypted data keys than the client's configuration allows.

    :param num_keys: How many there are
    :param max_keys: How many are allowed
    """

    def __init__(self, num_keys: int, max_keys: int) -> None:
        super().__init__(
            f"Number of encrypted data keys found larger than configured value: {num_keys} found, {max_keys} allowed"
        )
        self.num_keys = num_keys
        self.max_keys = max_keys

    def __reduce__(self) -> tuple[type[MaxEncryptedDataKeysExceeded], tuple[int, int]]:
        return type(self), (self.num_keys, self.max_keys)


class UnknownIdentityError(AWSEncryptionSDKClientError):
    """An identifier, such as that of an algorithm suite, is not known."""


class NotSupportedError(AWSEncryptionSDKClientError):
    """Something is not supported, such as the version of a message."""


class Base64MessageError(NotSupportedError):
    """The message to decrypt is base64 text; it has to be decoded first."""


class HeaderAuthenticationError(SerializationError, InvalidTag):
    """The authentication tag of a message header is wrong."""


class BodyAuthenticationError(AWSEncryptionSDKClientError, InvalidTag):
    """The authentication tag of a frame, or of a non-framed body, is wrong."""


class SignatureVerificationError(AWSEncryptionSDKClientError, InvalidSignature):
    """The signature in a message footer is wrong."""


class SignatureKeyError(AWSEncryptionSDKClientError):
    """A signing or verification key is missing, unusable, or does not belong to the algorithm suite."""
