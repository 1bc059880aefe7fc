"""The master key provider of version 1, which is strict and discovering at a time."""

from __future__ import annotations

import warnings
from typing import Any

from ._base import BaseKMSMasterKeyProvider


class KMSMasterKeyProvider(BaseKMSMasterKeyProvider):
    """Encrypts under its keys in AWS KMS, and decrypts with whichever key a message names. May be shared by threads.

    Deprecated: name what you want by :class:`StrictAwsKmsMasterKeyProvider` or :class:`DiscoveryAwsKmsMasterKeyProvider`.

    :param key_ids: Keys; the first one generates the data keys. Without any, it only decrypts
    :param botocore_session: Session to make clients of; without one, a new session
    :param region_names: Regions whose clients are made at once; the first is the one of key ids that name none
    :param grant_tokens: Grant tokens that are sent with every request
    :param config: A :class:`KMSMasterKeyProviderConfig`, in place of these
    :raises ConfigMismatchError: if a discovery filter or a discovery region is configured
    :raises UnknownRegionError: if a key id names no region, and none is configured
    """

    def __init__(self, **kwargs: Any) -> None:
        warnings.warn(
            "KMSMasterKeyProvider decrypts with whichever key a message names, also with one that it was not given; use "
            "StrictAwsKmsMasterKeyProvider or DiscoveryAwsKmsMasterKeyProvider",
            DeprecationWarning,
            stacklevel=2,
        )
        super().__init__(**kwargs)

    def validate_config(self) -> None:
        """Check that no discovery is configured.

        :raises ConfigMismatchError: if it is
        """
        self._refuse_discovery_settings()
