"""Messages of version 4.0.0 of the SDK for .NET: refused, but where the caller wants them read; and that opens nothing else."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

import aws_encryption_sdk
from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient, EncryptionSDKClientConfig, StreamDecryptor
from aws_encryption_sdk.caches import LocalCryptoMaterialsCache
from aws_encryption_sdk.exceptions import (
    ArgumentTypeError,
    AWSEncryptionSDKClientError,
    HeaderAuthenticationError,
    KeyCommitmentError,
    MissingEncryptionContextError,
)
from aws_encryption_sdk.identifiers import AlgorithmSuite, NetV400RetryPolicy
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from aws_encryption_sdk.materials_managers.required_encryption_context import (
    RequiredEncryptionContextCryptoMaterialsManager as RequiredManager,
)
from aws_encryption_sdk.streaming_client import DecryptorConfig
from test.vectors.chosen_randomness import plaintext
from test.vectors.data_files import Vector
from test.vectors.key_wrapping import FOLDER

from . import test_own_vectors as own
from .material_sources import FixedKeyring, aes_keyring

pytestmark = pytest.mark.specification("client-apis/decrypt.md", "Verify the header")

ALLOW = NetV400RetryPolicy.ALLOW_RETRY
FORBID = NetV400RetryPolicy.FORBID_RETRY
POLICY = CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT
REFUSING = EncryptionSDKClient(commitment_policy=POLICY)
READING = EncryptionSDKClient(commitment_policy=POLICY, net_v4_0_0_retry_policy=ALLOW)

VECTORS: dict[str, Vector] = json.loads((FOLDER / "net-4.0.0.json").read_text(encoding="ascii"))
KEYRING = RawAESKeyring(
    own.KEYS["aes-256"]["namespace"], own.KEYS["aes-256"]["name"], bytes.fromhex(own.KEYS["aes-256"]["key"])
)


def message_of(vector: Vector) -> bytes:
    return base64.b64decode(vector["message"])


def arguments_for(vector: Vector) -> dict[str, Any]:
    return {"keyring": KEYRING, "encryption_context": vector.get("required_context")}


def test_the_vectors_have_every_suite_and_required_pairs() -> None:
    assert len({vector["suite"] for vector in VECTORS.values()}) == 11
    assert {vector["suite"] for vector in VECTORS.values() if "required_context" in vector} == {
        *("0x0114", "0x0146", "0x0178", "0x0214", "0x0346", "0x0378")
    }


@pytest.mark.parametrize("name", VECTORS)
def test_they_are_refused_unless_they_are_wanted(name: str) -> None:
    message, arguments = message_of(VECTORS[name]), arguments_for(VECTORS[name])
    for client in (REFUSING, EncryptionSDKClient(commitment_policy=POLICY, net_v4_0_0_retry_policy=FORBID)):
        with pytest.raises(HeaderAuthenticationError):
            client.decrypt(source=message, **arguments)
        with client.stream(mode="d", source=io.BytesIO(message), **arguments) as stream:
            with pytest.raises(HeaderAuthenticationError):
                stream.read()
            with pytest.raises(AWSEncryptionSDKClientError):
                _ = stream.header


@pytest.mark.parametrize("name", VECTORS)
def test_they_open_where_they_are_wanted(name: str) -> None:
    vector = VECTORS[name]
    message, expected = message_of(vector), plaintext(vector["plaintext_length"])
    result, header = READING.decrypt(source=message, **arguments_for(vector))
    assert result == expected
    own._check_header(header, vector)
    for size in (1, 100, -1):
        with READING.stream(mode="d", source=io.BytesIO(message), **arguments_for(vector)) as stream:
            assert b"".join(iter(lambda stream=stream, size=size: stream.read(size), b"")) == expected  # type: ignore[misc]


def test_the_ways_to_say_that_they_are_wanted() -> None:
    vector = VECTORS["0578-net-4.0.0-all-stored"]
    message, expected = message_of(vector), plaintext(vector["plaintext_length"])
    settings = EncryptionSDKClientConfig(net_v4_0_0_retry_policy=ALLOW)
    client = EncryptionSDKClient(config=settings)
    assert client.decrypt(source=message, keyring=KEYRING).result == expected
    assert client.decrypt(config=DecryptorConfig(source=message, keyring=KEYRING)).result == expected
    assert REFUSING.decrypt(source=message, keyring=KEYRING, net_v4_0_0_retry_policy=ALLOW).result == expected
    assert aws_encryption_sdk.decrypt(source=message, keyring=KEYRING, net_v4_0_0_retry_policy=ALLOW).result == expected
    with StreamDecryptor(source=message, keyring=KEYRING, net_v4_0_0_retry_policy=ALLOW) as stream:
        assert stream.read() == expected
    with pytest.raises(HeaderAuthenticationError):
        client.decrypt(source=message, keyring=KEYRING, net_v4_0_0_retry_policy=FORBID)
    with pytest.raises(HeaderAuthenticationError):
        aws_encryption_sdk.decrypt(source=message, keyring=KEYRING)
    assert EncryptionSDKClientConfig().net_v4_0_0_retry_policy is FORBID


@pytest.mark.parametrize("wrong", ["ALLOW_RETRY", True, 1, None])
def test_it_is_a_policy_and_not_a_switch(wrong: Any) -> None:
    with pytest.raises(ArgumentTypeError, match="net_v4_0_0_retry_policy must be a NetV400RetryPolicy"):
        EncryptionSDKClient(net_v4_0_0_retry_policy=wrong)
    with pytest.raises(ArgumentTypeError, match="net_v4_0_0_retry_policy must be a NetV400RetryPolicy"):
        REFUSING.decrypt(source=b"", keyring=KEYRING, net_v4_0_0_retry_policy=wrong)


def test_what_is_written_is_as_the_specification_says() -> None:
    for number in range(2):
        message = READING.encrypt(source=b"p", keyring=KEYRING, encryption_context={"a": str(number)}).result
        assert REFUSING.decrypt(source=message, keyring=KEYRING).result == b"p"
    with READING.stream(mode="e", source=b"p", keyring=KEYRING) as stream:
        assert REFUSING.decrypt(source=stream.read(), keyring=KEYRING).result == b"p"


# --- nothing else opens ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", own.GOOD)
def test_a_message_of_the_specification_opens_as_ever(name: str) -> None:
    vector = own.GOOD[name]
    assert READING.decrypt(source=message_of(vector), **own._arguments(vector)).result == plaintext(
        vector["plaintext_length"]
    )


@pytest.mark.parametrize(("file", "of"), own.GROUPS)
def test_a_broken_message_fails_as_ever(file: str, of: str) -> None:
    faults = {}
    for name, vector, message, arguments in own._broken_messages(file, of):
        try:
            READING.decrypt(source=message, **arguments)
        except AWSEncryptionSDKClientError as error:
            if fault := own._fault(vector, b"", error):
                faults[name] = fault
        else:
            faults[name] = "opened"
    assert faults == {}


@pytest.mark.parametrize("name", VECTORS)
def test_every_byte_of_the_header_is_authenticated(name: str) -> None:
    """The message id too: where the key does not depend on it, the header's tag does."""
    vector = VECTORS[name]
    message, arguments = message_of(vector), arguments_for(vector)
    id_offset = message.index(bytes.fromhex(vector["message_id"]))
    tag_end = len(_header(message, arguments))
    for offset in sorted({*range(0, tag_end, 7), id_offset, tag_end - 1, len(message) - 1}):
        altered = bytearray(message)
        altered[offset] ^= 1
        with pytest.raises(AWSEncryptionSDKClientError):
            READING.decrypt(source=bytes(altered), **arguments)


