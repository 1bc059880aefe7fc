"""Wrapping under an agreed key, and its layout (framework/raw-ecdh-keyring.md, structure and data key wrapping)."""

from __future__ import annotations

import hmac
import os

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.kbkdf import KBKDFHMAC, CounterLocation, Mode
from hypothesis import given
from hypothesis import strategies as st

from aws_encryption_sdk._wrapping import ecdh
from aws_encryption_sdk.exceptions import DecryptKeyError, SerializationError
from aws_encryption_sdk.identifiers import ECDHCurveSpec

pytestmark = [
    pytest.mark.specification(
        "framework/raw-ecdh-keyring.md",
        "Key Derivation Function Configuration",
        "Additional Information",
        "Key Provider Information",
        "Ciphertext",
        "Data Key Wrapping",
        "Data Key Unwrapping",
    ),
    pytest.mark.specification("framework/key-agreement-schemas.md", "Key Derivation", "Key Commitment"),
]

CURVES = {
    ECDHCurveSpec.ECC_NIST_P256: (33, b"p256"),
    ECDHCurveSpec.ECC_NIST_P384: (49, b"p384"),
    ECDHCurveSpec.ECC_NIST_P521: (67, b"p521"),
}
P384 = ECDHCurveSpec.ECC_NIST_P384
SECRET = bytes(range(48))
DATA_KEY = bytes(range(100, 132))
CONTEXT = b"\x00\x01\x00\x01a\x00\x011"


def parties(curve: ECDHCurveSpec = P384) -> ecdh.Parties:
    length = CURVES[curve][0]
    return ecdh.Parties(sender=b"\x02" + b"s" * (length - 1), recipient=b"\x03" + b"r" * (length - 1))


INFO = ecdh.fixed_info(P384, parties(), CONTEXT)


@pytest.mark.parametrize("curve", CURVES)
def test_key_provider_information(curve: ECDHCurveSpec) -> None:
    length = CURVES[curve][0]
    info = ecdh.serialize_key_info(parties(curve))

    stated = length.to_bytes(4, "big")
    assert info == b"\x01" + stated + parties(curve).recipient + stated + parties(curve).sender
    assert ecdh.deserialize_key_info(curve, info) == parties(curve)


@pytest.mark.parametrize("curve", CURVES)
def test_what_is_no_key_provider_information(curve: ECDHCurveSpec) -> None:
    length = CURVES[curve][0]
    info = ecdh.serialize_key_info(parties(curve))
    stated = length.to_bytes(4, "big")
    recipient, sender = parties(curve).recipient, parties(curve).sender
    wrong = [
        *(info[:end] for end in range(len(info))),
        info + b"\x00",
        *(ecdh.serialize_key_info(parties(other)) for other in CURVES if other is not curve),
        b"\x01" + b"\xff\xff\xff\xff" + recipient + stated + sender,
        b"\x01" + stated + recipient + b"\xff\xff\xff\xff" + sender,
        b"\x01" + (length - 1).to_bytes(4, "big") + recipient[:-1] + (length + 1).to_bytes(4, "big") + sender + b"\x00",
        b"\x01" + stated + recipient + bytes(4),
        b"\x01" + bytes(4) + stated + sender,
        b"\x01" + bytes(4) + bytes(4),
    ]
    for candidate in wrong:
        with pytest.raises(SerializationError, match="key provider information"):
            ecdh.deserialize_key_info(curve, candidate)


@pytest.mark.parametrize("version", [0, 2, 255])
def test_another_version_is_named(version: int) -> None:
    info = bytes((version,)) + ecdh.serialize_key_info(parties())[1:]

    with pytest.raises(SerializationError, match=f"has the version {version:02x}; 01 was expected"):
        ecdh.deserialize_key_info(P384, info)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("context", [b"", CONTEXT])
def test_fixed_info(curve: ECDHCurveSpec, context: bytes) -> None:
    points = parties(curve).sender + parties(curve).recipient
    name = CURVES[curve][1]

    expected = b"ecdh-key-derivation\x00" + name + b"\x00HMAC_SHA384\x00" + points + b"\x00\x01\x00" + context
    assert ecdh.fixed_info(curve, parties(curve), context) == expected


@pytest.mark.parametrize("length", [16, 24, 32])
def test_the_parts_of_a_wrapped_data_key(length: int) -> None:
    """64 derived bytes: commitment key first, then the wrapping key; the fixed info is the label, the nonce the context."""
    ciphertext = ecdh.wrap(DATA_KEY[:length], SECRET, INFO)
    nonce, commitment, sealed = ecdh.deserialize_ciphertext(ciphertext, length)
    assert ciphertext == nonce + commitment + sealed
    assert (len(nonce), len(commitment), len(sealed)) == (32, 32, length + 16)

    keys = KBKDFHMAC(
        algorithm=hashes.SHA384(),
        mode=Mode.CounterMode,
        length=64,
        rlen=4,
        llen=4,
        location=CounterLocation.BeforeFixed,
        label=INFO,
        context=nonce,
        fixed=None,
    ).derive(SECRET)
    assert commitment == keys[:32]
    assert AESGCM(keys[32:]).decrypt(bytes(12), sealed, INFO) == DATA_KEY[:length]
    assert ecdh.unwrap(ecdh.WrappedDataKey(nonce, commitment, sealed), SECRET, INFO) == DATA_KEY[:length]


