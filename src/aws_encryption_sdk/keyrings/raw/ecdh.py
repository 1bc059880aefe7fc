"""The raw ECDH keyring, and its key agreement schemas (framework/raw-ecdh-keyring.md, framework/key-agreement-schemas.md)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from typing import Final, NoReturn

import attrs
from cryptography.hazmat.primitives.asymmetric import ec

from ..._arguments import builtin_name
from ..._crypto.key_agreement import shared_secret
from ..._wrapping.ecdh_keys import check_curve, private_key_from, public_key_from
from ..._wrapping.ecdh_schemas import DiscoveryAgreement, EphemeralAgreement, KeyAgreement, StaticAgreement
from ...exceptions import ArgumentTypeError, CannotBePickledError
from ...identifiers import ECDHCurveSpec
from .._ecdh import RAW_ECDH, EcdhKeyring, checked_curve

_PublicKey = ec.EllipticCurvePublicKey
_PrivateKey = ec.EllipticCurvePrivateKey


def _recipient_public_key(key: _PublicKey | bytes | str) -> _PublicKey:
    return public_key_from(key, "recipient_public_key")


def _sender_private_key(key: _PrivateKey | bytes | str) -> _PrivateKey:
    return private_key_from(key, "sender_static_private_key")


def _recipient_private_key(key: _PrivateKey | bytes | str) -> _PrivateKey:
    return private_key_from(key, "recipient_static_private_key")


class RawKeyAgreementScheme(ABC):
    """Base of the schemas whose private keys are in this process."""

    @abstractmethod
    def _agreement(self, curve_spec: ECDHCurveSpec) -> KeyAgreement:
        """Return the agreement of these keys.

        :raises ArgumentValueError: if a key is on another curve
        """


@attrs.frozen(eq=False)
class RawPrivateKeyToStaticPublicKey(RawKeyAgreementScheme):
    """Both parties have lasting keys: encrypts for the recipient, and decrypts what either party wrote for the other.

    A key is a key object of ``cryptography``, PEM or DER (PKCS #8 for private, SubjectPublicKeyInfo for public keys).

    :param sender_static_private_key: The own private key; kept out of ``repr``
    :param recipient_public_key: The other party's public key
    :raises ArgumentTypeError: if a key is of another type
    :raises ArgumentValueError: if a key cannot be read
    """

    sender_static_private_key: _PrivateKey = attrs.field(converter=_sender_private_key, repr=False)
    recipient_public_key: _PublicKey = attrs.field(converter=_recipient_public_key, repr=False)

    def _agreement(self, curve_spec: ECDHCurveSpec) -> KeyAgreement:
        own, peer = self.sender_static_private_key, self.recipient_public_key
        check_curve(own, curve_spec, "sender_static_private_key")
        check_curve(peer, curve_spec, "recipient_public_key")
        return StaticAgreement(own.public_key(), partial(shared_secret, own), peer)


@attrs.frozen(eq=False)
class EphemeralPrivateKeyToStaticPublicKey(RawKeyAgreementScheme):
    """The sender has a new key for each data key: encrypts for the recipient, and decrypts nothing.

    :param recipient_public_key: The recipient's public key: a key object of ``cryptography``, PEM or DER
    :raises ArgumentTypeError: if the key is of another type
    :raises ArgumentValueError: if the key cannot be read
    """

    recipient_public_key: _PublicKey = attrs.field(converter=_recipient_public_key, repr=False)

    def _agreement(self, curve_spec: ECDHCurveSpec) -> KeyAgreement:
        check_curve(self.recipient_public_key, curve_spec, "recipient_public_key")
        return EphemeralAgreement(curve_spec, self.recipient_public_key)


@attrs.frozen(eq=False)
class PublicKeyDiscovery(RawKeyAgreementScheme):
    """The recipient takes the sender's public key from the message: decrypts what anybody wrote for it, and encrypts nothing.

    Who the sender was, this schema does not tell.

    :param recipient_static_private_key: The own private key: a key object of ``cryptography``, PEM or DER; kept out of ``repr``
    :raises ArgumentTypeError: if the key is of another type
    :raises ArgumentValueError: if the key cannot be read
    """

    recipient_static_private_key: _PrivateKey = attrs.field(converter=_recipient_private_key, repr=False)

    def _agreement(self, curve_spec: ECDHCurveSpec) -> KeyAgreement:
        own = self.recipient_static_private_key
        check_curve(own, curve_spec, "recipient_static_private_key")
        return DiscoveryAgreement(curve_spec, own.public_key(), partial(shared_secret, own))


class RawECDHKeyring(EcdhKeyring):
    """Wraps data keys under a key that two parties agree on, with private keys in this process. May be shared by threads.

    The encryption context is authenticated with each data key. A recipient whose private key is in AWS KMS decrypts with
    :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsEcdhKeyring`, and the other way round.

    :param key_agreement_scheme: Schema with its keys: :class:`RawPrivateKeyToStaticPublicKey`,
        :class:`EphemeralPrivateKeyToStaticPublicKey` or :class:`PublicKeyDiscovery`
    :param curve_spec: Curve of all keys
    :raises ArgumentTypeError: if an argument is of another type
    :raises ArgumentValueError: if a key is on another curve
    :raises NotSupportedError: if the curve is SM2

    >>> from cryptography.hazmat.primitives.asymmetric import ec
    >>> key = ec.generate_private_key(ec.SECP256R1())
    >>> RawECDHKeyring(PublicKeyDiscovery(key), ECDHCurveSpec.ECC_NIST_P256)
    RawECDHKeyring(key_agreement_scheme=PublicKeyDiscovery(), curve_spec=ECC_NIST_P256)
    """

    def __init__(self, key_agreement_scheme: RawKeyAgreementScheme, curve_spec: ECDHCurveSpec) -> None:
        if not isinstance(key_agreement_scheme, RawKeyAgreementScheme):
            raise ArgumentTypeError(
                "key_agreement_scheme must be a RawPrivateKeyToStaticPublicKey, EphemeralPrivateKeyToStaticPublicKey or "
                f"PublicKeyDiscovery, not {builtin_name(key_agreement_scheme)}"
            )
        super().__init__(RAW_ECDH, curve_spec, key_agreement_scheme._agreement(checked_curve(curve_spec)))
        self.key_agreement_scheme: Final = key_agreement_scheme
        self.curve_spec: Final = curve_spec

    def __repr__(self) -> str:
        return f"RawECDHKeyring(key_agreement_scheme={self.key_agreement_scheme!r}, curve_spec={self.curve_spec.name})"

    def __reduce__(self) -> NoReturn:
        raise CannotBePickledError(
            "A RawECDHKeyring holds key objects, which cannot be pickled; make a new one from encoded keys on the other side"
        )
