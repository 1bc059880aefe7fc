"""What the tests of the documentation share: the AWS account that its pages speak of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from test.documentation.account import make_account
from test.emulation.fixtures import emulation, keys
from test.emulation.keys import KeyMaker
from test.emulation.server import EmulationServer

__all__ = ["emulation", "keys"]


@pytest.fixture(scope="session")
def _account(keys: KeyMaker) -> None:
    make_account(keys)


@pytest.fixture
def stage(emulation: EmulationServer, _account: None, tmp_path: Path) -> Iterator[None]:
    """Set up what a page may count on: an empty folder to work in, the keys it names, and no logging but its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        patch.setenv("AWS_ENDPOINT_URL_S3", emulation.endpoint)
        yield
