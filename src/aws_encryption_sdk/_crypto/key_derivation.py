"""Derivation of a message's keys from its data key by HKDF, RFC 5869 (framework/transitive-requirements.md)."""

from __future__ import annotations

import hmac
from typing import Final, NamedTuple

from ..exceptions import InvalidDataKeyError
from ..identifiers import AlgorithmSuite

_DERIVE_KEY_LABEL: Final = b"DERIVEKEY"
_COMMIT_KEY_LABEL: Final = b"COMMITKEY"


class MessageKeys(NamedTuple):
    """The keys of one message: the encryption key, and the key commitment (32 bytes) of suites that commit."""

    encryption_key: bytes
    commitment_key: bytes | None

    def __repr__(self) -> str:
        return "MessageKeys(<hidden>)"


def derive_message_keys(suite: AlgorithmSuite, data_key: bytes, message_id: bytes) -> MessageKeys:
    """Derive the keys of the message ``message_id`` from ``data_key``.

    The extract step is done once, and serves both the encryption key and the commitment.

    :param suite: Algorithm suite of the message
    :param data_key: Plaintext data key, as long as the suite's key derivation takes it
    :param message_id: Message id
    :raises InvalidDataKeyError: if the data key has another length
    """
    if len(data_key) != suite.kdf_input_len:
        raise InvalidDataKeyError(
            f"The data key has {len(data_key)} bytes; the algorithm suite {suite.name} needs {suite.kdf_input_len}"
        )
    if suite.kdf_hash_type is None:
        return MessageKeys(data_key, None)
    digest = suite.kdf_hash_type.name
    if not suite.is_committing():
        pseudorandom_key = hkdf_extract(digest, b"", data_key)
        info = suite.id_as_bytes() + message_id
        return MessageKeys(hkdf_expand(digest, pseudorandom_key, info, suite.data_key_len), None)
    pseudorandom_key = hkdf_extract(digest, message_id, data_key)
    derived = hkdf_expand(digest, pseudorandom_key, suite.id_as_bytes() + _DERIVE_KEY_LABEL, suite.data_key_len)
    commitment = hkdf_expand(digest, pseudorandom_key, _COMMIT_KEY_LABEL, suite.algorithm_suite_data_length())
    return MessageKeys(derived, commitment)


def hkdf_extract(digest: str, salt: bytes, key_material: bytes) -> bytes:
    """Return HKDF's pseudorandom key, as long as the hash (RFC 5869, section 2.2); an empty salt counts as zeros."""
    return hmac.digest(salt, key_material, digest)


def hkdf_expand(digest: str, pseudorandom_key: bytes, info: bytes, length: int) -> bytes:
    """Return ``length`` bytes of HKDF's output, at most 255 times the hash's length (RFC 5869, section 2.3)."""
    block = output = hmac.digest(pseudorandom_key, info + b"\x01", digest)
    if length <= len(block):
        return block[:length]
    if length > 255 * len(block):
        raise ValueError("HKDF cannot expand to so many bytes")
    counter = 2
    while len(output) < length:
        block = hmac.digest(pseudorandom_key, block + info + bytes((counter,)), digest)
        output += block
        counter += 1
    return output[:length]
