"""Programs of the keyring interface: the functions of the package, and results with names."""

from __future__ import annotations

import io
import warnings

import pytest

import aws_encryption_sdk
from aws_encryption_sdk import Algorithm, CommitmentPolicy
from aws_encryption_sdk.exceptions import ActionNotAllowedError, CommitmentWarning, MaxEncryptedDataKeysExceeded
from aws_encryption_sdk.identifiers import ContentType, SerializationVersion
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.structures import CryptoResult

ENCRYPTION_CONTEXT = {
    "encryption": "context",
    "is not": "secret",
    "but adds": "useful metadata",
    "that can help you": "be confident that",
    "the data you are handling": "is what you think it is",
}


@pytest.mark.specification("client-apis/decrypt.md", "Output", "Encryption Context", "Algorithm Suite", "Parsed Header")
@pytest.mark.specification(
    "client-apis/encrypt.md", "Output", "Output > Encryption Context", "Output > Algorithm Suite", "Parsed Header"
)
def test_one_step_with_named_results(keyring: RawAESKeyring) -> None:
    source_plaintext = b"Lorem ipsum dolor sit amet" * 400
    encrypted = aws_encryption_sdk.encrypt(source=source_plaintext, encryption_context=ENCRYPTION_CONTEXT, keyring=keyring)
    ciphertext = encrypted.result
    assert ciphertext != source_plaintext
    assert source_plaintext[:26] not in ciphertext

    decrypted = aws_encryption_sdk.decrypt(source=ciphertext, keyring=keyring)
    assert decrypted.result == source_plaintext
    assert set(ENCRYPTION_CONTEXT.items()) <= set(decrypted.header.encryption_context.items())
    assert decrypted.header.message_id == encrypted.header.message_id


def test_result_is_a_pair_too(keyring: RawAESKeyring) -> None:
    result = aws_encryption_sdk.encrypt(source=b"pair", keyring=keyring)
    ciphertext, header = result
    assert isinstance(result, CryptoResult)
    assert isinstance(result, tuple)
    assert len(result) == 2
    assert (result[0], result[1]) == (ciphertext, header) == tuple(result)
    assert result.result is ciphertext
    assert result.header is header


@pytest.mark.specification("client-apis/decrypt.md", "Output", "Encryption Context", "Algorithm Suite", "Parsed Header")
@pytest.mark.specification(
    "client-apis/encrypt.md", "Output", "Output > Encryption Context", "Output > Algorithm Suite", "Parsed Header"
)
def test_header_describes_the_message(keyring: RawAESKeyring) -> None:
    header = aws_encryption_sdk.encrypt(source=b"x", keyring=keyring, frame_length=1024).header
    assert header.version is SerializationVersion.V2
    assert header.algorithm is Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
    assert header.content_type is ContentType.FRAMED_DATA
    assert header.frame_length == 1024
    assert len(header.message_id) == 32
    assert len(header.commitment_key or b"") == 32
    assert [key.key_provider.provider_id for key in header.encrypted_data_keys] == ["my namespace"]


@pytest.mark.filterwarnings("ignore::aws_encryption_sdk.exceptions.CommitmentWarning")
@pytest.mark.parametrize("algorithm", list(Algorithm), ids=lambda algorithm: algorithm.name)
def test_every_algorithm_goes_through(keyring: RawAESKeyring, algorithm: Algorithm) -> None:
    encrypted = aws_encryption_sdk.encrypt(
        source=b"some plaintext", keyring=keyring, encryption_context=ENCRYPTION_CONTEXT, algorithm=algorithm
    )
    assert encrypted.header.algorithm is algorithm
    decrypted = aws_encryption_sdk.decrypt(source=encrypted.result, keyring=keyring)
    assert decrypted.result == b"some plaintext"
    assert decrypted.header.algorithm is algorithm


