"""Messages that are damaged or not meant for this program, and the exceptions that programs catch."""

from __future__ import annotations

import base64
import struct

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag

import aws_encryption_sdk
from aws_encryption_sdk import Algorithm
from aws_encryption_sdk.exceptions import (
    AWSEncryptionSDKClientError,
    DecryptKeyError,
    InvalidCryptographicMaterialsError,
    MasterKeyProviderError,
    NotSupportedError,
    SerializationError,
    UnknownIdentityError,
)
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

CLIENT = aws_encryption_sdk.EncryptionSDKClient()
SIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
FRAME_LENGTH = 16
PLAINTEXT = b"0123456789abcdef" * 2 + b"tail"
#: Sequence number, IV, content and tag.
FRAME_SIZE = 4 + 12 + FRAME_LENGTH + 16
#: Marker, sequence number, IV, content length, content and tag.
FINAL_FRAME_SIZE = 4 + 4 + 12 + 4 + len(b"tail") + 16
BODY_SIZE = 2 * FRAME_SIZE + FINAL_FRAME_SIZE
TAG_SIZE = 16


def encrypted(keyring: RawAESKeyring, algorithm: Algorithm = UNSIGNED) -> bytearray:
    """Encrypt three frames."""
    return bytearray(
        CLIENT.encrypt(source=PLAINTEXT, keyring=keyring, algorithm=algorithm, frame_length=FRAME_LENGTH).result
    )


def decrypt_error(message: bytes | bytearray, keyring: RawAESKeyring) -> AWSEncryptionSDKClientError:
    """Return the exception of decrypting, which is the same in one call and by a stream."""
    with pytest.raises(AWSEncryptionSDKClientError) as streamed:
        CLIENT.stream(mode="d", source=message, keyring=keyring).read()
    with pytest.raises(AWSEncryptionSDKClientError) as caught:
        CLIENT.decrypt(source=message, keyring=keyring)
    assert type(streamed.value) is type(caught.value)
    return caught.value


def test_the_sizes_above_are_right(keyring: RawAESKeyring) -> None:
    message = encrypted(keyring)
    assert message[-FINAL_FRAME_SIZE:][:8] == struct.pack(">II", 0xFFFFFFFF, 3)
    assert message[-BODY_SIZE:][:4] == struct.pack(">I", 1)
    assert CLIENT.decrypt(source=message, keyring=keyring).result == PLAINTEXT


def test_unknown_version(keyring: RawAESKeyring) -> None:
    message = encrypted(keyring)
    message[0] = 9
    error = decrypt_error(message, keyring)
    assert isinstance(error, NotSupportedError)
    assert "9" in str(error)


@pytest.mark.filterwarnings("ignore::aws_encryption_sdk.exceptions.CommitmentWarning")
def test_unknown_type(keyring: RawAESKeyring) -> None:
    message = bytearray(
        aws_encryption_sdk.encrypt(
            source=b"x", keyring=keyring, algorithm=Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA256
        ).result
    )
    message[1] = 0x7F
    with pytest.raises(NotSupportedError):
        aws_encryption_sdk.decrypt(source=message, keyring=keyring)


@pytest.mark.filterwarnings("ignore::aws_encryption_sdk.exceptions.CommitmentWarning")
@pytest.mark.parametrize(
    "algorithm", [UNSIGNED, Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA256], ids=["version 2", "version 1"]
)
def test_base64_text(keyring: RawAESKeyring, algorithm: Algorithm) -> None:
    ciphertext, _ = aws_encryption_sdk.encrypt(source=b"x", keyring=keyring, algorithm=algorithm)
    encoded = base64.b64encode(ciphertext)
    for source in (encoded, encoded.decode()):
        with pytest.raises(NotSupportedError, match=r"(?i)base64"):
            aws_encryption_sdk.decrypt(source=source, keyring=keyring)


def test_unknown_suite(keyring: RawAESKeyring) -> None:
    message = encrypted(keyring)
    message[1:3] = b"\x12\x34"
    assert isinstance(decrypt_error(message, keyring), UnknownIdentityError)


def test_not_a_message(keyring: RawAESKeyring) -> None:
    for source in (b"", b"\x02", b"Lorem ipsum dolor sit amet"):
        assert isinstance(decrypt_error(source, keyring), (SerializationError, NotSupportedError))