def _header(message: bytes, arguments: dict[str, Any]) -> bytes:
    source = io.BytesIO(message)
    with READING.stream(mode="d", source=Single(source), **arguments) as stream:
        _ = stream.header
        return message[: source.tell()]


class Single:
    """A source that hands out single bytes, so that nothing is read ahead."""

    def __init__(self, file: io.BytesIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        return self._file.read(1 if size else 0)


def _wrong_contexts(vector: Vector) -> Iterator[dict[str, str] | None]:
    required = vector.get("required_context", {})
    yield required | {"one": "more"}
    if required:
        yield None
        yield {"tenant": required["tenant"]}
        yield required | {"tenant": "43"}


@pytest.mark.parametrize("name", VECTORS)
def test_the_encryption_context_is_authenticated(name: str) -> None:
    """Here the data key is opened whatever the encryption context is, so that only the header's tag can tell."""
    vector = VECTORS[name]
    message = message_of(vector)
    materials = READING.stream(mode="d", source=message, **arguments_for(vector))
    with materials as stream:
        header = stream.header
    opened = KEYRING.on_decrypt(
        DecryptionMaterials(algorithm=header.algorithm, encryption_context=header.encryption_context),
        header.encrypted_data_keys,
    )
    keyring = FixedKeyring(opened.plaintext_data_key())
    right = vector.get("required_context")
    assert READING.decrypt(source=message, keyring=keyring, encryption_context=right).result == plaintext(
        vector["plaintext_length"]
    )
    for wrong in _wrong_contexts(vector):
        with pytest.raises(HeaderAuthenticationError):
            READING.decrypt(source=message, keyring=keyring, encryption_context=wrong)


def test_the_key_commitment_is_compared_as_ever() -> None:
    message = message_of(VECTORS["0478-net-4.0.0-all-stored"])
    with pytest.raises(KeyCommitmentError):
        READING.decrypt(source=message, keyring=FixedKeyring(bytes(32)))


def test_another_key_is_refused() -> None:
    with pytest.raises(AWSEncryptionSDKClientError):
        READING.decrypt(source=message_of(VECTORS["0178-net-4.0.0-all-stored"]), keyring=aes_keyring())


# --- altered messages, in both modes -----------------------------------------------------------------------------------


def _outcome(client: EncryptionSDKClient, message: bytes, how: str, arguments: dict[str, Any]) -> tuple[type, str]:
    """Return what an altered message fails with."""
    try:
        if how == "one-shot":
            client.decrypt(source=message, **arguments)
        else:
            with client.stream(mode="d", source=io.BytesIO(message), **arguments) as stream:
                while stream.read(100):
                    continue
    except AWSEncryptionSDKClientError as error:
        return type(error), str(error)
    return bytes, "opened"


def _altered(message: bytes, header_end: int) -> Iterator[bytes]:
    body = range(header_end, len(message), max((len(message) - header_end) // 12, 1))
    for offset in (*range(0, header_end, 11), header_end - 1, *body, len(message) - 1):
        altered = bytearray(message)
        altered[offset] ^= 0x10
        yield bytes(altered)
    yield message[:-1]
    yield message + b"\0"


@pytest.mark.parametrize("how", ["one-shot", "stream"])
@pytest.mark.parametrize("name", VECTORS)
def test_an_altered_message_opens_in_neither_mode(name: str, how: str) -> None:
    message, arguments = message_of(VECTORS[name]), arguments_for(VECTORS[name])
    for altered in _altered(message, len(_header(message, arguments))):
        for client in (REFUSING, READING):
            assert issubclass(_outcome(client, altered, how, arguments)[0], AWSEncryptionSDKClientError)


@pytest.mark.parametrize("how", ["one-shot", "stream"])
@pytest.mark.parametrize("suite", AlgorithmSuite)
def test_an_altered_message_of_anybody_else_fails_with_the_same_error(suite: AlgorithmSuite, how: str) -> None:
    context = {"tenant": "a tenant", "purpose": "test"}
    writer, reader = (EncryptionSDKClient(commitment_policy=policy) for policy in (_policy_for(suite), POLICY))
    for required in (False, True):
        if required:
            arguments: dict[str, Any] = {"materials_manager": RequiredManager(["tenant"], keyring=KEYRING)}
        else:
            arguments = {"keyring": KEYRING}
        message = writer.encrypt(
            source=bytes(500), encryption_context=context, algorithm=suite, frame_length=128, **arguments
        )
        arguments["encryption_context"] = {"tenant": "a tenant"}
        header_end = len(_header(message.result, arguments))
        for altered in _altered(message.result, header_end):
            as_ever = _outcome(reader, altered, how, arguments)
            assert issubclass(as_ever[0], AWSEncryptionSDKClientError)
            assert _outcome(READING, altered, how, arguments) == as_ever


@pytest.mark.parametrize("name", [name for name in VECTORS if "required_context" in VECTORS[name]])
def test_required_pairs_by_their_cmm_and_from_a_cache(name: str) -> None:
    """The switch belongs to the client; what stands between it and the keyring does not matter."""
    vector = VECTORS[name]
    message, expected, pairs = message_of(vector), plaintext(vector["plaintext_length"]), vector["required_context"]
    required = RequiredManager(sorted(pairs), keyring=KEYRING)
    caching = CachingCryptoMaterialsManager(LocalCryptoMaterialsCache(10), 60, backing_materials_manager=required)
    for manager in (required, caching, RequiredManager(sorted(pairs), caching)):
        for _ in range(2):
            assert READING.decrypt(source=message, materials_manager=manager, encryption_context=pairs).result == expected
            with READING.stream(mode="d", source=message, materials_manager=manager, encryption_context=pairs) as stream:
                assert stream.read() == expected
            with pytest.raises(HeaderAuthenticationError):
                REFUSING.decrypt(source=message, materials_manager=manager, encryption_context=pairs)
            for missing in (None, {}, dict(list(pairs.items())[1:])):
                with pytest.raises(MissingEncryptionContextError):
                    READING.decrypt(source=message, materials_manager=manager, encryption_context=missing)
    assert caching.stats().hits > 0


def _policy_for(suite: AlgorithmSuite) -> CommitmentPolicy:
    return POLICY if suite.is_committing() else CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
