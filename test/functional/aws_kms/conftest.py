"""Fixtures of the tests of AWS KMS keyrings."""

from __future__ import annotations

import pytest

from test.emulation.fixtures import emulation, keys, sent, supplier
from test.emulation.keys import KeyMaker
from test.functional.aws_kms.kinds import KINDS, Kind, SharedKeys

__all__ = ["emulation", "keys", "kind", "sent", "shared", "supplier"]


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
