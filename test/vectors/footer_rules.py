"""Signatures that are wrong over a message that is right, and bytes where a message has none."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from test.vectors.broken_message import ANY_ERROR, Broken
from test.vectors.good_plans import rich_plans
from test.vectors.header_rules import RULE_SUITES
from test.vectors.message_builder import Field, Message, build, uint16
from test.vectors.suites import SUITES, signing_key


def footer_rules() -> Iterator[Broken]:
    """Yield the messages that are right up to the end of the body and not beyond."""
    for suite, fields in SUITES.items():
        if fields.curve is not None:
            for plan in rich_plans(suite):
                yield from _signatures(build(plan))
    for suite in RULE_SUITES:
        for plan in rich_plans(suite):
            yield from _ends(build(plan))


def _with_signature(message: Message, signature: bytes) -> Message:
    return message.with_section(
        "footer.", [Field("footer.length", uint16(len(signature))), Field("footer.signature", signature)]
    )


def _signatures(message: Message) -> Iterator[Broken]:
    assert message.signer is not None
    everything = message.plan.plaintext_length
    header = [item for item in message.fields if not item.name.startswith(("body.", "frame.", "final.", "footer."))]
    signed = bytes(replace(message, fields=tuple(item for item in message.fields if not item.name.startswith("footer."))))
    r, s = decode_dss_signature(message["footer.signature"])
    order, size = message.suite.order, (message.suite.order.bit_length() + 7) // 8
    digest: hashes.HashAlgorithm = hashes.SHA256() if message.suite.signature_hash.name == "sha384" else hashes.SHA384()
    other_key = replace(message, signer=signing_key(message.suite, "another signer"))
    signatures = {
        "of-other-signer": ("is that of another key", other_key.sign(signed)),
        "of-header-only": ("covers the header alone", message.sign(b"".join(item.value for item in header))),
        "of-body-only": ("does not cover the header", message.sign(signed[len(b"".join(item.value for item in header)) :])),
        "of-one-byte-less": ("does not cover the last byte of the body", message.sign(signed[:-1])),
        "of-other-hash": (
            "is made with another hash",
            message.signer.sign(signed, ec.ECDSA(digest, deterministic_signing=True)),
        ),
        "empty": ("has no bytes", b""),
        "not-der": ("is r and s without DER", r.to_bytes(size, "big") + s.to_bytes(size, "big")),
        "with-surplus": ("has a byte behind its DER", message["footer.signature"] + b"\x00"),
        "cut-short": ("lacks the last byte of its DER", message["footer.signature"][:-1]),
        "zero": ("has r and s of 0", encode_dss_signature(0, 0)),
        "of-order": ("has r and s that are the order of the group", encode_dss_signature(order, order)),
        "r-and-s-exchanged": ("has r and s in each other's place", encode_dss_signature(s, r)),
        "s-above-order": ("has an s above the order of the group", encode_dss_signature(r, s + order)),
    }
    for name, (what, signature) in signatures.items():
        changed = _with_signature(message, signature)
        error = "SignatureVerificationError"
        yield Broken(message, f"signature-{name}", f"the signature {what}", changed, error, "footer", everything)
    signature = message["footer.signature"]
    lengths = {"too-short": (len(signature) - 1, ANY_ERROR), "too-long": (len(signature) + 1, "SerializationError")}
    for name, (length, error) in lengths.items():
        changed = message.with_field("footer.length", uint16(length))
        rule = f"the length of the signature is one {'less' if length < len(signature) else 'more'} than it has"
        yield Broken(message, f"signature-length-{name}", rule, changed, error, "footer", everything)
    changed = message.with_section("footer.", [])
    yield Broken(message, "no-footer", "a signed message has no footer", changed, "SerializationError", "footer", everything)


def _ends(message: Message) -> Iterator[Broken]:
    everything = message.plan.plaintext_length
    whole = bytes(message)
    error = "TrailingBytesError"
    extras = {
        "zero-byte": ("one zero byte follows the message", b"\x00"),
        "newline": ("a newline follows the message", b"\n"),
        "message-twice": ("the same message follows the message", whole),
    }
    if message.signer is None:
        signer = signing_key(SUITES[0x0578], "a signature that nobody asked for")
        signature = signer.sign(whole, ec.ECDSA(hashes.SHA384(), deterministic_signing=True))
        extras["footer"] = ("a footer follows a message that is not signed", uint16(len(signature)) + signature)
    else:
        extras["footer-twice"] = ("the footer is there twice", whole[-len(message["footer.signature"]) - 2 :])
    for name, (rule, extra) in extras.items():
        yield Broken(message, f"trailing-{name}", rule, whole + extra, error, "end", everything)
    rule = "the message is base64 text"
    yield Broken(message, "base64", rule, base64.b64encode(whole), "Base64MessageError", "header")
    yield Broken(
        message, "leading-zero-byte", "a zero byte precedes the message", b"\x00" + whole, "NotSupportedError", "header"
    )
