"""Keys and plaintext stay out of what is shown: repr, str, log records, warnings, and messages of exceptions."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import aws_encryption_sdk
from aws_encryption_sdk import (
    AWSEncryptionSDKClientError,
    CommitmentPolicy,
    EncryptionSDKClient,
    StreamDecryptor,
    StreamEncryptor,
)
from aws_encryption_sdk._crypto.key_derivation import derive_message_keys
from aws_encryption_sdk.caches import LocalCryptoMaterialsCache
from aws_encryption_sdk.identifiers import Algorithm, ECDHCurveSpec, EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKey, WrappingKey
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import (
    PublicKeyDiscovery,
    RawAESKeyring,
    RawECDHKeyring,
    RawPrivateKeyToStaticPublicKey,
    RawRSAKeyring,
)
from aws_encryption_sdk.materials_managers import (
    CryptographicMaterials,
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.structures import CryptoResult, DataKey, EncryptedDataKey, MasterKeyInfo, RawDataKey

pytestmark = pytest.mark.specification(
    "framework/structures.md", "Structure > Plaintext Data Key", "Signing Key", "Fields > Plaintext Data Key"
)

WRAPPING_KEY = b"W%R$A#P@P!I^N&G*K(E)Y_0+1=2{3}4["
DATA_KEY = b"D^A&T*A(K)E_Y+0=1{2}3[4]5:6;7<8>"
PLAINTEXT = b"P+L=A{I}N[T]E:X;T<1>2.3|4~5!6@7#" * 40
VALUE = "the value of the encryption context"
CONTEXT = {"the key of the encryption context": VALUE}
INFO = MasterKeyInfo("provider", b"info")
RSA_KEY = rsa.generate_private_key(65537, 2048)
SIGNING_KEY = ec.generate_private_key(ec.SECP384R1())
PEER_KEY = ec.generate_private_key(ec.SECP384R1())
SHARED_SECRET = SIGNING_KEY.exchange(ec.ECDH(), PEER_KEY.public_key())
SIGNING_SUITE = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384


def forms(secret: bytes) -> Iterator[str]:
    """Yield how a secret, or a part of it, would look in text."""
    for start in range(0, min(len(secret), 64) - 7, 8):
        part = secret[start : start + 8]
        yield part.decode("latin-1")
        yield repr(part)[2:-1]
        yield part.hex()
        yield ", ".join(str(byte) for byte in part)


SECRETS = [WRAPPING_KEY, DATA_KEY, PLAINTEXT]


def assert_hidden(shown: str, *more: bytes) -> None:
    for secret in (*SECRETS, *more):
        for form in forms(secret):
            assert form not in shown


def private_numbers(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> list[bytes]:
    number = key.private_numbers().d if isinstance(key, rsa.RSAPrivateKey) else key.private_numbers().private_value
    return [
        number.to_bytes(512, "big").lstrip(b"\x00"),
        str(number).encode(),
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    ]


def aes_keyring() -> RawAESKeyring:
    return RawAESKeyring("namespace", "name", WRAPPING_KEY)


class FixedDataKey(Keyring):
    """A raw AES keyring that wraps always the same data key."""

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        data_key = RawDataKey(INFO, DATA_KEY[: encryption_materials.algorithm.kdf_input_len])
        return aes_keyring().on_encrypt(encryption_materials.with_data_encryption_key(data_key))

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        return aes_keyring().on_decrypt(decryption_materials, encrypted_data_keys)


def rsa_keyring() -> RawRSAKeyring:
    return RawRSAKeyring("namespace", "rsa", WrappingAlgorithm.RSA_PKCS1, RSA_KEY, RSA_KEY.public_key())


def ecdh_keyring() -> RawECDHKeyring:
    scheme = RawPrivateKeyToStaticPublicKey(SIGNING_KEY, PEER_KEY.public_key())
    return RawECDHKeyring(scheme, ECDHCurveSpec.ECC_NIST_P384)


def master_key(rsa_key: bool = False) -> RawMasterKey:
    wrapping_key = (
        WrappingKey(WrappingAlgorithm.RSA_PKCS1, RSA_KEY, EncryptionKeyType.PRIVATE)
        if rsa_key
        else WrappingKey(WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING, WRAPPING_KEY, EncryptionKeyType.SYMMETRIC)
    )
    return RawMasterKey(provider_id="namespace", key_id="name", wrapping_key=wrapping_key)


def public_objects() -> list[object]:
    data_key = DataKey(INFO, DATA_KEY, b"wrapped")
    encryption = EncryptionMaterials(SIGNING_SUITE, data_key, [], {}, SIGNING_KEY)
    decryption = DecryptionMaterials(algorithm=SIGNING_SUITE, encryption_context={}, data_encryption_key=data_key)
    cmm = DefaultCryptoMaterialsManager(keyring=aes_keyring())
    message = aws_encryption_sdk.encrypt(source=PLAINTEXT, keyring=aes_keyring())
    plaintext = aws_encryption_sdk.decrypt(source=message.result, keyring=aes_keyring())
    stream = StreamEncryptor(source=PLAINTEXT, keyring=aes_keyring(), frame_length=100)
    reading = StreamDecryptor(source=message.result, keyring=aes_keyring())
    stream.read(500)
    reading.read(500)
    cache = LocalCryptoMaterialsCache(10)
    caching = CachingCryptoMaterialsManager(cache, 60, keyring=FixedDataKey())
    aws_encryption_sdk.encrypt(source=PLAINTEXT, materials_manager=caching)
    return [
        aes_keyring(),
        rsa_keyring(),
        *(object_ for key in (master_key(), master_key(True)) for object_ in (key, key.config, key.config.wrapping_key)),
        DefaultCryptoMaterialsManager(master_key()),
        ecdh_keyring(),
        ecdh_keyring().key_agreement_scheme,
        PublicKeyDiscovery(SIGNING_KEY),
        MultiKeyring(aes_keyring(), [rsa_keyring(), ecdh_keyring()]),
        cmm,
        caching,
        cache,
        *cache._cache.values(),
        EncryptionSDKClient(),
        RawDataKey(INFO, DATA_KEY),
        data_key,
        CryptographicMaterials(SIGNING_SUITE, {}, data_key),
        encryption,
        EncryptionMaterials(SIGNING_SUITE, data_key, [], {}, encryption.signing_key),
        decryption,
        DecryptionMaterials(data_key),
        EncryptionMaterialsRequest({}, 4096),
        DecryptionMaterialsRequest(SIGNING_SUITE, message.header.encrypted_data_keys, {}),
        derive_message_keys(SIGNING_SUITE, DATA_KEY, bytes(32)),
        message,
        plaintext,
        CryptoResult(PLAINTEXT, message.header),
        message.header,
        stream,
        reading,
        stream.signer,
        reading.verifier,
    ]


@pytest.mark.parametrize("shown", public_objects(), ids=lambda shown: type(shown).__name__)
def test_nothing_public_shows_a_secret(shown: object) -> None:
    numbers = [*private_numbers(RSA_KEY), *private_numbers(SIGNING_KEY), SHARED_SECRET]
    for text in (repr(shown), str(shown), f"{shown}", repr([shown])):
        assert_hidden(text, *numbers)


@pytest.mark.parametrize("make", ["EncryptorConfig", "DecryptorConfig"])
def test_the_configuration_of_a_stream_does_not_show_the_source(make: str) -> None:
    """The source of an encryption stream is the plaintext."""
    config = getattr(aws_encryption_sdk, make)(source=PLAINTEXT, keyring=aes_keyring())

    assert_hidden(repr(config))
    assert_hidden(str(config))


class Everything(logging.Handler):
    """Keeps what log records say, their arguments included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []
        self.levels: list[int] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts += [record.getMessage(), repr(record.args), repr(record.msg), str(record.exc_info)]
        self.levels.append(record.levelno)


