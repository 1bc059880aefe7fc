"""Wrapping with AES-GCM: what is random, and what is bound (framework/raw-aes-keyring.md)."""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aws_encryption_sdk._crypto.aead import InvalidTag
from aws_encryption_sdk._wrapping.aes_gcm import AesGcmWrapping, iv_from_key_info, serialize_key_info

KEY = bytes(range(32))


@pytest.mark.parametrize("length", [16, 24, 32])
def test_a_generated_data_key_and_its_iv_share_no_random_byte(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def numbered(count: int) -> bytes:
        asked.append(count)
        return bytes(range(100, 100 + count))

    monkeypatch.setattr(os, "urandom", numbered)
    data_key, iv, wrapped = AesGcmWrapping(KEY).generate(length, b"context")

    assert asked == [length + 12]
    assert (len(data_key), len(iv)) == (length, 12)
    assert not set(data_key) & set(iv)
    assert AESGCM(KEY).decrypt(iv, wrapped, b"context") == data_key


def test_nothing_random_comes_twice() -> None:
    wrapping = AesGcmWrapping(KEY)
    made = [wrapping.generate(32, b"") for _ in range(50)]
    ivs = {iv for _, iv, _ in made} | {wrapping.wrap(bytes(32), b"")[0] for _ in range(50)}

    assert len({data_key for data_key, _, _ in made}) == 50
    assert len(ivs) == 100


def test_the_context_is_bound() -> None:
    wrapping = AesGcmWrapping(KEY)
    data_key, iv, wrapped = wrapping.generate(32, b"context")

    assert wrapping.unwrap(iv, wrapped, b"context") == data_key
    with pytest.raises(InvalidTag):
        wrapping.unwrap(iv, wrapped, b"another")


@pytest.mark.parametrize("name", [b"", b"name", b"\x00\x00\x00\x80\x00\x00\x00\x0c"])
def test_key_infos_of_other_lengths_or_names_have_no_iv(name: bytes) -> None:
    iv = bytes(range(12))
    info = serialize_key_info(name, iv)

    assert iv_from_key_info(info, name) == iv
    for other in (info[:-1], info + b"\x00", info[1:], b"", iv, b"x" + info):
        assert iv_from_key_info(other, name) is None
