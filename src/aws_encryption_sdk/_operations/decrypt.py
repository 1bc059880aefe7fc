"""The decrypt operation (client-apis/decrypt.md): HEADER > BODY > FOOTER > DONE; the materials are got with the header."""

from __future__ import annotations

import enum
import hmac
from collections.abc import Callable, Generator, Mapping
from typing import Final

from .._crypto.aead import InvalidTag, aes_gcm
from .._crypto.key_derivation import derive_message_keys
from .._crypto.signatures import Verifier
from .._limits import BATCH_BYTES
from .._materials import DecryptionMaterials
from .._message.encryption_context import serialize_encryption_context
from .._message.footer import PREFIX_LENGTH as FOOTER_PREFIX_LENGTH
from .._message.footer import MessageFooter, deserialize_footer
from .._message.header import MessageHeaderAuthentication, ParsedHeader, header_reader
from .._policies import check_decrypt_suite, check_signature_policy
from ..exceptions import (
    CustomMaximumValueExceeded,
    HeaderAuthenticationError,
    InvalidCryptographicMaterialsError,
    KeyCommitmentError,
    SerializationError,
    StreamStateError,
)
from ..identifiers import CommitmentPolicy, NetV400RetryPolicy, SignaturePolicy
from ..materials_managers.reproduced_context import merge_reproduced_context
from ..structures import MessageHeader
from .body import BodyReader, Buffer, FramedBody, NonFramedBody
from .materials import add_required_pairs, check_decryption_materials
from .net_v4_0_0 import keys_of_net_v4_0_0

#: A header that fits into so many bytes, as nearly all do, is read from a copy of them, whose parts need no copy of their own.
_HEADER_LOOK: Final = 1024


class DecryptState(enum.Enum):
    """Where a decrypt operation is."""

    HEADER = "header"
    BODY = "body"
    FOOTER = "footer"
    DONE = "end"


_HEADER: Final = DecryptState.HEADER
_BODY: Final = DecryptState.BODY
_FOOTER: Final = DecryptState.FOOTER
_DONE: Final = DecryptState.DONE


