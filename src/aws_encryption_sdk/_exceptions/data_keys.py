"""Exceptions of data keys and materials."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography.exceptions import InvalidTag

from .general import AWSEncryptionSDKClientError

#: Reasons that are spelt out in a message; the rest is counted. All of them stay in ``errors``.
_REASONS_SHOWN = 8


class MasterKeyProviderError(AWSEncryptionSDKClientError):
    """A master key provider failed."""


class KeyCommitmentError(MasterKeyProviderError):
    """The data key does not match the key commitment of the message."""


class MasterKeyError(AWSEncryptionSDKClientError):
    """A master key failed."""


class InvalidKeyIdError(AWSEncryptionSDKClientError):
    """A key id is not valid."""


class InvalidDataKeyError(AWSEncryptionSDKClientError):
    """A data key does not fit its algorithm suite."""


class InvalidProviderIdError(AWSEncryptionSDKClientError):
    """A provider id is not valid."""


class IncorrectMasterKeyError(AWSEncryptionSDKClientError):
    """A master key was asked for a data key that it does not own."""


class InvalidCryptographicMaterialsError(AWSEncryptionSDKClientError):
    """Cryptographic materials are incomplete or contradict themselves."""


class GenerateKeyError(AWSEncryptionSDKClientError):
    """A data key could not be generated."""


class EncryptKeyError(AWSEncryptionSDKClientError):
    """A data key could not be encrypted (wrapped)."""


class DecryptKeyError(AWSEncryptionSDKClientError):
    """A data key could not be decrypted (unwrapped)."""


class KeyringMethodMissingError(AWSEncryptionSDKClientError, NotImplementedError):
    """A keyring or a client supplier was asked for something that its class does not implement."""


class WrapDataKeyError(GenerateKeyError, EncryptKeyError):
    """A keyring could not generate or wrap a data key."""


class UnwrapDataKeyError(DecryptKeyError, InvalidCryptographicMaterialsError):
    """No encrypted data key of a message could be unwrapped.

    The reasons stand in the message, in ``errors`` (one exception for each attempt, in order) and in the chain of causes.

    :param summary: What was attempted
    :param errors: The exception of each attempt
    """

    def __init__(self, summary: str = "Unable to decrypt any data key", errors: Iterable[Exception] = ()) -> None:
        self.summary = summary
        self.errors: tuple[Exception, ...] = tuple(errors)
        super().__init__(self._message())
        if self.errors and self.__cause__ is None:
            self.__cause__ = self.errors[-1]

    def __reduce__(self) -> tuple[type[UnwrapDataKeyError], tuple[str, tuple[Exception, ...]]]:
        return type(self), (self.summary, self.errors)

    def _message(self) -> str:
        if not self.errors:
            return self.summary
        reasons = "; ".join(" ".join(str(error).split()) for error in self.errors[:_REASONS_SHOWN])
        hidden = len(self.errors) - _REASONS_SHOWN
        return f"{self.summary}: {reasons}" + (f"; and {hidden} more" if hidden > 0 else "")


class ExcludedDataKeyError(UnwrapDataKeyError, MasterKeyProviderError):
    """No encrypted data key of a message could be unwrapped, and the settings of a master key provider excluded one of them."""


class DataKeyAuthenticationError(DecryptKeyError, InvalidTag):
    """The authentication tag of an encrypted data key is wrong."""
