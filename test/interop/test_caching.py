"""Messages under cached data keys: each side decrypts what the other one encrypts, cached and not."""

from __future__ import annotations

import pytest

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.caches import LocalCryptoMaterialsCache
from aws_encryption_sdk.identifiers import AlgorithmSuite, EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider, WrappingKey
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from test.interop.peer import HOW_TO_RUN, ReleasedPeer, released_python
from test.interop.wrapping_keys import NAMESPACE, wrapping_key

if not released_python():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

SUITES = [pytest.param(suite, id=f"{suite.algorithm_id:04x}") for suite in AlgorithmSuite]
CONTEXT = {"größe": "groß", "purpose": "interoperability"}
KEY = wrapping_key("AES_256")


class Provider(RawMasterKeyProvider):
    """The key of these tests as a master key provider."""

    provider_id = NAMESPACE

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        algorithm = WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING
        return WrappingKey(algorithm, KEY.secret, EncryptionKeyType.SYMMETRIC)


def our_manager(over: str) -> CachingCryptoMaterialsManager:
    """Return a caching CMM over a keyring, or over a provider."""
    cache = LocalCryptoMaterialsCache(100)
    if over == "keyring":
        return CachingCryptoMaterialsManager(cache, 600, keyring=KEY.keyring())
    provider = Provider()
    provider.add_master_key(KEY.name)
    return CachingCryptoMaterialsManager(cache, 600, master_key_provider=provider)


def our_client(suite: AlgorithmSuite) -> EncryptionSDKClient:
    """Return our client under the policy that ``suite`` needs."""
    if suite.is_committing():
        return EncryptionSDKClient()
    return EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)


@pytest.mark.parametrize("over", ["keyring", "provider"])
@pytest.mark.parametrize("suite", SUITES)
def test_released_reads_what_we_cached(suite: AlgorithmSuite, over: str, peer: ReleasedPeer) -> None:
    manager = our_manager(over)
    for number in range(3):
        plaintext = b"message %d" % number
        message = our_client(suite).encrypt(
            source=plaintext, materials_manager=manager, algorithm=suite, encryption_context=CONTEXT
        )
        for through in ("providers", "cached"):
            opened = peer.decrypt(message.result, suite=suite, keys=[KEY], through=through)
            assert opened.plaintext == plaintext
            assert opened.encryption_context.items() >= CONTEXT.items()
    assert manager.stats()[:2] == ((2, 1) if suite.safe_to_cache() else (0, 3))


@pytest.mark.parametrize("over", ["keyring", "provider"])
@pytest.mark.parametrize("suite", SUITES)
def test_we_read_what_released_cached(suite: AlgorithmSuite, over: str, peer: ReleasedPeer) -> None:
    manager, client = our_manager(over), our_client(suite)
    messages = [
        peer.encrypt(b"message %d" % number, suite=suite, keys=[KEY], through="cached", encryption_context=CONTEXT)
        for number in range(3)
    ]
    for number, message in enumerate(messages):
        for arguments in ({"materials_manager": manager}, {"keyring": KEY.keyring()}):
            opened = client.decrypt(source=message, encryption_context=CONTEXT, **arguments)
            assert opened.result == b"message %d" % number
    # The released side did use one data key for all of them, where the suite allows it, and so do we.
    assert manager.stats()[:2] == ((2, 1) if suite.safe_to_cache() else (0, 3))
