"""What the tests of the examples share."""

from __future__ import annotations

import pytest

from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from test.emulation.fixtures import emulation, keys, sent

__all__ = ["emulation", "keyring", "keys", "sent"]


@pytest.fixture
def keyring() -> RawAESKeyring:
    """A keyring for the functions that the examples are made of."""
    return RawAESKeyring("examples", "key of the tests", bytes(range(32)))
