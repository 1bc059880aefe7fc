"""The operations of the emulated KMS, over those of moto."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

from moto.kms.models import Key
from moto.kms.responses import KmsResponse

from test.emulation.kms_backend import (
    SYMMETRIC,
    EmulatedKmsBackend,
    backends,
    check_state,
    decrypt,
    derive_shared_secret,
    encrypt,
    error,
    metadata,
)

ENCRYPT_DECRYPT, KEY_AGREEMENT = "ENCRYPT_DECRYPT", "KEY_AGREEMENT"


class EmulatedKmsResponse(KmsResponse):
    """Answers one request. An operation that is not here is moto's."""

    @property
    def kms_backend(self) -> EmulatedKmsBackend:
        """Return the keys of the account and Region of the request."""
        return backends[self.current_account][self.region]

    def _get_param(self, param_name: str, if_none: Any = None) -> Any:
        value = super()._get_param(param_name, if_none)
        # Many of moto's own operations take bare key ids only.
        return self.kms_backend.key(value).id if param_name == "KeyId" and value else value

    def create_key(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html"""
        created: dict[str, Any] = json.loads(super().create_key())
        key = self.kms_backend.keys[created["KeyMetadata"]["KeyId"]]
        key.key_usage = key.key_usage or ENCRYPT_DECRYPT
        return self._describe(key)

    def describe_key(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html"""
        return self._describe(self._key("KeyId"))

    def replicate_key(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html"""
        replica = self.kms_backend.replicate_key(self._get_param("KeyId"), self._get_param("ReplicaRegion"))
        return json.dumps({"ReplicaKeyMetadata": metadata(replica), "ReplicaPolicy": replica.policy, "ReplicaTags": []})

    def generate_data_key(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html"""
        key = self._usable_key("KeyId")
        number_of_bytes, key_spec = self._get_param("NumberOfBytes"), self._get_param("KeySpec")
        if (number_of_bytes is None) == (key_spec is None):
            raise error("ValidationException", "Please specify either number of bytes or key spec.")
        length = number_of_bytes if key_spec is None else {"AES_128": 16, "AES_256": 32}.get(key_spec, 0)
        if not 1 <= length <= 1024:
            raise error("ValidationException", "Either numberOfBytes is not from 1 to 1024, or keySpec is unknown.")
        plaintext = os.urandom(length)
        ciphertext = encrypt(key, plaintext, self._context("EncryptionContext"), SYMMETRIC)
        return json.dumps({"KeyId": key.arn, "Plaintext": _base64(plaintext), "CiphertextBlob": _base64(ciphertext)})

    def encrypt(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html"""
        key, algorithm = self._usable_key("KeyId"), self._get_param("EncryptionAlgorithm", SYMMETRIC)
        plaintext = self._get_param("Plaintext")
        if not 1 <= len(plaintext) <= 4096:
            raise error("ValidationException", "The length of the plaintext is not from 1 to 4096.")
        ciphertext = encrypt(key, plaintext, self._context("EncryptionContext"), algorithm)
        return json.dumps({"KeyId": key.arn, "CiphertextBlob": _base64(ciphertext), "EncryptionAlgorithm": algorithm})

    def decrypt(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html"""
        ciphertext, algorithm = self._get_param("CiphertextBlob"), self._get_param("EncryptionAlgorithm", SYMMETRIC)
        key = self._decrypting_key("KeyId", ciphertext, algorithm)
        plaintext = decrypt(key, ciphertext, self._context("EncryptionContext"), algorithm)
        return json.dumps({"KeyId": key.arn, "Plaintext": _base64(plaintext), "EncryptionAlgorithm": algorithm})

    def re_encrypt(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html"""
        ciphertext = self._get_param("CiphertextBlob")
        source_algorithm = self._get_param("SourceEncryptionAlgorithm", SYMMETRIC)
        destination_algorithm = self._get_param("DestinationEncryptionAlgorithm", SYMMETRIC)
        source, destination = (
            self._decrypting_key("SourceKeyId", ciphertext, source_algorithm),
            self._usable_key("DestinationKeyId"),
        )
        plaintext = decrypt(source, ciphertext, self._context("SourceEncryptionContext"), source_algorithm)
        again = encrypt(destination, plaintext, self._context("DestinationEncryptionContext"), destination_algorithm)
        return json.dumps(
            {
                "CiphertextBlob": _base64(again),
                "SourceKeyId": source.arn,
                "KeyId": destination.arn,
                "SourceEncryptionAlgorithm": source_algorithm,
                "DestinationEncryptionAlgorithm": destination_algorithm,
            }
        )

    def get_public_key(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html"""
        key = self._key("KeyId")
        check_state(key)
        if key.key_spec == SYMMETRIC:
            raise error("UnsupportedOperationException", f"{key.arn} is a symmetric key.")
        described = metadata(key)
        told = ("KeySpec", "CustomerMasterKeySpec", "KeyUsage", "EncryptionAlgorithms", "SigningAlgorithms")
        algorithms = {name: described[name] for name in (*told, "KeyAgreementAlgorithms") if described.get(name)}
        return json.dumps({"KeyId": key.arn, "PublicKey": _base64(key.private_key.public_key()), **algorithms})

    def derive_shared_secret(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_DeriveSharedSecret.html"""
        key, algorithm = self._usable_key("KeyId", KEY_AGREEMENT), self._get_param("KeyAgreementAlgorithm")
        if algorithm != "ECDH":
            raise error("ValidationException", f"The key agreement algorithm is {algorithm} and not ECDH.")
        secret = derive_shared_secret(key, base64.b64decode(self._get_param("PublicKey")))
        return json.dumps(
            {
                "KeyId": key.arn,
                "SharedSecret": _base64(secret),
                "KeyAgreementAlgorithm": algorithm,
                "KeyOrigin": key.origin,
            }
        )

    def _key(self, parameter: str) -> Key:
        return self.kms_backend.key(super()._get_param(parameter))

    def _usable_key(self, parameter: str, usage: str = ENCRYPT_DECRYPT) -> Key:
        return self.kms_backend.usable_key(super()._get_param(parameter), usage)

    def _decrypting_key(self, parameter: str, ciphertext: bytes, algorithm: str) -> Key:
        if super()._get_param(parameter):
            return self._usable_key(parameter)
        if algorithm != SYMMETRIC:
            raise error("ValidationException", f"{parameter} is required where the key is asymmetric.")
        key = self.kms_backend.key_of_ciphertext(ciphertext)
        check_state(key)
        return key

    def _context(self, parameter: str) -> dict[str, str]:
        pairs: dict[str, str] = self._get_param(parameter) or {}
        return pairs

    @staticmethod
    def _describe(key: Key) -> str:
        return json.dumps({"KeyMetadata": metadata(key)})


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
