"""The AWS KMS ECDH keyring and its schemas (framework/aws-kms/aws-kms-ecdh-keyring.md, framework/key-agreement-schemas.md)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Final

import attrs
from cryptography.hazmat.primitives.asymmetric import ec

from ..._arguments import builtin_name, strings_from
from ..._kms.arn import parse_identifier
from ..._kms.clients import KMSClient
from ..._wrapping.ecdh_keys import check_curve, public_key_der, public_key_from
from ..._wrapping.ecdh_schemas import DiscoveryAgreement, KeyAgreement, StaticAgreement
from ...exceptions import ArgumentTypeError
from ...identifiers import ECDHCurveSpec
from .._ecdh import KMS_ECDH, EcdhKeyring, checked_curve
from ._base import supplier_from
from ._key_in_kms import KeyInKms
from .client_suppliers import ClientSupplierType

__all__ = ["AwsKmsEcdhKeyring", "KmsPrivateKeyToStaticPublicKey", "KmsPublicKeyDiscovery"]

_PublicKey = ec.EllipticCurvePublicKey
_OPERATIONS: Final = ("derive_shared_secret", "get_public_key")


def _recipient_public_key(key: _PublicKey | bytes | str) -> _PublicKey:
    return public_key_from(key, "recipient_public_key")


def _own_recipient_public_key(key: _PublicKey | bytes | str | None) -> _PublicKey | None:
    return None if key is None else public_key_from(key, "recipient_public_key")


def _sender_public_key(key: _PublicKey | bytes | str | None) -> _PublicKey | None:
    return None if key is None else public_key_from(key, "sender_public_key")


def _identifier(identifier: str) -> str:
    if not isinstance(identifier, str):
        raise ArgumentTypeError(f"The identifier of a KMS key must be a str, not {builtin_name(identifier)}")
    parse_identifier(identifier)
    return identifier


class KmsKeyAgreementScheme(ABC):
    """Base of the schemas whose own private key is in AWS KMS."""

    @abstractmethod
    def _agreement(
        self, supplier: ClientSupplierType, grant_tokens: tuple[str, ...], curve_spec: ECDHCurveSpec
    ) -> KeyAgreement:
        """Return the agreement of these keys.

        :raises ArgumentValueError: if a key is on another curve
        :raises ConfigMismatchError: if the key in AWS KMS is on another curve or not for key agreement
        :raises KmsRequestError: if AWS KMS does not give the public key
        """


@attrs.frozen(eq=False)
class KmsPrivateKeyToStaticPublicKey(KmsKeyAgreementScheme):
    """Both parties have lasting keys: encrypts for the recipient, and decrypts what either party wrote for the other.

    A public key is a key object of ``cryptography``, DER or PEM of X.509 SubjectPublicKeyInfo.

    :param sender_kms_identifier: Identifier of the own key in AWS KMS: key ARN, alias ARN, alias or key id
    :param recipient_public_key: The other party's public key; its private key may be in AWS KMS as well
    :param sender_public_key: The own key's public half, where the identifier is a key ARN; without it, AWS KMS is asked for it
    :raises ArgumentTypeError: if one of them is of another type
    :raises ArgumentValueError: if a key cannot be read
    :raises MalformedArnError: if the identifier is none
    """

    sender_kms_identifier: str = attrs.field(converter=_identifier)
    recipient_public_key: _PublicKey = attrs.field(converter=_recipient_public_key, repr=False)
    sender_public_key: _PublicKey | None = attrs.field(default=None, converter=_sender_public_key, repr=False)

    def _agreement(
        self, supplier: ClientSupplierType, grant_tokens: tuple[str, ...], curve_spec: ECDHCurveSpec
    ) -> KeyAgreement:
        check_curve(self.recipient_public_key, curve_spec, "recipient_public_key")
        own = KeyInKms.found(
            supplier, self.sender_kms_identifier, grant_tokens, curve_spec, self.sender_public_key, "sender_public_key"
        )
        return StaticAgreement(own.public_key, own.agree_with, self.recipient_public_key)

    def __reduce__(self) -> tuple[type[KmsPrivateKeyToStaticPublicKey], tuple[object, ...]]:
        sender = None if self.sender_public_key is None else public_key_der(self.sender_public_key)
        return type(self), (self.sender_kms_identifier, public_key_der(self.recipient_public_key), sender)


@attrs.frozen(eq=False)
class KmsPublicKeyDiscovery(KmsKeyAgreementScheme):
    """The recipient takes the sender's public key from the message: decrypts what anybody wrote for it, and encrypts nothing.

    Who the sender was, this schema does not tell.

    :param recipient_kms_identifier: Identifier of the own key in AWS KMS: key ARN, alias ARN, alias or key id
    :param recipient_public_key: The own key's public half, where the identifier is a key ARN; without it, AWS KMS is asked for
        it
    :raises ArgumentTypeError: if one of them is of another type
    :raises ArgumentValueError: if the key cannot be read
    :raises MalformedArnError: if the identifier is none
    """

    recipient_kms_identifier: str = attrs.field(converter=_identifier)
    recipient_public_key: _PublicKey | None = attrs.field(default=None, converter=_own_recipient_public_key, repr=False)

    def _agreement(
        self, supplier: ClientSupplierType, grant_tokens: tuple[str, ...], curve_spec: ECDHCurveSpec
    ) -> KeyAgreement:
        own = KeyInKms.found(
            supplier,
            self.recipient_kms_identifier,
            grant_tokens,
            curve_spec,
            self.recipient_public_key,
            "recipient_public_key",
        )
        return DiscoveryAgreement(curve_spec, own.public_key, own.agree_with)

    def __reduce__(self) -> tuple[type[KmsPublicKeyDiscovery], tuple[object, ...]]:
        recipient = None if self.recipient_public_key is None else public_key_der(self.recipient_public_key)
        return type(self), (self.recipient_kms_identifier, recipient)


class AwsKmsEcdhKeyring(EcdhKeyring):
    """Wraps data keys under a key that two parties agree on, with the own private key in AWS KMS. May be shared by threads.

    The encryption context is authenticated with each data key. Each data key that is wrapped or unwrapped takes one call of
    ``kms:DeriveSharedSecret``; a keyring that was not given its own public key calls ``kms:GetPublicKey`` when it is made.
    Whoever has the other private key in hand decrypts with :class:`~aws_encryption_sdk.keyrings.raw.RawECDHKeyring`.

    :param key_agreement_scheme: Schema with its keys: :class:`KmsPrivateKeyToStaticPublicKey` or :class:`KmsPublicKeyDiscovery`
    :param curve_spec: Curve of all keys
    :param kms_client: Client of AWS KMS, such as boto3's (1.34.132 or newer); it is not modified. A keyring that has one cannot
        be pickled
    :param grant_tokens: Grant tokens, sent with every request
    :param client_supplier: Client supplier, in place of ``kms_client``: it is asked for the region of the key's ARN. A pickled
        copy asks for its public key anew
    :raises ArgumentTypeError: if there is neither a client nor a client supplier, or something is of the wrong type
    :raises ArgumentValueError: if a key is on another curve
    :raises ConfigMismatchError: if the key in AWS KMS is on another curve or not for key agreement, or if an own public key is
        given beside an identifier that is not a key ARN
    :raises KmsRequestError: if AWS KMS does not give the public key
    :raises NotSupportedError: if the curve is SM2
    """

    def __init__(
        self,
        key_agreement_scheme: KmsKeyAgreementScheme,
        curve_spec: ECDHCurveSpec,
        kms_client: KMSClient | None = None,
        grant_tokens: Iterable[str] | None = None,
        client_supplier: object = None,
    ) -> None:
        if not isinstance(key_agreement_scheme, KmsKeyAgreementScheme):
            raise ArgumentTypeError(
                "key_agreement_scheme must be a KmsPrivateKeyToStaticPublicKey or KmsPublicKeyDiscovery, not "
                f"{builtin_name(key_agreement_scheme)}"
            )
        self._grant_tokens: Final = strings_from(grant_tokens, "grant_tokens")
        self._client_supplier: Final = supplier_from(kms_client, client_supplier, _OPERATIONS)
        super().__init__(
            KMS_ECDH,
            checked_curve(curve_spec),
            key_agreement_scheme._agreement(self._client_supplier, self._grant_tokens, curve_spec),
        )
        self.key_agreement_scheme: Final = key_agreement_scheme
        self.curve_spec: Final = curve_spec

    def __repr__(self) -> str:
        return f"AwsKmsEcdhKeyring(key_agreement_scheme={self.key_agreement_scheme!r}, curve_spec={self.curve_spec.name})"

    def __reduce__(self) -> tuple[type[AwsKmsEcdhKeyring], tuple[object, ...]]:
        scheme, supplier = self.key_agreement_scheme, self._client_supplier
        return type(self), (scheme, self.curve_spec, None, self._grant_tokens, supplier)
