"""Headers that break one rule of the format and are authentic otherwise.

Tag and signature are made over what then stands there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from test.vectors.broken_message import ANY_ERROR, Broken
from test.vectors.chosen_randomness import draw
from test.vectors.good_plans import rich_plans
from test.vectors.message_builder import Field, Message, build, uint16, uint32
from test.vectors.suites import SUITES, commitment, encryption_key

#: Version 1 and 2, unsigned and signed.
RULE_SUITES: Final = (0x0178, 0x0378, 0x0478, 0x0578)
#: A suite of the same version and key length.
_OTHER_SUITE: Final = {0x0178: 0x0078, 0x0378: 0x0178, 0x0478: 0x0578, 0x0578: 0x0478}
_OUTSIDE_SUITES: Final = (0x0000, 0x0070, 0x0015, 0x6701, 0xFFFF)


def header_rules() -> Iterator[Broken]:
    """Yield the messages whose header breaks a rule other than those of its context and data keys."""
    for suite in RULE_SUITES:
        framed, _, non_framed = (build(plan) for plan in rich_plans(suite))
        yield from _start(framed)
        yield from _end(framed, non_framed)
        yield from _tags(framed)
        yield from _other_keys(framed)
    for suite in (0x0014, 0x0046, 0x0078):
        # Without key derivation only the message body AAD tells two messages of one data key apart.
        yield from _other_keys(build(next(iter(rich_plans(suite)))))


def rewritten(message: Message, name: str, value: bytes) -> Message:
    """Return ``message`` with other bytes in one field, and with the tag and the signature that belong to them."""
    return message.with_field(name, value).authenticated().signed()


def _start(message: Message) -> Iterator[Broken]:
    for version in (0, 3, 255):
        changed = rewritten(message, "version", bytes((version,)))
        yield Broken(message, f"version-{version}", "the version is none of 1 and 2", changed, "NotSupportedError", "header")
    other = 3 - message.suite.version
    changed = rewritten(message, "version", bytes((other,)))
    rule = f"the header is laid out as that of version {message.suite.version}, and says {other}"
    yield Broken(message, "version-of-other-layout", rule, changed, ANY_ERROR, "header")
    changed = build(replace(message.plan, layout=other))
    rule = f"a header of version {other}, laid out as such, has a suite of version {message.suite.version}"
    yield Broken(message, "suite-of-other-version", rule, changed, "SerializationError", "header")
    start = [Field("version", bytes((other,))), Field("type", b"\x80")][: 2 if other == 1 else 1]
    rest = [item for item in message.fields if item.name not in ("version", "type")]
    changed = replace(message, fields=(*start, *rest)).authenticated().signed()
    rule = f"the header begins as one of version {other}, and goes on as one of version {message.suite.version}"
    yield Broken(message, "start-of-other-version", rule, changed, "SerializationError", "header")
    for number in (0x00, 0x7F, 0x81) if message.suite.version == 1 else ():
        changed = rewritten(message, "type", bytes((number,)))
        yield Broken(message, f"type-{number:02x}", "the type is not 80", changed, "NotSupportedError", "header")
    for number in _OUTSIDE_SUITES:
        changed = rewritten(message, "suite", uint16(number))
        rule = "the algorithm suite is none of the eleven"
        yield Broken(message, f"suite-{number:04x}", rule, changed, "UnknownIdentityError", "header")


def _end(framed: Message, non_framed: Message) -> Iterator[Broken]:
    for number in (0, 3, 255):
        changed = rewritten(framed, "content_type", bytes((number,)))
        rule = "the content type is none of 1 and 2"
        yield Broken(framed, f"content-type-{number}", rule, changed, "SerializationError", "header")
    changed = rewritten(framed, "content_type", b"\x01")
    rule = "the content type is non-framed, the frame length is not 0"
    yield Broken(framed, "non-framed-with-frame-length", rule, changed, "SerializationError", "header")
    changed = rewritten(framed, "frame_length", uint32(0))
    rule = "the content type is framed, the frame length is 0"
    yield Broken(framed, "framed-without-frame-length", rule, changed, "SerializationError", "header")
    changed = rewritten(non_framed, "frame_length", uint32(1))
    rule = "the content type is non-framed, the frame length is not 0"
    yield Broken(non_framed, "non-framed-with-frame-length", rule, changed, "SerializationError", "header")

    changed = framed.with_field("content_type", b"\x01").with_field("frame_length", uint32(0)).authenticated().signed()
    yield Broken(framed, "frames-called-non-framed", "a framed body is called non-framed", changed, ANY_ERROR, "body")
    changed = non_framed.with_field("content_type", b"\x02").with_field("frame_length", uint32(33)).authenticated().signed()
    rule = "a non-framed body is called framed"
    yield Broken(non_framed, "non-framed-called-framed", rule, changed, "SerializationError", "body")
    for length in (15, 17, 2**32 - 1):
        changed = rewritten(framed, "frame_length", uint32(length))
        rule = f"the header states frames of {length} bytes, and they have 16"
        yield Broken(framed, f"frame-length-{length}", rule, changed, ANY_ERROR, "body")

    if framed.suite.version == 1:
        for reserved in (uint32(1), uint32(0x80000000)):
            changed = rewritten(framed, "reserved", reserved)
            rule = "the reserved field is not 0"
            yield Broken(framed, f"reserved-{reserved.hex()}", rule, changed, "SerializationError", "header")
        for length in (0, 11, 13, 16, 255):
            changed = rewritten(framed, "iv_length", bytes((length,)))
            rule = "the IV length is not 12"
            yield Broken(framed, f"iv-length-{length}", rule, changed, "SerializationError", "header")


def _tags(message: Message) -> Iterator[Broken]:
    changed = message.authenticated(iv=bytes(11) + b"\x01").signed()
    rule = "the header tag is made with another IV than the message tells"
    yield Broken(message, "header-tag-of-other-iv", rule, changed, "HeaderAuthenticationError", "header")
    wrong = replace(message, key=message.data_key).authenticated().signed()
    rule = "the header tag is made with the data key itself, not with the key derived from it"
    yield Broken(
        message, "header-tag-of-data-key", rule, replace(wrong, key=message.key), "HeaderAuthenticationError", "header"
    )
    tag = AESGCM(message.key).encrypt(bytes(12), b"", b"")
    changed = message.with_field("header.tag", tag).signed()
    yield Broken(
        message, "header-tag-of-nothing", "the header tag covers no bytes", changed, "HeaderAuthenticationError", "header"
    )
    changed = message.with_field("header.tag", bytes(16)).signed()
    yield Broken(message, "header-tag-zero", "the header tag is all zeros", changed, "HeaderAuthenticationError", "header")
    if "commitment" in message:
        other = commitment(draw(f"{message.plan.name}/other data key", 32), message.message_id)
        values = {"of-other-data-key": other, "of-other-message": commitment(message.data_key, bytes(32)), "zero": bytes(32)}
        for name, value in values.items():
            changed = rewritten(message, "commitment", value)
            rule = "the key commitment is not that of the data key; the header tag covers it"
            yield Broken(message, f"commitment-{name}", rule, changed, "KeyCommitmentError", "header")


def _other_keys(message: Message) -> Iterator[Broken]:
    message_id = draw(f"{message.plan.name}/other message id", len(message.message_id))
    key = encryption_key(message.suite, message.data_key, message_id)
    changed = message.with_field("message_id", message_id)
    if "commitment" in message:
        changed = changed.with_field("commitment", commitment(message.data_key, message_id))
    changed = replace(changed, key=key).authenticated().signed()
    rule = "the body is that of another message under the same data key"
    yield Broken(message, "body-of-other-message", rule, changed, "BodyAuthenticationError", "body")

    other = SUITES[_OTHER_SUITE[message.suite.number]] if message.suite.number in _OTHER_SUITE else None
    if other is None:
        return
    changed = rewritten(message, "suite", uint16(other.number))
    # Where one of the two signs, the verification key in the context gives the exchange away first.
    signs = message.suite.curve is not None or other.curve is not None
    error = ANY_ERROR if signs else "HeaderAuthenticationError"
    rule = f"the suite is exchanged for {other.label}, the keys are still those of {message.suite.label}"
    yield Broken(message, "suite-exchanged", rule, changed, error, "header")
    changed = message.with_field("suite", uint16(other.number))
    changed = replace(changed, key=encryption_key(other, message.data_key, message.message_id)).authenticated().signed()
    error, place = (ANY_ERROR, "header") if signs else ("BodyAuthenticationError", "body")
    rule = f"the suite is exchanged for {other.label}, and the header tag is made under its key"
    yield Broken(message, "suite-exchanged-header-authentic", rule, changed, error, place)
