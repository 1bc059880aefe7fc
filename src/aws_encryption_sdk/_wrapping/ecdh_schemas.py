"""The key agreement schemas: whose keys meet on encrypt, and whose on decrypt (framework/key-agreement-schemas.md).

A schema does not know where its own private key is: in this process or in AWS KMS.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec

from .._crypto import key_agreement
from ..exceptions import DecryptKeyError, EncryptKeyError
from ..identifiers import ECDHCurveSpec
from .ecdh import Parties

#: Returns the secret that the owner of a private key shares with the owner of this public key.
AgreeWith = Callable[[ec.EllipticCurvePublicKey], bytes]


class KeyAgreement(ABC):
    """One schema with its keys."""

    @abstractmethod
    def to_encrypt(self) -> tuple[Parties, bytes]:
        """Return who agrees on the wrapping key of a new data key, and their shared secret.

        :raises EncryptKeyError: if the schema only decrypts
        """

    @abstractmethod
    def to_decrypt(self, parties: Parties) -> bytes:
        """Return the shared secret of the two who wrapped a data key.

        :raises DecryptKeyError: if they are others than the schema has keys of, or the schema only encrypts
        :raises SerializationError: if a public key is not a point on the curve
        """


class StaticAgreement(KeyAgreement):
    """Both parties have lasting keys, and each of them reads what either has written.

    :param own: The own public key
    :param agree_with: What the own private key does
    :param peer: The other party's public key
    """

    def __init__(self, own: ec.EllipticCurvePublicKey, agree_with: AgreeWith, peer: ec.EllipticCurvePublicKey) -> None:
        self._agree_with = agree_with
        self._peer = peer
        self._written = Parties(key_agreement.compressed_point(own), key_agreement.compressed_point(peer))
        self._received = Parties(sender=self._written.recipient, recipient=self._written.sender)

    def to_encrypt(self) -> tuple[Parties, bytes]:
        """Return the own key and the peer's, and their shared secret."""
        return self._written, self._agree_with(self._peer)

    def to_decrypt(self, parties: Parties) -> bytes:
        """Return the shared secret, whoever of the two was the sender."""
        if parties not in (self._written, self._received):
            raise DecryptKeyError(
                f"it is between other public keys than this keyring's: sender {_shown(parties.sender)}, recipient "
                f"{_shown(parties.recipient)}"
            )
        return self._agree_with(self._peer)


class EphemeralAgreement(KeyAgreement):
    """The sender has a new key for each data key, and forgets it; only the recipient can decrypt.

    :param curve_spec: Curve of the keys
    :param recipient: The recipient's public key
    """

    def __init__(self, curve_spec: ECDHCurveSpec, recipient: ec.EllipticCurvePublicKey) -> None:
        self._curve_spec = curve_spec
        self._recipient = recipient
        self._recipient_point = key_agreement.compressed_point(recipient)

    def to_encrypt(self) -> tuple[Parties, bytes]:
        """Return a new key and the recipient's, and their shared secret."""
        private_key = key_agreement.generate_private_key(self._curve_spec)
        sender_point = key_agreement.compressed_point(private_key.public_key())
        return Parties(sender_point, self._recipient_point), key_agreement.shared_secret(private_key, self._recipient)

    def to_decrypt(self, parties: Parties) -> bytes:
        """Fail."""
        raise DecryptKeyError(
            "a keyring with an ephemeral sender key only encrypts; the recipient decrypts, with the schema PublicKeyDiscovery "
            "or KmsPublicKeyDiscovery"
        )


class DiscoveryAgreement(KeyAgreement):
    """The recipient reads what anybody has written for it.

    :param curve_spec: Curve of the keys
    :param own: The own public key
    :param agree_with: What the own private key does
    """

    def __init__(self, curve_spec: ECDHCurveSpec, own: ec.EllipticCurvePublicKey, agree_with: AgreeWith) -> None:
        self._curve_spec = curve_spec
        self._agree_with = agree_with
        self._own_point = key_agreement.compressed_point(own)

    def to_encrypt(self) -> tuple[Parties, bytes]:
        """Fail."""
        raise EncryptKeyError(
            "a keyring that discovers the sender's public key only decrypts; to encrypt, use a schema with the recipient's "
            "public key"
        )

    def to_decrypt(self, parties: Parties) -> bytes:
        """Return the secret shared with the sender."""
        if parties.recipient != self._own_point:
            raise DecryptKeyError(f"it is for another recipient, with the public key {_shown(parties.recipient)}")
        return self._agree_with(key_agreement.public_key_from_point(self._curve_spec, parties.sender))


def _shown(point: bytes) -> str:
    return f"{point[:12].hex()}..."
