"""AES-GCM over buffers, whole and in pieces."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aws_encryption_sdk._crypto import aead
from aws_encryption_sdk._crypto.aead import (
    TAG_LENGTH,
    AesGcm,
    InvalidTag,
    PieceDecryptor,
    PieceEncryptor,
    aes_gcm,
    copying_aes_gcm,
)
from aws_encryption_sdk._limits import ONE_CALL_BYTES

pytestmark = pytest.mark.specification(
    "framework/algorithm-suites.md", "AES", "GCM", "Encryption Algorithm", "Encryption Algorithm Mode"
)

KEYS = [bytes(range(length)) for length in (16, 24, 32)]
IV, AAD = bytes(range(12)), b"associated data"
CONTENTS = [b"", b"x", bytes(range(256)) * 5]
CIPHERS = [pytest.param(aes_gcm, id="native"), pytest.param(copying_aes_gcm, id="copying")]
MakeCipher = Callable[[bytes], AesGcm]


@pytest.mark.parametrize("make", CIPHERS)
@pytest.mark.parametrize("key", KEYS, ids=len)
@pytest.mark.parametrize("content", CONTENTS, ids=len)
def test_both_ciphers_give_the_bytes_of_the_primitive(make: MakeCipher, key: bytes, content: bytes) -> None:
    expected = AESGCM(key).encrypt(IV, content, AAD)
    cipher = make(key)
    sealed, opened = bytearray(len(expected)), bytearray(len(content))

    assert cipher.encrypt(IV, content, AAD) == expected
    assert cipher.encrypt_into(memoryview(IV), memoryview(content), memoryview(AAD), memoryview(sealed)) == len(expected)
    assert sealed == expected
    assert cipher.decrypt(IV, expected, AAD) == content
    assert cipher.decrypt_into(memoryview(IV), memoryview(expected), memoryview(AAD), memoryview(opened)) == len(content)
    assert opened == content


@pytest.mark.parametrize("make", CIPHERS)
def test_a_target_of_another_length_is_refused(make: MakeCipher) -> None:
    cipher = make(KEYS[0])
    sealed = cipher.encrypt(IV, b"content", AAD)

    for length in (0, len(sealed) - 1, len(sealed) + 1):
        with pytest.raises(ValueError, match=r"buffer|assignment"):
            cipher.encrypt_into(IV, b"content", AAD, memoryview(bytearray(length)))
        with pytest.raises(ValueError, match=r"buffer|assignment"):
            cipher.decrypt_into(IV, sealed, AAD, memoryview(bytearray(length)))


@pytest.mark.parametrize("make", CIPHERS)
def test_everything_is_authenticated(make: MakeCipher) -> None:
    cipher = make(KEYS[2])
    sealed = cipher.encrypt(IV, b"content", AAD)
    target = memoryview(bytearray(7))

    wrong = [(IV, sealed[:at] + bytes((sealed[at] ^ 1,)) + sealed[at + 1 :], AAD) for at in range(len(sealed))]
    wrong += [(bytes(12), sealed, AAD), (IV, sealed, AAD + b"x"), (IV, sealed, b"")]
    for iv, data, aad in wrong:
        with pytest.raises(InvalidTag):
            cipher.decrypt(iv, data, aad)
        with pytest.raises(InvalidTag):
            cipher.decrypt_into(iv, data, aad, target)
    with pytest.raises(InvalidTag):
        make(KEYS[2][::-1]).decrypt(IV, sealed, AAD)


@pytest.mark.parametrize("key", KEYS, ids=len)
@pytest.mark.parametrize("piece", [1, 7, 16, 2000])
@pytest.mark.parametrize("content", CONTENTS, ids=len)
def test_pieces_give_what_one_call_gives(key: bytes, piece: int, content: bytes) -> None:
    encryptor, decryptor = PieceEncryptor(key, memoryview(IV), memoryview(AAD)), PieceDecryptor(key, IV, AAD)
    starts = range(0, len(content), piece)
    ciphertext = b"".join(encryptor.update(content[at : at + piece]) for at in starts)
    tag = encryptor.finalize()

    assert ciphertext + tag == AESGCM(key).encrypt(IV, content, AAD)
    assert b"".join(decryptor.update(ciphertext[at : at + piece]) for at in starts) == content
    decryptor.finalize(memoryview(tag))


@pytest.mark.parametrize("wrong", ["tag", "ciphertext", "AAD", "IV", "key", "shorter"])
def test_pieces_with_a_wrong_tag(wrong: str) -> None:
    sealed = AESGCM(KEYS[0]).encrypt(IV, b"content", AAD)
    decryptor = PieceDecryptor(
        KEYS[0][::-1] if wrong == "key" else KEYS[0], bytes(12) if wrong == "IV" else IV, b"" if wrong == "AAD" else AAD
    )
    ciphertext = b"C" + sealed[1:7] if wrong == "ciphertext" else sealed[: 6 if wrong == "shorter" else 7]
    tag = sealed[7:]
    decryptor.update(ciphertext)

    with pytest.raises(InvalidTag):
        decryptor.finalize(tag[:-1] + bytes((tag[-1] ^ 1,)) if wrong == "tag" else tag)


@pytest.mark.parametrize("make", CIPHERS)
@pytest.mark.parametrize("length", [0, 1, 99, 100, 101, 250, 1000])
def test_long_content_goes_through_in_pieces(monkeypatch: pytest.MonkeyPatch, make: MakeCipher, length: int) -> None:
    """With small limits in place of 2 GiB, the result is that of one call."""
    monkeypatch.setattr(aead, "ONE_CALL_BYTES", 100)
    monkeypatch.setattr(aead, "PIECE_BYTES", 64)
    key, content = KEYS[1], bytes(number % 251 for number in range(length))
    target = memoryview(bytearray(length + TAG_LENGTH))

    aead.encrypt_content_into(make(key), key, IV, memoryview(content), AAD, target)

    assert target == AESGCM(key).encrypt(IV, content, AAD)
    assert aead.encrypt_content(make(key), key, IV, content, AAD) == target


def test_content_from_the_limit_on_is_not_given_to_the_one_call_interface(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aead, "ONE_CALL_BYTES", 100)
    lengths: list[int] = []

    class Recording:
        def __init__(self) -> None:
            self.decrypt = self.decrypt_into = self.encrypt_into = self.encrypt

        def encrypt(self, nonce: object, data: bytes, associated_data: object, buf: object = None) -> int:
            lengths.append(len(data))
            return 0

    for length in (99, 100):
        target = memoryview(bytearray(length + TAG_LENGTH))
        aead.encrypt_content_into(Recording(), KEYS[0], IV, bytes(length), AAD, target)  # type: ignore[arg-type]

    assert lengths == [99]


def test_the_one_call_limit_is_below_what_the_primitive_takes() -> None:
    assert ONE_CALL_BYTES + TAG_LENGTH < 2**31
