"""Each side decrypts what the other one encrypts."""

from __future__ import annotations

import io

import pytest

import aws_encryption_sdk
from aws_encryption_sdk import CommitmentPolicy, CryptoResult, EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from test.interop.peer import HOW_TO_RUN, ReleasedPeer, ReleasedSideError, released_python
from test.interop.wrapping_keys import AES_WRAPPINGS, RSA_WRAPPINGS, wrapping_key

pytestmark = pytest.mark.specification("client-apis/encrypt.md", "Encrypted Message")

if not released_python():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

SUITES = [pytest.param(suite, id=f"{suite.algorithm_id:04x}") for suite in AlgorithmSuite]
WRAPPINGS = AES_WRAPPINGS + RSA_WRAPPINGS
DEFAULT = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
CONTEXTS = {
    "empty": {},
    "one": {"purpose": "interoperability"},
    "unicode": {"größe": "groß", "鍵": "値", "\U0001f511": "\U0001f512", "a": "", "B": "upper before lower"},
    "many": {f"key {number}": f"value {number}" * 3 for number in range(300)},
}
#: Frame lengths with the plaintext lengths that matter to each; frames of 0 bytes mean no framing.
BODIES = [
    pytest.param(frame_length, length, id=f"frame{frame_length}-plain{length}")
    for frame_length in (0, 128, 4096, 65536)
    for length in dict.fromkeys((0, 1, frame_length - 1, frame_length, frame_length + 1, 3 * frame_length + 17))
    if length >= 0
]


def test_the_other_side_is_another_package(peer: ReleasedPeer) -> None:
    assert peer.hello["file"] != aws_encryption_sdk.__file__
    assert peer.hello["version"] == "4.0.7"


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("suite", SUITES)
def test_released_reads_ours(suite: AlgorithmSuite, wrapping: str, through: str, peer: ReleasedPeer) -> None:
    key = wrapping_key(wrapping)
    message = ours(suite).encrypt(
        source=plaintext_of(10_000), keyring=key.keyring(), algorithm=suite, encryption_context=CONTEXTS["unicode"]
    )
    opened = peer.decrypt(message.result, suite=suite, keys=[key], through=through)
    assert opened.plaintext == plaintext_of(10_000)
    assert opened.suite == suite.algorithm_id
    assert opened.frame_length == 4096
    assert opened.encryption_context.items() >= CONTEXTS["unicode"].items()
    assert opened.encrypted_data_keys == 1


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("suite", SUITES)
def test_ours_reads_released(suite: AlgorithmSuite, wrapping: str, through: str, peer: ReleasedPeer) -> None:
    key = wrapping_key(wrapping)
    message = peer.encrypt(
        plaintext_of(10_000), suite=suite, keys=[key], through=through, encryption_context=CONTEXTS["unicode"]
    )
    result = ours(suite).decrypt(source=message, keyring=key.keyring(), encryption_context=CONTEXTS["unicode"])
    assert result.result == plaintext_of(10_000)
    assert result.header.algorithm is suite
    assert result.header.encryption_context.items() >= CONTEXTS["unicode"].items()


@pytest.mark.parametrize(("frame_length", "length"), BODIES)
@pytest.mark.parametrize("suite", SUITES)
def test_bodies(suite: AlgorithmSuite, frame_length: int, length: int, peer: ReleasedPeer) -> None:
    key = wrapping_key("AES_256")
    plaintext = plaintext_of(length)
    message = ours(suite).encrypt(source=plaintext, keyring=key.keyring(), algorithm=suite, frame_length=frame_length)
    opened = peer.decrypt(message.result, suite=suite, keys=[key], through="providers")
    assert opened.plaintext == plaintext
    assert opened.frame_length == frame_length

    theirs = peer.encrypt(plaintext, suite=suite, keys=[key], through="providers", frame_length=frame_length)
    result = ours(suite).decrypt(source=theirs, keyring=key.keyring())
    assert result.result == plaintext
    assert result.header.frame_length == frame_length
    if not suite.is_signing():
        assert len(theirs) == len(message.result)


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("suite", [pytest.param(DEFAULT, id="signed"), pytest.param(UNSIGNED, id="unsigned")])
def test_contexts(suite: AlgorithmSuite, context: str, through: str, peer: ReleasedPeer) -> None:
    key, pairs = wrapping_key("AES_192"), CONTEXTS[context]
    message = ours(suite).encrypt(source=b"text", keyring=key.keyring(), algorithm=suite, encryption_context=pairs)
    opened = peer.decrypt(message.result, suite=suite, keys=[key], through=through, encryption_context=pairs)
    assert caller_pairs(opened.encryption_context) == pairs

    theirs = peer.encrypt(b"text", suite=suite, keys=[key], through=through, encryption_context=pairs)
    result = ours(suite).decrypt(source=theirs, keyring=key.keyring(), encryption_context=pairs)
    assert caller_pairs(result.header.encryption_context) == pairs


