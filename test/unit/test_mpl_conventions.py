"""Which objects are taken for keyrings and CMMs of the Material Providers Library."""

from __future__ import annotations

import abc
import importlib
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk._mpl import models, references
from aws_encryption_sdk._mpl.conventions import is_model, models_for
from aws_encryption_sdk._mpl.conversion import suite_from, suite_info
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.mpl import KeyringFromMPL, MPLKeyring, keyring_from
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

LIBRARY = "aws_cryptographic_material_providers.smithygenerated.aws_cryptography_materialproviders"


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return a stand-in of the library's interfaces, loaded as the library is."""
    interfaces, theirs = ModuleType(f"{LIBRARY}.references"), ModuleType(f"{LIBRARY}.models")
    for name, model in vars(models).items():
        if isinstance(model, type):
            setattr(theirs, name, type(name, (model,), {}))

    class IKeyring(abc.ABC):
        @abc.abstractmethod
        def on_encrypt(self, param: Any) -> Any: ...

    interfaces.IKeyring = IKeyring  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, f"{LIBRARY}.references", interfaces)
    monkeypatch.setitem(sys.modules, f"{LIBRARY}.models", theirs)
    return interfaces


def test_a_keyring_of_the_library_is_called_with_its_models(library: Any) -> None:
    theirs = sys.modules[f"{LIBRARY}.models"]
    own = MPLKeyring(RawAESKeyring("namespace", "name", bytes(32)))
    asked: list[Any] = []

    class Theirs(library.IKeyring):  # type: ignore[misc]
        def on_encrypt(self, param: Any) -> Any:
            asked.append(param)
            return own.on_encrypt(param)

        def on_decrypt(self, param: Any) -> Any:
            asked.append(param)
            return own.on_decrypt(param)

    keyring = Theirs()
    assert models_for(keyring, "IKeyring") is theirs
    assert isinstance(keyring_from(keyring), KeyringFromMPL)
    message, _ = EncryptionSDKClient().encrypt(source=b"plaintext", keyring=keyring)
    assert EncryptionSDKClient().decrypt(source=message, keyring=keyring).result == b"plaintext"
    for param, name in zip(asked, ("OnEncryptInput", "OnDecryptInput"), strict=True):
        assert type(param) is getattr(theirs, name)
        assert type(param.materials) in (theirs.EncryptionMaterials, theirs.DecryptionMaterials)
    assert is_model(asked[0].materials, "EncryptionMaterials")


def test_a_library_that_is_half_loaded_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, f"{LIBRARY}.references", ModuleType("references"))
    monkeypatch.setitem(sys.modules, f"{LIBRARY}.models", ModuleType("models"))
    assert models_for(object(), "IKeyring") is None
    assert not is_model(object(), "EncryptionMaterials")


def test_nothing_is_imported_to_find_out() -> None:
    program = """
import sys
import aws_encryption_sdk
from aws_encryption_sdk.keyrings.mpl import keyring_from
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
try:
    keyring_from(object())
except TypeError:
    pass
aws_encryption_sdk.EncryptionSDKClient().encrypt(source=b"", keyring=RawAESKeyring("a", "b", bytes(32)))
print([name for name in sys.modules if name.startswith(("aws_cryptographic", "boto"))])
print("aws_encryption_sdk._mpl.models" in sys.modules, "aws_encryption_sdk.material_providers" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["[]", "False False"]


def test_the_front_loads_no_clients() -> None:
    program = """
import sys
from aws_encryption_sdk.material_providers.mpl import AwsCryptographicMaterialProviders, models, references, errors
from aws_encryption_sdk.material_providers.keystore import KeyStore, config
print([name for name in sys.modules if name.startswith("boto")])
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("suite", AlgorithmSuite)
def test_descriptions_of_suites(suite: AlgorithmSuite) -> None:
    info = suite_info(models, suite)
    assert suite_from(info.id) is suite
    assert info.binary_id == suite.id_as_bytes()
    assert isinstance(info.commitment, models.DerivationAlgorithmHKDF) is suite.is_committing()
    assert isinstance(info.signature, models.SignatureAlgorithmECDSA) is suite.is_signing()
    assert isinstance(info.kdf, models.DerivationAlgorithmIDENTITY) is not suite.safe_to_cache()
    assert info.id.value in models.ESDKAlgorithmSuiteId.values


@pytest.mark.parametrize("name", [name for name in vars(references) if name.startswith("I") and name[1].isupper()])
def test_interfaces_have_to_be_implemented(name: str) -> None:
    with pytest.raises(TypeError, match="abstract"):
        getattr(references, name)()


@pytest.mark.parametrize("part", ["mpl", "keystore"])
@pytest.mark.parametrize("module", ["", ".config", ".models", ".references", ".errors"])
def test_names_of_modules(part: str, module: str) -> None:
    if (part, module) == ("keystore", ".references"):
        part, module = "", ""
    namespace = importlib.import_module(f"aws_encryption_sdk.material_providers.{part}{module}".rstrip("."))
    assert namespace.__all__
    assert all(hasattr(namespace, name) for name in namespace.__all__)
