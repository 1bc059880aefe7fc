"""Programs for version 4 with the Material Providers Library; only the root of their imports was changed."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

import aws_encryption_sdk
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.caches.local import LocalCryptoMaterialsCache
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, DecryptKeyError
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.material_providers import ECDHCurveSpec
from aws_encryption_sdk.material_providers.mpl import AwsCryptographicMaterialProviders
from aws_encryption_sdk.material_providers.mpl.config import MaterialProvidersConfig
from aws_encryption_sdk.material_providers.mpl.errors import (
    AwsCryptographicMaterialProvidersException,
    CollectionOfErrors,
)
from aws_encryption_sdk.material_providers.mpl.models import (
    AesWrappingAlg,
    CreateDefaultCryptographicMaterialsManagerInput,
    CreateMultiKeyringInput,
    CreateRawAesKeyringInput,
    CreateRawEcdhKeyringInput,
    CreateRawRsaKeyringInput,
    DecryptMaterialsInput,
    DecryptMaterialsOutput,
    EphemeralPrivateKeyToStaticPublicKeyInput,
    GetEncryptionMaterialsInput,
    GetEncryptionMaterialsOutput,
    OnDecryptInput,
    OnDecryptOutput,
    OnEncryptInput,
    OnEncryptOutput,
    PaddingScheme,
    PublicKeyDiscoveryInput,
    RawEcdhStaticConfigurationsEphemeralPrivateKeyToStaticPublicKey,
    RawEcdhStaticConfigurationsPublicKeyDiscovery,
    RawEcdhStaticConfigurationsRawPrivateKeyToStaticPublicKey,
    RawPrivateKeyToStaticPublicKeyInput,
)
from aws_encryption_sdk.material_providers.mpl.references import ICryptographicMaterialsManager, IKeyring
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager

EXAMPLE_DATA = b"Hello World"
CONTEXT = {"encryption": "context", "is not": "secret", "the data I am handling": "is what you think it is"}


@pytest.fixture
def mat_prov() -> AwsCryptographicMaterialProviders:
    return AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())


@pytest.fixture
def client() -> aws_encryption_sdk.EncryptionSDKClient:
    return aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)


def raw_aes(mat_prov: AwsCryptographicMaterialProviders, name: str = "my_aes_256_raw_key") -> IKeyring:
    keyring_input = CreateRawAesKeyringInput(
        key_namespace="Some managed raw keys",
        key_name=name,
        wrapping_key=bytes(range(32)),
        wrapping_alg=AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
    )
    return mat_prov.create_raw_aes_keyring(input=keyring_input)


def test_raw_aes(mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient) -> None:
    raw_aes_keyring: IKeyring = raw_aes(mat_prov)

    ciphertext, _ = client.encrypt(source=EXAMPLE_DATA, keyring=raw_aes_keyring, encryption_context=CONTEXT)
    assert ciphertext != EXAMPLE_DATA
    plaintext_bytes, dec_header = client.decrypt(source=ciphertext, keyring=raw_aes_keyring, encryption_context=CONTEXT)

    for k, v in CONTEXT.items():
        assert v == dec_header.encryption_context[k]
    assert plaintext_bytes == EXAMPLE_DATA


def test_raw_rsa_with_keys_apart(
    mat_prov: AwsCryptographicMaterialProviders,
    client: aws_encryption_sdk.EncryptionSDKClient,
    private_key: rsa.RSAPrivateKey,
) -> None:
    public_pem = private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    private_pem = private_key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public_key_keyring = mat_prov.create_raw_rsa_keyring(
        input=CreateRawRsaKeyringInput(
            key_namespace="Some managed raw keys",
            key_name="My 4096-bit RSA wrapping key",
            padding_scheme=PaddingScheme.OAEP_SHA256_MGF1,
            public_key=public_pem,
        )
    )
    private_key_keyring = mat_prov.create_raw_rsa_keyring(
        input=CreateRawRsaKeyringInput(
            key_namespace="Some managed raw keys",
            key_name="My 4096-bit RSA wrapping key",
            padding_scheme=PaddingScheme.OAEP_SHA256_MGF1,
            private_key=private_pem,
        )
    )
    ciphertext, _ = client.encrypt(source=EXAMPLE_DATA, keyring=public_key_keyring, encryption_context=CONTEXT)
    with pytest.raises(AWSEncryptionSDKClientError):
        client.decrypt(source=ciphertext, keyring=public_key_keyring)
    assert client.decrypt(source=ciphertext, keyring=private_key_keyring)[0] == EXAMPLE_DATA


def test_raw_ecdh(mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient) -> None:
    sender, recipient = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    encodings = {
        key: (
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        )
        for key in (sender, recipient)
    }
    static, ephemeral, discovery = (
        mat_prov.create_raw_ecdh_keyring(
            CreateRawEcdhKeyringInput(curve_spec=ECDHCurveSpec.ECC_NIST_P256, key_agreement_scheme=scheme)
        )
        for scheme in (
            RawEcdhStaticConfigurationsRawPrivateKeyToStaticPublicKey(
                RawPrivateKeyToStaticPublicKeyInput(
                    sender_static_private_key=encodings[sender][0], recipient_public_key=encodings[recipient][1]
                )
            ),
            RawEcdhStaticConfigurationsEphemeralPrivateKeyToStaticPublicKey(
                EphemeralPrivateKeyToStaticPublicKeyInput(recipient_public_key=encodings[recipient][1])
            ),
            RawEcdhStaticConfigurationsPublicKeyDiscovery(
                PublicKeyDiscoveryInput(recipient_static_private_key=encodings[recipient][0])
            ),
        )
    )
    for writer in (static, ephemeral):
        ciphertext, _ = client.encrypt(source=EXAMPLE_DATA, keyring=writer, encryption_context=CONTEXT)
        assert client.decrypt(source=ciphertext, keyring=discovery, encryption_context=CONTEXT)[0] == EXAMPLE_DATA


def test_multi_keyring(mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient) -> None:
    first, second = raw_aes(mat_prov, "first"), raw_aes(mat_prov, "second")
    multi_keyring: IKeyring = mat_prov.create_multi_keyring(
        input=CreateMultiKeyringInput(generator=first, child_keyrings=[second])
    )
    ciphertext, header = client.encrypt(source=EXAMPLE_DATA, keyring=multi_keyring, encryption_context=CONTEXT)
    assert len(header.encrypted_data_keys) == 2
    for keyring in (first, second, multi_keyring):
        assert client.decrypt(source=ciphertext, keyring=keyring)[0] == EXAMPLE_DATA


def test_default_cmm(mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient) -> None:
    cmm = mat_prov.create_default_cryptographic_materials_manager(
        CreateDefaultCryptographicMaterialsManagerInput(keyring=raw_aes(mat_prov))
    )
    ciphertext, _ = client.encrypt(source=EXAMPLE_DATA, materials_manager=cmm, encryption_context=CONTEXT)
    assert client.decrypt(source=ciphertext, materials_manager=cmm, encryption_context=CONTEXT)[0] == EXAMPLE_DATA


def test_cmm_behind_a_cache(
    mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient
) -> None:
    cmm = SigningSuitesOnlyCMM(raw_aes(mat_prov), mat_prov)
    caching = CachingCryptoMaterialsManager(cache=LocalCryptoMaterialsCache(10), max_age=60.0, backing_materials_manager=cmm)
    messages = {client.encrypt(source=EXAMPLE_DATA, materials_manager=caching)[0] for _ in range(3)}
    assert cmm.asked == 1
    for message in messages:
        assert client.decrypt(source=message, materials_manager=caching)[0] == EXAMPLE_DATA


class SigningSuitesOnlyCMM(ICryptographicMaterialsManager):
    """Example class for a custom CMM that only approves signing suites."""

    approved_algos = ("0x0578", "0x0378", "0x0346", "0x0214")

    def __init__(self, keyring: IKeyring, mat_prov: AwsCryptographicMaterialProviders) -> None:
        self.underlying_cmm = mat_prov.create_default_cryptographic_materials_manager(
            CreateDefaultCryptographicMaterialsManagerInput(keyring=keyring)
        )
        self.asked = 0

    def get_encryption_materials(self, param: GetEncryptionMaterialsInput) -> GetEncryptionMaterialsOutput:
        self.asked += 1
        if param.algorithm_suite_id is not None and param.algorithm_suite_id.value not in self.approved_algos:
            raise ValueError("Algorithm provided to SigningSuitesOnlyCMM is not a supported signing algorithm")
        return self.underlying_cmm.get_encryption_materials(param)

    def decrypt_materials(self, param: DecryptMaterialsInput) -> DecryptMaterialsOutput:
        if param.algorithm_suite_id.value not in self.approved_algos:
            raise ValueError("Algorithm provided to SigningSuitesOnlyCMM is not a supported signing algorithm")
        return self.underlying_cmm.decrypt_materials(param)


def test_custom_cmm(mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient) -> None:
    cmm = SigningSuitesOnlyCMM(keyring=raw_aes(mat_prov), mat_prov=mat_prov)
    ciphertext, _ = client.encrypt(source=EXAMPLE_DATA, materials_manager=cmm, encryption_context=CONTEXT)
    assert client.decrypt(source=ciphertext, materials_manager=cmm, encryption_context=CONTEXT)[0] == EXAMPLE_DATA

    with pytest.raises(AWSEncryptionSDKClientError, match="not a supported signing algorithm") as caught:
        client.encrypt(source=EXAMPLE_DATA, materials_manager=cmm, algorithm=Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY)
    assert isinstance(caught.value.__cause__, ValueError)


class AuditedKeyring(IKeyring):
    """Example class for a custom keyring that has another one do the work."""

    def __init__(self, keyring: IKeyring) -> None:
        self.keyring = keyring
        self.log: list[str] = []

    def on_encrypt(self, param: OnEncryptInput) -> OnEncryptOutput:
        assert param.materials.plaintext_data_key is None
        answer = self.keyring.on_encrypt(OnEncryptInput(materials=param.materials))
        self.log.append(f"encrypted {answer.materials.algorithm_suite.id.value}")
        return OnEncryptOutput(materials=answer.materials)

    def on_decrypt(self, param: OnDecryptInput) -> OnDecryptOutput:
        self.log.append(f"decrypted {len(param.encrypted_data_keys)}")
        return self.keyring.on_decrypt(param)


def test_custom_keyring(mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient) -> None:
    keyring = AuditedKeyring(raw_aes(mat_prov))
    ciphertext, _ = client.encrypt(source=EXAMPLE_DATA, keyring=keyring, encryption_context=CONTEXT)
    assert client.decrypt(source=ciphertext, keyring=keyring, encryption_context=CONTEXT)[0] == EXAMPLE_DATA
    with client.stream(mode="d", source=ciphertext, keyring=keyring) as stream:
        assert stream.read() == EXAMPLE_DATA
    assert keyring.log == ["encrypted 0x0578", "decrypted 1", "decrypted 1"]
    multi = mat_prov.create_multi_keyring(
        CreateMultiKeyringInput(generator=keyring, child_keyrings=[raw_aes(mat_prov, "b")])
    )
    assert len(client.encrypt(source=EXAMPLE_DATA, keyring=multi)[1].encrypted_data_keys) == 2


def test_what_a_keyring_is_handed(
    mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient
) -> None:
    seen: list[OnEncryptInput | OnDecryptInput] = []

    class Spy(AuditedKeyring):
        def on_encrypt(self, param: OnEncryptInput) -> OnEncryptOutput:
            seen.append(param)
            return super().on_encrypt(param)

        def on_decrypt(self, param: OnDecryptInput) -> OnDecryptOutput:
            seen.append(param)
            return super().on_decrypt(param)

    spy = Spy(raw_aes(mat_prov))
    client.decrypt(source=client.encrypt(source=b"", keyring=spy, encryption_context=CONTEXT)[0], keyring=spy)
    encrypt, decrypt = seen
    assert isinstance(encrypt, OnEncryptInput)
    assert isinstance(decrypt, OnDecryptInput)
    assert encrypt.materials.signing_key is not None
    assert encrypt.materials.signing_key.startswith(b"-----BEGIN PRIVATE KEY-----")
    assert encrypt.materials.algorithm_suite == mat_prov.get_algorithm_suite_info(b"\x05\x78")
    assert encrypt.materials.required_encryption_context_keys == []
    point = base64.b64decode(decrypt.materials.encryption_context["aws-crypto-public-key"])
    assert decrypt.materials.verification_key == point
    assert decrypt.encrypted_data_keys[0].key_provider_id == "Some managed raw keys"


def test_refusals(mat_prov: AwsCryptographicMaterialProviders, client: aws_encryption_sdk.EncryptionSDKClient) -> None:
    with pytest.raises(AwsCryptographicMaterialProvidersException, match="32 bytes"):
        mat_prov.create_raw_aes_keyring(
            input=CreateRawAesKeyringInput(
                key_namespace="a",
                key_name="b",
                wrapping_key=bytes(16),
                wrapping_alg=AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
            )
        )
    ciphertext, _ = client.encrypt(source=EXAMPLE_DATA, keyring=raw_aes(mat_prov, "one"))
    with pytest.raises(AWSEncryptionSDKClientError):
        client.decrypt(source=ciphertext, keyring=raw_aes(mat_prov, "another"))
    spy = AuditedKeyring(raw_aes(mat_prov, "another"))
    with pytest.raises(AWSEncryptionSDKClientError) as caught:
        client.decrypt(source=ciphertext, keyring=spy)
    assert isinstance(caught.value, DecryptKeyError)
    assert len(caught.value.errors) == 1  # type: ignore[attr-defined]
    assert isinstance(caught.value.__cause__, CollectionOfErrors)
    assert len(caught.value.__cause__.list) == 1
