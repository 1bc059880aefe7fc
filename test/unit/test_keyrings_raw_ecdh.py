"""The raw ECDH keyring (framework/raw-ecdh-keyring.md, framework/key-agreement-schemas.md)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._crypto import key_agreement
from aws_encryption_sdk._message.encryption_context import serialize_encryption_context
from aws_encryption_sdk._wrapping import ecdh
from aws_encryption_sdk.identifiers import AlgorithmSuite, ECDHCurveSpec
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .ecdh_parties import (
    ALICE,
    BOB,
    CONTEXT,
    CURVES,
    EVE,
    P384,
    P521,
    SUITE,
    discovery,
    empty,
    ephemeral,
    opened,
    refusal,
    static,
    unread,
    wrapped_by,
)
from .operation_materials import SUITES, data_key_for

pytestmark = [
    pytest.mark.specification(
        "framework/raw-ecdh-keyring.md",
        "Interface",
        "Initialization",
        "Key Agreement Schema",
        "Key Agreement Procedure",
        "OnEncrypt",
        "OnDecrypt",
        "Data Key Wrapping",
        "Data Key Unwrapping",
    ),
    pytest.mark.specification(
        "framework/key-agreement-schemas.md",
        "Supported Key Agreement Schemas",
        "Raw ECDH Key Agreement Schemas",
        "EphemeralPrivateKeyToStaticPublicKey",
        "PublicKeyDiscovery",
        "RawPrivateKeyToStaticPublicKey",
    ),
]


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


@pytest.mark.parametrize("curve", CURVES)
def test_what_either_kind_of_ecdh_keyring_wrapped_is_unwrapped(curve: ECDHCurveSpec) -> None:
    data_key, wrapped = wrapped_by(static(ALICE, BOB, curve))
    for provider_id in ("raw-ecdh", "aws-kms-ecdh"):
        key = EncryptedDataKey(MasterKeyInfo(provider_id, wrapped.key_provider.key_info), wrapped.encrypted_data_key)
        assert opened(discovery(BOB, curve), key) == data_key
    for provider_id in ("raw-ecdh ", "RAW-ECDH", "aws-kms", "aws-kms-ecdh\x00", ""):
        key = EncryptedDataKey(MasterKeyInfo(provider_id, wrapped.key_provider.key_info), wrapped.encrypted_data_key)
        assert "a keyring of another kind" in str(refusal(discovery(BOB, curve), key))


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


def test_threads_share_keyrings() -> None:
    writers, readers = [static(ALICE, BOB), ephemeral(BOB)], [discovery(BOB), MultiKeyring(children=[discovery(BOB)])]

    def work(number: int) -> bool:
        made = writers[number % 2].on_encrypt(empty())
        read = readers[number // 2 % 2].on_decrypt(unread(), made.encrypted_data_keys)
        assert made.data_encryption_key is not None
        assert read.data_encryption_key is not None
        return made.data_encryption_key.data_key == read.data_encryption_key.data_key

    with ThreadPoolExecutor(max_workers=16) as executor:
        assert all(executor.map(work, range(1000)))
