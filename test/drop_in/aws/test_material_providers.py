"""Programs for version 4 with the Material Providers Library and AWS KMS; only the root of their imports was changed."""

from __future__ import annotations

import boto3
import pytest
from botocore.client import BaseClient
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

import aws_encryption_sdk
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.material_providers import ECDHCurveSpec
from aws_encryption_sdk.material_providers.keystore import KeyStore
from aws_encryption_sdk.material_providers.keystore.config import KeyStoreConfig
from aws_encryption_sdk.material_providers.keystore.errors import ComAmazonawsDynamodb, KeyStoreException
from aws_encryption_sdk.material_providers.keystore.models import (
    CreateKeyInput,
    CreateKeyStoreInput,
    Discovery,
    GetActiveBranchKeyInput,
    GetBeaconKeyInput,
    GetBranchKeyVersionInput,
    KMSConfigurationDiscovery,
    KMSConfigurationKmsKeyArn,
    VersionKeyInput,
)
from aws_encryption_sdk.material_providers.mpl import AwsCryptographicMaterialProviders
from aws_encryption_sdk.material_providers.mpl.config import MaterialProvidersConfig
from aws_encryption_sdk.material_providers.mpl.errors import (
    AwsCryptographicMaterialProvidersException,
    ComAmazonawsKms,
)
from aws_encryption_sdk.material_providers.mpl.models import (
    AlgorithmSuiteIdESDK,
    CacheTypeDefault,
    CacheTypeMultiThreaded,
    CacheTypeNo,
    CacheTypeShared,
    CacheTypeStormTracking,
    CreateAwsKmsDiscoveryKeyringInput,
    CreateAwsKmsDiscoveryMultiKeyringInput,
    CreateAwsKmsEcdhKeyringInput,
    CreateAwsKmsHierarchicalKeyringInput,
    CreateAwsKmsKeyringInput,
    CreateAwsKmsMrkDiscoveryKeyringInput,
    CreateAwsKmsMrkDiscoveryMultiKeyringInput,
    CreateAwsKmsMrkKeyringInput,
    CreateAwsKmsMrkMultiKeyringInput,
    CreateAwsKmsMultiKeyringInput,
    CreateAwsKmsRsaKeyringInput,
    CreateCryptographicMaterialsCacheInput,
    CreateDefaultClientSupplierInput,
    DefaultCache,
    DiscoveryFilter,
    GetBranchKeyIdInput,
    GetBranchKeyIdOutput,
    GetClientInput,
    InitializeEncryptionMaterialsInput,
    KmsEcdhStaticConfigurationsKmsPrivateKeyToStaticPublicKey,
    KmsEcdhStaticConfigurationsKmsPublicKeyDiscovery,
    KmsPrivateKeyToStaticPublicKeyInput,
    KmsPublicKeyDiscoveryInput,
    MultiThreadedCache,
    NoCache,
    OnEncryptInput,
    StormTrackingCache,
)
from aws_encryption_sdk.material_providers.mpl.references import IBranchKeyIdSupplier, IClientSupplier, IKeyring
from test.emulation.clients import HAS_DERIVE_SHARED_SECRET, kms_client
from test.emulation.keys import KeyMaker
from test.emulation.server import EmulationServer
from test.emulation.settings import ACCOUNT, OTHER_REGION, REGION

EXAMPLE_DATA = b"Hello World"
CONTEXT = {"encryption": "context", "is not": "secret"}


@pytest.fixture(scope="module")
def mat_prov() -> AwsCryptographicMaterialProviders:
    return AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())


@pytest.fixture(scope="module")
def client() -> aws_encryption_sdk.EncryptionSDKClient:
    return aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)


def round_trip(client: aws_encryption_sdk.EncryptionSDKClient, writer: IKeyring, *readers: IKeyring) -> None:
    ciphertext, _ = client.encrypt(source=EXAMPLE_DATA, keyring=writer, encryption_context=CONTEXT)
    for reader in readers or (writer,):
        plaintext, _ = client.decrypt(source=ciphertext, keyring=reader, encryption_context=CONTEXT)
        assert plaintext == EXAMPLE_DATA


def kms(region: str = REGION) -> BaseClient:
    return boto3.client("kms", region_name=region)


# --- programs with keys in AWS KMS -------------------------------------------------------------------------------------


