"""Programs with a materials manager of their own, written for versions 1 to 4."""

from __future__ import annotations

import base64
import copy
import io
import os
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

import aws_encryption_sdk
from aws_encryption_sdk import Algorithm, CommitmentPolicy
from aws_encryption_sdk.exceptions import ActionNotAllowedError, AWSEncryptionSDKClientError, MaxEncryptedDataKeysExceeded
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo

PUBLIC_KEY_FIELD = "aws-crypto-public-key"


class VaultManager(CryptoMaterialsManager):
    """Keeps the data keys of its messages in a dictionary instead of wrapping them."""

    def __init__(self, algorithm: Algorithm | None = None, copies: int = 1) -> None:
        self.vault: dict[bytes, bytes] = {}
        self.algorithm = algorithm
        self.copies = copies
        self.unwrapped = 0

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        algorithm = self.algorithm or request.algorithm or Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
        encryption_context = request.encryption_context.copy()
        signing_key = None
        if algorithm.signing_algorithm_info is not None:
            private_key = ec.generate_private_key(algorithm.signing_algorithm_info())
            point = private_key.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
            )
            encryption_context[PUBLIC_KEY_FIELD] = base64.b64encode(point).decode()
            signing_key = private_key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        data_key = os.urandom(algorithm.kdf_input_len)
        tickets = [os.urandom(16) for _ in range(self.copies)]
        self.vault.update(dict.fromkeys(tickets, data_key))
        return EncryptionMaterials(
            algorithm=algorithm,
            data_encryption_key=DataKey(MasterKeyInfo("vault", "main"), data_key, tickets[0]),
            encrypted_data_keys={EncryptedDataKey(MasterKeyInfo("vault", "main"), ticket) for ticket in tickets},
            encryption_context=encryption_context,
            signing_key=signing_key,
        )

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        self.unwrapped += 1
        (encrypted_data_key, *_) = request.encrypted_data_keys
        ticket = encrypted_data_key.encrypted_data_key
        verification_key = None
        curve = request.algorithm.signing_algorithm_info
        if curve is not None:
            point = base64.b64decode(request.encryption_context[PUBLIC_KEY_FIELD])
            verification_key = ec.EllipticCurvePublicKey.from_encoded_point(curve(), point).public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        return DecryptionMaterials(
            data_key=DataKey(encrypted_data_key.key_provider, self.vault[ticket], ticket),
            verification_key=verification_key,
        )


def client_for(algorithm: Algorithm) -> aws_encryption_sdk.EncryptionSDKClient:
    """Make a client that writes and reads this algorithm."""
    if algorithm.is_committing():
        return aws_encryption_sdk.EncryptionSDKClient()
    return aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)


@pytest.mark.parametrize("algorithm", list(Algorithm), ids=lambda algorithm: algorithm.name)
def test_cycle(algorithm: Algorithm) -> None:
    client, manager = client_for(algorithm), VaultManager()
    ciphertext, header = client.encrypt(
        source=b"secret", materials_manager=manager, algorithm=algorithm, encryption_context={"a": "b"}
    )
    assert (PUBLIC_KEY_FIELD in header.encryption_context) == algorithm.is_signing()
    plaintext, header = client.decrypt(source=ciphertext, materials_manager=manager)
    assert plaintext == b"secret"
    assert header.encryption_context["a"] == "b"


def test_cycle_by_streams_and_by_functions_of_the_package() -> None:
    manager = VaultManager()
    with aws_encryption_sdk.stream(mode="e", source=b"secret", materials_manager=manager) as encryptor:
        ciphertext = encryptor.read()
    with aws_encryption_sdk.stream(mode="d", source=ciphertext, materials_manager=manager) as decryptor:
        assert decryptor.read() == b"secret"


def test_a_set_of_encrypted_data_keys_is_written_and_read() -> None:
    client, manager = aws_encryption_sdk.EncryptionSDKClient(), VaultManager(copies=5)
    ciphertext, header = client.encrypt(source=b"secret", materials_manager=manager)
    assert header.encrypted_data_keys == {EncryptedDataKey(MasterKeyInfo("vault", b"main"), t) for t in manager.vault}
    assert len(header.encrypted_data_keys) == 5
    plaintext, again = client.decrypt(source=ciphertext, materials_manager=manager)
    assert plaintext == b"secret"
    assert list(again.encrypted_data_keys) == list(header.encrypted_data_keys)


@pytest.mark.specification("client-apis/encrypt.md", "Get the encryption materials")
def test_request_carries_what_the_program_said() -> None:
    requests: list[EncryptionMaterialsRequest] = []

    class Noting(VaultManager):
        def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
            requests.append(request)
            return super().get_encryption_materials(request)

    client = aws_encryption_sdk.EncryptionSDKClient()
    client.encrypt(source=b"12345", materials_manager=Noting(), encryption_context={"a": "b"}, frame_length=256)
    (request,) = requests
    assert request.encryption_context == {"a": "b"}
    assert request.frame_length == 256
    assert request.algorithm is None
    assert request.commitment_policy is CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    assert request.plaintext_length == 5


