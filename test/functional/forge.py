"""A writer of messages by the data format's tables, for messages that the package itself does not write."""

from __future__ import annotations

import base64
import os
import struct
from collections.abc import Mapping
from functools import cached_property

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from aws_encryption_sdk.identifiers import Algorithm

from .layout import pack

PUBLIC_KEY = "aws-crypto-public-key"


class Forger:
    """Write the parts of one message; a caller joins them as it likes.

    :param suite: Algorithm suite
    :param frame_length: Length of a frame in bytes; 0 for a non-framed body
    :param context: Encryption context that the message stores
    :param only_authenticated: Encryption context that is authenticated with the header and not stored
    :param edks: Serialised encrypted data keys
    :param edk_count: Their count, where the message is to lie about it
    :param commitment: Key commitment of 32 bytes, where the message is to commit to another data key than its own
    """

    def __init__(
        self,
        suite: Algorithm = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
        frame_length: int = 16,
        *,
        context: Mapping[str, str] | None = None,
        only_authenticated: Mapping[str, str] | None = None,
        edks: tuple[tuple[bytes, bytes, bytes], ...] = ((b"forged", b"key", b"wrapped"),),
        edk_count: int | None = None,
        commitment: bytes | None = None,
    ) -> None:
        self.suite = suite
        self.frame_length = frame_length
        self.data_key = os.urandom(suite.kdf_input_len)
        self.message_id = os.urandom(suite.message_id_length())
        self.context = dict(context or {})
        self.only_authenticated = dict(only_authenticated or {})
        self.edks = edks
        self.edk_count = len(edks) if edk_count is None else edk_count
        self.commitment = commitment
        self.signing_key: ec.EllipticCurvePrivateKey | None = None
        if suite.signing_algorithm_info is not None:
            self.signing_key = ec.generate_private_key(suite.signing_algorithm_info())
            point = self.signing_key.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
            )
            self.context[PUBLIC_KEY] = base64.b64encode(point).decode()

    @cached_property
    def header_body(self) -> bytes:
        """The header without its authentication."""
        version_1 = self.suite.message_format_version == 1
        start = b"\x01\x80" if version_1 else b"\x02"
        context = pack(serialized_context(self.context))
        edks = pack(self.edk_count, *(field for edk in self.edks for field in edk))
        content = bytes([2 if self.frame_length else 1]) + (b"\0\0\0\0\x0c" if version_1 else b"")
        end = struct.pack(">I", self.frame_length) + (b"" if version_1 else self._commitment)
        return start + self.suite.id_as_bytes() + self.message_id + context + edks + content + end

    @cached_property
    def header(self) -> bytes:
        """The whole header."""
        tag = self._cipher.encrypt(bytes(12), b"", self.header_body + serialized_context(self.only_authenticated))
        return self.header_body + (bytes(12) if self.suite.message_format_version == 1 else b"") + tag

    def regular(self, sequence_number: int, content: bytes, iv: bytes | None = None) -> bytes:
        """A regular frame; its IV is the sequence number unless another is given."""
        iv = iv or sequence_number.to_bytes(12, "big")
        return struct.pack(">I", sequence_number) + iv + self._seal(b"Frame", sequence_number, content, iv)

    def final(self, sequence_number: int, content: bytes, iv: bytes | None = None) -> bytes:
        """A final frame."""
        iv = iv or sequence_number.to_bytes(12, "big")
        start = struct.pack(">II", 0xFFFFFFFF, sequence_number) + iv + struct.pack(">I", len(content))
        return start + self._seal(b"Final Frame", sequence_number, content, iv)

    def body(self, content: bytes, iv: bytes | None = None) -> bytes:
        """A non-framed body."""
        iv = iv or (1).to_bytes(12, "big")
        return iv + struct.pack(">Q", len(content)) + self._seal(b"Single Block", 1, content, iv)

    def footer(self, signed: bytes) -> bytes:
        """The footer for everything before it; nothing where the suite does not sign."""
        if self.signing_key is None:
            return b""
        hash_type = self.suite.signing_hash_type
        assert hash_type is not None
        return pack(self.signing_key.sign(signed, ec.ECDSA(hash_type())))

    def message(self, *contents: bytes) -> bytes:
        """A whole message: each content but the last is a regular frame, and the last the final one, or the body."""
        message = self.header
        if not self.frame_length:
            message += self.body(*contents)
        else:
            for sequence_number, content in enumerate(contents[:-1], start=1):
                message += self.regular(sequence_number, content)
            message += self.final(len(contents), contents[-1])
        return message + self.footer(message)

    def _seal(self, kind: bytes, sequence_number: int, content: bytes, iv: bytes) -> bytes:
        place = struct.pack(">IQ", sequence_number, len(content))
        return self._cipher.encrypt(iv, content, self.message_id + b"AWSKMSEncryptionClient " + kind + place)

    @cached_property
    def _cipher(self) -> AESGCM:
        hash_type = self.suite.kdf_hash_type
        if hash_type is None:
            return AESGCM(self.data_key)
        if self.suite.message_format_version == 1:
            info = self.suite.id_as_bytes() + self.message_id
            return AESGCM(HKDF(hash_type(), self.suite.data_key_len, None, info).derive(self.data_key))
        return AESGCM(self._expand(self.suite.id_as_bytes() + b"DERIVEKEY"))

    @property
    def _commitment(self) -> bytes:
        return self._expand(b"COMMITKEY") if self.commitment is None else self.commitment

    def _expand(self, info: bytes) -> bytes:
        return HKDF(hashes.SHA512(), 32, self.message_id, info).derive(self.data_key)


def serialized_context(context: Mapping[str, str]) -> bytes:
    """Serialise an encryption context: nothing where it is empty, otherwise the count and the sorted pairs."""
    if not context:
        return b""
    pairs = sorted((key.encode(), value.encode()) for key, value in context.items())
    return pack(len(pairs), *(text for pair in pairs for text in pair))
