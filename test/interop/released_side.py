"""The other side of the interoperability tests: the released package, run by a Python of its own.

This script reads one JSON request a line from standard input and answers each with one JSON line on standard output.
Byte strings travel as base64. It is run in isolated mode (``python -I``), so that its ``import aws_encryption_sdk`` finds
what is installed beside its Python. The package is imported by name when the first request needs it, because the test
run imports this file too, with another package under that name.
"""

from __future__ import annotations

import base64
import functools
import importlib
import importlib.metadata
import importlib.util
import io
import json
import logging
import sys
import traceback
from collections.abc import Callable
from typing import Any

MPL = "aws_cryptographic_material_providers.mpl"
KEY_STORE = "aws_cryptographic_material_providers.keystore"


def main() -> None:
    """Answer requests until standard input ends."""
    # What the package logs on a failure it raises too, and the answer carries that.
    logging.disable()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = _OPERATIONS[request["operation"]](request)
        except Exception as error:
            answer = {"error": type(error).__name__, "detail": f"{error}\n{traceback.format_exc(limit=-3)}"}
        print(json.dumps(answer), flush=True)


def hello(_request: dict[str, Any]) -> dict[str, Any]:
    """Tell which package answers, and whether it has keyrings."""
    package = importlib.import_module("aws_encryption_sdk")
    return {
        "version": importlib.metadata.version("aws-encryption-sdk"),
        "file": package.__file__,
        "python": sys.version.split()[0],
        "keyrings": importlib.util.find_spec("aws_cryptographic_material_providers") is not None,
    }


def encrypt(request: dict[str, Any]) -> dict[str, Any]:
    """Encrypt ``plaintext`` and return the message."""
    identifiers = importlib.import_module("aws_encryption_sdk.identifiers")
    ciphertext, _ = _client(request).encrypt(
        source=base64.b64decode(request["plaintext"]),
        algorithm=identifiers.Algorithm.get_by_id(request["suite"]),
        encryption_context=request["encryption_context"],
        frame_length=request["frame_length"],
        **_key_argument(request),
    )
    return {"ciphertext": base64.b64encode(ciphertext).decode()}


def decrypt(request: dict[str, Any]) -> dict[str, Any]:
    """Decrypt ``ciphertext`` and return what the header and the body hold."""
    arguments = _key_argument(request)
    if request["through"] == "keyrings":
        arguments["encryption_context"] = request["encryption_context"]
    source = base64.b64decode(request["ciphertext"])
    if request["streamed"]:
        with _client(request).stream(mode="d", source=io.BytesIO(source), **arguments) as stream:
            plaintext, header = stream.read(), stream.header
    else:
        plaintext, header = _client(request).decrypt(source=source, **arguments)
    return {
        "plaintext": base64.b64encode(plaintext).decode(),
        "suite": header.algorithm.algorithm_id,
        "frame_length": header.frame_length,
        "encryption_context": header.encryption_context,
        "encrypted_data_keys": len(header.encrypted_data_keys),
    }


def key_store(request: dict[str, Any]) -> dict[str, Any]:
    """Call a method of a key store, and return the fields of its answer; keys of the answer's materials are its fields too."""
    name = "".join(word.capitalize() for word in request["method"].split("_"))
    input_class = getattr(importlib.import_module(f"{KEY_STORE}.models"), f"{name}Input")
    arguments = {field: _value(value) for field, value in request["arguments"].items()}
    answer = getattr(_key_store(json.dumps(request["store"])), request["method"])(input_class(**arguments))
    fields = dict(vars(answer))
    for name in ("branch_key_materials", "beacon_key_materials"):
        fields.update(vars(fields.pop(name)) if name in fields else {})
    return {name: base64.b64encode(value).decode() if isinstance(value, bytes) else value for name, value in fields.items()}


def _client(request: dict[str, Any]) -> Any:
    sdk = importlib.import_module("aws_encryption_sdk")
    identifiers = importlib.import_module("aws_encryption_sdk.identifiers")
    commits = identifiers.Algorithm.get_by_id(request["suite"]).is_committing()
    policy = "REQUIRE_ENCRYPT_REQUIRE_DECRYPT" if commits else "FORBID_ENCRYPT_ALLOW_DECRYPT"
    return sdk.EncryptionSDKClient(commitment_policy=sdk.CommitmentPolicy[policy])


def _key_argument(request: dict[str, Any]) -> dict[str, Any]:
    keys = request["keys"]
    if request["through"] == "providers":
        return {"key_provider": _master_key_provider(keys)}
    if request["through"] == "cached":
        return {"materials_manager": _caching_manager(json.dumps(keys))}

    models = importlib.import_module(f"{MPL}.models")
    providers = _material_providers()
    keyring = _mpl_keyring(keys[0])
    if len(keys) > 1:
        keyring = providers.create_multi_keyring(
            models.CreateMultiKeyringInput(generator=keyring, child_keyrings=[_mpl_keyring(key) for key in keys[1:]])
        )
    if not request["required_keys"]:
        return {"keyring": keyring}
    manager = providers.create_required_encryption_context_cmm(
        models.CreateRequiredEncryptionContextCMMInput(
            required_encryption_context_keys=request["required_keys"],
            underlying_cmm=providers.create_default_cryptographic_materials_manager(
                models.CreateDefaultCryptographicMaterialsManagerInput(keyring=keyring)
            ),
        )
    )
    return {"materials_manager": manager}


