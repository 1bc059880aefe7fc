"""Wrapping of data keys under a key that two parties agreed on (framework/raw-ecdh-keyring.md, key-agreement-schemas.md).

The key provider information of such an encrypted data key:

=============================  ==========  ==================================
field                          bytes       interpreted as
=============================  ==========  ==================================
version                        1           1
recipient's public key length  4           UInt32: 33, 49 or 67
recipient's public key         33, 49, 67  compressed point
sender's public key length     4           UInt32: the same
sender's public key            33, 49, 67  compressed point
=============================  ==========  ==================================

Its ciphertext:

=============================  ==========  ==================================
field                          bytes       interpreted as
=============================  ==========  ==================================
derivation nonce               32          bytes
commitment key                 32          bytes
encrypted data key             16, 24, 32  AES-256-GCM under an IV of zeros
authentication tag             16          bytes
=============================  ==========  ==================================

Commitment key and wrapping key are derived in counter mode from the shared secret, the nonce and the fixed info:

    label, curve, name of the pseudorandom function, both points (sender's first), version, encryption context

with a byte of zero between two of them. The fixed info is also authenticated with the data key.
"""

from __future__ import annotations

import hmac
import os
import struct
from typing import Final, NamedTuple

from .._crypto import counter_mode_kdf
from .._crypto.aead import TAG_LENGTH, InvalidTag, aes_gcm
from .._crypto.nonces import IV_LENGTH
from ..exceptions import DecryptKeyError, SerializationError
from ..identifiers import ECDHCurveSpec

_VERSION: Final = b"\x01"
_UINT32: Final = struct.Struct(">I")

_LABEL: Final = b"ecdh-key-derivation"
_DIGEST: Final = "sha384"
_PSEUDORANDOM_FUNCTION: Final = b"HMAC_SHA384"
_NONCE_LENGTH: Final = 32
_COMMITMENT_LENGTH: Final = 32
_WRAPPING_KEY_LENGTH: Final = 32
#: A wrapping key is derived from a fresh nonce and used once, so its IV may be fixed.
_IV: Final = bytes(IV_LENGTH)


class Parties(NamedTuple):
    """The public keys of the two who agree on a key, as compressed points."""

    sender: bytes
    recipient: bytes


class WrappedDataKey(NamedTuple):
    """The fields of the ciphertext; the tag stands at the end of ``sealed``."""

    nonce: bytes
    commitment: bytes
    sealed: bytes


def serialize_key_info(parties: Parties) -> bytes:
    """Return the key provider information."""
    recipient_length, sender_length = _UINT32.pack(len(parties.recipient)), _UINT32.pack(len(parties.sender))
    return b"".join((_VERSION, recipient_length, parties.recipient, sender_length, parties.sender))


def deserialize_key_info(curve_spec: ECDHCurveSpec, key_info: bytes) -> Parties:
    """Read the key provider information of keys on one curve. Whether the points lie on it is not checked.

    :raises SerializationError: if it is not that
    """
    version, length = key_info[:1], curve_spec.point_length()
    if version != _VERSION:
        raise SerializationError(f"its key provider information has the version {version.hex() or 'none'}; 01 was expected")
    stated = _UINT32.pack(length)
    recipient, sender = key_info[5 : 5 + length], key_info[9 + length :]
    if len(sender) != length or serialize_key_info(Parties(sender, recipient)) != key_info:
        raise SerializationError(
            f"its key provider information is not that of two public keys of {length} bytes on the curve {curve_spec.name} "
            f"({len(key_info)} bytes, which begin with {key_info[: 1 + len(stated)].hex()})"
        )
    return Parties(sender, recipient)


def deserialize_ciphertext(ciphertext: bytes, data_key_length: int) -> WrappedDataKey:
    """Read the ciphertext of a data key of this length.

    :raises SerializationError: if it has another length
    """
    expected = _NONCE_LENGTH + _COMMITMENT_LENGTH + data_key_length + TAG_LENGTH
    if len(ciphertext) != expected:
        raise SerializationError(
            f"its ciphertext has {len(ciphertext)} bytes; a wrapped data key of {data_key_length} bytes has {expected}"
        )
    commitment_end = _NONCE_LENGTH + _COMMITMENT_LENGTH
    return WrappedDataKey(ciphertext[:_NONCE_LENGTH], ciphertext[_NONCE_LENGTH:commitment_end], ciphertext[commitment_end:])


def fixed_info(curve_spec: ECDHCurveSpec, parties: Parties, serialized_context: bytes) -> bytes:
    """Return what the keys are bound to."""
    points = parties.sender + parties.recipient
    curve = curve_spec.label.encode("ascii")
    return b"\x00".join((_LABEL, curve, _PSEUDORANDOM_FUNCTION, points, _VERSION, serialized_context))


def wrap(data_key: bytes, shared_secret: bytes, info: bytes) -> bytes:
    """Return the ciphertext.

    :param data_key: Plaintext data key
    :param shared_secret: What the parties agreed on
    :param info: The fixed info
    """
    nonce = os.urandom(_NONCE_LENGTH)
    commitment, wrapping_key = _derive(shared_secret, info, nonce)
    return b"".join((nonce, commitment, aes_gcm(wrapping_key).encrypt(_IV, data_key, info)))


def unwrap(wrapped: WrappedDataKey, shared_secret: bytes, info: bytes) -> bytes:
    """Return the plaintext data key.

    :raises DecryptKeyError: if the commitment key or the tag is wrong
    """
    commitment, wrapping_key = _derive(shared_secret, info, wrapped.nonce)
    if not hmac.compare_digest(commitment, wrapped.commitment):
        raise DecryptKeyError(
            "its commitment key is not that of the agreed key: it or the encryption context was altered, or it was made with "
            "other keys"
        )
    try:
        return aes_gcm(wrapping_key).decrypt(_IV, wrapped.sealed, info)
    except InvalidTag as error:
        raise DecryptKeyError("its encrypted data key or authentication tag was altered") from error


def _derive(shared_secret: bytes, info: bytes, nonce: bytes) -> tuple[bytes, bytes]:
    """Return commitment key and wrapping key."""
    keys = counter_mode_kdf.derive(_DIGEST, shared_secret, info, nonce, _COMMITMENT_LENGTH + _WRAPPING_KEY_LENGTH)
    return keys[:_COMMITMENT_LENGTH], keys[_COMMITMENT_LENGTH:]
