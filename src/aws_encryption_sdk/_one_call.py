"""One-shot calls: a whole message through an operation that is fed once (client-apis/encrypt.md, client-apis/decrypt.md).

A source in memory is handed to the operation as it is. A long result is made at its exact size: memory that was not
touched before is slow to write to, so it is written once. Every other source is read as a stream.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from ._collected import Collected
from ._configured_operations import decrypt_operation, encrypt_operation, get_encryption_materials
from ._hash_thread import PIECES_IN_USE, hash_thread
from ._operations.decrypt import DecryptOperation, DecryptState
from ._operations.encrypt import EncryptOperation, EncryptState
from ._sources import memory_of
from ._stream_configuration import DecryptorConfig, EncryptorConfig
from .exceptions import CustomMaximumValueExceeded, TrailingBytesError
from .streaming_client import OneCallDecryptor, StreamEncryptor
from .structures import CryptoResult

_IN_MEMORY: Final = (bytes, str, bytearray, memoryview)
#: Bytes up to this length are taken as they are: to copy parts of them is cheaper than to make views of them.
_SHORT: Final = 4096
_DONE: Final = DecryptState.DONE


def encrypt_in_one_call(config: EncryptorConfig) -> CryptoResult:
    """Return the message made of the plaintext in the source, and its header."""
    plaintext = _content(config.source)
    if plaintext is None:
        stream = StreamEncryptor(config=config)
        return CryptoResult.of_own(stream.read(), stream.header)
    length = len(plaintext)
    operation = encrypt_operation(config, partial(get_encryption_materials, config, length), length)
    start = operation.start()
    if length < config.frame_length:
        message = start + operation.process(plaintext, True)[1]
    else:
        with hash_thread(operation.signer, length) as thread:
            if thread is not None:
                operation.buffers = PIECES_IN_USE
            message = _encrypt_long(operation, start, memoryview(plaintext))
    return CryptoResult.of_own(message, operation.made_header())


def decrypt_in_one_call(config: DecryptorConfig) -> CryptoResult:
    """Return the plaintext of the message in the source, when all of it was verified, and its header."""
    data = _content(config.source)
    if data is None:
        stream = OneCallDecryptor(config=config)
        return CryptoResult.of_own(stream.read(), stream.header)
    limit = config.length_limit
    if limit is not None and len(data) > limit:
        raise CustomMaximumValueExceeded(f"The message is longer than source_length, which allows {limit} bytes")
    operation = decrypt_operation(config, hold_back=False)
    while operation.header is None:
        data = data[operation.process(data, True)[0] :]
    if len(data) < operation.header.frame_length:
        plaintext, data = _decrypt_short(operation, b"", data)
    else:
        with hash_thread(operation.verifier, len(data)):
            plaintext, data = _decrypt_short(operation, *_decrypt_long(operation, memoryview(data)))
    if len(data):
        raise TrailingBytesError("Bytes follow the end of the message; a source must hold one message only")
    return CryptoResult.of_own(plaintext, operation.header)


def _content(source: object) -> bytes | memoryview | None:
    """Return what is in the source; None, if it has to be read."""
    if type(source) is bytes and len(source) <= _SHORT:
        return source
    return memory_of(source) if isinstance(source, _IN_MEMORY) else None


def _encrypt_long(operation: EncryptOperation, start: bytes, plaintext: memoryview) -> bytes:
    message = Collected(operation.message_length(len(plaintext)))
    message.add(start)
    while operation.state is not EncryptState.DONE:
        consumed, output = operation.process(plaintext, True)
        plaintext = plaintext[consumed:]
        message.add(output)
    return message.value()


def _decrypt_long(operation: DecryptOperation, data: memoryview) -> tuple[bytes, memoryview]:
    """Decrypt the body; return the plaintext and the rest of ``data``."""
    plaintext = Collected(operation.expected_plaintext(len(data)))
    while operation.state is DecryptState.BODY:
        consumed, output = operation.process(data, True)
        data = data[consumed:]
        plaintext.add(output)
    return plaintext.value(), data


def _decrypt_short(
    operation: DecryptOperation, plaintext: bytes, data: bytes | memoryview
) -> tuple[bytes, bytes | memoryview]:
    """Decrypt the last frame, the footer, or both; return all plaintext and the rest of ``data``."""
    while operation.state is not _DONE:
        consumed, output = operation.process(data, True)
        data = data[consumed:]
        plaintext += output
    return plaintext, data
