"""Derivation of a message's keys from its data key by HKDF, RFC 5869 (framework/transitive-requirements.md)."""

from __future__ import annotations

from typing import Final, NamedTuple

from ..exceptions import InvalidDataKeyError
from ..identifiers import AlgorithmSuite
from .keyed_hash import HASHES, Hash, authentication_code, two_codes_under_a_code

_DERIVE_KEY_LABEL: Final = b"DERIVEKEY"
_COMMIT_KEY_LABEL: Final = b"COMMITKEY"
_COMMITMENT_LENGTH: Final = 32
#: What follows the info in the first block of HKDF's output.
_FIRST_BLOCK: Final = b"\x01"
#: The hash that each suite derives keys with, and what its encryption keys are bound to. By algorithm suite id.
_DERIVATIONS: Final = {
    suite.algorithm_id: (
        HASHES[suite.kdf_hash_type.name],
        suite.id_as_bytes() + _DERIVE_KEY_LABEL + _FIRST_BLOCK if suite.commits else suite.id_as_bytes(),
    )
    for suite in AlgorithmSuite
    if suite.kdf_hash_type is not None
}
_COMMIT_KEY_INFO: Final = _COMMIT_KEY_LABEL + _FIRST_BLOCK


class MessageKeys(NamedTuple):
    """The keys of one message: the encryption key, and the key commitment (32 bytes) of suites that commit."""

    encryption_key: bytes
    commitment_key: bytes | None

    def __repr__(self) -> str:
        return "MessageKeys(<hidden>)"


def derive_message_keys(suite: AlgorithmSuite, data_key: bytes, message_id: bytes) -> MessageKeys:
    """Derive the keys of the message ``message_id`` from ``data_key``.

    The extract step is done once, and serves both the encryption key and the commitment. Both fit into the first block of the
    output that belongs to their label.

    :param suite: Algorithm suite of the message
    :param data_key: Plaintext data key, as long as the suite's key derivation takes it
    :param message_id: Message id
    :raises InvalidDataKeyError: if the data key has another length
    """
    if len(data_key) != suite.kdf_input_len:
        raise InvalidDataKeyError(
            f"The data key has {len(data_key)} bytes; the algorithm suite {suite.name} needs {suite.kdf_input_len}"
        )
    derivation = _DERIVATIONS.get(suite.algorithm_id)
    if derivation is None:
        return MessageKeys(data_key, None)
    of, info = derivation
    if not suite.commits:
        pseudorandom_key = hkdf_extract(of, b"", data_key)
        return MessageKeys(hkdf_expand(of, pseudorandom_key, info + message_id, suite.data_key_len), None)
    # Extract, and the first block of both outputs.
    encryption_block, commitment_block = two_codes_under_a_code(of, message_id, data_key, info, _COMMIT_KEY_INFO)
    return MessageKeys(encryption_block[: suite.data_key_len], commitment_block[:_COMMITMENT_LENGTH])


#: Return HKDF's pseudorandom key, as long as the hash, for a salt and key material (RFC 5869, section 2.2). An empty salt counts as
#: zeros.
hkdf_extract: Final = authentication_code


def hkdf_expand(of: Hash, pseudorandom_key: bytes, info: bytes, length: int) -> bytes:
    """Return ``length`` bytes of HKDF's output, at most 255 times the hash's length (RFC 5869, section 2.3).

    :param pseudorandom_key: What :func:`hkdf_extract` returned
    """
    output = block = authentication_code(of, pseudorandom_key, info + _FIRST_BLOCK)
    if length > 255 * len(block):
        raise ValueError("HKDF cannot expand to so many bytes")
    counter = 2
    while len(output) < length:
        block = authentication_code(of, pseudorandom_key, block + info + bytes((counter,)))
        output += block
        counter += 1
    return output[:length]
