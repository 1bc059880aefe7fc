"""Which parts of an encryption context have to be given on decrypt: every subset, stored and required, right and wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest

from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import Algorithm, CommitmentPolicy
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.required_encryption_context import (
    RequiredEncryptionContextCryptoMaterialsManager as RequiredManager,
)

from .material_sources import V2, aes_keyring, client_for

CONTEXT = {"a": "1", "b": "2", "c": "3"}
POLICY = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
KEYRING = aes_keyring()


def subsets(keys: dict[str, str]) -> Iterator[dict[str, str]]:
    for count in range(len(keys) + 1):
        for chosen in combinations(keys, count):
            yield {key: keys[key] for key in chosen}


SUBSETS = list(subsets(CONTEXT))
#: Pairs that differ in the value, in the key, and in both.
WRONG = [wrong for wrong in subsets({"a": "3", "b": "1", "d": "1"}) if wrong]


def made_with(manager: CryptoMaterialsManager, required: dict[str, str]) -> EncryptionMaterials:
    request = EncryptionMaterialsRequest(CONTEXT, 4096, POLICY, algorithm=V2, required_encryption_context_keys=set(required))
    return manager.get_encryption_materials(request)


def opens(manager: CryptoMaterialsManager, made: EncryptionMaterials, reproduced: dict[str, str]) -> bool:
    """Ask for the materials of a message that stores what is not required; tell whether the right data key came back."""
    stored = {key: CONTEXT[key] for key in CONTEXT if key not in made.required_encryption_context_keys}
    request = DecryptionMaterialsRequest(made.algorithm, made.encrypted_data_keys, stored, reproduced, POLICY)
    try:
        read = manager.decrypt_materials(request)
    except AWSEncryptionSDKClientError:
        return False
    assert read.data_encryption_key is not None
    assert made.data_encryption_key is not None
    assert read.encryption_context == CONTEXT
    return read.data_encryption_key.data_key == made.data_encryption_key.data_key


@pytest.mark.specification(
    "framework/test-vectors/complete-vectors/default-cmm.md",
    "Required and reproduced encryption context success cases",
    "Required encryption context keys failures on encrypt",
    "Reproduced encryption context failures on decrypt",
)
@pytest.mark.parametrize("required", SUBSETS, ids="".join)
def test_the_default_cmm(required: dict[str, str]) -> None:
    manager = DefaultCryptoMaterialsManager(keyring=KEYRING)
    made = made_with(manager, required)

    for given in SUBSETS:
        assert opens(manager, made, given) is (given.keys() >= required.keys())
        for wrong in WRONG:
            assert not opens(manager, made, {**given, **wrong})
    with pytest.raises(AWSEncryptionSDKClientError):
        made_with(manager, {**required, "d": "4"})


@pytest.mark.specification(
    "framework/test-vectors/complete-vectors/required-encryption-context-cmm.md",
    "Required Encryption Context CMM failures on encrypt",
    "Required Encryption Context CMM failures on decrypt",
    "Required Encryption Context CMM success cases",
)
@pytest.mark.parametrize("required", [subset for subset in SUBSETS if subset], ids="".join)
def test_the_required_encryption_context_cmm(required: dict[str, str]) -> None:
    manager = RequiredManager(list(required), keyring=KEYRING)
    made = made_with(manager, {})

    assert made.required_encryption_context_keys == required.keys()
    for given in SUBSETS:
        assert opens(manager, made, given) is (given.keys() >= required.keys())
        for wrong in WRONG:
            assert not opens(manager, made, {**given, **wrong})
    with pytest.raises(AWSEncryptionSDKClientError):
        made_with(RequiredManager([*required, "d"], keyring=KEYRING), {})


def test_no_keys_cannot_be_required() -> None:
    with pytest.raises(AWSEncryptionSDKClientError):
        RequiredManager([], keyring=KEYRING)


@pytest.mark.specification(
    "framework/test-vectors/complete-vectors/encryption-context.md", "Standard Encryption Contexts Constraints"
)
@pytest.mark.specification("framework/test-vectors/complete-vectors/raw-aes.md", "Basic tests")
@pytest.mark.parametrize("suite", list(Algorithm), ids=lambda suite: f"{suite.algorithm_id:04x}")
@pytest.mark.parametrize(
    "context",
    [{}, CONTEXT, {f"key {number}": f"value {number}" for number in range(40)}, {"größe": "süß", "鍵": "値"}, {"🗝": "🔒"}],
    ids=["empty", "small", "large", "multibyte", "beyond the basic plane"],
)
def test_contexts_of_every_kind(context: dict[str, str], suite: Algorithm) -> None:
    client = client_for(suite)
    for length in (16, 24, 32):
        keyring = RawAESKeyring(f"tests of {length} bytes", "key", bytes(range(length, 2 * length)))
        message = client.encrypt(source=b"plaintext", keyring=keyring, encryption_context=context, algorithm=suite).result
        result = client.decrypt(source=message, keyring=keyring, encryption_context=context)
        assert result.result == b"plaintext"
        assert context.items() <= result.header.encryption_context.items()