def test_kms_and_discovery(
    mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient, keys: KeyMaker
) -> None:
    kms_keyring = mat_prov.create_aws_kms_keyring(
        input=CreateAwsKmsKeyringInput(kms_key_id=keys.symmetric(), kms_client=kms())
    )
    discovery_filter = DiscoveryFilter(account_ids=[ACCOUNT], partition="aws")
    discovery = mat_prov.create_aws_kms_discovery_keyring(
        input=CreateAwsKmsDiscoveryKeyringInput(kms_client=kms(), discovery_filter=discovery_filter)
    )
    everywhere = mat_prov.create_aws_kms_discovery_multi_keyring(
        input=CreateAwsKmsDiscoveryMultiKeyringInput(regions=[OTHER_REGION, REGION], discovery_filter=discovery_filter)
    )
    round_trip(client, kms_keyring, kms_keyring, discovery, everywhere)
    elsewhere = mat_prov.create_aws_kms_discovery_keyring(
        CreateAwsKmsDiscoveryKeyringInput(
            kms_client=kms(), discovery_filter=DiscoveryFilter(account_ids=["111122223333"], partition="aws")
        )
    )
    with pytest.raises(AWSEncryptionSDKClientError):
        round_trip(client, kms_keyring, elsewhere)
    with pytest.raises(AWSEncryptionSDKClientError):
        round_trip(client, discovery)


def test_kms_multi_keyring_with_aliases_and_a_bare_key_id(
    mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient, keys: KeyMaker
) -> None:
    generator, child = keys.symmetric(), keys.symmetric()
    alias = keys.alias(generator).rpartition(":")[2]
    bare = child.rpartition("/")[2]
    by_name = mat_prov.create_aws_kms_multi_keyring(CreateAwsKmsMultiKeyringInput(generator=alias, kms_key_ids=[bare]))
    by_arn = mat_prov.create_aws_kms_multi_keyring(CreateAwsKmsMultiKeyringInput(kms_key_ids=[child]))
    round_trip(client, by_name, by_arn)
    with pytest.raises(AwsCryptographicMaterialProvidersException):
        mat_prov.create_aws_kms_multi_keyring(CreateAwsKmsMultiKeyringInput())


def test_mrk_keyrings(
    mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient, keys: KeyMaker
) -> None:
    primary, replica = keys.multi_region(REGION, OTHER_REGION)
    writer = mat_prov.create_aws_kms_mrk_keyring(CreateAwsKmsMrkKeyringInput(kms_key_id=primary, kms_client=kms()))
    round_trip(
        client,
        writer,
        mat_prov.create_aws_kms_mrk_keyring(CreateAwsKmsMrkKeyringInput(kms_key_id=replica, kms_client=kms(OTHER_REGION))),
        mat_prov.create_aws_kms_mrk_multi_keyring(CreateAwsKmsMrkMultiKeyringInput(generator=replica)),
        mat_prov.create_aws_kms_mrk_discovery_keyring(
            CreateAwsKmsMrkDiscoveryKeyringInput(kms_client=kms(OTHER_REGION), region=OTHER_REGION)
        ),
        mat_prov.create_aws_kms_mrk_discovery_multi_keyring(
            CreateAwsKmsMrkDiscoveryMultiKeyringInput(regions=[OTHER_REGION])
        ),
    )
    for related in (replica, replica.rpartition("/")[2]):
        with pytest.raises(AwsCryptographicMaterialProvidersException, match="elated"):
            mat_prov.create_aws_kms_mrk_multi_keyring(
                CreateAwsKmsMrkMultiKeyringInput(generator=primary, kms_key_ids=[related])
            )


def test_client_suppliers(
    mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient, keys: KeyMaker
) -> None:
    class RegionalRoleClientSupplier(IClientSupplier):
        asked: list[str | None] = []  # noqa: RUF012

        def get_client(self, param: GetClientInput) -> BaseClient:
            self.asked.append(param.region)
            return kms(param.region or REGION)

    arn = keys.symmetric()
    supplier = RegionalRoleClientSupplier()
    default = mat_prov.create_default_client_supplier(CreateDefaultClientSupplierInput())
    assert isinstance(default, IClientSupplier)
    for client_supplier in (supplier, default):
        keyring = mat_prov.create_aws_kms_multi_keyring(
            CreateAwsKmsMultiKeyringInput(generator=arn, client_supplier=client_supplier)
        )
        round_trip(client, keyring)
    assert supplier.asked == [REGION]


def test_kms_rsa(
    mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient, keys: KeyMaker
) -> None:
    arn = keys.rsa()
    pem = load_der_public_key(keys.public_key(arn)).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    keyring = mat_prov.create_aws_kms_rsa_keyring(
        CreateAwsKmsRsaKeyringInput(
            kms_key_id=arn, public_key=pem, encryption_algorithm="RSAES_OAEP_SHA_256", kms_client=kms()
        )
    )
    suite = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    ciphertext, _ = client.encrypt(source=EXAMPLE_DATA, keyring=keyring, algorithm=suite)
    assert client.decrypt(source=ciphertext, keyring=keyring)[0] == EXAMPLE_DATA


