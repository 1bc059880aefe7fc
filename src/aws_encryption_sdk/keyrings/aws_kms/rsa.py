"""The AWS KMS RSA keyring (framework/aws-kms/aws-kms-rsa-keyring.md)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..._arguments import builtin_name
from ..._kms import calls
from ..._kms.arn import KmsArn, parse_key_arn
from ..._kms.clients import KMSClient
from ..._kms.multi_region import match_for_decrypt
from ..._materials import DecryptionMaterials, EncryptionMaterials
from ..._wrapping import kms_rsa
from ..._wrapping.rsa import public_key_from
from ...exceptions import (
    ArgumentTypeError,
    ArgumentValueError,
    ClientSupplierError,
    UnwrapDataKeyError,
    WrapDataKeyError,
)
from ...identifiers import AlgorithmSuite, WrappingAlgorithm
from ...structures import EncryptedDataKey, MasterKeyInfo, RawDataKey
from .._decryption import data_key_length
from ._base import KmsKeyring, supplier_from
from .client_suppliers import ClientSupplier

__all__ = ["AwsKmsRsaKeyring"]

_ALGORITHMS: Final = {
    "RSAES_OAEP_SHA_1": WrappingAlgorithm.RSA_OAEP_SHA1_MGF1,
    "RSAES_OAEP_SHA_256": WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
}
_LEAST_BITS: Final = 2048
_UNSIGNED: Final = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY.name


class AwsKmsRsaKeyring(KmsKeyring):
    """Wraps data keys with the public half of an RSA key of AWS KMS, in this process; AWS KMS unwraps. May be shared by threads.

    A keyring with only the public key encrypts and makes no call, one with only the client decrypts. A digest of the encryption
    context is wrapped with each data key. Everybody can have the public key, so a signature would not tell who wrote a message:
    algorithm suites that sign are refused, the default one included; name another, such as
    ``AES_256_GCM_HKDF_SHA512_COMMIT_KEY``.

    :param kms_key_id: ARN of the key; no alias and no bare key id, because it is stored in messages and compared on decrypt
    :param encryption_algorithm: ``RSAES_OAEP_SHA_1`` or ``RSAES_OAEP_SHA_256``
    :param public_key: Public half of the key, 2048 bits or longer: PEM, DER, or a key object of ``cryptography``; it is not
        compared with that in AWS KMS
    :param kms_client: Client of AWS KMS, such as boto3's; it is not modified. A keyring that has one cannot be pickled
    :param grant_tokens: Grant tokens, sent with every request
    :param client_supplier: Client supplier, in place of ``kms_client``: it is asked for the region of the ARN
    :raises ArgumentTypeError: if there is neither a public key nor a client nor a client supplier, or something is of the wrong
        type
    :raises ArgumentValueError: if the algorithm is another, or the public key cannot be read or is too short
    :raises MalformedArnError: if ``kms_key_id`` is not the ARN of a key
    """

    _provider_id: ClassVar[str] = "aws-kms-rsa"
    _related_keyring: ClassVar[str] = "AwsKmsRsaKeyring with the related key {related}"

    def __init__(
        self,
        kms_key_id: str,
        encryption_algorithm: str,
        public_key: RSAPublicKey | bytes | str | None = None,
        kms_client: KMSClient | None = None,
        grant_tokens: Iterable[str] | None = None,
        client_supplier: object = None,
    ) -> None:
        if kms_client is None and client_supplier is None:
            if public_key is None:
                raise ArgumentTypeError("At least one of public_key (to encrypt) and kms_client (to decrypt) is needed")
            super().__init__(_NoClient(), grant_tokens)
        else:
            super().__init__(supplier_from(kms_client, client_supplier, ("decrypt",)), grant_tokens)
        self._key: Final = parse_key_arn(_text(kms_key_id, "kms_key_id"))
        self.encryption_algorithm: Final = _text(encryption_algorithm, "encryption_algorithm")
        if encryption_algorithm not in _ALGORITHMS:
            raise ArgumentValueError(
                f"encryption_algorithm must be one of {', '.join(_ALGORITHMS)}, not {encryption_algorithm[:60]!r}"
            )
        self._wrapping_algorithm: Final = _ALGORITHMS[encryption_algorithm]
        self._public_key: Final = None if public_key is None else public_key_from(public_key)
        if self._public_key is not None and self._public_key.key_size < _LEAST_BITS:
            raise ArgumentValueError(
                f"public_key has {self._public_key.key_size} bits; RSA keys of AWS KMS have {_LEAST_BITS} or more"
            )
        self._key_provider: Final = MasterKeyInfo(self._provider_id, self.kms_key_id)

    @property
    def kms_key_id(self) -> str:
        """The ARN of the key."""
        return str(self._key)

    def __repr__(self) -> str:
        return f"AwsKmsRsaKeyring(kms_key_id={self.kms_key_id!r}, encryption_algorithm={self.encryption_algorithm!r})"

    def __reduce__(self) -> tuple[type[AwsKmsRsaKeyring], tuple[object, ...]]:
        public_key = self._public_key
        encoded = None if public_key is None else public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        supplier = self._client_supplier
        return type(self), (self.kms_key_id, self.encryption_algorithm, encoded, None, self._grant_tokens, supplier)

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        """Generate a data key, if there is none yet, and wrap it with the public key.

        :raises WrapDataKeyError: if there is no public key, or the algorithm suite signs
        :raises SerializationError: if the encryption context cannot be serialized
        """
        materials = encryption_materials
        if self._public_key is None:
            raise WrapDataKeyError(f"{self!r} has no public key and cannot encrypt; give it public_key")
        if materials.algorithm.is_signing():
            raise WrapDataKeyError(
                f"{self!r} cannot encrypt with {materials.algorithm.name}, which signs; name a suite that does not, such as "
                f"algorithm=AlgorithmSuite.{_UNSIGNED}"
            )
        context = materials.serialized_encryption_context()
        data_key = materials.data_encryption_key
        if data_key is None:
            data_key = RawDataKey(self._key_provider, os.urandom(materials.algorithm.kdf_input_len))
            materials = materials.with_data_encryption_key(data_key)
        wrapped = kms_rsa.wrap(self._public_key, self._wrapping_algorithm, data_key.data_key, context)
        return materials.with_encrypted_data_key(EncryptedDataKey(self._key_provider, wrapped))

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        """Let AWS KMS decrypt the first encrypted data key of this key's, or a related multi-Region key's, that opens.

        :raises SerializationError: if the encryption context cannot be serialized
        :raises UnwrapDataKeyError: if there is none, the materials have a data key already, the algorithm suite signs, or this
            keyring has no client; ``errors`` has the reason of each encrypted data key
        """
        suite = decryption_materials.algorithm
        if suite is not None and suite.is_signing():
            raise UnwrapDataKeyError(f"{self!r} decrypts no messages of {suite.name}, which signs")
        decryption_materials.serialized_encryption_context()
        return super().on_decrypt(decryption_materials, encrypted_data_keys)

    def _key_to_ask(self, arn: KmsArn) -> tuple[KmsArn | None, str]:
        return (self._key, "") if match_for_decrypt(self._key, arn) else (None, f"it is under another key than {self._key}")

    def _region_to_ask(self, target: KmsArn) -> str | None:
        return target.region

    def _decrypt(self, client: KMSClient, target: KmsArn, ciphertext: bytes, materials: DecryptionMaterials) -> bytes:
        length = kms_rsa.DIGEST_LENGTH + data_key_length(materials)
        tokens, algorithm = self._grant_tokens, self.encryption_algorithm
        decrypted = calls.decrypt(client, str(target), ciphertext, length, None, tokens, algorithm)
        return kms_rsa.data_key_from(decrypted, materials.serialized_encryption_context())


class _NoClient(ClientSupplier):
    """Stands for the client of a keyring that only encrypts."""

    def __call__(self, region_name: str | None) -> KMSClient:
        raise ClientSupplierError("this keyring has no client and cannot decrypt; give it kms_client")


def _text(value: str, name: str) -> str:
    if not isinstance(value, str):
        raise ArgumentTypeError(f"{name} must be a str, not {builtin_name(value)}")
    return value
