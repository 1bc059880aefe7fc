"""What a program reaches after ``import aws_encryption_sdk``."""

from __future__ import annotations

import subprocess
import sys

import pytest

TOP_LEVEL = (
    "Algorithm",
    "AWSEncryptionSDKClientError",
    "CachingCryptoMaterialsManager",
    "CommitmentPolicy",
    "DecryptorConfig",
    "DefaultCryptoMaterialsManager",
    "DiscoveryAwsKmsMasterKeyProvider",
    "EncryptionSDKClient",
    "EncryptionSDKClientConfig",
    "EncryptorConfig",
    "KMSMasterKeyProvider",
    "KMSMasterKeyProviderConfig",
    "LocalCryptoMaterialsCache",
    "NullCryptoMaterialsCache",
    "SignaturePolicy",
    "StreamDecryptor",
    "StreamEncryptor",
    "StrictAwsKmsMasterKeyProvider",
    "__version__",
    "decrypt",
    "encrypt",
    "stream",
)
SUBMODULES = (
    "caches.base.CryptoMaterialsCache",
    "caches.build_encryption_materials_cache_key",
    "caches.local.LocalCryptoMaterialsCache",
    "caches.null.NullCryptoMaterialsCache",
    "compatability.DEPRECATION_DATE_MAP",
    "compatability._warn_deprecated_python",
    "exceptions.DecryptKeyError",
    "identifiers.Algorithm",
    "identifiers.WrappingAlgorithm",
    "internal.arn.arn_from_str",
    "internal.crypto.WrappingKey",
    "internal.crypto.wrapping_keys.WrappingKey",
    "internal.defaults.FRAME_LENGTH",
    "internal.formatting.deserialize.deserialize_header",
    "internal.formatting.encryption_context.serialize_encryption_context",
    "internal.str_ops.to_bytes",
    "internal.structures.MessageHeaderAuthentication",
    "internal.utils.commitment.validate_commitment_policy_on_encrypt",
    "internal.utils.streams.ROStream",
    "key_providers.base.MasterKey",
    "key_providers.base.MasterKeyConfig",
    "key_providers.base.MasterKeyProvider",
    "key_providers.base.MasterKeyProviderConfig",
    "key_providers.kms.BaseKMSMasterKeyProvider",
    "key_providers.kms.DiscoveryAwsKmsMasterKeyProvider",
    "key_providers.kms.DiscoveryFilter",
    "key_providers.kms.KMSMasterKey",
    "key_providers.kms.KMSMasterKeyConfig",
    "key_providers.kms.KMSMasterKeyProvider",
    "key_providers.kms.KMSMasterKeyProviderConfig",
    "key_providers.kms.MRKAwareDiscoveryAwsKmsMasterKeyProvider",
    "key_providers.kms.MRKAwareKMSMasterKey",
    "key_providers.kms.MRKAwareKMSMasterKeyConfig",
    "key_providers.kms.MRKAwareStrictAwsKmsMasterKeyProvider",
    "key_providers.kms.StrictAwsKmsMasterKeyProvider",
    "key_providers.raw.RawMasterKey",
    "key_providers.raw.RawMasterKeyConfig",
    "key_providers.raw.RawMasterKeyProvider",
    "key_providers.raw.WrappingKey",
    "keyrings.aws_kms.AwsKmsKeyring",
    "keyrings.aws_kms.client_suppliers.DefaultClientSupplier",
    "keyrings.base.Keyring",
    "keyrings.multi.MultiKeyring",
    "keyrings.raw.RawAESKeyring",
    "keyrings.raw.RawRSAKeyring",
    "materials_managers.EncryptionMaterials",
    "materials_managers.base.CryptoMaterialsManager",
    "materials_managers.caching.CachingCryptoMaterialsManager",
    "materials_managers.default.DefaultCryptoMaterialsManager",
    "materials_managers.required_encryption_context.RequiredEncryptionContextCryptoMaterialsManager",
    "streaming_client.CommitmentPolicy",
    "streaming_client.DefaultCryptoMaterialsManager",
    "streaming_client.MasterKeyProvider",
    "streaming_client.SerializationError",
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


def test_names_that_a_module_has_from_others_are_theirs() -> None:
    printed = run_program(
        "import aws_encryption_sdk as package\n"
        "import aws_encryption_sdk.streaming_client as module\n"
        "from aws_encryption_sdk.streaming_client import (\n"
        "    AWSEncryptionSDKClientError, ActionNotAllowedError, Algorithm, CommitmentPolicy, CryptoMaterialsManager,\n"
        "    DecryptionMaterialsRequest, DefaultCryptoMaterialsManager, EncryptionMaterialsRequest, MasterKeyProvider,\n"
        "    MasterKeyProviderError, MaxEncryptedDataKeysExceeded, NotSupportedError, SerializationError,\n"
        "    SerializationVersion, SignaturePolicy, ContentType, CustomMaximumValueExceeded, MessageHeader)\n"
        "print(CommitmentPolicy is package.CommitmentPolicy, SerializationError is package.exceptions.SerializationError)\n"
        "print('DecryptionMaterialsRequest' in dir(module), 'CommitmentPolicy' in module.__all__)\n"
    )
    assert printed.split() == ["True", "True", "True", "False"]


def test_what_belongs_to_aws_is_loaded_when_it_is_used() -> None:
    loaded = "print(any(name.split('.')[0] in ('boto3', 'botocore') for name in sys.modules))\n"
    printed = run_program(
        "import sys\n"
        "import aws_encryption_sdk\n"
        "import aws_encryption_sdk.key_providers.raw\n" + loaded + "aws_encryption_sdk.StrictAwsKmsMasterKeyProvider\n"
        "aws_encryption_sdk.key_providers.kms\n" + loaded
    )
    assert printed.split() == ["False", "True"]


@pytest.mark.parametrize("path", ["nothing", "key_providers.nothing", "key_providers.kms.nothing"])
def test_names_that_do_not_exist(path: str) -> None:
    printed = run_program(
        f"import aws_encryption_sdk\ntry:\n    aws_encryption_sdk.{path}\nexcept AttributeError as error:\n    print(error)\n"
    )
    assert "has no attribute 'nothing'" in printed


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
    assert {"CachingCryptoMaterialsManager", "LocalCryptoMaterialsCache", "StrictAwsKmsMasterKeyProvider"} <= set(names)
    assert {"encrypt", "decrypt", "stream", "EncryptionSDKClient", "CommitmentPolicy", "Algorithm"} <= set(names)


def test_version_is_one_that_programs_of_version_4_ask_for() -> None:
    version = run_program("import aws_encryption_sdk\nprint(aws_encryption_sdk.__version__)").strip()
    numbers = tuple(int(part) for part in version.split("."))
    assert (4, 0, 5) <= numbers < (5,)


def test_same_names_are_the_same_objects() -> None:
    import aws_encryption_sdk
    from aws_encryption_sdk import identifiers, key_providers, materials_managers, streaming_client, structures

    assert aws_encryption_sdk.StrictAwsKmsMasterKeyProvider is key_providers.kms.StrictAwsKmsMasterKeyProvider
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
