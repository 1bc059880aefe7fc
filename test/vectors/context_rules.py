"""Headers whose encryption context or encrypted data keys break a rule, and are authentic otherwise."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from test.vectors.broken_message import ANY_ERROR, Broken
from test.vectors.good_plans import PAIR, REQUIRED, good_plans, rich_plans
from test.vectors.header_rules import RULE_SUITES
from test.vectors.key_wrapping import WRAPPING_KEYS
from test.vectors.message_builder import (
    PUBLIC_KEY,
    Field,
    Message,
    build,
    context_fields,
    edk_fields,
    serialized_context,
    sorted_pairs,
)
from test.vectors.suites import SUITES, public_key_text, signing_key

Pairs = list[tuple[bytes, bytes]]

_NOT_UTF8: Final = {
    "lone-byte": b"\xff",
    "cut-short": b"ab\xe4\xb8",
    "overlong": b"\xc0\xaf",
    "surrogate": b"\xed\xa0\x80",
    "above-the-last": b"\xf4\x90\x80\x80",
}


def context_rules() -> Iterator[Broken]:
    """Yield the messages whose encryption context breaks a rule."""
    plans = {plan.name: plan for plan in good_plans()}
    for suite in RULE_SUITES:
        framed = build(next(iter(rich_plans(suite))))
        yield from _twice(framed)
        names = (f"{suite:04x}-unicode-context", f"{suite:04x}-sorted-context")
        yield from _unsorted(framed, *(build(plans[name]) for name in names))
        yield from _lengths(framed)
        yield from _text(framed)
        yield from _public_keys(framed)
        yield from _required(build(plans[f"{suite:04x}-required-rsa"]), build(plans[f"{suite:04x}-required-only"]))
        yield _contradicted(build(plans[f"{suite:04x}-one-pair"]))


def _with_context(message: Message, fields: list[Field]) -> Message:
    return message.with_section("context.", fields).authenticated().signed()


def _wrapped_anew(message: Message, pairs: Pairs) -> Message:
    """Return ``message`` with ``pairs``, also where the context authenticates the wrapped data key."""
    context = serialized_context(sorted(pairs))
    names = message.plan.wrapped_by
    keys = [
        WRAPPING_KEYS[name].wrap(message.data_key, context, f"{message.plan.name}/edk {i}") for i, name in enumerate(names)
    ]
    return message.with_section("edk.", edk_fields(keys))


def _twice(message: Message) -> Iterator[Broken]:
    pairs = message.pairs()
    twice = _with_context(message, context_fields([*pairs, pairs[-1]]))
    yield Broken(
        message, "context-pair-twice", "the last context pair is there twice", twice, "SerializationError", "header"
    )
    key, value = pairs[-1]
    for name, doubled in {"first": [(key, b"x"), (key, value)], "last": [(key, value), (key, b"x")]}.items():
        changed = _with_context(message, context_fields([*pairs[:-1], *doubled]))
        rule = f"the last context key is there twice, the {name} time with another value"
        yield Broken(message, f"context-key-twice-{name}", rule, changed, "SerializationError", "header")


def _unsorted(rich: Message, unicode_message: Message, ascii_message: Message) -> Iterator[Broken]:
    """Yield contexts whose keys are in another order."""
    own, others = [pair for pair in rich.pairs() if pair[0] == PUBLIC_KEY.encode("ascii")], rich.pairs()[-2:]
    orders = {
        "descending": (rich, "in descending order", [*others[::-1], *own]),
        "exchanged": (rich, "sorted but for the last two", [*own, *others[::-1]]),
        "unicode-descending": (unicode_message, "in descending order", unicode_message.pairs()[::-1]),
        "by-length": (
            ascii_message,
            "sorted by length before value",
            sorted(ascii_message.pairs(), key=lambda pair: (len(pair[0]), pair[0])),
        ),
        "without-case": (
            ascii_message,
            "sorted without regard to case",
            sorted(ascii_message.pairs(), key=lambda pair: (pair[0].lower(), pair[0])),
        ),
    }
    for name, (message, how, pairs) in orders.items():
        changed = _with_context(message, context_fields(pairs))
        rule = f"the context keys are {how}"
        yield Broken(message, f"context-order-{name}", rule, changed, "SerializationError", "header")


def _lengths(message: Message) -> Iterator[Broken]:
    pairs = message.pairs()
    error = "SerializationError"
    longer = _with_context(message, context_fields(pairs, surplus=b"\x00"))
    yield Broken(message, "context-one-byte-more", "the context ends one byte after its last pair", longer, error, "header")
    uncounted = serialized_context([(b"zz", b"not counted")])[2:]
    changed = _with_context(message, context_fields(pairs, surplus=uncounted))
    yield Broken(message, "context-uncounted-pair", "the context has one pair more than it counts", changed, error, "header")
    changed = _with_context(message, context_fields(pairs, count=len(pairs) + 1))
    yield Broken(message, "context-missing-pair", "the context counts one pair more than it has", changed, error, "header")
    if message.signer is None:
        empty = build(
            next(plan for plan in good_plans() if plan.name == f"{message.suite.number:04x}-frames-of-16-plaintext-17")
        )
        changed = _with_context(empty, context_fields([], count=0))
        yield Broken(empty, "context-count-0", "an empty context is written as a count of 0", changed, error, "header")


def _text(message: Message) -> Iterator[Broken]:
    pairs = message.pairs()
    for name, octets in _NOT_UTF8.items():
        for part, pair in {"key": (b"zz" + octets, b"v"), "value": (b"zz", octets)}.items():
            rule = f"a context {part} is not UTF-8"
            changed = _with_context(_wrapped_anew(message, [*pairs, pair]), context_fields([*pairs, pair]))
            yield Broken(message, f"context-{part}-{name}", rule, changed, "SerializationError", "header")


def _public_keys(message: Message) -> Iterator[Broken]:
    changed = build(replace(message.plan, fitting_public_key=False))
    if message.signer is None:
        rule = "the context has a verification key, and the suite does not sign"
        yield Broken(message, "surplus-verification-key", rule, changed, "SerializationError", "header")
        return
    rule = "the context has no verification key, and the suite signs"
    yield Broken(message, "missing-verification-key", rule, changed, "SerializationError", "header")
    point = message.signer.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    other_curve = SUITES[0x0214] if isinstance(message.signer.curve, ec.SECP384R1) else SUITES[0x0378]
    texts = {
        "not-base64": "this is not base64!",
        "empty": "",
        "cut-short": base64.b64encode(point[:-1]).decode(),
        "off-the-curve": base64.b64encode(_off_the_curve(message.signer, point)).decode(),
        "other-curve": public_key_text(signing_key(other_curve, "other curve")),
    }
    for name, text in texts.items():
        rule = "the verification key in the context is no point of the suite's curve"
        yield Broken(message, f"verification-key-{name}", rule, _with_public_key(message, text), ANY_ERROR, "header")
    changed = _with_public_key(message, public_key_text(signing_key(message.suite, "another signer")))
    rule = "the verification key in the context is not that of the signer"
    error = "SignatureVerificationError"
    yield Broken(message, "verification-key-of-other-signer", rule, changed, error, "footer", message.plan.plaintext_length)


def _with_public_key(message: Message, text: str) -> Message:
    pairs = [(key, text.encode() if key == PUBLIC_KEY.encode() else value) for key, value in message.pairs()]
    return _with_context(_wrapped_anew(message, pairs), context_fields(pairs))


def _off_the_curve(key: ec.EllipticCurvePrivateKey, point: bytes) -> bytes:
    for last in range(256):
        candidate = point[:-1] + bytes((last,))
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(key.curve, candidate)
        except ValueError:
            return candidate
    raise AssertionError("no such point among 256")


def _required(rsa: Message, aes: Message) -> Iterator[Broken]:
    error = "HeaderAuthenticationError"
    given = {
        "not-given": ({}, "a pair that is authenticated and not stored is not given"),
        "one-missing": ({"tenant": "42"}, "one of two pairs that are authenticated and not stored is not given"),
        "other-value": ({**REQUIRED, "tenant": "43"}, "a pair that is authenticated and not stored is given another value"),
        "one-more": ({**REQUIRED, "surplus": ""}, "a pair is given that is neither stored nor authenticated"),
    }
    for name, (context, rule) in given.items():
        # The raw AES keyring authenticates the context with the data key; raw RSA leaves it to the header tag.
        yield Broken(rsa, f"context-{name}", rule, rsa, error, "header", context=context)
        yield Broken(aes, f"context-{name}", rule, aes, "DecryptKeyError", "header", context=context)
    changed = replace(rsa, unstored=b"").authenticated().signed()
    rule = "the header tag does not cover the pairs that are not stored"
    yield Broken(rsa, "context-not-covered", rule, changed, error, "header")
    reverse = replace(rsa, unstored=serialized_context(sorted_pairs(REQUIRED)[::-1])).authenticated().signed()
    rule = "the header tag covers the pairs that are not stored in descending order"
    yield Broken(rsa, "context-covered-unsorted", rule, replace(reverse, unstored=rsa.unstored), error, "header")


def _contradicted(message: Message) -> Broken:
    rule = "the caller gives another value for a pair that the message stores"
    context = {key: value + "?" for key, value in PAIR.items()}
    return Broken(
        message, "context-contradicted", rule, message, "EncryptionContextMismatchError", "header", context=context
    )
