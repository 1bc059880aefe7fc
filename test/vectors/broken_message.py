"""A message that is broken in one place, as an edit of a good one."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from test.vectors.message_builder import Message, Plan, regular_pieces

Edit = tuple[int, int, str]

#: The class of every error of the package; vectors name it where the format leaves open which check comes first.
ANY_ERROR = "AWSEncryptionSDKClientError"


@dataclass(frozen=True)
class Broken:
    """A broken message.

    :param of: The good message
    :param name: What is broken, in a word or two
    :param rule: What is broken, in a sentence
    :param message: The broken message; bytes where it has no fields of its own
    :param error: Class of the error
    :param place: ``header``, ``body``, ``footer``, or ``end`` for bytes behind a complete message
    :param authentic: Bytes of plaintext that stand in frames before the broken place
    :param context: Encryption context that the caller gives, where it is not the pairs that the good message leaves out
    :param keyring: Names of the keys that the caller has, where they are not those of the good message
    """

    of: Message
    name: str
    rule: str
    message: Message | bytes
    error: str
    place: str
    authentic: int = 0
    context: Mapping[str, str] | None = None
    keyring: tuple[str, ...] | None = None

    def releasable(self) -> int:
        """Return how many bytes of plaintext a stream may hand out before it fails.

        Of a signed message the last frame with plaintext, and all of a non-framed body, waits for the signature.
        """
        plan = self.of.plan
        if self.of.signer is None or self.place == "end":
            return self.authentic
        return min(self.authentic, plan.plaintext_length - _held_back(plan))

    def edits(self) -> list[Edit]:
        """Return where the good message is changed: offset, bytes removed, and bytes inserted in hexadecimal."""
        if isinstance(self.message, bytes):
            return byte_edits(bytes(self.of), self.message)
        before, after = self.of.fields, self.message.fields
        starts = [0]
        for item in before:
            starts.append(starts[-1] + len(item.value))
        matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
        edits = []
        for tag, start, end, new_start, new_end in matcher.get_opcodes():
            if tag != "equal":
                inserted = b"".join(item.value for item in after[new_start:new_end])
                edits.append((starts[start], starts[end] - starts[start], inserted.hex()))
        return edits


def _held_back(plan: Plan) -> int:
    if not plan.frame_length:
        return plan.plaintext_length
    regular = regular_pieces(plan)
    return plan.plaintext_length - len(regular) * plan.frame_length or min(plan.frame_length, plan.plaintext_length)


def byte_edits(before: bytes, after: bytes) -> list[Edit]:
    """Return the one edit between the bytes that ``before`` and ``after`` begin with and those that they end with."""
    if before == after:
        return []
    shorter = min(len(before), len(after))
    start = next((index for index in range(shorter) if before[index] != after[index]), shorter)
    end = next((index for index in range(shorter - start) if before[-1 - index] != after[-1 - index]), shorter - start)
    return [(start, len(before) - start - end, after[start : len(after) - end].hex())]


def apply_edits(message: bytes, edits: list[Edit]) -> bytes:
    """Return ``message`` with ``edits``, whose offsets count in the unedited message."""
    for start, removed, inserted in sorted(edits, reverse=True):
        message = message[:start] + bytes.fromhex(inserted) + message[start + removed :]
    return message
