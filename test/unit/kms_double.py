"""A client of AWS KMS that holds key pairs in this process, and remembers what it was asked; RSA and ECC keys only."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from aws_encryption_sdk.identifiers import WrappingAlgorithm

PREFIX = "arn:aws:kms:us-west-2:111122223333:"
PADDINGS = {
    "RSAES_OAEP_SHA_1": WrappingAlgorithm.RSA_OAEP_SHA1_MGF1,
    "RSAES_OAEP_SHA_256": WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
}
KeyPair = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class KmsDouble:
    """Answers as the KMS API reference says.

    :param keys: Key pairs by the key id that they have here
    :param aliases: Key ids by alias, such as ``alias/name``
    """

    def __init__(self, keys: dict[str, KeyPair], aliases: dict[str, str] | None = None) -> None:
        self._keys = {PREFIX + "key/" + key_id: pair for key_id, pair in keys.items()}
        self._names = {arn.rpartition("/")[2]: arn for arn in self._keys}
        for alias, key_id in (aliases or {}).items():
            self._names[alias] = self._names[PREFIX + alias] = self._names[key_id]
        self.meta: Any = None
        self.asked: list[tuple[str, dict[str, Any]]] = []
        #: What the next answers have instead.
        self.altered: dict[str, Any] = {}
        #: What is raised instead of an answer.
        self.failure: Exception | None = None

    def _find(self, operation: str, parameters: dict[str, Any]) -> tuple[str, Any]:
        self.asked.append((operation, parameters))
        if self.failure is not None:
            raise self.failure
        arn = self._names.get(parameters["KeyId"], parameters["KeyId"])
        return arn, self._keys[arn]

    def get_public_key(self, **parameters: Any) -> dict[str, Any]:
        """GetPublicKey."""
        arn, pair = self._find("GetPublicKey", parameters)
        bits = pair.key_size
        spec, usage = (
            (f"RSA_{bits}", "ENCRYPT_DECRYPT")
            if isinstance(pair, rsa.RSAPrivateKey)
            else (f"ECC_NIST_P{bits}", "KEY_AGREEMENT")
        )
        public_key = pair.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {"KeyId": arn, "PublicKey": public_key, "KeySpec": spec, "KeyUsage": usage, **self.altered}

    def derive_shared_secret(self, **parameters: Any) -> dict[str, Any]:
        """DeriveSharedSecret."""
        arn, pair = self._find("DeriveSharedSecret", parameters)
        peer = load_der_public_key(parameters["PublicKey"])
        assert isinstance(peer, ec.EllipticCurvePublicKey)
        secret = pair.exchange(ec.ECDH(), peer)
        return {"KeyId": arn, "SharedSecret": secret, "KeyAgreementAlgorithm": "ECDH", **self.altered}

    def decrypt(self, **parameters: Any) -> dict[str, Any]:
        """Decrypt, with RSA keys."""
        arn, pair = self._find("Decrypt", parameters)
        padding = PADDINGS[parameters["EncryptionAlgorithm"]].rsa_padding()
        return {"KeyId": arn, "Plaintext": pair.decrypt(parameters["CiphertextBlob"], padding), **self.altered}

    def generate_data_key(self, **parameters: Any) -> dict[str, Any]:
        """Fail: these keys do not generate data keys."""
        raise AssertionError(f"GenerateDataKey was asked for: {parameters}")

    def encrypt(self, **parameters: Any) -> dict[str, Any]:
        """Fail: the keyrings of these keys encrypt on their own."""
        raise AssertionError(f"Encrypt was asked for: {parameters}")
