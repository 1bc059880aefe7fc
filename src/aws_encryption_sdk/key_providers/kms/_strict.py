"""Strict master key providers: the keys in AWS KMS that they are given, and no others."""

from __future__ import annotations

from ..._arguments import bytes_from, text_from
from ..._kms.arn import parse_identifier
from ..._kms.multi_region import check_unique
from ...exceptions import ConfigMismatchError, InvalidKeyIdError
from ...structures import EncryptedDataKey, MasterKeyInfo
from ..base import MasterKey
from ._base import BaseKMSMasterKeyProvider
from ._configuration import PROVIDER_ID, MRKAwareKMSMasterKeyConfig
from ._master_keys import MRKAwareKMSMasterKey


class StrictAwsKmsMasterKeyProvider(BaseKMSMasterKeyProvider):
    """Encrypts under all of its keys in AWS KMS, and decrypts with them and no others. May be shared by threads.

    To encrypt, a key may be named by key ARN, alias ARN, alias or key id; to decrypt, it has to be named by its key ARN.

    :param key_ids: Keys; the first one generates the data keys
    :param botocore_session: Session to make clients of; without one, a new session
    :param region_names: Regions whose clients are made at once; the first is the one of key ids that name none
    :param grant_tokens: Grant tokens that are sent with every request
    :param config: A :class:`KMSMasterKeyProviderConfig`, in place of these
    :raises ConfigMismatchError: if there are no keys, one is empty, or a discovery is configured
    :raises UnknownRegionError: if a key id names no region, and none is configured
    """

    vend_masterkey_on_decrypt = False

    def validate_config(self) -> None:
        """Check that there are keys, and no discovery is configured.

        :raises ConfigMismatchError: otherwise
        """
        if not self.config.key_ids:
            raise ConfigMismatchError("To enable strict mode you must provide key ids")
        if not all(self.config.key_ids):
            raise ConfigMismatchError("Key ids must be valid AWS KMS ARNs, and one of them is empty")
        self._refuse_discovery_settings()

    def master_key_for_decrypt(self, key_info: str | bytes) -> MasterKey:
        """Return the one of the keys that decrypts what was encrypted under ``key_info``.

        :raises InvalidKeyIdError: if none does
        """
        key_info = bytes_from(key_info, "key_info")
        sought = EncryptedDataKey(MasterKeyInfo(PROVIDER_ID, key_info), b"")
        for master_key in self.master_keys_for_data_key(sought):
            return master_key
        raise InvalidKeyIdError(f"{self!r} was not given the key {key_info!r}")


class MRKAwareStrictAwsKmsMasterKeyProvider(StrictAwsKmsMasterKeyProvider):
    """A strict provider whose multi-Region keys decrypt what was encrypted under related keys in other regions, too.

    The arguments are those of :class:`StrictAwsKmsMasterKeyProvider`
    (framework/aws-kms/aws-kms-mrk-aware-master-key-provider.md).

    :raises ConfigMismatchError: if two keys are related multi-Region keys, besides
    :raises MalformedArnError: if a key id is no identifier of AWS KMS
    """

    master_key_class = MRKAwareKMSMasterKey
    master_key_config_class = MRKAwareKMSMasterKeyConfig

    def validate_config(self) -> None:
        """Check that there are keys, no two of which are related, and no discovery is configured.

        :raises ConfigMismatchError: otherwise
        """
        super().validate_config()
        self.validate_unique_mrks()

    def validate_unique_mrks(self) -> None:
        """Check that no two keys are related multi-Region keys (framework/aws-kms/aws-kms-mrk-are-unique.md).

        :raises ConfigMismatchError: if some are; the message has all of them
        """
        check_unique(parse_identifier(text_from(key_id, "key_id")) for key_id in self.config.key_ids)
