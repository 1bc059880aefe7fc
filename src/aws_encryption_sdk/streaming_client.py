"""The streams: file faces over the operations encrypt and decrypt (client-apis/streaming.md)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

from ._configured_operations import decrypt_operation, encrypt_operation, get_encryption_materials
from ._crypto.signatures import Signer, Verifier
from ._limits import MAX_NON_FRAMED_LENGTH
from ._loaded_when_used import loaded_when_used
from ._materials import EncryptionMaterials
from ._message.footer import MessageFooter
from ._message.header import MessageHeaderAuthentication
from ._operations.decrypt import DecryptState
from ._operations.encrypt import EncryptState
from ._stream import _EncryptionStream
from ._stream_configuration import DecryptorConfig, EncryptorConfig, _ClientConfig
from .exceptions import (
    ArgumentValueError,
    CustomMaximumValueExceeded,
    StreamStateError,
    TrailingBytesError,
)
from .identifiers import ContentType
from .structures import MessageHeader

__all__ = ["DecryptorConfig", "EncryptorConfig", "StreamDecryptor", "StreamEncryptor"]

if not TYPE_CHECKING:
    # Names of other modules that programs of versions 1 to 4 import from here.
    __getattr__, __dir__ = loaded_when_used(
        __name__,
        {
            "AWSEncryptionSDKClientError": "..exceptions",
            "ActionNotAllowedError": "..exceptions",
            "Algorithm": "..identifiers",
            "CommitmentPolicy": "..identifiers",
            "CryptoMaterialsManager": "..materials_managers.base",
            "DecryptionMaterialsRequest": "..materials_managers",
            "DefaultCryptoMaterialsManager": "..materials_managers.default",
            "EncryptionMaterialsRequest": "..materials_managers",
            "MasterKeyProvider": "..key_providers.base",
            "MasterKeyProviderError": "..exceptions",
            "MaxEncryptedDataKeysExceeded": "..exceptions",
            "NotSupportedError": "..exceptions",
            "SerializationError": "..exceptions",
            "SerializationVersion": "..identifiers",
            "SignaturePolicy": "..identifiers",
        },
    )


class StreamEncryptor(_EncryptionStream):
    """A file that reads as the message made of the plaintext in its source.

    :param config: An :class:`EncryptorConfig`; or its fields, by name

    >>> import os
    >>> from aws_encryption_sdk.keyrings.raw import RawAESKeyring
    >>> keyring = RawAESKeyring("example", "key", os.urandom(32))
    >>> with StreamEncryptor(source=b"plaintext", keyring=keyring) as stream:
    ...     message = stream.read()
    >>> message[0]
    2
    """

    config: EncryptorConfig
    _config_class: type[_ClientConfig] = EncryptorConfig

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        config = self.config
        known = self._source.length
        #: Length of the plaintext in bytes, or a bound of it: what the CMM is told.
        self._told_length = config.source_length if known is None else known
        self._operation = encrypt_operation(config, self._get_materials, known if config.frame_length else self._told_length)
        self.content_type = ContentType.FRAMED_DATA if config.frame_length else ContentType.NO_FRAMING

    @property
    def header(self) -> MessageHeader:
        """Header of the message; made when it is asked for."""
        operation = self._operation
        if operation.header is None:
            self._pending = memoryview(self._take_step(0))
        return _present(operation.header)

    @property
    def signer(self) -> Signer | None:
        """What signs the message; None before the header is made, and for suites that do not sign."""
        return self._operation.signer

    @property
    def sequence_number(self) -> int:
        """Number of the next frame."""
        return self._operation.sequence_number

    def ciphertext_length(self) -> int:
        """Return the length in bytes of the whole message.

        :raises NotSupportedError: if the length of the source is not known
        """
        length = self.stream_length if self._source.length is None else self._source.length
        _ = self.header
        return self._operation.message_length(length)

    def generate_header(self, message_id: bytes) -> MessageHeader:
        """Return the header that a message with this id has with the materials of this stream.

        :param message_id: 16 bytes in message format version 1, 32 in version 2
        :raises ArgumentValueError: if it has another length
        """
        suite = self._operation.get_materials().algorithm
        if not isinstance(message_id, bytes) or len(message_id) != suite.message_id_len:
            raise ArgumentValueError(f"message_id must be {suite.message_id_len} bytes for {suite.name}")
        return self._operation.build_header(message_id)

    def _get_materials(self) -> EncryptionMaterials:
        return get_encryption_materials(self.config, self._told_length)

    def _step(self, wanted: int) -> bytes | bytearray | memoryview:
        operation, source = self._operation, self._source
        header = b""
        if operation.state is EncryptState.GET_MATERIALS:
            if not self.config.frame_length and operation.plaintext_length is None:
                # The length is what the body begins with, and here the only way to know it is to have all of it.
                source.fill(MAX_NON_FRAMED_LENGTH + 1)
                self._told_length = operation.plaintext_length = len(source.data)
            header = operation.start()
            if wanted <= len(header) and wanted >= 0:
                return header
        wanted -= len(header)
        source.fill(operation.batch_length if source.read_ahead or wanted < 0 else operation.needed_for(wanted))
        consumed, output = operation.process(source.data, source.ended)
        source.consume(consumed)
        self._finished = operation.state is EncryptState.DONE
        return header + bytes(output) if header else output

    def _expected_length(self) -> int:
        if self._source.length is None:
            return 0
        return max(0, self._operation.message_length(self._source.length) - self.bytes_read)


class StreamDecryptor(_EncryptionStream):
    """A file that reads as the plaintext of the message in its source.

    What it hands out is authentic. The plaintext of a signed message may still turn out not to be signed: until the end is
    reached without an error, nothing that was done with it is final.

    :param config: A :class:`DecryptorConfig`; or its fields, by name
    """

    config: DecryptorConfig
    _config_class = DecryptorConfig
    #: Whether nothing is handed out before the end, and the source has to end with the message.
    _in_one_call = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._consumed = 0
        self._operation = decrypt_operation(self.config, hold_back=not self._in_one_call)

    @property
    def header(self) -> MessageHeader:
        """Header of the message, authenticated; read when it is asked for."""
        operation = self._operation
        while operation.header is None:
            self._take_step(1)
        return operation.header

    @property
    def header_auth(self) -> MessageHeaderAuthentication:
        """What authenticates the header; read when it is asked for."""
        _ = self.header
        return _present(self._operation.header_auth)

    @property
    def verifier(self) -> Verifier | None:
        """What verifies the signature; None before the header is read, and for messages that are not signed."""
        return self._operation.verifier

    @property
    def footer(self) -> MessageFooter | None:
        """Footer of the message; None if it is not signed.

        :raises AttributeError: before the end of the message was reached
        """
        if self._operation.state is not DecryptState.DONE:
            raise StreamStateError("The footer is not known before the end of the message")
        return self._operation.footer

    @property
    def body_length(self) -> int:
        """Length in bytes of a non-framed body.

        :raises AttributeError: for a framed message, and before the body was reached
        """
        length = self._operation.body.content_length if self._operation.body is not None else None
        if length is None:
            raise StreamStateError("The length of the body is not known; a framed message does not state it")
        return length

    @property
    def last_sequence_number(self) -> int:
        """Number of the last frame that was read; 0 before the first."""
        return 0 if self._operation.body is None else self._operation.body.sequence_number - 1

    def _step(self, wanted: int) -> bytes | bytearray | memoryview:
        operation, source = self._operation, self._source
        if source.read_ahead:
            source.fill(max(operation.batch_length, operation.needed))
        else:
            self._fill_as_needed(sys.maxsize if wanted < 0 else wanted)
        self._check_length()
        consumed, output = operation.process(source.data, source.ended)
        if consumed:
            source.consume(consumed)
            self._consumed += consumed
        elif operation.state is not DecryptState.DONE and not len(output):
            # Who reads ahead does so by whole batches, also within a long header.
            source.fill(max(operation.needed, len(source.data) + operation.batch_length if source.read_ahead else 0))
        if operation.state is DecryptState.DONE:
            self._finish()
        return output

    def _fill_as_needed(self, wanted: int) -> None:
        """Read what makes ``wanted`` bytes of plaintext, and nothing that the message might not have.

        Each frame tells whether another one follows, so they are read one by one; the operation then opens them together.
        """
        operation, source = self._operation, self._source
        missing = operation.request(source.data, wanted)
        while missing and not source.ended:
            source.fill(len(source.data) + missing)
            missing = operation.request(source.data, wanted)

    def _finish(self) -> None:
        source = self._source
        if source.read_ahead or self._in_one_call:
            source.fill(1)
            if len(source.data):
                raise TrailingBytesError("Bytes follow the end of the message; a source must hold one message only")
        self._finished = True

    def _check_length(self) -> None:
        limit = self.config.length_limit
        if limit is not None and self._consumed + len(self._source.data) > limit:
            raise CustomMaximumValueExceeded(f"The message is longer than source_length, which allows {limit} bytes")

    def _expected_length(self) -> int:
        # The plaintext is shorter than the message; what is too much is given back.
        return self._source.length or 0


class OneCallDecryptor(StreamDecryptor):
    """A decryption stream whose reader takes everything by one ``read()``."""

    _in_one_call = True


_Value = TypeVar("_Value")


def _present(value: _Value | None) -> _Value:
    if value is None:
        raise StreamStateError("This is not known before the header of the message")
    return value
