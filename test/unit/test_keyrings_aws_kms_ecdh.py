"""The AWS KMS ECDH keyring (framework/aws-kms/aws-kms-ecdh-keyring.md, framework/key-agreement-schemas.md)."""

from __future__ import annotations

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._crypto import key_agreement
from aws_encryption_sdk._wrapping import ecdh
from aws_encryption_sdk.identifiers import ECDHCurveSpec
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsEcdhKeyring, KmsPrivateKeyToStaticPublicKey
from aws_encryption_sdk.keyrings.raw import (
    EphemeralPrivateKeyToStaticPublicKey,
    PublicKeyDiscovery,
    RawECDHKeyring,
    RawPrivateKeyToStaticPublicKey,
)
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .ecdh_parties import ALICE, BOB, CONTEXT, CURVES, EVE, P256, P384, SUITE, opened, said, unread, wrapped_by
from .kms_double import PREFIX
from .kms_ecdh_keyrings import ALICE_ARN, BOB_ARN, TOKENS, der, kms, kms_discovery, kms_static
from .operation_materials import data_key_for

pytestmark = [
    pytest.mark.specification(
        "framework/aws-kms/aws-kms-ecdh-keyring.md",
        "Interface",
        "Initialization",
        "Key Agreement Schema",
        "Key Agreement Procedure",
        "Key Derivation Function Configuration",
        "Additional Information",
        "Structure",
        "Key Provider Information",
        "Ciphertext",
        "OnEncrypt",
        "OnDecrypt",
    ),
    pytest.mark.specification(
        "framework/key-agreement-schemas.md",
        "AWS KMS ECDH Key Agreement Schemas",
        "KmsPublicKeyDiscovery",
        "KmsPrivateKeyToStaticPublicKey",
    ),
]


@pytest.mark.parametrize("curve", CURVES)
def test_static_keys(curve: ECDHCurveSpec) -> None:
    """Each of the two reads what either has written, whoever of them has the private key in AWS KMS."""
    client = kms(curve)
    raw_alice = RawECDHKeyring(RawPrivateKeyToStaticPublicKey(ALICE[curve], BOB[curve].public_key()), curve)
    raw_bob = RawECDHKeyring(RawPrivateKeyToStaticPublicKey(BOB[curve], ALICE[curve].public_key()), curve)
    raw_discovery = RawECDHKeyring(PublicKeyDiscovery(BOB[curve]), curve)
    kms_alice = kms_static(client, curve)
    kms_bob = AwsKmsEcdhKeyring(KmsPrivateKeyToStaticPublicKey(BOB_ARN, der(ALICE[curve])), curve, client)
    kms_reader = kms_discovery(client, curve)

    for writer in (kms_alice, raw_alice):
        data_key, wrapped = wrapped_by(writer)
        for reader in (kms_alice, kms_bob, kms_reader, raw_alice, raw_bob, raw_discovery):
            assert opened(reader, wrapped) == data_key
        for stranger in (kms_static(client, curve, PREFIX + "key/eve"), kms_discovery(client, curve, ALICE_ARN)):
            said(stranger, wrapped)


def test_ephemeral_sender_keys_are_read_by_discovery() -> None:
    data_key, wrapped = wrapped_by(RawECDHKeyring(EphemeralPrivateKeyToStaticPublicKey(der(BOB[P256])), P256))

    assert opened(kms_discovery(kms()), wrapped) == data_key
    assert "between other public keys" in said(kms_static(kms()), wrapped)


def test_the_encrypted_data_key() -> None:
    _, wrapped = wrapped_by(kms_static(kms(P384), P384))

    assert wrapped.key_provider.provider_id == "aws-kms-ecdh"
    parties = ecdh.deserialize_key_info(P384, wrapped.key_provider.key_info)
    assert parties.sender == key_agreement.compressed_point(ALICE[P384].public_key())
    assert parties.recipient == key_agreement.compressed_point(BOB[P384].public_key())


def test_a_data_key_that_is_there_is_wrapped_and_put_last() -> None:
    first = EncryptedDataKey(MasterKeyInfo("first", b""), b"")
    made = kms_static(kms()).on_encrypt(EncryptionMaterials(SUITE, data_key_for(SUITE), [first], CONTEXT))

    assert made.encrypted_data_keys[0] is first
    assert opened(kms_discovery(kms()), *made.encrypted_data_keys[1:]) == data_key_for(SUITE).data_key


def test_what_kms_is_asked() -> None:
    client = kms()
    keyring = kms_static(client)
    _, wrapped = wrapped_by(keyring)
    opened(keyring, wrapped)
    opened(kms_discovery(client), wrapped)

    derivation = {"KeyAgreementAlgorithm": "ECDH", "GrantTokens": TOKENS}
    assert client.asked == [
        ("GetPublicKey", {"KeyId": ALICE_ARN, "GrantTokens": TOKENS}),
        ("DeriveSharedSecret", {"KeyId": ALICE_ARN, "PublicKey": der(BOB[P256]), **derivation}),
        ("DeriveSharedSecret", {"KeyId": ALICE_ARN, "PublicKey": der(BOB[P256]), **derivation}),
        ("GetPublicKey", {"KeyId": BOB_ARN, "GrantTokens": TOKENS}),
        ("DeriveSharedSecret", {"KeyId": BOB_ARN, "PublicKey": der(ALICE[P256]), **derivation}),
    ]


