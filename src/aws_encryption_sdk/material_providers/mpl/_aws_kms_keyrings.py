"""Keyrings of AWS KMS, under the names of the Material Providers Library."""

from __future__ import annotations

from typing import Any

from ..._arguments import bytes_from
from ..._kms.arn import KmsIdentifier, parse_identifier
from ...keyrings.aws_kms import (
    AwsKmsDiscoveryKeyring,
    AwsKmsDiscoveryMultiKeyring,
    AwsKmsEcdhKeyring,
    AwsKmsMrkDiscoveryKeyring,
    AwsKmsMrkDiscoveryMultiKeyring,
    AwsKmsMrkKeyring,
    AwsKmsMrkMultiKeyring,
    AwsKmsMultiKeyring,
    AwsKmsRsaKeyring,
    AwsKmsStrictKeyring,
)
from ...keyrings.aws_kms import DiscoveryFilter as _OurDiscoveryFilter
from ...keyrings.aws_kms.hierarchical import AwsKmsHierarchicalKeyring
from .._method import takes
from ..keystore.client import branch_key_source
from ._agreements import curve_from, kms_scheme_from
from ._caches import cache_from
from ._keyring_inputs import (
    CreateAwsKmsDiscoveryKeyringInput,
    CreateAwsKmsDiscoveryMultiKeyringInput,
    CreateAwsKmsEcdhKeyringInput,
    CreateAwsKmsKeyringInput,
    CreateAwsKmsMrkDiscoveryKeyringInput,
    CreateAwsKmsMrkDiscoveryMultiKeyringInput,
    CreateAwsKmsMrkKeyringInput,
    CreateAwsKmsMrkMultiKeyringInput,
    CreateAwsKmsMultiKeyringInput,
    CreateAwsKmsRsaKeyringInput,
    DiscoveryFilter,
)
from ._other_inputs import CreateAwsKmsHierarchicalKeyringInput
from .references import Keyring


class _KeysOfAnyName(AwsKmsMultiKeyring):
    """A multi-keyring that takes aliases and bare key ids, as the library does."""

    @staticmethod
    def _parse(key_id: str) -> KmsIdentifier:
        return parse_identifier(key_id)


class _MrksOfAnyName(AwsKmsMrkMultiKeyring):
    """A multi-keyring of multi-Region keys that takes aliases and bare key ids, as the library does."""

    @staticmethod
    def _parse(key_id: str) -> KmsIdentifier:
        return parse_identifier(key_id)


