"""Every method of the front under the names of the Material Providers Library, each with an input that it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import attrs
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from aws_encryption_sdk.keyrings.aws_kms.branch_key_id_suppliers import BranchKeyIdSupplier
from aws_encryption_sdk.material_providers import ECDHCurveSpec
from aws_encryption_sdk.material_providers.keystore import KeyStore
from aws_encryption_sdk.material_providers.keystore import models as stores
from aws_encryption_sdk.material_providers.keystore.config import KeyStoreConfig
from aws_encryption_sdk.material_providers.mpl import AwsCryptographicMaterialProviders, models
from aws_encryption_sdk.material_providers.mpl.config import MaterialProvidersConfig

from .branch_key_stores import CONTEXT, NAME, TABLE
from .fake_dynamodb import FakeDynamoDb
from .fake_kms import KEY, MRK_WEST, FakeKms, FakeSupplier
from .raw_wrapping_keys import PRIVATE_PEM, PUBLIC_PEM

PROVIDERS = AwsCryptographicMaterialProviders(MaterialProvidersConfig())
PRIVATE_EC = ec.derive_private_key(7, ec.SECP256R1())
EC_PEM = PRIVATE_EC.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
EC_DER = PRIVATE_EC.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
UNSIGNED = models.AlgorithmSuiteIdESDK("0x0478")
POLICY = models.CommitmentPolicyESDK("REQUIRE_ENCRYPT_REQUIRE_DECRYPT")
FILTER = models.DiscoveryFilter(account_ids=["111122223333"], partition="aws")
P256 = ECDHCurveSpec.ECC_NIST_P256


class Supplier(BranchKeyIdSupplier):
    """Tells the branch key of the one tenant that there is."""

    def __call__(self, encryption_context: Any) -> str:
        return str("branch key of " + encryption_context["tenant"])


class AgreeingKms(FakeKms):
    """A client that has the operations of key agreement, too; nobody asks for them here."""

    def get_public_key(self, **request: Any) -> Any:
        raise NotImplementedError

    def derive_shared_secret(self, **request: Any) -> Any:
        raise NotImplementedError


@attrs.frozen
class Call:
    """A method, and an input that it takes."""

    method: Callable[[Any], Any]
    valid: Any


def raw_aes() -> Any:
    """Return a raw AES keyring of the front."""
    return PROVIDERS.create_raw_aes_keyring(
        models.CreateRawAesKeyringInput(
            key_namespace="namespace",
            key_name="name",
            wrapping_key=bytes(32),
            wrapping_alg=models.AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
        )
    )


def cache() -> Any:
    """Return a cache of the front."""
    kind = models.CacheTypeDefault(models.DefaultCache(entry_capacity=10))
    return PROVIDERS.create_cryptographic_materials_cache(models.CreateCryptographicMaterialsCacheInput(cache=kind))


def key_store_config() -> KeyStoreConfig:
    """Return the configuration of a key store over doubles."""
    return KeyStoreConfig(
        ddb_table_name=TABLE,
        kms_configuration=stores.KMSConfigurationKmsKeyArn(KEY),
        logical_key_store_name=NAME,
        id="id",
        grant_tokens=["token"],
        ddb_client=FakeDynamoDb(TABLE),
        kms_client=FakeKms(),
    )


def kms_keyrings() -> dict[str, Any]:
    """Return the inputs of the keyrings of AWS KMS, by the name of the method."""
    single: dict[str, Any] = {"kms_client": FakeKms(), "grant_tokens": ["token"]}
    several: dict[str, Any] = {"client_supplier": FakeSupplier(), "grant_tokens": ["token"]}
    return {
        "create_aws_kms_keyring": models.CreateAwsKmsKeyringInput(kms_key_id=KEY, **single),
        "create_aws_kms_mrk_keyring": models.CreateAwsKmsMrkKeyringInput(kms_key_id=MRK_WEST, **single),
        "create_aws_kms_multi_keyring": models.CreateAwsKmsMultiKeyringInput(
            generator=KEY, kms_key_ids=[MRK_WEST], **several
        ),
        "create_aws_kms_mrk_multi_keyring": models.CreateAwsKmsMrkMultiKeyringInput(
            generator=KEY, kms_key_ids=[MRK_WEST], **several
        ),
        "create_aws_kms_discovery_keyring": models.CreateAwsKmsDiscoveryKeyringInput(discovery_filter=FILTER, **single),
        "create_aws_kms_mrk_discovery_keyring": models.CreateAwsKmsMrkDiscoveryKeyringInput(
            region="us-west-2", discovery_filter=FILTER, **single
        ),
        "create_aws_kms_discovery_multi_keyring": models.CreateAwsKmsDiscoveryMultiKeyringInput(
            regions=["us-west-2"], discovery_filter=FILTER, **several
        ),
        "create_aws_kms_mrk_discovery_multi_keyring": models.CreateAwsKmsMrkDiscoveryMultiKeyringInput(
            regions=["us-west-2"], discovery_filter=FILTER, **several
        ),
        "create_aws_kms_rsa_keyring": models.CreateAwsKmsRsaKeyringInput(
            kms_key_id=KEY, encryption_algorithm="RSAES_OAEP_SHA_256", public_key=PUBLIC_PEM, **single
        ),
        "create_aws_kms_ecdh_keyring": models.CreateAwsKmsEcdhKeyringInput(
            key_agreement_scheme=models.KmsEcdhStaticConfigurationsKmsPrivateKeyToStaticPublicKey(
                models.KmsPrivateKeyToStaticPublicKeyInput(
                    sender_kms_identifier=KEY, recipient_public_key=EC_DER, sender_public_key=EC_DER
                )
            ),
            curve_spec=P256,
            kms_client=AgreeingKms(),
            grant_tokens=["token"],
        ),
        "create_aws_kms_hierarchical_keyring": models.CreateAwsKmsHierarchicalKeyringInput(
            key_store=KeyStore(key_store_config()),
            branch_key_id="branch key",
            ttl_seconds=60,
            cache=models.CacheTypeStormTracking(
                models.StormTrackingCache(
                    entry_capacity=10,
                    entry_pruning_tail_size=1,
                    grace_period=10,
                    grace_interval=1,
                    fan_out=20,
                    in_flight_ttl=10,
                    sleep_milli=20,
                    time_units=models.TimeUnits.SECONDS,
                )
            ),
            partition_id="partition",
        ),
    }


def other_creations() -> dict[str, Any]:
    """Return the inputs of all other methods that create something."""
    shared = models.CacheTypeMultiThreaded(models.MultiThreadedCache(entry_capacity=10, entry_pruning_tail_size=1))
    return {
        "create_raw_aes_keyring": models.CreateRawAesKeyringInput(
            key_namespace="namespace",
            key_name="name",
            wrapping_key=bytes(32),
            wrapping_alg=models.AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
        ),
        "create_raw_rsa_keyring": models.CreateRawRsaKeyringInput(
            key_namespace="namespace",
            key_name="name",
            padding_scheme=models.PaddingScheme.OAEP_SHA256_MGF1,
            public_key=PUBLIC_PEM,
            private_key=PRIVATE_PEM,
        ),
        "create_raw_ecdh_keyring": models.CreateRawEcdhKeyringInput(
            key_agreement_scheme=models.RawEcdhStaticConfigurationsRawPrivateKeyToStaticPublicKey(
                models.RawPrivateKeyToStaticPublicKeyInput(sender_static_private_key=EC_PEM, recipient_public_key=EC_DER)
            ),
            curve_spec=P256,
        ),
        "create_multi_keyring": models.CreateMultiKeyringInput(generator=raw_aes(), child_keyrings=[raw_aes()]),
        "create_default_cryptographic_materials_manager": models.CreateDefaultCryptographicMaterialsManagerInput(
            keyring=raw_aes()
        ),
        "create_required_encryption_context_cmm": models.CreateRequiredEncryptionContextCMMInput(
            required_encryption_context_keys=["tenant"], keyring=raw_aes()
        ),
        "create_cryptographic_materials_cache": models.CreateCryptographicMaterialsCacheInput(cache=shared),
        "create_default_client_supplier": models.CreateDefaultClientSupplierInput(),
    }


def questions_of_authors() -> dict[str, Any]:
    """Return the inputs of the methods for authors of keyrings and CMMs."""
    start, stop = encryption_materials(), raw_aes().on_encrypt(models.OnEncryptInput(materials=encryption_materials()))
    first = decryption_materials()
    return {
        "initialize_encryption_materials": models.InitializeEncryptionMaterialsInput(
            algorithm_suite_id=UNSIGNED, encryption_context={"a": "b"}, required_encryption_context_keys=["a"]
        ),
        "initialize_decryption_materials": models.InitializeDecryptionMaterialsInput(
            algorithm_suite_id=UNSIGNED, encryption_context={"a": "b"}, required_encryption_context_keys=["a"]
        ),
        "valid_encryption_materials_transition": models.ValidEncryptionMaterialsTransitionInput(
            start=start, stop=stop.materials
        ),
        "valid_decryption_materials_transition": models.ValidDecryptionMaterialsTransitionInput(
            start=first, stop=attrs.evolve(first, plaintext_data_key=bytes(32))
        ),
        "encryption_materials_has_plaintext_data_key": stop.materials,
        "decryption_materials_with_plaintext_data_key": attrs.evolve(first, plaintext_data_key=bytes(32)),
        "get_algorithm_suite_info": b"\x04\x78",
        "valid_algorithm_suite_info": PROVIDERS.get_algorithm_suite_info(b"\x04\x78"),
        "validate_commitment_policy_on_encrypt": models.ValidateCommitmentPolicyOnEncryptInput(
            algorithm=UNSIGNED, commitment_policy=POLICY
        ),
        "validate_commitment_policy_on_decrypt": models.ValidateCommitmentPolicyOnDecryptInput(
            algorithm=UNSIGNED, commitment_policy=POLICY
        ),
    }


def encryption_materials() -> models.EncryptionMaterials:
    """Return encryption materials as a keyring gets them."""
    return PROVIDERS.initialize_encryption_materials(
        models.InitializeEncryptionMaterialsInput(
            algorithm_suite_id=UNSIGNED, encryption_context={"a": "b"}, required_encryption_context_keys=["a"]
        )
    )


def decryption_materials() -> models.DecryptionMaterials:
    """Return decryption materials as a keyring gets them."""
    return PROVIDERS.initialize_decryption_materials(
        models.InitializeDecryptionMaterialsInput(
            algorithm_suite_id=UNSIGNED, encryption_context={"a": "b"}, required_encryption_context_keys=["a"]
        )
    )


def of_what_was_created() -> dict[str, Call]:
    """Return the methods of the keyrings, CMMs, caches and suppliers that the front returns, and of its key store."""
    keyring, kept = raw_aes(), cache()
    manager = PROVIDERS.create_default_cryptographic_materials_manager(
        models.CreateDefaultCryptographicMaterialsManagerInput(keyring=keyring)
    )
    made = keyring.on_encrypt(models.OnEncryptInput(materials=encryption_materials())).materials
    store = KeyStore(key_store_config())
    branch_key = store.create_key(
        stores.CreateKeyInput(branch_key_identifier="branch key", encryption_context=CONTEXT)
    ).branch_key_identifier
    version = store.get_active_branch_key(
        stores.GetActiveBranchKeyInput(branch_key_identifier=branch_key)
    ).branch_key_materials
    now = int(time.time())
    entry = models.PutCacheEntryInput(
        identifier=b"identifier",
        materials=models.MaterialsBranchKey(version),
        creation_time=now,
        expiry_time=now + 86_400,
        messages_used=1,
        bytes_used=1,
    )
    kept.put_cache_entry(entry)
    return {
        "on_encrypt": Call(keyring.on_encrypt, models.OnEncryptInput(materials=encryption_materials())),
        "on_decrypt": Call(
            keyring.on_decrypt,
            models.OnDecryptInput(materials=decryption_materials(), encrypted_data_keys=made.encrypted_data_keys),
        ),
        "get_encryption_materials": Call(
            manager.get_encryption_materials,
            models.GetEncryptionMaterialsInput(
                encryption_context={"a": "b"},
                commitment_policy=POLICY,
                algorithm_suite_id=UNSIGNED,
                max_plaintext_length=10,
                required_encryption_context_keys=["a"],
            ),
        ),
        "decrypt_materials": Call(
            manager.decrypt_materials,
            models.DecryptMaterialsInput(
                algorithm_suite_id=UNSIGNED,
                commitment_policy=POLICY,
                encrypted_data_keys=made.encrypted_data_keys,
                encryption_context={"a": "b"},
                reproduced_encryption_context={"a": "b"},
            ),
        ),
        "put_cache_entry": Call(kept.put_cache_entry, entry),
        "get_cache_entry": Call(kept.get_cache_entry, models.GetCacheEntryInput(identifier=b"identifier", bytes_used=1)),
        "update_usage_metadata": Call(
            kept.update_usage_metadata, models.UpdateUsageMetadataInput(identifier=b"identifier", bytes_used=1)
        ),
        "delete_cache_entry": Call(kept.delete_cache_entry, models.DeleteCacheEntryInput(identifier=b"nothing")),
        "get_client": Call(
            PROVIDERS.create_default_client_supplier(models.CreateDefaultClientSupplierInput()).get_client,
            models.GetClientInput(region="us-west-2"),
        ),
        "get_branch_key_id": Call(
            Supplier().get_branch_key_id, models.GetBranchKeyIdInput(encryption_context={"tenant": "a"})
        ),
        "KeyStore": Call(KeyStore, key_store_config()),
        "create_key_store": Call(
            KeyStore(attrs.evolve(key_store_config(), ddb_client=FakeDynamoDb())).create_key_store,
            stores.CreateKeyStoreInput(),
        ),
        "create_key": Call(
            store.create_key, stores.CreateKeyInput(branch_key_identifier="another", encryption_context=CONTEXT)
        ),
        "version_key": Call(store.version_key, stores.VersionKeyInput(branch_key_identifier=branch_key)),
        "get_active_branch_key": Call(
            store.get_active_branch_key, stores.GetActiveBranchKeyInput(branch_key_identifier=branch_key)
        ),
        "get_branch_key_version": Call(
            store.get_branch_key_version,
            stores.GetBranchKeyVersionInput(branch_key_identifier=branch_key, branch_key_version=version.branch_key_version),
        ),
        "get_beacon_key": Call(store.get_beacon_key, stores.GetBeaconKeyInput(branch_key_identifier=branch_key)),
    }


def all_calls() -> dict[str, Call]:
    """Return every method of the front."""
    of_providers = {**kms_keyrings(), **other_creations(), **questions_of_authors()}
    calls = {name: Call(getattr(PROVIDERS, name), valid) for name, valid in of_providers.items()}
    return {**calls, **of_what_was_created()}
