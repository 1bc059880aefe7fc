"""Discovery master key providers: whichever key in AWS KMS a message names, to decrypt."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from ..._kms.arn import parse_key_arn
from ...exceptions import ConfigMismatchError
from ..base import MasterKey
from ._base import BaseKMSMasterKeyProvider
from ._configuration import MRKAwareKMSMasterKeyConfig
from ._master_keys import MRKAwareKMSMasterKey


class DiscoveryAwsKmsMasterKeyProvider(BaseKMSMasterKeyProvider):
    """Decrypts with whichever key in AWS KMS a message names, if the filter allows it; it does not encrypt. May be shared by threads.

    :param discovery_filter: Partition and accounts whose keys may be asked; without one, all may be
    :param botocore_session: Session to make clients of; without one, a new session
    :param region_names: Regions whose clients are made at once
    :param grant_tokens: Grant tokens that are sent with every request
    :param config: A :class:`KMSMasterKeyProviderConfig`, in place of these
    :raises ConfigMismatchError: if there are keys or a discovery region, or the filter lacks its partition or its accounts
    """

    def validate_config(self) -> None:
        """Check that there are no keys and no discovery region, and that the filter is whole.

        :raises ConfigMismatchError: otherwise
        """
        self._check_keys_and_filter()
        self._refuse_discovery_region()

    def _check_keys_and_filter(self) -> None:
        if self.config.key_ids:
            raise ConfigMismatchError(
                f"{type(self).__name__} takes no key_ids; to say which keys are used, use a StrictAwsKmsMasterKeyProvider"
            )
        if self.config.discovery_filter is not None:
            self.config.discovery_filter.check_whole()

    def master_keys_for_encryption(
        self, encryption_context: Mapping[str, str], plaintext_rostream: Any, plaintext_length: int | None = None
    ) -> tuple[MasterKey | None, Sequence[MasterKey]]:
        """Return no master keys, but those of members that were added."""
        if not self._members:
            return None, []
        return super().master_keys_for_encryption(encryption_context, plaintext_rostream, plaintext_length)

    def _new_master_key_impl(self, key_id: bytes) -> MasterKey:
        return self._make_master_key(parse_key_arn(key_id))


class MRKAwareDiscoveryAwsKmsMasterKeyProvider(DiscoveryAwsKmsMasterKeyProvider):
    """A discovery provider that asks multi-Region keys in one region, whichever a message names.

    The other arguments are those of :class:`DiscoveryAwsKmsMasterKeyProvider`
    (framework/aws-kms/aws-kms-mrk-aware-master-key-provider.md).

    :param discovery_region: Region in which multi-Region keys are asked; without one, the first of ``region_names``, or that of
        the session
    :raises ConfigMismatchError: if no region is known, besides
    """

    master_key_class = MRKAwareKMSMasterKey
    master_key_config_class = MRKAwareKMSMasterKeyConfig

    def validate_config(self) -> None:
        """Check that there are no keys, that the filter is whole, and that a discovery region is known, which is then kept.

        :raises ConfigMismatchError: otherwise
        """
        self._check_keys_and_filter()
        if self.config.discovery_region:
            return
        if not self.default_region:
            raise ConfigMismatchError("Failed to determine default discovery region; provide an explicit discovery_region")
        # A copy: the caller's configuration may serve another provider.
        self.config = copy.copy(self.config)
        self.config.discovery_region = self.default_region

    def _new_master_key_impl(self, key_id: bytes) -> MasterKey:
        arn = parse_key_arn(key_id)
        if arn.is_multi_region and self.config.discovery_region is not None:
            arn = arn.in_region(self.config.discovery_region)
        return self._make_master_key(arn)
