"""Fixtures: the emulation, and a released package that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.session import Session

from test.emulation.clients import EmulationSession
from test.emulation.fixtures import emulation, keys
from test.emulation.server import EmulationServer
from test.interop.peer import ReleasedPeer, released_python

__all__ = ["emulation", "keys", "kms_peer", "session"]


@pytest.fixture(scope="session")
def kms_peer(emulation: EmulationServer) -> Iterator[ReleasedPeer]:
    """Return the released package, started when its environment names the emulation."""
    with ReleasedPeer(released_python()) as started:
        yield started


@pytest.fixture(scope="session")
def session(emulation: EmulationServer) -> Session:
    """Return a session whose clients talk to the emulation."""
    return EmulationSession(emulation.endpoint)
