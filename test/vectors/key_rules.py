"""Headers whose encrypted data keys break a rule, or cannot be unwrapped; they are authentic otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from test.vectors.broken_message import ANY_ERROR, Broken
from test.vectors.chosen_randomness import draw
from test.vectors.good_plans import AES_KEYS, PADDINGS, good_plans, rich_plans
from test.vectors.header_rules import RULE_SUITES
from test.vectors.key_wrapping import WRAPPING_KEYS, AesKey, RsaKey, WrappedKey
from test.vectors.message_builder import Message, build, edk_fields, serialized_context


def key_rules() -> Iterator[Broken]:
    """Yield the messages whose encrypted data keys break a rule."""
    plans = {plan.name: plan for plan in good_plans()}
    for suite in RULE_SUITES:
        framed = build(next(iter(rich_plans(suite))))
        yield from _list(framed)
        yield from _aes(framed)
        yield from _data_key(framed)
    for suite in (0x0014, 0x0146, 0x0378, 0x0478, 0x0578):
        for name in AES_KEYS + PADDINGS:
            yield from _damaged(build(plans[f"{suite:04x}-{name}"]))
    for suite in (0x0378, 0x0578):
        for name in PADDINGS:
            yield from _rsa(build(plans[f"{suite:04x}-{name}"]))


def _context(message: Message) -> bytes:
    return serialized_context(message.pairs())


def _with_keys(message: Message, keys: Sequence[WrappedKey], count: int | None = None) -> Message:
    return message.with_section("edk.", edk_fields(keys, count)).authenticated().signed()


def _wrapped(message: Message) -> list[WrappedKey]:
    values = [item.value for item in message.section("edk.")[2::2]]
    return [WrappedKey(*values[index : index + 3]) for index in range(0, len(values), 3)]


def _list(message: Message) -> Iterator[Broken]:
    keys = _wrapped(message)
    error = "SerializationError"
    yield Broken(message, "edk-count-0", "there are no encrypted data keys", _with_keys(message, []), error, "header")
    rule = "the count of encrypted data keys is 0, and they are there"
    yield Broken(message, "edk-count-0-with-keys", rule, _with_keys(message, keys, 0), error, "header")
    rule = "the count of encrypted data keys is one less than there are"
    yield Broken(message, "edk-count-1", rule, _with_keys(message, keys, 1), ANY_ERROR, "header")
    rule = "the count of encrypted data keys is 65535"
    yield Broken(message, "edk-count-65535", rule, _with_keys(message, keys, 65535), ANY_ERROR, "header")
    nameless = WrappedKey(b"\xffvectors", b"", b"")
    rule = "the provider id of an encrypted data key that is not needed is not UTF-8"
    yield Broken(message, "edk-provider-not-utf-8", rule, _with_keys(message, [*keys, nameless]), error, "header")
    rule = "no encrypted data key belongs to a key of the keyring"
    yield Broken(message, "edk-none-fits", rule, message, "DecryptKeyError", "header", keyring=("aes-128", "rsa-pkcs1"))
    rule = "the key of the keyring has the right name and other bytes"
    yield Broken(message, "edk-key-of-same-name", rule, message, "DecryptKeyError", "header", keyring=("aes-256-impostor",))


def _aes(message: Message) -> Iterator[Broken]:
    key = WRAPPING_KEYS["aes-256"]
    assert isinstance(key, AesKey)
    label = f"{message.plan.name}/edk 1"
    good = key.wrap(message.data_key, _context(message), label)
    ivless = good.provider_info[:-20]
    variants = {
        "tag-of-96-bits": ("a tag of 96 bits", key.wrap(message.data_key, _context(message), label, tag_bits=96)),
        "tag-of-0-bits": ("no tag", key.wrap(message.data_key, _context(message), label, tag_bits=0)),
        "iv-of-11-bytes": ("an IV of 11 bytes", key.wrap(message.data_key, _context(message), label, iv_bytes=11)),
        "iv-of-16-bytes": ("an IV of 16 bytes", key.wrap(message.data_key, _context(message), label, iv_bytes=16)),
        "iv-cut-short": ("an IV shorter than stated", good._replace(provider_info=good.provider_info[:-1])),
        "iv-too-long": ("an IV longer than stated", good._replace(provider_info=good.provider_info + b"\x00")),
        "no-iv": ("a key name and nothing else", good._replace(provider_info=ivless)),
        "tag-bits-in-bytes": (
            "the length of its tag in bytes instead of bits",
            good._replace(provider_info=ivless + b"\x00\x00\x00\x10" + good.provider_info[-16:]),
        ),
        "ciphertext-shorter-than-tag": ("a ciphertext shorter than its tag", good._replace(ciphertext=good.ciphertext[:15])),
        "ciphertext-empty": ("no ciphertext", good._replace(ciphertext=b"")),
        "ciphertext-cut-short": ("a ciphertext without its last byte", good._replace(ciphertext=good.ciphertext[:-1])),
        "ciphertext-too-long": ("a ciphertext with one byte more", good._replace(ciphertext=good.ciphertext + b"\x00")),
        "other-context": ("a tag over another context", key.wrap(message.data_key, b"", label)),
        "other-context-order": (
            "a tag over the context in another order",
            key.wrap(message.data_key, serialized_context(message.pairs()[::-1]), label),
        ),
    }
    for name, (what, wrapped) in variants.items():
        changed = _with_keys(message, [*_wrapped(message)[:-1], wrapped])
        yield Broken(message, f"edk-aes-{name}", f"the raw AES data key has {what}", changed, "DecryptKeyError", "header")


def _data_key(message: Message) -> Iterator[Broken]:
    size = message.suite.key_bytes
    for length in (16, size - 1, size + 1):
        changed = build(replace(message.plan, data_key_bytes=length))
        rule = f"the wrapped data key has {length} bytes, and the suite needs {size}"
        yield Broken(message, f"data-key-of-{length}-bytes", rule, changed, ANY_ERROR, "header")
    key = WRAPPING_KEYS["aes-256"]
    other = key.wrap(draw(f"{message.plan.name}/other data key", size), _context(message), f"{message.plan.name}/edk 1")
    changed = _with_keys(message, [*_wrapped(message)[:-1], other])
    rule = "the second encrypted data key holds another data key than the first, under which the message is written"
    error = "KeyCommitmentError" if message.suite.version == 2 else "HeaderAuthenticationError"
    yield Broken(message, "edk-of-other-data-key", rule, changed, error, "header")


def _damaged(message: Message) -> Iterator[Broken]:
    key = _wrapped(message)[0]
    # Unwrapping with PKCS #1 v1.5 may yield random bytes instead of an error; then a later check fails.
    error = ANY_ERROR if message.plan.wrapped_by == ("rsa-pkcs1",) else "DecryptKeyError"
    for part in ("provider_id", "provider_info", "ciphertext"):
        value: bytes = getattr(key, part)
        middle = len(value) // 2
        changed = value[:middle] + bytes((value[middle] ^ 0x04,)) + value[middle + 1 :]
        kind = ANY_ERROR if part == "provider_id" and max(value) > 127 else error
        wrong = _with_keys(message, [key._replace(**{part: changed})])
        rule = f"the {part.replace('_', ' ')} of the only encrypted data key is changed"
        yield Broken(message, f"edk-{part}", rule, wrong, kind, "header")


def _rsa(message: Message) -> Iterator[Broken]:
    name = message.plan.wrapped_by[0]
    key = WRAPPING_KEYS[name]
    assert isinstance(key, RsaKey)
    error = ANY_ERROR if key.digest is None else "DecryptKeyError"
    good = _wrapped(message)[0]
    other_padding = key._replace(digest="sha256" if key.digest != "sha256" else "sha1")
    other_pem = WRAPPING_KEYS["rsa-oaep-sha256-impostor"]
    assert isinstance(other_pem, RsaKey)
    label = f"{message.plan.name}/edk 0"
    variants = {
        "other-padding": ("is wrapped with another padding", other_padding.wrap(message.data_key, b"", label)),
        "other-key": (
            "is wrapped with another key of the same name",
            key._replace(pem_file=other_pem.pem_file).wrap(message.data_key, b"", label),
        ),
        "ciphertext-cut-short": ("has 255 bytes", good._replace(ciphertext=good.ciphertext[:-1])),
        "ciphertext-too-long": ("has 257 bytes", good._replace(ciphertext=good.ciphertext + b"\x00")),
        "ciphertext-empty": ("has no bytes", good._replace(ciphertext=b"")),
        "ciphertext-above-modulus": ("is a number above the modulus", good._replace(ciphertext=b"\xff" * 256)),
    }
    for what, (rule, wrapped) in variants.items():
        changed = _with_keys(message, [wrapped])
        yield Broken(message, f"edk-rsa-{what}", f"the raw RSA data key {rule}", changed, error, "header")
