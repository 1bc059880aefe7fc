"""Raw AES, raw RSA and raw ECDH wrapping of data keys, with every random byte chosen by the caller.

``cryptography`` draws the padding of RSA itself; the two paddings (RFC 8017, sections 7.1.1 and 7.2.1) are written out here.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from test.vectors import ecdh_wrapping
from test.vectors.chosen_randomness import draw

FOLDER: Final = Path(__file__).parent
RSA_KEY_FILES: Final = ("rsa-2048-public-test-key-one.pem", "rsa-2048-public-test-key-two.pem")
_MODULUS_BYTES: Final = 256
_IV_BYTES: Final = 12


class WrappedKey(NamedTuple):
    """An encrypted data key as it stands in a message."""

    provider_id: bytes
    provider_info: bytes
    ciphertext: bytes


class AesKey(NamedTuple):
    """A raw AES wrapping key."""

    namespace: str
    name: str
    key: bytes

    def wrap(
        self, data_key: bytes, context: bytes, label: str, tag_bits: int = 128, iv_bytes: int = _IV_BYTES
    ) -> WrappedKey:
        """Wrap ``data_key``; ``context`` is the serialized encryption context (framework/raw-aes-keyring.md)."""
        iv = draw(f"{label}/iv", iv_bytes)
        info = self.name.encode("utf-8") + tag_bits.to_bytes(4, "big") + iv_bytes.to_bytes(4, "big") + iv
        sealed = AESGCM(self.key).encrypt(iv, data_key, context)
        return WrappedKey(self.namespace.encode("utf-8"), info, sealed[: len(data_key) + tag_bits // 8])

    def described(self) -> dict[str, str]:
        """Return what the key file says of this key."""
        return {"type": "raw-aes", "namespace": self.namespace, "name": self.name, "key": self.key.hex()}


class RsaKey(NamedTuple):
    """A raw RSA wrapping key; ``digest`` is the hash of OAEP, or None for PKCS #1 v1.5."""

    namespace: str
    name: str
    pem_file: str
    digest: str | None

    def wrap(self, data_key: bytes, context: bytes, label: str) -> WrappedKey:
        """Wrap ``data_key`` (framework/raw-rsa-keyring.md); ``context`` takes no part in it."""
        block = _pkcs1(data_key, label) if self.digest is None else _oaep(data_key, self.digest, label)
        numbers = _load(self.pem_file).public_key().public_numbers()
        ciphertext = pow(int.from_bytes(block, "big"), numbers.e, numbers.n).to_bytes(_MODULUS_BYTES, "big")
        return WrappedKey(self.namespace.encode("utf-8"), self.name.encode("utf-8"), ciphertext)

    def described(self) -> dict[str, str]:
        """Return what the key file says of this key."""
        padding = "pkcs1" if self.digest is None else f"oaep-{self.digest}"
        return {"type": "raw-rsa", "namespace": self.namespace, "name": self.name, "pem": self.pem_file, "padding": padding}


class EcdhKey(NamedTuple):
    """The keys of a sender and a recipient on one curve; the sender of schema ``ephemeral`` has a new one for each data key."""

    curve: str
    schema: str

    def wrap(self, data_key: bytes, context: bytes, label: str) -> WrappedKey:
        """Wrap ``data_key``; ``context`` is the serialized encryption context (framework/raw-ecdh-keyring.md)."""
        number = self._number("sender") if self.schema == "static" else ecdh_wrapping.private_number(f"{label}/sender")
        sender = ecdh_wrapping.key_of(self.curve, number)
        recipient = ecdh_wrapping.key_of(self.curve, self._number("recipient")).public_key()
        sealed = ecdh_wrapping.ciphertext(self.curve, sender, recipient, data_key, context, draw(f"{label}/nonce", 32))
        return WrappedKey(b"raw-ecdh", ecdh_wrapping.provider_info(sender.public_key(), recipient), sealed)

    def described(self) -> dict[str, str]:
        """Return what the key file says of these keys; the numbers of both parties are those of their lasting keys."""
        numbers = {party: f"{self._number(party):x}" for party in ("sender", "recipient")}
        return {
            "type": "raw-ecdh",
            "namespace": "raw-ecdh",
            "name": "",
            "curve": self.curve,
            "schema": self.schema,
            **numbers,
        }

    def _number(self, party: str) -> int:
        return ecdh_wrapping.private_number(f"wrapping key ecdh {self.curve} {party}")


