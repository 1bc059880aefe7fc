"""The errors of the Material Providers Library, each of which is an error of this package as well."""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable
from typing import Any, ClassVar, Final, ParamSpec, TypeVar

from ..exceptions import (
    ArgumentTypeError,
    ArgumentValueError,
    AWSEncryptionSDKClientError,
    BranchKeyExistsError,
    BranchKeyStoreError,
    BranchKeyVersionConflictError,
    CacheError,
    CacheKeyError,
    DynamoDbRequestError,
    InFlightTtlExceededError,
    InvalidAlgorithmError,
    InvalidCryptographicMaterialsError,
    KmsRequestError,
    UnwrapDataKeyError,
)

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class ServiceError(AWSEncryptionSDKClientError):
    """Base of the errors of the Material Providers Library."""


class ApiError(ServiceError):
    """Base of the errors that have a message.

    :param message: What happened
    """

    code: ClassVar[str] = "ApiError"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = cls.__dict__.get("code", cls.__name__)


class AwsCryptographicMaterialProvidersException(ApiError):
    """Something was asked for that cannot be."""


class AwsCryptographicPrimitives(ApiError):
    """A cryptographic operation failed."""


class ComAmazonawsKms(ApiError):
    """A request to AWS KMS failed."""


class ComAmazonawsDynamodb(ApiError):
    """A request to Amazon DynamoDB failed."""


class KeyStore(ApiError):
    """The branch key store failed."""


class KeyStoreException(KeyStore):
    """The branch key store refused, or has not what was asked for."""


class ModelTypeError(ApiError, ArgumentTypeError):
    """A model lacks a field, or cannot have what it was given."""

    code: ClassVar[str] = "TypeError"


class ModelValueError(ApiError, ArgumentValueError):
    """A field of a model is out of range."""

    code: ClassVar[str] = "ValueError"


class EntryAlreadyExists(ApiError, CacheError):
    """A cache has an entry already."""


class EntryDoesNotExist(ApiError, CacheKeyError):
    """A cache has no usable entry."""


class InFlightTTLExceeded(ApiError, InFlightTtlExceededError):
    """Another thread took too long to get what this one waits for."""


class InvalidAlgorithmSuiteInfo(ApiError, InvalidAlgorithmError):
    """The description of an algorithm suite is wrong."""


class InvalidAlgorithmSuiteInfoOnEncrypt(ApiError, InvalidAlgorithmError):
    """The commitment policy forbids the algorithm suite on encrypt."""


class InvalidAlgorithmSuiteInfoOnDecrypt(ApiError, InvalidAlgorithmError):
    """The commitment policy forbids the algorithm suite on decrypt."""


class InvalidEncryptionMaterials(ApiError, InvalidCryptographicMaterialsError):
    """Encryption materials are incomplete or contradict themselves."""


class InvalidDecryptionMaterials(ApiError, InvalidCryptographicMaterialsError):
    """Decryption materials are incomplete or contradict themselves."""


class InvalidEncryptionMaterialsTransition(ApiError, InvalidCryptographicMaterialsError):
    """Encryption materials were changed in another way than a keyring may."""


class InvalidDecryptionMaterialsTransition(ApiError, InvalidCryptographicMaterialsError):
    """Decryption materials were changed in another way than a keyring may."""


class UnknownApiError(ApiError):
    """An error of unknown kind."""

    code: ClassVar[str] = "Unknown"


class CollectionOfErrors(ApiError):
    """Several attempts failed.

    :param message: What was attempted
    :param list: The error of each attempt
    """

    def __init__(self, *, message: str, list: builtins.list[Exception]) -> None:
        super().__init__(message)
        self.list = list

    def __reduce__(self) -> tuple[Any, ...]:
        return _made_anew, (type(self), {"message": self.message, "list": self.list})


class OpaqueError(ApiError):
    """Something failed with an error of another kind.

    :param obj: That error
    """

    def __init__(self, *, obj: Any) -> None:
        super().__init__(str(obj))
        self.obj = obj

    def __reduce__(self) -> tuple[Any, ...]:
        return _made_anew, (type(self), {"obj": self.obj})


class OpaqueWithTextError(ApiError):
    """Something failed with an error of another kind.

    :param obj: That error
    :param obj_message: Its text
    """

    def __init__(self, *, obj: Any, obj_message: str) -> None:
        super().__init__(obj_message)
        self.obj = obj
        self.obj_message = obj_message

    def __reduce__(self) -> tuple[Any, ...]:
        return _made_anew, (type(self), {"obj": self.obj, "obj_message": self.obj_message})


#: What the library raises where one of these failed; a failure of AWS KMS goes before what follows from it.
_NAMED_AFTER: Final[tuple[tuple[type[Exception], type[ApiError]], ...]] = (
    (KmsRequestError, ComAmazonawsKms),
    (DynamoDbRequestError, ComAmazonawsDynamodb),
    (BranchKeyExistsError, ComAmazonawsDynamodb),
    (BranchKeyVersionConflictError, ComAmazonawsDynamodb),
    (BranchKeyStoreError, KeyStoreException),
    (InFlightTtlExceededError, InFlightTTLExceeded),
    (CacheKeyError, EntryDoesNotExist),
)


#: What Python raises where a field has a wrong type.
_OF_WRONG_TYPES: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def raising_service_errors(
    method: Callable[_Arguments, _Result], otherwise: type[ApiError] = AwsCryptographicMaterialProvidersException
) -> Callable[_Arguments, _Result]:
    """Let a method raise the errors that the library would raise; they keep ours as their cause.

    Models do not look at the types of their fields, so wrong ones come to light as errors of Python's while the method runs.

    :param otherwise: What is raised where the library has no class for it
    """

    @functools.wraps(method)
    def call(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        try:
            return method(*args, **kwargs)
        except ServiceError:
            raise
        except AWSEncryptionSDKClientError as error:
            raise _service_error_of(error, otherwise) from error
        except _OF_WRONG_TYPES as error:
            raise otherwise(f"{method.__name__} was given something of a wrong type: {error}") from error

    return call


def _service_error_of(error: AWSEncryptionSDKClientError, otherwise: type[ApiError]) -> ServiceError:
    """Return the error that the library would raise in place of ``error``."""
    if isinstance(error, UnwrapDataKeyError):
        return CollectionOfErrors(message=str(error), list=list(error.errors))
    for kind, named in _NAMED_AFTER:
        if isinstance(error, kind) or isinstance(error.__cause__, kind):
            return named(str(error))
    return otherwise(str(error))


def _made_anew(kind: type[ApiError], arguments: dict[str, Any]) -> ApiError:
    return kind(**arguments)
