"""The front under the names of the Material Providers Library has the library's names, parameters and defaults."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from test.interop import mpl_names
from test.interop.peer import HOW_TO_RUN, ReleasedPeer, released_python

if not released_python():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

FRONT = "aws_encryption_sdk.material_providers"
#: Only what these modules are for; the library has models and classes of its generator in them, too.
ONLY = {
    "mpl": {"AwsCryptographicMaterialProviders"},
    "mpl.client": {"AwsCryptographicMaterialProviders"},
    "mpl.config": {"MaterialProvidersConfig"},
    "keystore": {"KeyStore"},
    "keystore.client": {"KeyStore"},
    "keystore.config": {"KeyStoreConfig"},
}
#: Parts of the library that belong to another product, whose algorithm suites these are.
OTHER_PRODUCT = {
    "AlgorithmSuiteIdDBE",
    "CommitmentPolicyDBE",
    "DBEAlgorithmSuiteId",
    "DBECommitmentPolicy",
    "EdkWrappingAlgorithmIntermediateKeyWrapping",
    "IntermediateKeyWrapping",
}
#: Parts that no method takes or returns, and a base class of configurations.
UNUSED = {
    "KeyAgreementSchemeStaticConfiguration",
    "StaticConfigurationsAWS_KMS_ECDH",
    "StaticConfigurationsRAW_ECDH",
    "BranchKeyIdSupplier",
    "Config",
}
#: Parameters that hand in the library's own machinery.
MACHINERY = {"dafny_client"}
#: Defaults that fail in the library: a tail size of 0 is refused.
MENDED_DEFAULTS = {"entry_pruning_tail_size": ("0", "1")}


@pytest.fixture(scope="module")
def library(peer: ReleasedPeer) -> dict[str, dict[str, Any]]:
    """Return the names of the library."""
    if not peer.has_keyrings:
        pytest.skip("the released package was installed without its MPL extra (it needs Python 3.11)")
    script = Path(mpl_names.__file__)
    dumped = subprocess.run([released_python(), "-I", str(script)], check=True, capture_output=True, text=True, timeout=120)
    names: dict[str, dict[str, Any]] = json.loads(dumped.stdout)
    return names


def expected(library: dict[str, dict[str, Any]], module: str) -> dict[str, Any]:
    """Return the names that the front has to have."""
    return {
        name: told
        for name, told in library[module].items()
        if name in ONLY.get(module, {name}) and name not in OTHER_PRODUCT | UNUSED and not name.endswith("Unknown")
    }


def parameters(told: list[list[str]]) -> list[list[str]]:
    return [each for each in told if each[0] not in MACHINERY]


@pytest.mark.parametrize("module", mpl_names.MODULES)
def test_names_are_there(module: str, library: dict[str, dict[str, Any]]) -> None:
    missing = set(expected(library, module)) - set(mpl_names.names_of(FRONT, module))
    assert not missing


@pytest.mark.parametrize("module", mpl_names.MODULES)
def test_parameters_and_defaults_are_the_same(module: str, library: dict[str, dict[str, Any]]) -> None:
    ours = mpl_names.names_of(FRONT, module)
    for name, theirs in expected(library, module).items():
        if module.endswith("errors") or "_impl" in str(theirs["parameters"]):
            # Their messages may be given by name here and there; what holds an implementation is not made by programs.
            continue
        wanted = [
            [each, kind, MENDED_DEFAULTS[each][1] if each in MENDED_DEFAULTS else default]
            for each, kind, default in parameters(theirs["parameters"])
        ]
        assert parameters(ours[name]["parameters"]) == wanted, name


@pytest.mark.parametrize("module", mpl_names.MODULES)
def test_methods_and_constants_are_the_same(module: str, library: dict[str, dict[str, Any]]) -> None:
    ours = mpl_names.names_of(FRONT, module)
    for name, theirs in expected(library, module).items():
        for method, wanted in theirs["methods"].items():
            if f"{name}.{method}" == "KeyStore.get_key_store_info":
                # It takes an input that says nothing; here it may be left out.
                assert [each[0] for each in ours[name]["methods"][method]] == [each[0] for each in wanted]
            elif method not in ("as_dict", "from_dict") and method[0].islower():
                assert ours[name]["methods"][method] == wanted, f"{name}.{method}"
        assert ours[name]["values"] == theirs["values"], name
        for constant, value in theirs["constants"].items():
            assert ours[name]["constants"][constant] == value, f"{name}.{constant}"


def test_errors_have_the_same_bases(library: dict[str, dict[str, Any]]) -> None:
    for module in ("mpl.errors", "keystore.errors"):
        ours = mpl_names.names_of(FRONT, module)
        for name, theirs in expected(library, module).items():
            assert [base for base in theirs["bases"] if base not in ("Generic",)] == [
                base for base in ours[name]["bases"] if base in theirs["bases"]
            ], name


def test_the_exceptions_to_the_rule_are_there(library: dict[str, dict[str, Any]]) -> None:
    """What is passed over above is in the library: a name that has gone is taken off the lists."""
    known = {name for module in library.values() for name in module}
    assert known >= OTHER_PRODUCT | UNUSED
