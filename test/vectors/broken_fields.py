"""Every field with one bit changed, and every message cut off before each field.

Nothing is authenticated anew here: this is what an error of storage or a hand without keys does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from test.vectors.broken_message import ANY_ERROR, Broken
from test.vectors.good_plans import rich_plans
from test.vectors.message_builder import PUBLIC_KEY, Message, build
from test.vectors.suites import SUITES

#: Of the messages after the first only these fields are new.
_NEW_FIELDS: Final = (
    ("",),
    ("final.", "footer."),
    ("content_type", "reserved", "iv_length", "frame_length", "body.", "footer."),
)

_ERRORS: Final = {
    "version": "NotSupportedError",
    "type": "NotSupportedError",
    "suite": "UnknownIdentityError",
    "content_type": "SerializationError",
    "reserved": "SerializationError",
    "iv_length": "SerializationError",
    "commitment": "KeyCommitmentError",
    "header.iv": "HeaderAuthenticationError",
    "header.tag": "HeaderAuthenticationError",
    "final.marker": "SerializationError",
    "final.sequence": "SerializationError",
    "footer.signature": "SignatureVerificationError",
}


def messages_to_break() -> Iterator[tuple[Message, tuple[str, ...]]]:
    """Yield messages of every suite, and the fields of each that are to be broken."""
    for suite in SUITES:
        for plan, prefixes in zip(rich_plans(suite), _NEW_FIELDS, strict=True):
            message = build(plan)
            names = tuple(item.name for item in message.fields if item.value and item.name.startswith(prefixes))
            yield message, names


def changed_bits() -> Iterator[Broken]:
    """Yield each message with one bit of one field changed."""
    for message, names in messages_to_break():
        for name in names:
            value = message[name]
            last = value[:-1] + bytes((value[-1] ^ 0x01,))
            yield _changed(message, name, "last bit", last, _error_of_last_bit(message, name))
            if len(value) > 1:
                first = bytes((value[0] ^ 0x80,)) + value[1:]
                yield _changed(message, name, "first bit", first, _error_of_first_bit(message, name))


def cut_off() -> Iterator[Broken]:
    """Yield each message without its end, from one field on, and without its last byte."""
    for message, names in messages_to_break():
        length = 0
        for item in message.fields:
            if item.name in names:
                rule = f"the message ends before {item.name}"
                yield Broken(
                    message,
                    f"cut-before-{item.name}",
                    rule,
                    bytes(message)[:length],
                    "SerializationError",
                    place_of(item.name),
                    authentic_before(message, item.name),
                )
            length += len(item.value)
        last = message.fields[-1].name
        yield Broken(
            message,
            "cut-last-byte",
            "the message ends one byte early",
            bytes(message)[:-1],
            "SerializationError",
            place_of(last),
            authentic_before(message, last),
        )


def place_of(name: str) -> str:
    """Return the part of a message that the field ``name`` is in."""
    part = _part(name)
    return part if part in ("body", "footer") else "body" if part in ("frame", "final") else "header"


def authentic_before(message: Message, name: str) -> int:
    """Return how many bytes of plaintext stand in frames before the field ``name``."""
    part, *rest = name.split(".")
    regular = len(message.section("frame.")) // 4
    if part == "frame":
        return (int(rest[0]) - 1) * message.plan.frame_length
    return {"final": regular * message.plan.frame_length, "footer": message.plan.plaintext_length}.get(part, 0)


def _changed(message: Message, name: str, which: str, value: bytes, error: str) -> Broken:
    return Broken(
        message,
        f"{which.replace(' ', '-')}-of-{name}",
        f"the {which} of {name} is changed",
        message.with_field(name, value),
        error,
        place_of(name),
        authentic_before(message, name),
    )


def _error_of_last_bit(message: Message, name: str) -> str:
    part, what = _part(name), name.rpartition(".")[2]
    if name in _ERRORS:
        error = _ERRORS[name]
    elif name == "message_id":
        error = "KeyCommitmentError" if message.suite.version == 2 else "HeaderAuthenticationError"
    elif name == "frame_length":
        error = "HeaderAuthenticationError" if message.plan.frame_length else "SerializationError"
    elif part == "context" and what in ("key", "value"):
        verification_key = message[name.rpartition(".")[0] + ".key"] == PUBLIC_KEY.encode()
        error = ANY_ERROR if verification_key else "DecryptKeyError"
    elif part == "edk" and what in ("provider_id", "provider_info", "ciphertext"):
        usable = message.plan.wrapped_by[int(name.split(".")[1])] in message.plan.keyring
        error = "DecryptKeyError" if usable else "HeaderAuthenticationError"
    elif part == "frame" and what == "sequence":
        error = "SerializationError"
    elif place_of(name) == "body" and what == "iv":
        # Version 1 uses the IV that is there; in version 2 it has to be the sequence number.
        error = "BodyAuthenticationError" if message.suite.version == 1 else "SerializationError"
    elif place_of(name) == "body" and what in ("content", "tag"):
        error = "BodyAuthenticationError"
    else:
        error = ANY_ERROR
    return error


def _error_of_first_bit(message: Message, name: str) -> str:
    part, what = _part(name), name.rpartition(".")[2]
    # A length of 32 KiB and more runs past the end of these messages, and a byte above 127 is not ASCII.
    if what.endswith("length") and name != "frame_length":
        return "SerializationError"
    if (part == "context" and what in ("key", "value")) or what == "provider_id":
        return "SerializationError"
    return _error_of_last_bit(message, name)


def _part(name: str) -> str:
    return name.partition(".")[0]
