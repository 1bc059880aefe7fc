"""Key agreement schemas, as the inputs of ECDH keyrings name them (framework/key-agreement-schemas.md)."""

from __future__ import annotations

import attrs

from ..._mpl.model import model

Bytes = bytes | bytearray


@model
@attrs.define(kw_only=True)
class PublicKeyDiscoveryInput:
    """See :class:`~aws_encryption_sdk.keyrings.raw.PublicKeyDiscovery`."""

    recipient_static_private_key: Bytes = attrs.field(repr=False)


@model
@attrs.define(kw_only=True)
class RawPrivateKeyToStaticPublicKeyInput:
    """See :class:`~aws_encryption_sdk.keyrings.raw.RawPrivateKeyToStaticPublicKey`."""

    sender_static_private_key: Bytes = attrs.field(repr=False)
    recipient_public_key: Bytes


@model
@attrs.define(kw_only=True)
class EphemeralPrivateKeyToStaticPublicKeyInput:
    """See :class:`~aws_encryption_sdk.keyrings.raw.EphemeralPrivateKeyToStaticPublicKey`."""

    recipient_public_key: Bytes


@model
@attrs.define(kw_only=True)
class KmsPublicKeyDiscoveryInput:
    """See :class:`~aws_encryption_sdk.keyrings.aws_kms.KmsPublicKeyDiscovery`."""

    recipient_kms_identifier: str


@model
@attrs.define(kw_only=True)
class KmsPrivateKeyToStaticPublicKeyInput:
    """See :class:`~aws_encryption_sdk.keyrings.aws_kms.KmsPrivateKeyToStaticPublicKey`."""

    sender_kms_identifier: str
    recipient_public_key: Bytes
    sender_public_key: Bytes | None = None


@model
@attrs.define
class RawEcdhStaticConfigurationsPublicKeyDiscovery:
    """Anybody encrypted; the own private key is in this process."""

    value: PublicKeyDiscoveryInput


@model
@attrs.define
class RawEcdhStaticConfigurationsRawPrivateKeyToStaticPublicKey:
    """Both parties have lasting keys; the own private key is in this process."""

    value: RawPrivateKeyToStaticPublicKeyInput


@model
@attrs.define
class RawEcdhStaticConfigurationsEphemeralPrivateKeyToStaticPublicKey:
    """The sender has a new key for each data key."""

    value: EphemeralPrivateKeyToStaticPublicKeyInput


@model
@attrs.define
class KmsEcdhStaticConfigurationsKmsPublicKeyDiscovery:
    """Anybody encrypted; the own private key is in AWS KMS."""

    value: KmsPublicKeyDiscoveryInput


@model
@attrs.define
class KmsEcdhStaticConfigurationsKmsPrivateKeyToStaticPublicKey:
    """Both parties have lasting keys; the own private key is in AWS KMS."""

    value: KmsPrivateKeyToStaticPublicKeyInput


RawEcdhStaticConfigurations = (
    RawEcdhStaticConfigurationsPublicKeyDiscovery
    | RawEcdhStaticConfigurationsRawPrivateKeyToStaticPublicKey
    | RawEcdhStaticConfigurationsEphemeralPrivateKeyToStaticPublicKey
)
KmsEcdhStaticConfigurations = (
    KmsEcdhStaticConfigurationsKmsPublicKeyDiscovery | KmsEcdhStaticConfigurationsKmsPrivateKeyToStaticPublicKey
)
