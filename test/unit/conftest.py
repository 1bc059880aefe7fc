"""Fixtures of the unit tests."""

from __future__ import annotations

import pytest

from aws_encryption_sdk.caches import entry, local, storm_tracking

from .cache_materials import Clocks


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    """Return clocks that stand still, and that caches and their entries read."""
    made = Clocks()

    class Time:
        """What stands in for the module ``time``."""

        monotonic = staticmethod(lambda: made.monotonic)
        time = staticmethod(lambda: made.wall)

    monkeypatch.setattr(entry, "time", Time)
    for module in (local, storm_tracking):
        monkeypatch.setattr(module, "monotonic", Time.monotonic)
        monkeypatch.setattr(module, "wall_clock", Time.time)
    return made
