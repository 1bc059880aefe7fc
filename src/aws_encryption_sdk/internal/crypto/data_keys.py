"""Derivation of a message's keys, one by one."""

from __future__ import annotations

from typing import Final

from ..._crypto.key_derivation import derive_message_keys
from ...exceptions import NotSupportedError
from ...identifiers import AlgorithmSuite

__all__ = ["COMMIT_LABEL", "KEY_LABEL", "L_C", "calculate_commitment_key", "derive_data_encryption_key"]

#: What is derived in message format version 2: the encryption key, and the key commitment and its length in bytes.
KEY_LABEL: Final = b"DERIVEKEY"
COMMIT_LABEL: Final = b"COMMITKEY"
L_C: Final = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY.algorithm_suite_data_length()


def derive_data_encryption_key(source_key: bytes, algorithm: AlgorithmSuite, message_id: bytes) -> bytes:
    """Return the key that encrypts the message.

    :param source_key: Plaintext data key
    :raises InvalidDataKeyError: if it has not the length that the algorithm suite needs
    """
    return derive_message_keys(algorithm, source_key, message_id).encryption_key


def calculate_commitment_key(source_key: bytes, algorithm: AlgorithmSuite, message_id: bytes) -> bytes:
    """Return the key commitment of the message, 32 bytes.

    :param source_key: Plaintext data key
    :raises NotSupportedError: if the algorithm suite does not commit to its data key
    :raises InvalidDataKeyError: if the data key has not the length that the algorithm suite needs
    """
    commitment = derive_message_keys(algorithm, source_key, message_id).commitment_key
    if commitment is None:
        raise NotSupportedError(f"Messages of {algorithm.name} have no key commitment")
    return commitment