@pytest.mark.skipif(not HAS_DERIVE_SHARED_SECRET, reason="this version of botocore does not know DeriveSharedSecret")
def test_kms_ecdh(
    mat_prov: AwsCryptographicMaterialProviders,
    client: aws_encryption_sdk.EncryptionSDKClient,
    keys: KeyMaker,
    emulation: EmulationServer,
) -> None:
    sender, recipient = keys.ecc(), keys.ecc()
    static, discovery = (
        mat_prov.create_aws_kms_ecdh_keyring(
            CreateAwsKmsEcdhKeyringInput(
                curve_spec=ECDHCurveSpec.ECC_NIST_P256,
                key_agreement_scheme=scheme,
                kms_client=kms_client(emulation.endpoint, REGION),
            )
        )
        for scheme in (
            KmsEcdhStaticConfigurationsKmsPrivateKeyToStaticPublicKey(
                KmsPrivateKeyToStaticPublicKeyInput(
                    sender_kms_identifier=sender,
                    recipient_public_key=keys.public_key(recipient),
                    sender_public_key=keys.public_key(sender),
                )
            ),
            KmsEcdhStaticConfigurationsKmsPublicKeyDiscovery(KmsPublicKeyDiscoveryInput(recipient_kms_identifier=recipient)),
        )
    )
    round_trip(client, static, discovery)


def test_failures_of_kms(
    mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient, keys: KeyMaker
) -> None:
    keyring = mat_prov.create_aws_kms_keyring(
        CreateAwsKmsKeyringInput(kms_key_id=keys.symmetric()[:-1] + "?", kms_client=kms())
    )
    with pytest.raises(AWSEncryptionSDKClientError):
        client.encrypt(source=EXAMPLE_DATA, keyring=keyring)
    materials = mat_prov.initialize_encryption_materials(
        InitializeEncryptionMaterialsInput(
            algorithm_suite_id=AlgorithmSuiteIdESDK("0x0478"),
            encryption_context={},
            required_encryption_context_keys=[],
        )
    )
    with pytest.raises(ComAmazonawsKms):
        keyring.on_encrypt(OnEncryptInput(materials=materials))
    with pytest.raises(AwsCryptographicMaterialProvidersException):
        mat_prov.create_aws_kms_keyring(CreateAwsKmsKeyringInput(kms_key_id="", kms_client=kms()))


# --- programs with branch keys -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def keystore(emulation: EmulationServer, keys: KeyMaker) -> KeyStore:
    """Return a key store whose table is there."""
    store = KeyStore(
        config=KeyStoreConfig(
            ddb_client=boto3.client("dynamodb", region_name=REGION, endpoint_url=emulation.endpoint),
            ddb_table_name="MaterialProvidersKeyStore",
            logical_key_store_name="MaterialProvidersKeyStore",
            kms_client=kms_client(emulation.endpoint, REGION),
            kms_configuration=KMSConfigurationKmsKeyArn(keys.symmetric()),
        )
    )
    assert store.create_key_store(input=CreateKeyStoreInput()).table_arn.endswith(":table/MaterialProvidersKeyStore")
    return store


class ExampleBranchKeyIdSupplier(IBranchKeyIdSupplier):
    """Example implementation of a branch key ID supplier."""

    def __init__(self, tenant_1_id: str, tenant_2_id: str) -> None:
        self.branch_key_ids = {"TenantA": tenant_1_id, "TenantB": tenant_2_id}

    def get_branch_key_id(self, param: GetBranchKeyIdInput) -> GetBranchKeyIdOutput:
        if "tenant" not in param.encryption_context:
            raise ValueError("EncryptionContext invalid, does not contain expected tenant key value pair.")
        return GetBranchKeyIdOutput(branch_key_id=self.branch_key_ids[param.encryption_context["tenant"]])


def test_hierarchical_keyring_with_tenants(
    mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient, keystore: KeyStore
) -> None:
    branch_key_id_a = keystore.create_key(input=CreateKeyInput()).branch_key_identifier
    branch_key_id_b = keystore.create_key(input=CreateKeyInput()).branch_key_identifier
    supplier = ExampleBranchKeyIdSupplier(tenant_1_id=branch_key_id_a, tenant_2_id=branch_key_id_b)
    hierarchical_keyring = mat_prov.create_aws_kms_hierarchical_keyring(
        input=CreateAwsKmsHierarchicalKeyringInput(
            key_store=keystore,
            branch_key_id_supplier=supplier,
            ttl_seconds=600,
            cache=CacheTypeDefault(value=DefaultCache(entry_capacity=100)),
        )
    )
    keyring_a, keyring_b = (
        mat_prov.create_aws_kms_hierarchical_keyring(
            input=CreateAwsKmsHierarchicalKeyringInput(key_store=keystore, branch_key_id=key, ttl_seconds=600)
        )
        for key in (branch_key_id_a, branch_key_id_b)
    )
    ciphertext, _ = client.encrypt(
        source=EXAMPLE_DATA, keyring=hierarchical_keyring, encryption_context={"tenant": "TenantA"}
    )
    for keyring in (hierarchical_keyring, keyring_a):
        assert client.decrypt(source=ciphertext, keyring=keyring)[0] == EXAMPLE_DATA
    with pytest.raises(AWSEncryptionSDKClientError):
        client.decrypt(source=ciphertext, keyring=keyring_b)
    with pytest.raises(AWSEncryptionSDKClientError, match="expected tenant"):
        client.encrypt(source=EXAMPLE_DATA, keyring=hierarchical_keyring)


