"""What version 4.0.0 of the AWS Encryption SDK for .NET wrote otherwise than the specification says.

It derived the key of a message of format version 1 from the data key and the algorithm suite, without the message id. And where no
pairs were authenticated without being stored, it authenticated their count, two zero bytes, behind the header, instead of nothing.
Version 4.0.1 put both right, and reads such messages under its ``netV4_0_0_RetryPolicy``: a message whose header tag is wrong is
tried once more, with both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .._crypto.aead import InvalidTag, aes_gcm
from .._crypto.key_derivation import MessageKeys, derive_message_keys
from .._message.encryption_context import serialize_encryption_context
from .._message.header import ParsedHeader

_NO_PAIRS: Final = b"\x00\x00"


def keys_of_net_v4_0_0(parsed: ParsedHeader, data_key: bytes, only_authenticated: Mapping[str, str]) -> MessageKeys | None:
    """Return the keys of a message that this version wrote; None if its header has not the tag of such a message.

    :param parsed: Header, whose key commitment was compared already, where there is one
    :param data_key: Plaintext data key
    :param only_authenticated: Pairs of the encryption context that the message does not store
    """
    header = parsed.header
    suite = header.algorithm
    keys = derive_message_keys(suite, data_key, header.message_id if suite.commits else b"")
    associated_data = parsed.body + (serialize_encryption_context(only_authenticated) or _NO_PAIRS)
    try:
        aes_gcm(keys.encryption_key).decrypt(parsed.iv, parsed.tag, associated_data)
    except InvalidTag:
        return None
    return keys
