"""Raw wrapping keys in two forms: our keyring, and a description that the other side builds its own from."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from aws_encryption_sdk.identifiers import WrappingAlgorithm
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring, RawRSAKeyring

NAMESPACE = "interoperability tests"


@dataclass(frozen=True)
class WrappingKey:
    """A raw key under one wrapping algorithm.

    :param kind: ``aes`` or ``rsa``
    :param wrapping: ``AES_128``, ``AES_192``, ``AES_256``, or the name of an RSA padding
    :param name: Key name
    :param secret: AES key, or RSA private key in PEM
    :param public: RSA public key in PEM
    """

    kind: str
    wrapping: str
    name: str
    secret: bytes
    public: bytes = b""

    def keyring(self) -> Keyring:
        """Return our keyring over this key."""
        if self.kind == "aes":
            return RawAESKeyring(key_namespace=NAMESPACE, key_name=self.name, wrapping_key=self.secret)
        return RawRSAKeyring.from_pem_encoding(
            key_namespace=NAMESPACE,
            key_name=self.name,
            wrapping_algorithm=WrappingAlgorithm[f"RSA_{self.wrapping}"],
            public_encoded_key=self.public,
            private_encoded_key=self.secret,
        )

    def description(self) -> dict[str, str]:
        """Return the description that the other side builds its key from."""
        return {
            "kind": self.kind,
            "wrapping": self.wrapping,
            "namespace": NAMESPACE,
            "name": self.name,
            "secret": base64.b64encode(self.secret).decode(),
            "public": base64.b64encode(self.public).decode(),
        }


@cache
def wrapping_key(wrapping: str) -> WrappingKey:
    """Return the one key of these tests for a wrapping algorithm."""
    if wrapping.startswith("AES"):
        bits = int(wrapping.removeprefix("AES_"))
        return WrappingKey("aes", wrapping, f"key of {wrapping}", bytes(range(bits // 8)))
    return WrappingKey("rsa", wrapping, f"schlüssel für {wrapping}", *_rsa_pair())


AES_WRAPPINGS = ("AES_128", "AES_192", "AES_256")
RSA_WRAPPINGS = ("PKCS1", "OAEP_SHA1_MGF1", "OAEP_SHA256_MGF1", "OAEP_SHA384_MGF1", "OAEP_SHA512_MGF1")


@cache
def _rsa_pair() -> tuple[bytes, bytes]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public