@functools.cache
def _caching_manager(keys: str) -> Any:
    """Return the caching CMM over these keys: always the same one, so that later requests find what earlier ones left."""
    caching = importlib.import_module("aws_encryption_sdk.materials_managers.caching")
    cache = importlib.import_module("aws_encryption_sdk.caches.local").LocalCryptoMaterialsCache(100)
    provider = _master_key_provider(json.loads(keys))
    return caching.CachingCryptoMaterialsManager(cache=cache, max_age=600.0, master_key_provider=provider)


def _master_key_provider(keys: list[dict[str, Any]]) -> Any:
    if keys[0]["kind"] == "kms-provider":
        return _kms_provider(json.dumps(keys[0]))
    raw = importlib.import_module("aws_encryption_sdk.key_providers.raw")
    wrapping_keys = {key["name"].encode(): _wrapping_key(key) for key in keys}
    # A class statement would need the package's base class when this file is imported.
    provider_class = type(
        "Provider",
        (raw.RawMasterKeyProvider,),
        {"provider_id": keys[0]["namespace"], "_get_raw_key": lambda _self, key_id: wrapping_keys[key_id]},
    )
    provider = provider_class()
    for name in wrapping_keys:
        provider.add_master_key(name)
    return provider


@functools.cache
def _kms_provider(description: str) -> Any:
    kms = importlib.import_module("aws_encryption_sdk.key_providers.kms")
    key = json.loads(description)
    arguments = key["arguments"]
    if "discovery_filter" in arguments:
        arguments["discovery_filter"] = kms.DiscoveryFilter(**arguments["discovery_filter"])
    # The endpoint comes from the environment.
    return getattr(kms, key["class"])(**arguments)


def _wrapping_key(key: dict[str, str]) -> Any:
    identifiers = importlib.import_module("aws_encryption_sdk.identifiers")
    if key["kind"] == "aes":
        algorithm, key_type = f"{key['wrapping']}_GCM_IV12_TAG16_NO_PADDING", "SYMMETRIC"
    else:
        algorithm, key_type = f"RSA_{key['wrapping']}", "PRIVATE"
    return importlib.import_module("aws_encryption_sdk.internal.crypto").WrappingKey(
        wrapping_algorithm=identifiers.WrappingAlgorithm[algorithm],
        wrapping_key=base64.b64decode(key["secret"]),
        wrapping_key_type=identifiers.EncryptionKeyType[key_type],
    )


def _mpl_keyring(key: dict[str, Any]) -> Any:
    models = importlib.import_module(f"{MPL}.models")
    if key["kind"] == "mpl":
        return getattr(_material_providers(), key["create"])(_value(key["input"]))
    if key["kind"] == "aes":
        return _material_providers().create_raw_aes_keyring(
            models.CreateRawAesKeyringInput(
                key_namespace=key["namespace"],
                key_name=key["name"],
                wrapping_key=base64.b64decode(key["secret"]),
                wrapping_alg=f"ALG_{key['wrapping'].replace('_', '')}_GCM_IV12_TAG16",
            )
        )
    return _material_providers().create_raw_rsa_keyring(
        models.CreateRawRsaKeyringInput(
            key_namespace=key["namespace"],
            key_name=key["name"],
            padding_scheme=key["wrapping"],
            private_key=base64.b64decode(key["secret"]),
            public_key=base64.b64decode(key["public"]),
        )
    )


def _value(described: Any) -> Any:
    """Return what JSON cannot say: an object with one field of these names stands for that, any other one for a model."""
    if isinstance(described, list):
        return [_value(item) for item in described]
    if not isinstance(described, dict):
        return described
    builders: dict[str, Callable[[Any], Any]] = {
        "base64": base64.b64decode,
        "pairs": dict,
        "kms_client": functools.partial(_aws_client, "kms"),
        "key_store": lambda store: _key_store(json.dumps(store)),
    }
    for kind, build in builders.items():
        if kind in described:
            return build(described[kind])
    fields = {name: _value(field) for name, field in described["fields"].items()}
    return getattr(importlib.import_module(f"{MPL}.models"), described["model"])(**fields)


@functools.cache
def _aws_client(service: str, region: str) -> Any:
    # The endpoint comes from the environment.
    return importlib.import_module("boto3").client(service, region_name=region)


@functools.cache
def _key_store(description: str) -> Any:
    store = json.loads(description)
    models = importlib.import_module(f"{KEY_STORE}.models")
    configuration = getattr(models, "KMSConfiguration" + store["configuration"])
    value = store["value"]
    if store["configuration"].endswith("Discovery"):
        value = models.Discovery() if value is None else models.MRDiscovery(region=value)
    config = importlib.import_module(f"{KEY_STORE}.config").KeyStoreConfig(
        ddb_table_name=store["table"],
        kms_configuration=configuration(value),
        logical_key_store_name=store["logical_name"],
        ddb_client=_aws_client("dynamodb", store["ddb_region"]),
        kms_client=_aws_client("kms", store["kms_region"]),
    )
    return importlib.import_module(KEY_STORE).KeyStore(config)


def _material_providers() -> Any:
    config = importlib.import_module(f"{MPL}.config").MaterialProvidersConfig()
    return importlib.import_module("aws_cryptographic_material_providers.mpl").AwsCryptographicMaterialProviders(config)


_OPERATIONS = {"hello": hello, "encrypt": encrypt, "decrypt": decrypt, "key_store": key_store}

if __name__ == "__main__":
    main()