def test_shared_cache_and_its_kinds(
    mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient, keystore: KeyStore
) -> None:
    branch_key_id = keystore.create_key(input=CreateKeyInput()).branch_key_identifier
    shared = mat_prov.create_cryptographic_materials_cache(
        CreateCryptographicMaterialsCacheInput(cache=CacheTypeDefault(DefaultCache(entry_capacity=100)))
    )
    keyrings = [
        mat_prov.create_aws_kms_hierarchical_keyring(
            CreateAwsKmsHierarchicalKeyringInput(
                key_store=keystore, branch_key_id=branch_key_id, ttl_seconds=600, cache=cache, partition_id="partition"
            )
        )
        for cache in (
            CacheTypeShared(shared),
            CacheTypeShared(shared),
            CacheTypeNo(NoCache()),
            CacheTypeMultiThreaded(MultiThreadedCache(entry_capacity=10, entry_pruning_tail_size=1)),
            CacheTypeStormTracking(
                StormTrackingCache(
                    entry_capacity=100,
                    entry_pruning_tail_size=1,
                    fan_out=20,
                    grace_interval=1,
                    grace_period=10,
                    in_flight_ttl=10,
                    sleep_milli=20,
                )
            ),
        )
    ]
    for writer in keyrings:
        round_trip(client, writer, *keyrings)


def test_rotation(
    mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient, keystore: KeyStore
) -> None:
    made = keystore.create_key(CreateKeyInput(branch_key_identifier="my own id", encryption_context={"team": "a"}))
    assert made.branch_key_identifier == "my own id"
    asked = GetActiveBranchKeyInput(branch_key_identifier="my own id")
    old = keystore.get_active_branch_key(asked).branch_key_materials
    keystore.version_key(input=VersionKeyInput(branch_key_identifier="my own id"))
    new = keystore.get_active_branch_key(asked).branch_key_materials
    assert new.branch_key_version != old.branch_key_version
    assert new.branch_key != old.branch_key
    assert new.encryption_context == {"team": "a"}
    found = keystore.get_branch_key_version(
        GetBranchKeyVersionInput(branch_key_identifier="my own id", branch_key_version=old.branch_key_version)
    )
    assert found.branch_key_materials == old
    beacon = keystore.get_beacon_key(GetBeaconKeyInput(branch_key_identifier="my own id")).beacon_key_materials
    assert beacon.beacon_key_identifier == "my own id"
    assert beacon.beacon_key is not None
    assert len(beacon.beacon_key) == 32
    assert str(beacon.beacon_key) not in repr(beacon)


def test_key_store_info_and_refusals(keystore: KeyStore, emulation: EmulationServer) -> None:
    info = keystore.get_key_store_info()
    assert (info.key_store_name, info.logical_key_store_name) == ("MaterialProvidersKeyStore",) * 2
    assert isinstance(info.kms_configuration, KMSConfigurationKmsKeyArn)
    assert info.grant_tokens == []
    with pytest.raises(KeyStoreException, match="no such id"):
        keystore.get_active_branch_key(GetActiveBranchKeyInput(branch_key_identifier="no such id"))
    elsewhere = KeyStore(
        KeyStoreConfig(
            ddb_client=boto3.client("dynamodb", region_name=REGION, endpoint_url=emulation.endpoint),
            ddb_table_name="NoSuchTable",
            logical_key_store_name="NoSuchTable",
            kms_client=kms_client(emulation.endpoint, REGION),
            kms_configuration=KMSConfigurationDiscovery(Discovery()),
        )
    )
    with pytest.raises(ComAmazonawsDynamodb):
        elsewhere.get_active_branch_key(GetActiveBranchKeyInput(branch_key_identifier="id"))
    with pytest.raises(AWSEncryptionSDKClientError):
        elsewhere.create_key(CreateKeyInput())
    for wrong in (None, MaterialProvidersConfig()):
        with pytest.raises(KeyStoreException, match="KeyStoreConfig"):
            KeyStore(wrong)  # type: ignore[arg-type]
    with pytest.raises(KeyStoreException, match="CreateKeyInput"):
        keystore.create_key(CreateKeyStoreInput())  # type: ignore[arg-type]
