"""Everything that the front creates encrypts and decrypts: each keyring, CMM and cache, and the key stores of each configuration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.caches.local import LocalCryptoMaterialsCache
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, MissingEncryptionContextError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.material_providers import ECDHCurveSpec
from aws_encryption_sdk.material_providers.keystore import KeyStore
from aws_encryption_sdk.material_providers.keystore import errors as store_errors
from aws_encryption_sdk.material_providers.keystore import models as stores
from aws_encryption_sdk.material_providers.keystore.config import KeyStoreConfig
from aws_encryption_sdk.material_providers.mpl import AwsCryptographicMaterialProviders, models
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager

from .branch_key_stores import NAME, TABLE
from .fake_dynamodb import FakeDynamoDb
from .fake_kms import KEY, MRK_EAST, MRK_WEST, OTHER_KEY, FakeKms, FakeSupplier
from .front_calls import FILTER, PROVIDERS, raw_aes
from .kms_double import PREFIX, KmsDouble
from .raw_wrapping_keys import KEY as RSA_PAIR
from .raw_wrapping_keys import PRIVATE_PEM, PUBLIC_PEM
from .test_material_providers_caches import Written

CLIENT: Final = EncryptionSDKClient()
CONTEXT: Final = {"tenant": "a tenant", "purpose": "test"}
#: AWS KMS cannot hold the key pair of a signature for an RSA key.
UNSIGNED: Final = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CURVES: Final = {"ECC_NIST_P256": ec.SECP256R1(), "ECC_NIST_P384": ec.SECP384R1(), "ECC_NIST_P521": ec.SECP521R1()}

Pair = tuple[Any, Any]


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def aes(algorithm: str) -> Pair:
    length = {"128": 16, "192": 24, "256": 32}[algorithm[7:10]]
    made = [
        PROVIDERS.create_raw_aes_keyring(
            models.CreateRawAesKeyringInput(
                key_namespace="namespace", key_name="name", wrapping_key=kind(length), wrapping_alg=algorithm
            )
        )
        for kind in (bytes, bytearray)
    ]
    return made[0], made[1]


def rsa(padding: str) -> Pair:
    writer, reader = (
        PROVIDERS.create_raw_rsa_keyring(
            models.CreateRawRsaKeyringInput(key_namespace="namespace", key_name="name", padding_scheme=padding, **key)
        )
        for key in ({"public_key": PUBLIC_PEM}, {"private_key": PRIVATE_PEM})
    )
    return writer, reader


def raw_ecdh(curve: str, ephemeral: bool) -> Pair:
    ours, theirs = ec.derive_private_key(7, CURVES[curve]), ec.derive_private_key(8, CURVES[curve])
    writes: Any = models.RawEcdhStaticConfigurationsEphemeralPrivateKeyToStaticPublicKey(
        models.EphemeralPrivateKeyToStaticPublicKeyInput(recipient_public_key=public_der(theirs))
    )
    reads: Any = models.RawEcdhStaticConfigurationsPublicKeyDiscovery(
        models.PublicKeyDiscoveryInput(recipient_static_private_key=private_pem(theirs))
    )
    if not ephemeral:
        writes, reads = (
            models.RawEcdhStaticConfigurationsRawPrivateKeyToStaticPublicKey(
                models.RawPrivateKeyToStaticPublicKeyInput(
                    sender_static_private_key=private_pem(own), recipient_public_key=public_der(peer)
                )
            )
            for own, peer in ((ours, theirs), (theirs, ours))
        )
    writer, reader = (
        PROVIDERS.create_raw_ecdh_keyring(models.CreateRawEcdhKeyringInput(key_agreement_scheme=scheme, curve_spec=curve))
        for scheme in (writes, reads)
    )
    return writer, reader


def kms_ecdh(curve: str, discovers: bool) -> Pair:
    pairs = {"ours": ec.derive_private_key(7, CURVES[curve]), "theirs": ec.derive_private_key(8, CURVES[curve])}
    kms = KmsDouble(dict(pairs))

    def scheme(own: str, peer: str) -> Any:
        return models.KmsEcdhStaticConfigurationsKmsPrivateKeyToStaticPublicKey(
            models.KmsPrivateKeyToStaticPublicKeyInput(
                sender_kms_identifier=f"{PREFIX}key/{own}", recipient_public_key=public_der(pairs[peer])
            )
        )

    discovery = models.KmsEcdhStaticConfigurationsKmsPublicKeyDiscovery(
        models.KmsPublicKeyDiscoveryInput(recipient_kms_identifier=PREFIX + "key/theirs")
    )
    writer, reader = (
        PROVIDERS.create_aws_kms_ecdh_keyring(
            models.CreateAwsKmsEcdhKeyringInput(key_agreement_scheme=made, curve_spec=curve, kms_client=kms)
        )
        for made in (scheme("ours", "theirs"), discovery if discovers else scheme("theirs", "ours"))
    )
    return writer, reader


def kms_rsa(algorithm: str) -> Pair:
    kms = KmsDouble({"rsa": RSA_PAIR})
    writer, reader = (
        PROVIDERS.create_aws_kms_rsa_keyring(
            models.CreateAwsKmsRsaKeyringInput(kms_key_id=PREFIX + "key/rsa", encryption_algorithm=algorithm, **other)
        )
        for other in ({"public_key": PUBLIC_PEM}, {"kms_client": kms})
    )
    return writer, reader


def strict(key: str = KEY) -> Any:
    return PROVIDERS.create_aws_kms_keyring(models.CreateAwsKmsKeyringInput(kms_key_id=key, kms_client=FakeKms()))


def mrk(key: str) -> Any:
    return PROVIDERS.create_aws_kms_mrk_keyring(
        models.CreateAwsKmsMrkKeyringInput(kms_key_id=key, kms_client=FakeKms(key.split(":")[3]))
    )


def several(multi_region: bool, **keys: Any) -> Any:
    model = models.CreateAwsKmsMrkMultiKeyringInput if multi_region else models.CreateAwsKmsMultiKeyringInput
    create = PROVIDERS.create_aws_kms_mrk_multi_keyring if multi_region else PROVIDERS.create_aws_kms_multi_keyring
    return create(model(client_supplier=FakeSupplier(), **keys))  # type: ignore[arg-type]


def discovering(multi_region: bool, regions: list[str]) -> Any:
    fields: dict[str, Any] = {"regions": regions, "discovery_filter": FILTER, "client_supplier": FakeSupplier()}
    if multi_region:
        return PROVIDERS.create_aws_kms_mrk_discovery_multi_keyring(
            models.CreateAwsKmsMrkDiscoveryMultiKeyringInput(**fields)
        )
    return PROVIDERS.create_aws_kms_discovery_multi_keyring(models.CreateAwsKmsDiscoveryMultiKeyringInput(**fields))


def kms_discovery() -> Any:
    return PROVIDERS.create_aws_kms_discovery_keyring(
        models.CreateAwsKmsDiscoveryKeyringInput(kms_client=FakeKms(), discovery_filter=FILTER)
    )


def mrk_discovery() -> Any:
    return PROVIDERS.create_aws_kms_mrk_discovery_keyring(
        models.CreateAwsKmsMrkDiscoveryKeyringInput(kms_client=FakeKms("us-east-1"), region="us-east-1")
    )


def nested() -> Pair:
    writer = PROVIDERS.create_multi_keyring(
        models.CreateMultiKeyringInput(generator=raw_aes(), child_keyrings=[strict(), mrk(MRK_WEST)])
    )
    return writer, PROVIDERS.create_multi_keyring(models.CreateMultiKeyringInput(child_keyrings=[mrk(MRK_EAST)]))


AES: Final = sorted(models.AesWrappingAlg.values)
PADDINGS: Final = sorted(models.PaddingScheme.values)
PAIRS: Final[dict[str, Callable[[], Pair]]] = {
    **{name: lambda name=name: aes(name) for name in AES},  # type: ignore[misc]
    **{name: lambda name=name: rsa(name) for name in PADDINGS},  # type: ignore[misc]
    **{
        f"raw ECDH {curve} {ephemeral}": lambda curve=curve, ephemeral=ephemeral: raw_ecdh(curve, ephemeral)  # type: ignore[misc]
        for curve in CURVES
        for ephemeral in (True, False)
    },
    **{
        f"KMS ECDH {curve} {discovers}": lambda curve=curve, discovers=discovers: kms_ecdh(curve, discovers)  # type: ignore[misc]
        for curve in CURVES
        for discovers in (True, False)
    },
    **{name: lambda name=name: kms_rsa(name) for name in ("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256")},  # type: ignore[misc]
    "strict": lambda: (strict(), strict()),
    "discovery": lambda: (strict(), kms_discovery()),
    "MRK": lambda: (mrk(MRK_WEST), mrk(MRK_EAST)),
    "MRK discovery": lambda: (mrk(MRK_WEST), mrk_discovery()),
    "multi": lambda: (several(False, generator=KEY, kms_key_ids=[OTHER_KEY]), several(False, kms_key_ids=[OTHER_KEY])),
    "MRK multi": lambda: (several(True, generator=MRK_WEST), several(True, kms_key_ids=[MRK_EAST])),
    "discovery multi": lambda: (strict(), discovering(False, ["eu-central-1", "us-west-2"])),
    "MRK discovery multi": lambda: (mrk(MRK_WEST), discovering(True, ["eu-central-1", "us-east-1"])),
    "multi-keyring": nested,
}


@pytest.mark.parametrize("name", PAIRS)
def test_keyrings(name: str) -> None:
    writer, reader = PAIRS[name]()
    message, header = CLIENT.encrypt(source=b"text", keyring=writer, encryption_context=CONTEXT, algorithm=UNSIGNED)
    assert header.encryption_context == CONTEXT
    assert CLIENT.decrypt(source=message, keyring=reader, encryption_context=CONTEXT).result == b"text"
    altered = message[:-1] + bytes([message[-1] ^ 1])
    with pytest.raises(AWSEncryptionSDKClientError):
        CLIENT.decrypt(source=altered, keyring=reader)


def test_every_keyring_is_here() -> None:
    text = " ".join(PAIRS)
    created = {name for name in dir(AwsCryptographicMaterialProviders) if name.startswith("create") and "keyring" in name}
    assert len(created) == 15
    assert all(word in text for word in (*AES, *PADDINGS, "ECDH", "RSAES", "strict", "MRK", "discovery", "multi"))


def test_sm2_is_no_curve_for_this() -> None:
    with pytest.raises(AWSEncryptionSDKClientError):
        PROVIDERS.create_raw_ecdh_keyring(
            models.CreateRawEcdhKeyringInput(
                key_agreement_scheme=models.RawEcdhStaticConfigurationsPublicKeyDiscovery(
                    models.PublicKeyDiscoveryInput(
                        recipient_static_private_key=private_pem(ec.derive_private_key(7, ec.SECP256R1()))
                    )
                ),
                curve_spec=ECDHCurveSpec.SM2,
            )
        )


# --- CMMs --------------------------------------------------------------------------------------------------------------


def default_cmm() -> Any:
    return PROVIDERS.create_default_cryptographic_materials_manager(
        models.CreateDefaultCryptographicMaterialsManagerInput(keyring=raw_aes())
    )


def required_cmm(**source: Any) -> Any:
    return PROVIDERS.create_required_encryption_context_cmm(
        models.CreateRequiredEncryptionContextCMMInput(required_encryption_context_keys=["tenant"], **source)
    )


def test_the_default_cmm() -> None:
    message = CLIENT.encrypt(source=b"text", materials_manager=default_cmm(), encryption_context=CONTEXT).result
    assert CLIENT.decrypt(source=message, materials_manager=default_cmm()).result == b"text"


@pytest.mark.parametrize(
    "source",
    [lambda: {"keyring": raw_aes()}, lambda: {"underlying_cmm": default_cmm()}, lambda: {"underlying_cmm": over_a_cache()}],
)
@pytest.mark.parametrize("suite", [UNSIGNED, AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384])
def test_the_required_encryption_context_cmm(source: Callable[[], Any], suite: AlgorithmSuite) -> None:
    manager = required_cmm(**source())
    for _ in range(2):
        message, header = CLIENT.encrypt(
            source=b"text", materials_manager=manager, encryption_context=CONTEXT, algorithm=suite
        )
        assert b"tenant" not in message
        assert header.encryption_context["purpose"] == "test"
        for context in (CONTEXT, {"tenant": "a tenant"}):
            assert CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=context).result == b"text"
        for wrong in (None, {"purpose": "test"}, {"tenant": "another tenant"}):
            with pytest.raises(AWSEncryptionSDKClientError):
                CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=wrong)
    with pytest.raises(MissingEncryptionContextError):
        CLIENT.encrypt(source=b"text", materials_manager=manager, encryption_context={"purpose": "test"})


def over_a_cache() -> Any:
    return CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(10), 60, backing_materials_manager=default_cmm())


# --- caches and key stores ---------------------------------------------------------------------------------------------


def key_store(configuration: Any, table: FakeDynamoDb) -> tuple[KeyStore, FakeKms]:
    kms = FakeKms()
    return (
        KeyStore(
            KeyStoreConfig(
                ddb_table_name=TABLE,
                kms_configuration=configuration,
                logical_key_store_name=NAME,
                ddb_client=table,
                kms_client=kms,
            )
        ),
        kms,
    )


STORM: Final = models.StormTrackingCache(
    entry_capacity=10,
    entry_pruning_tail_size=1,
    grace_period=10,
    grace_interval=1,
    fan_out=20,
    in_flight_ttl=10,
    sleep_milli=20,
)
KINDS: Final[dict[str, Callable[[], Any]]] = {
    "unnamed": lambda: None,
    "default": lambda: models.CacheTypeDefault(models.DefaultCache(entry_capacity=10)),
    "no": lambda: models.CacheTypeNo(models.NoCache()),
    "single-threaded": lambda: models.CacheTypeSingleThreaded(models.SingleThreadedCache(entry_capacity=10)),
    "multi-threaded": lambda: models.CacheTypeMultiThreaded(models.MultiThreadedCache(entry_capacity=10)),
    "storm tracking": lambda: models.CacheTypeStormTracking(STORM),
    "storm tracking in milliseconds": lambda: models.CacheTypeStormTracking(
        attrs.evolve(STORM, time_units=models.TimeUnits.MILLISECONDS)
    ),
    "shared": lambda: models.CacheTypeShared(
        PROVIDERS.create_cryptographic_materials_cache(
            models.CreateCryptographicMaterialsCacheInput(cache=models.CacheTypeStormTracking(STORM))
        )
    ),
    "shared, of this package": lambda: models.CacheTypeShared(LocalCryptoMaterialsCache(10)),
    "shared, of a program": lambda: models.CacheTypeShared(Written()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_hierarchical_keyring_over_each_cache(kind: str) -> None:
    store, kms = key_store(stores.KMSConfigurationKmsKeyArn(KEY), FakeDynamoDb(TABLE))
    branch_key_id = store.create_key(stores.CreateKeyInput()).branch_key_identifier
    keyring = PROVIDERS.create_aws_kms_hierarchical_keyring(
        models.CreateAwsKmsHierarchicalKeyringInput(
            key_store=store, branch_key_id=branch_key_id, ttl_seconds=60, cache=KINDS[kind]()
        )
    )
    kms.calls.clear()
    for _ in range(3):
        message = CLIENT.encrypt(source=b"text", keyring=keyring, encryption_context=CONTEXT).result
        assert CLIENT.decrypt(source=message, keyring=keyring).result == b"text"
    assert len(kms.calls) == (6 if kind == "no" else 2)


@pytest.mark.parametrize(
    ("made_with", "configuration", "asked"),
    [
        (KEY, stores.KMSConfigurationKmsKeyArn(KEY), KEY),
        (MRK_WEST, stores.KMSConfigurationKmsMRKeyArn(MRK_EAST), MRK_EAST),
        (KEY, stores.KMSConfigurationKmsMRKeyArn(KEY), KEY),
        (OTHER_KEY, stores.KMSConfigurationDiscovery(stores.Discovery()), OTHER_KEY),
        (MRK_WEST, stores.KMSConfigurationMrDiscovery(stores.MRDiscovery(region="us-east-1")), MRK_EAST),
        (KEY, stores.KMSConfigurationMrDiscovery(stores.MRDiscovery(region="us-east-1")), KEY),
    ],
)
def test_key_stores(made_with: str, configuration: Any, asked: str) -> None:
    table = FakeDynamoDb(TABLE)
    maker, _ = key_store(stores.KMSConfigurationKmsKeyArn(made_with), table)
    branch_key_id = maker.create_key(
        stores.CreateKeyInput(branch_key_identifier="own", encryption_context={"team": "a"})
    ).branch_key_identifier
    store, kms = key_store(configuration, table)
    assert store.get_key_store_info().kms_configuration is configuration

    def keyring(of: KeyStore) -> Any:
        return PROVIDERS.create_aws_kms_hierarchical_keyring(
            models.CreateAwsKmsHierarchicalKeyringInput(key_store=of, branch_key_id=branch_key_id, ttl_seconds=60)
        )

    for writer, reader in ((maker, store), (store, maker)):
        message = CLIENT.encrypt(source=b"text", keyring=keyring(writer), encryption_context=CONTEXT).result
        assert CLIENT.decrypt(source=message, keyring=keyring(reader)).result == b"text"
    assert {request["KeyId"] for _, request in kms.calls} == {asked}
    old = store.get_active_branch_key(stores.GetActiveBranchKeyInput(branch_key_identifier="own")).branch_key_materials
    beacon = store.get_beacon_key(stores.GetBeaconKeyInput(branch_key_identifier="own")).beacon_key_materials
    assert (old.encryption_context, beacon.encryption_context) == ({"team": "a"},) * 2
    rotate = stores.VersionKeyInput(branch_key_identifier="own")
    discovers = isinstance(configuration, (stores.KMSConfigurationDiscovery, stores.KMSConfigurationMrDiscovery))
    if discovers:
        for work in (lambda: store.version_key(rotate), lambda: store.create_key(stores.CreateKeyInput())):
            with pytest.raises(store_errors.KeyStoreException, match="reads branch keys"):
                work()
        maker.version_key(rotate)
    else:
        store.version_key(rotate)
    new = store.get_active_branch_key(stores.GetActiveBranchKeyInput(branch_key_identifier="own")).branch_key_materials
    assert new.branch_key_version != old.branch_key_version
    again = store.get_branch_key_version(
        stores.GetBranchKeyVersionInput(branch_key_identifier="own", branch_key_version=old.branch_key_version)
    )
    assert again.branch_key_materials == old
