"""Wrap data keys between two parties who know each other's public key: an elliptic curve key pair on either side."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.identifiers import ECDHCurveSpec
from aws_encryption_sdk.keyrings.raw import RawECDHKeyring, RawPrivateKeyToStaticPublicKey

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "raw ECDH, lasting keys"}


def run(source_plaintext: bytes) -> bytes:
    """Encrypt as one party, decrypt as the other.

    :param source_plaintext: What to encrypt
    :returns: The plaintext that came out of the message
    """
    # Each party makes its own key pair and hands out only the public half, say as PEM. On the way, the public keys need no
    # secrecy, but protection against being exchanged for another's.
    alice, bob = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP384R1())

    message = encrypt(source_plaintext, keyring_of(alice, bob.public_key()))
    # Bob's keyring is made like Alice's, the other way round. Each of the two reads what either has written.
    return decrypt(message, keyring_of(bob, alice.public_key()))


def keyring_of(own: ec.EllipticCurvePrivateKey, other: ec.EllipticCurvePublicKey) -> RawECDHKeyring:
    """Make the keyring of one party; PEM and DER do as well as key objects."""
    scheme = RawPrivateKeyToStaticPublicKey(sender_static_private_key=own, recipient_public_key=other)
    return RawECDHKeyring(key_agreement_scheme=scheme, curve_spec=ECDHCurveSpec.ECC_NIST_P384)


def encrypt(source_plaintext: bytes, keyring: RawECDHKeyring) -> bytes:
    """Encrypt for the other party."""
    message, _ = EncryptionSDKClient().encrypt(
        source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT
    )
    return message


def decrypt(message: bytes, keyring: RawECDHKeyring) -> bytes:
    """Decrypt what one of the two parties wrote; what others wrote is refused."""
    plaintext, _ = EncryptionSDKClient().decrypt(source=message, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
