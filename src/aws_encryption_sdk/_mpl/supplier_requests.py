"""What client suppliers and branch key id suppliers of the Material Providers Library take and return."""

from __future__ import annotations

import attrs

from .model import model


@model
@attrs.define(kw_only=True)
class GetClientInput:
    """What ``get_client`` of a client supplier takes.

    :param region: Region; None for the region of the session
    """

    region: str | None


@model
@attrs.define(kw_only=True)
class GetBranchKeyIdInput:
    """What ``get_branch_key_id`` of a branch key id supplier takes."""

    encryption_context: dict[str, str]


@model
@attrs.define(kw_only=True)
class GetBranchKeyIdOutput:
    """What ``get_branch_key_id`` of a branch key id supplier returns."""

    branch_key_id: str
