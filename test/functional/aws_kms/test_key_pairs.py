"""RSA and ECC keys in KMS that do not do what is asked of them: the error says which key, where, and what KMS answered."""

from __future__ import annotations

import pickle
from functools import partial
from typing import Any

import pytest

from aws_encryption_sdk import CryptoResult, EncryptionSDKClient
from aws_encryption_sdk.exceptions import (
    ConfigMismatchError,
    DecryptKeyError,
    EncryptKeyError,
    KmsRequestError,
    WrapDataKeyError,
)
from aws_encryption_sdk.identifiers import ECDHCurveSpec
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsEcdhKeyring,
    AwsKmsRsaKeyring,
    KmsPrivateKeyToStaticPublicKey,
    KmsPublicKeyDiscovery,
)
from aws_encryption_sdk.keyrings.base import Keyring
from test.emulation.clients import HAS_DERIVE_SHARED_SECRET, EmulationClientSupplier, kms_client
from test.emulation.faults import changed, refused
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.server import EmulationServer
from test.emulation.settings import OTHER_REGION, REGION
from test.functional.aws_kms.kinds import UNSIGNED

CURVE = ECDHCurveSpec.ECC_NIST_P256
needs_derive_shared_secret = pytest.mark.skipif(
    not HAS_DERIVE_SHARED_SECRET, reason="this version of botocore does not know DeriveSharedSecret"
)


def encrypt(keyring: Keyring) -> CryptoResult:
    message: CryptoResult = EncryptionSDKClient().encrypt(source=b"text", keyring=keyring, algorithm=UNSIGNED)
    return message


def decrypt(message: CryptoResult, keyring: Keyring) -> bytes:
    plaintext: bytes = EncryptionSDKClient().decrypt(source=message.result, keyring=keyring).result
    return plaintext


class TestRsa:
    """AwsKmsRsaKeyring."""

    @pytest.fixture
    def arn(self, keys: KeyMaker) -> str:
        """Return the ARN of an RSA key of this test alone."""
        return keys.rsa()

    @pytest.fixture
    def keyring(self, arn: str, keys: KeyMaker, supplier: EmulationClientSupplier) -> AwsKmsRsaKeyring:
        """Return a keyring that encrypts and decrypts."""
        return AwsKmsRsaKeyring(arn, "RSAES_OAEP_SHA_256", keys.public_key(arn), supplier(REGION))

    def test_encryption_makes_no_request(self, keyring: AwsKmsRsaKeyring, sent: list[SentRequest]) -> None:
        sent.clear()
        encrypt(keyring)
        assert sent == []

    def test_disabled_between_encrypt_and_decrypt(self, arn: str, keyring: AwsKmsRsaKeyring, keys: KeyMaker) -> None:
        message = encrypt(keyring)
        keys.client().disable_key(KeyId=arn)
        with pytest.raises(DecryptKeyError, match=rf"Decrypt with key {arn} in region {REGION}: the key is disabled"):
            decrypt(message, keyring)
        keys.client().enable_key(KeyId=arn)
        assert decrypt(message, keyring) == b"text"

    def test_another_padding_or_public_key(self, arn: str, keys: KeyMaker, supplier: EmulationClientSupplier) -> None:
        make = partial(AwsKmsRsaKeyring, arn, kms_client=supplier(REGION))
        reader = make("RSAES_OAEP_SHA_256")
        for writer in (
            make("RSAES_OAEP_SHA_1", public_key=keys.public_key(arn)),
            make("RSAES_OAEP_SHA_256", public_key=keys.public_key(keys.rsa())),
        ):
            with pytest.raises(DecryptKeyError, match="InvalidCiphertextException"):
                decrypt(encrypt(writer), reader)

    def test_a_key_for_something_else(
        self, keyring: AwsKmsRsaKeyring, keys: KeyMaker, supplier: EmulationClientSupplier
    ) -> None:
        symmetric = keys.symmetric()
        public_key = keys.public_key(keyring.kms_key_id)
        misled = AwsKmsRsaKeyring(symmetric, "RSAES_OAEP_SHA_256", public_key, supplier(REGION))
        with pytest.raises(DecryptKeyError, match=symmetric):
            decrypt(encrypt(misled), misled)

    def test_a_client_for_another_region(
        self, arn: str, keyring: AwsKmsRsaKeyring, supplier: EmulationClientSupplier
    ) -> None:
        elsewhere = AwsKmsRsaKeyring(arn, "RSAES_OAEP_SHA_256", kms_client=supplier(OTHER_REGION))
        message = encrypt(keyring)
        with pytest.raises(
            DecryptKeyError, match=f"the key is in region {REGION}, and the client is one for {OTHER_REGION}"
        ):
            decrypt(message, elsewhere)
        asking = AwsKmsRsaKeyring(arn, "RSAES_OAEP_SHA_256", client_supplier=supplier)
        assert decrypt(message, asking) == b"text"


