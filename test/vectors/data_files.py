"""The data files of this folder as text: one vector a line."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

from test.vectors.body_rules import body_rules
from test.vectors.broken_fields import changed_bits, cut_off
from test.vectors.broken_message import Broken, apply_edits
from test.vectors.context_rules import context_rules
from test.vectors.footer_rules import footer_rules
from test.vectors.good_plans import good_plans, net_4_0_0_plans
from test.vectors.header_rules import header_rules
from test.vectors.key_rules import key_rules
from test.vectors.key_wrapping import WRAPPING_KEYS
from test.vectors.message_builder import Message, build

Vector = dict[str, Any]

#: The data files of broken messages and what makes them.
BROKEN_FILES = {
    "broken-bits.json": changed_bits,
    "broken-cut-off.json": cut_off,
    "broken-header.json": header_rules,
    "broken-context.json": context_rules,
    "broken-keys.json": key_rules,
    "broken-body.json": body_rules,
    "broken-footer.json": footer_rules,
}


def files() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each data file."""
    yield "keys.json", _text({name: key.described() for name, key in WRAPPING_KEYS.items()})
    good = {plan.name: build(plan) for plan in good_plans()}
    yield "good.json", _text(_named(_good(message) for message in good.values()))
    yield "net-4.0.0.json", _text(_named(_good(build(plan)) for plan in net_4_0_0_plans()))
    for name, make in BROKEN_FILES.items():
        yield name, _text(_named(_broken(broken, good) for broken in make()))


def _good(message: Message) -> tuple[str, Vector]:
    plan = message.plan
    # Made anew over an untouched message, tag and signature must come out as they are: what the broken ones rely on.
    assert message.authenticated().signed() == message, plan.name
    vector: Vector = {
        "message": base64.b64encode(bytes(message)).decode("ascii"),
        "plaintext_length": plan.plaintext_length,
        "keyring": list(plan.keyring),
        "suite": message.suite.label,
        "message_id": message.message_id.hex(),
        "frame_length": plan.frame_length,
        "wrapped_by": list(plan.wrapped_by),
        "stored_context": {key.decode(): value.decode() for key, value in message.pairs()},
    }
    if plan.required:
        vector["required_context"] = dict(plan.required)
    if "commitment" in message:
        vector["commitment"] = message["commitment"].hex()
    return plan.name, vector


def _broken(broken: Broken, good: dict[str, Message]) -> tuple[str, Vector]:
    name = f"{broken.of.plan.name}/{broken.name}"
    assert good[broken.of.plan.name] == broken.of, name
    edits = broken.edits()
    assert apply_edits(bytes(broken.of), edits) == bytes(broken.message), name
    assert edits or broken.context is not None or broken.keyring, name
    vector: Vector = {
        "of": broken.of.plan.name,
        "rule": broken.rule,
        "edits": edits,
        "error": broken.error,
        "place": broken.place,
        "authentic_prefix_length": broken.releasable(),
    }
    if broken.context is not None:
        vector["context"] = dict(broken.context)
    if broken.keyring is not None:
        vector["keyring"] = list(broken.keyring)
    return name, vector


def _named(vectors: Iterable[tuple[str, Vector]]) -> dict[str, Vector]:
    named: dict[str, Vector] = {}
    for name, vector in vectors:
        assert name not in named, f"two vectors are called {name}"
        named[name] = vector
    return named


def _text(vectors: dict[str, Any]) -> str:
    lines = [f"{json.dumps(name)}: {json.dumps(vector, ensure_ascii=True)}" for name, vector in vectors.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"
