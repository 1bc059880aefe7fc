"""Every exception that this package raises, all under :class:`AWSEncryptionSDKClientError`.

Some classes have a second base (``ValueError``, ``TypeError``, ``cryptography``'s ``InvalidTag``), because existing programs
catch that one. Where data keys were tried one by one, ``errors`` keeps the reason of each.
"""

from __future__ import annotations

from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature, InvalidTag

#: Reasons that are spelt out in a message; the rest is counted. All of them stay in ``errors``.
_REASONS_SHOWN = 8


class AWSEncryptionSDKClientError(Exception):
    """Base of every exception of this package."""


class CommitmentWarning(UserWarning):
    """A message without key commitment was written or read by a call that was given no commitment policy."""


# --- arguments ---------------------------------------------------------------------------------------------------------


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


# --- message format ----------------------------------------------------------------------------------------------------


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


# --- authentication ----------------------------------------------------------------------------------------------------


class HeaderAuthenticationError(SerializationError, InvalidTag):
    """The authentication tag of a message header is wrong."""


class BodyAuthenticationError(AWSEncryptionSDKClientError, InvalidTag):
    """The authentication tag of a frame, or of a non-framed body, is wrong."""


class SignatureVerificationError(AWSEncryptionSDKClientError, InvalidSignature):
    """The signature in a message footer is wrong."""


class SignatureKeyError(AWSEncryptionSDKClientError):
    """A signing or verification key is missing, unusable, or does not belong to the algorithm suite."""


# --- policies ----------------------------------------------------------------------------------------------------------


class ActionNotAllowedError(AWSEncryptionSDKClientError):
    """The commitment policy or the signature policy forbids the operation."""


class InvalidAlgorithmError(AWSEncryptionSDKClientError):
    """An algorithm suite or wrapping algorithm does not fit its use."""


# --- data keys and materials -------------------------------------------------------------------------------------------


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


# --- AWS and configuration ---------------------------------------------------------------------------------------------


class ConfigMismatchError(AWSEncryptionSDKClientError):
    """Settings contradict each other."""


class UnknownRegionError(AWSEncryptionSDKClientError):
    """No AWS region is known for a request, or the region is not allowed."""


class MalformedArnError(AWSEncryptionSDKClientError):
    """A string is not a valid AWS resource name."""


class KmsRequestError(AWSEncryptionSDKClientError):
    """A request to AWS KMS failed, or its answer was not what was asked for.

    :param message: What happened
    :param operation: Operation, such as ``Decrypt``
    :param key_id: Key that was asked
    :param region_name: Region that was asked, where the client tells it
    :param code: Error code of AWS KMS, such as ``AccessDeniedException``; None where no error of AWS KMS came back
    """

    def __init__(
        self, message: str, operation: str = "", key_id: str = "", region_name: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.key_id = key_id
        self.region_name = region_name
        self.code = code

    def __reduce__(self) -> tuple[type[KmsRequestError], tuple[str, str, str, str | None, str | None]]:
        return type(self), (str(self), self.operation, self.key_id, self.region_name, self.code)


class KmsGenerateKeyError(KmsRequestError, GenerateKeyError):
    """AWS KMS did not generate a data key."""


class KmsEncryptKeyError(KmsRequestError, EncryptKeyError):
    """AWS KMS did not encrypt a data key."""


class KmsDecryptKeyError(KmsRequestError, DecryptKeyError):
    """AWS KMS did not decrypt an encrypted data key."""


class ClientSupplierError(AWSEncryptionSDKClientError):
    """No usable AWS client could be made, or a client supplier gave none."""


class CannotBePickledError(ArgumentTypeError):
    """Something holds a client, a session or a key object that the caller made, which cannot be pickled."""


# --- caches ------------------------------------------------------------------------------------------------------------


class CacheError(AWSEncryptionSDKClientError):
    """A cache failed."""


class CacheKeyError(CacheError):
    """A cache has no usable entry for a key."""


class CacheEntryExpiredError(CacheKeyError):
    """A cache had an entry that had reached a limit (age, messages, bytes), and has evicted it."""


class InFlightTtlExceededError(CacheError):
    """A thread has waited too long for a cache entry that others ask for."""
