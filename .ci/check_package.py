"""Checks what a package index would be given: what is in it, and that it installs and works in empty environments.

``python .ci/check_package.py FOLDER`` looks at the wheel and the source distribution in FOLDER, and installs the wheel with every
supported Python that it finds. What was not found is printed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = "aws_encryption_sdk"
SUPPORTED: Final = ("3.10", "3.11", "3.12", "3.13")
#: Encrypts and decrypts, with the type information there and nothing of AWS loaded.
PROGRAM: Final = """
import importlib.metadata, importlib.resources, os, sys
import aws_encryption_sdk
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

assert importlib.resources.files(aws_encryption_sdk).joinpath("py.typed").is_file()
assert importlib.metadata.version("aws-encryption-sdk") == aws_encryption_sdk.__version__
client = aws_encryption_sdk.EncryptionSDKClient()
keyring = RawAESKeyring("check", "key", os.urandom(32))
message, _ = client.encrypt(source=b"text", keyring=keyring)
assert client.decrypt(source=message, keyring=keyring).result == b"text"
assert not {"boto3", "botocore", "pytest"} & set(sys.modules)
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsMultiKeyring
AwsKmsMultiKeyring("arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
"""


def main(folder: Path) -> None:
    """Check the only wheel and the only source distribution in ``folder``."""
    (wheel,) = folder.glob("*.whl")
    (source,) = folder.glob("*.tar.gz")
    check_wheel(wheel)
    check_source(source)
    pythons = {version: found for version in SUPPORTED if (found := find_python(version))}
    with tempfile.TemporaryDirectory() as scratch:
        for version, python in pythons.items():
            check_install(python, wheel, Path(scratch, version))
            print(f"installed and worked with Python {version}")
        first = next(iter(pythons.values()))
        check_install(first, source, Path(scratch, "source"))
        print("the source distribution installed and worked")
        check_layer(wheel, Path(scratch, "layer-folder"))
    for version in SUPPORTED:
        if version not in pythons:
            print(f"left out: no Python {version} was found")


def check_wheel(wheel: Path) -> None:
    """Check that a wheel holds every module of the package, type information and licences, and nothing else."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    (information,) = {name.split("/")[0] for name in names if ".dist-info/" in name}
    modules = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src" / PACKAGE).rglob("*.py")}
    expected = modules | {f"{PACKAGE}/py.typed"}
    expected |= {f"{information}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "licenses/LICENSE", "licenses/NOTICE")}
    expect(names, expected, wheel.name)


def check_source(source: Path) -> None:
    """Check that a source distribution holds what the wheel is made of, what a reader wants, and no tests."""
    with tarfile.open(source) as archive:
        names = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "src" / PACKAGE).rglob("*.py")}
    others = {"PKG-INFO", "README.rst", "CHANGELOG.rst", "LICENSE", "NOTICE", "pyproject.toml", ".gitignore"}
    expect(names, modules | others | {f"src/{PACKAGE}/py.typed"}, source.name)


def check_install(python: str, distribution: Path, folder: Path) -> None:
    """Install a distribution into an empty environment, and use it there."""
    run(python, "-m", "venv", str(folder))
    inside = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
    run(inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(distribution))
    run(inside, "-W", "error", "-c", PROGRAM, where=folder)
    run(inside, "-m", "pip", "--disable-pip-version-check", "check")


def check_layer(wheel: Path, folder: Path) -> None:
    """Make the layer for AWS Lambda with the command of the documentation, and this wheel in place of the released one."""
    page = (ROOT / "doc" / "howto" / "lambda-layers.rst").read_text(encoding="utf-8")
    (command,) = re.findall(r"^ +python3 (-m pip install .*) aws-encryption-sdk$", page, re.MULTILINE)
    folder.mkdir()
    run(sys.executable, *command.split(), str(wheel), where=folder)
    expect({PACKAGE} & {path.name for path in (folder / "layer" / "python").iterdir()}, {PACKAGE}, "the layer for Lambda")
    print("the layer for Lambda was made")


def expect(found: set[str], expected: set[str], what: str) -> None:
    """Stop unless both are the same."""
    if found != expected:
        sys.exit(f"{what} lacks {sorted(expected - found)}, and should not have {sorted(found - expected)}")
    print(f"{what} has the {len(found)} files that it should have")


def find_python(version: str) -> str | None:
    """Return the path of a Python of this version that can make environments."""
    homes = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions").glob(f"{version}.*/bin/python")
    this = sys.executable if sys.version.startswith(f"{version}.") else None
    for candidate in (this, shutil.which(f"python{version}"), *map(str, homes)):
        check = f"import ensurepip, sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
        if candidate and subprocess.run([candidate, "-c", check], capture_output=True, check=False).returncode == 0:
            return candidate
    return None


def run(*command: str, where: Path | None = None) -> None:
    """Run a command, and stop with what it printed if it fails."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        sys.exit(f"{' '.join(command[:5])} ... failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
