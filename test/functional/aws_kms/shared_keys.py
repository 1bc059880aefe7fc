"""Keys in the emulated KMS that many tests use and none changes."""

from __future__ import annotations

from dataclasses import dataclass

from test.emulation.keys import KeyMaker
from test.emulation.settings import OTHER_REGION, REGION

CURVES = ("P256", "P384", "P521")


@dataclass(frozen=True)
class Agreement:
    """The key pairs of two parties in the emulated KMS.

    :param sender: ARN of the sender's
    :param recipient: ARN of the recipient's
    :param sender_public: The sender's public half, in DER
    :param recipient_public: The recipient's
    """

    sender: str
    recipient: str
    sender_public: bytes
    recipient_public: bytes

    @classmethod
    def made_by(cls, keys: KeyMaker, curve: str) -> Agreement:
        """Make both, on a curve."""
        sender, recipient = keys.ecc(curve), keys.ecc(curve)
        return cls(sender, recipient, keys.public_key(sender), keys.public_key(recipient))


@dataclass(frozen=True)
class SharedKeys:
    """Keys in the emulated KMS, by ARN.

    :param key: Symmetric key
    :param alias: Alias ARN of ``key``
    :param further: Another symmetric key, in the other Region
    :param primary: Multi-Region key
    :param replica: Its replica, in the other Region
    :param rsa: RSA key pair
    :param rsa_public: Public half of ``rsa``, in DER
    :param agreements: For each curve, the key pairs of a sender and a recipient
    """

    key: str
    alias: str
    further: str
    primary: str
    replica: str
    rsa: str
    rsa_public: bytes
    agreements: dict[str, Agreement]

    @classmethod
    def made_by(cls, keys: KeyMaker) -> SharedKeys:
        """Make all of them."""
        key = keys.symmetric()
        primary, replica = keys.multi_region(REGION, OTHER_REGION)
        rsa = keys.rsa()
        return cls(
            key=key,
            alias=keys.alias(key),
            further=keys.symmetric(OTHER_REGION),
            primary=primary,
            replica=replica,
            rsa=rsa,
            rsa_public=keys.public_key(rsa),
            agreements={curve: Agreement.made_by(keys, curve) for curve in CURVES},
        )
