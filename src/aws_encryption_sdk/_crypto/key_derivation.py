"""Derivation of a message's keys from its data key by HKDF, RFC 5869 (framework/transitive-requirements.md)."""

from __future__ import annotations

from typing import Final, NamedTuple

from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC

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
    hash_algorithm = suite.kdf.hash_instance
    if hash_algorithm is None:
        return MessageKeys(data_key, None)
    if not suite.commits:
        keyed = hkdf_extract(hash_algorithm, b"", data_key)
        return MessageKeys(hkdf_expand(keyed, suite.id_as_bytes() + message_id, suite.data_key_len), None)
    keyed = hkdf_extract(hash_algorithm, message_id, data_key)
    return MessageKeys(
        hkdf_expand(keyed, suite.id_as_bytes() + _DERIVE_KEY_LABEL, suite.data_key_len),
        hkdf_expand(keyed, _COMMIT_KEY_LABEL, suite.algorithm_suite_data_length()),
    )


def hkdf_extract(hash_algorithm: HashAlgorithm, salt: bytes, key_material: bytes) -> HMAC:
    """Return HMAC under HKDF's pseudorandom key (RFC 5869, section 2.2); an empty salt counts as zeros.

    It serves any number of expand steps, which work on copies: these share what was done for the key.
    """
    extract = HMAC(salt, hash_algorithm)
    extract.update(key_material)
    return HMAC(extract.finalize(), hash_algorithm)


def hkdf_expand(keyed: HMAC, info: bytes, length: int) -> bytes:
    """Return ``length`` bytes of HKDF's output, at most 255 times the hash's length (RFC 5869, section 2.3).

    :param keyed: What :func:`hkdf_extract` returned
    """
    mac = keyed.copy()
    mac.update(info + b"\x01")
    output = block = mac.finalize()
    if length > 255 * len(block):
        raise ValueError("HKDF cannot expand to so many bytes")
    counter = 2
    while len(output) < length:
        mac = keyed.copy()
        mac.update(block + info + bytes((counter,)))
        block = mac.finalize()
        output += block
        counter += 1
    return output[:length]
