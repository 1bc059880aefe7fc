"""Encrypt with the public half of an RSA key in AWS KMS, without a request; AWS KMS decrypts."""

from __future__ import annotations

import sys

import boto3

from aws_encryption_sdk import Algorithm, EncryptionSDKClient
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsRsaKeyring
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import DefaultClientSupplier

ENCRYPTION_CONTEXT = {"purpose": "example", "keyring": "AWS KMS, RSA"}
#: Everybody can have the public key, so a signature in the message would not tell who wrote it: this keyring takes only suites
#: that do not sign.
UNSIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY


def run(source_plaintext: bytes, rsa_key_arn: str) -> bytes:
    """Encrypt where there are no AWS credentials, decrypt where there are some.

    :param source_plaintext: What to encrypt
    :param rsa_key_arn: ARN of an RSA key whose usage is ENCRYPT_DECRYPT
    :returns: The plaintext that came out of the message
    """
    # Fetched once, and then stored with the program that encrypts. Protect it against being exchanged for another key.
    public_key = boto3.client("kms", region_name=rsa_key_arn.split(":")[3]).get_public_key(KeyId=rsa_key_arn)["PublicKey"]
    return decrypt(encrypt(source_plaintext, rsa_key_arn, public_key), rsa_key_arn)


def encrypt(source_plaintext: bytes, rsa_key_arn: str, public_key: bytes) -> bytes:
    """Encrypt with the public key, PEM or DER. No request is made."""
    keyring = AwsKmsRsaKeyring(kms_key_id=rsa_key_arn, encryption_algorithm="RSAES_OAEP_SHA_256", public_key=public_key)
    message, _ = EncryptionSDKClient().encrypt(
        source=source_plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT, algorithm=UNSIGNED
    )
    return message


def decrypt(message: bytes, rsa_key_arn: str) -> bytes:
    """Let AWS KMS decrypt the data key; the permission needed is kms:Decrypt."""
    keyring = AwsKmsRsaKeyring(
        kms_key_id=rsa_key_arn, encryption_algorithm="RSAES_OAEP_SHA_256", client_supplier=DefaultClientSupplier()
    )
    plaintext, _ = EncryptionSDKClient().decrypt(source=message, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT)
    return plaintext


if __name__ == "__main__":
    print(run(b"Hello, world!", *sys.argv[1:]).decode())
