"""Checks of this package and the Material Providers Library in one process.

They are run by the Python that has the library (``python -I beside_library.py PACKAGE``), with this package taken from the folder
PACKAGE in place of the released one. One line of JSON is printed: for each check, None or what went wrong.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

CONTEXT = {"purpose": "interoperability", "größe": "groß"}
WRAPPING_KEY = bytes(range(32))
CHECKS: dict[str, Callable[[Any], None]] = {}


class Both:
    """This package and the library, imported by name: the test run imports this file without the library."""

    def __init__(self) -> None:
        self.sdk = importlib.import_module("aws_encryption_sdk")
        self.exceptions = importlib.import_module("aws_encryption_sdk.exceptions")
        self.suites = importlib.import_module("aws_encryption_sdk.identifiers").AlgorithmSuite
        self.client = self.sdk.EncryptionSDKClient()
        self.own = importlib.import_module("aws_encryption_sdk.keyrings.raw").RawAESKeyring("ns", "name", WRAPPING_KEY)
        self.multi = importlib.import_module("aws_encryption_sdk.keyrings.multi").MultiKeyring
        self.recognised_before = importlib.import_module("aws_encryption_sdk.keyrings.mpl").models_for(object(), "IKeyring")
        self.library_was_loaded = any(name.startswith("aws_cryptographic") for name in sys.modules)
        self.models = importlib.import_module("aws_cryptographic_material_providers.mpl.models")
        self.references = importlib.import_module("aws_cryptographic_material_providers.mpl.references")
        config = importlib.import_module("aws_cryptographic_material_providers.mpl.config").MaterialProvidersConfig()
        library = importlib.import_module("aws_cryptographic_material_providers.mpl")
        self.library = library.AwsCryptographicMaterialProviders(config)
        self.theirs = self.raw_aes("name")

    def raw_aes(self, name: str) -> Any:
        """Return a keyring of the library."""
        return self.library.create_raw_aes_keyring(
            self.models.CreateRawAesKeyringInput(
                key_namespace="ns",
                key_name=name,
                wrapping_key=WRAPPING_KEY,
                wrapping_alg=self.models.AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
            )
        )

    def default_manager(self, keyring: Any) -> Any:
        """Return a CMM of the library."""
        return self.library.create_default_cryptographic_materials_manager(
            self.models.CreateDefaultCryptographicMaterialsManagerInput(keyring=keyring)
        )

    def required_context_manager(self, *keys: str) -> Any:
        """Return a CMM of the library that has some pairs not stored."""
        return self.library.create_required_encryption_context_cmm(
            self.models.CreateRequiredEncryptionContextCMMInput(
                required_encryption_context_keys=list(keys), underlying_cmm=self.default_manager(self.theirs)
            )
        )

    def custom_manager(self, *keys: str) -> Any:
        """Return a CMM that a program wrote for the library."""
        inner = self.required_context_manager(*keys)

        class Custom(self.references.ICryptographicMaterialsManager):  # type: ignore[misc, name-defined]
            def get_encryption_materials(self, param: Any) -> Any:
                return inner.get_encryption_materials(param)

            def decrypt_materials(self, param: Any) -> Any:
                return inner.decrypt_materials(param)

        return Custom()

    def custom_keyring(self, log: list[Any], keyring: Any = None, fault: str = "") -> Any:
        """Return a keyring that a program wrote for the library."""
        inner, models = keyring or self.theirs, self.models

        class Custom(self.references.IKeyring):  # type: ignore[misc, name-defined]
            def on_encrypt(self, param: Any) -> Any:
                if fault == "raises":
                    raise ValueError("the program's own")
                log.append(param)
                answer = inner.on_encrypt(param)
                if fault == "context":
                    answer.materials.encryption_context["more"] = "than there was"
                if fault == "no key":
                    answer.materials.plaintext_data_key = None
                return models.OnEncryptOutput(materials=answer.materials)

            def on_decrypt(self, param: Any) -> Any:
                if fault == "raises":
                    raise ValueError("the program's own")
                log.append(param)
                answer = inner.on_decrypt(param)
                if fault == "short key":
                    answer.materials.plaintext_data_key = b"short"
                return answer

        return Custom()

    def under(self, suite: Any) -> Any:
        """Return a client whose policy allows a suite."""
        policy = self.sdk.CommitmentPolicy
        return self.sdk.EncryptionSDKClient(
            commitment_policy=policy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
            if suite.is_committing()
            else policy.FORBID_ENCRYPT_ALLOW_DECRYPT
        )


def check(function: Callable[[Any], None]) -> Callable[[Any], None]:
    """List a check."""
    CHECKS[function.__name__] = function
    return function


def raised(kind: type[Exception], function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return the exception of this class that a call raises."""
    try:
        function(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError(f"{function} raised no {kind.__name__}")


@check
def the_library_is_not_imported_by_this_package(both: Both) -> None:
    assert not both.library_was_loaded
    assert both.recognised_before is None


@check
def its_keyrings_are_accepted_in_every_suite(both: Both) -> None:
    for suite in both.suites:
        client = both.under(suite)
        for writer, reader in ((both.theirs, both.own), (both.own, both.theirs), (both.theirs, both.theirs)):
            message, _ = client.encrypt(source=b"plaintext", algorithm=suite, keyring=writer, encryption_context=CONTEXT)
            plaintext, header = client.decrypt(source=message, keyring=reader, encryption_context=CONTEXT)
            assert plaintext == b"plaintext"
            assert CONTEXT.items() <= header.encryption_context.items()


@check
def keyrings_written_for_it_are_accepted(both: Both) -> None:
    log: list[Any] = []
    keyring = both.custom_keyring(log)
    message, _ = both.client.encrypt(source=b"plaintext", keyring=keyring)
    assert both.client.decrypt(source=message, keyring=keyring).result == b"plaintext"
    encrypt, decrypt = log
    assert isinstance(encrypt, both.models.OnEncryptInput)
    assert isinstance(decrypt, both.models.OnDecryptInput)
    assert encrypt.materials.signing_key.startswith(b"-----BEGIN PRIVATE KEY-----")
    assert len(decrypt.materials.verification_key) == 49


@check
def its_keyrings_are_members_of_multi_keyrings(both: Both) -> None:
    another = both.raw_aes("another")
    for keyring in (
        both.multi(both.own, [another, both.custom_keyring([])]),
        both.multi(another, [both.own, both.theirs]),
        both.multi(both.own, [another, both.theirs], parallel_wraps=2),
    ):
        message, header = both.client.encrypt(source=b"plaintext", keyring=keyring)
        assert len(header.encrypted_data_keys) == 3
        for reader in (both.own, another, keyring, both.multi(children=[another])):
            assert both.client.decrypt(source=message, keyring=reader).result == b"plaintext"


@check
def its_managers_are_accepted(both: Both) -> None:
    manager = both.default_manager(both.theirs)
    for suite in both.suites:
        client = both.under(suite)
        message, _ = client.encrypt(source=b"plaintext", algorithm=suite, materials_manager=manager)
        assert client.decrypt(source=message, keyring=both.own).result == b"plaintext"
        with client.stream(mode="d", source=message, materials_manager=manager) as stream:
            assert stream.read() == b"plaintext"


@check
def its_manager_of_required_pairs(both: Both) -> None:
    manager = both.required_context_manager("purpose")
    required = {"purpose": CONTEXT["purpose"]}
    message, _ = both.client.encrypt(source=b"plaintext", materials_manager=manager, encryption_context=CONTEXT)
    assert b"interoperability" not in message
    for source in ({"materials_manager": manager}, {"keyring": both.own}, {"keyring": both.theirs}):
        _, header = both.client.decrypt(source=message, encryption_context=required, **source)
        assert CONTEXT.items() <= header.encryption_context.items()
        raised(both.exceptions.AWSEncryptionSDKClientError, both.client.decrypt, source=message, **source)


@check
def its_managers_are_behind_caches(both: Both) -> None:
    caches = importlib.import_module("aws_encryption_sdk.caches.local")
    caching = importlib.import_module("aws_encryption_sdk.materials_managers.caching").CachingCryptoMaterialsManager
    log: list[Any] = []
    for backing in (
        {"backing_materials_manager": both.default_manager(both.custom_keyring(log))},
        {"keyring": both.custom_keyring(log)},
    ):
        log.clear()
        manager = caching(cache=caches.LocalCryptoMaterialsCache(10), max_age=60.0, **backing)
        messages = {both.client.encrypt(source=b"plaintext", materials_manager=manager).result for _ in range(3)}
        assert len(messages) == 3
        assert len(log) == 1
        for message in messages:
            assert both.client.decrypt(source=message, materials_manager=manager).result == b"plaintext"
        assert len(log) == 2


@check
def its_manager_of_required_pairs_behind_a_cache(both: Both) -> None:
    caches = importlib.import_module("aws_encryption_sdk.caches.local")
    caching = importlib.import_module("aws_encryption_sdk.materials_managers.caching").CachingCryptoMaterialsManager
    required = {"purpose": CONTEXT["purpose"]}
    for manager in (both.required_context_manager("purpose"), both.custom_manager("purpose")):
        cached = caching(cache=caches.LocalCryptoMaterialsCache(10), max_age=60.0, backing_materials_manager=manager)
        messages = [
            both.client.encrypt(source=b"plaintext", materials_manager=cached, encryption_context=CONTEXT).result
            for _ in range(2)
        ]
        for message in messages:
            assert b"interoperability" not in message
            _, header = both.client.decrypt(source=message, materials_manager=cached, encryption_context=required)
            assert CONTEXT.items() <= header.encryption_context.items()
            raised(
                both.exceptions.AWSEncryptionSDKClientError,
                both.client.decrypt,
                source=message,
                materials_manager=cached,
                encryption_context={"purpose": "x"},
            )
            raised(
                both.exceptions.AWSEncryptionSDKClientError, both.client.decrypt, source=message, materials_manager=cached
            )
        raised(both.exceptions.AWSEncryptionSDKClientError, both.client.encrypt, source=b"", materials_manager=cached)


@check
def its_errors_become_ours(both: Both) -> None:
    message, _ = both.client.encrypt(source=b"plaintext", keyring=both.own)
    errors = importlib.import_module("aws_cryptographic_material_providers.mpl.errors")
    another = both.raw_aes("another")
    for source in ({"keyring": another}, {"materials_manager": both.default_manager(another)}):
        error = raised(both.exceptions.DecryptKeyError, both.client.decrypt, source=message, **source)
        assert isinstance(error.__cause__, errors.CollectionOfErrors)
        assert len(error.errors) == 1
        assert "Raw AES Keyring" in str(error)
    no_public_key = both.library.create_raw_rsa_keyring(
        both.models.CreateRawRsaKeyringInput(
            key_namespace="ns", key_name="n", padding_scheme=both.models.PaddingScheme.PKCS1, private_key=b"none"
        )
    )
    error = raised(both.exceptions.EncryptKeyError, both.client.encrypt, source=b"", keyring=no_public_key)
    assert isinstance(error.__cause__, errors.ServiceError)


@check
def faults_of_keyrings_written_for_it(both: Both) -> None:
    message, _ = both.client.encrypt(source=b"plaintext", keyring=both.own)
    exceptions = both.exceptions
    for fault, kind, source in (
        ("raises", exceptions.EncryptKeyError, b""),
        ("raises", exceptions.DecryptKeyError, None),
        ("context", exceptions.InvalidCryptographicMaterialsError, b""),
        ("no key", exceptions.InvalidCryptographicMaterialsError, b""),
        ("short key", exceptions.AWSEncryptionSDKClientError, None),
    ):
        keyring = both.custom_keyring([], fault=fault)
        method = both.client.decrypt if source is None else both.client.encrypt
        error = raised(kind, method, source=message if source is None else source, keyring=keyring)
        if fault == "raises":
            assert isinstance(error.__cause__, ValueError), error.__cause__
            assert "the program's own" in str(error)


@check
def classes_of_version_4_for_it(both: Both) -> None:
    base = "aws_encryption_sdk.materials_managers"
    cmm = importlib.import_module(f"{base}.mpl.cmm").CryptoMaterialsManagerFromMPL
    materials = importlib.import_module(f"{base}.mpl.materials")
    requests = importlib.import_module(base)
    manager = cmm(both.required_context_manager("purpose"))
    policy = both.sdk.CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    made = manager.get_encryption_materials(requests.EncryptionMaterialsRequest(dict(CONTEXT), 4096, policy))
    assert isinstance(made, materials.EncryptionMaterialsFromMPL)
    assert isinstance(made.mpl_materials, both.models.EncryptionMaterials)
    assert made.algorithm is both.suites.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
    assert set(made.required_encryption_context_keys) == {"purpose"}
    assert made.signing_key == made.mpl_materials.signing_key
    stored = {key: value for key, value in made.encryption_context.items() if key != "purpose"}
    read = manager.decrypt_materials(
        requests.DecryptionMaterialsRequest(
            made.algorithm, made.encrypted_data_keys, stored, {"purpose": "interoperability"}, policy
        )
    )
    assert isinstance(read, materials.DecryptionMaterialsFromMPL)
    assert read.data_key.data_key == made.data_encryption_key.data_key
    assert read.encryption_context == made.encryption_context
    for wrong in (both.own, None, object()):
        raised(ValueError, cmm, wrong)
        raised(ValueError, materials.EncryptionMaterialsFromMPL, wrong)
        raised(ValueError, materials.DecryptionMaterialsFromMPL, read.mpl_materials and wrong)


@check
def descriptions_of_suites_are_the_same(both: Both) -> None:
    conversion = importlib.import_module("aws_encryption_sdk._mpl.conversion")
    front = importlib.import_module("aws_encryption_sdk.material_providers.mpl").AwsCryptographicMaterialProviders()
    for suite in both.suites:
        theirs = both.library.get_algorithm_suite_info(suite.id_as_bytes())
        assert conversion.suite_info(both.models, suite) == theirs
        assert repr(conversion.suite_from(theirs.id)) == repr(suite)
        assert front.get_algorithm_suite_info(suite.id_as_bytes()).binary_id == theirs.binary_id


@check
def keyrings_of_the_library_in_the_front(both: Both) -> None:
    root = "aws_encryption_sdk.material_providers.mpl"
    front, models = importlib.import_module(root), importlib.import_module(f"{root}.models")
    ours = front.AwsCryptographicMaterialProviders()
    multi = ours.create_multi_keyring(models.CreateMultiKeyringInput(generator=both.theirs, child_keyrings=[both.own]))
    message, header = both.client.encrypt(source=b"plaintext", keyring=multi)
    assert len(header.encrypted_data_keys) == 2
    manager = ours.create_default_cryptographic_materials_manager(
        models.CreateDefaultCryptographicMaterialsManagerInput(keyring=both.theirs)
    )
    assert both.client.decrypt(source=message, materials_manager=manager).result == b"plaintext"


def main(package: Path) -> None:
    """Run every check with the package of this folder."""
    spec = importlib.util.spec_from_file_location(
        "aws_encryption_sdk", package / "__init__.py", submodule_search_locations=[str(package)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["aws_encryption_sdk"] = module
    spec.loader.exec_module(module)
    both = Both()
    outcomes: dict[str, str | None] = {}
    for name, function in CHECKS.items():
        try:
            function(both)
            outcomes[name] = None
        except Exception:
            outcomes[name] = traceback.format_exc()
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
