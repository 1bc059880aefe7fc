"""Keyrings and CMMs of the Material Providers Library itself, in one process with this package."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import aws_encryption_sdk
from test.interop import beside_library
from test.interop.peer import HOW_TO_RUN, ReleasedPeer, released_python

if not released_python():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)


@pytest.fixture(scope="module")
def outcomes(peer: ReleasedPeer) -> dict[str, str | None]:
    """Return what came out of each check."""
    if not peer.has_keyrings:
        pytest.skip("the released package was installed without its MPL extra (it needs Python 3.11)")
    command = [released_python(), "-I", beside_library.__file__, str(Path(aws_encryption_sdk.__file__).parent)]
    finished = subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)
    assert finished.returncode == 0, finished.stderr
    found: dict[str, str | None] = json.loads(finished.stdout)
    return found


@pytest.mark.parametrize("name", beside_library.CHECKS)
def test_beside_the_library(name: str, outcomes: dict[str, str | None]) -> None:
    assert outcomes[name] is None, outcomes[name]
