"""Wrapping of data keys under RSA keys of AWS KMS (framework/aws-kms/aws-kms-rsa-keyring.md).

The key provider information of such an encrypted data key is the ARN of the key; its ciphertext is the output of RSA for:

=========================  ==========  =============================================
field                      bytes       interpreted as
=========================  ==========  =============================================
encryption context digest  48          SHA-384 of the serialized encryption context
data key                   16, 24, 32  bytes
=========================  ==========  =============================================
"""

from __future__ import annotations

import hmac
from hashlib import sha384
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ..exceptions import DecryptKeyError
from ..identifiers import WrappingAlgorithm
from . import rsa

DIGEST_LENGTH: Final = 48


def wrap(key: RSAPublicKey, algorithm: WrappingAlgorithm, data_key: bytes, serialized_context: bytes) -> bytes:
    """Return the wrapped ``data_key``.

    :raises ValueError: if the RSA key is too short
    """
    return rsa.wrap(key, algorithm, _digest(serialized_context) + data_key)


def data_key_from(decrypted: bytes, serialized_context: bytes) -> bytes:
    """Return the data key in what AWS KMS decrypted.

    :raises DecryptKeyError: if it was wrapped with another encryption context
    """
    if not hmac.compare_digest(decrypted[:DIGEST_LENGTH], _digest(serialized_context)):
        raise DecryptKeyError("it was wrapped with another encryption context, or the encryption context was altered")
    return decrypted[DIGEST_LENGTH:]


def _digest(serialized_context: bytes) -> bytes:
    return sha384(serialized_context).digest()
