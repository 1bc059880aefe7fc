"""What caches hold, as models and as materials of this package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ..._arguments import builtin_name, bytes_from
from ..._materials import DecryptionMaterials, EncryptionMaterials
from ..._mpl import models
from ..._mpl.conversion import decryption_materials_model, encryption_materials_model
from ..._mpl.materials_from_models import DecryptionMaterialsFromMPL, EncryptionMaterialsFromMPL
from ...branch_keys.materials import BeaconKeyMaterials, BranchKeyMaterials
from ...exceptions import ArgumentTypeError
from .._branch_keys import beacon_key_model, branch_key_model


def materials_model(value: Any) -> models.Materials:
    """Return materials as the model.

    :raises ArgumentTypeError: if they are of a kind that no model is for
    """
    if isinstance(value, BranchKeyMaterials):
        return models.MaterialsBranchKey(branch_key_model(value))
    if isinstance(value, BeaconKeyMaterials):
        return models.MaterialsBeaconKey(beacon_key_model(value))
    if isinstance(value, EncryptionMaterials):
        return models.MaterialsEncryption(encryption_materials_model(models, value))
    if isinstance(value, DecryptionMaterials) and value.algorithm is not None:
        return models.MaterialsDecryption(decryption_materials_model(models, value, value.algorithm))
    raise ArgumentTypeError(
        f"A cache of the Material Providers Library does not hold {builtin_name(value)} without an algorithm"
    )


def materials_from(model: models.Materials) -> Any:
    """Read what :func:`materials_model` returns.

    :raises ArgumentTypeError: if it is something else
    """
    read = _READERS.get(type(model))
    if read is None:
        raise ArgumentTypeError(f"materials must be one of the Materials... models, not {builtin_name(model)}")
    try:
        return read(model.value)
    except AttributeError as error:
        raise ArgumentTypeError(f"{builtin_name(model)} holds {builtin_name(model.value)}: {error}") from error


def _branch_key(value: models.BranchKeyMaterials) -> BranchKeyMaterials:
    key = bytes_from(value.branch_key, "branch_key")
    return BranchKeyMaterials(value.branch_key_identifier, value.branch_key_version, key, value.encryption_context)


def _beacon_key(value: Any) -> BeaconKeyMaterials:
    key = bytes_from(value.beacon_key, "beacon_key")
    return BeaconKeyMaterials(value.beacon_key_identifier, key, value.encryption_context)


_READERS: Final[dict[type, Callable[[Any], Any]]] = {
    models.MaterialsBranchKey: _branch_key,
    models.MaterialsBeaconKey: _beacon_key,
    models.MaterialsEncryption: EncryptionMaterialsFromMPL,
    models.MaterialsDecryption: DecryptionMaterialsFromMPL,
}
