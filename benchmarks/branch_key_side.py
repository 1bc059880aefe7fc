"""One side of the comparison of hierarchical keyrings: this package, or the released one with its Material Providers Library.

Run by :mod:`benchmarks.branch_keys`, by a Python that has that side, in an environment that leads to an emulation of AWS. Prints
its figures as one line of JSON.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

MPL = "aws_cryptographic_material_providers"
SUITE = 0x0478
MESSAGE = 1024
TENANTS = 100
REGION = "us-west-2"
TTL = 3600
DIRECTIONS = ("encrypt", "decrypt")
#: What the messages of a round are measured in: short turns, in which all have the same conditions.
TURNS = 10
WRAPPING_KEY = bytes(range(32))


def main(side: str, table: str, key_arn: str, messages: int, rounds: int) -> None:
    """Measure, and print the figures."""
    boto3: Any = importlib.import_module("boto3")
    kms, ddb = boto3.client("kms", region_name=REGION), boto3.client("dynamodb", region_name=REGION)
    asked: list[None] = []
    kms.meta.events.register("before-call.kms", lambda **_: asked.append(None))
    make = {"ours": our_keyrings, "released": released_keyrings}[side]
    keyrings = make(table, key_arn, kms, ddb)
    run = Run(messages)
    calls = []
    for direction in DIRECTIONS:
        asked.clear()
        for _ in range(TURNS):
            run.once("hierarchical", keyrings["hierarchical"], direction)
        calls.append(len(asked))
    for _ in range(rounds * TURNS):
        # Whatever else the machine does slows down all of them.
        for direction in DIRECTIONS:
            for name, keyring in keyrings.items():
                run.once(name, keyring, direction)
    print(json.dumps({"messages": messages, "kms_calls": calls, "microseconds": run.best}))


class Run:
    """The best times of many turns.

    :param messages: Messages in all turns of a round
    """

    def __init__(self, messages: int) -> None:
        sdk: Any = importlib.import_module("aws_encryption_sdk")
        self._client = sdk.EncryptionSDKClient()
        self._suite = importlib.import_module("aws_encryption_sdk.identifiers").AlgorithmSuite.get_by_id(SUITE)
        self._contexts = [{"tenant": str(number % TENANTS)} for number in range(messages // TURNS)]
        self._plaintext = os.urandom(MESSAGE)
        self._messages: dict[str, list[bytes]] = {}
        #: Microseconds of CPU time for a message, by keyring and direction.
        self.best: dict[str, dict[str, float]] = {}

    def once(self, name: str, keyring: Any, direction: str) -> None:
        """Encrypt the messages, or decrypt those of the last turn."""
        gc.collect()
        started = time.process_time()
        if direction == "encrypt":
            self._messages[name] = [
                self._client.encrypt(
                    source=self._plaintext, keyring=keyring, encryption_context=context, algorithm=self._suite
                )[0]
                for context in self._contexts
            ]
        else:
            for message in self._messages[name]:
                if self._client.decrypt(source=message, keyring=keyring)[0] != self._plaintext:
                    raise SystemExit(f"{name}: another plaintext came out")
        took = (time.process_time() - started) / len(self._contexts) * 1e6
        figures = self.best.setdefault(name, {})
        figures[direction] = min(figures.get(direction, took), took)


def our_keyrings(table: str, key_arn: str, kms: Any, ddb: Any) -> dict[str, Any]:
    """Return the keyrings of this package."""
    branch_keys: Any = importlib.import_module("aws_encryption_sdk.branch_keys")
    store = branch_keys.BranchKeyStore(table, branch_keys.KmsKeyArn(key_arn), "benchmark", ddb_client=ddb, kms_client=kms)
    ids = {str(tenant): store.create_key() for tenant in range(TENANTS)}
    return {
        "raw AES": importlib.import_module("aws_encryption_sdk.keyrings.raw").RawAESKeyring(
            "benchmark", "key", WRAPPING_KEY
        ),
        "hierarchical": importlib.import_module("aws_encryption_sdk.keyrings.aws_kms").AwsKmsHierarchicalKeyring(
            store, branch_key_id_supplier=lambda context: ids[context["tenant"]], ttl_seconds=TTL
        ),
    }


def released_keyrings(table: str, key_arn: str, kms: Any, ddb: Any) -> dict[str, Any]:
    """Return the keyrings of the Material Providers Library."""
    models, stores = (importlib.import_module(f"{MPL}.{name}.models") for name in ("mpl", "keystore"))
    config: Any = importlib.import_module(f"{MPL}.keystore.config").KeyStoreConfig(
        ddb_table_name=table,
        kms_configuration=stores.KMSConfigurationKmsKeyArn(key_arn),
        logical_key_store_name="benchmark",
        ddb_client=ddb,
        kms_client=kms,
    )
    store: Any = importlib.import_module(f"{MPL}.keystore").KeyStore(config)
    made = (store.create_key(stores.CreateKeyInput()).branch_key_identifier for _ in range(TENANTS))
    providers: Any = importlib.import_module(f"{MPL}.mpl").AwsCryptographicMaterialProviders(
        importlib.import_module(f"{MPL}.mpl.config").MaterialProvidersConfig()
    )
    raw = models.CreateRawAesKeyringInput(
        key_namespace="benchmark", key_name="key", wrapping_key=WRAPPING_KEY, wrapping_alg="ALG_AES256_GCM_IV12_TAG16"
    )
    hierarchical = models.CreateAwsKmsHierarchicalKeyringInput(
        key_store=store,
        branch_key_id_supplier=supplier_of(
            {str(tenant): branch_key_id for tenant, branch_key_id in enumerate(made)}, models
        ),
        ttl_seconds=TTL,
    )
    return {
        "raw AES": providers.create_raw_aes_keyring(raw),
        "hierarchical": providers.create_aws_kms_hierarchical_keyring(hierarchical),
    }


def supplier_of(ids: Mapping[str, str], models: Any) -> Any:
    """Return a branch key id supplier of the Material Providers Library."""
    base: Any = importlib.import_module(f"{MPL}.mpl.references").IBranchKeyIdSupplier
    answer: Callable[[Any, Any], Any] = lambda _self, param: models.GetBranchKeyIdOutput(  # noqa: E731
        branch_key_id=ids[param.encryption_context["tenant"]]
    )
    # A class statement would need the base class when this module is imported.
    return type("Tenants", (base,), {"get_branch_key_id": answer})()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
