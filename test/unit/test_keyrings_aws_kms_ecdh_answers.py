"""Answers of AWS KMS that an ECDH keyring does not take (framework/aws-kms/aws-kms-ecdh-keyring.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aws_encryption_sdk import exceptions

from .ecdh_parties import ALICE, BOB, P256, P384, opened, said, unread, wrapped_by
from .kms_double import PREFIX
from .kms_ecdh_keyrings import der, kms, kms_discovery, kms_static

pytestmark = [
    pytest.mark.specification("framework/aws-kms/aws-kms-ecdh-keyring.md", "OnEncrypt", "OnDecrypt"),
    pytest.mark.specification(
        "framework/key-agreement-schemas.md", "KmsPublicKeyDiscovery", "KmsPrivateKeyToStaticPublicKey"
    ),
]


@pytest.mark.parametrize("make", [kms_static, kms_discovery])
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


@pytest.mark.parametrize("make", [kms_static, kms_discovery])
def test_a_public_key_that_kms_refuses(make: Callable[..., object]) -> None:
    client = kms()
    client.failure = ConnectionError("no route")
    with pytest.raises(exceptions.KmsRequestError, match=r"GetPublicKey with key arn:.*no route") as caught:
        make(client)
    assert caught.value.__cause__ is client.failure


def test_a_secret_that_kms_refuses_on_encrypt() -> None:
    client = kms()
    keyring = kms_static(client)
    client.failure = ConnectionError("no route")
    with pytest.raises(
        exceptions.WrapDataKeyError, match=r"cannot encrypt: AWS KMS DeriveSharedSecret .*no route"
    ) as caught:
        wrapped_by(keyring)
    assert isinstance(caught.value, exceptions.GenerateKeyError)
    assert isinstance(caught.value.__cause__, exceptions.KmsRequestError)


def test_a_secret_that_kms_refuses_on_decrypt() -> None:
    client = kms()
    keyring = kms_discovery(client)
    keys = [wrapped_by(kms_static(client))[1] for _ in range(2)]
    client.failure, asked = ConnectionError("no route"), len(client.asked)

    assert said(keyring, *keys).count("DeriveSharedSecret") == 2
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
    writer, reader = kms_static(client), kms_discovery(client)
    _, wrapped = wrapped_by(writer)
    client.altered = altered
    with pytest.raises(exceptions.WrapDataKeyError, match=reason):
        wrapped_by(writer)
    with pytest.raises(exceptions.UnwrapDataKeyError, match=reason):
        reader.on_decrypt(unread(), [wrapped])


def test_another_secret_does_not_open_and_is_not_shown() -> None:
    client = kms()
    _, wrapped = wrapped_by(kms_static(client))
    client.altered = {"SharedSecret": b"a secret that is not to be shown"}
    keyring = kms_discovery(kms())
    keyring_with_wrong_secret = kms_discovery(client, recipient_public_key=der(BOB[P256]))

    shown = said(keyring_with_wrong_secret, wrapped)
    assert "commitment key" in shown
    assert "not to be shown" not in shown
    assert opened(keyring, wrapped)
