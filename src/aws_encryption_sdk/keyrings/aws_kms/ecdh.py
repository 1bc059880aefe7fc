"""The AWS KMS ECDH keyring and its schemas (framework/aws-kms/aws-kms-ecdh-keyring.md, framework/key-agreement-schemas.md)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, Final, NoReturn

import attrs
from cryptography.hazmat.primitives.asymmetric import ec

from ..._arguments import builtin_name, strings_from
from ..._kms import calls
from ..._kms.arn import KmsArn, parse_identifier
from ..._wrapping.ecdh_keys import check_curve, public_key_der, public_key_from
from ..._wrapping.ecdh_schemas import DiscoveryAgreement, KeyAgreement, StaticAgreement
from ...exceptions import ArgumentTypeError, CannotBePickledError, ConfigMismatchError, KmsRequestError
from ...identifiers import ECDHCurveSpec
from .._ecdh import KMS_ECDH, EcdhKeyring, checked_curve

_PublicKey = ec.EllipticCurvePublicKey
_KEY_AGREEMENT: Final = "KEY_AGREEMENT"


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
    def _agreement(self, client: object, grant_tokens: tuple[str, ...], curve_spec: ECDHCurveSpec) -> KeyAgreement:
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

    def _agreement(self, client: object, grant_tokens: tuple[str, ...], curve_spec: ECDHCurveSpec) -> KeyAgreement:
        check_curve(self.recipient_public_key, curve_spec, "recipient_public_key")
        own = _KeyInKms.found(
            client, self.sender_kms_identifier, grant_tokens, curve_spec, self.sender_public_key, "sender_public_key"
        )
        return StaticAgreement(own.public_key, own.agree_with, self.recipient_public_key)


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

    def _agreement(self, client: object, grant_tokens: tuple[str, ...], curve_spec: ECDHCurveSpec) -> KeyAgreement:
        own = _KeyInKms.found(
            client,
            self.recipient_kms_identifier,
            grant_tokens,
            curve_spec,
            self.recipient_public_key,
            "recipient_public_key",
        )
        return DiscoveryAgreement(curve_spec, own.public_key, own.agree_with)


class AwsKmsEcdhKeyring(EcdhKeyring):
    """Wraps data keys under a key that two parties agree on, with the own private key in AWS KMS. May be shared by threads.

    The encryption context is authenticated with each data key. Each data key that is wrapped or unwrapped takes one call of
    ``kms:DeriveSharedSecret``; a keyring that was not given its own public key calls ``kms:GetPublicKey`` once, when it is made.
    Whoever has the other private key in hand decrypts with :class:`~aws_encryption_sdk.keyrings.raw.RawECDHKeyring`.

    :param key_agreement_scheme: Schema with its keys: :class:`KmsPrivateKeyToStaticPublicKey` or :class:`KmsPublicKeyDiscovery`
    :param curve_spec: Curve of all keys
    :param kms_client: Client of AWS KMS (boto3 1.34.132 or newer) in the region of the key; it is not modified
    :param grant_tokens: Grant tokens for all calls
    :raises ArgumentTypeError: if an argument is of another type
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
        kms_client: Any,
        grant_tokens: Iterable[str] | None = None,
    ) -> None:
        if not isinstance(key_agreement_scheme, KmsKeyAgreementScheme):
            raise ArgumentTypeError(
                "key_agreement_scheme must be a KmsPrivateKeyToStaticPublicKey or KmsPublicKeyDiscovery, not "
                f"{builtin_name(key_agreement_scheme)}"
            )
        if kms_client is None:
            raise ArgumentTypeError("kms_client must be a client of AWS KMS, such as boto3.client('kms'), not None")
        tokens = strings_from(grant_tokens, "grant_tokens")
        agreement = key_agreement_scheme._agreement(kms_client, tokens, checked_curve(curve_spec))
        super().__init__(KMS_ECDH, curve_spec, agreement)
        self.key_agreement_scheme: Final = key_agreement_scheme
        self.curve_spec: Final = curve_spec

    def __repr__(self) -> str:
        return f"AwsKmsEcdhKeyring(key_agreement_scheme={self.key_agreement_scheme!r}, curve_spec={self.curve_spec.name})"

    def __reduce__(self) -> NoReturn:
        raise CannotBePickledError(
            "An AwsKmsEcdhKeyring was given a ready client, which cannot be pickled; make a keyring with a new client on the "
            "other side"
        )


@attrs.frozen(eq=False)
class _KeyInKms:
    """A key pair whose private half AWS KMS keeps.

    :param client: Client of AWS KMS
    :param identifier: Identifier that requests are made with
    :param key_arn: ARN of the key, which answers are compared with
    :param public_key: The public half
    """

    client: object
    identifier: str
    key_arn: str
    grant_tokens: tuple[str, ...] = attrs.field(repr=False)
    curve_spec: ECDHCurveSpec
    public_key: _PublicKey

    @classmethod
    def found(
        cls,
        client: object,
        identifier: str,
        grant_tokens: tuple[str, ...],
        curve_spec: ECDHCurveSpec,
        public_key: _PublicKey | None,
        name: str,
    ) -> _KeyInKms:
        """Return the key pair, with the public half given or that of AWS KMS."""
        parsed = parse_identifier(identifier)
        key_arn = identifier if isinstance(parsed, KmsArn) and parsed.is_key else None
        if public_key is None:
            answer = calls.get_public_key(client, identifier, grant_tokens)
            if key_arn not in (None, answer.key_arn):
                raise ConfigMismatchError(
                    f"AWS KMS gave the public key of {answer.key_arn}; that of {identifier} was asked for"
                )
            if answer.key_usage != _KEY_AGREEMENT or answer.key_spec != curve_spec.name:
                raise ConfigMismatchError(
                    f"The key {identifier} has the key usage {answer.key_usage} and the key spec {answer.key_spec}; "
                    f"{_KEY_AGREEMENT} and {curve_spec.name} are needed"
                )
            key_arn, public_key = answer.key_arn, public_key_from(answer.public_key, f"The public key of {identifier}")
        if key_arn is None:
            raise ConfigMismatchError(
                f"{name} can be given with a key ARN only, and {identifier} is an alias or a bare key id; give the key ARN, or "
                f"leave {name} out"
            )
        check_curve(public_key, curve_spec, name)
        return cls(client, identifier, key_arn, grant_tokens, curve_spec, public_key)

    def agree_with(self, peer: _PublicKey) -> bytes:
        """Return the secret shared with the owner of this public key.

        :raises KmsRequestError: if AWS KMS does not derive it
        """
        secret = calls.derive_shared_secret(
            self.client, self.identifier, public_key_der(peer), self.grant_tokens, self.key_arn
        )
        if len(secret) != self.curve_spec.point_length() - 1:
            raise KmsRequestError(
                f"AWS KMS derived a secret of {len(secret)} bytes with the key {self.key_arn}, which is none of "
                f"{self.curve_spec.name}"
            )
        return secret
