"""What a program reaches after ``import aws_encryption_sdk``."""

from __future__ import annotations

import subprocess
import sys

import pytest

TOP_LEVEL = (
    "Algorithm",
    "AWSEncryptionSDKClientError",
    "CommitmentPolicy",
    "DecryptorConfig",
    "DefaultCryptoMaterialsManager",
    "EncryptionSDKClient",
    "EncryptionSDKClientConfig",
    "EncryptorConfig",
    "SignaturePolicy",
    "StreamDecryptor",
    "StreamEncryptor",
    "__version__",
    "decrypt",
    "encrypt",
    "stream",
)
SUBMODULES = (
    "exceptions.DecryptKeyError",
    "identifiers.Algorithm",
    "identifiers.WrappingAlgorithm",
    "keyrings.base.Keyring",
    "keyrings.multi.MultiKeyring",
    "keyrings.raw.RawAESKeyring",
    "keyrings.raw.RawRSAKeyring",
    "materials_managers.EncryptionMaterials",
    "materials_managers.base.CryptoMaterialsManager",
    "materials_managers.default.DefaultCryptoMaterialsManager",
    "streaming_client.StreamEncryptor",
    "structures.MessageHeader",
)


def run_program(program: str) -> str:
    """Run a program in an interpreter that has imported nothing else, and return what it prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("names", [TOP_LEVEL, SUBMODULES], ids=["names", "names in submodules"])
def test_one_import_is_enough(names: tuple[str, ...]) -> None:
    program = "import aws_encryption_sdk\n" + "".join(f"aws_encryption_sdk.{name}\n" for name in names)
    run_program(program + "print('reached all')")


def test_materials_manager_is_built_through_the_package_alone() -> None:
    printed = run_program(
        "import os\n"
        "import aws_encryption_sdk\n"
        "keyring = aws_encryption_sdk.keyrings.raw.RawAESKeyring('ns', 'name', os.urandom(32))\n"
        "cmm = aws_encryption_sdk.materials_managers.default.DefaultCryptoMaterialsManager(keyring=keyring)\n"
        "ciphertext, header = aws_encryption_sdk.encrypt(source=b'secret', materials_manager=cmm)\n"
        "print(aws_encryption_sdk.decrypt(source=ciphertext, materials_manager=cmm).result.decode())\n"
    )
    assert printed == "secret\n"


def test_public_names_are_exported() -> None:
    names = run_program("from aws_encryption_sdk import *\nprint(*sorted(dir()))").split()
    assert {"encrypt", "decrypt", "stream", "EncryptionSDKClient", "CommitmentPolicy", "Algorithm"} <= set(names)


def test_version_is_one_that_programs_of_version_4_ask_for() -> None:
    version = run_program("import aws_encryption_sdk\nprint(aws_encryption_sdk.__version__)").strip()
    numbers = tuple(int(part) for part in version.split("."))
    assert (4, 0, 5) <= numbers < (5,)


def test_same_names_are_the_same_objects() -> None:
    import aws_encryption_sdk
    from aws_encryption_sdk import identifiers, materials_managers, streaming_client, structures

    assert aws_encryption_sdk.Algorithm is identifiers.Algorithm is identifiers.AlgorithmSuite
    assert aws_encryption_sdk.CommitmentPolicy is identifiers.CommitmentPolicy
    assert aws_encryption_sdk.StreamEncryptor is streaming_client.StreamEncryptor
    assert aws_encryption_sdk.EncryptorConfig is streaming_client.EncryptorConfig
    assert materials_managers.Algorithm is identifiers.Algorithm
    assert materials_managers.CommitmentPolicy is identifiers.CommitmentPolicy
    assert materials_managers.DataKey is structures.DataKey


def test_star_import_of_the_streaming_client() -> None:
    from aws_encryption_sdk import streaming_client

    expected = {"DecryptorConfig", "EncryptorConfig", "StreamDecryptor", "StreamEncryptor"}
    assert expected <= set(streaming_client.__all__)


def test_internal_names_that_tests_of_programs_import() -> None:
    from aws_encryption_sdk.streaming_client import (  # type: ignore[attr-defined]
        StreamDecryptor,
        StreamEncryptor,
        _ClientConfig,
        _EncryptionStream,
    )

    assert issubclass(StreamEncryptor, _EncryptionStream)
    assert issubclass(StreamDecryptor, _EncryptionStream)
    assert isinstance(_ClientConfig, type)


def test_user_agent_suffix_names_the_version() -> None:
    from aws_encryption_sdk.identifiers import USER_AGENT_SUFFIX, __version__

    assert f"AwsEncryptionSdkPython/{__version__}" == USER_AGENT_SUFFIX
