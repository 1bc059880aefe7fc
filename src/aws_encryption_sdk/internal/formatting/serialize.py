"""The parts of a message as bytes, one by one."""

from __future__ import annotations

from typing import Protocol

from ..._crypto.aead import aes_gcm
from ..._crypto.nonces import HEADER_IV, sequence_iv
from ..._limits import MAX_FRAME_COUNT
from ..._message import body, body_aad, footer
from ..._message import header as wire_format
from ..._message.encrypted_data_keys import serialize_encrypted_data_keys
from ..._message.encryption_context import serialize_encryption_context
from ..._wrapping.aes_gcm import serialize_key_info
from ...exceptions import SerializationError
from ...identifiers import AlgorithmSuite, EncryptionType, SerializationVersion, WrappingAlgorithm
from ...key_providers.raw import RawMasterKey
from ...structures import EncryptedDataKey, EncryptedDataKeys, MasterKeyInfo, MessageHeader
from ..crypto.authentication import Signer
from ..structures import EncryptedData

__all__ = [
    "serialize_encrypted_data_key",
    "serialize_footer",
    "serialize_frame",
    "serialize_header",
    "serialize_header_auth",
    "serialize_non_framed_close",
    "serialize_non_framed_open",
    "serialize_raw_master_key_prefix",
    "serialize_wrapped_key",
]


class _Updated(Protocol):
    def update(self, data: bytes, /) -> object: ...


def serialize_encrypted_data_key(encrypted_data_key: EncryptedDataKey) -> bytes:
    """Return the bytes of one encrypted data key.

    :raises SerializationError: if one of its fields is too long
    """
    return serialize_encrypted_data_keys(EncryptedDataKeys((encrypted_data_key,)))[2:]


def serialize_header(header: MessageHeader, signer: _Updated | None = None) -> bytes:
    """Return the header body: the header without its authentication.

    :param signer: What is given the bytes, too
    :raises SerializationError: if something is too long, or there are no encrypted data keys
    """
    context = serialize_encryption_context(header.encryption_context)
    keys = serialize_encrypted_data_keys(header.encrypted_data_keys)
    return _signed(wire_format.serialize_header_body(header, context, keys), signer)


def serialize_header_auth(
    version: SerializationVersion,
    algorithm: AlgorithmSuite,
    header: bytes,
    data_encryption_key: bytes,
    signer: _Updated | None = None,
    required_ec_bytes: bytes | None = None,
) -> bytes:
    """Return the header authentication.

    :param version: Version of the message format; the algorithm suite tells it
    :param header: Header body
    :param required_ec_bytes: Serialized encryption context that is authenticated but not stored
    """
    tag = aes_gcm(data_encryption_key).encrypt(HEADER_IV, b"", header + (required_ec_bytes or b""))
    return _signed(wire_format.serialize_header_authentication(algorithm, HEADER_IV, tag), signer)


def serialize_non_framed_open(
    algorithm: AlgorithmSuite, iv: bytes, plaintext_length: int, signer: _Updated | None = None
) -> bytes:
    """Return what stands before a non-framed content.

    :param iv: IV, which is that of the sequence number 1
    :raises SerializationError: if it is another, or the content is too long
    """
    if iv != sequence_iv(1):
        raise SerializationError("The IV of a non-framed body is its sequence number, 1")
    return _signed(body.serialize_non_framed_prefix(plaintext_length), signer)


def serialize_non_framed_close(tag: bytes, signer: _Updated | None = None) -> bytes:
    """Return what follows a non-framed content: its tag."""
    return _signed(tag, signer)


def serialize_frame(
    algorithm: AlgorithmSuite,
    plaintext: bytes,
    message_id: bytes,
    data_encryption_key: bytes,
    frame_length: int,
    sequence_number: int,
    is_final_frame: bool,
    signer: _Updated | None = None,
) -> tuple[bytes, bytes]:
    """Return a frame, and the rest of the plaintext.

    :param plaintext: Its start goes into the frame
    :param message_id: Message id
    :param data_encryption_key: Encryption key of the message
    :param frame_length: Frame length in bytes
    :param sequence_number: Number of the frame
    :param is_final_frame: Whether it is the last one
    :raises SerializationError: if there is no frame with this number
    """
    if sequence_number < 1:
        raise SerializationError("Frame sequence number must be greater than 0")
    if sequence_number > MAX_FRAME_COUNT:
        raise SerializationError("Max frame count exceeded")
    content, rest = plaintext[:frame_length], plaintext[frame_length:]
    if is_final_frame:
        prefix, content_string = body.serialize_final_prefix(sequence_number, len(content)), body_aad.FINAL_FRAME
    else:
        prefix, content_string = body.serialize_regular_prefix(sequence_number), body_aad.REGULAR_FRAME
    aad = body_aad.serialize_body_aad(message_id, content_string, sequence_number, len(content))
    sealed = aes_gcm(data_encryption_key).encrypt(sequence_iv(sequence_number), content, aad)
    return _signed(prefix + sealed, signer), rest


def serialize_footer(signer: Signer) -> bytes:
    """Return the footer with the signature of what ``signer`` was given."""
    return footer.serialize_footer(footer.MessageFooter(signer.finalize()))


def serialize_raw_master_key_prefix(raw_master_key: RawMasterKey) -> bytes:
    """Return what the key information of all data keys of a raw master key begins with."""
    wrapping_key = raw_master_key.config.wrapping_key
    return _key_info(wrapping_key.wrapping_algorithm, raw_master_key.key_id, b"")


def serialize_wrapped_key(
    key_provider: MasterKeyInfo,
    wrapping_algorithm: WrappingAlgorithm,
    wrapping_key_id: bytes,
    encrypted_wrapped_key: EncryptedData,
) -> EncryptedDataKey:
    """Return the encrypted data key of a data key that a ``WrappingKey`` has wrapped."""
    info = _key_info(wrapping_algorithm, wrapping_key_id, encrypted_wrapped_key.iv or b"")
    ciphertext = encrypted_wrapped_key.ciphertext + (encrypted_wrapped_key.tag or b"")
    return EncryptedDataKey(MasterKeyInfo(key_provider.provider_id, info), ciphertext)


def _key_info(wrapping_algorithm: WrappingAlgorithm, key_id: bytes, iv: bytes) -> bytes:
    symmetric = wrapping_algorithm.encryption_type is EncryptionType.SYMMETRIC
    return serialize_key_info(key_id, iv) if symmetric else key_id


def _signed(data: bytes, signer: _Updated | None) -> bytes:
    if signer is not None:
        signer.update(data)
    return data
