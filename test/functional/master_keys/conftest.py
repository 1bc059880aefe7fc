"""Fixtures: the emulation, and providers whose clients talk to it."""

from __future__ import annotations

import pytest
from botocore.session import Session

from test.emulation.clients import EmulationSession
from test.emulation.fixtures import emulation, keys, sent
from test.emulation.server import EmulationServer

from .kms_providers import Make

__all__ = ["emulation", "keys", "make", "sent", "session"]


@pytest.fixture(scope="session")
def session(emulation: EmulationServer) -> Session:
    """A session whose clients talk to the emulation; it is slow to make the first client."""
    return EmulationSession(emulation.endpoint)


@pytest.fixture
def make(session: Session) -> Make:
    """Return what makes a provider on the session."""
    return lambda kind, **arguments: kind(**{"botocore_session": session, **arguments})
