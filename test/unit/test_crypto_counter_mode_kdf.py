"""Key derivation in counter mode (NIST SP 800-108, section 4.1)."""

from __future__ import annotations

import hmac

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.kbkdf import KBKDFHMAC, CounterLocation, Mode

from aws_encryption_sdk._crypto.counter_mode_kdf import derive, expand

HASHES: dict[str, hashes.HashAlgorithm] = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
KEY = bytes(range(66))


def reference(digest: str, key: bytes, label: bytes, context: bytes, length: int) -> bytes:
    """Return what ``cryptography`` derives."""
    derivation = KBKDFHMAC(
        algorithm=HASHES[digest],
        mode=Mode.CounterMode,
        length=length,
        rlen=4,
        llen=4,
        location=CounterLocation.BeforeFixed,
        label=label,
        context=context,
        fixed=None,
    )
    return derivation.derive(key)


@pytest.mark.specification("framework/raw-ecdh-keyring.md", "Key Derivation Function Configuration")
@pytest.mark.parametrize("digest", HASHES)
@pytest.mark.parametrize("length", [1, 31, 32, 33, 47, 48, 49, 64, 96, 97, 1000])
def test_against_another_implementation(digest: str, length: int) -> None:
    for label, context in ((b"label", b"context"), (b"", b"context"), (b"label", b""), (b"a\x00b", bytes(32))):
        for key in (KEY[:16], KEY[:48], KEY):
            assert derive(digest, key, label, context, length) == reference(digest, key, label, context, length)


@pytest.mark.specification("framework/raw-ecdh-keyring.md", "Key Derivation Function Configuration")
def test_the_parts_of_a_block() -> None:
    fixed = b"label\x00context" + (96 * 8).to_bytes(4, "big")
    blocks = [hmac.digest(KEY, counter.to_bytes(4, "big") + fixed, "sha384") for counter in (1, 2)]

    assert derive("sha384", KEY, b"label", b"context", 96) == b"".join(blocks)
    assert expand("sha384", KEY, fixed, 96) == b"".join(blocks)


def test_each_input_counts() -> None:
    outputs = {
        derive("sha384", KEY, b"label", b"context", 64),
        derive("sha384", KEY[1:], b"label", b"context", 64),
        derive("sha384", KEY, b"label ", b"context", 64),
        derive("sha384", KEY, b"label", b"context ", 64),
        derive("sha384", KEY, b"label", b"context", 65)[:64],
        derive("sha512", KEY, b"label", b"context", 64),
    }
    assert len(outputs) == 6


@pytest.mark.parametrize("length", [0, -1, 2**29])
def test_a_length_that_does_not_fit(length: int) -> None:
    with pytest.raises(ValueError, match="gives 1 to 536870911 bytes"):
        derive("sha384", KEY, b"", b"", length)
