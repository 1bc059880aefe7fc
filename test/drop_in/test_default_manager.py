"""Programs for versions 1 to 4 that derive from the default materials manager, or give it providers of their own kind.

Each of these programs prints the same with the released package, but for what is refused.
"""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock, Mock

import attr
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from aws_encryption_sdk import Algorithm, CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.caches.local import LocalCryptoMaterialsCache
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, InvalidCryptographicMaterialsError
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.base import MasterKey, MasterKeyProvider
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider, WrappingKey
from aws_encryption_sdk.keyrings.mpl import MPLKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import default
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager

CLIENT = EncryptionSDKClient()
SIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
#: One suite of each kind: without key derivation, with it, signing, committing, and both.
KINDS = [
    Algorithm.AES_192_GCM_IV12_TAG16,
    Algorithm.AES_128_GCM_IV12_TAG16_HKDF_SHA256,
    Algorithm.AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256,
    UNSIGNED,
    SIGNED,
]
PUBLIC_KEY = "aws-crypto-public-key"
#: Nothing of what is used of it here is known to a type checker.
attributes: Any = attr


class Provider(RawMasterKeyProvider):
    """A provider of a key that is in the program."""

    provider_id = "program"

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        return WrappingKey(WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING, bytes(32), EncryptionKeyType.SYMMETRIC)


class Tagging(Provider):
    """Adds to the encryption context that it is asked for master keys with."""

    def master_keys_for_encryption(self, encryption_context: Any, *others: Any, **named: Any) -> Any:
        encryption_context["tag"] = "added"
        return super().master_keys_for_encryption(encryption_context, *others, **named)


class Erasing(Provider):
    """Takes the verification key out of the encryption context."""

    def master_keys_for_encryption(self, encryption_context: Any, *others: Any, **named: Any) -> Any:
        del encryption_context[PUBLIC_KEY]
        return super().master_keys_for_encryption(encryption_context, *others, **named)


def provider(*names: str, kind: type[Provider] = Provider) -> Provider:
    made = kind()
    made.add_master_keys_from_list(names or ("one", "two"))
    return made


def client_for(suite: Algorithm) -> EncryptionSDKClient:
    if suite.is_committing():
        return CLIENT
    return EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)


@pytest.mark.parametrize("suite", KINDS)
def test_pairs_that_a_provider_adds_are_in_the_message(suite: Algorithm) -> None:
    tagging, client = provider(kind=Tagging), client_for(suite)
    caching = CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(10), 60.0, master_key_provider=tagging)
    sources: list[dict[str, Any]] = [
        {"key_provider": tagging},
        {"materials_manager": caching},
        {"materials_manager": caching},
    ]
    for source in sources:
        ciphertext, header = client.encrypt(
            source=b"x", algorithm=suite, encryption_context={"own": "1"}, frame_length=4096, **source
        )
        assert {**header.encryption_context, PUBLIC_KEY: ""} == {"own": "1", "tag": "added", PUBLIC_KEY: ""}
        for reader in ({"key_provider": provider()}, source):
            plaintext, read = client.decrypt(source=ciphertext, **reader)
            assert (plaintext, read.encryption_context) == (b"x", header.encryption_context)


def test_a_provider_that_takes_the_verification_key_away_is_refused() -> None:
    """With the released package, such a message was written, and nobody could read it."""
    with pytest.raises(InvalidCryptographicMaterialsError, match="verification key"):
        CLIENT.encrypt(source=b"x", key_provider=provider(kind=Erasing), algorithm=SIGNED)


def mocked_provider() -> MagicMock:
    key = MagicMock(__class__=MasterKey)
    real = provider("one").master_key("one")
    key.generate_data_key.side_effect = real.generate_data_key
    key.encrypt_data_key.side_effect = real.encrypt_data_key
    double = MagicMock(__class__=MasterKeyProvider)
    double.master_keys_for_encryption.return_value = (key, [key])
    double.decrypt_data_key_from_list.side_effect = provider("one").decrypt_data_key_from_list
    return double


