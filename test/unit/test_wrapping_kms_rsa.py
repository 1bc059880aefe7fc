"""Wrapping under RSA keys of AWS KMS (framework/aws-kms/aws-kms-rsa-keyring.md, encryption context digest)."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from aws_encryption_sdk._wrapping import kms_rsa
from aws_encryption_sdk.exceptions import DecryptKeyError
from aws_encryption_sdk.identifiers import WrappingAlgorithm

pytestmark = pytest.mark.specification(
    "framework/aws-kms/aws-kms-rsa-keyring.md", "Encryption Context Digest", "Encryption Context Digest Prime"
)

KEY = rsa.generate_private_key(65537, 2048)
OAEP = [WrappingAlgorithm.RSA_OAEP_SHA1_MGF1, WrappingAlgorithm.RSA_OAEP_SHA256_MGF1]
CONTEXT = b"\x00\x01\x00\x01a\x00\x011"


@pytest.mark.parametrize("algorithm", OAEP)
@pytest.mark.parametrize("length", [16, 24, 32])
@pytest.mark.parametrize("context", [b"", CONTEXT])
def test_the_parts(algorithm: WrappingAlgorithm, length: int, context: bytes) -> None:
    data_key = bytes(range(length))
    decrypted = KEY.decrypt(kms_rsa.wrap(KEY.public_key(), algorithm, data_key, context), algorithm.rsa_padding())

    assert decrypted == hashlib.sha384(context).digest() + data_key
    assert kms_rsa.data_key_from(decrypted, context) == data_key


def test_another_context() -> None:
    decrypted = hashlib.sha384(CONTEXT).digest() + bytes(32)
    for context in (b"", CONTEXT[:-1], CONTEXT + b"\x00"):
        with pytest.raises(DecryptKeyError, match="another encryption context"):
            kms_rsa.data_key_from(decrypted, context)
    for bit in range(48 * 8):
        altered = bytearray(decrypted)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DecryptKeyError, match="another encryption context"):
            kms_rsa.data_key_from(bytes(altered), CONTEXT)


@pytest.mark.parametrize("length", [0, 1, 47])
def test_a_digest_that_is_cut_off(length: int) -> None:
    with pytest.raises(DecryptKeyError):
        kms_rsa.data_key_from(hashlib.sha384(CONTEXT).digest()[:length], CONTEXT)


def test_digests_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def spy(first: bytes, second: bytes) -> bool:
        compared.append((first, second))
        return True

    monkeypatch.setattr(hmac, "compare_digest", spy)
    assert kms_rsa.data_key_from(bytes(48) + b"data key", CONTEXT) == b"data key"
    assert compared == [(bytes(48), hashlib.sha384(CONTEXT).digest())]
