"""Fixtures of the interoperability tests: the released package, once for a whole run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from test.emulation.clients import EmulationClientSupplier
from test.emulation.fixtures import emulation, keys
from test.emulation.server import EmulationServer
from test.interop.peer import ReleasedPeer, released_python

__all__ = ["emulation", "keys", "kms_peer", "peer", "supplier", "through"]


@pytest.fixture(scope="session")
def peer() -> Iterator[ReleasedPeer]:
    """Return the released package, ready for requests."""
    with ReleasedPeer(released_python()) as started:
        yield started


@pytest.fixture(params=["providers", "keyrings"])
def through(request: pytest.FixtureRequest, peer: ReleasedPeer) -> str:
    """Return how the released package gets at its keys: master key providers, or keyrings where it has them."""
    name = str(request.param)
    if name == "keyrings" and not peer.has_keyrings:
        pytest.skip("the released package was installed without its MPL extra (it needs Python 3.11), so it has no keyrings")
    return name


@pytest.fixture(scope="session")
def kms_peer(emulation: EmulationServer) -> Iterator[ReleasedPeer]:
    """Return a released package that was started with the environment of the emulation."""
    with ReleasedPeer(released_python()) as started:
        if not started.has_keyrings:
            pytest.skip(
                "the released package was installed without its MPL extra (it needs Python 3.11), so it has no keyrings"
            )
        yield started


@pytest.fixture(scope="session")
def supplier(emulation: EmulationServer) -> EmulationClientSupplier:
    """Return a client supplier of ours."""
    return EmulationClientSupplier(emulation.endpoint)
