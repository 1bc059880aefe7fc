"""Raw ECDH keyrings: each side decrypts what the other one encrypts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import AlgorithmSuite, ECDHCurveSpec
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.raw.ecdh import (
    EphemeralPrivateKeyToStaticPublicKey,
    PublicKeyDiscovery,
    RawECDHKeyring,
    RawKeyAgreementScheme,
    RawPrivateKeyToStaticPublicKey,
)
from test.interop.mpl_keyrings import MplKeyring, model
from test.interop.peer import HOW_TO_RUN, ReleasedPeer, ReleasedSideError, released_python

if not released_python():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

CONTEXT = {"purpose": "interoperability", "größe": "groß"}
SUITES = [
    pytest.param(AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384, id="signed"),
    pytest.param(AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY, id="unsigned"),
]
#: Schemas that encrypt; what each of them writes for the recipient, the recipient's schemas read.
WRITERS = ("static", "ephemeral")
READERS = {"static": ("static", "discovery"), "ephemeral": ("discovery",)}
DIRECTIONS = [(writer, reader) for writer in WRITERS for reader in READERS[writer]]


@dataclass(frozen=True)
class Party:
    """One of the two parties, as it sees itself and the other.

    :param own: Own private key
    :param peer: The other's public key
    :param curve: Curve of both
    """

    own: ec.EllipticCurvePrivateKey
    peer: ec.EllipticCurvePublicKey
    curve: ECDHCurveSpec

    def keyring(self, schema: str) -> Keyring:
        """Return our keyring."""
        schemes: dict[str, Callable[[], RawKeyAgreementScheme]] = {
            "static": lambda: RawPrivateKeyToStaticPublicKey(self.own, self.peer),
            "ephemeral": lambda: EphemeralPrivateKeyToStaticPublicKey(self.peer),
            "discovery": lambda: PublicKeyDiscovery(self.own),
        }
        return RawECDHKeyring(schemes[schema](), self.curve)

    def mpl_keyring(self, schema: str) -> MplKeyring:
        """Return the other side's keyring."""
        own = self.own.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        peer = self.peer.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        name, fields = {
            "static": (
                "RawPrivateKeyToStaticPublicKey",
                {"sender_static_private_key": own, "recipient_public_key": peer},
            ),
            "ephemeral": ("EphemeralPrivateKeyToStaticPublicKey", {"recipient_public_key": peer}),
            "discovery": ("PublicKeyDiscovery", {"recipient_static_private_key": own}),
        }[schema]
        scheme = model(f"RawEcdhStaticConfigurations{name}", value=model(f"{name}Input", **fields))
        return MplKeyring(
            "create_raw_ecdh_keyring",
            model("CreateRawEcdhKeyringInput", curve_spec=self.curve.name, key_agreement_scheme=scheme),
        )


@pytest.fixture(params=["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"])
def parties(request: pytest.FixtureRequest, peer: ReleasedPeer) -> tuple[Party, Party]:
    """Return the sender and the recipient."""
    if not peer.has_keyrings:
        pytest.skip("the released package was installed without its MPL extra (it needs Python 3.11), so it has no keyrings")
    curve = ECDHCurveSpec[request.param]
    one, two = (ec.generate_private_key(curve.curve()) for _ in range(2))
    return Party(one, two.public_key(), curve), Party(two, one.public_key(), curve)


@pytest.mark.parametrize(("writer", "reader"), DIRECTIONS)
@pytest.mark.parametrize("suite", SUITES)
def test_raw_ecdh(suite: AlgorithmSuite, writer: str, reader: str, parties: tuple[Party, Party], peer: ReleasedPeer) -> None:
    sender, recipient = parties
    client = EncryptionSDKClient()
    message = client.encrypt(source=b"text", keyring=sender.keyring(writer), algorithm=suite, encryption_context=CONTEXT)
    opened = peer.decrypt(
        message.result,
        suite=suite,
        keys=[recipient.mpl_keyring(reader)],
        through="keyrings",
        encryption_context=CONTEXT,
    )
    assert opened.plaintext == b"text"

    theirs = peer.encrypt(
        b"text", suite=suite, keys=[sender.mpl_keyring(writer)], through="keyrings", encryption_context=CONTEXT
    )
    result = client.decrypt(source=theirs, keyring=recipient.keyring(reader), encryption_context=CONTEXT)
    assert result.result == b"text"


def test_the_sender_reads_what_it_wrote(parties: tuple[Party, Party], peer: ReleasedPeer) -> None:
    sender, _ = parties
    client, suite = EncryptionSDKClient(), AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    message = client.encrypt(source=b"text", keyring=sender.keyring("static"), algorithm=suite)
    assert (
        peer.decrypt(message.result, suite=suite, keys=[sender.mpl_keyring("static")], through="keyrings").plaintext
        == b"text"
    )
    theirs = peer.encrypt(b"text", suite=suite, keys=[sender.mpl_keyring("static")], through="keyrings")
    assert client.decrypt(source=theirs, keyring=sender.keyring("static")).result == b"text"


def test_a_context_that_is_not_stored(parties: tuple[Party, Party], peer: ReleasedPeer) -> None:
    """It is derived from all the same."""
    sender, recipient = parties
    client, suite = EncryptionSDKClient(), AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    theirs = peer.encrypt(
        b"text",
        suite=suite,
        keys=[sender.mpl_keyring("static")],
        through="keyrings",
        encryption_context=CONTEXT,
        required_keys=("purpose",),
    )
    reader = recipient.keyring("discovery")
    assert client.decrypt(source=theirs, keyring=reader, encryption_context=CONTEXT).result == b"text"
    for given in ({}, {"purpose": "another"}):
        with pytest.raises(AWSEncryptionSDKClientError, match="commitment key"):
            client.decrypt(source=theirs, keyring=reader, encryption_context=given)


def test_neither_side_opens_what_is_for_others(parties: tuple[Party, Party], peer: ReleasedPeer) -> None:
    sender, recipient = parties
    client, suite = EncryptionSDKClient(), AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    for writer, party, reader in (
        ("static", sender, "discovery"),
        ("ephemeral", recipient, "static"),
        ("ephemeral", sender, "discovery"),
    ):
        message = client.encrypt(source=b"text", keyring=sender.keyring(writer), algorithm=suite)
        with pytest.raises(ReleasedSideError):
            peer.decrypt(message.result, suite=suite, keys=[party.mpl_keyring(reader)], through="keyrings")
        theirs = peer.encrypt(b"text", suite=suite, keys=[sender.mpl_keyring(writer)], through="keyrings")
        with pytest.raises(AWSEncryptionSDKClientError, match="Unable to decrypt any data key"):
            client.decrypt(source=theirs, keyring=party.keyring(reader))