@functools.cache
def _load(pem_file: str) -> RSAPrivateKey:
    key = load_pem_private_key((FOLDER / pem_file).read_bytes(), password=None)
    assert isinstance(key, RSAPrivateKey)
    return key


def _pkcs1(data_key: bytes, label: str) -> bytes:
    filler = _MODULUS_BYTES - len(data_key) - 3
    nonzero = bytes(byte % 255 + 1 for byte in draw(f"{label}/pkcs1", filler))
    return b"\x00\x02" + nonzero + b"\x00" + data_key


def _oaep(data_key: bytes, digest: str, label: str) -> bytes:
    size = hashlib.new(digest).digest_size
    seed = draw(f"{label}/oaep", size)
    filler = bytes(_MODULUS_BYTES - 2 * size - 2 - len(data_key))
    block = hashlib.new(digest, b"").digest() + filler + b"\x01" + data_key
    masked_block = _xor(block, _mask(seed, len(block), digest))
    return b"\x00" + _xor(seed, _mask(masked_block, size, digest)) + masked_block


def _mask(seed: bytes, length: int, digest: str) -> bytes:
    size = hashlib.new(digest).digest_size
    blocks = (hashlib.new(digest, seed + counter.to_bytes(4, "big")).digest() for counter in range(-(-length // size)))
    return b"".join(blocks)[:length]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


WrappingKey = AesKey | RsaKey | EcdhKey

WRAPPING_KEYS: Final[dict[str, WrappingKey]] = {
    "aes-128": AesKey("vectors", "aes-128", draw("wrapping key aes-128", 16)),
    "aes-192": AesKey("vectors", "aes-192", draw("wrapping key aes-192", 24)),
    "aes-256": AesKey("vectors", "aes-256", draw("wrapping key aes-256", 32)),
    # The same name as aes-256, other bytes: its data keys look usable and are not.
    "aes-256-impostor": AesKey("vectors", "aes-256", draw("wrapping key aes-256-impostor", 32)),
    "aes-256-elsewhere": AesKey("vectors/elsewhere", "aes-256", draw("wrapping key aes-256-elsewhere", 32)),
    "aes-256-unicode": AesKey("vectors-\u00e9\u4e16", "key-\u03b1\U0001f511", draw("wrapping key aes-256-unicode", 32)),
    "rsa-pkcs1": RsaKey("vectors", "rsa-pkcs1", RSA_KEY_FILES[0], None),
    "rsa-oaep-sha1": RsaKey("vectors", "rsa-oaep-sha1", RSA_KEY_FILES[0], "sha1"),
    "rsa-oaep-sha256": RsaKey("vectors", "rsa-oaep-sha256", RSA_KEY_FILES[0], "sha256"),
    "rsa-oaep-sha384": RsaKey("vectors", "rsa-oaep-sha384", RSA_KEY_FILES[0], "sha384"),
    "rsa-oaep-sha512": RsaKey("vectors", "rsa-oaep-sha512", RSA_KEY_FILES[0], "sha512"),
    "rsa-oaep-sha256-impostor": RsaKey("vectors", "rsa-oaep-sha256", RSA_KEY_FILES[1], "sha256"),
    **{
        f"ecdh-{curve}-{schema}": EcdhKey(curve, schema)
        for curve in ecdh_wrapping.CURVES
        for schema in ("static", "ephemeral")
    },
}
