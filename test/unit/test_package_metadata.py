"""What the installed distribution says about itself, and what importing it does."""

from __future__ import annotations

import importlib.metadata
import importlib.resources
import re
import subprocess
import sys

import pytest

import aws_encryption_sdk
from aws_encryption_sdk import identifiers

DISTRIBUTION = "aws-encryption-sdk"
VERSION = "4.1.0"

#: Encrypts and decrypts where every attempt to reach a network ends in an error, and prints what was imported.
RAW_KEYRING_PROGRAM = """
import socket
import sys

def no_network(*args, **kwargs):
    raise AssertionError("the network was used")

socket.socket = socket.create_connection = socket.getaddrinfo = no_network

import aws_encryption_sdk
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

keyring = RawAESKeyring(key_namespace="namespace", key_name="name", wrapping_key=bytes(32))
message = aws_encryption_sdk.encrypt(source=b"text", keyring=keyring).result
assert aws_encryption_sdk.decrypt(source=message, keyring=keyring).result == b"text"
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.fixture
def metadata() -> importlib.metadata.PackageMetadata:
    """Return the metadata of the installed distribution."""
    try:
        return importlib.metadata.metadata(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("the distribution is not installed; the test command of README.rst installs it")


def test_version_is_the_same_everywhere() -> None:
    assert aws_encryption_sdk.__version__ == identifiers.__version__ == VERSION
    assert identifiers.USER_AGENT_SUFFIX.endswith(f"/{VERSION}")


def test_metadata(metadata: importlib.metadata.PackageMetadata) -> None:
    assert metadata["Name"] == DISTRIBUTION
    assert metadata["Version"] == VERSION
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.10"
    assert set(metadata.get_all("License-File", [])) == {"LICENSE", "NOTICE"}
    assert metadata["Description-Content-Type"] == "text/x-rst"


def test_dependencies_have_lower_bounds_only(metadata: importlib.metadata.PackageMetadata) -> None:
    requirements = metadata.get_all("Requires-Dist", [])
    always = {requirement for requirement in requirements if "extra ==" not in requirement}
    assert {re.split(r"[^\w-]", requirement)[0] for requirement in always} == {"attrs", "boto3", "cryptography"}
    for requirement in requirements:
        specification = requirement.partition(";")[0]
        assert re.fullmatch(r"[\w-]+(\[[\w,]+\])?>=[\d.]+", specification.strip()), requirement


def test_type_information_is_shipped() -> None:
    assert importlib.resources.files(aws_encryption_sdk).joinpath("py.typed").is_file()


def test_raw_keyring_needs_neither_boto3_nor_a_network() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", RAW_KEYRING_PROGRAM], capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stderr
    imported = set(run.stdout.split())
    assert {"aws_encryption_sdk", "cryptography"} <= imported
    assert not imported & {"boto3", "botocore", "s3transfer", "urllib3"}