def test_truncated(keyring: RawAESKeyring) -> None:
    for algorithm in (UNSIGNED, SIGNED):
        message = encrypted(keyring, algorithm)
        for length in (1, 3, 40, len(message) // 2, len(message) - BODY_SIZE, len(message) - 1):
            assert isinstance(decrypt_error(message[:length], keyring), SerializationError)


def test_header_tag(keyring: RawAESKeyring) -> None:
    message = encrypted(keyring)
    message[-BODY_SIZE - 1] ^= 1
    assert isinstance(decrypt_error(message, keyring), SerializationError)


def test_encryption_context_changed_in_the_message(keyring: RawAESKeyring) -> None:
    ciphertext, _ = CLIENT.encrypt(source=b"x", keyring=keyring, encryption_context={"owner": "alice"})
    for old, new in ((b"alice", b"malic"), (b"owner", b"user!")):
        decrypt_error(ciphertext.replace(old, new), keyring)


def test_frames_out_of_order(keyring: RawAESKeyring) -> None:
    message = encrypted(keyring)
    first, second = slice(-BODY_SIZE, -BODY_SIZE + FRAME_SIZE), slice(-BODY_SIZE + FRAME_SIZE, -FINAL_FRAME_SIZE)
    message[first], message[second] = message[second], message[first]
    assert isinstance(decrypt_error(message, keyring), SerializationError)


@pytest.mark.parametrize("end", [0, FINAL_FRAME_SIZE, FINAL_FRAME_SIZE + FRAME_SIZE], ids=["final", "second", "first"])
def test_body_tag_is_caught_as_the_exception_of_cryptography(keyring: RawAESKeyring, end: int) -> None:
    message = encrypted(keyring)
    message[len(message) - end - 1] ^= 1
    error = decrypt_error(message, keyring)
    assert isinstance(error, InvalidTag)


def test_content_of_the_body(keyring: RawAESKeyring) -> None:
    message = encrypted(keyring)
    message[len(message) - TAG_SIZE - 1] ^= 1
    try:
        CLIENT.decrypt(source=message, keyring=keyring)
    except InvalidTag:
        pass
    else:
        pytest.fail("altered content was accepted")


def test_footer_signature_is_caught_as_the_exception_of_cryptography(keyring: RawAESKeyring) -> None:
    message = encrypted(keyring, SIGNED)
    message[-1] ^= 1
    error = decrypt_error(message, keyring)
    assert isinstance(error, InvalidSignature)


def test_commitment_mismatch(keyring: RawAESKeyring) -> None:
    message = encrypted(keyring)
    # The commitment is the last field before the header's tag.
    message[-BODY_SIZE - TAG_SIZE - 1] ^= 1
    assert isinstance(decrypt_error(message, keyring), MasterKeyProviderError)


def test_no_data_key_could_be_decrypted(keyring: RawAESKeyring) -> None:
    message = encrypted(keyring)
    strangers = (
        RawAESKeyring("my namespace", "my key", bytes(32)),
        RawAESKeyring("my namespace", "other key", bytes(range(32))),
        RawAESKeyring("other namespace", "my key", bytes(range(32))),
    )
    for stranger in strangers:
        error = decrypt_error(message, stranger)
        assert isinstance(error, DecryptKeyError)
        assert issubclass(type(error), InvalidCryptographicMaterialsError)
        # A command line program prints `args`, and its users look for this phrase, in whatever case.
        assert "unable to decrypt any data key" in str(error.args[0]).lower()
        assert "\n" not in str(error)
        (reason,) = getattr(error, "errors")  # noqa: B009 - no published class says that it has it
        assert isinstance(reason, Exception)
        assert str(reason) in str(error)


def test_every_byte_matters(keyring: RawAESKeyring) -> None:
    ciphertext, _ = CLIENT.encrypt(source=b"x", keyring=keyring, algorithm=UNSIGNED)
    for position in range(len(ciphertext)):
        message = bytearray(ciphertext)
        message[position] ^= 0x80
        with pytest.raises(AWSEncryptionSDKClientError):
            CLIENT.decrypt(source=message, keyring=keyring)
