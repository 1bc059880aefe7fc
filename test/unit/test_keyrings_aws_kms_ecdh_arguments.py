"""What the AWS KMS ECDH keyring and its schemas take and refuse, what they show, and how they are pickled."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import ECDHCurveSpec
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsEcdhKeyring, KmsPrivateKeyToStaticPublicKey, KmsPublicKeyDiscovery
from aws_encryption_sdk.keyrings.raw import PublicKeyDiscovery

from .ecdh_parties import ALICE, BOB, P256, P384, opened, wrapped_by
from .kms_double import KmsDouble
from .kms_ecdh_keyrings import ALICE_ARN, BOB_ARN, TOKENS, der, kms, kms_discovery, kms_static

pytestmark = [
    pytest.mark.specification(
        "framework/aws-kms/aws-kms-ecdh-keyring.md",
        "ECC Keys",
        "Initialization",
        "Curve Specification",
        "Supported Curve Specifications",
    ),
    pytest.mark.specification(
        "framework/key-agreement-schemas.md", "KmsPublicKeyDiscovery", "KmsPrivateKeyToStaticPublicKey"
    ),
]

#: Of the wrong type, in a way that a type checker does not see.
NAME: Any = "P256"

BYTES: Any = b"alice"

RAW_SCHEME: Any = PublicKeyDiscovery(BOB[P256])


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
        (lambda: AwsKmsEcdhKeyring(RAW_SCHEME, P256, kms()), exceptions.ArgumentTypeError, "must be a Kms"),
        (lambda: AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(BOB_ARN), P256), exceptions.ArgumentTypeError, "kms_client"),
        (lambda: AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(BOB_ARN), NAME, kms()), exceptions.ArgumentTypeError, "curve_spec"),
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
            lambda: kms_static(kms(), sender_public_key=der(ALICE[P384])),
            exceptions.ArgumentValueError,
            "sender_public_key is on",
        ),
        (
            lambda: kms_discovery(kms(), recipient_public_key=der(BOB[P384])),
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
        kms_discovery(client)


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
    data_key, wrapped = wrapped_by(kms_static(client))
    for reader in readers:
        assert opened(reader, wrapped) == data_key
    assert set(asked) == {"us-west-2", None}
    for arguments in ({}, {"kms_client": client, "client_supplier": supplier}):
        with pytest.raises(exceptions.ArgumentTypeError, match="Exactly one of kms_client and client_supplier"):
            AwsKmsEcdhKeyring(KmsPublicKeyDiscovery(BOB_ARN), P256, **arguments)  # type: ignore[arg-type]


def test_what_is_shown() -> None:
    assert repr(kms_static(kms())) == (
        f"AwsKmsEcdhKeyring(key_agreement_scheme=KmsPrivateKeyToStaticPublicKey(sender_kms_identifier={ALICE_ARN!r}), "
        "curve_spec=ECC_NIST_P256)"
    )
    assert repr(kms_discovery(kms())) == (
        f"AwsKmsEcdhKeyring(key_agreement_scheme=KmsPublicKeyDiscovery(recipient_kms_identifier={BOB_ARN!r}), "
        "curve_spec=ECC_NIST_P256)"
    )


@pytest.mark.parametrize("move", [pickle.dumps, copy.deepcopy])
def test_keyrings_with_a_ready_client_are_not_pickled(move: Callable[[object], object]) -> None:
    for keyring in (kms_static(kms()), kms_discovery(kms())):
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
