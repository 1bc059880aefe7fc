"""Exceptions that any call may raise: arguments, streams, policies."""

from __future__ import annotations


class AWSEncryptionSDKClientError(Exception):
    """Base of every exception of this package."""


class CommitmentWarning(UserWarning):
    """A message without key commitment was written or read by a call that was given no commitment policy."""


class ArgumentTypeError(AWSEncryptionSDKClientError, TypeError):
    """An argument is missing, unknown, or of the wrong type."""


class ArgumentValueError(AWSEncryptionSDKClientError, ValueError):
    """An argument has a value that is not allowed."""


class UnknownModeError(AWSEncryptionSDKClientError, ValueError, KeyError):
    """``stream`` was given no mode, or one that does not exist."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class ReservedEncryptionContextKeyError(ArgumentValueError):
    """The caller's encryption context has a key that begins with the reserved prefix ``aws-crypto-``."""


class EncryptionContextMismatchError(AWSEncryptionSDKClientError, ValueError):
    """The encryption context given on decrypt contradicts the one that the message stores."""


class MissingEncryptionContextError(AWSEncryptionSDKClientError, ValueError):
    """The caller's encryption context lacks a key that a CMM requires."""


class StreamClosedError(AWSEncryptionSDKClientError, ValueError):
    """A stream was read after it was closed."""


class StreamInterruptedError(AWSEncryptionSDKClientError):
    """A stream is read on after one of its reads was interrupted, for example from the keyboard."""


class StreamStateError(AWSEncryptionSDKClientError, AttributeError):
    """A stream was asked for something that is not known before the end, or not in a message of this kind."""


class UnsupportedStreamOperationError(AWSEncryptionSDKClientError, NotImplementedError):
    """The stream can only be read forward: it cannot be written to, or repositioned."""


class SourceReadError(AWSEncryptionSDKClientError, OSError):
    """The source did not deliver bytes when it was read."""


class ActionNotAllowedError(AWSEncryptionSDKClientError):
    """The commitment policy or the signature policy forbids the operation."""


class InvalidAlgorithmError(AWSEncryptionSDKClientError):
    """An algorithm suite or wrapping algorithm does not fit its use."""
