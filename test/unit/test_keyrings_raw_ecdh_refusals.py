"""What a raw ECDH keyring does not open (framework/raw-ecdh-keyring.md, OnDecrypt)."""

from __future__ import annotations

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._crypto import key_agreement
from aws_encryption_sdk._wrapping import ecdh
from aws_encryption_sdk.identifiers import AlgorithmSuite, ECDHCurveSpec
from aws_encryption_sdk.materials_managers import DecryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .ecdh_parties import (
    ALICE,
    BOB,
    CONTEXT,
    CURVES,
    EVE,
    P384,
    SUITE,
    altered,
    discovery,
    empty,
    ephemeral,
    opened,
    refusal,
    static,
    unread,
    wrapped_by,
)
from .operation_materials import data_key_for

pytestmark = pytest.mark.specification(
    "framework/raw-ecdh-keyring.md", "Additional Information", "OnDecrypt", "Data Key Unwrapping"
)


@pytest.mark.parametrize("context", [{"\ud800": ""}, {"k": "v" * 0x10000}], ids=["surrogate", "long"])
def test_an_encryption_context_that_cannot_be_serialized_fails(context: dict[str, str]) -> None:
    with pytest.raises(exceptions.SerializationError):
        static(ALICE, BOB).on_encrypt(empty(context=context))
    with pytest.raises(exceptions.SerializationError):
        static(ALICE, BOB).on_decrypt(unread(context=context), [wrapped_by(static(ALICE, BOB))[1]])


def test_the_encryption_context_is_bound_to_the_data_key() -> None:
    _, wrapped = wrapped_by(static(ALICE, BOB))
    for context in ({}, {"a": "1"}, {"a": "1", "b": "3"}, {**CONTEXT, "c": ""}):
        with pytest.raises(exceptions.UnwrapDataKeyError, match="encryption context was altered"):
            discovery(BOB).on_decrypt(unread(context=context), [wrapped])


def test_keys_are_tried_in_order_and_others_are_passed_over() -> None:
    data_key, good = wrapped_by(static(ALICE, BOB))
    others = [
        EncryptedDataKey(MasterKeyInfo("namespace", b"name"), b"wrapped"),
        wrapped_by(static(ALICE, EVE))[1],
        wrapped_by(static(ALICE, BOB, P384))[1],
        altered(good, info=b"\x02" + good.key_provider.key_info[1:]),
        altered(good, info=b""),
        altered(good, ciphertext=b""),
        altered(good, ciphertext=good.encrypted_data_key[:-1] + bytes((good.encrypted_data_key[-1] ^ 1,))),
        altered(good, ciphertext=bytes(len(good.encrypted_data_key))),
    ]
    assert opened(discovery(BOB), *others, good, wrapped_by(static(EVE, BOB))[1]) == data_key

    reasons = [str(error) for error in refusal(discovery(BOB), *others).errors]
    expected = [
        "another kind",
        "another recipient",
        "not that of two public keys of 33 bytes on the curve ECC_NIST_P256",
        "version 02; 01 was expected",
        "version none",
        "0 bytes; a wrapped data key of 32 bytes has 112",
        "authentication tag was altered",
        "commitment key",
    ]
    for number, (reason, text) in enumerate(zip(reasons, expected, strict=True), start=1):
        assert reason.startswith(f"encrypted data key {number} (provider ")
        assert text in reason


@pytest.mark.parametrize("curve", CURVES)
def test_every_bit_of_a_data_key_counts(curve: ECDHCurveSpec) -> None:
    for writer, readers in (
        (static(ALICE, BOB, curve), [static(BOB, ALICE, curve), discovery(BOB, curve)]),
        (ephemeral(BOB, curve), [discovery(BOB, curve)]),
    ):
        _, good = wrapped_by(writer)
        info, ciphertext = good.key_provider.key_info, good.encrypted_data_key
        for reader in readers:
            keys = [altered(good, info=flipped(info, bit)) for bit in range(len(info) * 8)]
            refusal(reader, *keys)
            refusal(
                reader, *(altered(good, ciphertext=flipped(ciphertext, bit)) for bit in range(0, len(ciphertext) * 8, 3))
            )
            refusal(reader, *(altered(good, info=info[:end]) for end in range(len(info))))
            refusal(reader, *(altered(good, ciphertext=ciphertext[:end]) for end in range(len(ciphertext))))


def flipped(data: bytes, bit: int) -> bytes:
    return data[: bit // 8] + bytes((data[bit // 8] ^ 1 << bit % 8,)) + data[bit // 8 + 1 :]


@pytest.mark.parametrize("curve", CURVES)
def test_sender_points_that_are_none(curve: ECDHCurveSpec) -> None:
    """A discovery keyring meets keys that anybody can write; none of them may reach the private key."""
    data_key, good = wrapped_by(ephemeral(BOB, curve))
    parties = ecdh.deserialize_key_info(curve, good.key_provider.key_info)
    length = len(parties.sender)
    off_the_curve = next(
        point for point in (b"\x02" + x.to_bytes(length - 1, "big") for x in range(1, 99)) if not on_curve(curve, point)
    )
    wrong = [bytes(length), b"\x02" + b"\xff" * (length - 1), b"\x04" + parties.sender[1:], off_the_curve]
    keys = [altered(good, info=ecdh.serialize_key_info(parties._replace(sender=sender))) for sender in wrong]
    for error in refusal(discovery(BOB, curve), *keys).errors:
        assert f"A public key is not a point on the curve {curve.name}" in str(error)
        assert isinstance(error.__cause__, exceptions.SerializationError)
    assert opened(discovery(BOB, curve), *keys, good) == data_key


def on_curve(curve: ECDHCurveSpec, point: bytes) -> bool:
    try:
        key_agreement.public_key_from_point(curve, point)
    except exceptions.SerializationError:
        return False
    return True


def test_a_data_key_for_another_suite_is_refused() -> None:
    _, wrapped = wrapped_by(static(ALICE, BOB), AlgorithmSuite.AES_128_GCM_IV12_TAG16)

    assert "96 bytes; a wrapped data key of 32 bytes has 112" in str(refusal(discovery(BOB), wrapped))


def test_materials_with_a_data_key_are_refused_on_decrypt() -> None:
    given = unread().with_data_encryption_key(data_key_for(SUITE))
    _, wrapped = wrapped_by(static(ALICE, BOB))

    for keyring in (static(ALICE, BOB), discovery(BOB), ephemeral(BOB)):
        with pytest.raises(exceptions.UnwrapDataKeyError, match="have a data key already"):
            keyring.on_decrypt(given, [wrapped])
    assert given.data_encryption_key == data_key_for(SUITE)


def test_old_materials_without_a_suite_are_refused_on_decrypt() -> None:
    materials = DecryptionMaterials(data_key=data_key_for(SUITE))
    materials.data_encryption_key = None

    with pytest.raises(exceptions.UnwrapDataKeyError, match="no algorithm suite"):
        discovery(BOB).on_decrypt(materials, [])
