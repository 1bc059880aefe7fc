"""Messages that open to different texts under different keys (CVE-2020-8897): made here, and refused where there is commitment."""

from __future__ import annotations

import struct

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk._crypto.key_derivation import derive_message_keys
from aws_encryption_sdk.exceptions import ActionNotAllowedError, KeyCommitmentError
from aws_encryption_sdk.identifiers import Algorithm, CommitmentPolicy

from .forge import Forger
from .material_sources import V1, V2, FixedKeyring

pytestmark = pytest.mark.specification("client-apis/decrypt.md", "Get the decryption materials")

BLOCK = 16
#: What each recipient is to read, in the first and in the second block.
FIRST, SECOND = b"attack at dawn..", b"retreat at noon."
CLIENT = EncryptionSDKClient()
LENIENT_CLIENT = EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)


def times(x: int, y: int) -> int:
    """Multiply in the field of GCM (NIST SP 800-38D, algorithm 1)."""
    product = 0
    for bit in range(127, -1, -1):
        if y >> bit & 1:
            product ^= x
        x = (x >> 1) ^ (0xE1 << 120 if x & 1 else 0)
    return product


def power(x: int, exponent: int) -> int:
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = times(result, x)
        x, exponent = times(x, x), exponent >> 1
    return result


def number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def xor(first: bytes, second: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(first, second, strict=True))


class Recipient:
    """One of those whose encrypted data key the message has, each with another data key."""

    def __init__(self, suite: Algorithm, data_key: bytes, message_id: bytes) -> None:
        self.keyring = FixedKeyring(data_key)
        key = derive_message_keys(suite, data_key, message_id).encryption_key
        self._cipher = AESGCM(key)
        self.hash_key = number(Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(bytes(BLOCK)))

    def key_stream(self, iv: bytes, length: int) -> bytes:
        return self._cipher.encrypt(iv, bytes(length), None)[:length]

    def tag(self, iv: bytes, ciphertext: bytes, aad: bytes) -> bytes:
        plaintext = xor(ciphertext, self.key_stream(iv, len(ciphertext)))
        return self._cipher.encrypt(iv, plaintext, aad)[-BLOCK:]


def equalizer(first: Recipient, second: Recipient, tags: list[bytes], blocks_behind: int) -> bytes:
    """Return what a block that is zero so far has to become for the two tags to be equal.

    In each tag it is a factor of the hash key, to the power of itself, the blocks behind it, and that of the lengths.
    """
    difference = power(first.hash_key, blocks_behind + 2) ^ power(second.hash_key, blocks_behind + 2)
    return times(number(tags[0]) ^ number(tags[1]), power(difference, 2**128 - 2)).to_bytes(BLOCK, "big")


def salamander(suite: Algorithm) -> tuple[bytes, Recipient, Recipient]:
    """Write a message whose header and body are authentic under two data keys; it commits to the first, where it commits."""
    # The block that evens out the tags of the header is hidden in the ciphertext of an encrypted data key.
    forger = Forger(suite, frame_length=100, edks=((b"forged", b"key", bytes(2 * BLOCK)),))
    first = Recipient(suite, forger.data_key, forger.message_id)
    second = Recipient(suite, bytes(32), forger.message_id)

    iv, header = bytes(12), forger.header_body
    at = -(-header.index(bytes(2 * BLOCK)) // BLOCK) * BLOCK
    tags = [recipient.tag(iv, b"", header) for recipient in (first, second)]
    header = header[:at] + equalizer(first, second, tags, -(-len(header) // BLOCK) - at // BLOCK - 1) + header[at + BLOCK :]
    header_tag = first.tag(iv, b"", header)
    assert header_tag == second.tag(iv, b"", header)

    header_iv, iv = (iv if suite.message_format_version == 1 else b""), (1).to_bytes(12, "big")
    ciphertext = xor(FIRST, first.key_stream(iv, BLOCK)) + xor(SECOND, second.key_stream(iv, 2 * BLOCK)[BLOCK:])
    aad = forger.message_id + b"AWSKMSEncryptionClient Final Frame" + struct.pack(">IQ", 1, 3 * BLOCK)
    tags = [recipient.tag(iv, ciphertext + bytes(BLOCK), aad) for recipient in (first, second)]
    ciphertext += equalizer(first, second, tags, 0)
    tag = first.tag(iv, ciphertext, aad)
    assert tag == second.tag(iv, ciphertext, aad)
    frame = struct.pack(">II", 0xFFFFFFFF, 1) + iv + struct.pack(">I", 3 * BLOCK) + ciphertext + tag
    return header + header_iv + header_tag + frame, first, second


def test_without_commitment_it_opens_to_two_texts_and_the_default_policy_refuses_it() -> None:
    message, first, second = salamander(V1)

    assert LENIENT_CLIENT.decrypt(source=message, keyring=first.keyring).result[:BLOCK] == FIRST
    assert LENIENT_CLIENT.decrypt(source=message, keyring=second.keyring).result[BLOCK : 2 * BLOCK] == SECOND
    for recipient in (first, second):
        with pytest.raises(ActionNotAllowedError):
            CLIENT.decrypt(source=message, keyring=recipient.keyring)


def test_with_commitment_it_opens_for_the_one_whose_key_it_commits_to() -> None:
    message, first, second = salamander(V2)

    assert CLIENT.decrypt(source=message, keyring=first.keyring).result[:BLOCK] == FIRST
    for client in (CLIENT, LENIENT_CLIENT):
        with pytest.raises(KeyCommitmentError):
            client.decrypt(source=message, keyring=second.keyring)
        with pytest.raises(KeyCommitmentError):
            client.stream(mode="d", source=message, keyring=second.keyring).read(1)
