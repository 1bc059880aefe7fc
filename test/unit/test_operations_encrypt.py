"""The encrypt operation as a state machine, with materials from a callable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._crypto.key_derivation import derive_message_keys
from aws_encryption_sdk._limits import MAX_FRAME_COUNT
from aws_encryption_sdk._materials import EncryptionMaterials
from aws_encryption_sdk._message.encryption_context import serialize_encryption_context
from aws_encryption_sdk._message.header import ParsedHeader, header_reader
from aws_encryption_sdk._operations.encrypt import EncryptOperation, EncryptState
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy, ContentType

from .operation_materials import (
    SIGNING_SUITES,
    SUITES,
    TYPICAL_SUITES,
    data_key_for,
    encryption_materials,
    message_of,
    wrapped_keys,
)

pytestmark = pytest.mark.specification(
    "client-apis/encrypt.md",
    "Behavior",
    "Get the encryption materials",
    "Construct the header",
    "Construct the body",
    "Construct the signature",
    "Un-Framed Message Body Encryption",
)

SIGNING = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
UNCOMMITTED = AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA256
CONTEXT = {"stored": "1", "required": "2", "also required": "3"}


def operation(materials: object, frame_length: int = 10, **settings: Any) -> EncryptOperation:
    return EncryptOperation(
        lambda: materials,  # type: ignore[arg-type,return-value]
        frame_length=frame_length,
        **{"policy": None, **settings},
    )


def started(suite: AlgorithmSuite = UNSIGNED, frame_length: int = 10, **settings: Any) -> EncryptOperation:
    made = operation(encryption_materials(suite), frame_length, **settings)
    made.start()
    return made


def parsed(header: bytes) -> ParsedHeader:
    result = next(header_reader(header, None))
    assert isinstance(result, ParsedHeader)
    assert result.length == len(header)
    return result


@pytest.mark.specification("data-format/message-body.md", "Final Frame", "Final Frame > Sequence Number")
def test_states_of_a_framed_message() -> None:
    machine = operation(encryption_materials(SIGNING))
    assert (machine.state, machine.header, machine.materials) == (EncryptState.GET_MATERIALS, None, None)
    assert machine.start()[0] == 2
    assert machine.state is EncryptState.BODY
    assert machine.header is not None
    assert machine.header.content_type is ContentType.FRAMED_DATA

    assert machine.process(memoryview(b""), last=False) == (0, b"")
    assert machine.process(memoryview(b"less than"), last=False) == (0, b"")
    consumed, output = machine.process(memoryview(b"more than two frames"[:-1] + b" and more"), last=False)
    assert (consumed, len(output), machine.sequence_number) == (20, 2 * 42, 3)
    consumed, output = machine.process(memoryview(b"the end"), last=True)
    assert (consumed, len(output)) == (7, 24 + 7 + 16 + 2 + 103)
    assert machine.state.name == "DONE"
    assert machine.process(memoryview(b"more"), last=True) == (0, b"")


def test_states_of_a_non_framed_message() -> None:
    machine = operation(encryption_materials(UNSIGNED), 0, plaintext_length=9)
    machine.start()
    assert machine.header is not None
    assert (machine.header.content_type, machine.header.frame_length) == (ContentType.NO_FRAMING, 0)

    outputs = [machine.process(memoryview(piece), last=piece == b"789") for piece in (b"123", b"456", b"789")]

    assert [(consumed, len(output)) for consumed, output in outputs] == [(3, 20 + 3), (3, 3), (3, 3 + 16)]
    assert machine.state is EncryptState.DONE


@pytest.mark.specification("data-format/message-header.md", "IV", "Authentication Tag", "Algorithm Suite Data")
@pytest.mark.specification("framework/algorithm-suites.md", "Algorithm Suite Data", "Supported Algorithm Suite Data")
@pytest.mark.parametrize("suite", SUITES)
def test_the_header_is_authenticated_under_the_derived_key(suite: AlgorithmSuite) -> None:
    materials = encryption_materials(suite, CONTEXT, keys=3)
    read = parsed(operation(materials).start())
    keys = derive_message_keys(suite, data_key_for(suite).data_key, read.header.message_id)

    assert read.header.encryption_context == materials.encryption_context
    assert read.header.encrypted_data_keys == materials.encrypted_data_keys
    assert read.header.commitment_key == keys.commitment_key
    assert read.authentication.iv == bytes(12)
    assert AESGCM(keys.encryption_key).encrypt(bytes(12), b"", read.body) == read.authentication.tag


@pytest.mark.parametrize("suite", TYPICAL_SUITES)
@pytest.mark.parametrize("required", [("required",), ("also required", "required"), tuple(CONTEXT)], ids=len)
def test_required_pairs_are_authenticated_and_not_stored(suite: AlgorithmSuite, required: tuple[str, ...]) -> None:
    materials = encryption_materials(suite, CONTEXT, required=required)
    machine = operation(materials)
    read = parsed(machine.start())
    key = derive_message_keys(suite, data_key_for(suite).data_key, read.header.message_id).encryption_key
    whole = materials.encryption_context
    aad = read.body + serialize_encryption_context({name: whole[name] for name in required})

    assert read.header.encryption_context == {name: whole[name] for name in whole if name not in required}
    assert AESGCM(key).encrypt(bytes(12), b"", aad) == read.authentication.tag
    assert machine.header is not None
    assert machine.header.encryption_context == whole


def test_materials_are_got_once() -> None:
    calls: list[EncryptionMaterials] = []

    def get() -> EncryptionMaterials:
        calls.append(encryption_materials(UNSIGNED))
        return calls[-1]

    machine = EncryptOperation(get, policy=None, frame_length=10)
    assert machine.get_materials() is machine.get_materials()
    machine.build_header(bytes(32))
    machine.start()
    assert len(calls) == 1


@pytest.mark.specification("data-format/message-header.md", "Message ID")
def test_every_message_has_an_id_of_its_own() -> None:
    materials = encryption_materials(UNSIGNED)

    assert len({parsed(operation(materials).start()).header.message_id for _ in range(50)}) == 50


def incomplete() -> Mapping[str, EncryptionMaterials]:
    key, signing_key = data_key_for(SIGNING), ec.generate_private_key(ec.SECP384R1())
    return {
        "no data key": EncryptionMaterials(SIGNING, encryption_context={}, signing_key=signing_key),
        "no encrypted data keys": EncryptionMaterials(SIGNING, key, [], {}, signing_key),
        "no signing key": EncryptionMaterials(SIGNING, key, wrapped_keys(1), {}),
        "unexpected signing key": EncryptionMaterials(UNSIGNED, key, wrapped_keys(1), {}, signing_key),
    }


@pytest.mark.parametrize("fault", incomplete())
def test_incomplete_materials_are_refused(fault: str) -> None:
    machine = operation(incomplete()[fault])

    with pytest.raises(exceptions.InvalidCryptographicMaterialsError, match="incomplete encryption materials"):
        machine.start()
    assert machine.state is EncryptState.GET_MATERIALS


@pytest.mark.parametrize("returned", [None, "materials", ("tuple",)])
def test_something_else_than_materials_is_refused(returned: object) -> None:
    with pytest.raises(exceptions.InvalidCryptographicMaterialsError, match="not encryption materials"):
        operation(returned).start()


@pytest.mark.parametrize("field", ["algorithm", "data_encryption_key"])
def test_old_materials_that_were_changed_to_the_wrong_suite_are_refused(field: str) -> None:
    """Only materials with a set of encrypted data keys can be changed after they were made."""
    materials = EncryptionMaterials(UNSIGNED, data_key_for(UNSIGNED), set(wrapped_keys(1)), {})
    other = AlgorithmSuite.AES_128_GCM_IV12_TAG16
    materials.algorithm = other
    if field == "data_encryption_key":
        materials.data_encryption_key = data_key_for(other)
        materials.algorithm = UNSIGNED

    with pytest.raises(exceptions.InvalidDataKeyError):
        operation(materials).start()


@pytest.mark.parametrize("limit", [1, 3, 4])
def test_the_limit_of_encrypted_data_keys(limit: int) -> None:
    machine = operation(encryption_materials(UNSIGNED, keys=4), max_encrypted_data_keys=limit)
    if limit == 4:
        assert len(parsed(machine.start()).header.encrypted_data_keys) == 4
        return
    with pytest.raises(exceptions.MaxEncryptedDataKeysExceeded) as caught:
        machine.start()
    assert (caught.value.num_keys, caught.value.max_keys) == (4, limit)


@pytest.mark.parametrize("suite", [UNSIGNED, UNCOMMITTED])
@pytest.mark.parametrize("policy", [None, *CommitmentPolicy])
def test_the_policy_is_checked_on_the_materials(suite: AlgorithmSuite, policy: CommitmentPolicy | None) -> None:
    machine = operation(encryption_materials(suite), policy=policy)
    forbids_commitment = policy is CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    if policy is None or suite.is_committing() != forbids_commitment:
        assert machine.start()
        return
    with pytest.raises(exceptions.ActionNotAllowedError, match=suite.name):
        machine.start()


@pytest.mark.specification("data-format/message-footer.md", "Overview", "Signature")
@pytest.mark.specification("data-format/message.md", "Structure")
@pytest.mark.parametrize("suite", SIGNING_SUITES)
@pytest.mark.parametrize("frame_length", [0, 10])
def test_the_signature_covers_header_and_body(suite: AlgorithmSuite, frame_length: int) -> None:
    materials = encryption_materials(suite, CONTEXT)
    message = message_of(materials, bytes(35), frame_length)
    signed, footer = message[: -suite.signature_len - 2], message[-suite.signature_len - 2 :]

    assert footer[:2] == suite.signature_len.to_bytes(2, "big")
    assert suite.signing_hash_type is not None
    materials.signing_key_object().public_key().verify(footer[2:], signed, ec.ECDSA(suite.signing_hash_type()))


@pytest.mark.parametrize("suite", SIGNING_SUITES)
@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda curve: curve.name)
def test_a_signing_key_on_another_curve_is_refused(suite: AlgorithmSuite, curve: ec.EllipticCurve) -> None:
    """Its signatures would never have the length that the suite states, and finding one would not end."""
    if suite.signing_algorithm_info is type(curve):
        return
    key = ec.generate_private_key(curve)
    materials = EncryptionMaterials(suite, data_key_for(suite), wrapped_keys(1), {}, key)

    with pytest.raises(exceptions.SignatureKeyError, match="curve"):
        operation(materials).start()


@pytest.mark.parametrize("frame_length", [0, 1, 7, 10, 100])
@pytest.mark.parametrize("length", [0, 1, 9, 10, 11, 20, 100])
@pytest.mark.parametrize("suite", TYPICAL_SUITES)
def test_the_length_is_known_beforehand(suite: AlgorithmSuite, frame_length: int, length: int) -> None:
    machine = started(suite, frame_length, plaintext_length=length)
    materials = machine.get_materials()

    assert machine.message_length(length) == len(message_of(materials, bytes(length), frame_length))


@pytest.mark.specification("client-apis/encrypt.md", "Plaintext Length Bound")
@pytest.mark.parametrize("frame_length", [0, 10])
def test_the_length_limit(frame_length: int) -> None:
    machine = started(frame_length=frame_length, plaintext_length=20, length_limit=20)
    machine.process(memoryview(bytes(15)), last=False)
    with pytest.raises(exceptions.CustomMaximumValueExceeded, match="allows 20 bytes"):
        machine.process(memoryview(bytes(21)), last=True)


@pytest.mark.parametrize(("pieces", "word"), [((8, 3), "longer"), ((11,), "longer"), ((9,), "shorter"), ((), "shorter")])
def test_a_non_framed_body_has_exactly_the_length_that_was_said(pieces: tuple[int, ...], word: str) -> None:
    machine = started(frame_length=0, plaintext_length=10)
    for length in pieces[:-1]:
        machine.process(memoryview(bytes(length)), last=False)
    with pytest.raises(exceptions.SerializationError, match=word):
        machine.process(memoryview(bytes(pieces[-1] if pieces else 0)), last=True)
    assert machine.state is EncryptState.BODY


def test_a_non_framed_body_needs_a_length() -> None:
    with pytest.raises(exceptions.SerializationError, match="states its length first"):
        started(frame_length=0).process(memoryview(b""), last=True)


def test_too_many_frames_are_refused_before_anything_is_written() -> None:
    most = (MAX_FRAME_COUNT - 1) * 10 + 9
    started(plaintext_length=most)
    with pytest.raises(exceptions.SerializationError, match=f"more than {MAX_FRAME_COUNT} frames"):
        started(plaintext_length=most + 1)


def test_the_frame_after_the_highest_number_is_refused() -> None:
    machine = started()
    machine.sequence_number = MAX_FRAME_COUNT - 2
    consumed, output = machine.process(memoryview(bytes(30)), last=False)
    assert (consumed, output[42:46]) == (20, b"\xff\xff\xff\xfe")
    with pytest.raises(exceptions.SerializationError, match=f"more than {MAX_FRAME_COUNT} frames"):
        machine.process(memoryview(bytes(20)), last=True)

    _, output = machine.process(memoryview(bytes(9)), last=True)
    assert output[:8] == b"\xff" * 8


@pytest.mark.parametrize(("wanted", "needed"), [(0, 10), (1, 10), (42, 10), (43, 20), (420, 100), (10**9, 10240)])
def test_how_much_plaintext_makes_so_much_of_the_message(wanted: int, needed: int) -> None:
    assert operation(None).needed_for(wanted) == needed