def test_policy_holds_for_what_the_manager_chooses() -> None:
    old = VaultManager(algorithm=Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384)
    with pytest.raises(ActionNotAllowedError):
        aws_encryption_sdk.EncryptionSDKClient().encrypt(source=b"x", materials_manager=old)
    new = VaultManager(algorithm=Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY)
    forbidding = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
    with pytest.raises(ActionNotAllowedError):
        forbidding.encrypt(source=b"x", materials_manager=new)


def test_limit_holds_for_what_the_manager_returns() -> None:
    client = aws_encryption_sdk.EncryptionSDKClient(max_encrypted_data_keys=2)
    with pytest.raises(MaxEncryptedDataKeysExceeded):
        client.encrypt(source=b"x", materials_manager=VaultManager(copies=3))


def test_encryption_context_on_decrypt_is_checked_although_the_manager_knows_nothing_of_it() -> None:
    client, manager = aws_encryption_sdk.EncryptionSDKClient(), VaultManager()
    ciphertext, _ = client.encrypt(source=b"x", materials_manager=manager, encryption_context={"owner": "me"})
    assert client.decrypt(source=ciphertext, materials_manager=manager, encryption_context={"owner": "me"})[0] == b"x"
    unwrapped = manager.unwrapped
    with pytest.raises(AWSEncryptionSDKClientError):
        client.decrypt(source=ciphertext, materials_manager=manager, encryption_context={"owner": "you"})
    assert manager.unwrapped == unwrapped
    with pytest.raises(AWSEncryptionSDKClientError):
        client.decrypt(source=ciphertext, materials_manager=manager, encryption_context={"owner": "me", "more": "x"})


def test_wrong_verification_key_from_the_manager() -> None:
    class Mistaken(VaultManager):
        def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
            right = super().decrypt_materials(request)
            other = ec.generate_private_key(ec.SECP384R1()).public_key()
            der = other.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
            return DecryptionMaterials(data_key=right.data_key, verification_key=der)

    client, manager = aws_encryption_sdk.EncryptionSDKClient(), Mistaken()
    ciphertext, _ = client.encrypt(source=b"x", materials_manager=manager)
    with pytest.raises(InvalidSignature):
        client.decrypt(source=ciphertext, materials_manager=manager)


def test_abstract_methods() -> None:
    with pytest.raises(TypeError):
        CryptoMaterialsManager()  # type: ignore[abstract]


@pytest.mark.parametrize("kind", ["bytes", "file"])
def test_a_cmm_looks_at_the_plaintext_and_puts_it_back(kind: str) -> None:
    class Looking(CryptoMaterialsManager):
        def __init__(self) -> None:
            self.default = DefaultCryptoMaterialsManager(keyring=RawAESKeyring("namespace", "name", bytes(32)))
            self.seen = b""

        def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
            plaintext: Any = request.plaintext_rostream
            self.seen = plaintext.read(3)
            plaintext.seek(0)
            with pytest.raises(AttributeError):
                plaintext.write(b"x")
            return self.default.get_encryption_materials(request)

        def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
            return self.default.decrypt_materials(request)

    manager = Looking()
    client = aws_encryption_sdk.EncryptionSDKClient()
    source = b"hello" if kind == "bytes" else io.BytesIO(b"hello")
    message = client.encrypt(source=source, materials_manager=manager)[0]
    assert manager.seen == b"hel"
    assert client.decrypt(source=message, materials_manager=manager)[0] == b"hello"


def test_a_cmm_whose_methods_take_the_request_by_name() -> None:
    default = DefaultCryptoMaterialsManager(keyring=RawAESKeyring("namespace", "name", bytes(32)))

    class ByName(CryptoMaterialsManager):
        def get_encryption_materials(self, *, request: EncryptionMaterialsRequest) -> EncryptionMaterials:  # type: ignore[override]
            return default.get_encryption_materials(request)

        def decrypt_materials(self, *, request: DecryptionMaterialsRequest) -> DecryptionMaterials:  # type: ignore[override]
            return default.decrypt_materials(request)

    client = aws_encryption_sdk.EncryptionSDKClient()
    message = client.encrypt(source=b"hello", materials_manager=ByName())[0]
    assert client.decrypt(source=message, materials_manager=ByName())[0] == b"hello"


def test_copies_of_materials() -> None:
    default = DefaultCryptoMaterialsManager(keyring=RawAESKeyring("namespace", "name", bytes(32)))
    materials = default.get_encryption_materials(
        EncryptionMaterialsRequest({"a": "b"}, 4096, CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
    )
    for made in (copy.copy(materials), copy.deepcopy(materials)):
        assert made is not materials
        assert made.encrypted_data_keys == materials.encrypted_data_keys
        assert made.data_encryption_key == materials.data_encryption_key
        assert made.encryption_context == materials.encryption_context