class DecryptOperation:
    """Decrypts one message. It is handed the message, and hands out authentic plaintext, piece by piece.

    :param get_materials: Returns the decryption materials for a parsed header; called once
    :param policy: Commitment policy that the message and its materials have to obey; None for none
    :param signature_policy: Whether signed messages are decrypted
    :param reproduced_context: Encryption context that the caller gave
    :param max_body_length: Longest frame, or non-framed body, in bytes; None for no limit
    :param max_encrypted_data_keys: Most encrypted data keys; None for the format's own limit
    :param net_v4_0_0_retry_policy: Whether messages of version 4.0.0 of the SDK for .NET are decrypted
    :param hold_back: Whether the last plaintext of a signed message is held back until the signature is verified; a caller that
        hands out nothing before the end has no need of it
    """

    def __init__(
        self,
        get_materials: Callable[[MessageHeader], DecryptionMaterials],
        policy: CommitmentPolicy | None,
        signature_policy: SignaturePolicy,
        reproduced_context: Mapping[str, str] | None = None,
        max_body_length: int | None = None,
        max_encrypted_data_keys: int | None = None,
        net_v4_0_0_retry_policy: NetV400RetryPolicy = NetV400RetryPolicy.FORBID_RETRY,
        hold_back: bool = True,
    ) -> None:
        self.state: DecryptState = _HEADER
        self.header: MessageHeader | None = None
        self.footer: MessageFooter | None = None
        self.verifier: Verifier | None = None
        self.body: BodyReader | None = None
        #: How many bytes :meth:`process` needs at least, where it consumed none.
        self.needed = 4
        self._parsed: ParsedHeader | None = None
        self._reader: Generator[int | ParsedHeader, bytes | memoryview, None] | None = None
        #: The last frame, which is held back; and what is handed out by the next call.
        self._held = b""
        self._ready: Buffer = b""
        self._get_materials = get_materials
        self._policy = policy
        self._signature_policy = signature_policy
        self._reproduced_context = reproduced_context
        self._max_body_length = max_body_length
        self._max_encrypted_data_keys = max_encrypted_data_keys
        self._net_v4_0_0_retry_policy = net_v4_0_0_retry_policy
        self._hold_back = hold_back

    def process(self, data: bytes | memoryview, at_end: bool) -> tuple[int, Buffer]:
        """Decrypt some of ``data``.

        :param data: What there is of the message and was not consumed yet
        :param at_end: Whether nothing follows it
        :returns: how many bytes were consumed, which may be none, and authentic plaintext, valid until the next call; 0 and nothing
            where :attr:`needed` bytes are needed to go on
        :raises AWSEncryptionSDKClientError: if the message is malformed, truncated or not authentic, or may not be decrypted
        """
        output: Buffer = b""
        if len(self._ready):
            output, self._ready = self._ready, b""
            return 0, output
        state = self.state
        if state is _HEADER:
            total = self._process_header(data)
        elif state is _BODY:
            total, output = self._process_body(data)
        elif state is _FOOTER:
            total = 0
        else:
            return 0, b""
        if self.state is _FOOTER and not output:
            consumed, output = self._process_footer(data[total:])
            total += consumed
        if total == 0 and not output and (at_end or len(data) >= self.needed):
            where = "is empty" if state is _HEADER and not data else f"is truncated in its {self.state.value}"
            raise SerializationError(f"The message {where}: it has {len(data)} bytes there, and {self.needed} are needed")
        return total, output

    def read_header(self) -> MessageHeader:
        """Return the header, which has to be read already.

        :raises StreamStateError: if it is not
        """
        if self.header is None:
            raise StreamStateError("The header of the message was not read yet")
        return self.header

    @property
    def header_auth(self) -> MessageHeaderAuthentication | None:
        """What authenticates the header, when it was read."""
        return None if self._parsed is None else self._parsed.authentication

    def expected_plaintext(self, length: int) -> int:
        """Return how many bytes of plaintext there are in ``length`` bytes from the body on, if the message is well formed."""
        if self.body is None:
            return 0
        footer = FOOTER_PREFIX_LENGTH + self.read_header().algorithm.signature_len if self.verifier is not None else 0
        return self.body.expected_plaintext(length - footer)

    def request(self, data: memoryview, wanted: int) -> int:
        """Return how many bytes more to read for ``wanted`` bytes of plaintext: none that the message might not have.

        :param data: What was read and not consumed yet
        :returns: the number of bytes; 0 where :meth:`process` has enough
        """
        if len(self._ready):
            return 0
        if self.state is _BODY and self.body is not None:
            if self._holds_back and not self._held and self.header is not None:
                # A frame is handed out when the one after it was opened.
                wanted += self.header.frame_length
            return self.body.request(data, wanted)
        return max(0, self.needed - len(data)) if self.state is not _DONE else 0

    @property
    def batch_length(self) -> int:
        """Bytes of the message that are worth reading at a time."""
        return self.body.batch_length if self.body is not None else BATCH_BYTES

    @property
    def _holds_back(self) -> bool:
        return self._hold_back and self.verifier is not None

    def _process_header(self, data: bytes | memoryview) -> int:
        step: int | ParsedHeader = self.needed
        while isinstance(step, int):
            self.needed = step
            if len(data) < step:
                return 0
            look = bytes(data[:_HEADER_LOOK]) if step <= _HEADER_LOOK else data
            if self._reader is None:
                self._reader = header_reader(look, self._max_encrypted_data_keys)
                step = next(self._reader)
            else:
                step = self._reader.send(look)
        self._accept(step)
        if self.verifier is not None:
            self.verifier.update(data[: step.length])
        self.state = _BODY
        return step.length

    def _accept(self, parsed: ParsedHeader) -> None:
        """Get the materials for a parsed header, verify it, and make ready for the body."""
        header = parsed.header
        suite = header.algorithm
        if suite.signs:
            check_signature_policy(self._signature_policy, suite)
        if not suite.commits:
            check_decrypt_suite(self._policy, suite)
        if self._max_body_length is not None and header.frame_length > self._max_body_length:
            raise CustomMaximumValueExceeded(
                f"Frame Size in header found larger than custom value: {header.frame_length} bytes, max_body_length allows "
                f"{self._max_body_length}"
            )
        only_authenticated = self._pairs_not_stored(header) if self._reproduced_context else {}
        materials = self._get_materials(header)
        # Whoever handed it in holds this operation: no circle is to keep the message alive.
        self._get_materials = _no_more_materials
        if not isinstance(materials, DecryptionMaterials) or materials.algorithm is not suite:
            check_decryption_materials(materials, suite, self._policy)
        key, commitment_key = derive_message_keys(suite, materials.plaintext_data_key(), header.message_id)
        if not hmac.compare_digest(commitment_key or b"", header.commitment_key or b""):
            raise KeyCommitmentError(
                "The data key does not match the key commitment of the message; it was made for another"
            )
        if materials.required_encryption_context_keys:
            add_required_pairs(only_authenticated, materials, header.encryption_context)

        cipher = aes_gcm(key)
        associated_data = parsed.body
        if only_authenticated:
            associated_data += serialize_encryption_context(only_authenticated)
        try:
            cipher.decrypt(parsed.iv, parsed.tag, associated_data)
        except InvalidTag as error:
            key = self._key_of_a_second_try(parsed, materials, only_authenticated, error)
            cipher = aes_gcm(key)
        if only_authenticated:
            header.encryption_context.update(only_authenticated)
        if suite.signs:
            self.verifier = Verifier(suite, materials.verification_key_object(suite))
        # Writers before 2017 drew the IVs of format version 1 at random; those messages stay readable.
        iv_in_message = not suite.commits
        if header.frame_length:
            self.body = FramedBody(cipher, key, header.message_id, iv_in_message, header.frame_length)
        else:
            self.body = NonFramedBody(cipher, key, header.message_id, iv_in_message, self._max_body_length)
        self.header = header
        self._parsed = parsed

    def _pairs_not_stored(self, header: MessageHeader) -> dict[str, str]:
        """Return the pairs that the caller gave and the message does not store."""
        context, required = merge_reproduced_context(header.encryption_context, self._reproduced_context)
        return {key: context[key] for key in required}

    def _key_of_a_second_try(
        self, parsed: ParsedHeader, materials: DecryptionMaterials, only_authenticated: dict[str, str], error: InvalidTag
    ) -> bytes:
        """Return the encryption key of a message whose header tag is wrong: one of version 4.0.0 of the SDK for .NET, if any."""
        if self._net_v4_0_0_retry_policy is NetV400RetryPolicy.ALLOW_RETRY:
            keys = keys_of_net_v4_0_0(parsed, materials.plaintext_data_key(), only_authenticated)
            if keys is not None:
                return keys.encryption_key
        raise HeaderAuthenticationError(
            "The authentication tag of the message header is wrong: the header was altered, or the encryption context that "
            "was given is not the one of the message"
        ) from error

    def _process_body(self, data: bytes | memoryview) -> tuple[int, Buffer]:
        body = self.body
        if body is None:
            raise SerializationError("The message has no body")
        consumed, plaintext = body.process(data)
        if consumed == 0:
            self.needed = body.needed
            return 0, b""
        if self.verifier is not None:
            self.verifier.update(data[:consumed])
        if body.done:
            self.needed = 0
            self.state = _DONE if self.verifier is None else _FOOTER
        if self.verifier is not None and self._hold_back and len(plaintext):
            return consumed, self._hold(plaintext)
        return consumed, plaintext

    def _hold(self, plaintext: Buffer) -> Buffer:
        """Hold back the last frame of ``plaintext``; hand out what came before it."""
        frame_length = self.header.frame_length if self.header is not None else 0
        end = len(plaintext) - min(len(plaintext), frame_length or len(plaintext))
        released = memoryview(plaintext)[:end]
        held, self._held = self._held, bytes(plaintext[end:])
        if not held:
            return released
        # What was held back goes first, and the rest with the next call: to join them is to copy a batch.
        self._ready = released
        return held

    def _process_footer(self, data: bytes | memoryview) -> tuple[int, Buffer]:
        footer, length = deserialize_footer(data)
        if footer is None or self.verifier is None:
            self.needed = length
            return 0, b""
        self.verifier.verify(footer.signature)
        self.footer = footer
        self.state = _DONE
        released, self._held = self._held, b""
        return length, released


def _no_more_materials(header: MessageHeader) -> DecryptionMaterials:
    raise InvalidCryptographicMaterialsError(f"The materials of this {header.algorithm.name} message were got already")
