"""The attic: keys, signatures, AES-GCM and IVs under their former names."""

from __future__ import annotations

import os

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from aws_encryption_sdk._crypto.key_derivation import derive_message_keys
from aws_encryption_sdk.exceptions import (
    ActionNotAllowedError,
    NotSupportedError,
    SignatureKeyError,
    StreamStateError,
)
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.internal.crypto import WrappingKey, data_keys, elliptic_curve, encryption, iv
from aws_encryption_sdk.internal.crypto.authentication import Signer, Verifier
from aws_encryption_sdk.internal.structures import EncryptedData
from aws_encryption_sdk.key_providers import raw

P256 = AlgorithmSuite.AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256
P384 = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
V1 = AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA256


@pytest.mark.parametrize("suite", [P256, P384], ids=["P-256", "P-384"])
def test_signed_and_verified(suite: AlgorithmSuite) -> None:
    key = elliptic_curve.generate_ecc_signing_key(suite)
    signer = Signer(algorithm=suite, key=key)
    point = signer.encoded_public_key()
    verifiers = [
        Verifier.from_encoded_point(algorithm=suite, encoded_point=point),
        Verifier.from_encoded_point(suite, point.decode()),
        Verifier.from_key_bytes(algorithm=suite, key_bytes=Verifier(suite, key.public_key()).key_bytes()),
    ]
    same = Signer.from_key_bytes(algorithm=suite, key_bytes=signer.key_bytes())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert Signer.from_key_bytes(suite, pem, Encoding.PEM).key_bytes() == same.key_bytes() == signer.key_bytes()
    for part in (signer, *verifiers):
        part.update(b"a message ")
        part.update(b"in two parts")
    signature = signer.finalize()
    assert len(signature) == suite.signature_len
    for verifier in verifiers:
        verifier.verify(signature)
    verifiers[0].update(b".")
    with pytest.raises(InvalidSignature):
        verifiers[0].verify(signature)


def test_keys_that_do_not_belong_to_the_suite() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    point = Signer(P256, key).encoded_public_key()
    for make in (
        lambda: Signer(P384, key),
        lambda: Verifier(P384, key.public_key()),
        lambda: Signer.from_key_bytes(P384, Signer(P256, key).key_bytes()),
        lambda: Verifier.from_encoded_point(P384, point),
        lambda: Verifier.from_encoded_point(P256, b"\xff"),
        lambda: Verifier.from_encoded_point(P256, "no base64"),
    ):
        with pytest.raises(SignatureKeyError):
            make()
    with pytest.raises(NotSupportedError):
        Signer.from_key_bytes(P256, b"", Encoding.OpenSSH)
    with pytest.raises(NotSupportedError):
        elliptic_curve.generate_ecc_signing_key(UNSIGNED)


def test_signature_of_a_hash_has_the_stated_length() -> None:
    key, digest = ec.generate_private_key(ec.SECP384R1()), os.urandom(48)
    signature = elliptic_curve._ecc_static_length_signature(key, P384, digest)
    assert len(signature) == 103
    key.public_key().verify(signature, digest, ec.ECDSA(Prehashed(hashes.SHA384())))
    with pytest.raises(SignatureKeyError):
        elliptic_curve._ecc_static_length_signature(key, UNSIGNED, digest)


def test_derived_keys() -> None:
    data_key, message_id = os.urandom(32), os.urandom(32)
    derived = derive_message_keys(UNSIGNED, data_key, message_id)
    assert data_keys.derive_data_encryption_key(data_key, UNSIGNED, message_id) == derived.encryption_key
    assert data_keys.calculate_commitment_key(data_key, UNSIGNED, message_id) == derived.commitment_key
    with pytest.raises(NotSupportedError):
        data_keys.calculate_commitment_key(data_key, V1, message_id[:16])


def test_content_encrypted_and_decrypted() -> None:
    key, nonce = os.urandom(32), os.urandom(12)
    sealed = encryption.encrypt(V1, key, b"plaintext", b"aad", nonce)
    assert (sealed.iv, len(sealed.ciphertext), len(sealed.tag or b"")) == (nonce, 9, 16)
    assert encryption.decrypt(V1, key, sealed, b"aad") == b"plaintext"
    altered = EncryptedData(sealed.iv, sealed.ciphertext, bytes(16))
    for data, aad in ((altered, b"aad"), (sealed, b"other"), (EncryptedData(nonce, b"", b""), b"aad")):
        with pytest.raises(InvalidTag):
            encryption.decrypt(V1, key, data, aad)


def test_content_in_pieces() -> None:
    key, nonce = os.urandom(32), os.urandom(12)
    encryptor = encryption.Encryptor(V1, key, b"aad", nonce)
    ciphertext = encryptor.update(b"plain") + encryptor.update(b"text")
    with pytest.raises(StreamStateError):
        _ = encryptor.tag
    assert encryptor.finalize() == b""
    assert EncryptedData(nonce, ciphertext, encryptor.tag) == encryption.encrypt(V1, key, b"plaintext", b"aad", nonce)
    decryptor = encryption.Decryptor(V1, key, b"aad", nonce, encryptor.tag)
    assert decryptor.update(ciphertext[:3]) + decryptor.update(ciphertext[3:]) + decryptor.finalize() == b"plaintext"


def test_initialization_vectors() -> None:
    assert iv.frame_iv(V1, 1) == iv.non_framed_body_iv(V1) == bytes(11) + b"\x01"
    assert iv.frame_iv(V1, 2**32 - 1) == bytes(8) + b"\xff" * 4
    assert iv.header_auth_iv(V1) == bytes(12)
    for number in (-1, 0, 2**32):
        with pytest.raises(ActionNotAllowedError):
            iv.frame_iv(V1, number)


def test_wrapping_key_is_the_same_everywhere() -> None:
    assert WrappingKey is raw.WrappingKey


def test_labels_are_those_that_keys_are_derived_with() -> None:
    data_key, message_id = os.urandom(32), os.urandom(32)
    info = UNSIGNED.id_as_bytes() + data_keys.KEY_LABEL
    assert HKDF(hashes.SHA512(), 32, message_id, info).derive(data_key) == data_keys.derive_data_encryption_key(
        data_key, UNSIGNED, message_id
    )
    commitment = HKDF(hashes.SHA512(), data_keys.L_C, message_id, data_keys.COMMIT_LABEL).derive(data_key)
    assert commitment == data_keys.calculate_commitment_key(data_key, UNSIGNED, message_id)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda curve: curve.name)
def test_compressed_points(curve: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(curve)
    numbers = key.public_key().public_numbers()
    point = elliptic_curve._ecc_encode_compressed_point(key)
    assert point == bytes([2 + numbers.y % 2]) + numbers.x.to_bytes((curve.key_size + 7) // 8, "big")
    assert elliptic_curve._ecc_decode_compressed_point(curve, point) == (numbers.x, numbers.y)
    assert elliptic_curve._ecc_public_numbers_from_compressed_point(curve, point) == numbers


def test_points_that_are_none() -> None:
    with pytest.raises(NotSupportedError, match="infinity"):
        elliptic_curve._ecc_decode_compressed_point(ec.SECP256R1(), b"")
    for point in (b"\x05" + bytes(32), b"\x02" + b"\xff" * 32, b"\x02short"):
        with pytest.raises(SignatureKeyError):
            elliptic_curve._ecc_decode_compressed_point(ec.SECP256R1(), point)
    with pytest.raises(NotSupportedError, match="brainpoolP256r1"):
        elliptic_curve._ecc_decode_compressed_point(ec.BrainpoolP256R1(), b"\x02" + bytes(32))
