"""A key pair for key agreement, whose private half AWS KMS keeps (framework/key-agreement-schemas.md)."""

from __future__ import annotations

from typing import Final

import attrs
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from ..._kms import calls
from ..._kms.arn import KmsArn, KmsIdentifier, parse_identifier
from ..._kms.clients import supplied_client
from ..._wrapping.ecdh_keys import check_curve, public_key_der, public_key_from
from ...exceptions import ConfigMismatchError, KmsRequestError
from ...identifiers import ECDHCurveSpec
from .client_suppliers import ClientSupplierType

_KEY_AGREEMENT: Final = "KEY_AGREEMENT"


@attrs.frozen(eq=False)
class KeyInKms:
    """A key pair for key agreement, whose private half AWS KMS keeps. May be shared by threads.

    :param identifier: Identifier that requests are made with
    :param key_arn: ARN of the key, which answers are compared with
    :param public_key: The public half
    :param curve_spec: Curve of the key
    :param client_supplier: Client supplier
    :param grant_tokens: Grant tokens
    """

    identifier: KmsIdentifier
    key_arn: str
    public_key: EllipticCurvePublicKey
    curve_spec: ECDHCurveSpec
    client_supplier: ClientSupplierType
    grant_tokens: tuple[str, ...]

    @classmethod
    def found(
        cls,
        client_supplier: ClientSupplierType,
        identifier: str,
        grant_tokens: tuple[str, ...],
        curve_spec: ECDHCurveSpec,
        public_key: EllipticCurvePublicKey | None,
        name: str,
    ) -> KeyInKms:
        """Return the key pair, with the public half given or that of AWS KMS.

        :param name: How the caller knows the public key
        :raises ArgumentValueError: if the public key is on another curve
        :raises ConfigMismatchError: if AWS KMS gives that of another key, or the identifier does not do with a public key
        :raises KmsRequestError: if AWS KMS gives none
        """
        key = parse_identifier(identifier)
        if public_key is None:
            client = supplied_client(client_supplier, key.region)
            answer = calls.get_public_key(client, identifier, grant_tokens)
            _check_answer(answer, key, curve_spec)
            key_arn, public_key = answer.key_arn, public_key_from(answer.public_key, f"The public key of {identifier}")
        elif _is_key_arn(key):
            key_arn = identifier
        else:
            raise ConfigMismatchError(
                f"{name} can be given with a key ARN only, and {identifier} is an alias or a bare key id; give the key ARN, or "
                f"leave {name} out"
            )
        check_curve(public_key, curve_spec, name)
        return cls(key, key_arn, public_key, curve_spec, client_supplier, grant_tokens)

    def agree_with(self, peer: EllipticCurvePublicKey) -> bytes:
        """Return the secret shared with the owner of this public key.

        :raises KmsRequestError: if AWS KMS does not derive it
        """
        client = supplied_client(self.client_supplier, self.identifier.region)
        secret = calls.derive_shared_secret(
            client, str(self.identifier), public_key_der(peer), self.grant_tokens, self.key_arn
        )
        if len(secret) != self.curve_spec.point_length() - 1:
            raise KmsRequestError(
                f"AWS KMS derived a secret of {len(secret)} bytes with the key {self.key_arn}, which is none of "
                f"{self.curve_spec.name}"
            )
        return secret


def _check_answer(answer: calls.KmsPublicKey, key: KmsIdentifier, curve_spec: ECDHCurveSpec) -> None:
    if _is_key_arn(key) and answer.key_arn != str(key):
        raise ConfigMismatchError(f"AWS KMS gave the public key of {answer.key_arn}; that of {key} was asked for")
    if answer.key_usage != _KEY_AGREEMENT or answer.key_spec != curve_spec.name:
        raise ConfigMismatchError(
            f"The key {key} has the key usage {answer.key_usage} and the key spec {answer.key_spec}; {_KEY_AGREEMENT} and "
            f"{curve_spec.name} are needed"
        )


def _is_key_arn(key: KmsIdentifier) -> bool:
    return isinstance(key, KmsArn) and key.is_key
