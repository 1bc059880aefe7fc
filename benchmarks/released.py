"""The virtual environment with the released package, and tink where it can be installed."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from importlib.metadata import version
from pathlib import Path
from typing import Final

RELEASED_VERSION: Final = "4.0.7"
#: The variable that the interoperability tests read too.
VARIABLE: Final = "AWS_ENCRYPTION_SDK_RELEASED_PYTHON"
FOLDER: Final = Path(__file__).resolve().with_name(".released")
_VERSIONS = """
import json
from importlib import metadata
found = {}
for name in ("aws-encryption-sdk", "cryptography", "tink", "aws-cryptographic-material-providers"):
    try:
        found[name] = metadata.version(name)
    except metadata.PackageNotFoundError:
        found[name] = None
print(json.dumps(found))
"""


class EnvironmentUnusableError(Exception):
    """There is no environment with the released package that would make a fair comparison."""


def released_python(named: str | None) -> tuple[str, dict[str, str | None]]:
    """Return a Python with the released package, and the versions of what it has; install it where none is named.

    :param named: Path of a Python that has it; None to use an environment beside this file, made where it is missing
    :raises EnvironmentUnusableError: if it has another release, or another version of ``cryptography`` than this process
    """
    python = named or _installed()
    found = _versions(python)
    if found["aws-encryption-sdk"] != RELEASED_VERSION:
        raise EnvironmentUnusableError(
            f"{python} has aws-encryption-sdk {found['aws-encryption-sdk']}, not {RELEASED_VERSION}"
        )
    if found["cryptography"] != version("cryptography"):
        raise EnvironmentUnusableError(
            f"{python} has cryptography {found['cryptography']}, and this Python {version('cryptography')}; "
            "a comparison needs the same version on both sides"
        )
    return python, found


def _installed() -> str:
    folder = FOLDER / f"python{sys.version_info.major}.{sys.version_info.minor}"
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        (FOLDER / ".gitignore").write_text("*\n", encoding="ascii")
    found = _versions(str(python))
    if found["aws-encryption-sdk"] != RELEASED_VERSION or found["cryptography"] != version("cryptography"):
        print(f"Installing aws-encryption-sdk {RELEASED_VERSION} into benchmarks/{FOLDER.name}", file=sys.stderr)
        _pip(str(python), f"aws-encryption-sdk=={RELEASED_VERSION}", f"cryptography=={version('cryptography')}")
        try:
            _pip(str(python), "tink")
        except subprocess.CalledProcessError:
            print("tink cannot be installed here; its row is left out", file=sys.stderr)
    return str(python)


def _pip(python: str, *requirements: str) -> None:
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
    subprocess.run(command, check=True, stdout=sys.stderr)


def _versions(python: str) -> dict[str, str | None]:
    try:
        answer = subprocess.run([python, "-I", "-c", _VERSIONS], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise EnvironmentUnusableError(f"{python} is no Python that runs: {error}") from error
    found: dict[str, str | None] = json.loads(answer.stdout)
    return found
