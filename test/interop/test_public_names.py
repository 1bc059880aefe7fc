"""Who calls the released package by its public names calls this one in the same way."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from test.interop.peer import HOW_TO_RUN, ReleasedPeer, released_python
from test.unit import public_names

if not released_python():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

_ELSEWHERE = "a constant of another module, which it imports"
_INSTANCES = "each instance has it, and the class has not"
#: What is not there, or is called in another way, and why.
LEFT_OUT = {
    ": EncryptionSDKClient takes 'config = None' where '**kwargs' is expected": "it takes the same, and names it",
    "identifiers: USER_AGENT_SUFFIX": "it has the version",
    "internal.crypto.authentication: Signer has no update": _INSTANCES,
    "internal.crypto.authentication: Verifier has no update": _INSTANCES,
    "internal.formatting.deserialize: MAX_FRAME_SIZE": _ELSEWHERE,
    "internal.utils.streams: InsistentReaderBytesIO is no ObjectProxy": "a class of a package that this one does not need",
    "internal.utils.streams: ROStream is no ObjectProxy": "a class of a package that this one does not need",
    "internal.utils.streams: TeeStream is no ObjectProxy": "a class of a package that this one does not need",
    "key_providers.kms: USER_AGENT_SUFFIX": _ELSEWHERE,
    "streaming_client: StreamDecryptor has no bytes_read": _INSTANCES,
    "streaming_client: StreamDecryptor has no config": _INSTANCES,
    "streaming_client: StreamDecryptor has no line_length": _INSTANCES,
    "streaming_client: StreamEncryptor has no bytes_read": _INSTANCES,
    "streaming_client: StreamEncryptor has no config": _INSTANCES,
    "streaming_client: StreamEncryptor has no line_length": _INSTANCES,
}


@pytest.fixture(scope="module")
def released(peer: ReleasedPeer) -> dict[str, dict[str, Any]]:
    """Return the description of the released package, as it is with its MPL extra: without, its configurations lack a field."""
    if not peer.has_keyrings:
        pytest.skip("the released package was installed without its MPL extra (it needs Python 3.11)")
    done = subprocess.run(
        [released_python(), "-I", public_names.__file__, "--print"], capture_output=True, check=True, timeout=120
    )
    described: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return described


def test_every_name_is_there_and_called_in_the_same_way(released: dict[str, dict[str, Any]]) -> None:
    found = []
    for module, names in released.items():
        place = module.removeprefix(public_names.PACKAGE).removeprefix(".")
        for name, theirs in names.items():
            try:
                ours = public_names.describe(public_names.reach(f"{place}.{name}" if place else name))
            except (AttributeError, LookupError):
                found.append(f"{place}: {name} is missing")
            else:
                found += [f"{place}: {name} {difference}" for difference in differences(theirs, ours)]
    unexpected = [text for text in found if not any(f"{text} ".startswith(f"{left} ") for left in LEFT_OUT)]
    assert not unexpected, "\n".join(unexpected)
    stale = [left for left in LEFT_OUT if not any(text.startswith(left) for text in found)]
    assert not stale, f"no longer left out: {stale}"


def differences(theirs: Any, ours: Any) -> list[str]:
    """Return what a caller of theirs would miss in ours."""
    if not isinstance(theirs, dict):
        return [] if theirs == ours else [f"is {ours}, not {theirs}"]
    found = []
    if "value" in theirs and theirs != ours:
        found.append(f"is {ours}, not {theirs}")
    found += [f"is no {base}" for base in theirs.get("bases", ()) if base not in ours["bases"]]
    found += [f"has no member {member}" for member in theirs.get("members", ()) if member not in ours["members"]]
    found += [f"has no {name}" for name in theirs.get("attributes", ()) if name not in ours["attributes"]]
    found += differences_of_calls(theirs.get("call"), ours.get("call"))
    for name, member in theirs.get("has", {}).items():
        if name not in ours["has"]:
            # What is a property there may be a field of every object here.
            found += [] if name in ours.get("fields", ()) else [f"has no {name}"]
        elif member != "attribute" and ours["has"][name] != "attribute":
            found += [f".{name} {text}" for text in differences_of_calls(member.get("call"), ours["has"][name].get("call"))]
    return found


def differences_of_calls(theirs: list[str] | None, ours: list[str] | None) -> list[str]:
    """Return why a call of theirs would not do with ours, which may take more, and need less."""
    if theirs is None or theirs == ours:
        return []
    if ours is None:
        return ["cannot be called so"]
    found = []
    for place, parameter in enumerate(theirs):
        name, _, default = parameter.partition(" = ")
        own = ours[place].removesuffix(" (by position)") if place < len(ours) else ""
        own_name, _, own_default = own.partition(" = ")
        if own_name != name:
            found.append(f"takes {own or 'nothing'!r} where {parameter!r} is expected")
        elif default and default != own_default and public_names.MADE not in (default, own_default):
            found.append(f"takes {own!r} where {parameter!r} is expected")
    found += [f"needs {own!r}, too" for own in ours[len(theirs) :] if " = " not in own and not own.startswith("*")]
    return found


@pytest.mark.parametrize(
    ("ours", "fault"),
    [
        (["a", "b = 1", "c = None"], None),
        (["a = 0", "b = 1"], None),
        (["a"], "takes 'nothing' where 'b = 1' is expected"),
        (["b = 1", "a"], "takes 'b = 1' where 'a' is expected"),
        (["a", "b = 2"], "takes 'b = 2' where 'b = 1' is expected"),
        (["a", "b = 1", "c"], "needs 'c', too"),
    ],
)
def test_differences_are_seen(ours: list[str], fault: str | None) -> None:
    assert differences_of_calls(["a", "b = 1"], ours)[:1] == ([] if fault is None else [fault])
