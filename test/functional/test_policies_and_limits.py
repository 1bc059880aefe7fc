"""Policies and limits, on what the caller asks for, on what a materials manager hands back, and on what a message says."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest

import aws_encryption_sdk
from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import (
    ActionNotAllowedError,
    AWSEncryptionSDKClientError,
    CommitmentWarning,
    CustomMaximumValueExceeded,
    KeyCommitmentError,
    MasterKeyProviderError,
    MaxEncryptedDataKeysExceeded,
    SerializationError,
)
from aws_encryption_sdk.identifiers import Algorithm, CommitmentPolicy
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)

from .forge import Forger
from .layout import layout_of
from .material_sources import (
    SUITES,
    V1,
    V1_SIGNED,
    V2,
    V2_SIGNED,
    FixedKeyring,
    LegacyCMM,
    SpyCMM,
    SpyKeyring,
    aes_keyring,
    client_for,
    encrypted,
)
from .sources import RecordingSource

FORBID = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
ALLOW = CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT
REQUIRE = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT


def may_encrypt(policy: CommitmentPolicy, suite: Algorithm) -> bool:
    return suite.is_committing() == (policy is not FORBID)


@pytest.mark.specification("client-apis/client.md", "Commitment Policy")
@pytest.mark.specification("client-apis/decrypt.md", "Get the decryption materials")
@pytest.mark.specification("client-apis/encrypt.md", "Get the encryption materials")
@pytest.mark.specification(
    "framework/commitment-policy.md",
    "ESDK.FORBID_ENCRYPT_ALLOW_DECRYPT",
    "ESDK.REQUIRE_ENCRYPT_ALLOW_DECRYPT",
    "ESDK.REQUIRE_ENCRYPT_REQUIRE_DECRYPT",
)
@pytest.mark.parametrize("suite", list(Algorithm), ids=lambda suite: f"{suite.algorithm_id:04x}")
@pytest.mark.parametrize("policy", list(CommitmentPolicy), ids=lambda policy: policy.name)
def test_the_commitment_policy(policy: CommitmentPolicy, suite: Algorithm, keyring: Keyring) -> None:
    spy = SpyKeyring(keyring)
    client = EncryptionSDKClient(commitment_policy=policy)
    module = {"commitment_policy": policy, "keyring": spy}
    if may_encrypt(policy, suite):
        assert client.encrypt(source=b"", keyring=spy, algorithm=suite).header.algorithm is suite
        assert aws_encryption_sdk.encrypt(source=b"", algorithm=suite, **module).header.algorithm is suite
    else:
        for encrypt in (client.encrypt, aws_encryption_sdk.encrypt):
            with pytest.raises(ActionNotAllowedError):
                encrypt(
                    source=b"", algorithm=suite, **(module if encrypt is aws_encryption_sdk.encrypt else {"keyring": spy})
                )
        assert spy.encrypt_calls == []
    message = encrypted(suite, b"plaintext", keyring, 4)
    if policy is REQUIRE and not suite.is_committing():
        with pytest.raises(ActionNotAllowedError):
            client.decrypt(source=message, keyring=spy)
        with pytest.raises(ActionNotAllowedError):
            aws_encryption_sdk.decrypt(source=message, **module)
        assert spy.decrypt_calls == []
    else:
        assert client.decrypt(source=message, keyring=spy).result == b"plaintext"
        assert aws_encryption_sdk.decrypt(source=message, **module).result == b"plaintext"


@pytest.mark.specification("client-apis/client.md", "Initialization")
@pytest.mark.specification(
    "framework/commitment-policy.md",
    "ESDK.FORBID_ENCRYPT_ALLOW_DECRYPT",
    "ESDK.REQUIRE_ENCRYPT_ALLOW_DECRYPT",
    "ESDK.REQUIRE_ENCRYPT_REQUIRE_DECRYPT",
)
def test_the_default_policy_and_suites(keyring: Keyring) -> None:
    assert EncryptionSDKClient().config.commitment_policy is REQUIRE
    assert EncryptionSDKClient().encrypt(source=b"", keyring=keyring).header.algorithm is V2_SIGNED
    assert aws_encryption_sdk.encrypt(source=b"", keyring=keyring).header.algorithm is V2_SIGNED
    under_forbid = EncryptionSDKClient(commitment_policy=FORBID).encrypt(source=b"", keyring=keyring)
    assert under_forbid.header.algorithm is V1_SIGNED


@pytest.mark.parametrize("suite", list(Algorithm), ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_module_functions_without_a_policy_take_every_suite_and_warn(suite: Algorithm, keyring: Keyring) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        message = aws_encryption_sdk.encrypt(source=b"plaintext", keyring=keyring, algorithm=suite).result
        written = len(caught)
        assert aws_encryption_sdk.decrypt(source=message, keyring=keyring).result == b"plaintext"
    assert all(issubclass(warning.category, CommitmentWarning) for warning in caught)
    assert (written > 0, len(caught) > written) == (not suite.is_committing(),) * 2
    assert all(warning.filename == __file__ for warning in caught)


class OtherSuiteCMM(SpyCMM):
    """A materials manager that answers with a suite of its own choice."""

    def __init__(self, keyring: Keyring, suite: Algorithm) -> None:
        super().__init__(keyring)
        self.suite = suite

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        return LegacyCMM(bytes(self.suite.kdf_input_len), self.suite).get_encryption_materials(request)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        data_key = LegacyCMM(bytes(self.suite.kdf_input_len)).data_key
        return DecryptionMaterials(
            algorithm=self.suite,
            data_key=data_key,
            encryption_context=request.encryption_context,
        )


@pytest.mark.specification("client-apis/encrypt.md", "Get the encryption materials")
@pytest.mark.parametrize(("policy", "suite"), [(FORBID, V2), (ALLOW, V1), (REQUIRE, V1)])
def test_the_policy_is_checked_on_the_materials_of_encrypt(
    policy: CommitmentPolicy, suite: Algorithm, keyring: Keyring
) -> None:
    source = RecordingSource(b"plaintext")
    client = EncryptionSDKClient(commitment_policy=policy)
    with pytest.raises(ActionNotAllowedError):
        client.encrypt(source=source, materials_manager=OtherSuiteCMM(keyring, suite))
    assert source.position == 0


@pytest.mark.specification("client-apis/decrypt.md", "Get the decryption materials")
def test_the_policy_is_checked_on_the_materials_of_decrypt(keyring: Keyring) -> None:
    message = encrypted(V2, b"plaintext", keyring, 4)
    with pytest.raises(AWSEncryptionSDKClientError):
        EncryptionSDKClient().decrypt(source=message, materials_manager=OtherSuiteCMM(keyring, V1))
    message = encrypted(V1, b"plaintext", keyring, 4)
    with pytest.raises(AWSEncryptionSDKClientError):
        EncryptionSDKClient(commitment_policy=ALLOW).decrypt(
            source=message, materials_manager=OtherSuiteCMM(keyring, Algorithm.AES_256_GCM_IV12_TAG16)
        )


def test_the_policy_holds_before_a_materials_manager_that_has_none_is_asked() -> None:
    manager = LegacyCMM(bytes(32), V1)
    message = client_for(V1).encrypt(source=b"plaintext", materials_manager=manager).result
    with pytest.raises(ActionNotAllowedError):
        EncryptionSDKClient(commitment_policy=REQUIRE).decrypt(source=message, materials_manager=manager)
    assert manager.decrypt_calls == 0
    under_allow = EncryptionSDKClient(commitment_policy=ALLOW).decrypt(source=message, materials_manager=manager)
    assert under_allow.result == b"plaintext"


@pytest.mark.specification("client-apis/decrypt.md", "Get the decryption materials")
@pytest.mark.parametrize("suite", [V2, V2_SIGNED], ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_the_key_commitment_is_checked_though_the_header_is_authentic(suite: Algorithm) -> None:
    for commitment in (bytes(32), b"\xff" * 32):
        forger = Forger(suite, commitment=commitment)
        message = forger.message(b"plaintext")
        stream = client_for(suite).stream(mode="d", source=message, keyring=FixedKeyring.of(forger))
        with pytest.raises(KeyCommitmentError):
            _ = stream.header
        broken = message[: layout_of(message).header_end - 1] + b"?" + message[layout_of(message).header_end :]
        with pytest.raises(KeyCommitmentError):
            client_for(suite).decrypt(source=broken, keyring=FixedKeyring.of(forger))
    assert issubclass(KeyCommitmentError, MasterKeyProviderError)


@pytest.mark.specification("client-apis/decrypt.md", "Get the decryption materials")
@pytest.mark.specification("client-apis/encrypt.md", "Get the encryption materials")
@pytest.mark.specification(
    "framework/cmm-interface.md", "Inputs", "Encryption Materials Request", "Decrypt Materials Request"
)
def test_the_materials_manager_is_told_the_policy(keyring: Keyring) -> None:
    for suite in SUITES:
        cmm = SpyCMM(keyring)
        client = client_for(suite)
        message = client.encrypt(source=b"1234", materials_manager=cmm, algorithm=suite, frame_length=3).result
        client.decrypt(source=message, materials_manager=cmm)
        request = cmm.encrypt_requests[0]
        assert (request.algorithm, request.frame_length, request.plaintext_length) == (suite, 3, 4)
        assert request.commitment_policy is client.config.commitment_policy
        assert cmm.decrypt_requests[0].commitment_policy is client.config.commitment_policy
        assert cmm.decrypt_requests[0].algorithm is suite


@pytest.mark.specification("client-apis/decrypt.md", "Behavior")
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_unsigned_only_streaming(suite: Algorithm, keyring: Keyring) -> None:
    spy = SpyKeyring(keyring)
    message = encrypted(suite, b"plaintext", keyring, 4)
    stream = client_for(suite).stream(mode="decrypt-unsigned", source=message, keyring=spy)
    if not suite.is_signing():
        assert stream.read() == b"plaintext"
        return
    with pytest.raises(ActionNotAllowedError, match="Cannot decrypt signed message in decrypt-unsigned mode"):
        stream.read()
    assert spy.decrypt_calls == []


def multi(count: int) -> MultiKeyring:
    return MultiKeyring(generator=aes_keyring(), children=[aes_keyring(f"child {number}") for number in range(1, count)])


@pytest.mark.specification("client-apis/client.md", "Maximum Number Of Encrypted Data Keys")
@pytest.mark.specification("client-apis/encrypt.md", "Get the encryption materials")
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_the_maximum_number_of_encrypted_data_keys(suite: Algorithm) -> None:
    for count in (1, 2, 3):
        message = encrypted(suite, b"plaintext", multi(count), 4)
        assert len(client_for(suite, max_encrypted_data_keys=3).decrypt(source=message, keyring=multi(1)).result) == 9
    for call, arguments in (
        (client_for(suite, max_encrypted_data_keys=2).encrypt, {"source": b"", "algorithm": suite}),
        (client_for(suite, max_encrypted_data_keys=2).decrypt, {"source": message}),
    ):
        with pytest.raises(MaxEncryptedDataKeysExceeded) as caught:
            call(keyring=multi(3), **arguments)
        assert (caught.value.num_keys, caught.value.max_keys) == (3, 2)
    module: tuple[tuple[Callable[..., Any], dict[str, object]], ...] = (
        (aws_encryption_sdk.encrypt, {"source": b"", "algorithm": suite}),
        (aws_encryption_sdk.decrypt, {"source": message}),
    )
    for call, arguments in module:
        policy = client_for(suite).config.commitment_policy
        with pytest.raises(MaxEncryptedDataKeysExceeded):
            call(keyring=multi(3), max_encrypted_data_keys=2, commitment_policy=policy, **arguments)


@pytest.mark.specification("client-apis/decrypt.md", "Parse the header")
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_the_maximum_is_enforced_at_the_count(suite: Algorithm) -> None:
    forger = Forger(suite, edk_count=65535)
    spy = SpyKeyring(FixedKeyring.of(forger))
    source = RecordingSource(forger.header)
    with pytest.raises(MaxEncryptedDataKeysExceeded):
        client_for(suite, max_encrypted_data_keys=65534).decrypt(source=source, keyring=spy)
    count = layout_of(Forger(suite).message(b"")).edk_count
    assert source.furthest <= count + 2
    assert spy.decrypt_calls == []


@pytest.mark.parametrize("maximum", [0, -1])
def test_a_maximum_below_one_is_refused(maximum: int) -> None:
    with pytest.raises(ValueError, match="max_encrypted_data_keys cannot be less than 1"):
        EncryptionSDKClient(max_encrypted_data_keys=maximum)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_the_maximum_length_of_a_body(suite: Algorithm, keyring: Keyring) -> None:
    client = client_for(suite)
    for frame_length in (100, 0):
        message = encrypted(suite, bytes(100), keyring, frame_length)
        assert client.decrypt(source=message, keyring=keyring, max_body_length=100).result == bytes(100)
        for maximum in (99, 0):
            source = RecordingSource(message)
            with pytest.raises(CustomMaximumValueExceeded):
                client.stream(mode="d", source=source, keyring=keyring, max_body_length=maximum).read()
            assert source.furthest <= layout_of(message).header_end + 20
    assert client.decrypt(source=encrypted(suite, b"", keyring, 0), keyring=keyring, max_body_length=0).result == b""


@pytest.mark.specification("client-apis/encrypt.md", "Frame Length")
@pytest.mark.specification("data-format/message-body.md", "Structure > Framed Data")
@pytest.mark.parametrize("frame_length", [1, 7, 4096, 100_000, 2**31 - 1, 2**31, 2**32 - 1])
def test_any_frame_length(frame_length: int, keyring: Keyring) -> None:
    message = encrypted(V2_SIGNED, bytes(5000), keyring, frame_length)
    assert layout_of(message).frame_length == frame_length
    assert client_for(V2_SIGNED).decrypt(source=message, keyring=keyring).result == bytes(5000)


@pytest.mark.specification("client-apis/encrypt.md", "Frame Length")
@pytest.mark.specification("data-format/message-body.md", "Structure > Framed Data")
@pytest.mark.parametrize("frame_length", [-1, 2**32, 2**40, True, "4096", 4096.0, None])
def test_no_other_frame_length(frame_length: Any, keyring: Keyring) -> None:
    with pytest.raises(AWSEncryptionSDKClientError) as caught:
        EncryptionSDKClient().encrypt(source=b"", keyring=keyring, frame_length=frame_length)
    if frame_length in (-1, 2**32):
        assert isinstance(caught.value, SerializationError)
    else:
        assert "frame" in str(caught.value).lower()