def test_a_suite_without_commitment_warns_both_ways(keyring: RawAESKeyring) -> None:
    for algorithm in Algorithm:
        if algorithm.is_committing():
            continue
        with pytest.warns(CommitmentWarning):
            ciphertext, _ = aws_encryption_sdk.encrypt(source=b"old", keyring=keyring, algorithm=algorithm)
        with pytest.warns(CommitmentWarning):
            plaintext, _ = aws_encryption_sdk.decrypt(source=ciphertext, keyring=keyring)
        assert plaintext == b"old"


def test_a_committing_suite_does_not_warn(keyring: RawAESKeyring) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for algorithm in Algorithm:
            if algorithm.is_committing():
                ciphertext, _ = aws_encryption_sdk.encrypt(source=b"new", keyring=keyring, algorithm=algorithm)
                assert aws_encryption_sdk.decrypt(source=ciphertext, keyring=keyring).result == b"new"


def test_a_given_policy_is_obeyed_without_a_warning(keyring: RawAESKeyring) -> None:
    algorithm = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384
    allowing = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    ciphertext, _ = aws_encryption_sdk.encrypt(
        source=b"old", keyring=keyring, algorithm=algorithm, commitment_policy=allowing
    )
    assert aws_encryption_sdk.decrypt(source=ciphertext, keyring=keyring, commitment_policy=allowing).result == b"old"

    strict = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    with pytest.raises(ActionNotAllowedError):
        aws_encryption_sdk.encrypt(source=b"old", keyring=keyring, algorithm=algorithm, commitment_policy=strict)
    with pytest.raises(ActionNotAllowedError):
        aws_encryption_sdk.decrypt(source=ciphertext, keyring=keyring, commitment_policy=strict)


def test_maximum_of_encrypted_data_keys(keyring: RawAESKeyring) -> None:
    both = MultiKeyring(generator=keyring, children=[RawAESKeyring("my namespace", "other", bytes(16))])
    with pytest.raises(MaxEncryptedDataKeysExceeded):
        aws_encryption_sdk.encrypt(source=b"x", keyring=both, max_encrypted_data_keys=1)
    ciphertext, _ = aws_encryption_sdk.encrypt(source=b"x", keyring=both, max_encrypted_data_keys=2)
    with pytest.raises(MaxEncryptedDataKeysExceeded):
        aws_encryption_sdk.decrypt(source=ciphertext, keyring=keyring, max_encrypted_data_keys=1)
    assert aws_encryption_sdk.decrypt(source=ciphertext, keyring=keyring, max_encrypted_data_keys=2).result == b"x"


@pytest.mark.specification("client-apis/encrypt.md", "Plaintext")
@pytest.mark.parametrize(
    "source",
    [b"caf\xc3\xa9", "café", bytearray(b"caf\xc3\xa9"), memoryview(b"caf\xc3\xa9"), io.BytesIO(b"caf\xc3\xa9")],
    ids=["bytes", "str", "bytearray", "memoryview", "file"],
)
def test_kinds_of_source(keyring: RawAESKeyring, source: object) -> None:
    ciphertext, _ = aws_encryption_sdk.encrypt(source=source, keyring=keyring)
    for message in (ciphertext, bytearray(ciphertext), memoryview(ciphertext), io.BytesIO(ciphertext)):
        assert aws_encryption_sdk.decrypt(source=message, keyring=keyring).result == "café".encode()


def test_stream_function(keyring: RawAESKeyring) -> None:
    plaintext = bytes(range(256)) * 100
    ciphertext = io.BytesIO()
    with aws_encryption_sdk.stream(
        mode="e", source=io.BytesIO(plaintext), keyring=keyring, encryption_context=ENCRYPTION_CONTEXT
    ) as encryptor:
        for chunk in encryptor:
            ciphertext.write(chunk)
    ciphertext.seek(0)
    decrypted = io.BytesIO()
    with aws_encryption_sdk.stream(mode="d", source=ciphertext, keyring=keyring) as decryptor:
        assert ENCRYPTION_CONTEXT.items() <= decryptor.header.encryption_context.items()
        for chunk in decryptor:
            decrypted.write(chunk)
    assert decrypted.getvalue() == plaintext
