"""CMMs of the Material Providers Library, as those of this package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..._arguments import builtin_name, check_encryption_context
from ..._materials import DecryptionMaterials, DecryptionMaterialsRequest, EncryptionMaterials, EncryptionMaterialsRequest
from ..._mpl import references
from ..._mpl.conventions import models_for, our_models
from ..._mpl.conversion import (
    decryption_materials_model,
    decryption_request_model,
    encrypted_data_keys_from,
    encryption_materials_model,
    encryption_request_model,
    policy_from,
    suite_from,
)
from ..._mpl.failures import decrypting_with, encrypting_with
from ..._mpl.interface_methods import takes_model
from ..._mpl.materials_from_models import DecryptionMaterialsFromMPL, EncryptionMaterialsFromMPL, check_answer
from ...exceptions import ArgumentTypeError, ArgumentValueError
from ..base import CryptoMaterialsManager

if TYPE_CHECKING:
    from ..._mpl import models

__all__ = ["CryptoMaterialsManagerFromMPL"]

#: What is taken for a CMM; CMMs of the library itself are, too, and have no type here.
AnyMaterialsManager = CryptoMaterialsManager | references.ICryptographicMaterialsManager

_INTERFACE: Final = "ICryptographicMaterialsManager"


def materials_manager_from(value: object, name: str = "materials_manager") -> CryptoMaterialsManager:
    """Return a CMM of this package for what was given in its place.

    :param name: Name of the argument
    :raises ArgumentTypeError: if it is no CMM
    """
    if isinstance(value, CryptoMaterialsManager):
        return value
    if isinstance(value, CryptographicMaterialsManager):
        return value._impl
    if models_for(value, _INTERFACE) is not None:
        return CryptoMaterialsManagerFromMPL(value)
    raise ArgumentTypeError(f"{name} must be a CryptoMaterialsManager, not {builtin_name(value)}")


class CryptoMaterialsManagerFromMPL(CryptoMaterialsManager):
    """A CMM that was written for the Material Providers Library, or comes from it. May be shared by threads if that one may.

    :param mpl_cmm: The CMM: one of the library, or one that derives from ``ICryptographicMaterialsManager`` of the library or of
        :mod:`aws_encryption_sdk.material_providers`
    :raises ArgumentValueError: if it is something else
    """

    def __init__(self, mpl_cmm: Any) -> None:
        models = models_for(mpl_cmm, _INTERFACE)
        if models is None:
            raise ArgumentValueError(
                f"mpl_cmm must be an {_INTERFACE} of the Material Providers Library, not {builtin_name(mpl_cmm)}"
            )
        self.mpl_cmm: Final = mpl_cmm
        self._models: Final = models

    def __repr__(self) -> str:
        return f"CryptoMaterialsManagerFromMPL(mpl_cmm={self.mpl_cmm!r})"

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        """Return the CMM's materials.

        :raises WrapDataKeyError: if the CMM fails otherwise than with an error of this package
        :raises InvalidCryptographicMaterialsError: if it returned something else than encryption materials
        """
        asked = encryption_request_model(self._models, request)
        with encrypting_with(self.mpl_cmm):
            answer = self.mpl_cmm.get_encryption_materials(asked)
            answered = getattr(answer, "encryption_materials", answer)
        check_answer(answered, "EncryptionMaterials", self.mpl_cmm)
        return EncryptionMaterialsFromMPL(answered)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        """Return the CMM's materials.

        :raises UnwrapDataKeyError: if the CMM fails otherwise than with an error of this package
        :raises InvalidCryptographicMaterialsError: if it returned something else than decryption materials
        """
        asked = decryption_request_model(self._models, request)
        with decrypting_with(self.mpl_cmm):
            answer = self.mpl_cmm.decrypt_materials(asked)
            answered = getattr(answer, "decryption_materials", answer)
        check_answer(answered, "DecryptionMaterials", self.mpl_cmm)
        return DecryptionMaterialsFromMPL(answered)


class CryptographicMaterialsManager(references.ICryptographicMaterialsManager):
    """A CMM of this package that is called as the Material Providers Library calls its own. May be shared by threads.

    :param _impl: The CMM
    """

    def __init__(self, _impl: CryptoMaterialsManager) -> None:
        self._impl: Final = _impl

    def __repr__(self) -> str:
        return repr(self._impl)

    @takes_model("GetEncryptionMaterialsInput")
    def get_encryption_materials(self, param: models.GetEncryptionMaterialsInput) -> models.GetEncryptionMaterialsOutput:
        """Return materials to encrypt one message.

        :raises ServiceError: if there are none
        """
        identifier = param.algorithm_suite_id
        request = EncryptionMaterialsRequest(
            check_encryption_context(param.encryption_context),
            0,
            policy_from(param.commitment_policy),
            algorithm=None if identifier is None else suite_from(identifier),
            plaintext_length=param.max_plaintext_length,
            required_encryption_context_keys=frozenset(param.required_encryption_context_keys or ()),
        )
        kinds, materials = our_models(), self._impl.get_encryption_materials(request)
        answer: models.GetEncryptionMaterialsOutput = kinds.GetEncryptionMaterialsOutput(
            encryption_materials=encryption_materials_model(kinds, materials)
        )
        return answer

    @takes_model("DecryptMaterialsInput")
    def decrypt_materials(self, param: models.DecryptMaterialsInput) -> models.DecryptMaterialsOutput:
        """Return materials to decrypt one message.

        :raises ServiceError: if there are none
        """
        suite = suite_from(param.algorithm_suite_id)
        request = DecryptionMaterialsRequest(
            suite,
            encrypted_data_keys_from(param.encrypted_data_keys),
            check_encryption_context(param.encryption_context),
            param.reproduced_encryption_context,
            policy_from(param.commitment_policy),
        )
        kinds, materials = our_models(), self._impl.decrypt_materials(request)
        answer: models.DecryptMaterialsOutput = kinds.DecryptMaterialsOutput(
            decryption_materials=decryption_materials_model(kinds, materials, suite)
        )
        return answer
