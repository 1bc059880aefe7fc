"""Wrap data keys between two parties who both keep their private elliptic curve key in AWS KMS."""

from __future__ import annotations

import sys

import boto3

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.identifiers import ECDHCurveSpec
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsEcdhKeyring, KmsPrivateKeyToStaticPublicKey, KmsPublicKeyDiscovery
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import DefaultClientSupplier

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "AWS KMS, ECDH"}
CURVE = ECDHCurveSpec.ECC_NIST_P256


def run(source_plaintext: bytes, ecc_key_arn: str, other_ecc_key_arn: str) -> bytes:
    """Encrypt as the sender, decrypt as the recipient.

    :param source_plaintext: What to encrypt
    :param ecc_key_arn: ARN of the sender's key: key spec ECC_NIST_P256, key usage KEY_AGREEMENT
    :param other_ecc_key_arn: ARN of the recipient's key, of the same kind
    :returns: The plaintext that came out of the message
    """
    # The recipient hands its public key out, once. Its private key could as well be in a file: RawECDHKeyring reads and writes
    # the same messages.
    recipient_public_key = public_key_of(other_ecc_key_arn)
    return decrypt(encrypt(source_plaintext, ecc_key_arn, recipient_public_key), other_ecc_key_arn)


def encrypt(source_plaintext: bytes, ecc_key_arn: str, recipient_public_key: bytes) -> bytes:
    """Encrypt as the sender; the permissions needed are kms:GetPublicKey and kms:DeriveSharedSecret on the own key."""
    keyring = AwsKmsEcdhKeyring(
        key_agreement_scheme=KmsPrivateKeyToStaticPublicKey(
            sender_kms_identifier=ecc_key_arn,
            recipient_public_key=recipient_public_key,
            # With the own public key at hand, kms:GetPublicKey is not needed.
            sender_public_key=None,
        ),
        curve_spec=CURVE,
        client_supplier=DefaultClientSupplier(),
    )
    message, _ = EncryptionSDKClient().encrypt(
        source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT
    )
    return message


def decrypt(message: bytes, ecc_key_arn: str) -> bytes:
    """Decrypt as the recipient, with the same permissions on its own key."""
    # This schema takes the sender's public key from the message, so anybody may have written it. A recipient who knows the sender
    # uses KmsPrivateKeyToStaticPublicKey with the sender's public key, and reads nobody else's messages.
    keyring = AwsKmsEcdhKeyring(
        key_agreement_scheme=KmsPublicKeyDiscovery(recipient_kms_identifier=ecc_key_arn),
        curve_spec=CURVE,
        client_supplier=DefaultClientSupplier(),
    )
    plaintext, _ = EncryptionSDKClient().decrypt(source=message, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


def public_key_of(key_arn: str) -> bytes:
    """Return the public half of a key in AWS KMS, DER."""
    public_key: bytes = boto3.client("kms", region_name=key_arn.split(":")[3]).get_public_key(KeyId=key_arn)["PublicKey"]
    return public_key


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