def test_every_nonce_is_new() -> None:
    assert len({ecdh.wrap(DATA_KEY, SECRET, INFO)[:32] for _ in range(50)}) == 50


@pytest.mark.parametrize("length", [16, 24, 32])
def test_a_ciphertext_of_another_length(length: int) -> None:
    ciphertext = ecdh.wrap(DATA_KEY[:length], SECRET, INFO)
    wrong = [ciphertext[:end] for end in range(len(ciphertext))] + [ciphertext + b"\x00"]

    for candidate in wrong:
        with pytest.raises(SerializationError, match=f"has {len(candidate)} bytes; .* has {80 + length}"):
            ecdh.deserialize_ciphertext(candidate, length)


def test_every_bit_counts() -> None:
    ciphertext = ecdh.wrap(DATA_KEY[:16], SECRET, INFO)
    for bit in range(len(ciphertext) * 8):
        altered = bytearray(ciphertext)
        altered[bit // 8] ^= 1 << bit % 8
        wrapped = ecdh.deserialize_ciphertext(bytes(altered), 16)
        reason = "commitment key" if bit < 64 * 8 else "authentication tag was altered"
        with pytest.raises(DecryptKeyError, match=reason):
            ecdh.unwrap(wrapped, SECRET, INFO)


def test_another_secret_or_fixed_info_does_not_open() -> None:
    wrapped = ecdh.deserialize_ciphertext(ecdh.wrap(DATA_KEY, SECRET, INFO), 32)
    swapped = ecdh.Parties(sender=parties().recipient, recipient=parties().sender)
    others = [
        (SECRET[::-1], INFO),
        (SECRET, INFO + b"\x00"),
        (SECRET, ecdh.fixed_info(P384, parties(), b"")),
        (SECRET, ecdh.fixed_info(P384, swapped, CONTEXT)),
        (SECRET, ecdh.fixed_info(ECDHCurveSpec.ECC_NIST_P256, parties(), CONTEXT)),
    ]
    for secret, info in others:
        with pytest.raises(DecryptKeyError, match="commitment key is not that of the agreed key"):
            ecdh.unwrap(wrapped, secret, info)


def test_the_fixed_info_is_authenticated_with_the_data_key() -> None:
    """Not only by what is derived from it."""
    nonce = os.urandom(32)
    commitment, wrapping_key = ecdh._derive(SECRET, INFO, nonce)
    sealed = AESGCM(wrapping_key).encrypt(bytes(12), DATA_KEY, INFO + b"\x00")

    with pytest.raises(DecryptKeyError, match="authentication tag was altered") as caught:
        ecdh.unwrap(ecdh.WrappedDataKey(nonce, commitment, sealed), SECRET, INFO)
    assert caught.value.__cause__ is not None


def test_commitment_keys_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def spy(first: bytes, second: bytes) -> bool:
        compared.append((first, second))
        return True

    wrapped = ecdh.deserialize_ciphertext(ecdh.wrap(DATA_KEY, SECRET, INFO), 32)
    monkeypatch.setattr(hmac, "compare_digest", spy)
    assert ecdh.unwrap(wrapped._replace(commitment=bytes(32)), SECRET, INFO) == DATA_KEY
    assert compared == [(wrapped.commitment, bytes(32))]


@given(info=st.binary(max_size=160), curve=st.sampled_from(list(CURVES)), edits=st.lists(st.integers(0, 142), max_size=3))
def test_any_key_provider_information_is_read_whole_or_refused(info: bytes, curve: ECDHCurveSpec, edits: list[int]) -> None:
    near = bytearray(ecdh.serialize_key_info(parties(curve)))
    for position in edits:
        near[position % len(near)] ^= len(info) + 1 & 0xFF
    for candidate in (info, b"\x01" + info, bytes(near), bytes(near) + info):
        try:
            read = ecdh.deserialize_key_info(curve, candidate)
        except SerializationError:
            continue
        assert ecdh.serialize_key_info(read) == candidate


@given(ciphertext=st.binary(max_size=130), length=st.sampled_from([16, 24, 32]))
def test_any_ciphertext_is_read_whole_or_refused(ciphertext: bytes, length: int) -> None:
    for candidate in (ciphertext, ciphertext.ljust(80 + length, b"\x00")):
        try:
            read = ecdh.deserialize_ciphertext(candidate, length)
        except SerializationError:
            continue
        assert b"".join(read) == candidate
        with pytest.raises(DecryptKeyError):
            ecdh.unwrap(read, SECRET, INFO)
