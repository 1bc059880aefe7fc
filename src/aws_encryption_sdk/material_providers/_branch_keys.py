"""Branch keys and beacon keys as models."""

from __future__ import annotations

from .._mpl import cache_entries as models
from ..branch_keys.materials import BeaconKeyMaterials, BranchKeyMaterials


def branch_key_model(materials: BranchKeyMaterials) -> models.BranchKeyMaterials:
    """Return branch key materials as the model."""
    return models.BranchKeyMaterials(
        branch_key_identifier=materials.branch_key_identifier,
        branch_key_version=materials.branch_key_version,
        encryption_context=dict(materials.encryption_context),
        branch_key=materials.branch_key,
    )


def beacon_key_model(materials: BeaconKeyMaterials) -> models.BeaconKeyMaterials:
    """Return beacon key materials as the model."""
    return models.BeaconKeyMaterials(
        beacon_key_identifier=materials.beacon_key_identifier,
        encryption_context=dict(materials.encryption_context),
        beacon_key=materials.beacon_key,
    )
