"""Key agreement schemas of this package for those that inputs name."""

from __future__ import annotations

from typing import Final

from ..._arguments import builtin_name, bytes_from
from ...exceptions import ArgumentTypeError, ArgumentValueError
from ...identifiers import ECDHCurveSpec
from ...keyrings.aws_kms import KmsPrivateKeyToStaticPublicKey, KmsPublicKeyDiscovery
from ...keyrings.raw import EphemeralPrivateKeyToStaticPublicKey, PublicKeyDiscovery, RawPrivateKeyToStaticPublicKey
from ._key_agreement_inputs import (
    KmsEcdhStaticConfigurationsKmsPrivateKeyToStaticPublicKey,
    KmsEcdhStaticConfigurationsKmsPublicKeyDiscovery,
    RawEcdhStaticConfigurationsEphemeralPrivateKeyToStaticPublicKey,
    RawEcdhStaticConfigurationsPublicKeyDiscovery,
    RawEcdhStaticConfigurationsRawPrivateKeyToStaticPublicKey,
)

_RawScheme = RawPrivateKeyToStaticPublicKey | EphemeralPrivateKeyToStaticPublicKey | PublicKeyDiscovery
_KmsScheme = KmsPrivateKeyToStaticPublicKey | KmsPublicKeyDiscovery
_SHOWN: Final = 60


def curve_from(curve_spec: str | ECDHCurveSpec) -> ECDHCurveSpec:
    """Return the curve that is named.

    :raises ArgumentValueError: if there is none of this name
    """
    if isinstance(curve_spec, ECDHCurveSpec):
        return curve_spec
    try:
        return ECDHCurveSpec[curve_spec]
    except (KeyError, TypeError) as error:
        raise ArgumentValueError(
            f"curve_spec must be one of {', '.join(member.name for member in ECDHCurveSpec)}, not {repr(curve_spec)[:_SHOWN]}"
        ) from error


def raw_scheme_from(configuration: object) -> _RawScheme:
    """Return the schema whose private keys are in this process.

    :raises ArgumentTypeError: if it is no such schema
    """
    if isinstance(configuration, RawEcdhStaticConfigurationsPublicKeyDiscovery):
        return PublicKeyDiscovery(
            bytes_from(configuration.value.recipient_static_private_key, "recipient_static_private_key")
        )
    if isinstance(configuration, RawEcdhStaticConfigurationsRawPrivateKeyToStaticPublicKey):
        both = configuration.value
        return RawPrivateKeyToStaticPublicKey(
            bytes_from(both.sender_static_private_key, "sender_static_private_key"),
            bytes_from(both.recipient_public_key, "recipient_public_key"),
        )
    if isinstance(configuration, RawEcdhStaticConfigurationsEphemeralPrivateKeyToStaticPublicKey):
        return EphemeralPrivateKeyToStaticPublicKey(
            bytes_from(configuration.value.recipient_public_key, "recipient_public_key")
        )
    raise ArgumentTypeError(
        f"key_agreement_scheme must be a RawEcdhStaticConfigurations..., not {builtin_name(configuration)}"
    )


def kms_scheme_from(configuration: object) -> _KmsScheme:
    """Return the schema whose own private key is in AWS KMS.

    :raises ArgumentTypeError: if it is no such schema
    """
    if isinstance(configuration, KmsEcdhStaticConfigurationsKmsPublicKeyDiscovery):
        return KmsPublicKeyDiscovery(configuration.value.recipient_kms_identifier)
    if isinstance(configuration, KmsEcdhStaticConfigurationsKmsPrivateKeyToStaticPublicKey):
        both = configuration.value
        sender = None if both.sender_public_key is None else bytes_from(both.sender_public_key, "sender_public_key")
        return KmsPrivateKeyToStaticPublicKey(
            both.sender_kms_identifier, bytes_from(both.recipient_public_key, "recipient_public_key"), sender
        )
    raise ArgumentTypeError(
        f"key_agreement_scheme must be a KmsEcdhStaticConfigurations..., not {builtin_name(configuration)}"
    )
