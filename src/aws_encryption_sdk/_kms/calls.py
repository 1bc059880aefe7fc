"""Calls of AWS KMS: each builds its request, sends it, and checks the answer as the specification demands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from ..exceptions import (
    KmsDecryptKeyError,
    KmsEncryptKeyError,
    KmsGenerateKeyError,
    KmsReEncryptError,
    KmsRequestError,
    MalformedArnError,
)
from .arn import parse_key_arn
from .clients import region_of
from .failures import KmsRequest

_METHODS: Final = {
    "GenerateDataKey": "generate_data_key",
    "Encrypt": "encrypt",
    "Decrypt": "decrypt",
    "GetPublicKey": "get_public_key",
    "DeriveSharedSecret": "derive_shared_secret",
    "GenerateDataKeyWithoutPlaintext": "generate_data_key_without_plaintext",
    "ReEncrypt": "re_encrypt",
}


@attrs.frozen(slots=True)
class KmsDataKey:
    """A data key that AWS KMS generated or encrypted.

    :param plaintext: Plaintext data key; kept out of ``repr``
    :param ciphertext: Encrypted data key
    :param key_arn: ARN of the key that encrypted it, as AWS KMS tells it
    """

    plaintext: bytes = attrs.field(repr=False)
    ciphertext: bytes
    key_arn: str


@attrs.frozen(slots=True)
class KmsPublicKey:
    """The public half of an asymmetric key in AWS KMS.

    :param public_key: Public key, DER of X.509 SubjectPublicKeyInfo
    :param key_arn: ARN of the key, as AWS KMS tells it
    :param key_spec: Key spec, such as ``ECC_NIST_P256``
    :param key_usage: Key usage, such as ``KEY_AGREEMENT``
    """

    public_key: bytes
    key_arn: str
    key_spec: str
    key_usage: str


def generate_data_key(
    client: object, key_id: str, length: int, encryption_context: Mapping[str, str], grant_tokens: Sequence[str] = ()
) -> KmsDataKey:
    """Let AWS KMS generate a data key of ``length`` bytes.

    :raises KmsGenerateKeyError: if it does not, or answers with another length or without a key ARN
    """
    parameters = {"KeyId": key_id, "NumberOfBytes": length, **_bound(encryption_context, grant_tokens)}
    return send_generate_data_key(client, key_id, length, parameters)


def send_generate_data_key(client: object, key_id: str, length: int, parameters: Mapping[str, Any]) -> KmsDataKey:
    """Do what :func:`generate_data_key` does, with the parameters of a request that the caller has built."""
    request = KmsRequest("GenerateDataKey", key_id, region_of(client), KmsGenerateKeyError)
    answer = _send(client, request, parameters)
    plaintext = _bytes_of(request, answer, "Plaintext")
    _check_length(request, plaintext, length)
    return KmsDataKey(plaintext, _bytes_of(request, answer, "CiphertextBlob"), _key_arn_of(request, answer))


def encrypt(
    client: object, key_id: str, plaintext: bytes, encryption_context: Mapping[str, str], grant_tokens: Sequence[str] = ()
) -> KmsDataKey:
    """Let AWS KMS encrypt a plaintext data key.

    :raises KmsEncryptKeyError: if it does not, or answers without a key ARN
    """
    parameters = {"KeyId": key_id, "Plaintext": plaintext, **_bound(encryption_context, grant_tokens)}
    return send_encrypt(client, key_id, plaintext, parameters)


def send_encrypt(client: object, key_id: str, plaintext: bytes, parameters: Mapping[str, Any]) -> KmsDataKey:
    """Do what :func:`encrypt` does, with the parameters of a request that the caller has built."""
    request = KmsRequest("Encrypt", key_id, region_of(client), KmsEncryptKeyError)
    answer = _send(client, request, parameters)
    return KmsDataKey(plaintext, _bytes_of(request, answer, "CiphertextBlob"), _key_arn_of(request, answer))


def decrypt(
    client: object,
    key_id: str,
    ciphertext: bytes,
    length: int,
    encryption_context: Mapping[str, str] | None,
    grant_tokens: Sequence[str] = (),
    encryption_algorithm: str | None = None,
) -> bytes:
    """Let AWS KMS decrypt with the key ``key_id``, and no other.

    :param length: Length in bytes that the plaintext must have
    :param encryption_context: Encryption context; None for asymmetric keys, which take none
    :param encryption_algorithm: Encryption algorithm of an asymmetric key, such as ``RSAES_OAEP_SHA_256``
    :raises KmsDecryptKeyError: if it does not, or answers for another key or with another length
    """
    parameters = {"KeyId": key_id, "CiphertextBlob": ciphertext, **_bound(encryption_context or {}, grant_tokens)}
    if encryption_algorithm is not None:
        parameters["EncryptionAlgorithm"] = encryption_algorithm
    return send_decrypt(client, key_id, length, parameters)


def send_decrypt(client: object, key_id: str, length: int, parameters: Mapping[str, Any]) -> bytes:
    """Do what :func:`decrypt` does, with the parameters of a request that the caller has built."""
    request = KmsRequest("Decrypt", key_id, region_of(client), KmsDecryptKeyError)
    answer = _send(client, request, parameters)
    _check_answering_key(request, answer)
    plaintext = _bytes_of(request, answer, "Plaintext")
    _check_length(request, plaintext, length)
    return plaintext


def generate_data_key_without_plaintext(
    client: object, key_id: str, length: int, encryption_context: Mapping[str, str], grant_tokens: Sequence[str] = ()
) -> bytes:
    """Let AWS KMS generate a key of ``length`` bytes, and return it encrypted: nobody sees it.

    :raises KmsGenerateKeyError: if it does not, or answers for another key
    """
    request = KmsRequest("GenerateDataKeyWithoutPlaintext", key_id, region_of(client), KmsGenerateKeyError)
    parameters = {"KeyId": key_id, "NumberOfBytes": length, **_bound(encryption_context, grant_tokens)}
    answer = _send(client, request, parameters)
    _check_answering_key(request, answer)
    return _bytes_of(request, answer, "CiphertextBlob")


def re_encrypt(
    client: object,
    key_id: str,
    ciphertext: bytes,
    source_context: Mapping[str, str],
    destination_context: Mapping[str, str],
    grant_tokens: Sequence[str] = (),
) -> bytes:
    """Let AWS KMS decrypt, and encrypt again with the same key under another encryption context.

    :raises KmsReEncryptError: if it does not, or answers for another key
    """
    request = KmsRequest("ReEncrypt", key_id, region_of(client), KmsReEncryptError)
    parameters: dict[str, Any] = {
        "SourceKeyId": key_id,
        "SourceEncryptionContext": dict(source_context),
        "DestinationKeyId": key_id,
        "DestinationEncryptionContext": dict(destination_context),
        "CiphertextBlob": ciphertext,
        **_bound({}, grant_tokens),
    }
    answer = _send(client, request, parameters)
    _check_answering_key(request, answer)
    _check_answering_key(request, answer, field="SourceKeyId")
    return _bytes_of(request, answer, "CiphertextBlob")


def get_public_key(client: object, key_id: str, grant_tokens: Sequence[str] = ()) -> KmsPublicKey:
    """Fetch the public half of an asymmetric key.

    :raises KmsRequestError: if AWS KMS does not give it
    """
    request = KmsRequest("GetPublicKey", key_id, region_of(client), KmsRequestError)
    answer = _send(client, request, {"KeyId": key_id, **_bound({}, grant_tokens)})
    return KmsPublicKey(
        _bytes_of(request, answer, "PublicKey"),
        _key_arn_of(request, answer),
        str(answer.get("KeySpec") or answer.get("CustomerMasterKeySpec") or ""),
        str(answer.get("KeyUsage") or ""),
    )


def derive_shared_secret(
    client: object, key_id: str, public_key: bytes, grant_tokens: Sequence[str] = (), key_arn: str | None = None
) -> bytes:
    """Let AWS KMS agree on a secret by ECDH, between its private key and a public key.

    :param public_key: Public key of the other side, DER of X.509 SubjectPublicKeyInfo
    :param key_arn: ARN of the key ``key_id``, where that is an alias or a bare key id
    :raises KmsRequestError: if it does not, or answers for another key
    """
    request = KmsRequest("DeriveSharedSecret", key_id, region_of(client), KmsRequestError)
    parameters = {"KeyId": key_id, "PublicKey": public_key, "KeyAgreementAlgorithm": "ECDH", **_bound({}, grant_tokens)}
    answer = _send(client, request, parameters)
    _check_answering_key(request, answer, key_arn)
    return _bytes_of(request, answer, "SharedSecret")


def _bound(encryption_context: Mapping[str, str], grant_tokens: Sequence[str]) -> dict[str, Any]:
    # An empty encryption context and an absent one are the same to AWS KMS, and so it is with grant tokens.
    bound: dict[str, Any] = {}
    if encryption_context:
        bound["EncryptionContext"] = dict(encryption_context)
    if grant_tokens:
        bound["GrantTokens"] = list(grant_tokens)
    return bound


def _send(client: object, request: KmsRequest, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        method = getattr(client, _METHODS[request.operation], None)
    except Exception as error:
        raise request.failed(error) from error
    if method is None:
        raise request.impossible(
            f"the client {type(client).__name__} has no {_METHODS[request.operation]}; it is no client of AWS KMS, or its "
            "boto3 is too old"
        )
    try:
        answer = method(**parameters)
    except Exception as error:
        raise request.failed(error) from error
    if not isinstance(answer, Mapping):
        raise request.answered_wrongly(f"it is a {type(answer).__name__}, not a dict")
    return answer


def _bytes_of(request: KmsRequest, answer: Mapping[str, Any], field: str) -> bytes:
    value = answer.get(field)
    if not isinstance(value, (bytes, bytearray, memoryview)) or not value:
        raise request.answered_wrongly(f"it has no bytes as {field}")
    return bytes(value)


def _key_arn_of(request: KmsRequest, answer: Mapping[str, Any]) -> str:
    key_id = answer.get("KeyId")
    if not isinstance(key_id, str):
        raise request.answered_wrongly("it has no KeyId")
    try:
        parse_key_arn(key_id)
    except MalformedArnError as error:
        raise request.answered_wrongly(f"its KeyId is not the ARN of a key: {error}") from error
    return key_id


def _check_answering_key(
    request: KmsRequest, answer: Mapping[str, Any], key_arn: str | None = None, field: str = "KeyId"
) -> None:
    if answer.get(field) != (key_arn or request.key_id):
        raise request.answered_wrongly(f"it is from the key {str(answer.get(field))[:200]!r}, and another one was asked")


def _check_length(request: KmsRequest, plaintext: bytes, length: int) -> None:
    if len(plaintext) != length:
        raise request.answered_wrongly(f"the data key has {len(plaintext)} bytes, where {length} are needed")
