"""pytest fixtures of the emulation; a ``conftest.py`` that needs them imports them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from test.emulation.clients import EmulationClientSupplier
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.server import EmulationServer
from test.emulation.settings import settings


@pytest.fixture(scope="session")
def emulation() -> Iterator[EmulationServer]:
    """Return the running emulation. Clients of this process find it, through environment variables.

    A boto3 that does not know AWS_ENDPOINT_URL_KMS has to be given the endpoint: see :mod:`test.emulation.clients`.
    """
    with EmulationServer() as server, pytest.MonkeyPatch.context() as environment:
        for name, value in settings(server.endpoint).items():
            environment.setenv(name, value)
        yield server


@pytest.fixture(scope="session")
def keys(emulation: EmulationServer) -> KeyMaker:
    """Return what makes keys in the emulated KMS."""
    return KeyMaker(emulation.endpoint)


@pytest.fixture
def sent(emulation: EmulationServer) -> Iterator[list[SentRequest]]:
    """Return the list to which every request of the test is added."""
    with emulation.recording() as requests:
        yield requests


@pytest.fixture
def supplier(emulation: EmulationServer) -> EmulationClientSupplier:
    """Return a client supplier whose clients are told the endpoint; no version of boto3 is too old for it."""
    return EmulationClientSupplier(emulation.endpoint)
