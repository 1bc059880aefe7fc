"""The exceptions: what existing programs catch, and what their messages say."""

from __future__ import annotations

import copy
import importlib
import inspect
import pickle
import pkgutil
from collections.abc import Iterator

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag

import aws_encryption_sdk
from aws_encryption_sdk import exceptions
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, UnwrapDataKeyError
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .operation_materials import TYPICAL_SUITES

#: The published classes, and what each derives from.
PUBLISHED = {
    "SerializationError": "AWSEncryptionSDKClientError",
    "CustomMaximumValueExceeded": "SerializationError",
    "MaxEncryptedDataKeysExceeded": "CustomMaximumValueExceeded",
    "UnknownIdentityError": "AWSEncryptionSDKClientError",
    "NotSupportedError": "AWSEncryptionSDKClientError",
    "MasterKeyProviderError": "AWSEncryptionSDKClientError",
    "MasterKeyError": "AWSEncryptionSDKClientError",
    "InvalidAlgorithmError": "AWSEncryptionSDKClientError",
    "InvalidKeyIdError": "AWSEncryptionSDKClientError",
    "InvalidDataKeyError": "AWSEncryptionSDKClientError",
    "InvalidProviderIdError": "AWSEncryptionSDKClientError",
    "IncorrectMasterKeyError": "AWSEncryptionSDKClientError",
    "GenerateKeyError": "AWSEncryptionSDKClientError",
    "EncryptKeyError": "AWSEncryptionSDKClientError",
    "DecryptKeyError": "AWSEncryptionSDKClientError",
    "ActionNotAllowedError": "AWSEncryptionSDKClientError",
    "ConfigMismatchError": "AWSEncryptionSDKClientError",
    "UnknownRegionError": "AWSEncryptionSDKClientError",
    "CacheError": "AWSEncryptionSDKClientError",
    "CacheKeyError": "CacheError",
    "MalformedArnError": "AWSEncryptionSDKClientError",
    "SignatureKeyError": "AWSEncryptionSDKClientError",
    "InvalidCryptographicMaterialsError": "AWSEncryptionSDKClientError",
}
#: Classes of this package that existing programs catch by an older name.
SECOND_BASES: dict[str, tuple[type[BaseException], ...]] = {
    "UnknownModeError": (ValueError, KeyError),
    "UnwrapDataKeyError": (exceptions.DecryptKeyError, exceptions.InvalidCryptographicMaterialsError),
    "WrapDataKeyError": (exceptions.GenerateKeyError, exceptions.EncryptKeyError),
    "KmsGenerateKeyError": (exceptions.KmsRequestError, exceptions.GenerateKeyError),
    "KmsEncryptKeyError": (exceptions.KmsRequestError, exceptions.EncryptKeyError),
    "KmsDecryptKeyError": (exceptions.KmsRequestError, exceptions.DecryptKeyError),
    "CannotBePickledError": (TypeError,),
    "BodyAuthenticationError": (InvalidTag,),
    "HeaderAuthenticationError": (InvalidTag, exceptions.SerializationError),
    "SignatureVerificationError": (InvalidSignature,),
    "KeyCommitmentError": (exceptions.MasterKeyProviderError,),
    "Base64MessageError": (exceptions.NotSupportedError,),
    "ReservedEncryptionContextKeyError": (ValueError,),
    "EncryptionContextMismatchError": (ValueError,),
    "ArgumentTypeError": (TypeError,),
    "ArgumentValueError": (ValueError,),
    "StreamClosedError": (ValueError,),
    "UnsupportedStreamOperationError": (NotImplementedError,),
    "SourceReadError": (OSError,),
    "TrailingBytesError": (exceptions.SerializationError,),
}


def all_classes() -> Iterator[type[AWSEncryptionSDKClientError]]:
    """Yield every exception class of the package, also those that stand in other modules."""
    for module in pkgutil.walk_packages(aws_encryption_sdk.__path__, "aws_encryption_sdk."):
        importlib.import_module(module.name)
    waiting = [AWSEncryptionSDKClientError]
    found = set()
    while waiting:
        current = waiting.pop()
        if current not in found and current.__module__.startswith("aws_encryption_sdk"):
            found.add(current)
            waiting += current.__subclasses__()
    yield from sorted(found, key=lambda cls: cls.__name__)


ALL = list(all_classes())


def made(cls: type[AWSEncryptionSDKClientError]) -> AWSEncryptionSDKClientError:
    if issubclass(cls, exceptions.MaxEncryptedDataKeysExceeded):
        return cls(3, 2)
    parameters = inspect.signature(cls.__init__).parameters.values()
    named = [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]
    return cls(**dict.fromkeys(named, "what happened")) if named else cls("what happened")


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_hierarchy(name: str) -> None:
    cls = getattr(exceptions, name)

    assert cls.__bases__ == (getattr(exceptions, PUBLISHED[name]),)
    assert issubclass(cls, AWSEncryptionSDKClientError)


