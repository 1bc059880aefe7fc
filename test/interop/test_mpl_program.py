"""The example of a program that changed the root of its imports: with the old root, it runs with the library."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from test.interop.mpl_names import ROOT
from test.interop.peer import HOW_TO_RUN, ReleasedPeer, released_python

if not released_python():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

PROGRAM = Path(__file__).parents[2] / "examples" / "src" / "migration" / "mpl_program.py"
FRONT = "aws_encryption_sdk.material_providers"


def test_the_program_before(peer: ReleasedPeer, tmp_path: Path) -> None:
    if not peer.has_keyrings:
        pytest.skip("the released package was installed without its MPL extra (it needs Python 3.11)")
    after = PROGRAM.read_text("utf-8")
    assert after.count(f"from {FRONT}.") == 4
    before = tmp_path / "before.py"
    before.write_text(after.replace(FRONT, ROOT), "utf-8")
    command = [released_python(), "-I", str(before)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.stdout == "Hello, world!\n", done.stderr
