"""Exceptions of AWS services and their configuration."""

from __future__ import annotations

from .data_keys import DecryptKeyError, EncryptKeyError, GenerateKeyError
from .general import ArgumentTypeError, AWSEncryptionSDKClientError


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


class KmsReEncryptError(KmsRequestError, EncryptKeyError, DecryptKeyError):
    """AWS KMS did not decrypt a key and encrypt it again."""


class ClientSupplierError(AWSEncryptionSDKClientError):
    """No usable AWS client could be made, or a client supplier gave none."""


class CannotBePickledError(ArgumentTypeError):
    """Something holds a client, a session or a key object that the caller made, which cannot be pickled."""
