"""The message footer: the signature of a signed message (data-format/message-footer.md).

================  =======  ==============
field             bytes    interpreted as
================  =======  ==============
signature length  2        UInt16
signature         n        DER
================  =======  ==============
"""

from __future__ import annotations

import struct
from typing import Final

import attrs

_SIGNATURE_LENGTH: Final = struct.Struct(">H")
#: Length in bytes of the field before the signature.
PREFIX_LENGTH: Final = _SIGNATURE_LENGTH.size


@attrs.frozen(slots=True)
class MessageFooter:
    """The footer of a signed message.

    :param signature: ECDSA signature, DER
    """

    signature: bytes


def serialize_footer(footer: MessageFooter) -> bytes:
    """Return the bytes of ``footer``."""
    return _SIGNATURE_LENGTH.pack(len(footer.signature)) + footer.signature


def deserialize_footer(data: bytes | memoryview) -> tuple[MessageFooter | None, int]:
    """Read a footer from the start of ``data``.

    :returns: the footer and its length in bytes; where ``data`` is too short, None and how many bytes are needed to go on
    """
    if len(data) < PREFIX_LENGTH:
        return None, PREFIX_LENGTH
    end = PREFIX_LENGTH + _SIGNATURE_LENGTH.unpack_from(data)[0]
    if len(data) < end:
        return None, end
    return MessageFooter(bytes(data[PREFIX_LENGTH:end])), end
