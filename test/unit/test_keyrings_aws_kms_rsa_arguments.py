"""What the AWS KMS RSA keyring takes and refuses, what it shows, and how it is pickled."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsRsaKeyring

from .kms_double import PADDINGS, PREFIX, KmsDouble
from .kms_rsa_keyrings import ARN, KEY, SHA_1, SHA_256, TOKENS, keyring, kms, opened, pem, unread, wrapped_by

pytestmark = pytest.mark.specification(
    "framework/aws-kms/aws-kms-rsa-keyring.md", "Initialization", "AWS KMS Encryption Algorithm", "Supported Padding Schemes"
)


def wrong(**arguments: Any) -> Callable[[], object]:
    return lambda: keyring(**arguments)


@pytest.mark.parametrize(
    ("make", "error", "reason"),
    [
        (wrong(kms_key_id=None), exceptions.ArgumentTypeError, "kms_key_id must be a str, not None"),
        (wrong(kms_key_id=b"arn"), exceptions.ArgumentTypeError, "kms_key_id must be a str, not bytes"),
        (wrong(kms_key_id=""), exceptions.MalformedArnError, "not an ARN of AWS KMS"),
        (wrong(kms_key_id="one"), exceptions.MalformedArnError, "the ARN of a key looks like arn:"),
        (wrong(kms_key_id="alias/one"), exceptions.MalformedArnError, "the ARN of a key looks like arn:"),
        (wrong(kms_key_id=PREFIX + "alias/one"), exceptions.MalformedArnError, "is the ARN of an alias; the ARN of the key"),
        (
            wrong(encryption_algorithm="RSAES_PKCS1_V1_5"),
            exceptions.ArgumentValueError,
            "RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256",
        ),
        (wrong(encryption_algorithm="SYMMETRIC_DEFAULT"), exceptions.ArgumentValueError, "not 'SYMMETRIC_DEFAULT'"),
        (wrong(encryption_algorithm=PADDINGS[SHA_1]), exceptions.ArgumentTypeError, "must be a str, not WrappingAlgorithm"),
        (wrong(encryption_algorithm=None), exceptions.ArgumentTypeError, "must be a str, not None"),
        (wrong(public_key=b"key"), exceptions.ArgumentValueError, "cannot be read"),
        (wrong(public_key=5), exceptions.ArgumentTypeError, "int"),
        (wrong(public_key=KEY), exceptions.ArgumentTypeError, "is a private key"),
        (
            wrong(public_key=KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())),
            exceptions.ArgumentValueError,
            "cannot be read",
        ),
        (wrong(public_key=pem(ec.generate_private_key(ec.SECP256R1()))), exceptions.ArgumentValueError, "not an RSA key"),
        (
            wrong(public_key=rsa.generate_private_key(65537, 1024).public_key()),
            exceptions.ArgumentValueError,
            "public_key has 1024 bits; RSA keys of AWS KMS have 2048 or more",
        ),
        (wrong(grant_tokens="token"), exceptions.ArgumentTypeError, "grant_tokens must be a list of str"),
    ],
)
def test_wrong_arguments(make: Callable[[], object], error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=reason):
        make()


def test_what_is_shown() -> None:
    shown = f"AwsKmsRsaKeyring(kms_key_id={ARN!r}, encryption_algorithm='RSAES_OAEP_SHA_256')"
    assert repr(keyring(kms())) == repr(keyring()) == shown


@pytest.mark.parametrize(
    "form", [pem(KEY), pem(KEY).decode(), pem(KEY, Encoding.DER), KEY.public_key()], ids=["PEM", "text", "DER", "object"]
)
def test_forms_of_a_public_key(form: Any) -> None:
    data_key, wrapped = wrapped_by(keyring(public_key=form))

    assert opened(AwsKmsRsaKeyring(ARN, SHA_256, kms_client=kms()), wrapped) == data_key


def shared_client(_region: str | None) -> KmsDouble:
    return kms()


def test_pickle() -> None:
    data_key, wrapped = wrapped_by(pickle.loads(pickle.dumps(keyring())))
    assert opened(keyring(kms()), wrapped) == data_key
    only_encrypts = copy.deepcopy(pickle.loads(pickle.dumps(keyring(encryption_algorithm=SHA_1))))
    assert wrapped_by(only_encrypts)[1].key_provider == wrapped.key_provider
    with pytest.raises(exceptions.UnwrapDataKeyError, match="has no client"):
        only_encrypts.on_decrypt(unread(), [wrapped])
    moved = pickle.loads(pickle.dumps(AwsKmsRsaKeyring(ARN, SHA_256, client_supplier=shared_client, grant_tokens=TOKENS)))
    assert opened(moved, wrapped) == data_key
    for with_client in (keyring(kms()), AwsKmsRsaKeyring(ARN, SHA_256, kms_client=kms())):
        with pytest.raises(exceptions.CannotBePickledError, match="given a ready client cannot be pickled"):
            pickle.dumps(with_client)
