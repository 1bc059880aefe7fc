"""Message signatures: ECDSA over everything from the header to the end of the body (framework/transitive-requirements.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    Prehashed,
    decode_dss_signature,
    encode_dss_signature,
)

from ..exceptions import SignatureKeyError, SignatureVerificationError
from ..identifiers import AlgorithmSuite

Buffer = bytes | bytearray | memoryview

#: Order of each curve's group (SEC 2), to find the other valid form of a signature.
_GROUP_ORDERS: Final = {
    "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "secp384r1": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
}


#: How each signing suite hashes: the hash of a message, and what ECDSA has to know of it. By algorithm suite id.
_HASHES: Final = {
    suite.algorithm_id: (getattr(hashlib, suite.signing_hash_type.name), ec.ECDSA(Prehashed(suite.signing_hash_type())))
    for suite in AlgorithmSuite
    if suite.signing_hash_type is not None
}


class _MessageHash:
    """The hash of a message, and how ECDSA takes it."""

    def __init__(self, suite: AlgorithmSuite) -> None:
        if not suite.signs:
            raise SignatureKeyError(f"The algorithm suite {suite.name} does not sign")
        new_hash, self._prehashed = _HASHES[suite.algorithm_id]
        self.algorithm = suite
        self._hash = new_hash()
        #: Takes the next bytes of the message.
        self.update: Callable[[Buffer], None] = self._hash.update
        self._settle: Callable[[], None] | None = None

    def hand_over(self, update: Callable[[Buffer], None], settle: Callable[[], None]) -> None:
        """Have somebody else do the hashing from now on.

        :param update: Sees to it that what it is handed is hashed sometime, in order
        :param settle: Returns when all of it was
        """
        self.update = update
        self._settle = settle

    def _digest(self) -> bytes:
        if self._settle is not None:
            self._settle()
        digest: bytes = self._hash.digest()
        return digest


class Signer(_MessageHash):
    """Signs what :meth:`update` was given.

    :param suite: Algorithm suite, a signing one
    :param key: Signing key on the suite's curve
    """

    def __init__(self, suite: AlgorithmSuite, key: ec.EllipticCurvePrivateKey) -> None:
        super().__init__(suite)
        self.key = key

    def finalize(self) -> bytes:
        """Return the signature, DER, of the length that the suite states (71 or 103 bytes)."""
        return sign_digest(self.algorithm, self.key, self._digest(), self._prehashed)


class Verifier(_MessageHash):
    """Verifies the signature of what :meth:`update` was given.

    :param suite: Algorithm suite, a signing one
    :param key: Verification key on the suite's curve
    """

    def __init__(self, suite: AlgorithmSuite, key: ec.EllipticCurvePublicKey) -> None:
        super().__init__(suite)
        self.key = key

    def verify(self, signature: bytes) -> None:
        """Verify ``signature``, DER.

        :raises SignatureVerificationError: if it is wrong
        """
        try:
            self.key.verify(signature, self._digest(), self._prehashed)
        except InvalidSignature as error:
            raise SignatureVerificationError(
                "The signature of the message is wrong: the message was altered, or signed with another key"
            ) from error


def sign_digest(suite: AlgorithmSuite, key: ec.EllipticCurvePrivateKey, digest: bytes, prehashed: ec.ECDSA) -> bytes:
    """Return the signature of a hash, DER, of the length that the suite states (71 or 103 bytes).

    The length of a DER signature varies by a few bytes. As both (r, s) and (r, order - s) are valid, one of the two nearly always
    has the stated length; where neither has, another signature is made.
    """
    order = _GROUP_ORDERS[key.curve.name]
    while True:
        signature = key.sign(digest, prehashed)
        if len(signature) == suite.signature_len:
            return signature
        r, s = decode_dss_signature(signature)
        signature = encode_dss_signature(r, order - s)
        if len(signature) == suite.signature_len:
            return signature
