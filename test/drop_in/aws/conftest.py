"""The emulation, to which the clients of all programs here talk."""

from __future__ import annotations

import botocore.session
import pytest

from test.emulation.clients import READS_ENDPOINT_FROM_ENVIRONMENT
from test.emulation.fixtures import emulation, keys, sent
from test.emulation.server import EmulationServer

__all__ = ["emulation", "endpoint_for_old_versions", "keys", "sent"]


@pytest.fixture(autouse=True)
def endpoint_for_old_versions(emulation: EmulationServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell a botocore that does not know AWS_ENDPOINT_URL_KMS where the emulation is."""
    if READS_ENDPOINT_FROM_ENVIRONMENT:
        return
    create_client = botocore.session.Session.create_client

    def told(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        return create_client(self, *args, **{**kwargs, "endpoint_url": emulation.endpoint})

    monkeypatch.setattr(botocore.session.Session, "create_client", told)
