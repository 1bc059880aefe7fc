"""The raw ECDH keyring (framework/raw-ecdh-keyring.md, framework/key-agreement-schemas.md)."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._crypto import key_agreement
from aws_encryption_sdk._message.encryption_context import serialize_encryption_context
from aws_encryption_sdk._wrapping import ecdh
from aws_encryption_sdk.identifiers import AlgorithmSuite, ECDHCurveSpec
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import (
    EphemeralPrivateKeyToStaticPublicKey,
    PublicKeyDiscovery,
    RawAESKeyring,
    RawECDHKeyring,
    RawPrivateKeyToStaticPublicKey,
)
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .operation_materials import SUITES, data_key_for

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"b": "2", "a": "1"}
P256, P384, P521 = CURVES = (ECDHCurveSpec.ECC_NIST_P256, ECDHCurveSpec.ECC_NIST_P384, ECDHCurveSpec.ECC_NIST_P521)
ALICE, BOB, EVE = ({curve: ec.derive_private_key(n, curve.curve()) for curve in CURVES} for n in (7, 8, 9))


def static(
    own: dict[ECDHCurveSpec, ec.EllipticCurvePrivateKey],
    peer: dict[ECDHCurveSpec, ec.EllipticCurvePrivateKey],
    curve: ECDHCurveSpec = P256,
) -> RawECDHKeyring:
    return RawECDHKeyring(RawPrivateKeyToStaticPublicKey(own[curve], peer[curve].public_key()), curve)


def ephemeral(recipient: dict[ECDHCurveSpec, ec.EllipticCurvePrivateKey], curve: ECDHCurveSpec = P256) -> RawECDHKeyring:
    return RawECDHKeyring(EphemeralPrivateKeyToStaticPublicKey(recipient[curve].public_key()), curve)


def discovery(own: dict[ECDHCurveSpec, ec.EllipticCurvePrivateKey], curve: ECDHCurveSpec = P256) -> RawECDHKeyring:
    return RawECDHKeyring(PublicKeyDiscovery(own[curve]), curve)


def empty(suite: AlgorithmSuite = SUITE, context: dict[str, str] | None = None) -> EncryptionMaterials:
    return EncryptionMaterials(suite, encryption_context=CONTEXT if context is None else context)


def unread(suite: AlgorithmSuite = SUITE, context: dict[str, str] | None = None) -> DecryptionMaterials:
    return DecryptionMaterials(algorithm=suite, encryption_context=CONTEXT if context is None else context)


def wrapped_by(keyring: RawECDHKeyring, suite: AlgorithmSuite = SUITE) -> tuple[bytes, EncryptedDataKey]:
    made = keyring.on_encrypt(empty(suite))
    assert made.data_encryption_key is not None
    (key,) = made.encrypted_data_keys
    return made.data_encryption_key.data_key, key


def opened(keyring: RawECDHKeyring, *keys: EncryptedDataKey, suite: AlgorithmSuite = SUITE) -> bytes:
    read = keyring.on_decrypt(unread(suite), keys)
    assert read.data_encryption_key is not None
    return read.data_encryption_key.data_key


def refusal(keyring: RawECDHKeyring, *keys: EncryptedDataKey) -> exceptions.UnwrapDataKeyError:
    """Return the error that says why no key was opened; there is a reason for each."""
    given = unread()
    with pytest.raises(exceptions.UnwrapDataKeyError, match="Unable to decrypt any data key with RawECDHKeyring") as caught:
        keyring.on_decrypt(given, keys)
    assert given.data_encryption_key is None
    assert len(caught.value.errors) == len(keys)
    return caught.value


def altered(key: EncryptedDataKey, info: bytes | None = None, ciphertext: bytes | None = None) -> EncryptedDataKey:
    provider = MasterKeyInfo(key.key_provider.provider_id, key.key_provider.key_info if info is None else info)
    return EncryptedDataKey(provider, key.encrypted_data_key if ciphertext is None else ciphertext)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("suite", SUITES)
def test_a_random_data_key_of_the_suites_length_is_made_wrapped_and_unwrapped(
    suite: AlgorithmSuite, curve: ECDHCurveSpec
) -> None:
    for writer in (static(ALICE, BOB, curve), ephemeral(BOB, curve)):
        data_key, wrapped = wrapped_by(writer, suite)
        assert len(data_key) == suite.kdf_input_len
        assert wrapped.key_provider.provider_id == "raw-ecdh"
        assert opened(discovery(BOB, curve), wrapped, suite=suite) == data_key


def test_every_data_key_is_new() -> None:
    for writer in (static(ALICE, BOB), ephemeral(BOB)):
        assert len({wrapped_by(writer)[0] for _ in range(20)}) == 20
        assert len({wrapped_by(writer)[1].encrypted_data_key[:32] for _ in range(20)}) == 20


def test_a_data_key_that_is_there_is_wrapped_and_put_last() -> None:
    first = EncryptedDataKey(MasterKeyInfo("first", b""), b"")
    given = EncryptionMaterials(SUITE, data_key_for(SUITE), [first], CONTEXT)
    made = static(ALICE, BOB).on_encrypt(given)

    assert made.data_encryption_key is given.data_encryption_key
    assert made.encrypted_data_keys[0] is first
    assert opened(discovery(BOB), *made.encrypted_data_keys[1:]) == data_key_for(SUITE).data_key
    assert len(given.encrypted_data_keys) == 1


@pytest.mark.parametrize("curve", CURVES)
def test_static_keys(curve: ECDHCurveSpec) -> None:
    """Each of the two reads what either has written; nobody else does."""
    data_key, wrapped = wrapped_by(static(ALICE, BOB, curve))

    parties = ecdh.deserialize_key_info(curve, wrapped.key_provider.key_info)
    assert parties.sender == key_agreement.compressed_point(ALICE[curve].public_key())
    assert parties.recipient == key_agreement.compressed_point(BOB[curve].public_key())
    assert opened(static(ALICE, BOB, curve), wrapped) == data_key
    assert opened(static(BOB, ALICE, curve), wrapped) == data_key
    assert opened(discovery(BOB, curve), wrapped) == data_key
    for stranger in (static(EVE, ALICE, curve), static(EVE, BOB, curve), static(ALICE, EVE, curve), static(BOB, EVE, curve)):
        assert "between other public keys" in str(refusal(stranger, wrapped))
    for stranger in (discovery(ALICE, curve), discovery(EVE, curve)):
        assert "for another recipient" in str(refusal(stranger, wrapped))


@pytest.mark.parametrize("curve", CURVES)
def test_ephemeral_keys(curve: ECDHCurveSpec) -> None:
    keyring = ephemeral(BOB, curve)
    keys = [wrapped_by(keyring) for _ in range(4)]

    parties = [ecdh.deserialize_key_info(curve, wrapped.key_provider.key_info) for _, wrapped in keys]
    assert len({pair.sender for pair in parties}) == 4
    assert {pair.recipient for pair in parties} == {key_agreement.compressed_point(BOB[curve].public_key())}
    for data_key, wrapped in keys:
        assert opened(discovery(BOB, curve), wrapped) == data_key
        assert "only encrypts; the recipient decrypts" in str(refusal(keyring, wrapped))
        refusal(static(BOB, ALICE, curve), wrapped)
    refusal(keyring)


def test_discovery_does_not_encrypt() -> None:
    given = empty()
    with pytest.raises(
        exceptions.WrapDataKeyError, match="only decrypts; to encrypt, use a schema with the recipient's"
    ) as caught:
        discovery(BOB).on_encrypt(given)
    assert isinstance(caught.value.__cause__, exceptions.EncryptKeyError)
    assert (given.data_encryption_key, len(given.encrypted_data_keys)) == (None, 0)


def test_the_secret_is_that_of_the_two_keys() -> None:
    """Recomputed from the message alone and one private key."""
    for writer in (static(ALICE, BOB, P521), ephemeral(BOB, P521)):
        data_key, wrapped = wrapped_by(writer)
        parties = ecdh.deserialize_key_info(P521, wrapped.key_provider.key_info)
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP521R1(), parties.sender)
        info = ecdh.fixed_info(P521, parties, serialize_encryption_context(CONTEXT))
        fields = ecdh.deserialize_ciphertext(wrapped.encrypted_data_key, 32)
        assert ecdh.unwrap(fields, BOB[P521].exchange(ec.ECDH(), sender), info) == data_key


def test_materials_with_a_data_key_are_refused_on_decrypt() -> None:
    given = unread().with_data_encryption_key(data_key_for(SUITE))
    _, wrapped = wrapped_by(static(ALICE, BOB))

    for keyring in (static(ALICE, BOB), discovery(BOB), ephemeral(BOB)):
        with pytest.raises(exceptions.UnwrapDataKeyError, match="have a data key already"):
            keyring.on_decrypt(given, [wrapped])
    assert given.data_encryption_key == data_key_for(SUITE)


def test_old_materials_without_a_suite_are_refused_on_decrypt() -> None:
    materials = DecryptionMaterials(data_key=data_key_for(SUITE))
    materials.__dict__["_data_encryption_key"] = None

    with pytest.raises(exceptions.UnwrapDataKeyError, match="no algorithm suite"):
        discovery(BOB).on_decrypt(materials, [])


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


@pytest.mark.parametrize("curve", CURVES)
def test_what_either_kind_of_ecdh_keyring_wrapped_is_unwrapped(curve: ECDHCurveSpec) -> None:
    data_key, wrapped = wrapped_by(static(ALICE, BOB, curve))
    for provider_id in ("raw-ecdh", "aws-kms-ecdh"):
        key = EncryptedDataKey(MasterKeyInfo(provider_id, wrapped.key_provider.key_info), wrapped.encrypted_data_key)
        assert opened(discovery(BOB, curve), key) == data_key
    for provider_id in ("raw-ecdh ", "RAW-ECDH", "aws-kms", "aws-kms-ecdh\x00", ""):
        key = EncryptedDataKey(MasterKeyInfo(provider_id, wrapped.key_provider.key_info), wrapped.encrypted_data_key)
        assert "a keyring of another kind" in str(refusal(discovery(BOB, curve), key))


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
    wrong = [
        bytes(length),
        b"\x02" + b"\xff" * (length - 1),
        b"\x04" + parties.sender[1:],
        off_the_curve,
    ]
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


def test_members_of_a_multi_keyring() -> None:
    aes = RawAESKeyring("namespace", "name", bytes(32))
    writer = MultiKeyring(aes, [ephemeral(BOB), static(ALICE, EVE, P384)])
    made = writer.on_encrypt(empty())
    assert made.data_encryption_key is not None

    for reader in (
        MultiKeyring(children=[ephemeral(BOB), discovery(ALICE), discovery(BOB)]),
        MultiKeyring(children=[discovery(BOB, P384), discovery(EVE, P384)]),
        writer,
    ):
        read = reader.on_decrypt(unread(), made.encrypted_data_keys)
        assert read.data_encryption_key is not None
        assert read.data_encryption_key.data_key == made.data_encryption_key.data_key