def specified_provider() -> Mock:
    double, real = Mock(spec=MasterKeyProvider), provider("one")
    double.master_keys_for_encryption.side_effect = real.master_keys_for_encryption
    double.decrypt_data_key_from_list.side_effect = real.decrypt_data_key_from_list
    return double


@pytest.mark.parametrize("make", [mocked_provider, specified_provider])
def test_doubles_of_providers(make: Any) -> None:
    double = make()
    ciphertext, _ = CLIENT.encrypt(source=b"x", key_provider=double)
    assert CLIENT.decrypt(source=ciphertext, key_provider=double)[0] == b"x"
    assert double.master_keys_for_encryption.call_count == double.decrypt_data_key_from_list.call_count == 1
    named = ["encryption_context", "plaintext_length", "plaintext_rostream"]
    assert sorted(double.master_keys_for_encryption.call_args[1]) == named
    named = ["algorithm", "encrypted_data_keys", "encryption_context"]
    assert sorted(double.decrypt_data_key_from_list.call_args[1]) == named


@pytest.mark.parametrize("make", [mocked_provider, specified_provider])
def test_doubles_of_providers_below_a_cache(make: Any) -> None:
    double = make()
    manager = CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(10), 60.0, master_key_provider=double)
    for _ in range(2):
        ciphertext, _ = CLIENT.encrypt(source=b"x", materials_manager=manager)
        assert CLIENT.decrypt(source=ciphertext, materials_manager=manager)[0] == b"x"
    assert double.master_keys_for_encryption.call_count == double.decrypt_data_key_from_list.call_count == 1


def test_constants() -> None:
    names: Any = default
    assert names.ENCODED_SIGNER_KEY == PUBLIC_KEY
    assert names.ALGORITHM is DefaultCryptoMaterialsManager.algorithm
    assert names.ALGORITHM_COMMIT_KEY is SIGNED


def test_a_class_of_attrs() -> None:
    manager = DefaultCryptoMaterialsManager(provider("one"))
    evolved = attributes.evolve(manager, master_key_provider=provider("two"))

    assert next(field.name for field in attributes.fields(DefaultCryptoMaterialsManager)) == "master_key_provider"
    assert type(evolved) is DefaultCryptoMaterialsManager
    assert manager == DefaultCryptoMaterialsManager(manager.master_key_provider) == attributes.evolve(manager)
    assert manager != evolved
    assert len({manager, evolved, DefaultCryptoMaterialsManager(manager.master_key_provider)}) == 3
    ciphertext, header = CLIENT.encrypt(source=b"x", materials_manager=evolved)
    assert [key.key_provider.key_info[:3] for key in header.encrypted_data_keys] == [b"two"]
    assert CLIENT.decrypt(source=ciphertext, materials_manager=evolved)[0] == b"x"


def test_the_provider_can_be_replaced() -> None:
    manager: Any = DefaultCryptoMaterialsManager(provider("one"))
    manager.master_key_provider = provider("three")
    ciphertext, header = CLIENT.encrypt(source=b"x", materials_manager=manager)

    assert [key.key_provider.key_info[:5] for key in header.encrypted_data_keys] == [b"three"]
    assert CLIENT.decrypt(source=ciphertext, materials_manager=manager)[0] == b"x"
    for nonsense in ("a provider", None):
        manager.master_key_provider = nonsense
        with pytest.raises(AWSEncryptionSDKClientError, match="master_key_provider"):
            CLIENT.encrypt(source=b"x", materials_manager=manager)
        with pytest.raises(AWSEncryptionSDKClientError, match="master_key_provider"):
            CLIENT.decrypt(source=ciphertext, materials_manager=manager)


def test_a_class_that_derives_by_attrs() -> None:
    @attr.s(hash=False)
    class Manager(DefaultCryptoMaterialsManager):
        note: str = attr.ib()
        asked: int = attr.ib(default=0)

        def get_encryption_materials(self, request: Any) -> Any:
            self.asked += 1
            return super().get_encryption_materials(request)

    make: Any = Manager
    manager = make(provider(), "mine")
    ciphertext, _ = CLIENT.encrypt(source=b"x", materials_manager=manager)

    assert (manager.note, manager.asked) == ("mine", 1)
    assert CLIENT.decrypt(source=ciphertext, materials_manager=manager)[0] == b"x"
    assert attributes.evolve(manager, note="other").note == "other"
    keyring = RawAESKeyring("namespace", "name", bytes(32))
    over_keyring = make(None, "mine", keyring=MPLKeyring(keyring))
    assert over_keyring.keyring is keyring
    with pytest.raises(TypeError, match="must be a MasterKeyProvider"):
        make("a provider", "mine")