@pytest.mark.parametrize("name", SECOND_BASES)
def test_second_bases(name: str) -> None:
    bases: tuple[type[BaseException], ...] = (AWSEncryptionSDKClientError, *SECOND_BASES[name])
    for base in bases:
        assert issubclass(getattr(exceptions, name), base)


def test_the_warning_is_no_error() -> None:
    assert issubclass(exceptions.CommitmentWarning, UserWarning)
    assert AWSEncryptionSDKClientError.__bases__ == (Exception,)


@pytest.mark.parametrize("cls", ALL)
def test_every_exception_is_pickled_and_copied(cls: type[AWSEncryptionSDKClientError]) -> None:
    error = made(cls)
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is cls
        assert (str(twin), twin.args) == (str(error), error.args)


@pytest.mark.parametrize("cls", ALL)
def test_every_exception_says_what_it_was_given(cls: type[AWSEncryptionSDKClientError]) -> None:
    error = made(cls)

    assert str(error) == error.args[0]
    assert "3 found, 2 allowed" in str(error) if isinstance(error, exceptions.MaxEncryptedDataKeysExceeded) else str(error)
    assert cls.__doc__


def test_too_many_data_keys() -> None:
    error = pickle.loads(pickle.dumps(exceptions.MaxEncryptedDataKeysExceeded(num_keys=5, max_keys=4)))

    assert (error.num_keys, error.max_keys) == (5, 4)
    assert str(error).startswith("Number of encrypted data keys found larger than configured value")


def test_the_reasons_stand_in_the_message_the_arguments_and_the_causes() -> None:
    reasons = [exceptions.DecryptKeyError("first reason"), ValueError("second reason")]
    error = UnwrapDataKeyError("Unable to decrypt any data key", iter(reasons))

    for one in (error, pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert str(one) == one.args[0] == "Unable to decrypt any data key: first reason; second reason"
        assert [(type(reason), str(reason)) for reason in one.errors] == [(type(reason), str(reason)) for reason in reasons]
        assert str(one.__cause__) == "second reason"
    assert error.errors == tuple(reasons)
    assert (UnwrapDataKeyError().errors, str(UnwrapDataKeyError())) == ((), "Unable to decrypt any data key")


def failure(keys: list[EncryptedDataKey], members: int = 0) -> UnwrapDataKeyError:
    """Return the error of a raw keyring, or of a multi-keyring of several, that opens none of ``keys``."""
    keyrings = [RawAESKeyring("namespace", f"name {number}", bytes(32)) for number in range(max(1, members))]
    keyring = MultiKeyring(children=keyrings) if members else keyrings[0]
    with pytest.raises(UnwrapDataKeyError) as caught:
        keyring.on_decrypt(DecryptionMaterials(algorithm=TYPICAL_SUITES[3], encryption_context={}), keys)
    return caught.value


@pytest.mark.parametrize("members", [0, 1, 20])
@pytest.mark.parametrize(
    ("provider", "info", "count"),
    [
        ("namespace", b"name 0", 3000),
        ("other\nname\r\x1b[2Jspace\u2028\x85", b"line\nline\x00\xff", 3000),
        ("n" * 0xFFFF, b"i" * 0xFFFF, 12),
        ("\n" * 0xFFFF, b"\xff" * 0xFFFF, 12),
        ("namespace", b"\n" * 0xFFFF, 3000),
    ],
    ids=["own", "several lines", "long", "long lines", "long own"],
)
def test_the_message_is_one_line_and_bounded_for_thousands_of_data_keys(
    provider: str, info: bytes, count: int, members: int
) -> None:
    keys = [EncryptedDataKey(MasterKeyInfo(provider, info), b"wrapped")] * count
    error = failure(keys, members)

    assert len(error.errors) == (members or count)
    assert len(str(error).splitlines()) == 1
    assert str(error).isprintable()
    assert len(str(error)) < 40_000
    assert error.args == (str(error),)
    assert f"and {count - 8} more" in str(error)


def test_each_data_key_has_its_reason() -> None:
    keys = [
        EncryptedDataKey(MasterKeyInfo("namespace", b"another"), b""),
        EncryptedDataKey(MasterKeyInfo("other", b"x"), b""),
    ]
    error = failure(keys)

    first, second = error.errors
    assert all(isinstance(reason, exceptions.DecryptKeyError) for reason in error.errors)
    for part in ("encrypted data key 1", "another", "name 0"):
        assert part in str(first)
    for part in ("encrypted data key 2", "'other'"):
        assert part in str(second)
    assert str(first) in str(error)
    assert str(second) in str(error)