@pytest.mark.parametrize("reader", ["AES_128", "AES_256", "PKCS1", "OAEP_SHA256_MGF1"])
def test_any_of_several_keys_opens(reader: str, through: str, peer: ReleasedPeer) -> None:
    writers = [wrapping_key(name) for name in ("AES_256", "OAEP_SHA256_MGF1", "AES_128", "PKCS1")]
    key = wrapping_key(reader)
    several = MultiKeyring(generator=writers[0].keyring(), children=[writer.keyring() for writer in writers[1:]])
    message = ours(DEFAULT).encrypt(source=b"text", keyring=several)
    assert [edk.key_provider.key_info[:3] for edk in message.header.encrypted_data_keys] == [
        writer.name.encode()[:3] for writer in writers
    ]
    opened = peer.decrypt(message.result, suite=DEFAULT, keys=[key], through=through)
    assert (opened.plaintext, opened.encrypted_data_keys) == (b"text", 4)

    theirs = peer.encrypt(b"text", suite=DEFAULT, keys=writers, through=through)
    result = ours(DEFAULT).decrypt(source=theirs, keyring=key.keyring())
    assert result.result == b"text"
    assert len(result.header.encrypted_data_keys) == 4


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("frame_length", [0, 128, 4096])
def test_streams(suite: AlgorithmSuite, frame_length: int, peer: ReleasedPeer) -> None:
    key = wrapping_key("AES_256")
    plaintext = plaintext_of(20_000)
    message = streamed(suite, "e", plaintext, key.keyring(), frame_length=frame_length)
    opened = peer.decrypt(message, suite=suite, keys=[key], through="providers", streamed=True)
    assert opened.plaintext == plaintext

    theirs = peer.encrypt(plaintext, suite=suite, keys=[key], through="providers", frame_length=frame_length)
    assert streamed(suite, "d", theirs, key.keyring()) == plaintext


def test_context_that_is_not_stored(peer: ReleasedPeer) -> None:
    if not peer.has_keyrings:
        pytest.skip("a required encryption context needs the MPL extra of the released package, which needs Python 3.11")
    key, pairs = wrapping_key("AES_256"), {"tenant": "7", "purpose": "test"}
    message = peer.encrypt(
        b"text", suite=DEFAULT, keys=[key], through="keyrings", encryption_context=pairs, required_keys=("tenant",)
    )
    result = ours(DEFAULT).decrypt(source=message, keyring=key.keyring(), encryption_context={"tenant": "7"})
    assert result.result == b"text"
    assert caller_pairs(result.header.encryption_context) == pairs
    for given in ({}, {"tenant": "8"}):
        with pytest.raises(AWSEncryptionSDKClientError):
            ours(DEFAULT).decrypt(source=message, keyring=key.keyring(), encryption_context=given)


@pytest.mark.parametrize("wrapping", ["AES_256", "OAEP_SHA256_MGF1"])
def test_neither_side_opens_with_another_key(wrapping: str, peer: ReleasedPeer) -> None:
    writer, reader = wrapping_key("AES_128"), wrapping_key(wrapping)
    message: CryptoResult = ours(DEFAULT).encrypt(source=b"text", keyring=writer.keyring())
    with pytest.raises(ReleasedSideError, match="DecryptKeyError"):
        peer.decrypt(message.result, suite=DEFAULT, keys=[reader], through="providers")
    theirs = peer.encrypt(b"text", suite=DEFAULT, keys=[writer], through="providers")
    with pytest.raises(AWSEncryptionSDKClientError, match="Unable to decrypt any data key"):
        ours(DEFAULT).decrypt(source=theirs, keyring=reader.keyring())


def ours(suite: AlgorithmSuite) -> EncryptionSDKClient:
    """Return our client under the policy that ``suite`` needs."""
    if suite.is_committing():
        return EncryptionSDKClient()
    return EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)


def streamed(suite: AlgorithmSuite, mode: str, source: bytes, keyring: Keyring, frame_length: int | None = None) -> bytes:
    """Return what our stream makes of ``source``, read in odd pieces."""
    writing = {} if frame_length is None else {"algorithm": suite, "frame_length": frame_length}
    if frame_length == 0:
        writing["source_length"] = len(source)
    with ours(suite).stream(mode=mode, source=io.BytesIO(source), keyring=keyring, **writing) as stream:
        pieces = []
        while piece := stream.read(777):
            pieces.append(piece)
    return b"".join(pieces)


def plaintext_of(length: int) -> bytes:
    """Return ``length`` bytes of which no two frames are alike."""
    return b"".join(number.to_bytes(4, "big") for number in range(length // 4 + 1))[:length]


def caller_pairs(encryption_context: dict[str, str]) -> dict[str, str]:
    """Return the pairs that the caller gave, without those of the format itself."""
    return {key: value for key, value in encryption_context.items() if not key.startswith("aws-crypto-")}