class AwsKmsKeyringMethods:
    """The methods that create keyrings of AWS KMS."""

    @takes(CreateAwsKmsKeyringInput)
    def create_aws_kms_keyring(self, input: CreateAwsKmsKeyringInput) -> Keyring:
        """Return an :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsStrictKeyring`."""
        return Keyring(AwsKmsStrictKeyring(input.kms_key_id, input.kms_client, input.grant_tokens))

    @takes(CreateAwsKmsMrkKeyringInput)
    def create_aws_kms_mrk_keyring(self, input: CreateAwsKmsMrkKeyringInput) -> Keyring:
        """Return an :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsMrkKeyring`."""
        return Keyring(AwsKmsMrkKeyring(input.kms_key_id, input.kms_client, input.grant_tokens))

    @takes(CreateAwsKmsMultiKeyringInput)
    def create_aws_kms_multi_keyring(self, input: CreateAwsKmsMultiKeyringInput) -> Keyring:
        """Return an :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsMultiKeyring`, which takes aliases and bare key ids, too."""
        return Keyring(
            _KeysOfAnyName(input.generator, input.kms_key_ids, input.client_supplier, input.grant_tokens),
        )

    @takes(CreateAwsKmsMrkMultiKeyringInput)
    def create_aws_kms_mrk_multi_keyring(self, input: CreateAwsKmsMrkMultiKeyringInput) -> Keyring:
        """Return an :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsMrkMultiKeyring`, which takes bare names, too."""
        return Keyring(
            _MrksOfAnyName(input.generator, input.kms_key_ids, input.client_supplier, input.grant_tokens),
        )

    @takes(CreateAwsKmsDiscoveryKeyringInput)
    def create_aws_kms_discovery_keyring(self, input: CreateAwsKmsDiscoveryKeyringInput) -> Keyring:
        """Return an :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsDiscoveryKeyring`."""
        return Keyring(AwsKmsDiscoveryKeyring(input.kms_client, _filter(input.discovery_filter), input.grant_tokens))

    @takes(CreateAwsKmsMrkDiscoveryKeyringInput)
    def create_aws_kms_mrk_discovery_keyring(self, input: CreateAwsKmsMrkDiscoveryKeyringInput) -> Keyring:
        """Return an :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsMrkDiscoveryKeyring`."""
        return Keyring(
            AwsKmsMrkDiscoveryKeyring(input.kms_client, input.region, _filter(input.discovery_filter), input.grant_tokens)
        )

    @takes(CreateAwsKmsDiscoveryMultiKeyringInput)
    def create_aws_kms_discovery_multi_keyring(
        self,
        input: CreateAwsKmsDiscoveryMultiKeyringInput,
    ) -> Keyring:
        """Return an :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsDiscoveryMultiKeyring`."""
        found = _filter(input.discovery_filter)
        return Keyring(AwsKmsDiscoveryMultiKeyring(input.regions, found, input.client_supplier, input.grant_tokens))

    @takes(CreateAwsKmsMrkDiscoveryMultiKeyringInput)
    def create_aws_kms_mrk_discovery_multi_keyring(
        self,
        input: CreateAwsKmsMrkDiscoveryMultiKeyringInput,
    ) -> Keyring:
        """Return an :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsMrkDiscoveryMultiKeyring`."""
        found = _filter(input.discovery_filter)
        return Keyring(AwsKmsMrkDiscoveryMultiKeyring(input.regions, found, input.client_supplier, input.grant_tokens))

    @takes(CreateAwsKmsHierarchicalKeyringInput)
    def create_aws_kms_hierarchical_keyring(self, input: CreateAwsKmsHierarchicalKeyringInput) -> Keyring:
        """Return an :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsHierarchicalKeyring`."""
        return Keyring(
            AwsKmsHierarchicalKeyring(
                branch_key_source(input.key_store),
                branch_key_id=input.branch_key_id,
                branch_key_id_supplier=input.branch_key_id_supplier,
                ttl_seconds=input.ttl_seconds,
                cache=None if input.cache is None else cache_from(input.cache),
                partition_id=input.partition_id,
            )
        )

    @takes(CreateAwsKmsRsaKeyringInput)
    def create_aws_kms_rsa_keyring(self, input: CreateAwsKmsRsaKeyringInput) -> Keyring:
        """Return an :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsRsaKeyring`."""
        key = None if input.public_key is None else bytes_from(input.public_key, "public_key")
        return Keyring(
            AwsKmsRsaKeyring(input.kms_key_id, input.encryption_algorithm, key, input.kms_client, input.grant_tokens)
        )

    @takes(CreateAwsKmsEcdhKeyringInput)
    def create_aws_kms_ecdh_keyring(self, input: CreateAwsKmsEcdhKeyringInput) -> Keyring:
        """Return an :class:`~aws_encryption_sdk.keyrings.aws_kms.AwsKmsEcdhKeyring`."""
        scheme = kms_scheme_from(input.key_agreement_scheme)
        return Keyring(AwsKmsEcdhKeyring(scheme, curve_from(input.curve_spec), input.kms_client, input.grant_tokens))


def _filter(found: DiscoveryFilter | Any) -> Any:
    return _OurDiscoveryFilter(found.account_ids, found.partition) if isinstance(found, DiscoveryFilter) else found
