"""HMAC of RFC 2104, held against that of ``cryptography`` and the test vectors of RFC 4231."""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from aws_encryption_sdk._crypto.keyed_hash import HASHES, authentication_code, two_codes_under_a_code

REFERENCE = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


def reference(name: str, key: bytes, message: bytes) -> bytes:
    made = HMAC(key, REFERENCE[name])
    made.update(message)
    return made.finalize()


@pytest.mark.parametrize("name", HASHES)
def test_keys_and_messages_of_every_length_about_a_block(name: str) -> None:
    of = HASHES[name]
    for key_length in {0, 1, 16, 32, 48, of.block_size - 1, of.block_size, of.block_size + 1, 200}:
        for length in (0, 1, 55, 56, of.block_size, 300):
            key, message = os.urandom(key_length), os.urandom(length)
            assert authentication_code(of, key, message) == reference(name, key, message)


@pytest.mark.parametrize("name", HASHES)
def test_two_messages_under_a_code(name: str) -> None:
    of = HASHES[name]
    for key_length in (0, 16, 32, 64, of.block_size, of.block_size + 1):
        key, message = os.urandom(key_length), os.urandom(32)
        code = reference(name, key, message)
        for first, second in ((b"", b""), (b"first", b"second"), (os.urandom(300), b"x")):
            assert two_codes_under_a_code(of, key, message, first, second) == (
                reference(name, code, first),
                reference(name, code, second),
            )


def test_vectors_of_rfc_4231() -> None:
    """Test cases 1, 2 and 6: a short key, a text as key, and a key longer than the block."""
    cases = [
        (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            b"\xaa" * 131,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ]
    for key, message, code in cases:
        assert authentication_code(HASHES["sha256"], key, message).hex() == code