def test_without_grant_tokens_none_are_sent() -> None:
    client = kms()
    wrapped_by(AwsKmsEcdhKeyring(KmsPrivateKeyToStaticPublicKey(ALICE_ARN, der(BOB[P256])), P256, client))

    assert len(client.asked) == 2
    assert not any("GrantTokens" in parameters for _, parameters in client.asked)


def test_an_own_public_key_that_is_given_is_not_asked_for() -> None:
    client = kms()
    for public_key in (ALICE[P256].public_key(), der(ALICE[P256])):
        data_key, wrapped = wrapped_by(kms_static(client, sender_public_key=public_key))
        assert opened(kms_discovery(client, recipient_public_key=der(BOB[P256])), wrapped) == data_key
    assert {operation for operation, _ in client.asked} == {"DeriveSharedSecret"}


@pytest.mark.parametrize("identifier", ["alice", "alias/alice", PREFIX + "alias/alice"])
def test_other_identifiers_than_arns(identifier: str) -> None:
    """AWS KMS tells the ARN when it gives the public key; later answers have to come from that key."""
    client = kms()
    keyring = kms_static(client, own=identifier)
    data_key, wrapped = wrapped_by(keyring)
    assert opened(kms_discovery(client), wrapped) == data_key
    assert client.asked[1][1]["KeyId"] == identifier

    client.altered = {"KeyId": PREFIX + "key/eve"}
    with pytest.raises(exceptions.WrapDataKeyError, match="from the key 'arn:aws:kms:us-west-2:111122223333:key/eve'"):
        wrapped_by(keyring)
    client.altered = {}
    with pytest.raises(exceptions.ConfigMismatchError, match="give the key ARN, or leave sender_public_key out"):
        kms_static(client, own=identifier, sender_public_key=der(ALICE[P256]))
    with pytest.raises(exceptions.ConfigMismatchError, match="give the key ARN, or leave recipient_public_key out"):
        kms_discovery(client, own=identifier, recipient_public_key=der(ALICE[P256]))


def test_a_message_for_others_makes_no_call() -> None:
    client = kms()
    readers = [kms_static(client), kms_discovery(client)]
    _, good = wrapped_by(kms_static(client))
    others = [
        EncryptedDataKey(MasterKeyInfo("aws-kms", ALICE_ARN), b"wrapped"),
        EncryptedDataKey(MasterKeyInfo("namespace", good.key_provider.key_info), good.encrypted_data_key),
        wrapped_by(RawECDHKeyring(EphemeralPrivateKeyToStaticPublicKey(EVE[P256].public_key()), P256))[1],
        wrapped_by(RawECDHKeyring(EphemeralPrivateKeyToStaticPublicKey(BOB[P384].public_key()), P384))[1],
        EncryptedDataKey(MasterKeyInfo("aws-kms-ecdh", b"\x02" + good.key_provider.key_info[1:]), good.encrypted_data_key),
        EncryptedDataKey(good.key_provider, good.encrypted_data_key[:-1]),
        EncryptedDataKey(good.key_provider, b""),
    ]
    client.asked.clear()
    for reader in readers:
        said(reader, *others)
    assert client.asked == []
    for reader in readers:
        assert opened(reader, *others, good)
    assert len(client.asked) == 2


def test_sender_points_that_are_none_reach_no_private_key() -> None:
    client = kms()
    reader = kms_discovery(client)
    _, good = wrapped_by(kms_static(client))
    parties = ecdh.deserialize_key_info(P256, good.key_provider.key_info)
    keys = [
        EncryptedDataKey(
            MasterKeyInfo("aws-kms-ecdh", ecdh.serialize_key_info(parties._replace(sender=sender))), good.encrypted_data_key
        )
        for sender in (bytes(33), b"\x02" + b"\xff" * 32, b"\x04" + parties.sender[1:])
    ]
    client.asked.clear()
    assert said(reader, *keys).count("not a point on the curve ECC_NIST_P256") == 3
    assert client.asked == []


def test_altered_data_keys() -> None:
    client = kms()
    reader = kms_discovery(client)
    _, good = wrapped_by(kms_static(client))
    content = good.encrypted_data_key
    for position in (0, 31, 32, 63, 64, len(content) - 1):
        altered = content[:position] + bytes((content[position] ^ 1,)) + content[position + 1 :]
        said(reader, EncryptedDataKey(good.key_provider, altered))


def test_discovery_does_not_encrypt() -> None:
    client = kms()
    keyring = kms_discovery(client)
    client.asked.clear()
    with pytest.raises(exceptions.WrapDataKeyError, match="only decrypts"):
        wrapped_by(keyring)
    assert client.asked == []


def test_an_encryption_context_that_cannot_be_serialized_makes_no_call() -> None:
    client = kms()
    keyring = kms_static(client)
    client.asked.clear()
    context = {"k": "v" * 0x10000}
    with pytest.raises(exceptions.SerializationError):
        keyring.on_encrypt(EncryptionMaterials(SUITE, encryption_context=context))
    with pytest.raises(exceptions.SerializationError):
        keyring.on_decrypt(DecryptionMaterials(algorithm=SUITE, encryption_context=context), [])
    assert client.asked == []


def test_materials_with_a_data_key_are_refused_on_decrypt() -> None:
    client = kms()
    keyring = kms_static(client)
    _, wrapped = wrapped_by(keyring)
    client.asked.clear()
    with pytest.raises(exceptions.UnwrapDataKeyError, match="have a data key already"):
        keyring.on_decrypt(unread().with_data_encryption_key(data_key_for(SUITE)), [wrapped])
    assert client.asked == []
