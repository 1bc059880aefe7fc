"""Programs with ``AwsKmsKeyring``."""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock

import pytest

import aws_encryption_sdk
from aws_encryption_sdk.exceptions import (
    AWSEncryptionSDKClientError,
    DecryptKeyError,
    EncryptKeyError,
    InvalidCryptographicMaterialsError,
)
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsKeyring,
    _AwsKmsDiscoveryKeyring,
    _AwsKmsSingleCmkKeyring,
)
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import (
    AllowRegionsClientSupplier,
    ClientSupplier,
    DefaultClientSupplier,
    DenyRegionsClientSupplier,
)
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo, RawDataKey

from .aws_in_process import OTHER_REGION, REGION, aws_kms, new_alias, new_key

__all__ = ["aws_kms"]

CONTEXT = {"encryption": "context", "is not": "secret"}
ARN = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SUITE = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384


def unread() -> DecryptionMaterials:
    return DecryptionMaterials(algorithm=SUITE, encryption_context=CONTEXT)


def key_of(arn: str = ARN) -> EncryptedDataKey:
    return EncryptedDataKey(MasterKeyInfo("aws-kms", arn), b"wrapped")


# --- programs ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("aws_kms")
def test_single_key() -> None:
    aws_kms_cmk = new_key()
    # Create the keyring that determines how your data keys are protected.
    keyring = AwsKmsKeyring(generator_key_id=aws_kms_cmk)

    ciphertext, encrypt_header = aws_encryption_sdk.encrypt(source=b"secret", encryption_context=CONTEXT, keyring=keyring)
    assert ciphertext != b"secret"
    assert [key.key_provider for key in encrypt_header.encrypted_data_keys] == [MasterKeyInfo("aws-kms", aws_kms_cmk)]

    decrypted, decrypt_header = aws_encryption_sdk.decrypt(source=ciphertext, keyring=keyring)
    assert decrypted == b"secret"
    assert set(CONTEXT.items()) <= set(decrypt_header.encryption_context.items())


@pytest.mark.usefixtures("aws_kms")
def test_multiple_regions() -> None:
    generator, *further = new_key(), new_key(OTHER_REGION), new_key("us-east-1")
    keyring = AwsKmsKeyring(generator_key_id=generator, key_ids=further)
    message = aws_encryption_sdk.encrypt(source=b"secret", encryption_context=CONTEXT, keyring=keyring)

    wrapped = [key.key_provider.key_info.decode() for key in message.header.encrypted_data_keys]
    assert wrapped == [generator, *further]
    for arn in wrapped:
        for decrypting in (AwsKmsKeyring(generator_key_id=arn), AwsKmsKeyring(key_ids=[arn])):
            assert aws_encryption_sdk.decrypt(source=message.result, keyring=decrypting).result == b"secret"


@pytest.mark.usefixtures("aws_kms")
def test_discovery() -> None:
    message = aws_encryption_sdk.encrypt(source=b"secret", keyring=AwsKmsKeyring(generator_key_id=new_key(OTHER_REGION)))
    assert aws_encryption_sdk.decrypt(source=message.result, keyring=AwsKmsKeyring(is_discovery=True)).result == b"secret"


@pytest.mark.usefixtures("aws_kms")
def test_discovery_in_a_region_only() -> None:
    encrypting = AwsKmsKeyring(generator_key_id=new_key(), key_ids=[new_key(OTHER_REGION)])
    message = aws_encryption_sdk.encrypt(source=b"secret", keyring=encrypting)
    here = AwsKmsKeyring(is_discovery=True, client_supplier=AllowRegionsClientSupplier(allowed_regions=[OTHER_REGION]))
    elsewhere = AwsKmsKeyring(is_discovery=True, client_supplier=DenyRegionsClientSupplier([REGION, OTHER_REGION]))

    assert aws_encryption_sdk.decrypt(source=message.result, keyring=here).result == b"secret"
    with pytest.raises(InvalidCryptographicMaterialsError, match="is one of the denied regions"):
        aws_encryption_sdk.decrypt(source=message.result, keyring=elsewhere)
    preferred = MultiKeyring(children=[elsewhere, here])
    assert aws_encryption_sdk.decrypt(source=message.result, keyring=preferred).result == b"secret"


@pytest.mark.usefixtures("aws_kms")
def test_aliases_and_key_ids_encrypt_and_key_arns_decrypt() -> None:
    arn = new_key()
    new_alias(arn, "alias/mine")
    for identifier in ("alias/mine", arn.split("key/")[0] + "alias/mine", arn.split("key/")[1]):
        keyring = AwsKmsKeyring(generator_key_id=identifier)
        message = aws_encryption_sdk.encrypt(source=b"secret", keyring=keyring)
        (key,) = message.header.encrypted_data_keys
        assert key.key_provider.key_info == arn.encode()
        decrypting = AwsKmsKeyring(key_ids=(arn,))
        assert aws_encryption_sdk.decrypt(source=message.result, keyring=decrypting).result == b"secret"
        with pytest.raises(DecryptKeyError, match="give it the ARN of the key"):
            aws_encryption_sdk.decrypt(source=message.result, keyring=keyring)


