"""Models of materials, read as materials of this package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from .._arguments import builtin_name
from .._crypto import elliptic_curve
from .._materials import DecryptionMaterials, EncryptionMaterials
from ..exceptions import ArgumentValueError, InvalidCryptographicMaterialsError
from ..identifiers import AlgorithmSuite
from ..structures import DataKey, MasterKeyInfo
from .conventions import is_model
from .conversion import encrypted_data_keys_from, suite_from

_Result = TypeVar("_Result")
#: The models do not tell which key a data key is wrapped with.
_UNKNOWN_PROVIDER: Final = MasterKeyInfo("", b"")


class EncryptionMaterialsFromMPL(EncryptionMaterials):
    """Encryption materials of the Material Providers Library.

    :param mpl_materials: ``EncryptionMaterials`` of the library, or of :mod:`aws_encryption_sdk.material_providers`
    :raises ArgumentValueError: if it is something else
    :raises InvalidCryptographicMaterialsError: if the materials contradict themselves, or their suite is not one of the AWS
        Encryption SDK
    """

    mpl_materials: Any

    def __init__(self, mpl_materials: Any) -> None:
        _check_model(mpl_materials, "EncryptionMaterials")

        def read() -> None:
            signing_key = mpl_materials.signing_key
            super(EncryptionMaterialsFromMPL, self).__init__(
                suite_from(mpl_materials.algorithm_suite.id),
                _data_key(mpl_materials.plaintext_data_key),
                encrypted_data_keys_from(mpl_materials.encrypted_data_keys),
                mpl_materials.encryption_context,
                None if signing_key is None else bytes(signing_key),
                mpl_materials.required_encryption_context_keys or (),
            )

        _read(read)
        self.__dict__["mpl_materials"] = mpl_materials


class DecryptionMaterialsFromMPL(DecryptionMaterials):
    """Decryption materials of the Material Providers Library.

    :param mpl_materials: ``DecryptionMaterials`` of the library, or of :mod:`aws_encryption_sdk.material_providers`
    :raises ArgumentValueError: if it is something else
    :raises InvalidCryptographicMaterialsError: if the materials contradict themselves, or their suite is not one of the AWS
        Encryption SDK
    :raises SignatureKeyError: if the verification key is malformed
    """

    mpl_materials: Any

    def __init__(self, mpl_materials: Any) -> None:
        _check_model(mpl_materials, "DecryptionMaterials")

        def read() -> None:
            suite = suite_from(mpl_materials.algorithm_suite.id)
            super(DecryptionMaterialsFromMPL, self).__init__(
                verification_key=_verification_key(suite, mpl_materials.verification_key),
                algorithm=suite,
                encryption_context=mpl_materials.encryption_context,
                data_encryption_key=_data_key(mpl_materials.plaintext_data_key),
                required_encryption_context_keys=mpl_materials.required_encryption_context_keys or (),
            )

        _read(read)
        self.__dict__["mpl_materials"] = mpl_materials


def check_answer(answer: object, name: str, partner: object) -> None:
    """Check that a keyring or CMM answered with materials.

    :param name: Name of the model
    :param partner: Who answered
    :raises InvalidCryptographicMaterialsError: if it is something else
    """
    if not is_model(answer, name):
        raise InvalidCryptographicMaterialsError(f"{partner!r} must answer with {name}, and gave {builtin_name(answer)}")


def _check_model(value: object, name: str) -> None:
    if not is_model(value, name):
        raise ArgumentValueError(
            f"mpl_materials must be {name} of the Material Providers Library, not {type(value).__module__}."
            f"{type(value).__name__}"
        )


def _read(read: Callable[[], _Result]) -> _Result:
    """Return what ``read`` returns; fields of the wrong type, which models let pass, become an error of this package."""
    try:
        return read()
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCryptographicMaterialsError(
            f"The materials of the Material Providers Library cannot be used: {error}"
        ) from error


def _data_key(data_key: bytes | bytearray | None) -> DataKey | None:
    return None if data_key is None else DataKey(_UNKNOWN_PROVIDER, bytes(data_key), b"")


def _verification_key(suite: AlgorithmSuite, key: bytes | bytearray | None) -> Any:
    return None if key is None else elliptic_curve.load_verification_key(suite, bytes(key))
