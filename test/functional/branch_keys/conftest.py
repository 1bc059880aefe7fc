"""Fixtures of the tests of branch keys."""

from __future__ import annotations

import pytest

from test.emulation.fixtures import emulation, keys, sent
from test.emulation.keys import KeyMaker
from test.emulation.server import EmulationServer
from test.functional.branch_keys.tables import Table
from test.unit.conftest import clocks

__all__ = ["clocks", "emulation", "keys", "sent", "table"]


@pytest.fixture
def table(emulation: EmulationServer, keys: KeyMaker) -> Table:
    """Return a new table."""
    return Table(emulation, keys.symmetric())
