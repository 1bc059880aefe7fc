"""The bare primitives of one message: what no implementation can do without.

No header is written, no length is checked, nothing is put together: random numbers, the wrapping of the data key, the derivation
of the message's keys, the header tag, the frames and the signature, each by a call into the primitive with all other inputs ready.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections import deque
from importlib.metadata import version
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.rows import SIGNED, UNSIGNED_V1

IV = bytes(12)
#: As long as the header bodies and encryption contexts of the messages that the packages write.
HEADER_BODY = bytes(230)
CONTEXT = bytes(120)
FRAME_AAD = bytes(72)
CURVE = ec.SECP384R1
PREHASHED = ec.ECDSA(Prehashed(SHA384()))


class BareMessage(NamedTuple):
    """What encryption leaves for decryption."""

    wrapping_iv: bytes
    wrapped: bytes
    message_id: bytes
    commitment: bytes
    header_tag: bytes
    frames: list[Any]
    point: str
    signature: bytes


class Primitives:
    """The primitives, in the order in which a message needs them."""

    def versions(self) -> dict[str, str]:
        """Return the name and the version of what is measured."""
        return {"package": f"cryptography {version('cryptography')}"}

    def prepare(self, job: dict[str, Any]) -> None:
        """Make ready all inputs that are not random."""
        self._signs = job["suite"] == SIGNED
        self._commits = job["suite"] != UNSIGNED_V1
        self._digest = "sha512" if self._commits else "sha256"
        self._wrapping = AESGCM(bytes(32))
        size, frame_length = job["size"], job["frame_length"]
        # Every full frame is followed by at least a final one, which may be empty.
        lengths = [frame_length] * (size // frame_length) + [size % frame_length]
        plaintext = memoryview(bytes(size))
        starts = range(0, size + 1, frame_length)
        self._contents = [plaintext[start : start + length] for start, length in zip(starts, lengths, strict=True)]
        self._ivs = [number.to_bytes(12, "big") for number in range(1, len(lengths) + 1)]
        self._aads = [FRAME_AAD] * len(lengths)
        self._sealed = [memoryview(bytearray(length + 16)) for length in lengths]
        self._opened = [memoryview(bytearray(length)) for length in lengths]

    def encrypt(self, _plaintext: bytes) -> BareMessage:
        """Go through the primitives of encryption."""
        data_key, message_id, wrapping_iv = os.urandom(32), os.urandom(32), os.urandom(12)
        point = signature = b""
        if self._signs:
            signing_key = ec.generate_private_key(CURVE())
            encoded = signing_key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
            point = base64.b64encode(encoded)
        wrapped = self._wrapping.encrypt(wrapping_iv, data_key, CONTEXT)
        key, commitment = self._derive(data_key, message_id)
        cipher = AESGCM(key)
        header_tag = cipher.encrypt(IV, b"", HEADER_BODY)
        if hasattr(cipher, "encrypt_into"):
            deque(map(cipher.encrypt_into, self._ivs, self._contents, self._aads, self._sealed), maxlen=0)
            frames: list[Any] = self._sealed
        else:
            frames = list(map(cipher.encrypt, self._ivs, self._contents, self._aads))
        if self._signs:
            signature = signing_key.sign(self._hash(frames), PREHASHED)
        return BareMessage(wrapping_iv, wrapped, message_id, commitment, header_tag, frames, point.decode(), signature)

    def decrypt(self, message: BareMessage) -> bytes:
        """Go through the primitives of decryption."""
        data_key = self._wrapping.decrypt(message.wrapping_iv, message.wrapped, CONTEXT)
        key, commitment = self._derive(data_key, message.message_id)
        if not hmac.compare_digest(commitment, message.commitment):
            raise ValueError("commitment")
        cipher = AESGCM(key)
        cipher.decrypt(IV, message.header_tag, HEADER_BODY)
        if hasattr(cipher, "decrypt_into"):
            deque(map(cipher.decrypt_into, self._ivs, message.frames, self._aads, self._opened), maxlen=0)
        else:
            deque(map(cipher.decrypt, self._ivs, message.frames, self._aads), maxlen=0)
        if self._signs:
            public_key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE(), base64.b64decode(message.point))
            public_key.verify(message.signature, self._hash(message.frames), PREHASHED)
        return b""

    def encrypt_file(self, source: Any, target: Any) -> None:
        """Refuse: rows over files have no bare figure."""
        raise NotImplementedError

    def decrypt_file(self, source: Any, target: Any) -> None:
        """Refuse: rows over files have no bare figure."""
        raise NotImplementedError

    def _derive(self, data_key: bytes, message_id: bytes) -> tuple[bytes, bytes]:
        """HKDF: one extract, and an expand for each of the two keys."""
        pseudorandom_key = hmac.digest(message_id, data_key, self._digest)
        key = hmac.digest(pseudorandom_key, b"\x04\x78DERIVEKEY\x01", self._digest)[:32]
        return key, hmac.digest(pseudorandom_key, b"COMMITKEY\x01", self._digest)[:32] if self._commits else b""

    def _hash(self, frames: list[Any]) -> bytes:
        """SHA-384 over the frames."""
        state = hashlib.sha384(HEADER_BODY)
        deque(map(state.update, frames), maxlen=0)
        return state.digest()
