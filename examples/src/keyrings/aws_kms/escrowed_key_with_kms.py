"""Work with AWS KMS from day to day, and keep an RSA key in escrow that opens the same messages without AWS KMS."""

from __future__ import annotations

import sys

from cryptography.hazmat.primitives.asymmetric import rsa

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.identifiers import WrappingAlgorithm
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsKeyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawRSAKeyring

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "AWS KMS and an escrowed RSA key"}


def run(source_plaintext: bytes, key_arn: str) -> bytes:
    """Encrypt under both keys, decrypt with AWS KMS, and once more with the escrowed key.

    :param source_plaintext: What to encrypt
    :param key_arn: ARN of a symmetric encryption key
    :returns: The plaintext that came out of the message
    """
    # The private half is made where it is kept, offline, and comes out when AWS KMS cannot be used. All others have the public
    # half only.
    escrowed_private_key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    escrow_to_encrypt = escrow_keyring(public_key=escrowed_private_key.public_key())
    escrow_to_decrypt = escrow_keyring(private_key=escrowed_private_key)

    # AWS KMS makes the data key and wraps it first; the public key wraps the same data key again.
    kms = AwsKmsKeyring(generator_key_id=key_arn)
    message = encrypt(source_plaintext, MultiKeyring(generator=kms, children=[escrow_to_encrypt]))

    plaintext = decrypt(message, kms)
    if decrypt(message, escrow_to_decrypt) != plaintext:
        raise RuntimeError("the escrowed key opens another plaintext than AWS KMS")
    return plaintext


def escrow_keyring(
    public_key: rsa.RSAPublicKey | None = None, private_key: rsa.RSAPrivateKey | None = None
) -> RawRSAKeyring:
    """Make a keyring of one half of the escrowed key; namespace, name and padding are the same for both."""
    return RawRSAKeyring(
        key_namespace="examples",
        key_name="escrow",
        wrapping_algorithm=WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
        public_wrapping_key=public_key,
        private_wrapping_key=private_key,
    )


def encrypt(source_plaintext: bytes, keyring: MultiKeyring) -> bytes:
    """Encrypt under all keys of the keyring."""
    message, _ = EncryptionSDKClient().encrypt(
        source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT
    )
    return message


def decrypt(message: bytes, keyring: AwsKmsKeyring | RawRSAKeyring) -> bytes:
    """Decrypt with one of the keys."""
    plaintext, _ = EncryptionSDKClient().decrypt(source=message, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
