"""Where the parts of a well-formed message begin and end, read straight from the tables of the data format."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

SIGNATURES: Final = {0x0214: 71, 0x0346: 103, 0x0378: 103, 0x0578: 103}
FRAMED: Final = 2


@dataclass(frozen=True)
class Frame:
    """A frame, or a non-framed body: offsets into the message, and lengths in bytes."""

    start: int
    content: int
    length: int
    end: int
    final: bool


@dataclass(frozen=True)
class Layout:
    """The parts of a message: offsets into it, and lengths in bytes."""

    version: int
    suite_id: int
    context: tuple[int, int]
    edk_count: int
    edks_end: int
    frame_length: int
    header_body_end: int
    header_end: int
    frames: tuple[Frame, ...]
    body_end: int
    end: int

    @property
    def signed(self) -> bool:
        """Whether a footer follows the body."""
        return self.end > self.body_end

    def boundaries(self) -> list[int]:
        """List every offset at which a part begins, in order."""
        marks = {0, 1, 2, *self.context, self.edk_count, self.edks_end, self.header_body_end, self.header_end, self.end}
        for frame in self.frames:
            marks |= {frame.start, frame.content, frame.content + frame.length, frame.end}
        if self.signed:
            marks |= {self.body_end, self.body_end + 2}
        return sorted(marks)


def layout_of(message: bytes) -> Layout:
    """Read the layout of a well-formed message, and check that nothing follows it."""
    version = message[0]
    offset = 2 if version == 1 else 1
    suite_id = _number(message, offset, 2)
    offset += 2 + (16 if version == 1 else 32)
    context = (offset, offset + 2 + _number(message, offset, 2))
    edk_count = offset = context[1]
    offset += 2
    for _ in range(_number(message, edk_count, 2)):
        for _ in range(3):
            offset += 2 + _number(message, offset, 2)
    edks_end = offset
    framed = message[offset] == FRAMED
    offset += 1 + (5 if version == 1 else 0)
    frame_length = _number(message, offset, 4)
    header_body_end = offset + 4 + (0 if version == 1 else 32)
    header_end = header_body_end + (28 if version == 1 else 16)
    frames = tuple(_frames(message, header_end, frame_length)) if framed else (_body(message, header_end),)
    body_end = end = frames[-1].end
    if suite_id in SIGNATURES:
        end += 2 + _number(message, body_end, 2)
    assert end == len(message), f"{len(message) - end} bytes follow the message"
    return Layout(
        version, suite_id, context, edk_count, edks_end, frame_length, header_body_end, header_end, frames, body_end, end
    )


def _frames(message: bytes, offset: int, frame_length: int) -> list[Frame]:
    frames: list[Frame] = []
    while not (frames and frames[-1].final):
        final = _number(message, offset, 4) == 0xFFFFFFFF
        content = offset + (24 if final else 16)
        length = _number(message, content - 4, 4) if final else frame_length
        frames.append(Frame(offset, content, length, content + length + 16, final))
        offset = frames[-1].end
    return frames


def _body(message: bytes, offset: int) -> Frame:
    length = _number(message, offset + 12, 8)
    return Frame(offset, offset + 20, length, offset + 20 + length + 16, True)


def _number(message: bytes, offset: int, length: int) -> int:
    field = message[offset : offset + length]
    assert len(field) == length, "the message is truncated"
    return int.from_bytes(field, "big")


def pack(*fields: int | bytes) -> bytes:
    """Join byte strings, each behind its two-byte length; a number stands for itself in two bytes."""
    return b"".join(
        struct.pack(">H", field) if isinstance(field, int) else struct.pack(">H", len(field)) + field for field in fields
    )
