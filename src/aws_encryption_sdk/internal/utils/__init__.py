"""What encrypting needs besides, under its former names."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping
from typing import Any

from ..._arguments import bytes_from
from ..._materials.base import check_data_key
from ...exceptions import SerializationError, UnknownIdentityError
from ...identifiers import AlgorithmSuite, ContentAADString, ContentType
from ...key_providers.base import MasterKey
from ...structures import DataKey, EncryptedDataKey, RawDataKey
from ..defaults import MAX_FRAME_SIZE
from . import commitment, signature, streams
from .streams import InsistentReaderBytesIO

__all__ = [
    "commitment",
    "content_type",
    "exactly_one_arg_is_not_none",
    "get_aad_content_string",
    "message_id",
    "prep_stream_data",
    "prepare_data_keys",
    "signature",
    "source_data_key_length_check",
    "streams",
    "validate_frame_length",
]

#: Versions 1 to 4 wrote frames of whole cipher blocks, eight at a time.
_FRAME_LENGTH_STEP = 128


def content_type(frame_length: int) -> ContentType:
    """Return the content type of a message with this frame length."""
    return ContentType.NO_FRAMING if frame_length == 0 else ContentType.FRAMED_DATA


def validate_frame_length(frame_length: int, algorithm: AlgorithmSuite) -> None:
    """Check a frame length as versions 1 to 4 did; this version writes frames of any length.

    :param algorithm: Algorithm suite; none has a length of its own
    :raises SerializationError: if it is negative, not a multiple of 128, or above 2**31 - 1
    """
    if frame_length < 0 or frame_length % _FRAME_LENGTH_STEP:
        raise SerializationError(f"Frame size must be a non-negative multiple of {_FRAME_LENGTH_STEP}, not {frame_length}")
    if frame_length > MAX_FRAME_SIZE:
        raise SerializationError(f"Frame size too large: {frame_length} > {MAX_FRAME_SIZE}")


def message_id(size: int) -> bytes:
    """Return a new message id of ``size`` bytes."""
    return os.urandom(size)


def get_aad_content_string(content_type: ContentType, is_final_frame: bool) -> ContentAADString:
    """Return the string that binds a piece of body to its kind.

    :raises UnknownIdentityError: if there is no such content type
    """
    if content_type is ContentType.NO_FRAMING:
        return ContentAADString.NON_FRAMED_STRING_ID
    if content_type is not ContentType.FRAMED_DATA:
        raise UnknownIdentityError(f"Unhandled content type: {content_type!r}")
    return ContentAADString.FINAL_FRAME_STRING_ID if is_final_frame else ContentAADString.FRAME_STRING_ID


def prepare_data_keys(
    primary_master_key: MasterKey,
    master_keys: Iterable[MasterKey],
    algorithm: AlgorithmSuite,
    encryption_context: Mapping[str, str],
) -> tuple[DataKey, set[EncryptedDataKey]]:
    """Let the primary master key generate a data key, and the others encrypt it.

    :returns: the data key, and all encrypted data keys
    """
    data_key = primary_master_key.generate_data_key(algorithm, encryption_context)
    encrypted = {EncryptedDataKey.from_data_key(data_key)}
    for master_key in master_keys:
        if master_key is not primary_master_key:
            encrypted.add(
                master_key.encrypt_data_key(data_key=data_key, algorithm=algorithm, encryption_context=encryption_context)
            )
    return data_key, encrypted


def prep_stream_data(data: Any) -> InsistentReaderBytesIO:
    """Return ``data`` as a file object: bytes, text (as UTF-8), or a file object."""
    if isinstance(data, (bytes, str)):
        return InsistentReaderBytesIO(io.BytesIO(bytes_from(data, "data")))
    return InsistentReaderBytesIO(data)


def source_data_key_length_check(source_data_key: DataKey | RawDataKey, algorithm: AlgorithmSuite) -> None:
    """Check the length of a data key.

    :raises InvalidDataKeyError: if the algorithm suite needs another
    """
    check_data_key(algorithm, source_data_key)


def exactly_one_arg_is_not_none(*args: object) -> bool:
    """Tell whether exactly one of the arguments is not None."""
    return sum(arg is not None for arg in args) == 1
