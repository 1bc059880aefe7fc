"""Fixtures of the tests of AWS KMS keyrings."""

from __future__ import annotations

import pytest

from test.emulation.clients import EmulationClientSupplier
from test.emulation.fixtures import emulation, keys, sent, supplier
from test.emulation.keys import KeyMaker
from test.emulation.server import EmulationServer
from test.emulation.settings import OTHER_REGION
from test.functional.aws_kms.failing import NO_RETRIES
from test.functional.aws_kms.kinds import KINDS, Kind
from test.functional.aws_kms.shared_keys import SharedKeys

__all__ = ["emulation", "hasty", "keys", "kind", "sent", "shared", "supplier", "three"]


@pytest.fixture(scope="session")
def shared(keys: KeyMaker) -> SharedKeys:
    """Return keys that many tests use and none changes."""
    return SharedKeys.made_by(keys)


@pytest.fixture(params=KINDS, ids=str)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Return each kind of keyring in turn."""
    chosen: Kind = request.param
    if chosen.lacking:
        pytest.skip(chosen.lacking)
    return chosen


@pytest.fixture
def hasty(emulation: EmulationServer) -> EmulationClientSupplier:
    """Return a client supplier whose clients try once."""
    return EmulationClientSupplier(emulation.endpoint, NO_RETRIES)


@pytest.fixture
def three(keys: KeyMaker) -> list[str]:
    """Return the ARNs of three keys."""
    return [keys.symmetric(), keys.symmetric(OTHER_REGION), keys.symmetric()]
