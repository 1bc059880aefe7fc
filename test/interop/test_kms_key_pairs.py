"""Keyrings of RSA and ECC keys in AWS KMS: each side decrypts what the other one encrypts, against the emulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import AlgorithmSuite, ECDHCurveSpec
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsEcdhKeyring,
    AwsKmsRsaKeyring,
    KmsPrivateKeyToStaticPublicKey,
    KmsPublicKeyDiscovery,
)
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.raw import (
    EphemeralPrivateKeyToStaticPublicKey,
    PublicKeyDiscovery,
    RawECDHKeyring,
    RawPrivateKeyToStaticPublicKey,
)
from test.emulation.clients import HAS_DERIVE_SHARED_SECRET
from test.emulation.clients import kms_client as our_client
from test.emulation.keys import KeyMaker
from test.emulation.server import EmulationServer
from test.emulation.settings import REGION
from test.interop.mpl_keyrings import MplKeyring, kms_client, model
from test.interop.peer import HOW_TO_RUN, ReleasedPeer, ReleasedSideError, released_python

if not released_python():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

SIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXTS = {"empty": {}, "some": {"purpose": "interoperability", "größe": "groß"}}
CURVES = ("ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521")


@dataclass(frozen=True)
class Twin:
    """The same keyring on both sides."""

    ours: Keyring
    theirs: MplKeyring


@pytest.fixture(scope="module")
def client(emulation: EmulationServer) -> Any:
    """Return our client of the emulated KMS."""
    return our_client(emulation.endpoint, REGION)


def check_both_ways(
    peer: ReleasedPeer, writer: Twin, reader: Twin, context: dict[str, str], suite: AlgorithmSuite = UNSIGNED
) -> None:
    """Check that ``reader`` reads on each side what ``writer`` wrote on the other."""
    message = EncryptionSDKClient().encrypt(source=b"text", keyring=writer.ours, algorithm=suite, encryption_context=context)
    opened = peer.decrypt(message.result, suite=suite, keys=[reader.theirs], through="keyrings", encryption_context=context)
    assert opened.plaintext == b"text"
    theirs = peer.encrypt(b"text", suite=suite, keys=[writer.theirs], through="keyrings", encryption_context=context)
    result = EncryptionSDKClient().decrypt(source=theirs, keyring=reader.ours, encryption_context=context)
    assert result.result == b"text"
    ours = {(key.key_provider.provider_id, len(key.key_provider.key_info)) for key in message.header.encrypted_data_keys}
    assert ours == {
        (key.key_provider.provider_id, len(key.key_provider.key_info)) for key in result.header.encrypted_data_keys
    }


def rsa_twin(arn: str, algorithm: str, public_key: bytes, client: Any) -> Twin:
    fields = {"kms_key_id": arn, "encryption_algorithm": algorithm, "public_key": public_key, "grant_tokens": ["token"]}
    theirs = model("CreateAwsKmsRsaKeyringInput", kms_client=kms_client(REGION), **fields)
    return Twin(
        AwsKmsRsaKeyring(arn, algorithm, public_key, client, ["token"]), MplKeyring("create_aws_kms_rsa_keyring", theirs)
    )


def pem(public_key_der: bytes) -> bytes:
    key = serialization.load_der_public_key(public_key_der)
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("algorithm", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"])
@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_rsa(bits: int, algorithm: str, context: str, keys: KeyMaker, client: Any, kms_peer: ReleasedPeer) -> None:
    arn = keys.rsa(bits)
    twin = rsa_twin(arn, algorithm, pem(keys.public_key(arn)), client)
    check_both_ways(kms_peer, twin, twin, CONTEXTS[context])


@pytest.mark.parametrize("algorithm", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"])
def test_neither_side_signs_or_opens_with_another_rsa_key(
    algorithm: str, keys: KeyMaker, client: Any, kms_peer: ReleasedPeer
) -> None:
    one, other = (rsa_twin(arn, algorithm, pem(keys.public_key(arn)), client) for arn in (keys.rsa(), keys.rsa()))
    message = EncryptionSDKClient().encrypt(source=b"text", keyring=one.ours, algorithm=UNSIGNED)
    theirs = kms_peer.encrypt(b"text", suite=UNSIGNED, keys=[one.theirs], through="keyrings")
    with pytest.raises(ReleasedSideError):
        kms_peer.decrypt(message.result, suite=UNSIGNED, keys=[other.theirs], through="keyrings")
    with pytest.raises(AWSEncryptionSDKClientError, match="under another key"):
        EncryptionSDKClient().decrypt(source=theirs, keyring=other.ours)
    with pytest.raises(ReleasedSideError):
        kms_peer.encrypt(b"text", suite=SIGNED, keys=[one.theirs], through="keyrings")
    with pytest.raises(AWSEncryptionSDKClientError, match="which signs"):
        EncryptionSDKClient().encrypt(source=b"text", keyring=one.ours, algorithm=SIGNED)


class EcdhTwins:
    """The keyrings of two parties, the sender's and the recipient's; the recipient has its private key here as well.

    :param curve: Name of the curve
    """

    def __init__(self, curve: str, keys: KeyMaker, client: Any) -> None:
        self.curve = ECDHCurveSpec[curve]
        self._client = client
        self.sender, self.recipient = (keys.ecc(curve.removeprefix("ECC_NIST_")) for _ in range(2))
        self._public = {arn: keys.public_key(arn) for arn in (self.sender, self.recipient)}

    def static(self, own: str, peer: str, given: bool = False) -> Twin:
        """Return the keyring of one party; ``given`` hands in its own public key."""
        own_public = self._public[own] if given else None
        theirs = model(
            "KmsPrivateKeyToStaticPublicKeyInput",
            sender_kms_identifier=own,
            recipient_public_key=self._public[peer],
            sender_public_key=own_public,
        )
        return self._twin(KmsPrivateKeyToStaticPublicKey(own, self._public[peer], own_public), theirs)

    def discovery(self, own: str) -> Twin:
        """Return the keyring of a recipient who takes messages from anybody."""
        return self._twin(KmsPublicKeyDiscovery(own), model("KmsPublicKeyDiscoveryInput", recipient_kms_identifier=own))

    def _twin(self, scheme: Any, scheme_input: dict[str, Any]) -> Twin:
        name = type(scheme).__name__
        theirs = model(
            "CreateAwsKmsEcdhKeyringInput",
            curve_spec=self.curve.name,
            key_agreement_scheme=model(f"KmsEcdhStaticConfigurations{name}", value=scheme_input),
            kms_client=kms_client(REGION),
        )
        return Twin(AwsKmsEcdhKeyring(scheme, self.curve, self._client), MplKeyring("create_aws_kms_ecdh_keyring", theirs))

    def raw(self, schema: str, own: ec.EllipticCurvePrivateKey) -> Twin:
        """Return the keyring of somebody whose private key is not in AWS KMS, and who writes to the recipient."""
        private = own.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = self._public[self.recipient]
        scheme: Any = EphemeralPrivateKeyToStaticPublicKey(public)
        fields = {"recipient_public_key": public}
        if schema == "static":
            scheme = RawPrivateKeyToStaticPublicKey(private, public)
            fields["sender_static_private_key"] = private
        if schema == "discovery":
            scheme, fields = PublicKeyDiscovery(private), {"recipient_static_private_key": private}
        name = type(scheme).__name__
        theirs = model(
            "CreateRawEcdhKeyringInput",
            curve_spec=self.curve.name,
            key_agreement_scheme=model(f"RawEcdhStaticConfigurations{name}", value=model(f"{name}Input", **fields)),
        )
        return Twin(RawECDHKeyring(scheme, self.curve), MplKeyring("create_raw_ecdh_keyring", theirs))

    def written_to(self, own: ec.EllipticCurvePrivateKey) -> Twin:
        """Return the keyring of the sender, who writes to the owner of a private key that is not in AWS KMS."""
        public = own.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        theirs = model("KmsPrivateKeyToStaticPublicKeyInput", sender_kms_identifier=self.sender, recipient_public_key=public)
        return self._twin(KmsPrivateKeyToStaticPublicKey(self.sender, public), theirs)


@pytest.fixture(params=CURVES)
def twins(request: pytest.FixtureRequest, keys: KeyMaker, client: Any) -> EcdhTwins:
    """Return the parties, on each curve in turn."""
    if not HAS_DERIVE_SHARED_SECRET:
        pytest.skip("this version of botocore does not know DeriveSharedSecret")
    return EcdhTwins(request.param, keys, client)


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("suite", [SIGNED, UNSIGNED], ids=["signed", "unsigned"])
def test_both_private_keys_in_kms(suite: AlgorithmSuite, context: str, twins: EcdhTwins, kms_peer: ReleasedPeer) -> None:
    writer = twins.static(twins.sender, twins.recipient)
    for reader in (
        twins.static(twins.recipient, twins.sender),
        twins.static(twins.sender, twins.recipient, given=True),
        twins.discovery(twins.recipient),
    ):
        check_both_ways(kms_peer, writer, reader, CONTEXTS[context], suite)


@pytest.mark.parametrize("schema", ["static", "ephemeral"])
def test_one_private_key_in_kms(schema: str, twins: EcdhTwins, kms_peer: ReleasedPeer) -> None:
    own = ec.generate_private_key(twins.curve.curve())
    check_both_ways(kms_peer, twins.raw(schema, own), twins.discovery(twins.recipient), CONTEXTS["some"])
    check_both_ways(kms_peer, twins.written_to(own), twins.raw("discovery", own), CONTEXTS["some"])


def test_neither_side_opens_what_is_for_others(twins: EcdhTwins, kms_peer: ReleasedPeer) -> None:
    writer, reader = twins.static(twins.sender, twins.recipient), twins.discovery(twins.sender)
    message = EncryptionSDKClient().encrypt(source=b"text", keyring=writer.ours, algorithm=UNSIGNED)
    theirs = kms_peer.encrypt(b"text", suite=UNSIGNED, keys=[writer.theirs], through="keyrings")
    with pytest.raises(ReleasedSideError):
        kms_peer.decrypt(message.result, suite=UNSIGNED, keys=[reader.theirs], through="keyrings")
    with pytest.raises(AWSEncryptionSDKClientError, match="for another recipient"):
        EncryptionSDKClient().decrypt(source=theirs, keyring=reader.ours)
