"""Materials for operations that are tested without a CMM, and messages made with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aws_encryption_sdk._crypto import elliptic_curve
from aws_encryption_sdk._materials import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk._operations.encrypt import EncryptOperation, EncryptState
from aws_encryption_sdk.identifiers import PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY, AlgorithmSuite
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo, RawDataKey

PROVIDER = MasterKeyInfo("namespace", b"name")
SUITES = list(AlgorithmSuite)
SIGNING_SUITES = [suite for suite in SUITES if suite.is_signing()]
#: One suite of each message format version, signing and not.
TYPICAL_SUITES = [
    AlgorithmSuite.AES_128_GCM_IV12_TAG16,
    AlgorithmSuite.AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256,
    AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
    AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384,
]


def data_key_for(suite: AlgorithmSuite) -> RawDataKey:
    """Return a data key that fits ``suite``, always the same one."""
    return RawDataKey(PROVIDER, bytes(range(suite.kdf_input_len)))


def wrapped_keys(count: int) -> list[EncryptedDataKey]:
    """Return ``count`` different encrypted data keys, which no keyring opens."""
    return [EncryptedDataKey(PROVIDER, b"wrapped %d" % number) for number in range(count)]


def encryption_materials(
    suite: AlgorithmSuite,
    context: Mapping[str, str] | None = None,
    keys: int = 1,
    required: Iterable[str] = (),
) -> EncryptionMaterials:
    """Return complete encryption materials."""
    whole = dict(context or {})
    signing_key = None
    if suite.is_signing():
        signing_key = elliptic_curve.generate_signing_key(suite)
        whole[PUBLIC_KEY_ENCRYPTION_CONTEXT_KEY] = elliptic_curve.public_key_text(signing_key.public_key())
    return EncryptionMaterials(suite, data_key_for(suite), wrapped_keys(keys), whole, signing_key, required)


def decryption_materials(materials: EncryptionMaterials) -> DecryptionMaterials:
    """Return what decrypts a message that was made with ``materials``."""
    suite = materials.algorithm
    verification_key = materials.signing_key_object().public_key() if suite.is_signing() else None
    return DecryptionMaterials(
        algorithm=suite,
        encryption_context=materials.encryption_context,
        data_encryption_key=data_key_for(suite),
        verification_key=verification_key,
        required_encryption_context_keys=materials.required_encryption_context_keys,
    )


def message_of(materials: EncryptionMaterials, plaintext: bytes, frame_length: int) -> bytes:
    """Return a whole message."""
    operation = EncryptOperation(lambda: materials, policy=None, frame_length=frame_length, plaintext_length=len(plaintext))
    pieces = [operation.start()]
    rest = memoryview(plaintext)
    while operation.state is not EncryptState.DONE:
        consumed, piece = operation.process(rest, last=True)
        rest = rest[consumed:]
        pieces.append(bytes(piece))
    return b"".join(pieces)
