"""The messages that every reader has to open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from test.vectors.message_builder import Plan
from test.vectors.suites import SUITES

#: Frame length (0: non-framed), plaintext length, whether the last full frame is the final one.
SHAPES: Final = (
    (0, 0, False),
    (0, 1, False),
    (0, 100, False),
    (1, 0, False),
    (1, 1, False),
    (1, 1, True),
    (1, 3, False),
    (15, 40, False),
    (16, 0, False),
    (16, 15, False),
    (16, 16, False),
    (16, 16, True),
    (16, 17, False),
    (16, 48, False),
    (16, 48, True),
    (100, 250, False),
    (4096, 70, False),
)
#: Longer ones, for few suites.
LONG_SHAPES: Final = ((4096, 4096, False), (4096, 8192, True), (4096, 9000, False), (2**32 - 1, 20, False), (0, 5000, False))
LONG_SUITES: Final = (0x0178, 0x0578)

PADDINGS: Final = ("rsa-pkcs1", "rsa-oaep-sha1", "rsa-oaep-sha256", "rsa-oaep-sha384", "rsa-oaep-sha512")
ECDH_KEYS: Final = tuple(
    f"ecdh-{curve}-{schema}" for curve in ("p256", "p384", "p521") for schema in ("static", "ephemeral")
)
AES_KEYS: Final = ("aes-128", "aes-192", "aes-256", "aes-256-unicode")

#: UTF-8 orders these by code point; UTF-16 would put the last before the last but one.
UNICODE_CONTEXT: Final = {"\u00e9t\u00e9": "\u590f", "\u4e16\u754c": "\U0001f30d", "\uff5e": "before", "\U0001f511": "after"}
#: Order by bytes, not by length, nor without regard to case.
ORDER_CONTEXT: Final = {"b": "4", "aa": "3", "a": "2", "B": "1", "b\x00": "5", "ba": "6"}
PAIR: Final = {"purpose": "test"}
REQUIRED: Final = {"tenant": "42", "a region": "\u6771\u4eac"}


def good_plans() -> Iterator[Plan]:
    """Yield the plan of each good message."""
    for suite in SUITES:
        for shape in SHAPES + (LONG_SHAPES if suite in LONG_SUITES else ()):
            yield _shaped(suite, *shape)
        yield from rich_plans(suite)
    yield from _keyrings()
    yield from _contexts()
    yield from _random_ivs()
    for suite in (0x0478, 0x0578):
        base = Plan(f"{suite:04x}-ivs-padded-with-ones-", suite, 16, 40, PAIR, iv_padding=b"\xff" * 8)
        yield replace(base, name=base.name + "framed")
        yield replace(base, name=base.name + "final-only", plaintext_length=7)
        yield replace(base, name=base.name + "non-framed", frame_length=0)


def rich_plans(suite: int) -> Iterator[Plan]:
    """Yield three messages that have every field: with content in the final frame, with none there, and non-framed."""
    rich = Plan(
        f"{suite:04x}-rich-framed",
        suite,
        16,
        40,
        context={"one": "first value", "two": "second value"},
        wrapped_by=("aes-192", "aes-256"),
    )
    yield rich
    yield replace(rich, name=f"{suite:04x}-rich-empty-final", plaintext_length=48, context=PAIR, wrapped_by=("aes-256",))
    yield replace(
        rich, name=f"{suite:04x}-rich-non-framed", frame_length=0, plaintext_length=33, context=PAIR, wrapped_by=("aes-256",)
    )


def net_4_0_0_plans() -> Iterator[Plan]:
    """Yield the plan of each message that version 4.0.0 of the SDK for .NET wrote and the specification does not know."""
    for number, suite in SUITES.items():
        base = Plan(f"{number:04x}-net-4.0.0-", number, 16, 40, context=PAIR, net_4_0_0=True)
        yield replace(base, name=base.name + "all-stored")
        yield replace(base, name=base.name + "non-framed", frame_length=0)
        yield replace(base, name=base.name + "no-context", context={}, plaintext_length=0)
        # With unstored pairs, only the derivation of the key differs.
        if suite.version == 1 and suite.kdf_hash is not None:
            yield replace(base, name=base.name + "required", required=REQUIRED)
            yield replace(base, name=base.name + "required-only", context={}, required=REQUIRED, frame_length=4096)


def _shaped(suite: int, frame_length: int, plaintext_length: int, full_final: bool) -> Plan:
    body = f"frames-of-{frame_length}" if frame_length else "non-framed"
    name = f"{suite:04x}-{body}-plaintext-{plaintext_length}{'-full-final' if full_final else ''}"
    return Plan(name, suite, frame_length, plaintext_length, full_final=full_final)


def _keyrings() -> Iterator[Plan]:
    for suite in (0x0014, 0x0146, 0x0378, 0x0478, 0x0578):
        for key in AES_KEYS + PADDINGS + ECDH_KEYS:
            yield Plan(f"{suite:04x}-{key}", suite, 16, 20, PAIR, wrapped_by=(key,), keyring=(key,))
    for suite in (0x0178, 0x0578):
        base = Plan(f"{suite:04x}-", suite, 16, 20, PAIR)
        yield replace(base, name=base.name + "every-key", wrapped_by=AES_KEYS + PADDINGS, keyring=("rsa-oaep-sha384",))
        yield replace(
            base,
            name=base.name + "two-keys-in-keyring",
            wrapped_by=("aes-192", "rsa-pkcs1"),
            keyring=("aes-128", "rsa-pkcs1"),
        )
        yield replace(base, name=base.name + "same-key-twice", wrapped_by=("aes-256", "aes-256"))
        yield replace(base, name=base.name + "impostor-first", wrapped_by=("aes-256-impostor", "aes-256"))
        yield replace(base, name=base.name + "other-namespace-first", wrapped_by=("aes-256-elsewhere", "aes-256"))
        yield replace(base, name=base.name + "every-ecdh-key", wrapped_by=ECDH_KEYS, keyring=("ecdh-p384-ephemeral",))
        rsa = ("rsa-oaep-sha256-impostor", "rsa-oaep-sha256")
        yield replace(base, name=base.name + "rsa-impostor-first", wrapped_by=rsa, keyring=("rsa-oaep-sha256",))


def _contexts() -> Iterator[Plan]:
    long_context = {f"key {index:03}": "v" * index for index in range(60)}
    for suite in (0x0046, 0x0178, 0x0378, 0x0478, 0x0578):
        base = Plan(f"{suite:04x}-", suite, 16, 20)
        yield replace(base, name=base.name + "one-pair", context=PAIR)
        yield replace(base, name=base.name + "empty-key-and-value", context={"": "", "k": ""})
        yield replace(base, name=base.name + "unicode-context", context=UNICODE_CONTEXT)
        ecdh = replace(base, wrapped_by=("ecdh-p384-static",), keyring=("ecdh-p384-static",))
        yield replace(ecdh, name=base.name + "required-ecdh", context=PAIR, required=REQUIRED)
        yield replace(base, name=base.name + "sorted-context", context=ORDER_CONTEXT)
        yield replace(base, name=base.name + "utf-16-order", context=UNICODE_CONTEXT, utf_16_order=True)
        if SUITES[suite].curve is not None:
            yield replace(base, name=base.name + "verification-key-last", context=ORDER_CONTEXT, public_key_last=True)
        yield replace(base, name=base.name + "sixty-pairs", context=long_context)
        yield replace(base, name=base.name + "required-only", required=REQUIRED)
        yield replace(base, name=base.name + "required-and-stored", context=UNICODE_CONTEXT, required=REQUIRED)
        rsa = replace(base, wrapped_by=("rsa-oaep-sha512",), keyring=("rsa-oaep-sha512",))
        yield replace(rsa, name=base.name + "required-rsa", context=PAIR, required=REQUIRED)
        yield replace(rsa, name=base.name + "required-rsa-non-framed", context=PAIR, required=REQUIRED, frame_length=0)


def _random_ivs() -> Iterator[Plan]:
    for suite, fields in SUITES.items():
        if fields.version == 1:
            base = Plan(f"{suite:04x}-random-ivs-", suite, 16, 40, PAIR, random_ivs=True)
            yield replace(base, name=base.name + "framed")
            yield replace(base, name=base.name + "empty-final", plaintext_length=32)
            yield replace(base, name=base.name + "full-final", plaintext_length=32, full_final=True)
            yield replace(base, name=base.name + "non-framed", frame_length=0)