@needs_derive_shared_secret
class TestEcdh:
    """AwsKmsEcdhKeyring."""

    @pytest.fixture
    def sender(self, keys: KeyMaker) -> str:
        """Return the ARN of the sender's key."""
        return keys.ecc()

    @pytest.fixture
    def recipient(self, keys: KeyMaker) -> str:
        """Return the ARN of the recipient's key."""
        return keys.ecc()

    @pytest.fixture
    def writer(self, sender: str, recipient: str, keys: KeyMaker, supplier: EmulationClientSupplier) -> AwsKmsEcdhKeyring:
        """Return the sender's keyring."""
        scheme = KmsPrivateKeyToStaticPublicKey(sender, keys.public_key(recipient))
        return AwsKmsEcdhKeyring(scheme, CURVE, supplier(REGION))

    @pytest.fixture
    def reader(self, recipient: str, supplier: EmulationClientSupplier) -> AwsKmsEcdhKeyring:
        """Return the recipient's keyring."""
        return AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(recipient), CURVE, supplier(REGION))

    def test_disabled_keys(
        self, sender: str, recipient: str, writer: AwsKmsEcdhKeyring, reader: AwsKmsEcdhKeyring, keys: KeyMaker
    ) -> None:
        message = encrypt(writer)
        for arn in (sender, recipient):
            keys.client().disable_key(KeyId=arn)
        with pytest.raises(EncryptKeyError, match=rf"DeriveSharedSecret with key {sender} in region {REGION}: .*disabled"):
            encrypt(writer)
        with pytest.raises(
            DecryptKeyError, match=rf"DeriveSharedSecret with key {recipient} in region {REGION}: .*disabled"
        ):
            decrypt(message, reader)
        with pytest.raises(KmsRequestError, match=rf"GetPublicKey with key {recipient} .*disabled"):
            AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(recipient), CURVE, keys.client())

    def test_denied(self, writer: AwsKmsEcdhKeyring, reader: AwsKmsEcdhKeyring, emulation: EmulationServer) -> None:
        message = encrypt(writer)
        with emulation.faults.plan(refused("AccessDeniedException"), operation="DeriveSharedSecret"):
            with pytest.raises(WrapDataKeyError, match="allow kms:DeriveSharedSecret on this key"):
                encrypt(writer)
            with pytest.raises(DecryptKeyError, match="allow kms:DeriveSharedSecret on this key"):
                decrypt(message, reader)

    @pytest.mark.parametrize("make", ["rsa", "symmetric"])
    def test_keys_of_another_kind(self, make: str, keys: KeyMaker) -> None:
        arn = getattr(keys, make)()
        with pytest.raises((ConfigMismatchError, KmsRequestError), match=arn):
            AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(arn), CURVE, keys.client())

    def test_a_key_on_another_curve(self, keys: KeyMaker) -> None:
        with pytest.raises(ConfigMismatchError, match="key spec ECC_NIST_P384; KEY_AGREEMENT and ECC_NIST_P256 are needed"):
            AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(keys.ecc("P384")), CURVE, keys.client())

    def test_the_answer_of_another_key(
        self, sender: str, writer: AwsKmsEcdhKeyring, reader: AwsKmsEcdhKeyring, emulation: EmulationServer
    ) -> None:
        message = encrypt(writer)

        def by_the_sender(answer: dict[str, Any]) -> None:
            answer["KeyId"] = sender

        with (
            emulation.faults.plan(changed(by_the_sender), operation="DeriveSharedSecret"),
            pytest.raises(DecryptKeyError, match=f"it is from the key '{sender}', and another one was asked"),
        ):
            decrypt(message, reader)

    def test_an_alias_that_moves(
        self, sender: str, recipient: str, reader: AwsKmsEcdhKeyring, keys: KeyMaker, emulation: EmulationServer
    ) -> None:
        """A message that claims one key and was derived with another would be lost."""
        alias = keys.alias(sender)
        scheme = KmsPrivateKeyToStaticPublicKey(alias, keys.public_key(recipient))
        writer = AwsKmsEcdhKeyring(scheme, CURVE, kms_client(emulation.endpoint, REGION))
        assert decrypt(encrypt(writer), reader) == b"text"
        keys.client().update_alias(AliasName=alias.split(":", 5)[5], TargetKeyId=keys.ecc())
        with pytest.raises(WrapDataKeyError, match="and another one was asked"):
            encrypt(writer)

    def test_pickled(self, recipient: str, writer: AwsKmsEcdhKeyring, supplier: EmulationClientSupplier) -> None:
        reader = AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(recipient), CURVE, client_supplier=supplier)
        assert decrypt(encrypt(writer), pickle.loads(pickle.dumps(reader))) == b"text"
