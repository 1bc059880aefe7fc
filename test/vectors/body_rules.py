"""Bodies that break one rule of the format.

Header and signature are right, and so are the tags where the rule is not theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from test.vectors.broken_message import ANY_ERROR, Broken
from test.vectors.chosen_randomness import draw, plaintext
from test.vectors.good_plans import rich_plans
from test.vectors.header_rules import RULE_SUITES
from test.vectors.message_builder import (
    FINAL,
    REGULAR,
    SINGLE,
    Field,
    Message,
    build,
    sequence_iv,
    uint32,
    uint64,
)


def body_rules() -> Iterator[Broken]:
    """Yield the messages whose body breaks a rule."""
    for suite in RULE_SUITES:
        framed, empty_final, non_framed = (build(plan) for plan in rich_plans(suite))
        for rules in (_sequence, _final_frame, _frame_tags):
            yield from rules(framed)
        yield from _empty_final(empty_final)
        yield from _single_block(non_framed)
        if framed.suite.version == 2:
            yield from _ivs(framed, non_framed)


def _pieces(message: Message) -> tuple[bytes, bytes, bytes]:
    content = plaintext(message.plan.plaintext_length)
    return content[:16], content[16:32], content[32:]


def _with(message: Message, body: list[Field]) -> Message:
    return message.with_body(body).signed()


def _sequence(message: Message) -> Iterator[Broken]:
    one, two, rest = _pieces(message)
    regular, final = message.regular_frame, message.final_frame
    bodies = {
        "sequence-from-0": (
            "the first frame has the sequence number 0",
            0,
            [*regular(0, one), *regular(1, two), *final(2, rest)],
        ),
        "sequence-from-2": (
            "the first frame has the sequence number 2",
            0,
            [*regular(2, one), *regular(3, two), *final(4, rest)],
        ),
        "sequence-gap": (
            "the second frame has the sequence number 3",
            16,
            [*regular(1, one), *regular(3, two), *final(4, rest)],
        ),
        "sequence-repeated": (
            "the second frame has the sequence number 1 again",
            16,
            [*regular(1, one), *regular(1, two), *final(2, rest)],
        ),
        "sequence-descending": (
            "the two regular frames have changed places",
            0,
            [*regular(2, two), *regular(1, one), *final(3, rest)],
        ),
        "frame-missing": ("the second of three frames is left out", 16, [*regular(1, one), *final(3, rest)]),
        "frame-twice": (
            "the first frame is there twice",
            16,
            [*regular(1, one), *regular(1, one), *regular(2, two), *final(3, rest)],
        ),
        "final-sequence-too-low": (
            "the final frame has the sequence number of the frame before it",
            32,
            [*regular(1, one), *regular(2, two), *final(2, rest)],
        ),
        "final-sequence-too-high": (
            "the final frame has a sequence number one too high",
            32,
            [*regular(1, one), *regular(2, two), *final(4, rest)],
        ),
        "final-sequence-0": ("the only frame, a final one, has the sequence number 0", 0, final(0, rest)),
        "final-sequence-end": (
            "the sequence number of the final frame is its marker",
            32,
            [*regular(1, one), *regular(2, two), *final(2**32 - 1, rest)],
        ),
        "sequence-number-end": (
            "a regular frame has the marker of a final one as its sequence number",
            16,
            [*regular(1, one), *regular(2**32 - 1, two), *final(3, rest)],
        ),
    }
    for name, (rule, authentic, body) in bodies.items():
        error = ANY_ERROR if name == "sequence-number-end" else "SerializationError"
        yield Broken(message, name, rule, _with(message, body), error, "body", authentic)


def _final_frame(message: Message) -> Iterator[Broken]:
    one, two, rest = _pieces(message)
    regular, final = message.regular_frame, message.final_frame
    everything = message.plan.plaintext_length
    error = "SerializationError"
    changed = _with(message, [*regular(1, one), *final(2, two + rest)])
    yield Broken(message, "final-too-long", "the final frame is longer than the frame length", changed, error, "body", 16)
    changed = _with(message, final(1, one + two + rest))
    yield Broken(
        message, "final-too-long-and-only", "the only frame is longer than the frame length", changed, error, "body"
    )
    changed = _with(message, final(1, plaintext(17)))
    yield Broken(
        message, "final-one-byte-too-long", "the only frame is one byte longer than the frame length", changed, error, "body"
    )
    frames = [*regular(1, one), *regular(2, two)]
    extra = {"two-final-frames": final(4, b""), "regular-after-final": regular(4, one), "final-frame-twice": final(3, rest)}
    for name, more in extra.items():
        changed = _with(message, [*frames, *final(3, rest), *more])
        rule = "another frame follows the final one"
        if message.signer is None:
            yield Broken(message, name, rule, changed, "TrailingBytesError", "end", everything)
        else:
            yield Broken(message, name, rule, changed, ANY_ERROR, "footer", everything)


def _empty_final(message: Message) -> Iterator[Broken]:
    regular = list(message.section("frame."))
    everything = message.plan.plaintext_length
    changed = _with(message, regular)
    rule = "there is no final frame"
    yield Broken(message, "no-final-frame", rule, changed, "SerializationError", "body", everything)
    tag = message.final_frame(4, b"")[-1]
    body = [*regular, *message.final_frame(4, b"")[:-1], Field(tag.name, bytes(16))]
    rule = "the tag of an empty final frame is all zeros"
    yield Broken(message, "empty-final-tag-zero", rule, _with(message, body), "BodyAuthenticationError", "body", everything)


def _frame_tags(message: Message) -> Iterator[Broken]:
    _, two, rest = _pieces(message)
    other_id = draw(f"{message.plan.name}/other message id", len(message.message_id))
    underived = replace(message, key=message.data_key)
    zeros = AESGCM(message.key).encrypt(sequence_iv(2), two, b"")
    seconds = {
        "tag-of-final-frame": ("the kind of a final frame", message.seal(FINAL, 2, two)),
        "tag-of-non-framed": ("the kind of a non-framed body", message.seal(SINGLE, 2, two)),
        "tag-of-other-sequence": ("another sequence number", message.seal(REGULAR, 3, two, sequence_iv(2))),
        "tag-of-other-length": ("another length", message.seal(REGULAR, 2, two, stated_length=17)),
        "tag-of-other-message": ("another message id", message.seal(REGULAR, 2, two, message_id=other_id)),
        "tag-of-other-iv": ("another IV than it carries", message.seal(REGULAR, 2, two, draw("another iv", 12))),
        "tag-of-no-aad": ("no additional data", (zeros[:-16], zeros[-16:])),
        "tag-of-data-key": ("the data key itself", underived.seal(REGULAR, 2, two)),
        "tag-zero": ("nothing: it is all zeros", (message.seal(REGULAR, 2, two)[0], bytes(16))),
        "content-of-first-frame": ("another content", (message["frame.1.content"], message["frame.2.tag"])),
        "tag-of-first-frame": ("another frame", (message["frame.2.content"], message["frame.1.tag"])),
    }
    for name, (what, (content, tag)) in seconds.items():
        changed = message.with_field("frame.2.content", content).with_field("frame.2.tag", tag).signed()
        rule = f"the tag of the second frame is made for {what}"
        yield Broken(message, f"frame-{name}", rule, changed, "BodyAuthenticationError", "body", 16)
    finals = {
        "tag-of-regular-frame": ("the kind of a regular frame", message.seal(REGULAR, 3, rest)),
        "tag-of-other-sequence": ("another sequence number", message.seal(FINAL, 4, rest, sequence_iv(3))),
        "tag-of-other-length": ("another length", message.seal(FINAL, 3, rest, stated_length=16)),
        "tag-of-other-iv": ("another IV than it carries", message.seal(FINAL, 3, rest, draw("another iv", 12))),
        "tag-zero": ("nothing: it is all zeros", (message.seal(FINAL, 3, rest)[0], bytes(16))),
    }
    for name, (what, (content, tag)) in finals.items():
        changed = message.with_field("final.content", content).with_field("final.tag", tag).signed()
        rule = f"the tag of the final frame is made for {what}"
        yield Broken(message, f"final-{name}", rule, changed, "BodyAuthenticationError", "body", 32)


def _ivs(framed: Message, non_framed: Message) -> Iterator[Broken]:
    """Version 2 has no messages from before 2017: the IV is the sequence number."""
    one, two, rest = _pieces(framed)
    for name, iv in {
        "random": draw(f"{framed.plan.name}/iv", 12),
        "zero": bytes(12),
        "of-first-frame": sequence_iv(1),
    }.items():
        second = framed.regular_frame(2, two, iv)
        changed = _with(framed, [*framed.regular_frame(1, one), *second, *framed.final_frame(3, rest)])
        rule = f"the IV of the second frame is {name}, and its tag is made with that IV"
        yield Broken(framed, f"frame-iv-{name}", rule, changed, "SerializationError", "body", 16)
        frames = [*framed.regular_frame(1, one), *framed.regular_frame(2, two)]
        changed = _with(framed, [*frames, *framed.final_frame(3, rest, iv)])
        rule = f"the IV of the final frame is {name}, and its tag is made with that IV"
        yield Broken(framed, f"final-iv-{name}", rule, changed, "SerializationError", "body", 32)
        changed = framed.with_field("frame.2.iv", iv).signed()
        rule = f"the IV of the second frame is {name}, and its tag is made with the right one"
        yield Broken(framed, f"frame-iv-field-{name}", rule, changed, "SerializationError", "body", 16)
    content = plaintext(non_framed.plan.plaintext_length)
    for name, iv in {"random": draw(f"{non_framed.plan.name}/iv", 12), "zero": bytes(12), "2": sequence_iv(2)}.items():
        changed = _with(non_framed, non_framed.single_block(content, iv))
        rule = f"the IV of the non-framed body is {name}, and its tag is made with that IV"
        yield Broken(non_framed, f"body-iv-{name}", rule, changed, "SerializationError", "body")


def _single_block(message: Message) -> Iterator[Broken]:
    content = plaintext(message.plan.plaintext_length)
    iv = sequence_iv(1)
    sealed = {
        "tag-of-regular-frame": ("the kind of a regular frame", message.seal(REGULAR, 1, content, iv)),
        "tag-of-final-frame": ("the kind of a final frame", message.seal(FINAL, 1, content, iv)),
        "tag-of-sequence-0": ("the sequence number 0", message.seal(SINGLE, 0, content, iv)),
        "tag-of-sequence-2": ("the sequence number 2", message.seal(SINGLE, 2, content, iv)),
        "tag-of-other-length": ("another length", message.seal(SINGLE, 1, content, iv, stated_length=32)),
        "tag-of-other-iv": ("another IV than it carries", message.seal(SINGLE, 1, content, draw("another iv", 12))),
    }
    for name, (what, (ciphertext, tag)) in sealed.items():
        changed = message.with_field("body.content", ciphertext).with_field("body.tag", tag).signed()
        rule = f"the tag of the non-framed body is made for {what}"
        yield Broken(message, f"body-{name}", rule, changed, "BodyAuthenticationError", "body")
    for length in (0, 32, 34, 2**32, 2**36 - 32, 2**36 - 31, 2**64 - 1):
        changed = message.with_field("body.length", uint64(length)).signed()
        error = "SerializationError" if length >= 2**32 else ANY_ERROR
        rule = f"the non-framed body states {length} bytes and has {len(content)}"
        yield Broken(message, f"body-length-{length}", rule, changed, error, "body")
    short = message.single_block(content)
    body = [short[0], Field("body.length", uint32(len(content))), *short[2:]]
    yield Broken(
        message, "body-length-of-4-bytes", "the length of the body has 4 bytes", _with(message, body), ANY_ERROR, "body"
    )
