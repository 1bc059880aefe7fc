"""Numbers and names of the message format, under their former names."""

from __future__ import annotations

from typing import Final

from .._limits import (
    DEFAULT_FRAME_LENGTH,
    DEFAULT_LINE_LENGTH,
    MAX_BYTES_PER_KEY,
    MAX_FRAME_COUNT,
    MAX_MESSAGES_PER_KEY,
    MAX_NON_FRAMED_LENGTH,
    MAX_UINT16,
)
from .._policies import default_suite
from ..identifiers import (
    PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY,
    AlgorithmSuite,
    CommitmentPolicy,
    ObjectType,
    SerializationVersion,
)

__all__ = [
    "ALGORITHM",
    "ALGORITHM_COMMIT_KEY",
    "ENCODED_SIGNER_KEY",
    "ENCODING",
    "FRAME_LENGTH",
    "LINE_LENGTH",
    "MAX_BYTES_PER_KEY",
    "MAX_BYTE_ARRAY_SIZE",
    "MAX_FRAME_COUNT",
    "MAX_FRAME_SIZE",
    "MAX_GCM_CONTENT_SIZE",
    "MAX_MESSAGES_PER_KEY",
    "MAX_NON_FRAMED_SIZE",
    "MESSAGE_ID_LENGTH",
    "TYPE",
    "VERSION",
]

ALGORITHM: Final = default_suite(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
ALGORITHM_COMMIT_KEY: Final = default_suite(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
ENCODED_SIGNER_KEY: Final = PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY
ENCODING: Final = "utf-8"
FRAME_LENGTH: Final = DEFAULT_FRAME_LENGTH
LINE_LENGTH: Final = DEFAULT_LINE_LENGTH
MAX_BYTE_ARRAY_SIZE: Final = MAX_UINT16
#: The longest frame that versions 1 to 4 wrote; the message format, and this version, have longer ones.
MAX_FRAME_SIZE: Final = 2**31 - 1
MAX_GCM_CONTENT_SIZE: Final = MAX_NON_FRAMED_LENGTH
MAX_NON_FRAMED_SIZE: Final = MAX_NON_FRAMED_LENGTH
#: Of message format version 1.
MESSAGE_ID_LENGTH: Final = AlgorithmSuite.AES_128_GCM_IV12_TAG16.message_id_len
TYPE: Final = ObjectType.CUSTOMER_AE_DATA
VERSION: Final = SerializationVersion.V1
