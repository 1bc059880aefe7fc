"""The AWS KMS ECDH keyring (framework/aws-kms/aws-kms-ecdh-keyring.md, framework/key-agreement-schemas.md)."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._crypto import key_agreement
from aws_encryption_sdk._wrapping import ecdh
from aws_encryption_sdk.identifiers import AlgorithmSuite, ECDHCurveSpec
from aws_encryption_sdk.keyrings._ecdh import EcdhKeyring
from aws_encryption_sdk.keyrings.aws_kms.ecdh import (
    AwsKmsEcdhKeyring,
    KmsPrivateKeyToStaticPublicKey,
    KmsPublicKeyDiscovery,
)
from aws_encryption_sdk.keyrings.raw import (
    EphemeralPrivateKeyToStaticPublicKey,
    PublicKeyDiscovery,
    RawECDHKeyring,
    RawPrivateKeyToStaticPublicKey,
)
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .kms_double import PREFIX, KmsDouble
from .operation_materials import data_key_for

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXT = {"b": "2", "a": "1"}
P256, P384, P521 = CURVES = (ECDHCurveSpec.ECC_NIST_P256, ECDHCurveSpec.ECC_NIST_P384, ECDHCurveSpec.ECC_NIST_P521)
ALICE, BOB, EVE = ({curve: ec.derive_private_key(n, curve.curve()) for curve in CURVES} for n in (7, 8, 9))
ALICE_ARN, BOB_ARN = PREFIX + "key/alice", PREFIX + "key/bob"
TOKENS = ["one token", "another"]
#: Of the wrong type, in a way that a type checker does not see.
NAME: Any = "P256"
BYTES: Any = b"alice"
RAW_SCHEME: Any = PublicKeyDiscovery(BOB[P256])


def kms(curve: ECDHCurveSpec = P256) -> KmsDouble:
    return KmsDouble({"alice": ALICE[curve], "bob": BOB[curve], "eve": EVE[curve]}, {"alias/alice": "alice"})


def der(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def static(client: KmsDouble, curve: ECDHCurveSpec = P256, own: str = ALICE_ARN, **more: Any) -> AwsKmsEcdhKeyring:
    """Return the keyring of Alice's, or another's, who writes to Bob."""
    scheme = KmsPrivateKeyToStaticPublicKey(own, BOB[curve].public_key(), **more)
    return AwsKmsEcdhKeyring(scheme, curve, client, TOKENS)


def discovery(client: KmsDouble, curve: ECDHCurveSpec = P256, own: str = BOB_ARN, **more: Any) -> AwsKmsEcdhKeyring:
    return AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(own, **more), curve, client, TOKENS)


def wrapped_by(keyring: EcdhKeyring) -> tuple[bytes, EncryptedDataKey]:
    made = keyring.on_encrypt(EncryptionMaterials(SUITE, encryption_context=CONTEXT))
    assert made.data_encryption_key is not None
    (key,) = made.encrypted_data_keys
    return made.data_encryption_key.data_key, key


def unread() -> DecryptionMaterials:
    return DecryptionMaterials(algorithm=SUITE, encryption_context=CONTEXT)


def opened(keyring: EcdhKeyring, *keys: EncryptedDataKey) -> bytes:
    read = keyring.on_decrypt(unread(), keys)
    assert read.data_encryption_key is not None
    return read.data_encryption_key.data_key


def refusal(keyring: EcdhKeyring, *keys: EncryptedDataKey) -> str:
    given = unread()
    with pytest.raises(exceptions.UnwrapDataKeyError) as caught:
        keyring.on_decrypt(given, keys)
    assert given.data_encryption_key is None
    assert len(caught.value.errors) == len(keys)
    return str(caught.value)


@pytest.mark.parametrize("curve", CURVES)
def test_static_keys(curve: ECDHCurveSpec) -> None:
    """Each of the two reads what either has written, whoever of them has the private key in AWS KMS."""
    client = kms(curve)
    raw_alice = RawECDHKeyring(RawPrivateKeyToStaticPublicKey(ALICE[curve], BOB[curve].public_key()), curve)
    raw_bob = RawECDHKeyring(RawPrivateKeyToStaticPublicKey(BOB[curve], ALICE[curve].public_key()), curve)
    raw_discovery = RawECDHKeyring(PublicKeyDiscovery(BOB[curve]), curve)
    kms_alice = static(client, curve)
    kms_bob = AwsKmsEcdhKeyring(KmsPrivateKeyToStaticPublicKey(BOB_ARN, der(ALICE[curve])), curve, client)
    kms_discovery = discovery(client, curve)

    for writer in (kms_alice, raw_alice):
        data_key, wrapped = wrapped_by(writer)
        for reader in (kms_alice, kms_bob, kms_discovery, raw_alice, raw_bob, raw_discovery):
            assert opened(reader, wrapped) == data_key
        for stranger in (static(client, curve, PREFIX + "key/eve"), discovery(client, curve, ALICE_ARN)):
            refusal(stranger, wrapped)


def test_ephemeral_sender_keys_are_read_by_discovery() -> None:
    data_key, wrapped = wrapped_by(RawECDHKeyring(EphemeralPrivateKeyToStaticPublicKey(der(BOB[P256])), P256))

    assert opened(discovery(kms()), wrapped) == data_key
    assert "between other public keys" in refusal(static(kms()), wrapped)


def test_the_encrypted_data_key() -> None:
    _, wrapped = wrapped_by(static(kms(P384), P384))

    assert wrapped.key_provider.provider_id == "aws-kms-ecdh"
    parties = ecdh.deserialize_key_info(P384, wrapped.key_provider.key_info)
    assert parties.sender == key_agreement.compressed_point(ALICE[P384].public_key())
    assert parties.recipient == key_agreement.compressed_point(BOB[P384].public_key())


def test_a_data_key_that_is_there_is_wrapped_and_put_last() -> None:
    first = EncryptedDataKey(MasterKeyInfo("first", b""), b"")
    made = static(kms()).on_encrypt(EncryptionMaterials(SUITE, data_key_for(SUITE), [first], CONTEXT))

    assert made.encrypted_data_keys[0] is first
    assert opened(discovery(kms()), *made.encrypted_data_keys[1:]) == data_key_for(SUITE).data_key


def test_what_kms_is_asked() -> None:
    client = kms()
    keyring = static(client)
    _, wrapped = wrapped_by(keyring)
    opened(keyring, wrapped)
    opened(discovery(client), wrapped)

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
        data_key, wrapped = wrapped_by(static(client, sender_public_key=public_key))
        assert opened(discovery(client, recipient_public_key=der(BOB[P256])), wrapped) == data_key
    assert {operation for operation, _ in client.asked} == {"DeriveSharedSecret"}


@pytest.mark.parametrize("identifier", ["alice", "alias/alice", PREFIX + "alias/alice"])
def test_other_identifiers_than_arns(identifier: str) -> None:
    """AWS KMS tells the ARN when it gives the public key; later answers have to come from that key."""
    client = kms()
    keyring = static(client, own=identifier)
    data_key, wrapped = wrapped_by(keyring)
    assert opened(discovery(client), wrapped) == data_key
    assert client.asked[1][1]["KeyId"] == identifier

    client.altered = {"KeyId": PREFIX + "key/eve"}
    with pytest.raises(exceptions.WrapDataKeyError, match="from the key 'arn:aws:kms:us-west-2:111122223333:key/eve'"):
        wrapped_by(keyring)
    client.altered = {}
    with pytest.raises(exceptions.ConfigMismatchError, match="give the key ARN, or leave sender_public_key out"):
        static(client, own=identifier, sender_public_key=der(ALICE[P256]))
    with pytest.raises(exceptions.ConfigMismatchError, match="give the key ARN, or leave recipient_public_key out"):
        discovery(client, own=identifier, recipient_public_key=der(ALICE[P256]))


@pytest.mark.parametrize("make", [static, discovery])
@pytest.mark.parametrize(
    ("altered", "error", "reason"),
    [
        ({"KeyUsage": "SIGN_VERIFY"}, exceptions.ConfigMismatchError, "SIGN_VERIFY .* KEY_AGREEMENT and ECC_NIST_P256 are"),
        ({"KeyUsage": None}, exceptions.ConfigMismatchError, "KEY_AGREEMENT"),
        ({"KeySpec": "ECC_NIST_P384"}, exceptions.ConfigMismatchError, "ECC_NIST_P384; KEY_AGREEMENT and ECC_NIST_P256 are"),
        ({"KeySpec": "ECC_SECG_P256K1"}, exceptions.ConfigMismatchError, "ECC_SECG_P256K1"),
        ({"KeyId": PREFIX + "key/eve"}, exceptions.ConfigMismatchError, "that of .* was asked for"),
        ({"KeyId": None}, exceptions.KmsRequestError, "no KeyId"),
        ({"PublicKey": b""}, exceptions.KmsRequestError, "no bytes as PublicKey"),
        ({"PublicKey": b"key"}, exceptions.ArgumentValueError, "The public key of arn:.* cannot be read"),
        ({"PublicKey": der(ALICE[P384])}, exceptions.ArgumentValueError, "on the curve secp384r1"),
    ],
)
def test_public_keys_that_kms_should_not_have_given(
    make: Callable[..., object], altered: dict[str, Any], error: type[Exception], reason: str
) -> None:
    client = kms()
    client.altered = altered
    with pytest.raises(error, match=reason):
        make(client)


@pytest.mark.parametrize("make", [static, discovery])
def test_a_public_key_that_kms_refuses(make: Callable[..., object]) -> None:
    client = kms()
    client.failure = ConnectionError("no route")
    with pytest.raises(exceptions.KmsRequestError, match=r"GetPublicKey with key arn:.*no route") as caught:
        make(client)
    assert caught.value.__cause__ is client.failure


def test_a_secret_that_kms_refuses_on_encrypt() -> None:
    client = kms()
    keyring = static(client)
    client.failure = ConnectionError("no route")
    with pytest.raises(
        exceptions.WrapDataKeyError, match=r"cannot encrypt: AWS KMS DeriveSharedSecret .*no route"
    ) as caught:
        wrapped_by(keyring)
    assert isinstance(caught.value, exceptions.GenerateKeyError)
    assert isinstance(caught.value.__cause__, exceptions.KmsRequestError)


def test_a_secret_that_kms_refuses_on_decrypt() -> None:
    client = kms()
    keyring = discovery(client)
    keys = [wrapped_by(static(client))[1] for _ in range(2)]
    client.failure, asked = ConnectionError("no route"), len(client.asked)

    assert refusal(keyring, *keys).count("DeriveSharedSecret") == 2
    assert len(client.asked) - asked == 2


@pytest.mark.parametrize(
    ("altered", "reason"),
    [
        ({"KeyId": PREFIX + "key/eve"}, "from the key 'arn:.*/eve', and another one was asked"),
        ({"KeyId": None}, "from the key 'None'"),
        ({"SharedSecret": b""}, "no bytes as SharedSecret"),
        ({"SharedSecret": None}, "no bytes as SharedSecret"),
        ({"SharedSecret": bytes(31)}, "a secret of 31 bytes"),
        ({"SharedSecret": bytes(33)}, "a secret of 33 bytes"),
    ],
)
def test_secrets_that_kms_should_not_have_given(altered: dict[str, Any], reason: str) -> None:
    client = kms()
    writer, reader = static(client), discovery(client)
    _, wrapped = wrapped_by(writer)
    client.altered = altered
    with pytest.raises(exceptions.WrapDataKeyError, match=reason):
        wrapped_by(writer)
    with pytest.raises(exceptions.UnwrapDataKeyError, match=reason):
        reader.on_decrypt(unread(), [wrapped])


def test_another_secret_does_not_open_and_is_not_shown() -> None:
    client = kms()
    _, wrapped = wrapped_by(static(client))
    client.altered = {"SharedSecret": b"a secret that is not to be shown"}
    keyring = discovery(kms())
    keyring_with_wrong_secret = discovery(client, recipient_public_key=der(BOB[P256]))

    shown = refusal(keyring_with_wrong_secret, wrapped)
    assert "commitment key" in shown
    assert "not to be shown" not in shown
    assert opened(keyring, wrapped)


def test_a_message_for_others_makes_no_call() -> None:
    client = kms()
    readers = [static(client), discovery(client)]
    _, good = wrapped_by(static(client))
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
        refusal(reader, *others)
    assert client.asked == []
    for reader in readers:
        assert opened(reader, *others, good)
    assert len(client.asked) == 2


def test_sender_points_that_are_none_reach_no_private_key() -> None:
    client = kms()
    reader = discovery(client)
    _, good = wrapped_by(static(client))
    parties = ecdh.deserialize_key_info(P256, good.key_provider.key_info)
    keys = [
        EncryptedDataKey(
            MasterKeyInfo("aws-kms-ecdh", ecdh.serialize_key_info(parties._replace(sender=sender))), good.encrypted_data_key
        )
        for sender in (bytes(33), b"\x02" + b"\xff" * 32, b"\x04" + parties.sender[1:])
    ]
    client.asked.clear()
    assert refusal(reader, *keys).count("not a point on the curve ECC_NIST_P256") == 3
    assert client.asked == []


def test_altered_data_keys() -> None:
    client = kms()
    reader = discovery(client)
    _, good = wrapped_by(static(client))
    content = good.encrypted_data_key
    for position in (0, 31, 32, 63, 64, len(content) - 1):
        altered = content[:position] + bytes((content[position] ^ 1,)) + content[position + 1 :]
        refusal(reader, EncryptedDataKey(good.key_provider, altered))


def test_discovery_does_not_encrypt() -> None:
    client = kms()
    keyring = discovery(client)
    client.asked.clear()
    with pytest.raises(exceptions.WrapDataKeyError, match="only decrypts"):
        wrapped_by(keyring)
    assert client.asked == []


def test_an_encryption_context_that_cannot_be_serialized_makes_no_call() -> None:
    client = kms()
    keyring = static(client)
    client.asked.clear()
    context = {"k": "v" * 0x10000}
    with pytest.raises(exceptions.SerializationError):
        keyring.on_encrypt(EncryptionMaterials(SUITE, encryption_context=context))
    with pytest.raises(exceptions.SerializationError):
        keyring.on_decrypt(DecryptionMaterials(algorithm=SUITE, encryption_context=context), [])
    assert client.asked == []


def test_materials_with_a_data_key_are_refused_on_decrypt() -> None:
    client = kms()
    keyring = static(client)
    _, wrapped = wrapped_by(keyring)
    client.asked.clear()
    with pytest.raises(exceptions.UnwrapDataKeyError, match="have a data key already"):
        keyring.on_decrypt(unread().with_data_encryption_key(data_key_for(SUITE)), [wrapped])
    assert client.asked == []


@pytest.mark.parametrize(
    ("make", "error", "reason"),
    [
        (lambda: KmsPublicKeyDiscovery(BYTES), exceptions.ArgumentTypeError, "must be a str, not bytes"),
        (lambda: KmsPublicKeyDiscovery(""), exceptions.MalformedArnError, "must not be empty"),
        (lambda: KmsPublicKeyDiscovery("arn:aws:s3:::bucket"), exceptions.MalformedArnError, "not an ARN of AWS KMS"),
        (lambda: KmsPrivateKeyToStaticPublicKey("", der(BOB[P256])), exceptions.MalformedArnError, "must not be empty"),
        (
            lambda: KmsPrivateKeyToStaticPublicKey("alice", b"key"),
            exceptions.ArgumentValueError,
            "recipient_public_key cannot",
        ),
        (
            lambda: KmsPrivateKeyToStaticPublicKey("alice", der(BOB[P256]), b"key"),
            exceptions.ArgumentValueError,
            "sender_public_key cannot be read",
        ),
        (lambda: KmsPublicKeyDiscovery("alice", b"key"), exceptions.ArgumentValueError, "recipient_public_key cannot"),
        (
            lambda: AwsKmsEcdhKeyring(RAW_SCHEME, P256, kms()),
            exceptions.ArgumentTypeError,
            "must be a Kms",
        ),
        (lambda: AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(BOB_ARN), P256), exceptions.ArgumentTypeError, "kms_client"),
        (
            lambda: AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(BOB_ARN), NAME, kms()),
            exceptions.ArgumentTypeError,
            "curve_spec",
        ),
        (
            lambda: AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(BOB_ARN), ECDHCurveSpec.SM2, kms()),
            exceptions.NotSupportedError,
            "SM2 is not supported",
        ),
        (
            lambda: AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(BOB_ARN), P256, kms(), "token"),
            exceptions.ArgumentTypeError,
            "grant_tokens must be a list of str",
        ),
        (
            lambda: static(kms(), sender_public_key=der(ALICE[P384])),
            exceptions.ArgumentValueError,
            "sender_public_key is on",
        ),
        (
            lambda: discovery(kms(), recipient_public_key=der(BOB[P384])),
            exceptions.ArgumentValueError,
            "recipient_public_key is",
        ),
        (
            lambda: AwsKmsEcdhKeyring(KmsPrivateKeyToStaticPublicKey(ALICE_ARN, der(BOB[P384])), P256, kms()),
            exceptions.ArgumentValueError,
            "recipient_public_key is on the curve secp384r1; curve_spec says ECC_NIST_P256",
        ),
    ],
)
def test_wrong_arguments(make: Callable[[], object], error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=reason):
        make()


@pytest.mark.parametrize("lacking", ["get_public_key", "derive_shared_secret"])
def test_a_client_that_cannot_what_is_needed(lacking: str) -> None:
    """boto3 learnt DeriveSharedSecret in 1.34.132."""
    client = kms()
    setattr(client, lacking, None)
    with pytest.raises(exceptions.ArgumentTypeError, match=f"which lacks {lacking}"):
        discovery(client)


def test_a_client_supplier_is_asked_for_the_region_of_the_key() -> None:
    client = kms()
    asked: list[str | None] = []

    def supplier(region: str | None) -> KmsDouble:
        asked.append(region)
        return client

    readers = [
        AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(BOB_ARN), P256, client_supplier=supplier),
        AwsKmsEcdhKeyring(KmsPublicKeyDiscovery("bob"), P256, client_supplier=supplier),
    ]
    data_key, wrapped = wrapped_by(static(client))
    for reader in readers:
        assert opened(reader, wrapped) == data_key
    assert set(asked) == {"us-west-2", None}
    for arguments in ({}, {"kms_client": client, "client_supplier": supplier}):
        with pytest.raises(exceptions.ArgumentTypeError, match="Exactly one of kms_client and client_supplier"):
            AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(BOB_ARN), P256, **arguments)  # type: ignore[arg-type]


def test_what_is_shown() -> None:
    assert repr(static(kms())) == (
        f"AwsKmsEcdhKeyring(key_agreement_scheme=KmsPrivateKeyToStaticPublicKey(sender_kms_identifier={ALICE_ARN!r}), "
        "curve_spec=ECC_NIST_P256)"
    )
    assert repr(discovery(kms())) == (
        f"AwsKmsEcdhKeyring(key_agreement_scheme=KmsPublicKeyDiscovery(recipient_kms_identifier={BOB_ARN!r}), "
        "curve_spec=ECC_NIST_P256)"
    )


@pytest.mark.parametrize("move", [pickle.dumps, copy.deepcopy])
def test_keyrings_with_a_ready_client_are_not_pickled(move: Callable[[object], object]) -> None:
    for keyring in (static(kms()), discovery(kms())):
        with pytest.raises(exceptions.CannotBePickledError, match="given a ready client cannot be pickled"):
            move(keyring)


def shared_client(_region: str | None) -> KmsDouble:
    return kms()


def test_keyrings_with_a_client_supplier_can_be_pickled() -> None:
    static_scheme = KmsPrivateKeyToStaticPublicKey(ALICE_ARN, der(BOB[P256]), der(ALICE[P256]))
    writers = [
        AwsKmsEcdhKeyring(static_scheme, P256, None, TOKENS, shared_client),
        AwsKmsEcdhKeyring(KmsPrivateKeyToStaticPublicKey("alias/alice", der(BOB[P256])), P256, None, None, shared_client),
    ]
    readers = [
        AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(BOB_ARN), P256, None, TOKENS, shared_client),
        AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(BOB_ARN, der(BOB[P256])), P256, None, TOKENS, shared_client),
    ]
    for writer in writers:
        data_key, wrapped = wrapped_by(pickle.loads(pickle.dumps(writer)))
        for reader in readers:
            moved = pickle.loads(pickle.dumps(reader))
            assert repr(moved) == repr(reader)
            assert opened(moved, wrapped) == data_key
