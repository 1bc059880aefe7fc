"""The AWS KMS RSA keyring (framework/aws-kms/aws-kms-rsa-keyring.md)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..._arguments import builtin_name, strings_from
from ..._kms import calls
from ..._kms.arn import parse_key_arn
from ..._kms.multi_region import match_for_decrypt
from ..._materials import DecryptionMaterials, EncryptionMaterials, MaterialsStateError
from ..._wrapping import kms_rsa
from ..._wrapping.rsa import public_key_from
from ...exceptions import (
    ArgumentTypeError,
    ArgumentValueError,
    AWSEncryptionSDKClientError,
    CannotBePickledError,
    DecryptKeyError,
    UnwrapDataKeyError,
    WrapDataKeyError,
)
from ...identifiers import AlgorithmSuite, WrappingAlgorithm
from ...structures import EncryptedDataKey, MasterKeyInfo, RawDataKey
from ..base import Keyring

_PROVIDER_ID: Final = "aws-kms-rsa"
_ALGORITHMS: Final = {
    "RSAES_OAEP_SHA_1": WrappingAlgorithm.RSA_OAEP_SHA1_MGF1,
    "RSAES_OAEP_SHA_256": WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
}
_LEAST_BITS: Final = 2048
_UNSIGNED: Final = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY.name
_SHOWN_PROVIDER_ID: Final = 60


class AwsKmsRsaKeyring(Keyring):
    """Wraps data keys with the public half of an RSA key of AWS KMS, in this process; AWS KMS unwraps. May be shared by threads.

    A keyring with only the public key encrypts and makes no call, one with only the client decrypts. A digest of the encryption
    context is wrapped with each data key. Everybody can have the public key, so a signature would not tell who wrote a message:
    algorithm suites that sign are refused, the default one included; name another, such as
    ``AES_256_GCM_HKDF_SHA512_COMMIT_KEY``.

    :param kms_key_id: ARN of the key; no alias and no bare key id, because it is stored in messages and compared on decrypt
    :param encryption_algorithm: ``RSAES_OAEP_SHA_1`` or ``RSAES_OAEP_SHA_256``
    :param public_key: Public half of the key, 2048 bits or longer: PEM, DER, or a key object of ``cryptography``; it is not
        compared with that in AWS KMS
    :param kms_client: Client of AWS KMS in the region of the key; it is not modified
    :param grant_tokens: Grant tokens for all calls
    :raises ArgumentTypeError: if an argument is of another type, or there is neither a public key nor a client
    :raises ArgumentValueError: if the algorithm is another, or the public key cannot be read or is too short
    :raises MalformedArnError: if ``kms_key_id`` is not the ARN of a key
    """

    def __init__(
        self,
        kms_key_id: str,
        encryption_algorithm: str,
        public_key: RSAPublicKey | bytes | str | None = None,
        kms_client: Any = None,
        grant_tokens: Iterable[str] | None = None,
    ) -> None:
        if not isinstance(kms_key_id, str):
            raise ArgumentTypeError(f"kms_key_id must be a str, not {builtin_name(kms_key_id)}")
        if not isinstance(encryption_algorithm, str):
            raise ArgumentTypeError(f"encryption_algorithm must be a str, not {builtin_name(encryption_algorithm)}")
        if encryption_algorithm not in _ALGORITHMS:
            raise ArgumentValueError(
                f"encryption_algorithm must be one of {', '.join(_ALGORITHMS)}, not {encryption_algorithm[:60]!r}"
            )
        if public_key is None and kms_client is None:
            raise ArgumentTypeError("At least one of public_key (to encrypt) and kms_client (to decrypt) is needed")
        self.kms_key_id: Final = kms_key_id
        self.encryption_algorithm: Final = encryption_algorithm
        self.grant_tokens: Final = strings_from(grant_tokens, "grant_tokens")
        self._key_arn = parse_key_arn(kms_key_id)
        self._client: Final = kms_client
        self._public_key: Final = None if public_key is None else public_key_from(public_key)
        if self._public_key is not None and self._public_key.key_size < _LEAST_BITS:
            raise ArgumentValueError(
                f"public_key has {self._public_key.key_size} bits; RSA keys of AWS KMS have {_LEAST_BITS} or more"
            )
        self._key_provider = MasterKeyInfo(_PROVIDER_ID, kms_key_id)

    def __repr__(self) -> str:
        return f"AwsKmsRsaKeyring(kms_key_id={self.kms_key_id!r}, encryption_algorithm={self.encryption_algorithm!r})"

    def __reduce__(self) -> tuple[type[AwsKmsRsaKeyring], tuple[object, ...]]:
        if self._client is not None or self._public_key is None:
            raise CannotBePickledError(
                f"{self!r} was given a ready client, which cannot be pickled; make a keyring with a new client on the other side"
            )
        public_key = self._public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return type(self), (self.kms_key_id, self.encryption_algorithm, public_key, None, self.grant_tokens)

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
        wrapped = kms_rsa.wrap(self._public_key, _ALGORITHMS[self.encryption_algorithm], data_key.data_key, context)
        return materials.with_encrypted_data_key(EncryptedDataKey(self._key_provider, wrapped))

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        """Let AWS KMS decrypt the first encrypted data key of this key's that can be decrypted.

        :raises MaterialsStateError: if there is a data key already, or no algorithm suite
        :raises SerializationError: if the encryption context cannot be serialized
        :raises UnwrapDataKeyError: if there is no client, the algorithm suite signs, or no key can be decrypted; ``errors`` has
            the reason of each encrypted data key
        """
        materials = decryption_materials
        suite = materials.algorithm
        if materials.data_encryption_key is not None:
            raise MaterialsStateError("The materials have a data key already")
        if suite is None:
            raise MaterialsStateError("The materials have no algorithm suite")
        if self._client is None:
            raise UnwrapDataKeyError(f"{self!r} has no client and cannot decrypt; give it kms_client")
        if suite.is_signing():
            raise UnwrapDataKeyError(f"{self!r} decrypts no messages of {suite.name}, which signs")
        context = materials.serialized_encryption_context()
        reasons: list[Exception] = []
        for number, key in enumerate(encrypted_data_keys, start=1):
            try:
                data_key = self._unwrap(key, context, suite.kdf_input_len)
            except AWSEncryptionSDKClientError as error:
                shown = key.key_provider.provider_id[:_SHOWN_PROVIDER_ID]
                failure = DecryptKeyError(f"encrypted data key {number} (provider {shown!r}): {error}")
                failure.__cause__ = error
                reasons.append(failure)
            else:
                return materials.with_data_encryption_key(RawDataKey(self._key_provider, data_key))
        raise UnwrapDataKeyError(f"Unable to decrypt any data key with {self!r}", reasons)

    def _unwrap(self, key: EncryptedDataKey, serialized_context: bytes, data_key_length: int) -> bytes:
        if key.key_provider.provider_id != _PROVIDER_ID:
            raise DecryptKeyError("it belongs to a keyring of another kind")
        arn = parse_key_arn(key.key_provider.key_info)
        if not match_for_decrypt(self._key_arn, arn):
            raise DecryptKeyError(f"it was made with the key {arn}")
        decrypted = calls.decrypt(
            self._client,
            self.kms_key_id,
            key.encrypted_data_key,
            kms_rsa.DIGEST_LENGTH + data_key_length,
            None,
            self.grant_tokens,
            self.encryption_algorithm,
        )
        return kms_rsa.data_key_from(decrypted, serialized_context)
