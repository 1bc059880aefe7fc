"""Raw master key providers: each side decrypts what the other one encrypts."""

from __future__ import annotations

import io
from typing import Any

import pytest

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.exceptions import DecryptKeyError
from aws_encryption_sdk.identifiers import AlgorithmSuite, EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers import raw
from test.interop.peer import HOW_TO_RUN, ReleasedPeer, ReleasedSideError, released_python
from test.interop.wrapping_keys import AES_WRAPPINGS, NAMESPACE, RSA_WRAPPINGS, WrappingKey, wrapping_key

pytestmark = pytest.mark.specification(
    "framework/keyring-interface.md", "Keyring and Master Key Provider/Master Key Compatability"
)

if not released_python():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

SUITES = [pytest.param(suite, id=f"{suite.algorithm_id:04x}") for suite in AlgorithmSuite]
DEFAULT = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
CONTEXT = {"purpose": "interoperability", "größe": "groß", "鍵": "値", "": ""}
PLAINTEXT = bytes(range(256)) * 40


class Provider(raw.RawMasterKeyProvider):
    """Has the keys that the other side has."""

    provider_id = NAMESPACE

    def __new__(cls, *_: Any) -> Provider:
        return super().__new__(cls)

    def __init__(self, *wrappings: str) -> None:
        self.keys = [wrapping_key(wrapping) for wrapping in wrappings]
        self.add_master_keys_from_list(key.name for key in self.keys)

    def _get_raw_key(self, key_id: bytes) -> raw.WrappingKey:
        (key,) = [key for key in self.keys if key.name.encode() == key_id]
        return wrapping_key_of(key)


def wrapping_key_of(key: WrappingKey) -> raw.WrappingKey:
    """Return our wrapping key."""
    if key.kind == "aes":
        algorithm = WrappingAlgorithm[f"{key.wrapping}_GCM_IV12_TAG16_NO_PADDING"]
        return raw.WrappingKey(algorithm, key.secret, EncryptionKeyType.SYMMETRIC)
    return raw.WrappingKey(WrappingAlgorithm[f"RSA_{key.wrapping}"], key.secret, EncryptionKeyType.PRIVATE)


def ours(suite: AlgorithmSuite) -> EncryptionSDKClient:
    """Return our client under the policy that ``suite`` needs."""
    if suite.is_committing():
        return EncryptionSDKClient()
    return EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)


@pytest.mark.parametrize("wrapping", AES_WRAPPINGS + RSA_WRAPPINGS)
@pytest.mark.parametrize("suite", SUITES)
def test_both_ways(suite: AlgorithmSuite, wrapping: str, peer: ReleasedPeer) -> None:
    key, provider = wrapping_key(wrapping), Provider(wrapping)
    message = ours(suite).encrypt(source=PLAINTEXT, key_provider=provider, algorithm=suite, encryption_context=CONTEXT)
    opened = peer.decrypt(message.result, suite=suite, keys=[key], through="providers")
    assert (opened.plaintext, opened.suite, opened.encrypted_data_keys) == (PLAINTEXT, suite.algorithm_id, 1)
    assert opened.encryption_context.items() >= CONTEXT.items()

    theirs = peer.encrypt(PLAINTEXT, suite=suite, keys=[key], through="providers", encryption_context=CONTEXT)
    result = ours(suite).decrypt(source=theirs, key_provider=provider)
    assert result.result == PLAINTEXT
    assert result.header.algorithm is suite
    assert result.header.encryption_context.items() >= CONTEXT.items()
    # What differs is random: the two sides write alike.
    (own,), (other,) = message.header.encrypted_data_keys, result.header.encrypted_data_keys
    assert own.key_provider.provider_id == other.key_provider.provider_id
    assert len(own.key_provider.key_info) == len(other.key_provider.key_info)
    assert own.key_provider.key_info[:-12] == other.key_provider.key_info[:-12]
    assert len(own.encrypted_data_key) == len(other.encrypted_data_key)


@pytest.mark.parametrize("suite", SUITES)
def test_streams(suite: AlgorithmSuite, peer: ReleasedPeer) -> None:
    key, provider = wrapping_key("AES_256"), Provider("AES_256")
    with ours(suite).stream(mode="e", source=io.BytesIO(PLAINTEXT), key_provider=provider, algorithm=suite) as stream:
        message = b"".join(stream)
    assert peer.decrypt(message, suite=suite, keys=[key], through="providers", streamed=True).plaintext == PLAINTEXT
    theirs = peer.encrypt(PLAINTEXT, suite=suite, keys=[key], through="providers", frame_length=512)
    with ours(suite).stream(mode="d", source=io.BytesIO(theirs), key_provider=provider) as stream:
        assert b"".join(stream) == PLAINTEXT


@pytest.mark.parametrize("reader", ["AES_128", "AES_256", "PKCS1", "OAEP_SHA256_MGF1"])
def test_any_of_several_keys_opens(reader: str, peer: ReleasedPeer) -> None:
    wrappings = ("AES_256", "OAEP_SHA256_MGF1", "AES_128", "PKCS1")
    message = ours(DEFAULT).encrypt(source=b"text", key_provider=Provider(*wrappings))
    opened = peer.decrypt(message.result, suite=DEFAULT, keys=[wrapping_key(reader)], through="providers")
    assert (opened.plaintext, opened.encrypted_data_keys) == (b"text", 4)
    theirs = peer.encrypt(b"text", suite=DEFAULT, keys=[wrapping_key(name) for name in wrappings], through="providers")
    result = ours(DEFAULT).decrypt(source=theirs, key_provider=Provider(reader))
    assert (result.result, len(result.header.encrypted_data_keys)) == (b"text", 4)


@pytest.mark.parametrize("reader", ["AES_256", "OAEP_SHA256_MGF1"])
def test_neither_side_opens_with_another_key(reader: str, peer: ReleasedPeer) -> None:
    message = ours(DEFAULT).encrypt(source=b"text", key_provider=Provider("AES_128"))
    with pytest.raises(ReleasedSideError, match="DecryptKeyError"):
        peer.decrypt(message.result, suite=DEFAULT, keys=[wrapping_key(reader)], through="providers")
    theirs = peer.encrypt(b"text", suite=DEFAULT, keys=[wrapping_key("AES_128")], through="providers")
    with pytest.raises(DecryptKeyError, match="Unable to decrypt any data key"):
        ours(DEFAULT).decrypt(source=theirs, key_provider=Provider(reader))
