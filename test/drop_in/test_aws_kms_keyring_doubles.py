"""Tests of programs with ``AwsKmsKeyring``: doubles of clients, and names that they look at."""

from __future__ import annotations

from unittest.mock import MagicMock

import pytest

from aws_encryption_sdk.exceptions import (
    EncryptKeyError,
    InvalidCryptographicMaterialsError,
    UnknownRegionError,
)
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.aws_kms import (
    KEY_NAMESPACE,
    AwsKmsKeyring,
    _AwsKmsDiscoveryKeyring,
    _AwsKmsSingleCmkKeyring,
)
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import (
    DefaultClientSupplier,
    DenyRegionsClientSupplier,
)
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo, RawDataKey

from .aws_in_process import OTHER_REGION, REGION

CONTEXT = {"encryption": "context", "is not": "secret"}
ARN = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SUITE = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384


def unread() -> DecryptionMaterials:
    return DecryptionMaterials(algorithm=SUITE, encryption_context=CONTEXT)


def key_of(arn: str = ARN) -> EncryptedDataKey:
    return EncryptedDataKey(MasterKeyInfo("aws-kms", arn), b"wrapped")


def client_double(arn: str = ARN) -> MagicMock:
    client = MagicMock()
    client.generate_data_key.return_value = {"Plaintext": bytes(32), "CiphertextBlob": b"wrapped", "KeyId": arn}
    client.encrypt.return_value = {"CiphertextBlob": b"wrapped", "KeyId": arn}
    client.decrypt.return_value = {"Plaintext": bytes(32), "KeyId": arn}
    return client


def test_what_a_client_double_is_asked() -> None:
    client = client_double()
    supplier = MagicMock(return_value=client)
    keyring = AwsKmsKeyring(client_supplier=supplier, generator_key_id=ARN, key_ids=[ARN], grant_tokens=["token"])
    made = keyring.on_encrypt(EncryptionMaterials(algorithm=SUITE, encryption_context=CONTEXT))

    client.generate_data_key.assert_called_once_with(
        KeyId=ARN, NumberOfBytes=32, EncryptionContext=CONTEXT, GrantTokens=["token"]
    )
    client.encrypt.assert_called_once_with(KeyId=ARN, Plaintext=bytes(32), EncryptionContext=CONTEXT, GrantTokens=["token"])
    assert list(made.encrypted_data_keys) == [key_of(), key_of()]

    read = keyring.on_decrypt(unread(), made.encrypted_data_keys)
    client.decrypt.assert_called_once_with(
        KeyId=ARN, CiphertextBlob=b"wrapped", EncryptionContext=CONTEXT, GrantTokens=["token"]
    )
    assert read.data_encryption_key == RawDataKey(MasterKeyInfo("aws-kms", ARN), bytes(32))
    assert {call.args for call in supplier.call_args_list} == {(REGION,)}


def test_discovery_asks_for_the_region_of_each_encrypted_data_key() -> None:
    others = [ARN.replace(REGION, region) for region in ("us-east-1", OTHER_REGION)]
    clients = {"us-east-1": client_double(ARN), OTHER_REGION: client_double(others[1])}
    supplier = MagicMock(side_effect=clients.get)
    keyring = AwsKmsKeyring(client_supplier=supplier, is_discovery=True)
    keyring.on_decrypt(unread(), [key_of(arn) for arn in others])

    # The first answer was for another key.
    assert [call.args for call in supplier.call_args_list] == [("us-east-1",), (OTHER_REGION,)]
    clients[OTHER_REGION].decrypt.assert_called_once_with(
        KeyId=others[1], CiphertextBlob=b"wrapped", EncryptionContext=CONTEXT
    )


def test_any_exception_of_a_client_is_a_failure_of_kms() -> None:
    client = MagicMock()
    client.generate_data_key.side_effect = client.decrypt.side_effect = RuntimeError("unexpected")
    keyring = AwsKmsKeyring(client_supplier=lambda _: client, generator_key_id=ARN)
    with pytest.raises(EncryptKeyError, match="unexpected"):
        keyring.on_encrypt(EncryptionMaterials(algorithm=SUITE, encryption_context=CONTEXT))
    with pytest.raises(InvalidCryptographicMaterialsError, match="unexpected"):
        keyring.on_decrypt(unread(), [key_of()])


def test_no_client_is_made_before_it_is_needed() -> None:
    supplier = MagicMock()
    AwsKmsKeyring(client_supplier=supplier, generator_key_id=ARN, key_ids=[ARN])
    AwsKmsKeyring(client_supplier=supplier, is_discovery=True)
    supplier.assert_not_called()


def test_identifiers_without_an_arn_are_asked_in_the_region_of_the_session() -> None:
    supplier = MagicMock(return_value=client_double())
    keyring = AwsKmsKeyring(client_supplier=supplier, generator_key_id="alias/mine")
    keyring.on_encrypt(EncryptionMaterials(algorithm=SUITE, encryption_context=CONTEXT))
    supplier.assert_called_once_with(None)


def test_names_that_tests_of_programs_look_at() -> None:
    supplier = DefaultClientSupplier()
    keyring = AwsKmsKeyring(client_supplier=supplier, generator_key_id=ARN, key_ids=[ARN, "alias/a"])
    assert keyring._client_supplier is supplier
    assert (keyring._generator_key_id, keyring._key_ids) == (ARN, (ARN, "alias/a"))
    inner = keyring._inner_keyring
    assert isinstance(inner, MultiKeyring)
    assert isinstance(inner.generator, _AwsKmsSingleCmkKeyring)
    assert [type(child) for child in inner.children] == [_AwsKmsSingleCmkKeyring] * 2
    assert isinstance(AwsKmsKeyring(is_discovery=True)._inner_keyring, _AwsKmsDiscoveryKeyring)
    assert isinstance(AwsKmsKeyring(is_discovery=True)._client_supplier, DefaultClientSupplier)
    assert KEY_NAMESPACE == "aws-kms"


def test_repr() -> None:
    keyring = AwsKmsKeyring(generator_key_id=ARN, key_ids=["alias/a"], grant_tokens=["secret"])
    assert repr(keyring) == f"AwsKmsKeyring(generator_key_id={ARN!r}, key_ids=('alias/a',))"
    assert repr(AwsKmsKeyring(is_discovery=True)) == "AwsKmsKeyring(is_discovery=True)"


def test_a_region_that_is_denied_on_encrypt() -> None:
    keyring = AwsKmsKeyring(client_supplier=DenyRegionsClientSupplier([REGION]), generator_key_id=ARN)
    with pytest.raises(UnknownRegionError, match="denied"):
        keyring.on_encrypt(EncryptionMaterials(algorithm=SUITE, encryption_context=CONTEXT))
