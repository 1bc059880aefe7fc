"""The decrypt operation as a state machine, with materials from a callable."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._materials import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk._operations.decrypt import DecryptOperation, DecryptState
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy, SignaturePolicy
from aws_encryption_sdk.structures import MessageHeader, RawDataKey

from .operation_materials import (
    PROVIDER,
    SIGNING_SUITES,
    SUITES,
    TYPICAL_SUITES,
    data_key_for,
    decryption_materials,
    encryption_materials,
    message_of,
)

pytestmark = pytest.mark.specification(
    "client-apis/decrypt.md",
    "Behavior",
    "Parse the header",
    "Get the decryption materials",
    "Verify the header",
    "Decrypt the message body",
    "Verify the signature",
)

SIGNING = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
UNCOMMITTED = AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA256
PLAINTEXT = bytes(range(35))
CONTEXT = {"stored": "1", "required": "2"}


def operation(materials: object, **settings: Any) -> DecryptOperation:
    policies = {"policy": None, "signature_policy": SignaturePolicy.ALLOW_ENCRYPT_ALLOW_DECRYPT}
    return DecryptOperation(lambda header: materials, **{**policies, **settings})  # type: ignore[arg-type,return-value]


def for_message(materials: EncryptionMaterials, **settings: Any) -> DecryptOperation:
    return operation(decryption_materials(materials), **settings)


def run(machine: DecryptOperation, message: bytes, arrived: Callable[[int], int] | None = None) -> bytes:
    """Hand ``message`` over, all at once or as far as ``arrived`` says; return the plaintext."""
    start, end, plaintext = 0, 0, []
    while machine.state is not DecryptState.DONE:
        end = len(message) if arrived is None else min(arrived(end), len(message))
        consumed, output = machine.process(memoryview(message)[start:end], at_end=end == len(message))
        start += consumed
        plaintext.append(bytes(output))
    assert start == len(message)
    return b"".join(plaintext)


@pytest.mark.specification("client-apis/streaming.md", "Consumable Bytes", "Inputs", "Behavior")
@pytest.mark.specification("data-format/message-footer.md", "Overview")
@pytest.mark.specification("data-format/message.md", "Structure")
@pytest.mark.specification("framework/algorithm-suites.md", "Overview")
@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("frame_length", [0, 1, 10, 35, 100])
def test_round_trip_whole_and_byte_by_byte(suite: AlgorithmSuite, frame_length: int) -> None:
    materials = encryption_materials(suite, CONTEXT, keys=2)
    message = message_of(materials, PLAINTEXT, frame_length)

    for arrived in (None, lambda end: end + 1):
        machine = for_message(materials)
        assert run(machine, message, arrived) == PLAINTEXT
        assert machine.header is not None
        assert machine.header.encryption_context == materials.encryption_context
        assert (machine.footer is not None) == suite.is_signing()


@pytest.mark.specification("client-apis/streaming.md", "Consumable Bytes", "Inputs", "Behavior")
@pytest.mark.parametrize("suite", TYPICAL_SUITES)
@pytest.mark.parametrize("frame_length", [0, 1, 10, 35])
@pytest.mark.parametrize("length", [0, 1, 35])
@pytest.mark.parametrize("wanted", [1, 12, 10**9])
def test_no_byte_is_requested_that_the_message_has_not(
    suite: AlgorithmSuite, frame_length: int, length: int, wanted: int
) -> None:
    """Also with any part of what was requested there; and what is requested is enough to go on."""
    materials = encryption_materials(suite, CONTEXT)
    message = message_of(materials, PLAINTEXT[:length], frame_length)
    for step in (1, 7, 10**9):
        machine = for_message(materials)
        start = end = 0
        while machine.state is not DecryptState.DONE:
            request = machine.request(memoryview(message)[start:end], wanted)
            assert 0 <= request <= len(message) - end
            consumed = 0
            if request == 0:
                consumed, output = machine.process(memoryview(message)[start:end], at_end=False)
                start += consumed
                if consumed == 0 and not len(output):
                    assert end < start + machine.needed <= len(message)
            end += min(request, step)
        assert (start, end) == (len(message), len(message))
        assert machine.request(memoryview(b""), wanted) == 0


@pytest.mark.parametrize("suite", TYPICAL_SUITES)
@pytest.mark.parametrize("frame_length", [0, 10])
def test_truncated_at_every_byte(suite: AlgorithmSuite, frame_length: int) -> None:
    materials = encryption_materials(suite, {"a": "b"})
    message = message_of(materials, PLAINTEXT, frame_length)

    for length in range(len(message)):
        machine = for_message(materials)
        with pytest.raises(exceptions.SerializationError, match=r"truncated|empty"):
            run(machine, message[:length])
        assert machine.state is not DecryptState.DONE


@pytest.mark.parametrize("suite", TYPICAL_SUITES)
@pytest.mark.parametrize("frame_length", [0, 10])
def test_trailing_bytes_are_not_consumed(suite: AlgorithmSuite, frame_length: int) -> None:
    materials = encryption_materials(suite)
    message = message_of(materials, PLAINTEXT, frame_length)
    machine = for_message(materials)
    rest = memoryview(message + b"another message")
    while machine.state is not DecryptState.DONE:
        consumed, _ = machine.process(rest, at_end=True)
        rest = rest[consumed:]

    assert bytes(rest) == b"another message"
    assert machine.process(rest, at_end=True) == (0, b"")


def test_states_and_what_they_need() -> None:
    materials = encryption_materials(SIGNING)
    message = memoryview(message_of(materials, PLAINTEXT, 10))
    machine = for_message(materials)
    assert (machine.state.name, machine.needed, machine.header, machine.verifier) == ("HEADER", 4, None, None)
    assert machine.process(message[:3], at_end=False) == (0, b"")
    assert machine.process(message[:4], at_end=False) == (0, b"")
    assert machine.needed == 3 + 32 + 2
    header_length, output = machine.process(message, at_end=True)
    assert (machine.state.name, bytes(output)) == ("BODY", b"")
    assert machine.header_auth is not None
    assert bytes(message[:header_length]).endswith(machine.header_auth.tag)

    rest = message[header_length:]
    consumed, output = machine.process(rest[:42], at_end=False)
    assert (consumed, bytes(output)) == (42, b"")
    consumed, output = machine.process(rest[42 : 3 * 42], at_end=False)
    assert (consumed, bytes(output)) == (84, PLAINTEXT[:10])
    assert machine.request(rest[3 * 42 :], 10) == 0
    # What was held back went first.
    consumed, output = machine.process(rest[3 * 42 :], at_end=True)
    assert (consumed, bytes(output)) == (0, PLAINTEXT[10:20])
    consumed, output = machine.process(rest[3 * 42 :], at_end=True)
    assert (consumed, bytes(output), machine.state.name, machine.footer) == (24 + 5 + 16, PLAINTEXT[20:30], "FOOTER", None)
    consumed, output = machine.process(rest[3 * 42 + 45 :], at_end=True)
    assert (consumed, bytes(output), machine.state.name) == (105, PLAINTEXT[30:], "DONE")
    assert machine.footer is not None
    assert len(machine.footer.signature) == 103


@pytest.mark.parametrize(("hold_back", "released"), [(True, PLAINTEXT[:20]), (False, PLAINTEXT[:30])])
def test_the_last_frame_with_plaintext_is_held_back_until_the_signature(hold_back: bool, released: bytes) -> None:
    materials = encryption_materials(SIGNING)
    message = message_of(materials, PLAINTEXT[:30], 10)
    machine, start, output = for_message(materials, hold_back=hold_back), 0, b""
    with pytest.raises(exceptions.SignatureVerificationError):  # noqa: PT012 - the output before the failure counts
        while machine.state is not DecryptState.DONE:
            consumed, piece = machine.process(memoryview(message[:-1] + bytes((message[-1] ^ 1,)))[start:], at_end=True)
            start, output = start + consumed, output + bytes(piece)
    assert output == released


def wrong_materials() -> Mapping[str, tuple[object, type[Exception]]]:
    short, context = RawDataKey(PROVIDER, bytes(16)), {"a": "b"}
    invalid = exceptions.InvalidCryptographicMaterialsError
    return {
        "none": (None, invalid),
        "encryption materials": (encryption_materials(SIGNING), invalid),
        "another suite": (DecryptionMaterials(data_key_for(UNSIGNED), algorithm=UNSIGNED), invalid),
        "no data key": (DecryptionMaterials(algorithm=SIGNING, encryption_context=context), invalid),
        "a short data key": (DecryptionMaterials(short), exceptions.InvalidDataKeyError),
        "another data key": (DecryptionMaterials(RawDataKey(PROVIDER, bytes(32))), exceptions.KeyCommitmentError),
        "no verification key": (DecryptionMaterials(data_key_for(SIGNING)), exceptions.SignatureKeyError),
        "not a key": (DecryptionMaterials(data_key_for(SIGNING), b"verification key"), exceptions.SignatureKeyError),
        "text for a key": (DecryptionMaterials(data_key_for(SIGNING), "key"), exceptions.SignatureKeyError),  # type: ignore[arg-type]
    }


@pytest.mark.parametrize("fault", wrong_materials())
def test_wrong_materials_are_refused_before_the_body(fault: str) -> None:
    materials, error = wrong_materials()[fault]
    machine = operation(materials)

    with pytest.raises(error):
        machine.process(memoryview(message_of(encryption_materials(SIGNING), PLAINTEXT, 10)), at_end=True)


@pytest.mark.specification("framework/transitive-requirements.md", "HKDF Commit Key")
def test_commitment_keys_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def spy(first: bytes, second: bytes) -> bool:
        compared.append((first, second))
        return True

    materials = encryption_materials(UNSIGNED)
    message = message_of(materials, b"", 10)
    monkeypatch.setattr(hmac, "compare_digest", spy)
    machine = for_message(materials)
    assert run(machine, message) == b""
    assert machine.header is not None
    assert compared == [(machine.header.commitment_key, machine.header.commitment_key)]

    other = DecryptionMaterials(RawDataKey(PROVIDER, bytes(32)), algorithm=UNSIGNED)
    with pytest.raises(exceptions.HeaderAuthenticationError):
        run(operation(other), message)


@pytest.mark.parametrize("suite", SIGNING_SUITES)
@pytest.mark.parametrize("encoded", [False, True], ids=["key object", "DER"])
def test_a_verification_key_on_another_curve_is_refused(suite: AlgorithmSuite, encoded: bool) -> None:
    key = ec.generate_private_key(ec.SECP521R1()).public_key()
    materials = DecryptionMaterials(data_key_for(suite), key)
    if encoded:
        materials = DecryptionMaterials(data_key_for(suite), materials.verification_key)

    with pytest.raises(exceptions.SignatureKeyError, match="curve"):
        operation(materials).process(memoryview(message_of(encryption_materials(suite), b"", 10)), at_end=True)


@pytest.mark.parametrize("suite", [UNSIGNED, UNCOMMITTED, SIGNING])
@pytest.mark.parametrize("policy", [None, *CommitmentPolicy])
def test_the_policies_are_checked_before_materials_are_got(suite: AlgorithmSuite, policy: CommitmentPolicy | None) -> None:
    message = memoryview(message_of(encryption_materials(suite), b"", 10))
    asked: list[MessageHeader] = []
    for signature_policy in SignaturePolicy:
        machine = DecryptOperation(asked.append, policy=policy, signature_policy=signature_policy)  # type: ignore[arg-type]
        allowed = policy is not CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT or suite.is_committing()
        allowed = allowed and (signature_policy is SignaturePolicy.ALLOW_ENCRYPT_ALLOW_DECRYPT or not suite.is_signing())
        error = exceptions.InvalidCryptographicMaterialsError if allowed else exceptions.ActionNotAllowedError
        asked.clear()
        with pytest.raises(error):
            machine.process(message, at_end=True)
        assert len(asked) == allowed


@pytest.mark.parametrize("suite", TYPICAL_SUITES)
def test_required_pairs_come_from_the_caller_or_from_the_cmm(suite: AlgorithmSuite) -> None:
    materials = encryption_materials(suite, CONTEXT, required=["required"])
    message = message_of(materials, PLAINTEXT, 10)
    plain = decryption_materials(encryption_materials(suite, {}))
    complete = decryption_materials(materials)
    without = DecryptionMaterials(data_key_for(suite), complete.verification_key, suite, {})

    for machine in (operation(complete), operation(without, reproduced_context={"required": "2", "stored": "1"})):
        assert run(machine, message) == PLAINTEXT
        assert machine.header is not None
        assert machine.header.encryption_context == materials.encryption_context
    for context in (None, {}, {"required": "wrong"}, {"required": "2", "another": "3"}):
        machine = operation(without, reproduced_context=context)
        with pytest.raises(exceptions.HeaderAuthenticationError):
            machine.process(memoryview(message), at_end=True)
        assert machine.header is None
    with pytest.raises(exceptions.EncryptionContextMismatchError, match="'stored'"):
        operation(plain, reproduced_context={"stored": "2"}).process(memoryview(message), at_end=True)
    with pytest.raises(exceptions.EncryptionContextMismatchError, match="'required'"):
        operation(complete, reproduced_context={"required": "3"}).process(memoryview(message), at_end=True)


@pytest.mark.parametrize(("frame_length", "limit"), [(10, 9), (35, 34), (0, 34), (0, 0), (1, 0)])
def test_the_longest_frame_or_body_that_is_accepted(frame_length: int, limit: int) -> None:
    materials = encryption_materials(UNSIGNED)
    message = message_of(materials, PLAINTEXT, frame_length)

    assert run(for_message(materials, max_body_length=frame_length or 35), message) == PLAINTEXT
    with pytest.raises(exceptions.CustomMaximumValueExceeded, match=f"max_body_length allows {limit}"):
        run(for_message(materials, max_body_length=limit), message)


def test_the_limit_of_encrypted_data_keys() -> None:
    materials = encryption_materials(UNSIGNED, keys=4)
    message = message_of(materials, PLAINTEXT, 10)

    assert run(for_message(materials, max_encrypted_data_keys=4), message) == PLAINTEXT
    with pytest.raises(exceptions.MaxEncryptedDataKeysExceeded):
        run(for_message(materials, max_encrypted_data_keys=3), message)
