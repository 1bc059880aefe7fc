"""A small writer of messages that shares no code with the package under test.

A message is a row of named fields. A rule is broken by giving one field other bytes and, where the rule is to be tested apart
from the tags, by making the header tag, the tags of the body and the signature anew over what then stands there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from test.vectors.chosen_randomness import draw, plaintext
from test.vectors.key_wrapping import WRAPPING_KEYS, WrappedKey
from test.vectors.suites import SUITES, Suite, commitment, encryption_key, public_key_text, signing_key

REGULAR: Final = b"AWSKMSEncryptionClient Frame"
FINAL: Final = b"AWSKMSEncryptionClient Final Frame"
SINGLE: Final = b"AWSKMSEncryptionClient Single Block"
PUBLIC_KEY: Final = "aws-crypto-public-key"


def uint16(value: int) -> bytes:
    """Return 2 bytes."""
    return struct.pack(">H", value)


def uint32(value: int) -> bytes:
    """Return 4 bytes."""
    return struct.pack(">I", value)


def uint64(value: int) -> bytes:
    """Return 8 bytes."""
    return struct.pack(">Q", value)


def sequence_iv(sequence: int) -> bytes:
    """Return the IV that belongs to a sequence number."""
    return bytes(8) + uint32(sequence)


@dataclass(frozen=True)
class Plan:
    """What a message is to be."""

    name: str
    suite: int
    frame_length: int
    plaintext_length: int
    context: Mapping[str, str] = field(default_factory=dict)
    required: Mapping[str, str] = field(default_factory=dict)
    wrapped_by: tuple[str, ...] = ("aes-256",)
    keyring: tuple[str, ...] = ("aes-256",)
    #: The last frame of a plaintext that fills its frames is the final one, and no empty one follows it.
    full_final: bool = False
    #: Version 1 before 2017: the header and each frame have an IV of their own.
    random_ivs: bool = False
    #: What precedes the sequence number in an IV: AWS's known answers for key commitment have ones there as well as zeros.
    iv_padding: bytes = bytes(8)
    #: Version of the header's layout, instead of the suite's.
    layout: int | None = None
    #: Bytes of the plaintext data key, instead of what the suite needs.
    data_key_bytes: int | None = None
    #: The verification key follows the other pairs, as a writer of AWS's own known answers for key commitment had it.
    public_key_last: bool = False
    #: The keys are sorted by their UTF-16 form, as some writers sorted text.
    utf_16_order: bool = False
    #: False: the context of a signed message holds no verification key, or that of an unsigned one does.
    fitting_public_key: bool = True
    #: As version 4.0.0 of the SDK for .NET wrote it: the count of unstored pairs is authenticated where there are none, and the key
    #: of a message of version 1 depends on no message id.
    net_4_0_0: bool = False


class Field(NamedTuple):
    """Some bytes of a message and what they are."""

    name: str
    value: bytes


@dataclass(frozen=True)
class Message:
    """A message: its fields in order, and what is needed to make its tags and signature anew."""

    plan: Plan
    suite: Suite
    data_key: bytes
    key: bytes
    message_id: bytes
    #: Serialization of the pairs that are authenticated with the header, but not stored in it.
    unstored: bytes
    signer: ec.EllipticCurvePrivateKey | None = field(compare=False)
    fields: tuple[Field, ...]

    def __bytes__(self) -> bytes:
        return b"".join(item.value for item in self.fields)

    def __getitem__(self, name: str) -> bytes:
        return next(item.value for item in self.fields if item.name == name)

    def __contains__(self, name: str) -> bool:
        return any(item.name == name for item in self.fields)

    def with_field(self, name: str, value: bytes) -> Message:
        """Return the message with other bytes in one field."""
        assert name in self
        return replace(self, fields=tuple(Field(name, value) if item.name == name else item for item in self.fields))

    def with_section(self, prefix: str, section: Iterable[Field]) -> Message:
        """Return the message with other fields in place of those whose names begin with ``prefix``."""
        start = next(index for index, item in enumerate(self.fields) if item.name.startswith(prefix))
        rest = tuple(item for item in self.fields[start:] if not item.name.startswith(prefix))
        return replace(self, fields=(*self.fields[:start], *section, *rest))

    def with_body(self, body: Iterable[Field]) -> Message:
        """Return the message with other fields between its header and its footer."""
        end = next(index for index, item in enumerate(self.fields) if item.name == "header.tag") + 1
        return replace(self, fields=(*self.fields[:end], *body, *self.section("footer.")))

    def section(self, prefix: str) -> tuple[Field, ...]:
        """Return the fields whose names begin with ``prefix``."""
        return tuple(item for item in self.fields if item.name.startswith(prefix))

    def pairs(self) -> list[tuple[bytes, bytes]]:
        """Return the pairs that the header stores."""
        values = [item.value for item in self.section("context.") if item.name.endswith((".key", ".value"))]
        return list(zip(values[::2], values[1::2], strict=True))

    def authenticated(self, iv: bytes | None = None) -> Message:
        """Return the message with the header tag that its header body has now (client-apis/encrypt.md)."""
        body = b"".join(item.value for item in self.fields[: self._end_of_header_body()])
        if iv is None:
            iv = self["header.iv"] if "header.iv" in self else bytes(12)
        return self.with_field("header.tag", AESGCM(self.key).encrypt(iv, b"", body + self.unstored))

    def signed(self) -> Message:
        """Return the message with the signature that its header and body have now, if it is a signed one."""
        if self.signer is None or "footer.signature" not in self:
            return self
        signature = self.sign(b"".join(item.value for item in self.fields if not item.name.startswith("footer.")))
        return self.with_field("footer.length", uint16(len(signature))).with_field("footer.signature", signature)

    def sign(self, data: bytes) -> bytes:
        """Return a signature of ``data``, the same on every run (RFC 6979)."""
        assert self.signer is not None
        return self.signer.sign(data, ec.ECDSA(self.suite.signature_hash, deterministic_signing=True))

    def seal(
        self,
        kind: bytes,
        sequence: int,
        content: bytes,
        iv: bytes | None = None,
        *,
        stated_length: int | None = None,
        message_id: bytes | None = None,
    ) -> tuple[bytes, bytes]:
        """Return ciphertext and tag of a piece of body (data-format/message-body-aad.md)."""
        length = len(content) if stated_length is None else stated_length
        aad = (message_id or self.message_id) + kind + uint32(sequence) + uint64(length)
        sealed = AESGCM(self.key).encrypt(sequence_iv(sequence) if iv is None else iv, content, aad)
        return sealed[:-16], sealed[-16:]

    def regular_frame(self, sequence: int, content: bytes, iv: bytes | None = None) -> list[Field]:
        """Return the fields of a regular frame."""
        iv = sequence_iv(sequence) if iv is None else iv
        values = (uint32(sequence), iv, *self.seal(REGULAR, sequence, content, iv))
        return _named(f"frame.{sequence}", ("sequence", "iv", "content", "tag"), values)

    def final_frame(self, sequence: int, content: bytes, iv: bytes | None = None) -> list[Field]:
        """Return the fields of a final frame."""
        iv = sequence_iv(sequence) if iv is None else iv
        values = (b"\xff" * 4, uint32(sequence), iv, uint32(len(content)), *self.seal(FINAL, sequence, content, iv))
        return _named("final", ("marker", "sequence", "iv", "length", "content", "tag"), values)

    def single_block(self, content: bytes, iv: bytes | None = None) -> list[Field]:
        """Return the fields of a non-framed body."""
        iv = sequence_iv(1) if iv is None else iv
        values = (iv, uint64(len(content)), *self.seal(SINGLE, 1, content, iv))
        return _named("body", ("iv", "length", "content", "tag"), values)

    def _end_of_header_body(self) -> int:
        return next(index for index, item in enumerate(self.fields) if item.name.startswith("header."))


def _named(prefix: str, names: Iterable[str], values: Iterable[bytes]) -> list[Field]:
    return [Field(f"{prefix}.{name}", value) for name, value in zip(names, values, strict=True)]


def context_fields(pairs: Iterable[tuple[bytes, bytes]], count: int | None = None, surplus: bytes = b"") -> list[Field]:
    """Return the header's encryption context with ``pairs`` as they come (framework/structures.md, serialization)."""
    fields: list[Field] = []
    for index, (key, value) in enumerate(pairs):
        names = ("key_length", "key", "value_length", "value")
        fields += _named(f"context.{index}", names, (uint16(len(key)), key, uint16(len(value)), value))
    if fields or count is not None or surplus:
        fields.insert(0, Field("context.count", uint16(len(fields) // 4 if count is None else count)))
    if surplus:
        fields.append(Field("context.surplus", surplus))
    return [Field("context.length", uint16(sum(len(item.value) for item in fields))), *fields]


def sorted_pairs(context: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return the pairs of ``context`` in the order of the specification."""
    return sorted((key.encode("utf-8"), value.encode("utf-8")) for key, value in context.items())


def serialized_context(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return the serialization of ``pairs`` as they come; nothing for none."""
    return b"".join(item.value for item in context_fields(pairs)[1:])


def edk_fields(keys: Iterable[WrappedKey], count: int | None = None) -> list[Field]:
    """Return the header's encrypted data keys (data-format/message-header.md, encrypted data keys)."""
    fields: list[Field] = []
    for index, key in enumerate(keys):
        for name, value in key._asdict().items():
            fields += _named(f"edk.{index}", (f"{name}_length", name), (uint16(len(value)), value))
    return [Field("edk.count", uint16(len(fields) // 6 if count is None else count)), *fields]


def build(plan: Plan) -> Message:
    """Write the message of ``plan``."""
    suite = SUITES[plan.suite]
    layout = plan.layout or suite.version
    message_id = draw(f"{plan.name}/message id", 32 if layout == 2 else 16)
    data_key = draw(f"{plan.name}/data key", plan.data_key_bytes or suite.key_bytes)
    signer = None if suite.curve is None else signing_key(suite, plan.name)
    stored = dict(plan.context)
    if (signer is not None) == plan.fitting_public_key:
        stored[PUBLIC_KEY] = public_key_text(signer or signing_key(SUITES[0x0578], plan.name))
    pairs = sorted_pairs(stored)
    if plan.public_key_last:
        pairs.sort(key=lambda pair: (pair[0] == PUBLIC_KEY.encode("ascii"), pair[0]))
    if plan.utf_16_order:
        pairs.sort(key=lambda pair: pair[0].decode("utf-8").encode("utf-16-be"))
    everything = serialized_context(sorted_pairs({**stored, **plan.required}))
    wrapped = [
        WRAPPING_KEYS[name].wrap(data_key, everything, f"{plan.name}/edk {index}")
        for index, name in enumerate(plan.wrapped_by)
    ]
    first = [Field("version", bytes((layout,))), Field("type", b"\x80")][: 2 if layout == 1 else 1]
    last = [Field("content_type", b"\x02" if plan.frame_length else b"\x01")]
    if layout == 1:
        last += [Field("reserved", bytes(4)), Field("iv_length", b"\x0c")]
    last.append(Field("frame_length", uint32(plan.frame_length)))
    if layout == 1:
        last.append(Field("header.iv", draw(f"{plan.name}/header iv", 12) if plan.random_ivs else bytes(12)))
    elif suite.version == 2:
        last.append(Field("commitment", commitment(data_key, message_id)))
    header = [*first, Field("suite", uint16(suite.number)), Field("message_id", message_id)]
    header += [*context_fields(pairs), *edk_fields(wrapped), *last, Field("header.tag", bytes(16))]
    derivation_id = b"" if plan.net_4_0_0 and suite.version == 1 else message_id
    key = encryption_key(suite, data_key, derivation_id) if len(data_key) == suite.key_bytes else bytes(suite.key_bytes)
    unstored = serialized_context(sorted_pairs(plan.required)) or (uint16(0) if plan.net_4_0_0 else b"")
    message = Message(plan, suite, data_key, key, message_id, unstored, signer, tuple(header)).authenticated()
    footer = [] if signer is None else [Field("footer.length", b""), Field("footer.signature", b"")]
    return replace(message, fields=(*message.fields, *_body(message), *footer)).signed()


def _body(message: Message) -> list[Field]:
    plan = message.plan
    content = plaintext(plan.plaintext_length)
    if not plan.frame_length:
        return message.single_block(content, frame_iv(plan, 1))
    fields: list[Field] = []
    for sequence, piece in enumerate(regular_pieces(plan), start=1):
        fields += message.regular_frame(sequence, piece, frame_iv(plan, sequence))
    sequence = len(fields) // 4 + 1
    return fields + message.final_frame(sequence, content[len(fields) // 4 * plan.frame_length :], frame_iv(plan, sequence))


def regular_pieces(plan: Plan) -> list[bytes]:
    """Return the plaintext of each regular frame."""
    count, rest = divmod(plan.plaintext_length, plan.frame_length)
    if plan.full_final and count and not rest:
        count -= 1
    content = plaintext(plan.plaintext_length)
    return [content[index * plan.frame_length : (index + 1) * plan.frame_length] for index in range(count)]


def frame_iv(plan: Plan, sequence: int) -> bytes:
    """Return the IV that the frame ``sequence`` of ``plan`` has."""
    return draw(f"{plan.name}/iv {sequence}", 12) if plan.random_ivs else plan.iv_padding + uint32(sequence)
