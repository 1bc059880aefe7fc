"""Reads the manifests of published test vectors into typed test cases."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import pairwise
from typing import Final

import attrs

from aws_encryption_sdk.identifiers import CommitmentPolicy

from .archives import Archive, Json, archive

#: The archives of messages to decrypt.
DECRYPT_ARCHIVES: Final = (
    "v4-Net-4.0.1",
    "valid-Net-4.0.0",
    "commitment-kat",
    "decrypt-oracle",
    "perf-resources",
    "interop-dev",
)
#: The archives of tampered messages.
TAMPERED_ARCHIVES: Final = ("tampered-dev",)

# A reader of message format version 1 uses the IV that stands in the message, because old writers drew it at random. The
# tampered messages of these names are otherwise good, so they open; where an IV repeats, they may be refused as well.
_ODD_IV_EDITS: Final = frozenset(("iv-odd", "single-iv"))
_REPEATED_IV_EDITS: Final = frozenset(("iv-same", "single-iv-zero"))


class DecryptionMethod(Enum):
    """Which calls a case is for."""

    ANY = None
    STREAMING_UNSIGNED_ONLY = "streaming-unsigned-only"


class Verdict(Enum):
    """What has to become of a tampered message."""

    REJECT = "reject"
    ACCEPT = "accept"
    #: Either will do.
    OPEN = "open"
    #: Bytes follow a complete message: refused where the reader sees them.
    TRAILING = "trailing"


@attrs.frozen(eq=False, kw_only=True)
class Case:
    """What it takes to try to decrypt a message."""

    id: str
    archive: Archive
    key_description: Json = attrs.field(repr=False)
    commitment_policy: CommitmentPolicy
    max_encrypted_data_keys: int | None
    method: DecryptionMethod
    reproduced_context: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(eq=False, kw_only=True)
class DecryptCase(Case):
    """A message, and what has to come of it.

    ``plaintext_address`` is None where decryption has to fail. ``authenticated_context`` is what the header has to hold
    after decryption, apart from the public key: stored and reproduced pairs; None where the manifest does not tell.
    """

    ciphertext_address: str
    plaintext_address: str | None
    algorithm_id: int
    authenticated_context: Mapping[str, str] | None

    @property
    def message(self) -> bytes:
        return self.archive.read(self.ciphertext_address)

    @property
    def plaintext(self) -> bytes | None:
        return None if self.plaintext_address is None else self.archive.read(self.plaintext_address)


@attrs.frozen(eq=False, kw_only=True)
class TamperedCase(Case):
    """A message that was changed, and the verdict on it; ``accepted_sha256`` is the hash of its plaintext where it opens."""

    base: Json
    edits: tuple[tuple[int, int | None, str], ...]
    whole_message: str | None = attrs.field(repr=False)
    verdict: Verdict
    accepted_sha256: str

    @property
    def base_message(self) -> bytes:
        return self.archive.read(self.base["ciphertext"])

    @property
    def base_plaintext(self) -> bytes:
        return self.archive.read(self.base["plaintext"])

    @property
    def message(self) -> bytes:
        if self.whole_message is not None:
            return base64.b64decode(self.whole_message, validate=True)
        message = self.base_message
        # Every offset counts on the base, so the last edit is done first.
        for offset, removed, inserted in reversed(self.edits):
            end = len(message) if removed is None else offset + removed
            message = message[:offset] + bytes.fromhex(inserted) + message[end:]
        return message


def decrypt_cases(name: str) -> Iterator[DecryptCase]:
    """Read the cases of one archive of messages to decrypt."""
    source = archive(name)
    source.check_form("awses-decrypt", (4, 5))
    for test, body in source.manifest["tests"].items():
        if source.manifest["manifest"]["version"] == 4:
            yield _decrypt_case_4(source, test, body)
        else:
            yield _decrypt_case_5(source, test, body["decryption-scenario"])


def tampered_cases(name: str) -> Iterator[TamperedCase]:
    """Read the cases of one archive of tampered messages."""
    source = archive(name)
    source.check_form("awses-tampered", (1,))
    for test, body in source.manifest["tests"].items():
        base = source.manifest["bases"][body["base"]]
        yield TamperedCase(
            id=f"{name}/{test}",
            archive=source,
            key_description=base["decryptKeyDescription"],
            commitment_policy=_policy(body),
            max_encrypted_data_keys=body.get("max-encrypted-data-keys"),
            method=DecryptionMethod(body.get("decryption-method")),
            base=base,
            edits=_edits(body.get("edits", ())),
            whole_message=body.get("message"),
            verdict=_verdict(test, source.read(base["ciphertext"])[0], body["spec"]),
            accepted_sha256=_accepted_sha256(source, base, body),
        )


def _decrypt_case_4(source: Archive, test: str, body: Json) -> DecryptCase:
    keys = body["master-keys"]
    context = body["encryption-context"]
    return DecryptCase(
        id=f"{source.name}/{test}",
        archive=source,
        key_description=keys[0] if len(keys) == 1 else {"type": "multi-keyring", "childKeyrings": keys},
        commitment_policy=_policy(body),
        max_encrypted_data_keys=None,
        method=DecryptionMethod.ANY,
        # Required pairs are left out of the message, and the manifest does not tell which those are.
        reproduced_context=context if body["cmm"] == "RequiredEncryptionContext" else {},
        ciphertext_address=body["ciphertext"],
        plaintext_address=body["result"]["output"]["plaintext"] if "output" in body["result"] else None,
        algorithm_id=int(test[:4], 16),
        authenticated_context=context,
    )


def _decrypt_case_5(source: Archive, test: str, body: Json) -> DecryptCase:
    if body["type"] not in ("positive-esdk", "negative-esdk"):
        raise ValueError(f"{source.name}/{test}: unknown type {body['type']}")
    reproduced = body["reproduced-encryption-context"]
    stored = body.get("stored-encryption-context")
    return DecryptCase(
        id=f"{source.name}/{test}",
        archive=source,
        key_description=body["decryptKeyDescription"],
        commitment_policy=_policy(body),
        max_encrypted_data_keys=body.get("max-encrypted-data-keys"),
        method=DecryptionMethod(body.get("decryption-method")),
        reproduced_context=reproduced,
        ciphertext_address=body["ciphertext"],
        plaintext_address=body["result"] if body["type"] == "positive-esdk" else None,
        algorithm_id=int(body["algorithmSuiteId"], 16),
        authenticated_context=None if stored is None else {**stored, **reproduced},
    )


def _policy(body: Json) -> CommitmentPolicy:
    """Return the policy that a case names, or the one that reads everything."""
    return CommitmentPolicy[body.get("commitment-policy", "FORBID_ENCRYPT_ALLOW_DECRYPT")]


def _edits(edits: list[tuple[int, int | None, str]]) -> tuple[tuple[int, int | None, str], ...]:
    for (offset, removed, _), (following, _, _) in pairwise(edits):
        if removed is None or following < offset + removed:
            raise ValueError(f"The edits {edits} overlap, or are out of order")
    return tuple((offset, removed, inserted) for offset, removed, inserted in edits)


def _verdict(test: str, message_format_version: int, specified: str) -> Verdict:
    edit = test.rpartition("/")[2]
    if message_format_version == 1 and edit in _ODD_IV_EDITS:
        return Verdict.ACCEPT
    if message_format_version == 1 and edit in _REPEATED_IV_EDITS:
        return Verdict.OPEN
    return Verdict(specified)


def _accepted_sha256(source: Archive, base: Json, body: Json) -> str:
    """Return the hash of the plaintext that other readers saw, or where they saw none, of the base's."""
    outcomes = (source.manifest["outcomes"][number] for number in body["expected"].values())
    observed: set[str] = {outcome["sha256"] for outcome in outcomes if outcome["status"] == "ok"}
    if len(observed) == 1:
        return observed.pop()
    return hashlib.sha256(source.read(base["plaintext"])).hexdigest()
