"""The encrypt operation (client-apis/encrypt.md): GET_MATERIALS > BODY > DONE, the header and the footer on the way."""

from __future__ import annotations

import enum
import os
from collections.abc import Callable
from typing import Final

from .._crypto.aead import TAG_LENGTH, Buffer, PieceEncryptor, aes_gcm, encrypt_content
from .._crypto.key_derivation import derive_message_keys
from .._crypto.nonces import HEADER_IV, sequence_iv
from .._crypto.signatures import Signer
from .._limits import BATCH_BYTES, MAX_FRAME_COUNT
from .._materials import EncryptionMaterials
from .._message.body import (
    FINAL_IV,
    FINAL_PREFIX_LENGTH,
    NON_FRAMED_PREFIX_LENGTH,
    serialize_final_prefix,
    serialize_non_framed_prefix,
)
from .._message.body_aad import FINAL_FRAME, NON_FRAMED, serialize_body_aad
from .._message.footer import PREFIX_LENGTH, MessageFooter, serialize_footer
from .._message.header import build_header, serialize_header_authentication, serialize_header_body
from ..exceptions import (
    CustomMaximumValueExceeded,
    InvalidCryptographicMaterialsError,
    SerializationError,
    StreamStateError,
)
from ..identifiers import CommitmentPolicy, ContentType
from ..structures import MessageHeader
from .framing import FrameSealer, batch_capacity, frame_stride
from .materials import check_encryption_materials, split_context

_FRAMED: Final = ContentType.FRAMED_DATA
_NOT_FRAMED: Final = ContentType.NO_FRAMING


class EncryptState(enum.Enum):
    """Where an encrypt operation is."""

    GET_MATERIALS = enum.auto()
    BODY = enum.auto()
    DONE = enum.auto()


