"""Message signatures: their length, and what they cover."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from aws_encryption_sdk._crypto import elliptic_curve
from aws_encryption_sdk._crypto.signatures import Signer, Verifier
from aws_encryption_sdk.exceptions import SignatureKeyError, SignatureVerificationError
from aws_encryption_sdk.identifiers import AlgorithmSuite

from .operation_materials import SIGNING_SUITES, SUITES

pytestmark = [
    pytest.mark.specification("framework/algorithm-suites.md", "Asymmetric Signature Algorithm"),
    pytest.mark.specification("framework/transitive-requirements.md", "ECDSA"),
]

CONTENT = b"what is signed"
KEYS = {suite: elliptic_curve.generate_signing_key(suite) for suite in SIGNING_SUITES}
#: Of the groups of points on P-256 and P-384 (FIPS 186-4, D.1.2.3 and D.1.2.4).
ORDERS = {
    suite: {
        "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        "secp384r1": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    }[key.curve.name]
    for suite, key in KEYS.items()
}


def signature_of(suite: AlgorithmSuite, content: bytes = CONTENT) -> bytes:
    signer = Signer(suite, KEYS[suite])
    signer.update(content)
    return signer.finalize()


def verify(suite: AlgorithmSuite, signature: bytes, content: bytes = CONTENT) -> None:
    verifier = Verifier(suite, KEYS[suite].public_key())
    verifier.update(content)
    verifier.verify(signature)


@pytest.mark.parametrize("suite", SIGNING_SUITES)
def test_signatures_are_der_of_one_length_and_valid(suite: AlgorithmSuite) -> None:
    public_key, hash_type = KEYS[suite].public_key(), suite.signing_hash_type
    assert hash_type is not None
    for number in range(60):
        content = b"content %d" % number
        signature = signature_of(suite, content)

        assert len(signature) == suite.signature_len == (71 if hash_type is hashes.SHA256 else 103)
        assert encode_dss_signature(*decode_dss_signature(signature)) == signature
        public_key.verify(signature, content, ec.ECDSA(hash_type()))


class ChoosingKey:
    """Signs until the DER signature has the wanted length, to make the rare lengths frequent."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, length: int) -> None:
        self.curve = key.curve
        self._key = key
        self._length = length
        self.calls = 0

    def sign(self, digest: bytes, algorithm: ec.ECDSA) -> bytes:
        self.calls += 1
        if self.calls > 1:
            return self._key.sign(digest, algorithm)
        while True:
            signature = self._key.sign(digest, algorithm)
            if len(signature) == self._length:
                return signature


@pytest.mark.parametrize("suite", SIGNING_SUITES)
@pytest.mark.parametrize("difference", [-1, 1])
def test_a_signature_that_comes_out_with_another_length_is_replaced(suite: AlgorithmSuite, difference: int) -> None:
    for _ in range(10):
        key = ChoosingKey(KEYS[suite], suite.signature_len + difference)
        signer = Signer(suite, key)  # type: ignore[arg-type]
        signer.update(CONTENT)
        signature = signer.finalize()

        assert len(signature) == suite.signature_len
        verify(suite, signature)


@pytest.mark.parametrize("suite", SIGNING_SUITES)
def test_mostly_the_first_signature_serves(suite: AlgorithmSuite) -> None:
    """The other valid form of a signature spares signing again."""
    key = ChoosingKey(KEYS[suite], suite.signature_len + 1)
    signer = Signer(suite, key)  # type: ignore[arg-type]
    signer.update(CONTENT)
    calls = []
    for _ in range(20):
        key.calls = 0
        signer.finalize()
        calls.append(key.calls)

    assert calls.count(1) > 10


@pytest.mark.specification("client-apis/encrypt.md", "Construct the signature")
@pytest.mark.parametrize("suite", SIGNING_SUITES)
def test_pieces_are_signed_and_verified_as_a_whole(suite: AlgorithmSuite) -> None:
    signer, verifier = Signer(suite, KEYS[suite]), Verifier(suite, KEYS[suite].public_key())
    for at in range(len(CONTENT)):
        signer.update(CONTENT[at : at + 1])
        verifier.update(memoryview(CONTENT)[at : at + 1])

    verify(suite, signer.finalize())
    verifier.verify(signature_of(suite))


@pytest.mark.parametrize("suite", SIGNING_SUITES)
def test_a_wrong_signature_raises_what_both_worlds_catch(suite: AlgorithmSuite) -> None:
    signature = signature_of(suite)
    r, s = decode_dss_signature(signature)

    wrong = [signature[:at] + bytes((signature[at] ^ 1,)) + signature[at + 1 :] for at in range(len(signature))]
    wrong += [
        encode_dss_signature(*pair)
        for pair in ((s, r), (0, 0), (0, s), (r, 0), (1, 1), (r + ORDERS[suite], s), (r, s + ORDERS[suite]))
    ]
    wrong += [signature[:-1], signature + b"\x00", signature + b"\xa5" * 8, b"", b"\x30\x00", bytes(71), b"\xff" * 103]
    for altered in wrong:
        with pytest.raises(SignatureVerificationError) as caught:
            verify(suite, altered)
        assert isinstance(caught.value, InvalidSignature)
    with pytest.raises(SignatureVerificationError):
        verify(suite, signature, CONTENT + b"!")


@pytest.mark.parametrize("suite", SIGNING_SUITES)
@pytest.mark.parametrize("difference", [-1, 1])
def test_signatures_of_other_writers_may_have_any_der_length(suite: AlgorithmSuite, difference: int) -> None:
    hash_type = suite.signing_hash_type
    assert hash_type is not None
    while True:
        signature = KEYS[suite].sign(CONTENT, ec.ECDSA(hash_type()))
        if len(signature) == suite.signature_len + difference:
            break

    verify(suite, signature)


@pytest.mark.parametrize("suite", [suite for suite in SUITES if not suite.is_signing()])
def test_a_suite_that_does_not_sign_is_refused(suite: AlgorithmSuite) -> None:
    key = next(iter(KEYS.values()))

    with pytest.raises(SignatureKeyError, match="does not sign"):
        Signer(suite, key)
    with pytest.raises(SignatureKeyError, match="does not sign"):
        Verifier(suite, key.public_key())
