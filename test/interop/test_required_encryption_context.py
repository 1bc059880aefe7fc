"""Pairs that are authenticated and not stored: each side decrypts what the other one encrypts, and both want the pairs back."""

from __future__ import annotations

import pytest

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.caches import LocalCryptoMaterialsCache, StormTrackingCryptoMaterialsCache
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, MissingEncryptionContextError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.required_encryption_context import (
    RequiredEncryptionContextCryptoMaterialsManager,
)
from test.interop.peer import HOW_TO_RUN, ReleasedPeer, ReleasedSideError, released_python
from test.interop.wrapping_keys import wrapping_key

if not released_python():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

DEFAULT = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
CONTEXT = {"tenant": "7", "größe \U0001f511": "groß", "purpose": "test", "a": ""}
#: What is required in each case; both ends of the order of keys, all pairs, and one.
REQUIRED = {"some": ("größe \U0001f511", "tenant"), "all": tuple(CONTEXT), "one": ("a",)}
#: Every suite, and for one of each format version every choice of pairs and another way of wrapping.
CASES = [
    pytest.param(suite, required, wrapping, id=f"{suite.algorithm_id:04x}-{required}-{wrapping}")
    for suite in AlgorithmSuite
    for required, wrapping in (("some", "AES_256"), ("some", "OAEP_SHA512_MGF1"), ("all", "AES_256"), ("one", "AES_256"))
    if (required, wrapping) == ("some", "AES_256") or suite.algorithm_id in (0x0378, 0x0578)
]


@pytest.fixture(autouse=True)
def _with_keyrings(peer: ReleasedPeer) -> None:
    if not peer.has_keyrings:
        pytest.skip("a required encryption context needs the MPL extra of the released package, which needs Python 3.11")


def client_for(suite: AlgorithmSuite) -> EncryptionSDKClient:
    if suite.is_committing():
        return EncryptionSDKClient()
    return EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)


def managers(keyring: Keyring, required: tuple[str, ...]) -> list[CryptoMaterialsManager]:
    """Return ours: over the keyring, over a caching CMM, and under one."""
    over_keyring = RequiredEncryptionContextCryptoMaterialsManager(required, keyring=keyring)
    cached = CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(10), max_age=60, keyring=keyring)
    return [
        over_keyring,
        RequiredEncryptionContextCryptoMaterialsManager(required, cached),
        CachingCryptoMaterialsManager(
            StormTrackingCryptoMaterialsCache(), max_age=60, backing_materials_manager=over_keyring
        ),
    ]


def of(keys: tuple[str, ...]) -> dict[str, str]:
    """Return the pairs with these keys."""
    return {key: CONTEXT[key] for key in keys}


@pytest.mark.parametrize(("suite", "required", "wrapping"), CASES)
def test_released_reads_ours(suite: AlgorithmSuite, required: str, wrapping: str, peer: ReleasedPeer) -> None:
    key, keys = wrapping_key(wrapping), REQUIRED[required]
    for manager in managers(key.keyring(), keys):
        message = client_for(suite).encrypt(
            source=b"text", materials_manager=manager, algorithm=suite, encryption_context=CONTEXT
        )
        opened = peer.decrypt(
            message.result,
            suite=suite,
            keys=[key],
            through="keyrings",
            encryption_context=of(keys),
            required_keys=keys,
        )
        assert opened.plaintext == b"text"
        # It shows what the message stores, and that alone.
        shown = {key: value for key, value in opened.encryption_context.items() if not key.startswith("aws-crypto-")}
        assert shown == {key: value for key, value in CONTEXT.items() if key not in keys}


@pytest.mark.parametrize(("suite", "required", "wrapping"), CASES)
def test_we_read_theirs(suite: AlgorithmSuite, required: str, wrapping: str, peer: ReleasedPeer) -> None:
    key, keys = wrapping_key(wrapping), REQUIRED[required]
    message = peer.encrypt(
        b"text", suite=suite, keys=[key], through="keyrings", encryption_context=CONTEXT, required_keys=keys
    )
    for manager in managers(key.keyring(), keys):
        for _ in range(2):
            opened = client_for(suite).decrypt(source=message, materials_manager=manager, encryption_context=of(keys))
            assert opened.result == b"text"
            assert opened.header.encryption_context.items() >= CONTEXT.items()


def test_the_same_pairs_are_left_out(peer: ReleasedPeer) -> None:
    """What is stored, and its length, are the same on both sides."""
    key, required = wrapping_key("AES_256"), REQUIRED["some"]
    suite = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    theirs = peer.encrypt(
        b"text", suite=suite, keys=[key], through="keyrings", encryption_context=CONTEXT, required_keys=required
    )
    ours = client_for(suite).encrypt(
        source=b"text",
        materials_manager=managers(key.keyring(), required)[0],
        algorithm=suite,
        encryption_context=CONTEXT,
    )
    # Version, suite, message id; then the encryption context.
    start, end = 1 + 2 + 32, theirs.index(b"interoperability tests")
    assert ours.result[start:end] == theirs[start:end]
    assert len(ours.result) == len(theirs)


@pytest.mark.parametrize("given", [{}, {"tenant": "7"}, {"tenant": "8", "größe \U0001f511": "groß"}])
def test_both_refuse_without_the_pairs(given: dict[str, str], peer: ReleasedPeer) -> None:
    key, required = wrapping_key("AES_256"), REQUIRED["some"]
    theirs = peer.encrypt(
        b"text", suite=DEFAULT, keys=[key], through="keyrings", encryption_context=CONTEXT, required_keys=required
    )
    for manager in managers(key.keyring(), required):
        ours = client_for(DEFAULT).encrypt(source=b"text", materials_manager=manager, encryption_context=CONTEXT)
        with pytest.raises(ReleasedSideError):
            peer.decrypt(
                ours.result,
                suite=DEFAULT,
                keys=[key],
                through="keyrings",
                encryption_context=given,
                required_keys=required,
            )
        with pytest.raises(ReleasedSideError):
            peer.decrypt(ours.result, suite=DEFAULT, keys=[key], through="keyrings", encryption_context=given)
        expected = MissingEncryptionContextError if len(given) < len(required) else AWSEncryptionSDKClientError
        with pytest.raises(expected):
            client_for(DEFAULT).decrypt(source=theirs, materials_manager=manager, encryption_context=given)