class EncryptOperation:
    """Encrypts one message. It is handed plaintext, and hands out the message, piece by piece.

    :param get_materials: Returns the encryption materials; called once
    :param policy: Commitment policy that the materials have to obey; None for none
    :param frame_length: Frame length in bytes, 0 for a non-framed body
    :param plaintext_length: Length of the plaintext in bytes, if known; a non-framed body has to have exactly this length
    :param length_limit: Longest plaintext in bytes to encrypt; None for no limit
    :param max_encrypted_data_keys: Most encrypted data keys; None for the format's own limit
    """

    def __init__(
        self,
        get_materials: Callable[[], EncryptionMaterials],
        policy: CommitmentPolicy | None,
        frame_length: int,
        plaintext_length: int | None = None,
        length_limit: int | None = None,
        max_encrypted_data_keys: int | None = None,
    ) -> None:
        self.state = EncryptState.GET_MATERIALS
        self.header: MessageHeader | None = None
        self.materials: EncryptionMaterials | None = None
        self.signer: Signer | None = None
        #: Number of the next frame.
        self.sequence_number = 1
        #: How many batches later a batch that was handed out is still valid; to be set before the first.
        self.buffers = 1
        self._consumed = 0
        self._header_length = 0
        self._pieces: PieceEncryptor | None = None
        self._sealer: FrameSealer | None = None
        self._get_materials = get_materials
        self._policy = policy
        self._frame_length = frame_length
        self._content_type = _FRAMED if frame_length else _NOT_FRAMED
        #: Length of the plaintext in bytes, if known; a non-framed body has to have exactly this length.
        self.plaintext_length = plaintext_length
        self._length_limit = length_limit
        self._max_encrypted_data_keys = max_encrypted_data_keys

    @property
    def batch_length(self) -> int:
        """Bytes of plaintext that make a full batch."""
        return batch_capacity(self._frame_length) * self._frame_length if self._frame_length else BATCH_BYTES

    def get_materials(self) -> EncryptionMaterials:
        """Get the materials, if that was not done yet, and return them (get the encryption materials)."""
        if self.materials is None:
            materials = self._get_materials()
            # Whoever handed it in holds this operation: no circle is to keep the plaintext alive.
            self._get_materials = _no_more_materials
            self._suite = check_encryption_materials(materials, self._policy, self._max_encrypted_data_keys)
            self.materials = materials
        return self.materials

    def start(self) -> bytes:
        """Return the message header (construct the header).

        :raises SerializationError: if the plaintext is known to make too many frames
        """
        if self._frame_length and (self.plaintext_length or 0) // self._frame_length >= MAX_FRAME_COUNT:
            raise self._too_many_frames()
        materials = self.get_materials()
        suite = self._suite
        self._message_id = message_id = os.urandom(suite.message_id_len)
        self._key, commitment_key = derive_message_keys(suite, materials.plaintext_data_key(), message_id)
        self._cipher = cipher = aes_gcm(self._key)
        self.header = header = build_header(
            suite,
            message_id,
            materials.encryption_context.copy(),
            materials.encrypted_data_keys,
            self._content_type,
            self._frame_length,
            commitment_key,
        )
        if materials.required_encryption_context_keys:
            stored, only_authenticated = split_context(materials)
        else:
            stored, only_authenticated = materials.serialized_encryption_context(), b""
        body = serialize_header_body(header, stored, materials.serialized_encrypted_data_keys())
        tag = cipher.encrypt(HEADER_IV, b"", body + only_authenticated)
        output = body + serialize_header_authentication(suite, HEADER_IV, tag)
        if suite.signs:
            self.signer = Signer(suite, materials.signing_key_object())
            self.signer.update(output)
        self._header_length = len(output)
        self.state = EncryptState.BODY
        return output

    def made_header(self) -> MessageHeader:
        """Return the header, which :meth:`start` has to have made.

        :raises StreamStateError: if it has not
        """
        if self.header is None:
            raise StreamStateError("The header of the message was not made yet")
        return self.header

    def build_header(self, message_id: bytes) -> MessageHeader:
        """Return the header that the message ``message_id`` has with the materials of this operation."""
        materials = self.get_materials()
        keys = derive_message_keys(self._suite, materials.plaintext_data_key(), message_id)
        return build_header(
            self._suite,
            message_id,
            materials.encryption_context.copy(),
            materials.encrypted_data_keys,
            self._content_type,
            self._frame_length,
            keys.commitment_key,
        )

    def process(self, plaintext: Buffer, last: bool) -> tuple[int, bytes | memoryview]:
        """Encrypt some of ``plaintext``.

        :param plaintext: What there is of the plaintext and was not consumed yet
        :param last: Whether nothing follows it
        :returns: how many bytes were consumed, and a piece of the message, valid until the next call; 0 and nothing where more
            plaintext is needed
        :raises CustomMaximumValueExceeded: if the plaintext is longer than the limit
        :raises SerializationError: if there are too many frames, or a non-framed body has not the length that was said
        """
        if self.state is EncryptState.DONE:
            return 0, b""
        if self._length_limit is not None and self._consumed + len(plaintext) > self._length_limit:
            raise CustomMaximumValueExceeded(
                f"The plaintext is too long: source_length, or the source when it was opened, allows {self._length_limit} bytes"
            )
        if not self._frame_length:
            return self._process_non_framed(plaintext, last)
        if len(plaintext) >= self._frame_length:
            return self._process_frames(plaintext)
        if not last:
            return 0, b""
        length = len(plaintext)
        self._consumed += length
        return length, self._finish(self._final_frame(plaintext, length))

    def message_length(self, plaintext_length: int) -> int:
        """Return the length in bytes of the whole message for a plaintext of this length; the header has to be there."""
        footer = PREFIX_LENGTH + self._suite.signature_len if self._suite.signs else 0
        if not self._frame_length:
            return self._header_length + NON_FRAMED_PREFIX_LENGTH + plaintext_length + TAG_LENGTH + footer
        frames, rest = divmod(plaintext_length, self._frame_length)
        body = frames * frame_stride(self._frame_length) + FINAL_PREFIX_LENGTH + rest + TAG_LENGTH
        return self._header_length + body + footer

    def needed_for(self, message_bytes: int) -> int:
        """Return how many bytes of plaintext make the next ``message_bytes`` bytes of the message, at most a batch."""
        if not self._frame_length:
            return min(max(1, message_bytes), self.batch_length)
        frames = -(-message_bytes // frame_stride(self._frame_length))
        return min(max(1, frames) * self._frame_length, self.batch_length)

    def _process_frames(self, plaintext: Buffer) -> tuple[int, bytes | memoryview]:
        count = min(len(plaintext), self.batch_length) // self._frame_length
        # The final frame takes one more number, and its marker is the highest there is.
        if self.sequence_number + count > MAX_FRAME_COUNT:
            count = MAX_FRAME_COUNT - self.sequence_number
            if count == 0:
                raise self._too_many_frames()
        if self._sealer is None:
            self._sealer = FrameSealer(self._cipher, self._key, self._message_id, self._frame_length, self.buffers)
        output = self._sealer.seal(memoryview(plaintext), count, self.sequence_number)
        self.sequence_number += count
        length = count * self._frame_length
        self._consumed += length
        return length, self._signed(output)

    def _too_many_frames(self) -> SerializationError:
        return SerializationError(
            f"The plaintext makes more than {MAX_FRAME_COUNT} frames of {self._frame_length} bytes; use longer frames"
        )

    def _final_frame(self, plaintext: Buffer, length: int) -> bytes:
        number = self.sequence_number
        self.sequence_number = number + 1
        prefix = serialize_final_prefix(number, length)
        aad = serialize_body_aad(self._message_id, FINAL_FRAME, number, length)
        return prefix + encrypt_content(self._cipher, self._key, prefix[FINAL_IV], plaintext, aad)

    def _process_non_framed(self, plaintext: Buffer, last: bool) -> tuple[int, bytes]:
        prefix = b""
        if self._pieces is None:
            if self.plaintext_length is None:
                raise SerializationError(
                    "A non-framed message states its length first, and it is not known; give source_length"
                )
            prefix = serialize_non_framed_prefix(self.plaintext_length)
            aad = serialize_body_aad(self._message_id, NON_FRAMED, 1, self.plaintext_length)
            self._pieces = PieceEncryptor(self._key, sequence_iv(1), aad)
        length = min(len(plaintext), self.batch_length)
        done = self._consumed + length
        at_end = last and length == len(plaintext)
        if done > (self.plaintext_length or 0) or (at_end and done != self.plaintext_length):
            raise SerializationError(
                f"The source is {'longer' if done > (self.plaintext_length or 0) else 'shorter'} than the "
                f"{self.plaintext_length} bytes that the non-framed message states"
            )
        self._consumed = done
        output = prefix + self._pieces.update(plaintext[:length])
        if at_end:
            return length, self._finish(output + self._pieces.finalize())
        return length, bytes(self._signed(output))

    def _signed(self, output: bytes | memoryview) -> bytes | memoryview:
        """Hand finished bytes to the signer, and on to the caller."""
        if self.signer is not None:
            self.signer.update(output)
        return output

    def _finish(self, output: bytes) -> bytes:
        """Return the end of the body, followed by the footer of a signed message (construct the signature)."""
        self.state = EncryptState.DONE
        if self.signer is None:
            return output
        self.signer.update(output)
        return output + serialize_footer(MessageFooter(self.signer.finalize()))


def _no_more_materials() -> EncryptionMaterials:
    raise InvalidCryptographicMaterialsError("The materials of this operation were got already")