@pytest.fixture
def log() -> Iterator[Everything]:
    handler, root = Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        yield from getattr(error, "errors", ())
        error = error.__cause__ or error.__context__


def altered(message: bytes) -> Iterator[bytes]:
    """Yield the message broken in many places, cut, and with bytes behind it."""
    for at in range(0, len(message), 29):
        yield message[:at] + bytes((message[at] ^ 1,)) + message[at + 1 :]
        yield message[:at]
    yield message + b"trailing"


@pytest.mark.parametrize("suite", [SIGNING_SUITE, Algorithm.AES_128_GCM_IV12_TAG16], ids=lambda suite: suite.name)
@pytest.mark.parametrize(
    "keyring",
    [
        FixedDataKey(),
        MultiKeyring(rsa_keyring(), [aes_keyring()]),
        MultiKeyring(FixedDataKey(), [ecdh_keyring()]),
        MultiKeyring(FixedDataKey(), [master_key(), master_key(True)]),
    ],
    ids=["AES", "RSA and AES", "AES and ECDH", "AES and master keys"],
)
def test_nothing_is_logged_or_said_about_secrets(log: Everything, suite: Algorithm, keyring: Keyring) -> None:
    policy = (
        CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
        if suite.is_committing()
        else CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    )
    client = EncryptionSDKClient(commitment_policy=policy)
    arguments: dict[str, Any] = {"keyring": keyring, "encryption_context": CONTEXT}
    message = client.encrypt(source=PLAINTEXT, algorithm=suite, frame_length=100, **arguments).result
    assert client.decrypt(source=message, **arguments).result == PLAINTEXT
    with client.stream(mode="d", source=io.BytesIO(message), keyring=keyring) as reading:
        reading.read(200)
    with client.stream(mode="e", source=PLAINTEXT, algorithm=suite, **arguments) as started:
        started.read(10)

    said = []
    for broken in altered(message):
        for stream in (client.stream(mode="d", source=io.BytesIO(broken), keyring=keyring), None):
            with pytest.raises(AWSEncryptionSDKClientError) as caught:
                _ = stream.read() if stream else client.decrypt(source=broken, keyring=keyring)
            for error in chain(caught.value):
                said += [str(error), repr(error), "".join(traceback.format_exception_only(type(error), error))]

    for text in [*said, *log.texts]:
        assert_hidden(text, SHARED_SECRET)
    for text in log.texts:
        assert VALUE not in text
    assert not [level for level in log.levels if level > logging.DEBUG]


def test_a_wrong_context_is_not_quoted() -> None:
    message = aws_encryption_sdk.encrypt(source=PLAINTEXT, keyring=aes_keyring(), encryption_context=CONTEXT).result
    (key,) = CONTEXT
    with pytest.raises(AWSEncryptionSDKClientError) as caught:
        aws_encryption_sdk.decrypt(source=message, keyring=aes_keyring(), encryption_context={key: "another value"})

    for error in chain(caught.value):
        assert VALUE not in str(error)
        assert "another value" not in str(error)