def test_a_class_that_sets_the_provider_itself() -> None:
    class Manager(DefaultCryptoMaterialsManager):
        def __init__(self, name: str) -> None:
            self.master_key_provider = provider(name)

    manager: Any = Manager("one")
    ciphertext, _ = CLIENT.encrypt(source=b"x", materials_manager=manager)
    assert CLIENT.decrypt(source=ciphertext, materials_manager=manager)[0] == b"x"


def signing_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def verification_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


class HandsOut(DefaultCryptoMaterialsManager):
    """Puts its own values in place of the keys."""

    to_sign: Any = None
    to_verify: Any = None

    def _generate_signing_key_and_update_encryption_context(self, algorithm: Any, encryption_context: Any) -> Any:
        made = super()._generate_signing_key_and_update_encryption_context(algorithm, encryption_context)
        assert PUBLIC_KEY in encryption_context
        return self.to_sign(made)

    def _load_verification_key_from_encryption_context(self, algorithm: Any, encryption_context: Any) -> Any:
        made = super()._load_verification_key_from_encryption_context(algorithm, encryption_context)
        return self.to_verify(made)


@pytest.mark.parametrize(
    "to_verify",
    [
        lambda key: key,
        lambda key: key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint),
        lambda key: key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    ],
    ids=["object", "point", "DER"],
)
@pytest.mark.parametrize("to_sign", [lambda key: key, signing_der], ids=["object", "DER"])
def test_hooks_return_keys_in_every_form(to_sign: Any, to_verify: Any) -> None:
    manager: Any = HandsOut(provider())
    manager.to_sign, manager.to_verify = to_sign, to_verify
    ciphertext, _ = CLIENT.encrypt(source=b"x", materials_manager=manager, algorithm=SIGNED)

    assert CLIENT.decrypt(source=ciphertext, materials_manager=manager)[0] == b"x"
    assert CLIENT.decrypt(source=ciphertext, key_provider=provider())[0] == b"x"


OTHER_CURVE, OTHER_KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())


@pytest.mark.parametrize(
    "wrong",
    [None, b"", b"garbage", "text", 7, signing_der(OTHER_CURVE), OTHER_CURVE, point(OTHER_CURVE)],
    ids=["nothing", "empty", "garbage", "text", "number", "curve in DER", "curve", "point"],
)
def test_hooks_that_return_something_else(wrong: Any) -> None:
    manager: Any = HandsOut(provider())
    manager.to_sign, manager.to_verify = lambda _: wrong, lambda _: wrong
    with pytest.raises(AWSEncryptionSDKClientError, match="signing key"):
        CLIENT.encrypt(source=b"x", materials_manager=manager, algorithm=SIGNED)
    ciphertext, _ = CLIENT.encrypt(source=b"x", key_provider=provider(), algorithm=SIGNED)
    with pytest.raises(AWSEncryptionSDKClientError, match="verification key"):
        CLIENT.decrypt(source=ciphertext, materials_manager=manager)


@pytest.mark.parametrize(
    "wrong", [point(OTHER_KEY), verification_der(OTHER_KEY), OTHER_KEY.public_key()], ids=["point", "DER", "object"]
)
def test_a_hook_that_returns_another_verification_key(wrong: Any) -> None:
    manager: Any = HandsOut(provider())
    manager.to_verify = lambda _: wrong
    ciphertext, _ = CLIENT.encrypt(source=b"x", key_provider=provider(), algorithm=SIGNED)
    with pytest.raises(AWSEncryptionSDKClientError, match="signature"):
        CLIENT.decrypt(source=ciphertext, materials_manager=manager)