@pytest.mark.usefixtures("aws_kms")
def test_escrow_with_a_raw_key() -> None:
    escrow = RawAESKeyring("escrow", "key", bytes(32))
    keyring = MultiKeyring(generator=AwsKmsKeyring(generator_key_id=new_key()), children=[escrow])
    message = aws_encryption_sdk.encrypt(source=b"secret", keyring=keyring)
    for decrypting in (keyring, escrow):
        assert aws_encryption_sdk.decrypt(source=message.result, keyring=decrypting).result == b"secret"


class MultiPartitionClientSupplier(ClientSupplier):
    """Has a client supplier for each partition."""

    def __init__(self) -> None:
        self._china = DefaultClientSupplier()
        self._other = DenyRegionsClientSupplier(denied_regions=["cn-north-1"], client_supplier=DefaultClientSupplier())

    def __call__(self, region_name: str | None) -> Any:
        return self._china(region_name) if region_name == "cn-north-1" else self._other(region_name)


@pytest.mark.usefixtures("aws_kms")
@pytest.mark.parametrize("region", ["cn-north-1", REGION])
def test_custom_client_supplier(region: str) -> None:
    keyring = AwsKmsKeyring(client_supplier=MultiPartitionClientSupplier(), generator_key_id=new_key(region))
    message = aws_encryption_sdk.encrypt(source=b"secret", keyring=keyring)
    assert aws_encryption_sdk.decrypt(source=message.result, keyring=keyring).result == b"secret"


# --- what goes wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"is_discovery": False},
        {"is_discovery": True, "generator_key_id": ARN},
        {"is_discovery": True, "key_ids": [ARN]},
        {"is_discovery": False, "key_ids": ()},
        {"generator_key_id": ARN, "key_ids": ARN},
        {"key_ids": ARN},
        {"generator_key_id": ARN, "grant_tokens": "one token"},
        {"is_discovery": True, "grant_tokens": "one token"},
        {"generator_key_id": ARN, "client_supplier": "us-west-2"},
        {"is_discovery": True, "client_supplier": 5},
        {"generator_key_id": 5},
        {"key_ids": [ARN, None]},
        {"generator_key_id": ARN, "is_discovery": True, "key_ids": [ARN]},
    ],
    ids=str,
)
def test_wrong_arguments(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError) as caught:
        AwsKmsKeyring(**arguments)
    assert isinstance(caught.value, AWSEncryptionSDKClientError)


def test_arguments_by_position() -> None:
    keyring = AwsKmsKeyring(DefaultClientSupplier(), False, ARN, (ARN,), ("token",))
    assert (keyring._generator_key_id, keyring._key_ids) == (ARN, (ARN,))


@pytest.mark.usefixtures("aws_kms")
def test_kms_fails_on_encrypt() -> None:
    good, missing = new_key(), ARN
    for keyring in (AwsKmsKeyring(generator_key_id=missing), AwsKmsKeyring(generator_key_id=good, key_ids=[missing])):
        with pytest.raises(EncryptKeyError, match="NotFoundException") as caught:
            aws_encryption_sdk.encrypt(source=b"secret", keyring=keyring)
        assert missing in str(caught.value)
        assert caught.value.__cause__ is not None


@pytest.mark.usefixtures("aws_kms")
def test_no_key_decrypts() -> None:
    message = aws_encryption_sdk.encrypt(source=b"secret", keyring=AwsKmsKeyring(generator_key_id=new_key()))
    with pytest.raises(InvalidCryptographicMaterialsError, match="under another key") as caught:
        aws_encryption_sdk.decrypt(source=message.result, keyring=AwsKmsKeyring(generator_key_id=new_key()))
    assert isinstance(caught.value, DecryptKeyError)


def test_discovery_does_nothing_on_encrypt() -> None:
    given = EncryptionMaterials(algorithm=SUITE, encryption_context=CONTEXT)
    supplier = MagicMock()
    assert AwsKmsKeyring(is_discovery=True, client_supplier=supplier).on_encrypt(given) is given
    supplier.assert_not_called()
    with pytest.raises(InvalidCryptographicMaterialsError, match="without a data key"):
        aws_encryption_sdk.encrypt(source=b"secret", keyring=AwsKmsKeyring(is_discovery=True, client_supplier=supplier))
    escrow = RawAESKeyring("escrow", "key", bytes(32))
    both = MultiKeyring(generator=escrow, children=[AwsKmsKeyring(is_discovery=True, client_supplier=supplier)])
    assert len(aws_encryption_sdk.encrypt(source=b"secret", keyring=both).header.encrypted_data_keys) == 1


@pytest.mark.parametrize("arguments", [{"is_discovery": True}, {"generator_key_id": ARN}, {"key_ids": [ARN]}], ids=str)
def test_materials_with_a_data_key_are_returned_unchanged(arguments: dict[str, Any]) -> None:
    given = unread().with_data_encryption_key(RawDataKey(MasterKeyInfo("a", b"b"), bytes(32)))
    supplier = MagicMock()
    keyring = AwsKmsKeyring(client_supplier=supplier, **arguments)
    assert keyring.on_decrypt(given, [key_of()]) is given
    inner: list[Keyring] = [_AwsKmsSingleCmkKeyring(ARN, supplier), _AwsKmsDiscoveryKeyring(supplier)]
    for other in inner:
        assert other.on_decrypt(given, [key_of()]) is given
    supplier.assert_not_called()
