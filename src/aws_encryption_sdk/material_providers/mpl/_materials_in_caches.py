"""What caches hold, as models and as materials of this package."""

from __future__ import annotations

from typing import Any

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
    value: Any = getattr(model, "value", None)
    if isinstance(model, models.MaterialsBranchKey):
        key = bytes_from(value.branch_key, "branch_key")
        return BranchKeyMaterials(value.branch_key_identifier, value.branch_key_version, key, value.encryption_context)
    if isinstance(model, models.MaterialsBeaconKey):
        key = bytes_from(value.beacon_key, "beacon_key")
        return BeaconKeyMaterials(value.beacon_key_identifier, key, value.encryption_context)
    if isinstance(model, models.MaterialsEncryption):
        return EncryptionMaterialsFromMPL(value)
    if isinstance(model, models.MaterialsDecryption):
        return DecryptionMaterialsFromMPL(value)
    raise ArgumentTypeError(f"materials must be one of the Materials... models, not {builtin_name(model)}")
