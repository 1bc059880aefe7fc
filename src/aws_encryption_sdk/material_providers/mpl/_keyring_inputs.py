"""What the ``create_`` methods of keyrings take."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import attrs

from ..._mpl.model import model
from ...keyrings.aws_kms.client_suppliers import AnyClientSupplier
from ...keyrings.mpl import AnyKeyring
from ._key_agreement_inputs import KmsEcdhStaticConfigurations, RawEcdhStaticConfigurations

Bytes = bytes | bytearray


class AesWrappingAlg:
    """Wrapping algorithms of raw AES keyrings."""

    ALG_AES128_GCM_IV12_TAG16: Final = "ALG_AES128_GCM_IV12_TAG16"
    ALG_AES192_GCM_IV12_TAG16: Final = "ALG_AES192_GCM_IV12_TAG16"
    ALG_AES256_GCM_IV12_TAG16: Final = "ALG_AES256_GCM_IV12_TAG16"
    values: ClassVar[frozenset[str]] = frozenset(
        {ALG_AES128_GCM_IV12_TAG16, ALG_AES192_GCM_IV12_TAG16, ALG_AES256_GCM_IV12_TAG16}
    )


class PaddingScheme:
    """Paddings of raw RSA keyrings."""

    PKCS1: Final = "PKCS1"
    OAEP_SHA1_MGF1: Final = "OAEP_SHA1_MGF1"
    OAEP_SHA256_MGF1: Final = "OAEP_SHA256_MGF1"
    OAEP_SHA384_MGF1: Final = "OAEP_SHA384_MGF1"
    OAEP_SHA512_MGF1: Final = "OAEP_SHA512_MGF1"
    values: ClassVar[frozenset[str]] = frozenset(
        {PKCS1, OAEP_SHA1_MGF1, OAEP_SHA256_MGF1, OAEP_SHA384_MGF1, OAEP_SHA512_MGF1}
    )


@model
@attrs.define(kw_only=True)
class DiscoveryFilter:
    """Whose keys may be asked to decrypt.

    :param account_ids: Accounts
    :param partition: Partition, such as ``"aws"``
    """

    account_ids: list[str]
    partition: str


@model
@attrs.define(kw_only=True)
class CreateAwsKmsKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsStrictKeyring`."""

    kms_key_id: str
    kms_client: Any
    grant_tokens: list[str] | None = None


@model
@attrs.define(kw_only=True)
class CreateAwsKmsMrkKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsMrkKeyring`."""

    kms_key_id: str
    kms_client: Any
    grant_tokens: list[str] | None = None


@model
@attrs.define(kw_only=True)
class CreateAwsKmsMultiKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsMultiKeyring`; aliases and bare key ids are taken, too."""

    generator: str | None = None
    kms_key_ids: list[str] | None = None
    client_supplier: AnyClientSupplier | None = None
    grant_tokens: list[str] | None = None


@model
@attrs.define(kw_only=True)
class CreateAwsKmsMrkMultiKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsMrkMultiKeyring`; aliases and bare key ids are taken, too."""

    generator: str | None = None
    kms_key_ids: list[str] | None = None
    client_supplier: AnyClientSupplier | None = None
    grant_tokens: list[str] | None = None


@model
@attrs.define(kw_only=True)
class CreateAwsKmsDiscoveryKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsDiscoveryKeyring`."""

    kms_client: Any
    discovery_filter: DiscoveryFilter | None = None
    grant_tokens: list[str] | None = None


@model
@attrs.define(kw_only=True)
class CreateAwsKmsMrkDiscoveryKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsMrkDiscoveryKeyring`."""

    kms_client: Any
    region: str
    discovery_filter: DiscoveryFilter | None = None
    grant_tokens: list[str] | None = None


@model
@attrs.define(kw_only=True)
class CreateAwsKmsDiscoveryMultiKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsDiscoveryMultiKeyring`."""

    regions: list[str]
    discovery_filter: DiscoveryFilter | None = None
    client_supplier: AnyClientSupplier | None = None
    grant_tokens: list[str] | None = None


@model
@attrs.define(kw_only=True)
class CreateAwsKmsMrkDiscoveryMultiKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsMrkDiscoveryMultiKeyring`."""

    regions: list[str]
    discovery_filter: DiscoveryFilter | None = None
    client_supplier: AnyClientSupplier | None = None
    grant_tokens: list[str] | None = None


@model
@attrs.define(kw_only=True)
class CreateAwsKmsRsaKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsRsaKeyring`."""

    kms_key_id: str
    encryption_algorithm: str
    public_key: Bytes | None = None
    kms_client: Any = None
    grant_tokens: list[str] | None = None


@model
@attrs.define(kw_only=True)
class CreateAwsKmsEcdhKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsEcdhKeyring`.

    :param key_agreement_scheme: One of ``KmsEcdhStaticConfigurations...``
    :param curve_spec: One of :class:`~aws_encryption_sdk.material_providers.ECDHCurveSpec`
    """

    key_agreement_scheme: KmsEcdhStaticConfigurations
    curve_spec: str
    kms_client: Any
    grant_tokens: list[str] | None = None


@model
@attrs.define(kw_only=True)
class CreateRawEcdhKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.raw.RawECDHKeyring`.

    :param key_agreement_scheme: One of ``RawEcdhStaticConfigurations...``
    :param curve_spec: One of :class:`~aws_encryption_sdk.material_providers.ECDHCurveSpec`
    """

    key_agreement_scheme: RawEcdhStaticConfigurations
    curve_spec: str


@model
@attrs.define(kw_only=True)
class CreateRawAesKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.raw.RawAESKeyring`.

    :param wrapping_alg: One of :class:`AesWrappingAlg`, as long as the wrapping key
    """

    key_namespace: str
    key_name: str
    wrapping_key: Bytes = attrs.field(repr=False)
    wrapping_alg: str


@model
@attrs.define(kw_only=True)
class CreateRawRsaKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.raw.RawRSAKeyring`.

    :param padding_scheme: One of :class:`PaddingScheme`
    """

    key_namespace: str
    key_name: str
    padding_scheme: str
    public_key: Bytes | None = None
    private_key: Bytes | None = attrs.field(default=None, repr=False)


@model
@attrs.define(kw_only=True)
class CreateMultiKeyringInput:
    """See :class:`~aws_encryption_sdk.keyrings.multi.MultiKeyring`."""

    child_keyrings: list[AnyKeyring]
    generator: AnyKeyring | None = None
