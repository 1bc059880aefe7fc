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


# --- doubles, as tests of programs have them ---------------------------------------------------------------------------


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
