"""Wrapping of data keys with RSA, and the reading of RSA keys (framework/raw-rsa-keyring.md).

The key provider information of such an encrypted data key is the key name; its ciphertext is the output of RSA.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from ..exceptions import ArgumentTypeError, ArgumentValueError
from ..identifiers import WrappingAlgorithm

_LOAD_FAULTS = (ValueError, TypeError, UnsupportedAlgorithm)


def wrap(key: RSAPublicKey, algorithm: WrappingAlgorithm, data_key: bytes) -> bytes:
    """Return the wrapped ``data_key``.

    :raises ValueError: if the RSA key is too short for the padding
    """
    return key.encrypt(data_key, algorithm.rsa_padding())


def unwrap(key: RSAPrivateKey, algorithm: WrappingAlgorithm, wrapped: bytes) -> bytes:
    """Return the data key.

    :raises ValueError: if the padding is wrong; nothing tells in what way it is
    """
    return key.decrypt(wrapped, algorithm.rsa_padding())


def public_key_from(key: RSAPublicKey | bytes | str) -> RSAPublicKey:
    """Return ``key``, read from PEM or DER where it is not a key object.

    :raises ArgumentTypeError: if it is something else than an RSA public key
    :raises ArgumentValueError: if it cannot be read
    """
    if isinstance(key, RSAPublicKey):
        return key
    if isinstance(key, RSAPrivateKey):
        raise ArgumentTypeError("The public wrapping key is a private key; hand in its public_key()")
    encoded = encoded_key(key, "public")
    if _is_pem(encoded):
        return load_public_key(load_pem_public_key, encoded)
    return load_public_key(load_der_public_key, encoded)


def private_key_from(key: RSAPrivateKey | bytes | str, password: bytes | None = None) -> RSAPrivateKey:
    """Return ``key``, read from PEM or DER where it is not a key object.

    :raises ArgumentTypeError: if it is something else than an RSA private key
    :raises ArgumentValueError: if it cannot be read
    """
    if isinstance(key, RSAPrivateKey):
        return key
    if isinstance(key, RSAPublicKey):
        raise ArgumentTypeError("The private wrapping key is a public key")
    encoded = encoded_key(key, "private")
    if _is_pem(encoded):
        return load_private_key(load_pem_private_key, encoded, password)
    return load_private_key(load_der_private_key, encoded, password)


def load_public_key(load: Callable[[bytes], Any], encoded: bytes) -> RSAPublicKey:
    """Read an RSA public key with one of ``cryptography``'s loaders.

    :raises ArgumentValueError: if it cannot be read, or is no RSA public key
    """
    try:
        key = load(encoded)
    except _LOAD_FAULTS as error:
        raise ArgumentValueError(f"The public wrapping key cannot be read: {error}") from error
    if not isinstance(key, RSAPublicKey):
        raise ArgumentValueError(f"The public wrapping key is not an RSA key but {type(key).__name__}")
    return key


def load_private_key(load: Callable[..., Any], encoded: bytes, password: bytes | None) -> RSAPrivateKey:
    """Read an RSA private key with one of ``cryptography``'s loaders.

    :raises ArgumentValueError: if it cannot be read, or is no RSA private key
    """
    try:
        key = load(encoded, password=password)
    except _LOAD_FAULTS as error:
        # The reason tells of the encoding, or of a missing or wrong password, never of the key.
        raise ArgumentValueError(f"The private wrapping key cannot be read: {error}") from error
    if not isinstance(key, RSAPrivateKey):
        raise ArgumentValueError(f"The private wrapping key is not an RSA key but {type(key).__name__}")
    return key


def encoded_key(key: object, kind: str) -> bytes:
    """Return the bytes of an encoded key; text is taken for PEM.

    :raises ArgumentTypeError: if it is neither text nor bytes
    """
    if isinstance(key, str):
        return key.encode("utf-8", "replace")
    if isinstance(key, (bytes, bytearray, memoryview)):
        return bytes(key)
    raise ArgumentTypeError(f"The {kind} wrapping key must be an RSA key object, PEM or DER, not {type(key).__name__}")


def _is_pem(encoded: bytes) -> bool:
    return encoded.lstrip().startswith(b"-----BEGIN")
