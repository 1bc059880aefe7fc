"""Encrypt for a recipient of whom only the public elliptic curve key is known; the sender needs no key of its own."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.identifiers import ECDHCurveSpec
from aws_encryption_sdk.keyrings.raw import EphemeralPrivateKeyToStaticPublicKey, PublicKeyDiscovery, RawECDHKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "raw ECDH, ephemeral sender key"}


def run(source_plaintext: bytes) -> bytes:
    """Encrypt as a sender without a key, decrypt as the recipient.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the message
    """
    public_pem, private_pem = make_key_pair()
    return decrypt(encrypt(source_plaintext, public_pem), private_pem)


def make_key_pair() -> tuple[bytes, bytes]:
    """Return the recipient's public key and private key, both PEM."""
    private_key = ec.generate_private_key(ec.SECP521R1())
    return (
        private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def encrypt(source_plaintext: bytes, recipient_public_pem: bytes) -> bytes:
    """Encrypt for the recipient; the sender itself cannot read the message again."""
    # For each message the keyring makes a new key pair, and forgets its private half at once.
    scheme = EphemeralPrivateKeyToStaticPublicKey(recipient_public_key=recipient_public_pem)
    keyring = RawECDHKeyring(key_agreement_scheme=scheme, curve_spec=ECDHCurveSpec.ECC_NIST_P521)
    message, _ = EncryptionSDKClient().encrypt(
        source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT
    )
    return message


def decrypt(message: bytes, recipient_private_pem: bytes) -> bytes:
    """Decrypt what anybody wrote for the recipient."""
    # The sender's public key is taken from the message. Everybody can write such a message: the encryption context shows what it
    # is meant for, not who wrote it.
    scheme = PublicKeyDiscovery(recipient_static_private_key=recipient_private_pem)
    keyring = RawECDHKeyring(key_agreement_scheme=scheme, curve_spec=ECDHCurveSpec.ECC_NIST_P521)
    plaintext, _ = EncryptionSDKClient().decrypt(source=message, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
